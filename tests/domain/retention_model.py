"""The rule of the month as plain Python, to compare the database with: an oracle that shares nothing with the SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from idexx_desktop.domain.retention import Obstacle, kept_until, month_end


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is there, as its clock dated it."""

    chain: str
    seq: int
    timestamp: datetime


def obstacle_of(
    month: date,
    moment: datetime,
    entries: Sequence[Entry],
    gone: Mapping[str, int],
    held: frozenset[str] | None,
) -> Obstacle | None:
    """Why the month may not go at this moment; `gone`: the last number removed of each chain; `held`: whose chains.

    `held` None means everything.
    """
    if moment < kept_until(month):
        return Obstacle.TOO_YOUNG
    end = month_end(month)
    leaving = [entry for entry in entries if entry.timestamp < end]
    if not leaving:
        return Obstacle.EMPTY
    for chain in {entry.chain for entry in leaving}:
        numbers = sorted(entry.seq for entry in leaving if entry.chain == chain)
        first = gone.get(chain, 0) + 1
        if numbers != list(range(first, first + len(numbers))):
            return Obstacle.OUT_OF_ORDER
    if held is None or any(entry.chain in held for entry in leaving):
        return Obstacle.HELD
    return None


def leaving_with(month: date, entries: Sequence[Entry]) -> list[Entry]:
    """The rows that go with the month."""
    return [entry for entry in entries if entry.timestamp < month_end(month)]

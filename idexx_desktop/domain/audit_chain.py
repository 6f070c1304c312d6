"""What makes the activity record provable: the bytes of a row, the chain of hashes, and what signed copies add.

Pure, so that thousands of attacks can be tried on a list of rows. The canonical bytes are those of migration 0006.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from idexx_desktop.domain.retention import KEPT_YEARS

FIELDS = (
    "chain", "seq", "id", "timestamp", "user_id", "actor", "action", "status", "ip_address", "session_id",
    "error_details", "metadata",
)  # fmt: skip
# a day or two less than the time for which rows are kept: the clocks of two computers never agree
KEPT_AT_LEAST = timedelta(days=KEPT_YEARS * 365)
# FIELDS as the server's text (NULL is None), then the hash before the row and the row's own, as bytes
ChainRow = Sequence[Any]


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """A row of a chain by its number and its hash, which stands for every row up to it."""

    seq: int
    hash: bytes


BEFORE_FIRST = ChainEnd(0, bytes(32))


@dataclass(frozen=True, slots=True)
class SignedHead:
    """How a chain ended at a moment, as a key outside of the database has signed it."""

    chain: str
    end: ChainEnd
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the chains beside their rows.

    `starts`: the last row that retention has removed; `ends`: the last rows by the database's own note; `signed`:
    the signed copies of each chain, oldest first; what was written after `kept_since` can't be removed yet.
    """

    starts: Mapping[str, ChainEnd]
    ends: Mapping[str, ChainEnd]
    signed: Mapping[str, Sequence[SignedHead]] = field(default_factory=dict)
    kept_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """How many rows fit, how the chains ended, and the first thing that doesn't fit, in one sentence's words."""

    rows: int
    ends: Mapping[str, ChainEnd]
    problem: str | None = None


def canonical(fields: Iterable[str | None]) -> bytes:
    """The bytes that a row's hash covers: netstrings of the twelve fields, `-` for NULL (migration 0006)."""
    return b"".join(map(_netstring, fields))


def check_chains(rows: Iterable[ChainRow], evidence: Evidence) -> Checked:
    """Compute the hashes of all rows again; the rows come ordered by chain and number. Reads them once."""
    count = 0
    ends: dict[str, ChainEnd] = {}
    for chain, members in groupby(rows, key=itemgetter(0)):
        start = evidence.starts.get(chain, BEFORE_FIRST)
        signed = evidence.signed.get(chain, ())
        end, problem = _follow(members, start, signed)
        count += end.seq - start.seq
        problem = problem or _problem_of_ends(chain, start, end, evidence)
        if problem:
            return Checked(count, ends, problem)
        ends[chain] = end
    for chain in (*evidence.ends, *evidence.signed):
        if chain not in ends:
            ends[chain] = start = evidence.starts.get(chain, BEFORE_FIRST)
            problem = _problem_of_ends(chain, start, start, evidence)
            if problem:
                return Checked(count, ends, problem)
    return Checked(count, ends)


def _follow(
    rows: Iterable[ChainRow], start: ChainEnd, signed: Sequence[SignedHead]
) -> tuple[ChainEnd, str | None]:
    """Go along one chain as far as it is whole."""
    promised = {head.end.seq: head.end.hash for head in signed}
    number, previous = start.seq, start.hash
    for row in rows:
        problem = _problem_of(row, number + 1, previous)
        if problem:
            return ChainEnd(number, previous), problem
        number, previous = number + 1, bytes(row[-1])
        if promised.get(number, previous) != previous:
            return ChainEnd(number, previous), _changed_before(row[0], number, start, signed)
    return ChainEnd(number, previous), None


def _problem_of(row: ChainRow, number: int, previous: bytes) -> str | None:
    if row[0] is None:
        return f"entry {row[2]}: it belongs to no chain"
    place = f"chain {row[0]}, row {row[1]}"
    if row[1] != str(number):
        return f"{place}: expected row {number}"
    if bytes(row[-2] or b"") != previous:
        return f"{place}: it does not follow the row before it"
    if row[-1] != hashlib.sha256(previous + canonical(row[: len(FIELDS)])).digest():
        return f"{place}: it was changed"
    return None


def _changed_before(chain: str, number: int, start: ChainEnd, signed: Sequence[SignedHead]) -> str:
    """The hashes fit each other but not the signed copy: they were computed again after it was made."""
    known = max((head.end.seq for head in signed if head.end.seq < number), default=0)
    copy = next(head for head in signed if head.end.seq == number)
    first = max(known, start.seq) + 1
    return f"chain {chain}, row {first} to {number}: not what was signed on {_day(copy.signed_at)}"


def _problem_of_ends(chain: str, start: ChainEnd, end: ChainEnd, evidence: Evidence) -> str | None:
    signed = evidence.signed.get(chain, ())
    for head in signed:
        if head.end.seq == start.seq and head.end.hash != start.hash:
            return (
                f"chain {chain}, row {start.seq}: removed, and not what was signed on {_day(head.signed_at)}"
            )
        if head.end.seq < start.seq and (evidence.kept_since is None or head.signed_at > evidence.kept_since):
            return f"chain {chain}, row {start.seq}: removed before its six years were over"
        if head.end.seq > end.seq:
            return f"chain {chain}, row {end.seq + 1}: missing, and was signed on {_day(head.signed_at)}"
    expected = evidence.ends.get(chain)
    if expected is None:
        return f"chain {chain}, row {start.seq + 1}: the database doesn't know this chain"
    if expected != end:
        return f"chain {chain}, row {end.seq}: it ends here, not with the row {expected.seq} that was noted"
    return None


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _netstring(value: str | None) -> bytes:
    if value is None:
        return b"-"
    encoded = value.encode()
    return b"%d:%b," % (len(encoded), encoded)

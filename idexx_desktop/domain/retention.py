"""How long the activity record is kept: six years and a day after a month (UTC), and longer where it is held.

The database decides (migration 0008), by its own clock; this says from when it may, and what keeps a month, in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

KEPT_YEARS = 6
# between the export of a month and its removal, by the database's clock
WAIT = timedelta(days=7)


class Obstacle(StrEnum):
    """Why a month isn't exported or removed now, as the database says it."""

    NO_MONTH = "no_month"
    TOO_YOUNG = "too_young"
    EMPTY = "empty"
    OUT_OF_ORDER = "out_of_order"
    HELD = "held"
    NOT_EXPORTED = "not_exported"
    WAITING = "waiting"
    EARLIER_MONTH = "earlier_month"
    NEWER = "newer"
    CHANGED = "changed"
    BROKEN = "broken"


OBSTACLE_WORDS: dict[Obstacle, str] = {
    Obstacle.NO_MONTH: "this is no month",
    Obstacle.TOO_YOUNG: "not six years old yet",
    Obstacle.EMPTY: "nothing is left of it",
    Obstacle.OUT_OF_ORDER: "kept: a younger entry comes before one of these, or one is missing",
    Obstacle.HELD: "kept: legal hold",
    Obstacle.NOT_EXPORTED: "to be exported",
    Obstacle.WAITING: "exported, waiting for seven days to pass",
    Obstacle.EARLIER_MONTH: "exported, goes after the months before it",
    Obstacle.NEWER: "kept: only a newer version of this program knows why",
    Obstacle.CHANGED: "to be exported again: it isn't what was exported",
    Obstacle.BROKEN: "kept: an entry was changed, check the activity record",
}
# a (new) export is what a month in one of these states needs
EXPORTABLE = frozenset({Obstacle.NOT_EXPORTED, Obstacle.CHANGED})


@dataclass(frozen=True, slots=True)
class OldMonth:
    """A month of the record that is old enough to go. `obstacle` None: it can be removed now."""

    month: date
    rows: int
    exported_at: datetime | None
    obstacle: Obstacle | None

    @property
    def waits_until(self) -> datetime | None:
        """From when it may be removed, where it is only waiting for that."""
        if self.obstacle is not Obstacle.WAITING or self.exported_at is None:
            return None
        return self.exported_at + WAIT


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Keeps entries whatever their age; `user_id` None means everybody's. `email` where the account is still there."""

    id: str
    reason: str
    user_id: str | None
    email: str | None
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Retention:
    """What there is to do about old entries. `kept_until`: when the oldest month may go; None without entries."""

    months: tuple[OldMonth, ...]
    holds: tuple[LegalHold, ...]
    kept_until: datetime | None


def month_name(month: date) -> str:
    """`2020-11`, as files, audit rows and people name it."""
    return f"{month:%Y-%m}"


def month_end(month: date) -> datetime:
    """The first instant after a month, given by its first day."""
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)


def kept_until(month: date) -> datetime:
    """From when on a month may be exported and removed: a day more, as the sixth year of a leap day ends in March."""
    end = month_end(month)
    return end.replace(year=end.year + KEPT_YEARS) + timedelta(days=1)

"""Syncs that were due and did not start: which ones, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.domain.schedule import missed_between

# a run that starts this late is a missed one that is caught up
LATE = timedelta(minutes=5)
_JUST_BEFORE = timedelta(seconds=1)
# a clock that is put right by no more than this was not set
_DRIFT = timedelta(minutes=1)


class MissReason(StrEnum):
    """Why a sync that was due did not start. `clock`: no such time came, because the clock was set forward."""

    ASLEEP = "asleep"
    OFF = "off"
    CLOCK = "clock"
    SUSPENDED = "suspended"
    LOCKED = "locked"
    OFFLINE = "offline"
    RECORDS = "records"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Tick:
    """One look at the clock: wall time, and beside it seconds that count sleep and know of no change of the clock."""

    wall: datetime
    elapsed: float

    def is_set_back_since(self, last: Tick) -> bool:
        """Whether the clock was set back after `last`: by more than it drifts."""
        return self.wall < last.wall + timedelta(seconds=self.elapsed - last.elapsed) - _DRIFT


@dataclass(frozen=True, slots=True)
class Miss:
    """A sync that was due at this instant and did not start."""

    due_at: datetime
    reason: MissReason


def misses(
    schedule: ScheduleRecord,
    zone: ZoneInfo,
    due: datetime,
    last: Tick | None,
    now: Tick,
    hindrance: MissReason,
    *,
    changed_at: datetime | None = None,
) -> list[Miss]:
    """What was missed from the instant `due` on. `last` is the look before this one, None for a program's first.

    `hindrance` is what kept a program that was awake from starting what was due. What is due only since a person
    changed or resumed the schedule, at `changed_at`, was not missed before.
    """
    since = due - _JUST_BEFORE
    if changed_at is not None and changed_at <= now.wall:
        since = max(since, changed_at)
    instants = missed_between(schedule, zone, since, now.wall - LATE)
    return [Miss(instant, _why(instant, last, now, hindrance)) for instant in instants]


def _why(due: datetime, last: Tick | None, now: Tick, hindrance: MissReason) -> MissReason:
    if last is None:
        return MissReason.OFF
    if due <= last.wall:
        return hindrance
    # late by the seconds that really passed: slept through; otherwise the clock has skipped it
    passed = last.wall + timedelta(seconds=now.elapsed - last.elapsed)
    return MissReason.ASLEEP if due <= passed - LATE + _DRIFT else MissReason.CLOCK

"""When to try again by itself: growing pauses for runs during an outage, patience for what does not pass, and for a
visit that stays unreadable.

Pauses differ a little from run to run, so that clinics that failed together don't come back together; by the run's
id and not by chance, so that whoever computes one again finds the same instant.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from idexx_desktop.domain.records import ScheduleRecord, SessionRecord
from idexx_desktop.domain.routing import consequence_of
from idexx_desktop.domain.schedule import interval

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_ASKED = timedelta(days=1)
RUNS_UNTIL_OPEN = 3
# a pause is longer by up to this share
_SPREAD = 0.2
# a visit is tried with every run so many times; then it waits, twice as long each time
EAGER_ATTEMPTS = 3
_FIRST_WAIT, _LONGEST_WAIT = timedelta(hours=8), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Outage:
    """Runs in a row that ended for something that passes by itself: since when, how many, when the next one may start.

    Open, after three of them, is the circuit: until `next_try` nothing starts by itself, whatever the reason, and
    then one run probes. It closes with the first run that completes.
    """

    since: datetime
    runs: int
    next_try: datetime

    @property
    def is_open(self) -> bool:
        """Whether nothing but one probe a pause is let through."""
        return self.runs >= RUNS_UNTIL_OPEN


def outage(unfinished: Sequence[SessionRecord], schedule: ScheduleRecord) -> Outage | None:
    """The outage that lasts. `unfinished` are the runs since the last completed one, newest first."""
    runs = in_a_row(unfinished)
    retry = earliest_retry(unfinished, schedule)
    return Outage(unfinished[runs - 1].started_at, runs, retry) if runs and retry is not None else None


def earliest_retry(unfinished: Sequence[SessionRecord], schedule: ScheduleRecord) -> datetime | None:
    """The instant before which no run starts by itself; None where the last run finished.

    What passes by itself (an outage) is tried again after 5, 10, 20, 40 and then every 60 minutes, and a little;
    what a person must mend or has stopped, at the usual interval.
    """
    if not unfinished:
        return None
    newest = unfinished[0]
    ended = newest.completed_at or newest.started_at
    return ended + pause_after(
        newest.failure_code,
        in_a_row(unfinished),
        schedule,
        retry_after=newest.retry_after,
        spread=spread_of(newest.id),
    )


def in_a_row(unfinished: Sequence[SessionRecord]) -> int:
    """How many of the newest runs ended for something that passes by itself."""
    return len(list(takewhile(_passes, unfinished)))


def pause_after(
    code: str | None,
    outages: int,
    schedule: ScheduleRecord,
    *,
    retry_after: float | None = None,
    spread: float = 0.0,
) -> timedelta:
    """How long nothing starts by itself after a run ended with this failure, the `outages`-th in a row.

    `retry_after` (seconds) is what the other side asked for; it is respected up to a day.
    """
    asked = min(timedelta(seconds=min(retry_after or 0.0, 1e6)), LONGEST_ASKED)
    consequence = consequence_of(code)
    if consequence is None or not consequence.passes:
        return max(interval(schedule), asked)
    # the shift is bounded before it is used, so that a year of outages is no large number
    pause = min(FIRST_PAUSE * (1 << max(0, min(outages - 1, 10))), LONGEST_PAUSE) * (1 + _SPREAD * spread)
    return max(min(pause, interval(schedule)), asked)


def spread_of(run_id: str) -> float:
    """A number from 0 to 1 that is this run's own."""
    return zlib.crc32(run_id.encode()) / 0xFFFFFFFF


def next_visit_try(attempts: int, now: datetime) -> datetime:
    """When a visit is read again by itself after so many failed attempts, unless its row in Neo's lists changes.

    With every run at first; then after 8, 16 and at most 24 hours.
    """
    if attempts < EAGER_ATTEMPTS:
        return now
    return now + min(_FIRST_WAIT * (1 << min(attempts - EAGER_ATTEMPTS, 10)), _LONGEST_WAIT)


def _passes(run: SessionRecord) -> bool:
    consequence = consequence_of(run.failure_code)
    return consequence is not None and consequence.passes

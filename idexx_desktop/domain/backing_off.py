"""When to try again by itself after runs that did not finish: growing pauses for what passes, patience for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from idexx_desktop.domain.failures import WORDS, FailureCode, Route
from idexx_desktop.domain.records import ScheduleRecord, SessionRecord
from idexx_desktop.domain.schedule import interval

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)


def earliest_retry(unfinished: Sequence[SessionRecord], schedule: ScheduleRecord) -> datetime | None:
    """The instant before which no run starts by itself; None where the last run finished.

    `unfinished` are the runs since the last completed one, newest first. What passes by itself (an outage) is tried
    again after 5, 10, 20, 40 and then every 60 minutes; what a person must mend or has stopped, at the usual interval.
    """
    if not unfinished:
        return None
    newest = unfinished[0]
    ended = newest.completed_at or newest.started_at
    return ended + pause_after(newest.failure_code, len(unfinished), schedule)


def pause_after(code: str | None, in_a_row: int, schedule: ScheduleRecord) -> timedelta:
    """How long nothing starts by itself after a run ended with this failure, the `in_a_row`-th without success."""
    if not _passes_by_itself(code):
        return interval(schedule)
    # the shift is bounded before it is used, so that a year of outages is no large number
    pause = min(FIRST_PAUSE * (1 << min(in_a_row - 1, 10)), LONGEST_PAUSE)
    return min(pause, interval(schedule))


def _passes_by_itself(code: str | None) -> bool:
    if code is None:
        return True
    try:
        return WORDS[FailureCode(code)].route is Route.RETRY
    except ValueError:
        return False

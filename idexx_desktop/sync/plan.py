"""What a run reads: its window, and the days on which a visit is still open, as whole local days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.sync.parts import LONGEST_WINDOW

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From the start of one local day to the end of another; `end` is the last instant asked for."""

    start: datetime
    end: datetime


def window(now: datetime, zone: ZoneInfo, hours: float, last_completed: datetime | None) -> Span:
    """The longer of `hours` and "since the last completed run", 14 days at most, to the end of today.

    It starts at a local midnight: the pets that one owner brings on one day are decided on together,
    so a day is read as a whole or not at all.
    """
    start = now - timedelta(hours=hours)
    if last_completed is not None:
        start = min(start, last_completed)
    start = max(start, now - LONGEST_WINDOW)
    return Span(_midnight(_local_day(start, zone), zone), _last_second(_local_day(now, zone), zone))


def spans_to_read(window_span: Span, open_since: Iterable[datetime], zone: ZoneInfo) -> tuple[Span, ...]:
    """The window, and before it the days of visits that are still open; neighbouring days are one span."""
    first_day = _local_day(window_span.start, zone)
    days = sorted({_local_day(moment, zone) for moment in open_since if moment < window_span.start})
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][-1] == _ONE_DAY:
            spans[-1].append(day)
        else:
            spans.append([day])
    if spans and first_day - spans[-1][-1] == _ONE_DAY:
        joined = spans.pop()
        window_span = Span(_midnight(joined[0], zone), window_span.end)
    older = [Span(_midnight(days[0], zone), _last_second(days[-1], zone)) for days in spans]
    return (*older, window_span)


def days_before(window_span: Span, times: Iterable[datetime | None], zone: ZoneInfo) -> set[date]:
    """The local days of these times that lie before the window."""
    return {_local_day(at, zone) for at in times if at is not None and at < window_span.start}


def local_day(moment: datetime | None, zone: ZoneInfo, today: date) -> date:
    """The clinic's calendar day of a visit; a visit without a time counts as today's."""
    return _local_day(moment, zone) if moment is not None else today


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the start of a local day to the start of the next one."""
    return _midnight(day, zone), _midnight(day + _ONE_DAY, zone)


def _local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _last_second(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(23, 59, 59), zone)

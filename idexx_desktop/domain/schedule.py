"""When the next sync is due, which ones were missed, and when it is time to worry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.local_time import instant
from idexx_desktop.domain.records import ScheduleRecord

SHORTEST_INTERVAL = timedelta(minutes=15)
# what is dated further ahead than this was dated by a clock that has been set back since (or by another computer's,
# which is wrong): it says nothing about when the next sync is due
CLOCKS_DIFFER = timedelta(minutes=15)
# of a longer absence, the missed syncs of its end are counted
LONGEST_COUNTED = timedelta(days=31)
_WEEK = 7  # days


def next_due(schedule: ScheduleRecord, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the next sync is due, in UTC: an instant that has passed already means now. None: no sync is planned.

    It is the last completed sync plus the interval, moved into the clinic's hours; the closing time is inside.
    A clinic that never synced is due now, or at its next opening, and from then on; so is one whose last sync seems
    yet to come.
    """
    if not schedule.enabled:
        return None
    last = schedule.last_completed_at
    known = last is not None and last <= now + CLOCKS_DIFFER
    planned = min(schedule.next_due_at or now, now)
    due = last.astimezone(UTC) + interval(schedule) if last is not None and known else planned
    return _when_open(_not_paused(due, schedule), schedule, zone)


def missed_between(
    schedule: ScheduleRecord, zone: ZoneInfo, since: datetime, until: datetime
) -> tuple[datetime, ...]:
    """The instants after `since` and before `until` at which a sync was due, had each of them taken place.

    Of a time longer than a month its last month counts: a clock that was wrong by years must not fill the history.
    """
    missed = []
    due = next_due(schedule, zone, since)
    if due is not None and due < until - LONGEST_COUNTED:
        due = _when_open(until - LONGEST_COUNTED, schedule, zone)
    while due is not None and due < until:
        if due > since:
            missed.append(due)
        due = _when_open(_not_paused(due + interval(schedule), schedule), schedule, zone)
    return tuple(missed)


def is_stale(schedule: ScheduleRecord, zone: ZoneInfo, now: datetime) -> bool:
    """Whether two intervals of opening time have passed since the last completed sync."""
    if schedule.last_completed_at is None:
        return False
    last, now = schedule.last_completed_at.astimezone(UTC), now.astimezone(UTC)
    days = (now.astimezone(zone).date() - last.astimezone(zone).date()).days
    open_time = timedelta()
    for opens, closes in openings(last.astimezone(zone).date() - timedelta(days=1), days + 2, schedule, zone):
        open_time += max(timedelta(), min(closes, now) - max(opens, last))
    return open_time > 2 * interval(schedule)


def interval(schedule: ScheduleRecord) -> timedelta:
    """The time between two syncs."""
    return max(timedelta(hours=schedule.every_hours), SHORTEST_INTERVAL)


def _not_paused(due: datetime, schedule: ScheduleRecord) -> datetime:
    return max(due, schedule.paused_until) if schedule.paused_until is not None else due


def _when_open(moment: datetime, schedule: ScheduleRecord, zone: ZoneInfo) -> datetime | None:
    """The moment itself if the clinic is open then, else its next opening. None: it never opens."""
    first = moment.astimezone(zone).date() - timedelta(days=1)
    # each closed date can cost a clinic that opens once a week that week
    longest = _WEEK * (1 + len(schedule.closed_days)) + 2
    for opens, closes in openings(first, longest, schedule, zone):
        if closes >= moment:
            return max(opens, moment.astimezone(UTC))
    return None


def openings(
    first: date, days: int, schedule: ScheduleRecord, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """From when to when the clinic is open; hours that end before they start run past midnight."""
    past_midnight = timedelta(days=int(schedule.close_time <= schedule.open_time))
    for offset in range(days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() in schedule.open_weekdays and day not in schedule.closed_days:
            yield (
                instant(day, schedule.open_time, zone),
                instant(day + past_midnight, schedule.close_time, zone),
            )

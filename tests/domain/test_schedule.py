"""When syncs are due, missed, and overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.domain.schedule import is_stale, missed_between, next_due
from tests.domain.builders import LA, UNHURRIED

EVERY_FOUR = ScheduleRecord(every_hours=4, open_time=time(7), close_time=time(19))
ZONES = [
    ZoneInfo(name) for name in ("America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata")
]


def at(text: str, zone: ZoneInfo = LA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def after(last: str, **changes: object) -> ScheduleRecord:
    return replace(EVERY_FOUR, last_completed_at=at(last), **changes)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ("2026-11-20 08:00", "2026-11-20 12:00"),
        ("2026-11-20 15:00", "2026-11-20 19:00"),  # the closing time is inside
        ("2026-11-20 16:00", "2026-11-21 07:00"),
        ("2026-11-20 23:00", "2026-11-21 07:00"),
        ("2026-11-20 02:00", "2026-11-20 07:00"),
        ("2026-03-08 01:00", "2026-03-08 07:00"),  # clocks go forward that night
        ("2026-11-01 04:00", "2026-11-01 08:00"),  # and back
    ],
)
def test_the_interval_after_the_last_completed_sync(last: str, due: str) -> None:
    assert next_due(after(last), LA, at(last)) == at(due)


def test_a_sync_that_is_overdue_stays_due() -> None:
    assert next_due(after("2026-11-20 08:00"), LA, at("2026-11-22 22:00")) == at("2026-11-20 12:00")


def test_hours_count_as_they_pass_and_not_as_clocks_show_them() -> None:
    long_day = replace(
        EVERY_FOUR, open_time=time(0), close_time=time(0), last_completed_at=at("2026-11-01 00:30")
    )
    assert next_due(long_day, LA, at("2026-11-01 00:30")) == at("2026-11-01 03:30")


def test_closed_days_are_skipped() -> None:
    weekdays = frozenset({0, 1, 2, 3, 4})
    assert next_due(after("2026-11-20 16:00", open_weekdays=weekdays), LA, at("2026-11-20 17:00")) == at(
        "2026-11-23 07:00"
    )
    assert next_due(after("2026-11-20 16:00", open_weekdays=frozenset()), LA, at("2026-11-20 17:00")) is None
    only_friday = after("2026-11-20 16:00", open_weekdays=frozenset({4}))
    assert next_due(only_friday, LA, at("2026-11-20 17:00")) == at("2026-11-27 07:00")


def test_closed_dates_are_skipped_however_many() -> None:
    holiday = frozenset({date(2026, 11, 21)})
    assert next_due(after("2026-11-20 16:00", closed_days=holiday), LA, at("2026-11-20 17:00")) == at(
        "2026-11-22 07:00"
    )
    month = frozenset(date(2026, 11, 21) + timedelta(days=days) for days in range(40))
    assert next_due(after("2026-11-20 16:00", closed_days=month), LA, at("2026-11-20 17:00")) == at(
        "2026-12-31 07:00"
    )
    fridays = after("2026-11-20 16:00", closed_days=month, open_weekdays=frozenset({4}))
    assert next_due(fridays, LA, at("2026-11-20 17:00")) == at("2027-01-01 07:00")
    assert not is_stale(after("2026-11-20 16:00", closed_days=month), LA, at("2026-12-31 07:01"))


def test_a_last_sync_that_is_yet_to_come_counts_as_none() -> None:
    """The clock was wrong then; now it was set back."""
    tomorrow = after("2026-11-21 16:00")
    assert next_due(tomorrow, LA, at("2026-11-20 09:13")) == at("2026-11-20 09:13")
    at_opening = replace(tomorrow, next_due_at=at("2026-11-20 07:00"))
    assert next_due(at_opening, LA, at("2026-11-20 09:13")) == at("2026-11-20 07:00")
    another_computers = after("2026-11-20 09:20")
    assert next_due(another_computers, LA, at("2026-11-20 09:13")) == at("2026-11-20 13:20")


def test_hours_past_midnight() -> None:
    night = after("2026-11-20 23:00", open_time=time(19), close_time=time(7), open_weekdays=frozenset({4}))
    assert next_due(night, LA, at("2026-11-20 23:00")) == at("2026-11-21 03:00")
    assert next_due(
        replace(night, last_completed_at=at("2026-11-21 04:00")), LA, at("2026-11-21 04:00")
    ) == at("2026-11-27 19:00")


def test_switched_off_or_paused() -> None:
    assert next_due(after("2026-11-20 08:00", enabled=False), LA, at("2026-11-20 09:00")) is None
    paused = after("2026-11-20 08:00", paused_until=at("2026-11-21 10:30"))
    assert next_due(paused, LA, at("2026-11-20 09:00")) == at("2026-11-21 10:30")
    at_night = after("2026-11-20 08:00", paused_until=at("2026-11-21 22:30"))
    assert next_due(at_night, LA, at("2026-11-20 09:00")) == at("2026-11-22 07:00")


def test_a_clinic_that_never_synced_is_due_now() -> None:
    assert next_due(EVERY_FOUR, LA, at("2026-11-20 09:13")) == at("2026-11-20 09:13")
    assert next_due(EVERY_FOUR, LA, at("2026-11-20 22:13")) == at("2026-11-21 07:00")


def test_what_was_missed() -> None:
    asleep = after("2026-11-20 15:00")
    missed = missed_between(asleep, LA, at("2026-11-20 15:00"), at("2026-11-21 12:30"))
    assert missed == (at("2026-11-20 19:00"), at("2026-11-21 07:00"), at("2026-11-21 11:00"))
    assert missed_between(asleep, LA, at("2026-11-21 07:00"), at("2026-11-21 12:30")) == (
        at("2026-11-21 11:00"),
    )
    assert missed_between(asleep, LA, at("2026-11-20 15:00"), at("2026-11-20 19:00")) == ()


def test_of_years_only_the_last_month_was_missed() -> None:
    missed = missed_between(after("1999-11-20 15:00"), LA, at("1999-11-20 15:00"), at("2026-11-20 15:00"))
    assert missed[0] >= at("2026-10-20 14:00")
    assert missed[-1] == at("2026-11-20 11:00")
    assert len(missed) == len(set(missed)) == 31 * 4


def test_nothing_is_missed_while_paused_or_off() -> None:
    paused = after("2026-11-20 15:00", paused_until=at("2026-11-22 09:00"))
    assert missed_between(paused, LA, at("2026-11-20 15:00"), at("2026-11-22 09:00")) == ()
    off = after("2026-11-20 15:00", enabled=False)
    assert missed_between(off, LA, at("2026-11-20 15:00"), at("2026-11-22 09:00")) == ()


@pytest.mark.parametrize(
    ("now", "stale"),
    [
        ("2026-11-20 19:00", False),
        ("2026-11-21 06:59", False),  # the night does not count
        ("2026-11-21 11:00", False),
        ("2026-11-21 11:01", True),
        ("2026-11-29 11:01", True),
    ],
)
def test_two_intervals_of_opening_time_without_success(now: str, stale: bool) -> None:
    assert is_stale(after("2026-11-20 15:00"), LA, at(now)) is stale


def test_a_clinic_that_never_synced_is_not_stale() -> None:
    assert not is_stale(EVERY_FOUR, LA, at("2026-11-20 15:00"))


schedules = st.builds(
    ScheduleRecord,
    every_hours=st.floats(-1, 100),
    open_time=st.times().map(lambda value: value.replace(tzinfo=None)),
    close_time=st.times().map(lambda value: value.replace(tzinfo=None)),
    open_weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    last_completed_at=st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
)


@UNHURRIED
@given(schedules, st.sampled_from(ZONES))
def test_a_sync_is_due_only_when_the_clinic_is_open(schedule: ScheduleRecord, zone: ZoneInfo) -> None:
    assert schedule.last_completed_at is not None
    due = next_due(schedule, zone, schedule.last_completed_at)
    assert due is not None
    assert due > schedule.last_completed_at
    local = due.astimezone(zone)
    clock, opens, closes = local.time(), schedule.open_time, schedule.close_time
    if opens < closes:
        assert local.weekday() in schedule.open_weekdays
        # a time that a change of clocks leaves out moves forward by as much
        assert opens <= clock <= closes or local.utcoffset() != (local - timedelta(hours=3)).utcoffset()


@UNHURRIED
@given(schedules, st.sampled_from(ZONES))
def test_missed_syncs_follow_each_other_at_the_interval(schedule: ScheduleRecord, zone: ZoneInfo) -> None:
    since = schedule.last_completed_at
    assert since is not None
    missed = missed_between(schedule, zone, since, since + timedelta(days=3))
    every = max(timedelta(hours=schedule.every_hours), timedelta(minutes=15))
    for earlier, later in zip((since, *missed), missed, strict=False):
        assert later - earlier >= every

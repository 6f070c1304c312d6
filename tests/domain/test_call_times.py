"""When a call is due: never outside of anybody's hours, in any zone, on any day of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.call_times import SlotProblem, is_allowed, is_decent, next_slot
from idexx_desktop.domain.calling_hours import Area
from idexx_desktop.domain.decisions import CallRules, KindRule
from tests.domain.builders import LA, RULES, UNHURRIED

ONE_DAY_AT_TEN = KindRule(1, time(10))
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/Los_Angeles", "America/New_York", "America/St_Johns", "America/Phoenix", "Pacific/Honolulu",
        "Europe/London", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
        "Australia/Sydney", "Pacific/Apia", "Pacific/Kiritimati", "America/Sao_Paulo", "Africa/Cairo", "UTC",
    )
]  # fmt: skip


def at(text: str, zone: ZoneInfo = LA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def in_no_country(zones: Sequence[ZoneInfo]) -> list[Area]:
    """Where these zones are all that matters."""
    return [Area(zone, "ZZ") for zone in zones]


def slot(
    visit_at: datetime,
    now: datetime,
    rules: CallRules = RULES,
    kind: KindRule = ONE_DAY_AT_TEN,
    zones: Sequence[ZoneInfo] = (),
) -> datetime | SlotProblem:
    return next_slot(visit_at, kind, rules, in_no_country(zones), now)


def test_the_day_after_at_the_preferred_hour() -> None:
    assert slot(at("2026-11-21 09:15"), at("2026-11-21 18:00")) == at("2026-11-22 10:00")


def test_the_base_is_the_clinics_local_day() -> None:
    late = at("2026-11-21 23:30")  # the 22nd in UTC
    assert slot(late, late + timedelta(minutes=5)) == at("2026-11-22 10:00")


def test_past_already_means_the_next_open_slot() -> None:
    assert slot(at("2026-11-21 09:15"), at("2026-11-22 10:42")) == at("2026-11-22 10:45")
    assert slot(at("2026-11-21 09:15"), at("2026-11-22 10:45")) == at("2026-11-22 10:50")
    assert slot(at("2026-11-21 09:15"), at("2026-11-22 20:00")) == at("2026-11-23 09:00")


def test_it_is_too_late_after_three_days() -> None:
    assert slot(at("2026-11-21 09:15"), at("2026-11-25 18:40")) == at("2026-11-25 18:45")
    assert slot(at("2026-11-21 09:15"), at("2026-11-25 18:50")) is SlotProblem.TOO_LATE
    assert slot(at("2026-11-21 09:15"), at("2026-12-25 10:00")) is SlotProblem.TOO_LATE


def test_the_preferred_hour_is_moved_into_the_window() -> None:
    early, late = KindRule(1, time(6)), KindRule(1, time(20, 30))
    assert slot(at("2026-11-21 09:15"), at("2026-11-21 18:00"), kind=early) == at("2026-11-22 09:00")
    assert slot(at("2026-11-21 09:15"), at("2026-11-21 18:00"), kind=late) == at("2026-11-22 18:45")


def test_the_owners_day_counts_as_well_as_the_clinics() -> None:
    new_york, honolulu = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu")
    late = KindRule(1, time(18, 30))  # 21:30 in New York
    assert slot(at("2026-11-21 09:15"), at("2026-11-21 18:00"), kind=late, zones=[new_york]) == at(
        "2026-11-22 20:45", new_york
    )
    assert slot(at("2026-11-21 09:15"), at("2026-11-21 18:00"), zones=[honolulu]) == at(
        "2026-11-22 08:00", honolulu
    )
    both = slot(at("2026-11-21 09:15"), at("2026-11-21 18:00"), kind=late, zones=[new_york, honolulu])
    assert both == at("2026-11-22 20:45", new_york)


def test_closed_days_are_skipped() -> None:
    weekdays_only = replace(RULES, closed_weekdays=frozenset({5, 6}))
    friday = at("2026-11-20 09:15")
    assert slot(friday, friday, weekdays_only) == at("2026-11-23 10:00")
    holiday = replace(weekdays_only, closed_days=frozenset({date(2026, 11, 23)}))
    assert slot(friday, friday, holiday) == at("2026-11-24 10:00")
    # due on Friday, missed, closed over the weekend: Monday is within the three days
    assert slot(at("2026-11-19 09:15"), at("2026-11-20 21:00"), weekdays_only) == at("2026-11-23 09:00")


def test_no_time_fits() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    night = replace(RULES, window_start=time(9), window_end=time(12))
    assert slot(at("2026-11-21 09:15"), at("2026-11-21 18:00"), night, zones=[tokyo]) is SlotProblem.NO_SLOT
    reversed_window = replace(RULES, window_start=time(19), window_end=time(9))
    assert slot(at("2026-11-21 09:15"), at("2026-11-21 18:00"), reversed_window) is SlotProblem.NO_SLOT
    always_closed = replace(RULES, closed_weekdays=frozenset(range(7)))
    assert slot(at("2026-11-21 09:15"), at("2026-11-21 18:00"), always_closed) is SlotProblem.NO_SLOT


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-03-07 10:00", "2026-03-08T17:00+00:00"), ("2026-10-31 10:00", "2026-11-01T18:00+00:00")],
)
def test_ten_is_ten_on_the_days_when_clocks_change(day: str, expected: str) -> None:
    assert slot(at(day), at(day)) == datetime.fromisoformat(expected)


@st.composite
def situations(draw: st.DrawFn) -> tuple[datetime, datetime, CallRules, KindRule, list[ZoneInfo]]:
    visit_at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 3 * 365 * 24 * 60)))
    now = visit_at + timedelta(minutes=draw(st.integers(0, 9 * 24 * 60)))
    rules = CallRules(
        zone=draw(st.sampled_from(ZONES)),
        window_start=draw(st.times()),
        window_end=draw(st.times()),
        closed_weekdays=draw(st.frozensets(st.integers(0, 6), max_size=5)),
        closed_days=frozenset(
            visit_at.date() + timedelta(days=offset)
            for offset in draw(st.lists(st.integers(0, 9), max_size=4))
        ),
    )
    kind = KindRule(draw(st.integers(0, 5)), draw(st.times()))
    return visit_at, now, rules, kind, draw(st.lists(st.sampled_from(ZONES), max_size=3))


@UNHURRIED
@given(situations())
def test_a_call_is_never_outside_of_anybodys_hours(
    situation: tuple[datetime, datetime, CallRules, KindRule, list[ZoneInfo]],
) -> None:
    visit_at, now, rules, kind, zones = situation
    owner = in_no_country(zones)
    due = next_slot(visit_at, kind, rules, owner, now)
    if isinstance(due, SlotProblem):
        return
    local = due.astimezone(rules.zone)
    assert due.utcoffset() == timedelta()
    assert due > now
    assert rules.window_start <= local.time() < rules.window_end
    assert local.weekday() not in rules.closed_weekdays
    assert local.date() not in rules.closed_days
    assert local.date() >= visit_at.astimezone(rules.zone).date() + timedelta(days=kind.delay_days)
    for zone in zones or [rules.zone]:
        assert time(8) <= due.astimezone(zone).time() < time(21)
    assert is_allowed(due, rules, owner)
    assert is_decent(due, rules, owner)


@UNHURRIED
@given(situations())
def test_a_slot_stays_as_long_as_it_lies_ahead(
    situation: tuple[datetime, datetime, CallRules, KindRule, list[ZoneInfo]],
) -> None:
    visit_at, now, rules, kind, zones = situation
    owner = in_no_country(zones)
    due = next_slot(visit_at, kind, rules, owner, visit_at)
    if isinstance(due, datetime) and now < due and due > visit_at + timedelta(hours=24):
        assert next_slot(visit_at, kind, rules, owner, now) == due


@pytest.mark.parametrize(
    ("moment", "allowed", "decent"),
    [
        ("2026-11-22 09:00", True, True),
        ("2026-11-22 08:59", False, True),
        ("2026-11-22 18:45", True, True),
        ("2026-11-22 19:30", False, True),
        ("2026-11-22 07:59", False, False),
        ("2026-11-22 21:00", False, False),
    ],
)
def test_what_is_allowed_and_what_is_decent(moment: str, allowed: bool, decent: bool) -> None:
    assert is_allowed(at(moment), RULES, ()) is allowed
    assert is_decent(at(moment), RULES, ()) is decent

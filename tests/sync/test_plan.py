"""Which days a run reads: whole local days, back to the last completed run, and every open visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.sync.parts import LONGEST_WINDOW
from idexx_desktop.sync.plan import Span, day_bounds, local_day, spans_to_read, window
from tests.domain.builders import LA, UNHURRIED

NOW = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)  # a Wednesday, 15:00 in Los Angeles
zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in ("America/Los_Angeles", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe")
    ]
)
moments = st.integers(1735700000, 1798800000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ages = st.timedeltas(timedelta(), timedelta(days=60))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LA)


@pytest.mark.parametrize(
    ("hours", "last", "start"),
    [
        (48, None, "2026-11-16 00:00"),
        (1, None, "2026-11-18 00:00"),
        (48, "2026-11-18 11:00", "2026-11-16 00:00"),  # the longer of both
        (48, "2026-11-12 18:00", "2026-11-12 00:00"),
        (48, "2026-09-01 08:00", "2026-11-04 00:00"),  # 14 days at most
    ],
)
def test_the_window(hours: float, last: str | None, start: str) -> None:
    assert window(NOW, LA, hours, at(last) if last else None) == Span(at(start), at("2026-11-18 23:59:59"))


def test_days_across_a_change_of_clocks() -> None:
    start, end = day_bounds(date(2026, 11, 1), LA)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=25)
    start, end = day_bounds(date(2026, 3, 8), LA)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=23)


def test_a_visit_without_a_time_is_of_today() -> None:
    today = date(2026, 11, 18)
    assert local_day(None, LA, today) == today
    assert local_day(datetime(2026, 11, 18, 3, tzinfo=UTC), LA, today) == date(2026, 11, 17)


def test_neighboring_days_are_one_span() -> None:
    whole = window(NOW, LA, 48, None)
    open_since = [
        at("2026-11-15 10:00"),
        at("2026-11-14 23:59"),
        at("2026-11-10 00:00"),
        at("2026-11-17 09:00"),
    ]
    assert spans_to_read(whole, open_since, LA) == (
        Span(at("2026-11-10 00:00"), at("2026-11-10 23:59:59")),
        Span(at("2026-11-14 00:00"), whole.end),
    )
    assert spans_to_read(whole, [], LA) == (whole,)


@UNHURRIED
@given(moments, zones, st.floats(0.1, 336), st.none() | ages)
def test_a_window_is_whole_days_and_long_enough(
    now: datetime, zone: ZoneInfo, hours: float, age: timedelta | None
) -> None:
    span = window(now, zone, hours, None if age is None else now - age)
    wanted = max(timedelta(hours=hours), age or timedelta())
    assert span.start <= now - min(wanted, LONGEST_WINDOW)
    assert (now - min(wanted, LONGEST_WINDOW)) - span.start < timedelta(hours=26)
    assert span.start.astimezone(zone).time().isoformat() == "00:00:00"
    assert span.end.astimezone(zone).date() == now.astimezone(zone).date()
    assert span.end >= now - timedelta(seconds=1)


@UNHURRIED
@given(moments, zones, st.lists(ages, max_size=8))
def test_every_open_visit_lies_in_exactly_one_span(
    now: datetime, zone: ZoneInfo, open_for: list[timedelta]
) -> None:
    whole = window(now, zone, 48, None)
    spans = spans_to_read(whole, [now - age for age in open_for], zone)
    for age in open_for:
        moment = (now - age).replace(microsecond=0)
        assert sum(span.start <= moment <= span.end for span in spans) == 1
    assert spans[-1].end == whole.end
    assert spans[-1].start <= whole.start
    for earlier, later in pairwise(spans):
        # neither side by side nor overlapping: at least one whole day lies between
        assert later.start.astimezone(UTC) - earlier.end.astimezone(UTC) > timedelta(hours=22)

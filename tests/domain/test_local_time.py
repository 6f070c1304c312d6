"""Local times on the nights when clocks change."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.local_time import instant


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        ("America/Los_Angeles", date(2026, 7, 1), time(10), "2026-07-01T17:00+00:00"),
        (
            "America/Los_Angeles",
            date(2026, 3, 8),
            time(2, 30),
            "2026-03-08T10:30+00:00",
        ),  # 03:30 by the clock
        ("America/Los_Angeles", date(2026, 11, 1), time(1, 30), "2026-11-01T08:30+00:00"),  # the first 01:30
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), "2026-10-03T15:40+00:00"),  # by half an hour
        ("Africa/Cairo", date(2026, 4, 24), time(0, 30), "2026-04-23T22:30+00:00"),  # at midnight
    ],
)
def test_a_local_time_is_one_instant(zone: str, day: date, clock: time, expected: str) -> None:
    assert instant(day, clock, ZoneInfo(zone)) == datetime.fromisoformat(expected)

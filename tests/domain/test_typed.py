"""What people type for times and days."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from idexx_desktop.domain.typed import typed_day, typed_time

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9", time(9)), ("09", time(9)), ("930", time(9, 30)), ("0930", time(9, 30)), ("2130", time(21, 30)),
        ("9:30", time(9, 30)), (" 9 : 30 ", time(9, 30)), ("21.30", time(21, 30)), ("9h30", time(9, 30)),
        ("9:30 pm", time(21, 30)), ("9:30PM", time(21, 30)), ("930p", time(21, 30)), ("9 p.m.", time(21)),
        ("12 am", time(0)), ("12:05 pm", time(12, 5)), ("0", time(0)), ("23:59", time(23, 59)),
        ("", None), ("24", None), ("9:60", None), ("13 pm", None), ("0 am", None), ("nine", None), ("9:3", None),
        ("12345", None), ("-9", None), ("9:30:15", None),
    ],
)  # fmt: skip
def test_times(text: str, found: time | None) -> None:
    assert typed_time(text) == found


def test_every_time_is_read_as_it_is_shown() -> None:
    for minutes in range(24 * 60):
        shown = time(*divmod(minutes, 60))
        for words in (
            f"{shown:%H:%M}",
            f"{shown:%H%M}",
            f"{shown:%I:%M %p}",
            f"{shown.hour}.{shown.minute:02}",
        ):
            assert typed_time(words) == shown, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("24 Nov", date(2026, 11, 24)), ("nov 24", date(2026, 11, 24)), ("Nov 24, 2025", date(2025, 11, 24)),
        ("Tue 24 Nov 2026", date(2026, 11, 24)), ("24 november", date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)),
        ("11/24", date(2026, 11, 24)), ("11/24/25", date(2025, 11, 24)), ("24.11.", date(2026, 11, 24)),
        ("24.11.2025", date(2025, 11, 24)), ("24", date(2026, 11, 24)), ("today", TODAY),
        ("Yesterday", date(2026, 11, 21)),
        ("tomorrow", date(2026, 11, 23)), ("3 Jan", date(2027, 1, 3)), ("29 Feb 2028", date(2028, 2, 29)),
        ("", None), ("31 Nov", None), ("24/11", None), ("Nov", None), ("Mon", None), ("24 Foo", None), ("soon", None),
        ("1 2 3 4", None), ("29 Feb 2027", None),
        ("12/31/9999", None), ("0001-01-01", None), ("1 Jan 1899", None), ("12/31/2200", date(2200, 12, 31)),
        ("1/1/" + "9" * 5000, None), ("9" * 5000, None), ("1/" + "1" * 5000, None),
    ],
)  # fmt: skip
def test_days(text: str, found: date | None) -> None:
    assert typed_day(text, TODAY, month_first=True) == found


def test_where_the_day_comes_first() -> None:
    assert typed_day("3/12", TODAY, month_first=False) == date(2026, 12, 3)
    assert typed_day("3.12.", TODAY, month_first=True) == date(2026, 12, 3)


def test_every_day_is_read_as_it_is_shown() -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    for number in range(800):
        day = TODAY - timedelta(days=400) + timedelta(days=number)
        for words in (f"Tue {day.day} {months[day.month - 1]} {day.year}", day.isoformat()):
            assert typed_day(words, TODAY, month_first=True) == day

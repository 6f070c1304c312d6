"""Times and days as people type them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

_TIME = re.compile(r"(\d{1,2})(?:\s*[:h]?\s*(\d{2}))?\s*(?:([ap])m?)?")
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# what is further away is a slip, and near its ends the calendar of programs ends, too
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def typed_time(text: str) -> time | None:
    """`9`, `930`, `9:30`, `21.30`, `9:30 pm`, `9h30`; None for what is no time of day."""
    found = _TIME.fullmatch(
        text.strip().casefold().replace("a.m.", "am").replace("p.m.", "pm").replace(".", ":")
    )
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def typed_day(text: str, today: date, *, month_first: bool) -> date | None:
    """`24 Nov`, `Nov 24 2026`, `2026-11-24`, `11/24` or `24.11.`, `24`, `tomorrow`; None for what is no day.
    Days from 1900 to 2200 are understood.

    A year that is left out is the one that brings the day nearest to `today`, a month that is left out this one.
    `month_first` says how two numbers with a stroke between them are read.
    """
    words = text.casefold().replace(",", " ").split()
    words = [word for word in words if word[:3] not in _WEEKDAYS or not word.isalpha()]
    if len(words) == 1 and words[0] in _NEAR:
        return today + timedelta(days=_NEAR[words[0]])
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", "".join(words)):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    return _in_parts(
        [part for word in words for part in re.split(r"[./-]", word) if part], text, today, month_first
    )


def _in_parts(parts: list[str], text: str, today: date, month_first: bool) -> date | None:
    named = [part for part in parts if part.isalpha()]
    numbers = [int(part) for part in parts if part.isdecimal() and len(part) <= 4]
    if len(named) + len(numbers) != len(parts) or not 1 <= len(parts) <= 3:
        return None
    if named:
        month = _month(named)
        return _dated(numbers, month, today) if month else None
    if len(numbers) == 1:
        return _day(today.year, today.month, numbers[0])
    if month_first and "." not in text:
        numbers[0], numbers[1] = numbers[1], numbers[0]
    return _dated([numbers[0], *numbers[2:]], numbers[1], today)


def _month(named: list[str]) -> int | None:
    if len(named) != 1 or named[0][:3] not in _MONTHS:
        return None
    return _MONTHS.index(named[0][:3]) + 1


def _dated(numbers: list[int], month: int, today: date) -> date | None:
    """A day of a month, and the year if it is there."""
    if len(numbers) == 2:
        day, year = numbers
        return _day(year + 2000 if year < 100 else year, month, day)
    if len(numbers) != 1:
        return None
    years = (today.year - 1, today.year, today.year + 1)
    days = (found for year in years if (found := _day(year, month, numbers[0])))
    return min(days, key=lambda found: abs(found - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None

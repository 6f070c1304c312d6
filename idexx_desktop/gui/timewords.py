"""Instants in the words of a person; the exact time with its zone is for the tooltip.

Clock and dates are written as in the clinic's country (`follow`). All functions take aware instants and the clinic's
zone, and compare local days, so they are right across DST.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate

from idexx_desktop.domain.habits import Habits, habits_of
from idexx_desktop.gui.strings import kit, locale, tr

# those of the clinic's country; the window shows one clinic's clock at a time
_HABITS = [Habits()]


def follow(country: str) -> None:
    """From here on times and days are written as this country (ISO 3166 alpha-2) writes them."""
    _HABITS[-1] = habits_of(country)


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """`10:42`, or `10:42 am`."""
    return of_day(instant.astimezone(zone).time())


def of_day(at: time) -> str:
    """A time of day in a field: `09:30`, or `9:30 am`."""
    return _HABITS[-1].clock(at)


def month_first() -> bool:
    """Whether 11/12 is the twelfth of November, as where the dates of this window are read."""
    return _HABITS[-1].month_first


def first_weekday() -> int:
    """The first day of a week, Monday = 0."""
    return _HABITS[-1].first_weekday


def of_date(local: date) -> str:
    """A day in a field: `Sun 22 Nov 2026`, or `Sun, Nov 22, 2026`."""
    weekday = locale().standaloneDayName(local.isoweekday(), locale().FormatType.ShortFormat)
    between = ", " if month_first() else " "
    return f"{weekday}{between}{_HABITS[-1].day(local, year=True)}"


def plain_day(local: date) -> str:
    """`21 Nov`, or `Nov 21`."""
    return _HABITS[-1].day(local)


def day(local: date, today: date) -> str:
    """`Today`, `Yesterday`, `Tomorrow`, `21 Nov`, and with the year where it is another: `21 Nov 2025`."""
    near = {-1: kit.YESTERDAY, 0: kit.TODAY, 1: kit.TOMORROW}.get((local - today).days)
    if near:
        return tr(near)
    return _HABITS[-1].day(local, year=local.year != today.year)


def short(instant: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """For tables: `10:42` today, `Yesterday 16:00`, `21 Nov 09:15`; words for no time at all."""
    if instant is None:
        return tr(kit.NO_TIME)
    local, today = instant.astimezone(zone).date(), now.astimezone(zone).date()
    at = clock(instant, zone)
    return at if local == today else f"{day(local, today)} {at}"


def full(instant: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """As `short`, with the word Today: `Today 10:42`."""
    if instant is None:
        return tr(kit.NO_TIME)
    local, today = instant.astimezone(zone).date(), now.astimezone(zone).date()
    return f"{day(local, today)} {clock(instant, zone)}"


def dated(instant: datetime | None, now: datetime, zone: ZoneInfo, *, between: str = " ") -> str:
    """Always with the date, for rows that are compared: `21 Nov 09:15`."""
    if instant is None:
        return tr(kit.NO_TIME)
    return f"{short_day(instant, now, zone)}{between}{clock(instant, zone)}"


def short_day(instant: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Only the date: `21 Nov`, `21 Nov 2025`; "" for no time."""
    if instant is None:
        return ""
    local = instant.astimezone(zone).date()
    return _HABITS[-1].day(local, year=local.year != now.astimezone(zone).year)


def span(first: date, last: date, today: date) -> str:
    """`3 Nov to 9 Nov`, `3 Nov` for one day; with the year where it is another."""
    one, other = (_HABITS[-1].day(each, year=each.year != today.year) for each in (first, last))
    return one if first == last else tr(kit.DAYS_SPAN, first=one, last=other)


def spoken(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """For sentences: `10:42`, `yesterday 16:00`, `Monday 16:00` within six days, else `21 Nov 09:15`."""
    local, today = instant.astimezone(zone).date(), now.astimezone(zone).date()
    ago = (today - local).days
    if 2 <= abs(ago) <= 6:
        return f"{locale().standaloneDayName(local.isoweekday())} {clock(instant, zone)}"
    words = short(instant, now, zone)
    return words[0].lower() + words[1:] if abs(ago) == 1 else words


def exact(instant: datetime | None, zone: ZoneInfo) -> str:
    """For tooltips: `Saturday, 21 November 2026, 09:15 PST (America/Los_Angeles)`."""
    if instant is None:
        return ""
    local = instant.astimezone(zone)
    return f"{long_date(local.date())}, {of_day(local.time())} {local.tzname()} ({zone.key})"


def long_day(local: date) -> str:
    """`Sunday, 22 November`, or `Sunday, November 22`."""
    return locale().toString(qdate(local), "dddd, MMMM d" if month_first() else "dddd, d MMMM")


def long_date(local: date) -> str:
    """`Sunday, 22 November 2026`, or `Sunday, November 22, 2026`."""
    return f"{long_day(local)}{',' if month_first() else ''} {local.year}"


def qdate(local: date) -> QDate:
    """A date as Qt takes it."""
    return QDate(local.year, local.month, local.day)

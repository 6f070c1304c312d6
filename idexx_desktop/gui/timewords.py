"""Instants in the words of a person; the exact time with its zone is for the tooltip.

All functions take aware instants and the clinic's zone, and compare local days, so they are right across DST.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate

from idexx_desktop.gui.strings import kit, locale, tr


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """`10:42`."""
    return f"{instant.astimezone(zone):%H:%M}"


def of_day(at: time) -> str:
    """A time of day in a field: `09:30`."""
    return f"{at:%H:%M}"


def month_first() -> bool:
    """Whether 11/12 is the twelfth of November, as where the dates of this window are read."""
    return True


def day(local: date, today: date) -> str:
    """`Today`, `Yesterday`, `Tomorrow`, `21 Nov`, and with the year where it is another: `21 Nov 2025`."""
    near = {-1: kit.YESTERDAY, 0: kit.TODAY, 1: kit.TOMORROW}.get((local - today).days)
    if near:
        return tr(near)
    short = locale().toString(qdate(local), "d MMM")
    return short if local.year == today.year else f"{short} {local.year}"


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
    local = instant.astimezone(zone)
    written = locale().toString(qdate(local.date()), "d MMM")
    return written if local.year == now.astimezone(zone).year else f"{written} {local.year}"


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
    return f"{long_day(local.date())} {local.year}, {local:%H:%M} {local.tzname()} ({zone.key})"


def long_day(local: date) -> str:
    """`Sunday, 22 November`."""
    return locale().toString(qdate(local), "dddd, d MMMM")


def qdate(local: date) -> QDate:
    """A date as Qt takes it."""
    return QDate(local.year, local.month, local.day)

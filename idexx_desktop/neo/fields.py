"""The kinds of values in Neo's answers, each read in every spelling that is known, and in no other.

Readers raise `ValueError` for a value that is none of them; who needs it makes that record unreadable, and who
doesn't goes on without it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from idexx_desktop.neo.notes import cut, plain_text, storable

_LONGEST_LINE = 1_000
# days are added to and taken from every time: the ends of the calendar must be far away
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_YES = frozenset({"1", "true", "yes", "y"})
_NO = frozenset({"", "0", "false", "no", "n"})


def line_of(text: str) -> str:
    """One line: a name, a number, a status."""
    return cut(" ".join(storable(text).split()), _LONGEST_LINE)


def rich_of(text: str) -> str:
    """Text over several lines that may be HTML."""
    return plain_text(text)


def identifier(value: object) -> str | None:
    """Numbers and strings alike; null, "" and 0 mean that there is none."""
    if isinstance(value, float) and not value.is_integer():
        raise ValueError("not an id")
    text = _text(int(value) if isinstance(value, float) else value).strip()
    if text in ("", "0"):
        return None
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError("not an id")
    return text


def flag(value: object) -> bool:
    """Yes or no."""
    text = str(value).lower() if isinstance(value, bool) else _text(value).strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueError("neither yes nor no")


def quantity_of(value: float) -> str:
    """A number without the ".0" that some of Neo's answers carry."""
    return line_of(str(value)).removesuffix(".0")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("not a text")
    return str(value)


def instant(text: str, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of Neo's `YYYY-MM-DD HH:MM:SS` (local clinic time) or of ISO 8601.

    A local time that does not exist moves forward; one that exists twice takes the first. Raises
    `ValueError`, also for a time in which there are no visits.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        # fold=0 means "before the change of clocks": the first of two, and an hour later where there is none
        moment = moment.replace(tzinfo=zone, fold=0)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError("no such time")
    return moment.astimezone(UTC)


def instant_or_none(text: str, zone: ZoneInfo) -> datetime | None:
    """As `instant`, None where there is no time that can be read."""
    try:
        return instant(text, zone)
    except ValueError:
        return None


def local_text(moment: datetime, zone: ZoneInfo, form: str) -> str:
    """An instant as local clinic time, the way that Neo's addresses want it."""
    return moment.astimezone(zone).strftime(form)

"""The dated data of `resources/calling_hours`, read and checked at first use.

What can't be read, or is in a form that only a newer program knows, is a failure of its own: without it nobody knows
when owners may be called, and "at any time" would be the wrong answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from idexx_desktop.domain.calling_hours import Binds, CallingHours, Hours, HoursLaw, Law, SayFirst, Source
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.resources import resource_folder

FORMAT = 1
HOURS_FILE, AREA_CODES_FILE = "hours.json", "area_codes.json"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OFF = {"public_holidays"}
_VERSION = re.compile(r"\d{4}-\d\d-\d\d(?:\.\d{1,3})?")
_PLACE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_Entry = TypeVar("_Entry")


@cache
def calling_hours() -> CallingHours:
    """What came with this program. CALLING_HOURS_UNREADABLE where it can't be used."""
    try:
        return read_calling_hours(resource_folder() / "calling_hours")
    except FileNotFoundError as missing:
        raise _unreadable(str(missing)) from None


def read_calling_hours(folder: Path) -> CallingHours:
    """The two files of a folder. CALLING_HOURS_UNREADABLE says in its detail which, and what of it."""
    told, codes = _document(folder / HOURS_FILE), _document(folder / AREA_CODES_FILE)
    version = told.get("version")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise _unreadable(f"{HOURS_FILE}: version")
    laws = _each(told.get("entries"), _hours_law)
    if not laws:
        raise _unreadable(f"{HOURS_FILE}: no entries")
    return CallingHours(version, laws, _each(told.get("say_first"), _say_first), _states(codes))


def _document(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise _unreadable(f"{file.name}: {type(problem).__name__}") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _unreadable(f"{file.name}: its form is not {FORMAT}")
    return told


def _each(entries: Any, read: Callable[[Mapping[str, Any]], _Entry]) -> tuple[_Entry, ...]:
    found = []
    for number, entry in enumerate(entries if isinstance(entries, list) else (), 1):
        try:
            found.append(read(entry))
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise _unreadable(f"{HOURS_FILE}: entry {number}: {problem}") from None
    return tuple(found)


def _hours_law(entry: Mapping[str, Any]) -> HoursLaw:
    if not entry["hours"] or not _OFF.issuperset(entry["days_off"]):
        raise ValueError("hours or days off")
    week: list[Hours] = [()] * 7
    for span in entry["hours"]:
        first, last = time.fromisoformat(span["from"]), time.fromisoformat(span["until"])
        if first >= last:
            raise ValueError("ends before it begins")
        for weekday in _weekdays(span["days"]):
            week[weekday] = (*week[weekday], (first, last))
    return HoursLaw(_law(entry), tuple(week), not_on_holidays="public_holidays" in entry["days_off"])


def _say_first(entry: Mapping[str, Any]) -> SayFirst:
    words = entry["words"]
    if not isinstance(words, str) or not words.strip():
        raise ValueError("no words")
    return SayFirst(_law(entry), words)


def _law(entry: Mapping[str, Any]) -> Law:
    place, source, verified = entry["place"], entry["source"], entry["verified"]
    read_on = _day(entry["read_on"])
    if not _PLACE.fullmatch(place) or not isinstance(verified, bool) or verified != (read_on is not None):
        raise ValueError("place, or whether it was read")
    return Law(
        place,
        str(entry["name"]),
        Binds(entry["binds"]),
        Source(str(source["title"]), str(source["url"]), str(source["section"])),
        verified,
        read_on,
        _day(entry["valid_from"]),
        _day(entry["valid_until"]),
    )


def _weekdays(named: str) -> range:
    first, _, last = named.partition("-")
    days = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
    if not days:
        raise ValueError("weekdays")
    return days


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)


def _states(codes: Mapping[str, Any]) -> dict[str, str]:
    try:
        found = {code: state for state, listed in codes["states"].items() for code in listed.split()}
    except (KeyError, AttributeError):
        found = {}
    if not found:
        raise _unreadable(f"{AREA_CODES_FILE}: states")
    return found


def _unreadable(detail: str) -> Failure:
    return Failure(FailureCode.CALLING_HOURS_UNREADABLE, detail)

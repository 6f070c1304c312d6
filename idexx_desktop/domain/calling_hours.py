"""When the law of a place lets owners be called: dated entries with their sources, and what they leave of a day.

They narrow the hours in which this program ever lets anybody be called, and never widen them. Most of these laws speak
of telephone solicitation, not of a call to a client about their own pet; they are kept all the same, as the careful
default, and each entry says what it binds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from idexx_desktop.domain.law_holidays import is_public_holiday
from idexx_desktop.domain.local_time import instant

NEVER_BEFORE, NEVER_AFTER = time(8), time(21)
Hours = tuple[tuple[time, time], ...]
_CODE = "+1"  # of the numbers whose next three digits tell the state


class Binds(StrEnum):
    """Which calls a law speaks of."""

    ALL_CALLS = "all_calls"
    TELEPHONE_SOLICITATION = "telephone_solicitation"
    AUTOMATED_CALLS = "automated_calls"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry comes from: what was read, or was to be read, and which part of it."""

    title: str
    url: str
    section: str


@dataclass(frozen=True, slots=True)
class Law:
    """What one law says of a place ("US" or "US-FL", ISO 3166). `verified`: its text was read, on `read_on`.

    It holds on days from `valid_from` to `valid_until`, both included; None for always.
    """

    place: str
    name: str
    binds: Binds
    source: Source
    verified: bool
    read_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def holds(self, day: date, *, automated: bool) -> bool:
        """Whether it is in force on this day, for calls that a system makes, or people."""
        if self.binds is Binds.AUTOMATED_CALLS and not automated:
            return False
        since, until = self.valid_from or date.min, self.valid_until or date.max
        return since <= day <= until


@dataclass(frozen=True, slots=True)
class HoursLaw:
    """When calls may be made there, by weekday (Monday first), local; on no public holiday if `not_on_holidays`."""

    law: Law
    week: tuple[Hours, ...]
    not_on_holidays: bool = False

    def on(self, day: date) -> Hours:
        """What it leaves of a day."""
        is_off = self.not_on_holidays and is_public_holiday(self.law.place, day)
        return () if is_off else self.week[day.weekday()]


@dataclass(frozen=True, slots=True)
class SayFirst:
    """What a system has to say first there."""

    law: Law
    words: str


@dataclass(frozen=True, slots=True)
class Area:
    """Where a telephone may ring: the time and the law there ("US-FL"; "US" where the state is unknown)."""

    zone: ZoneInfo
    place: str


@dataclass(frozen=True, eq=False)
class CallingHours:
    """All entries of one version; versions are dates as text, so that a later one is greater.

    `states`: the state of an area code of the United States. Equal only to itself, so that days are remembered by it.
    """

    version: str
    laws: tuple[HoursLaw, ...] = ()
    say_first: tuple[SayFirst, ...] = ()
    states: Mapping[str, str] = field(default_factory=dict)

    def place_of(self, e164: str, region: str) -> str:
        """The place of a number, as narrow as its digits tell. `region`: its country."""
        state = self.states.get(e164.removeprefix(_CODE)[:3]) if region == "US" else None
        return f"{region}-{state}" if state else region

    def of_place(self, place: str) -> tuple[HoursLaw, ...]:
        """The laws of a place and of its country, whenever they hold."""
        return tuple(law for law in self.laws if law.law.place in _within(place))

    def in_force(self, place: str, day: date, *, automated: bool) -> tuple[HoursLaw, ...]:
        """Those of them that bind calls of this kind on this day."""
        return tuple(law for law in self.of_place(place) if law.law.holds(day, automated=automated))

    def first_words(self, place: str, day: date) -> str:
        """What a system has to say first in a call to this place, "" for nothing."""
        spoken = (each for each in self.say_first if each.law.place in _within(place))
        return " ".join(each.words for each in spoken if each.law.holds(day, automated=True))

    def narrows(self, place: str, moment: datetime, zone: ZoneInfo, *, automated: bool) -> HoursLaw | None:
        """The law that forbids a call at this instant, None where none does."""
        local = moment.astimezone(zone)
        laws = self.in_force(place, local.date(), automated=automated)
        return next((law for law in laws if not _covers(law.on(local.date()), local.time())), None)


@lru_cache(maxsize=8192)
def day_spans(
    hours: CallingHours, area: Area, day: date, automated: bool
) -> tuple[tuple[datetime, datetime], ...]:
    """The instants (from, up to but not including) of a local day in which an owner there may be called."""
    left: Hours = ((NEVER_BEFORE, NEVER_AFTER),)
    for law in hours.in_force(area.place, day, automated=automated):
        left = _both(left, law.on(day))
    spans = ((instant(day, first, area.zone), instant(day, last, area.zone)) for first, last in left)
    return tuple((first, last) for first, last in spans if first < last)


def _within(place: str) -> tuple[str, str]:
    return place.partition("-")[0], place


def _covers(hours: Iterable[tuple[time, time]], moment: time) -> bool:
    return any(first <= moment < last for first, last in hours)


def _both(one: Hours, other: Hours) -> Hours:
    pieces = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple(sorted((first, last) for first, last in pieces if first < last))

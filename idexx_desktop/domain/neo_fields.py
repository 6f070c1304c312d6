"""The diary of what Neo sends: names and kinds of fields, never values; and the values that people are asked about.

This is how the real site is learnt: what came new, what is gone, and what nobody here reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.habits import habits_of
from idexx_desktop.domain.visits import About

# a field that came with the first readings was always there; one that comes later is new
_FIRST_READINGS = timedelta(days=1)
# how old the time of a last reading may get before it is written again
_EVERY = timedelta(hours=20)
_MOST_SAID = 5
ENDPOINTS: Mapping[str, str] = {
    "calendar": "the calendar",
    "search": "the list of consultations",
    "page": "a consultation's page",
}


@dataclass(frozen=True, slots=True)
class SentField:
    """A field as one run found it. `name` is dotted below an object or a list; `kinds` are words in their order."""

    endpoint: str
    name: str
    kinds: tuple[str, ...] = ()
    absent: bool = False


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field of the diary; the times are None for one that was expected and never seen."""

    endpoint: str
    name: str
    kinds: tuple[str, ...]
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    absent_since: datetime | None


@dataclass(frozen=True, slots=True)
class NeoValue:
    """A value of a status that this program doesn't know, and what a person said of it: None for nothing yet."""

    id: str
    about: About
    name: str
    value: str
    first_seen_at: datetime
    last_seen_at: datetime
    is_alive: bool | None = None
    answered_by: str = ""
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether visits are held until a person has answered."""
        return self.about is About.ANIMAL and self.is_alive is None


def to_note(sent: Iterable[SentField], known: Iterable[KnownField], now: datetime) -> Iterator[SentField]:
    """Those of the fields that say something new, with the kinds of before."""
    before = {(field.endpoint, field.name): field for field in known}
    for field in sent:
        old = before.get((field.endpoint, field.name))
        if field.absent:
            if old is None or old.absent_since is None:
                yield field
            continue
        kinds = tuple(sorted({*field.kinds, *(old.kinds if old else ())}))
        is_stale = old is None or old.last_seen_at is None or now - old.last_seen_at > _EVERY
        if old is None or is_stale or kinds != old.kinds or old.absent_since is not None:
            yield SentField(field.endpoint, field.name, kinds)


def sentences(fields: Iterable[KnownField], zone: ZoneInfo, country: str) -> list[str]:
    """What changed in what Neo sends, the newest first: "Neo added `alive` to a consultation's page on 3 May"."""
    fields = list(fields)
    since: dict[str, datetime] = {}
    for field in fields:
        if field.first_seen_at is not None:
            since[field.endpoint] = min(field.first_seen_at, since.get(field.endpoint, field.first_seen_at))
    day = habits_of(country).day
    said: list[tuple[datetime, str]] = []
    for field in fields:
        place = ENDPOINTS.get(field.endpoint, field.endpoint)
        seen, gone = field.first_seen_at, field.absent_since
        if seen is not None and seen - since[field.endpoint] > _FIRST_READINGS:
            when = day(seen.astimezone(zone).date())
            said.append((seen, f"Neo added `{field.name}` to {place} on {when}."))
        if gone is not None:
            when = day(gone.astimezone(zone).date())
            what = "never sent" if field.last_seen_at is None else "no longer sends"
            said.append((gone, f"Neo {what} `{field.name}` in {place} (noticed on {when})."))
    return [words for _, words in sorted(said, reverse=True)]


def in_short(said: list[str]) -> str:
    """The newest of these sentences, and how many there are besides."""
    more = len(said) - _MOST_SAID
    return " ".join([*said[:_MOST_SAID], *([f"And {more} more."] if more > 0 else [])])

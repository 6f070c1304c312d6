"""What can happen in a clinic's week, and a week of it made from a seed.

An event names visits and calls by their place among those there are, so that any part of a week can be played
without the rest: an event that finds nothing to happen to does nothing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.filters import CallOutcomeKind
from tests.simulation.neo import DRAFT, FINISHED, NOTES, NUMBERS, OFF, OWNERS, PETS_OF_AN_OWNER, TYPES, VOIDED
from tests.simulation.neo import UNKNOWN as UNKNOWN_STATUS

USERS = ("ana", "colleague")


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes: minutes at work, or days of sleep."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Book:
    """An appointment so many minutes from now; negative: it has begun, and staff enter it now."""

    pet: tuple[int, int]
    minutes: int
    kind: str


@dataclass(frozen=True, slots=True)
class WalkIn:
    """A finished visit without an appointment."""

    pet: tuple[int, int]
    notes: str


@dataclass(frozen=True, slots=True)
class Consult:
    """Staff begin a visit's consultation, or move its status on."""

    visit: int
    status: str


@dataclass(frozen=True, slots=True)
class Write:
    """A vet writes, changes or empties the notes."""

    visit: int
    notes: str


@dataclass(frozen=True, slots=True)
class ChangeVisit:
    """The calendar says something else: "Cancelled", "moved", "gone", "back", "unreadable", "appointed", ..."""

    visit: int
    how: str


@dataclass(frozen=True, slots=True)
class PetDies:
    """The pet's record says that it died; or, undone, that it didn't."""

    pet: tuple[int, int]
    status: str


@dataclass(frozen=True, slots=True)
class NewNumber:
    """The owner's number is another one."""

    owner: int
    number: str


@dataclass(frozen=True, slots=True)
class Decide:
    """A person decides about a visit; None takes the last decision back. `hours`: the call at a time of their own."""

    user: str
    visit: int
    choice: PersonChoice | None
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class OptOut:
    """A number must not be called any more; or, withdrawn, may be again."""

    user: str
    number: str
    on: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """All calls of the clinic: "pause", "resume", or "turn on" after review mode."""

    user: str
    how: str


@dataclass(frozen=True, slots=True)
class NewRules:
    """Another rule: a kind switched off, a weekday or tomorrow closed, another window."""

    user: str
    what: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A person made a queued call."""

    user: str
    call: int
    kind: CallOutcomeKind


@dataclass(frozen=True, slots=True)
class CallMovesOn:
    """The calling system takes a call, ends it, or somebody cancels it in the clinic's records."""

    call: int
    status: str


@dataclass(frozen=True, slots=True)
class Hostile:
    """A colleague writes rows about a visit that look like a claim, a case or a call of theirs."""

    visit: int
    how: str


@dataclass(frozen=True, slots=True)
class SignInAgain:
    """The user enters a password that works."""

    user: str


class Trouble(StrEnum):
    """What may go wrong with a run."""

    NONE = "none"
    CRASH = "crash"  # between two commits
    OUTAGE = "outage"  # Neo stops answering
    EXPIRED = "expired"  # the sign-in ends in the middle and is renewed
    REJECTED = "rejected"  # it has ended, and the password is not accepted any more
    HALF_LISTS = "half lists"
    LEASE_TAKEN = "lease taken"  # asleep in the middle; another computer took over


@dataclass(frozen=True, slots=True)
class Sync:
    """A run of a user on one of two computers. `after`: the trouble comes after so many writes, or readings.

    `meanwhile` happens while Neo is being read. `again`: then once more, when nothing may change.
    `only`: this visit alone, as after "Try again" or, `before_call`, shortly before a call is due.
    """

    user: str
    computer: str
    trouble: Trouble = Trouble.NONE
    after: int = 0
    only: int | None = None
    before_call: bool = False
    meanwhile: Event | None = None
    again: bool = False


Event = (
    Pass | Book | WalkIn | Consult | Write | ChangeVisit | PetDies | NewNumber | Decide | OptOut | Switch
    | NewRules | Outcome | CallMovesOn | Hostile | SignInAgain | Sync
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Week:
    """A clinic's week: where and when it begins, whether in review mode, and what happens."""

    seed: int
    zone: ZoneInfo
    begins: datetime
    review: bool
    events: tuple[Event, ...]


# most weeks cross a change of clocks: at one o'clock, two, or by half an hour; Phoenix has none
_PLACES = (
    ("America/Los_Angeles", 2026, 10, 29),
    ("America/New_York", 2027, 3, 11),
    ("America/St_Johns", 2027, 3, 11),
    ("Europe/London", 2026, 10, 22),
    ("Australia/Lord_Howe", 2027, 4, 1),
    ("America/Phoenix", 2026, 11, 18),
)
_STATUSES = (FINISHED, FINISHED, FINISHED, FINISHED, DRAFT, VOIDED, UNKNOWN_STATUS, "In Progress")
_CHANGES = (*OFF, "Completed", "Confirmed", "moved", "gone", "back", "unreadable", "readable", "appointed",
            "appointed", "put to sleep", "call disabled")  # fmt: skip
_RULES = ("Dental off", "Dental off", "Dental on", "weekday closed", "all days open", "tomorrow closed",
          "late window", "usual window")  # fmt: skip


def week(seed: int, *, length: int = 26) -> Week:
    """The week of this seed: always the same."""
    chance = random.Random(seed)  # noqa: S311 - made to be repeated
    name, year, month, day = chance.choice(_PLACES)
    zone = ZoneInfo(name)
    users = USERS if chance.random() < 0.3 else USERS[:1]
    # a rule that is changed late in a week hardly meets anything
    events: list[Event] = [NewRules(users[0], chance.choice(_RULES))] if chance.random() < 0.4 else []
    for _ in range(chance.randint(2, 4)):
        events += _new_visit(chance)
    while len(events) < length:
        events += _some(chance, users)
    events.append(Sync(chance.choice(users), "Front Desk 1", again=True))
    begins = datetime(year, month, day, chance.randint(7, 18), 5, tzinfo=zone)
    return Week(seed, zone, begins, chance.random() < 0.1, tuple(events))


def _some(chance: random.Random, users: tuple[str, ...]) -> list[Event]:
    kind = chance.choices(
        ("sync", "pass", "neo", "visit", "person", "system"), weights=(30, 24, 24, 7, 14, 6)
    )[0]
    match kind:
        case "sync":
            return [_sync(chance, users)]
        case "pass":
            return [Pass(chance.choice((1, 20, 90, 240, 480, 960, 1440, 1440, 4000)))]
        case "neo":
            return [_in_neo(chance, users)]
        case "visit":
            return _new_visit(chance)
        case "person":
            return [_by_person(chance, users)]
        case _:
            return [CallMovesOn(chance.randrange(4), chance.choice(("ringing", "completed", "cancelled")))]


def _new_visit(chance: random.Random) -> list[Event]:
    """Mostly of few owners, so that households and pets meet again; mostly finished soon."""
    pet = (min(chance.randrange(OWNERS), chance.randrange(OWNERS)), chance.randrange(PETS_OF_AN_OWNER))
    if chance.random() < 0.2:
        return [WalkIn(pet, _notes(chance))]
    minutes = chance.choice((-2000, -300, -120, -60, -30, 60, 600, 1500))
    booked: list[Event] = [Book(pet, minutes, chance.choices(tuple(TYPES), weights=(4, 4, 4, 1))[0])]
    if minutes < 0 and chance.random() < 0.8:
        booked += [Consult(-1, chance.choice(_STATUSES)), Write(-1, _notes(chance))]
    return booked


def _sync(chance: random.Random, users: tuple[str, ...]) -> Sync:
    trouble = chance.choices(tuple(Trouble), weights=(12, 4, 2, 2, 1, 2, 2))[0]
    meanwhile = None
    if chance.random() < 0.15:
        meanwhile = _by_person(chance, users) if chance.random() < 0.7 else _in_neo(chance, users)
    return Sync(
        chance.choice(users),
        chance.choice(("Front Desk 1", "Front Desk 2")),
        trouble,
        chance.randrange(6),
        chance.randrange(6) if chance.random() < 0.15 else None,
        chance.random() < 0.5,
        meanwhile,
        again=trouble is Trouble.NONE and chance.random() < 0.3,
    )


def _in_neo(chance: random.Random, users: tuple[str, ...]) -> Event:
    visit = chance.randrange(8)
    match chance.choices(("write", "consult", "change", "dies", "number"), weights=(6, 5, 7, 2, 1))[0]:
        case "write":
            return Write(visit, _notes(chance))
        case "consult":
            return Consult(visit, chance.choice(_STATUSES))
        case "change":
            return ChangeVisit(visit, chance.choice(_CHANGES))
        case "dies":
            pet = (chance.randrange(2), chance.randrange(PETS_OF_AN_OWNER))
            return PetDies(pet, chance.choice(("Deceased", "Deceased", "Active")))
        case _:
            return NewNumber(chance.randrange(3), chance.choice(NUMBERS))


def _by_person(chance: random.Random, users: tuple[str, ...]) -> Event:
    user = chance.choice(users)
    match chance.choices(
        ("decide", "opt out", "switch", "rules", "outcome", "sign in"), weights=(8, 2, 2, 2, 2, 3)
    )[0]:
        case "decide":
            choice = chance.choice((*PersonChoice, PersonChoice.CALL, None))
            hours = chance.choice((None, None, 3, 20, 47)) if choice is PersonChoice.CALL else None
            return Decide(user, chance.randrange(6), choice, hours)
        case "opt out":
            return OptOut(user, chance.choice(NUMBERS[:3]), chance.random() < 0.7)
        case "switch":
            return Switch(user, chance.choice(("pause", "resume", "turn on")))
        case "rules":
            return NewRules(user, chance.choice(_RULES))
        case "outcome":
            return Outcome(user, chance.randrange(3), chance.choice(tuple(CallOutcomeKind)))
        case _:
            return SignInAgain(user)


def _notes(chance: random.Random) -> str:
    return chance.choices(tuple(NOTES), weights=(3, 6, 4, 2, 2, 2))[0]

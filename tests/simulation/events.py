"""What can happen in a clinic's week.

An event names visits and calls by their place among those there are, so that any part of a week can be played
without the rest: an event that finds nothing to happen to does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.filters import CallOutcomeKind

USERS = ("ana", "colleague")


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes: minutes at work, or days of sleep. Programs that are open look at the clock, and start looks.

    `troubles` are those of the looks, one after the other.
    """

    minutes: int
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """A user's program is opened on a computer, and stays open."""

    user: str
    computer: str


@dataclass(frozen=True, slots=True)
class Quit:
    """It is closed, or its computer switched off."""

    user: str


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
    """Neo says something else: "Cancelled", "moved", "gone", "back", "unreadable", "appointed", "no time", ..."""

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
    """A person decides about a visit; None takes the last decision back.

    `minutes`: the call so long from now, a time of their own.
    """

    user: str
    visit: int
    choice: PersonChoice | None
    minutes: int | None = None


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


# what a person says of the type of appointment "Wellness"
WITHOUT_CALLS, WITH_CALLS = "Wellness without calls", "Wellness with calls"


@dataclass(frozen=True, slots=True)
class NewRules:
    """Another rule: a kind or a type switched off, a weekday or tomorrow closed, another window."""

    user: str
    what: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A person made a queued call."""

    user: str
    call: int
    kind: CallOutcomeKind


@dataclass(frozen=True, slots=True)
class SayOfNumber:
    """Somebody says of the number that Neo has of an owner that it is wrong, right, or what holds of it."""

    user: str
    owner: int
    what: str


@dataclass(frozen=True, slots=True)
class CallByHand:
    """A person called where the calling system couldn't, or never came back."""

    user: str
    call: int
    kind: CallOutcomeKind


@dataclass(frozen=True, slots=True)
class TellDeath:
    """A user tells the program that the pet of one of their visits has died; or, not `on`, takes that back."""

    user: str
    visit: int
    on: bool


@dataclass(frozen=True, slots=True)
class CallMovesOn:
    """The calling system takes a call, or ends it; or somebody cancels it in the clinic's records, or deletes it."""

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


@dataclass(frozen=True, slots=True)
class ForgetSignIn:
    """The user removes the sign-in that is kept."""

    user: str


@dataclass(frozen=True, slots=True)
class SuspendedElsewhere:
    """A newer program pauses the user's sign-in, for a reason that this one doesn't know."""

    user: str


@dataclass(frozen=True, slots=True)
class TestSignIn:
    """The user has the sign-in that is kept tested, so often."""

    __test__ = False

    user: str
    times: int


@dataclass(frozen=True, slots=True)
class Leave:
    """The user doesn't work for the clinic any more: all logins are switched off."""

    user: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """The user's program becomes the newest there is, newer than what the records were prepared by."""

    user: str


@dataclass(frozen=True, slots=True)
class Prepare:
    """Somebody prepares the records for the version of this user's program."""

    user: str


@dataclass(frozen=True, slots=True)
class SetClock:
    """The clock of a user's computer is so many minutes wrong from now on; 0: it is put right."""

    user: str
    minutes: int


@dataclass(frozen=True, slots=True)
class SetUp:
    """A computer is set up for this clinic; before, a program doesn't open on it."""

    computer: str


@dataclass(frozen=True, slots=True)
class TypeCode:
    """The user types a code of the recovery kit, with a mistake in it."""

    user: str
    typed: str


class Trouble(StrEnum):
    """What may go wrong with a run."""

    NONE = "none"
    CRASH = "crash"  # between two commits
    OUTAGE = "outage"  # Neo stops answering, or something else ends the run while it is read
    EXPIRED = "expired"  # the sign-in ends in the middle and is renewed
    REJECTED = "rejected"  # it has ended, and no other one is to be had: the password, the key, the browser, the page
    HALF_LISTS = "half lists"
    LEASE_TAKEN = "lease taken"  # asleep in the middle; another computer took over
    REFUSED = "refused"  # the records don't take one of the visits


@dataclass(frozen=True, slots=True)
class Sync:
    """A run of a user on one of two computers. `after`: the trouble comes after so many writes, or readings.

    `code` picks one of the failures that such a trouble may be. `meanwhile` happens while Neo is being read.
    `again`: then once more, when nothing may change.
    `only`: this visit alone, as after "Try again" or, `before_call`, shortly before a call is due. `look`: the visits
    that the schedule reads because of their calls.
    """

    user: str
    computer: str
    trouble: Trouble = Trouble.NONE
    after: int = 0
    only: int | None = None
    before_call: bool = False
    meanwhile: Event | None = None
    again: bool = False
    look: frozenset[str] | None = None
    code: int = 0


Event = (
    Pass | Book | WalkIn | Consult | Write | ChangeVisit | PetDies | NewNumber | Decide | OptOut | Switch
    | NewRules | Outcome | SayOfNumber | CallByHand | TellDeath | CallMovesOn | Hostile | SignInAgain | ForgetSignIn
    | SuspendedElsewhere | TestSignIn | Leave | NewVersion | Prepare | SetClock | SetUp | TypeCode | Open | Quit | Sync
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Week:
    """A clinic's week: where and when it begins, whether in review mode, and what happens."""

    seed: int
    zone: ZoneInfo
    begins: datetime
    review: bool
    events: tuple[Event, ...]

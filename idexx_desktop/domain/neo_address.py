"""Where the clinic's Neo is: which address the sign-in may go to, decided from who has said what.

A person on this computer chooses it; the sign-in is sealed for it. What the clinic's shared records say, or another
computer has sealed for, is a question to a person here, never an instruction. Without asking only an address under
the vendor's own domain is taken, and only where nobody has chosen on this computer yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from idexx_desktop.domain.addresses import (
    check_address,
    is_loopback,
    is_same_site,
    is_vendors,
    normal_form,
    shown_address,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.habits import Habits, habits_of
from idexx_desktop.domain.harmless import harmless

_LONGEST_NAME = 80
# what `OwnChoice.given` comes from
GIVEN_BY = "IDEXX_DESKTOP_NEO_URL"


@dataclass(frozen=True, slots=True)
class OwnChoice:
    """What people chose on this computer. `address` is "" where nobody has chosen yet.

    `given` goes before it, for this run of the program only. `declined`: addresses of the clinic's shared records
    that somebody here has said no to. `practice`: the profile is one for the practice Neo. `branch`: the one to choose
    where Neo asks after the sign-in, "" where nobody has said.
    """

    address: str = ""
    given: str | None = None
    declined: tuple[str, ...] = ()
    browser_path: str = ""
    practice: bool = False
    branch: str = ""


class OwnChoices(Protocol):
    """Keeps them, on this computer only."""

    def read(self) -> OwnChoice:
        """What holds now. INVALID_INPUT where it can't be used."""
        ...

    def change(self, change: Callable[[OwnChoice], OwnChoice]) -> None:
        """Keep what `change` makes of them; `given` and `practice` stay."""
        ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The address in the clinic's shared records, who wrote it there and when, where that is known."""

    address: str
    by: str = ""
    at: datetime | None = None


class Why(StrEnum):
    """Why a person is asked."""

    FIRST = "first"  # nobody has said on this computer where Neo is
    CHANGED = "changed"  # the shared records name another address
    ELSEWHERE = "elsewhere"  # the sign-in was sealed for another address, on another computer


@dataclass(frozen=True, slots=True)
class Question:
    """What a person on this computer has to say: is it this `address`, or `ours` as before ("" where there is none)?"""

    why: Why
    address: str
    ours: str = ""
    by: str = ""
    at: datetime | None = None

    def failure(self, zone: ZoneInfo, country: str = "") -> Failure:
        """ADDRESS_CHANGED in words; times are local to `zone`, and written as in the country."""
        asked, name = shown_address(self.address), _printable(self.by)
        if self.why is Why.FIRST:
            title = f"Is {asked} the address of your clinic's Neo?"
        elif self.why is Why.ELSEWHERE:
            title = f"The Neo sign-in was saved for {asked} on another computer: use that address?"
        else:
            by = f" by {name}" if name else ""
            on = f" on {_spoken(self.at.astimezone(zone), habits_of(country))}" if self.at else ""
            title = f"Neo's address was changed{by}{on} to {asked}: use it?"
        return Failure(FailureCode.ADDRESS_CHANGED, self.why, title=title)


@dataclass(frozen=True, slots=True)
class InUse:
    """Where the sign-in may go. `first`: what to keep as this computer's choice, where it had none yet."""

    address: str
    first: str = ""


@dataclass(frozen=True, slots=True)
class NeoPlace:
    """How it stands, for a person. `address` is "" where nobody has chosen yet; `asked` is the question in words.

    `given_by`: the variable outside this program that says the address, whatever anybody chose; "" where none does.
    """

    address: str
    suggestion: Suggestion
    question: Question | None = None
    asked: Failure | None = None
    given_by: str = ""


def decide(own: OwnChoice, suggestion: Suggestion, sealed_for: str | None) -> InUse | Question:
    """The address in use, or what a person has to be asked before anything is sent anywhere.

    `sealed_for` is what the seal of the sign-in says; None where it says nothing, or there is none.
    INVALID_INPUT where a person's own choice can't be used.
    """
    here = own.given or own.address
    first = "" if own.address else _without_asking(own, sealed_for or suggestion.address)
    if not here and not first:
        return Question(Why.FIRST, sealed_for or suggestion.address, "", suggestion.by, suggestion.at)
    here = check_kind(check_address(here or first), practice=own.practice)
    if not own.address:
        return InUse(here, first or here)
    if own.given:
        return InUse(here)  # what a person says on this computer is an answer, too
    if sealed_for is not None and sealed_for != here:
        return _elsewhere(suggestion, sealed_for, here)
    if not is_same_site(suggestion.address, here) and suggestion.address not in own.declined:
        return Question(Why.CHANGED, suggestion.address, here, suggestion.by, suggestion.at)
    return InUse(here)


def check_kind(address: str, *, practice: bool) -> str:
    """The same address; INVALID_INPUT where it leads a practice profile to a real site, or the other way round."""
    if is_loopback(address) != practice:
        title = "A profile keeps to one kind of site: the practice Neo, or the clinic's own."
        raise Failure(FailureCode.INVALID_INPUT, "site", title=title)
    return address


def confirmed_address(own: OwnChoice, suggestion: Suggestion) -> str | None:
    """What may be opened in a browser, whatever question is open; None where nobody has chosen yet."""
    decided = decide(own, suggestion, None)
    return decided.address if isinstance(decided, InUse) else decided.ours or None


def _without_asking(own: OwnChoice, address: str) -> str:
    """The address in its normal form, where it is the vendor's own; "" where a person has to be asked."""
    return normal_form(address) if is_vendors(address) and not own.practice else ""


def _elsewhere(suggestion: Suggestion, sealed_for: str, here: str) -> Question:
    if is_same_site(suggestion.address, sealed_for):  # then it is known who has moved it, and when
        return Question(Why.ELSEWHERE, sealed_for, here, suggestion.by, suggestion.at)
    return Question(Why.ELSEWHERE, sealed_for, here)


def _printable(name: str) -> str:
    return harmless(name)[:_LONGEST_NAME]


def _spoken(local: datetime, habits: Habits) -> str:
    return f"{habits.day(local.date(), year=True)} at {habits.clock(local.time())}"

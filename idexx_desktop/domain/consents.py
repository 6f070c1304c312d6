"""What owners agreed to: to be called, or texted, about everything or about one kind of visit; and whether it is asked.

A call with an artificial voice needs the owner's consent in many places (47 U.S.C. 227; what it takes is for the
clinic's counsel). The program keeps the record; whether calls without one are held is the clinic's choice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from idexx_desktop.domain.decisions import ReasonCode, StepOutcome
from idexx_desktop.domain.findings import Facts, Finding, stopped


class ConsentScope(StrEnum):
    """What a consent is for."""

    ALL = "all"
    CALLS = "calls"
    TEXTS = "texts"
    KIND = "kind"


class ConsentWay(StrEnum):
    """How it was given."""

    TELEPHONE = "telephone"
    IN_PERSON = "in_person"
    FORM = "form"
    EMAIL = "email"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NewConsent:
    """What a person records. `kind` is one of `VisitKind` where the scope is `KIND`, else "".

    `given_by` and `given_on` are what people say: who agreed, and when; the database sets who recorded it, and when.
    """

    phone: str
    scope: ConsentScope
    how: ConsentWay
    kind: str = ""
    given_by: str = ""
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """One that is in force."""

    id: str
    given: NewConsent
    recorded_by: str
    recorded_at: datetime


def covers_calls(scope: str, of_kind: str, kind: str) -> bool:
    """Whether a consent of this scope is one to be called about a visit of this kind."""
    if scope == ConsentScope.KIND:
        return of_kind == kind
    return scope in (ConsentScope.ALL, ConsentScope.CALLS)


def missing_consent(facts: Facts, rule: str) -> Finding | None:
    """A system would call an owner who never agreed to it, and the clinic wants such calls held."""
    rules, number = facts.rules, facts.phone.e164
    if not (rules.automated and rules.hold_without_consent) or number is None:
        return None
    if any(covers_calls(scope, kind, facts.kind) for scope, kind in _of(number, rules.consents)):
        return None
    reason = (
        "A system calls here, and no consent of this owner to that is on record. Record it, or call by hand."
    )
    return stopped(rule, StepOutcome.HELD, ReasonCode.NO_CONSENT, reason)


def _of(number: str, consents: Iterable[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(scope, kind) for phone, scope, kind in consents if phone == number]

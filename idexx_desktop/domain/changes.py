"""What is known of a visit, what was read of it, and what has to be written: the ends of `reconcile`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.domain.call_terms import UNJUDGED, CallTerms
from idexx_desktop.domain.decisions import Decision, PersonDecision, ReasonCode, RuleStep
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.others_calls import OthersCall
from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.domain.visits import Appointment, ConsultationSummary, Visit, VisitState


@dataclass(frozen=True, slots=True)
class KnownCall:
    """A call as stored. `visit_keys` are all visits on it; only a `queued` call may still be changed.

    `cancelled_at` is when it was cancelled, None where that is not recorded. `terms` are what it carries by now.
    """

    call_id: str
    status: str
    scheduled_for: datetime
    phone: str
    visit_keys: frozenset[str]
    cancelled_at: datetime | None = None
    terms: CallTerms = UNJUDGED


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVisit:
    """A visit as stored.

    `call` is the visit's call that is not cancelled; or one that was cancelled by somebody else than this program
    and the people who use it (what they cancel is expressed by `person`, and the call is no longer the visit's).
    `changed_at` is when the stored decision last changed. `trace` is the stored trace: signs of death are found in
    it again. `needs_attention` is the stored flag, None where it is not stored. `claimed_elsewhere` says that the
    visit's call is a colleague's (`others_call`), as it was last decided; of a visit that is read, `others` are the
    calls that other accounts of the clinic have for it now, `numbers` those of its owner, and `off_elsewhere` says that
    calls are switched off for its case in another account. `formerly_for` is when its call was due before what a person
    takes back now. `failure_code`, `next_try_at` and `failed_hash` (of what the lists showed) are there where it could
    not be read. `is_newers`: a newer version of the program said of it what this one doesn't know, so that this one
    neither decides on it nor writes it, but for taking its call back. `last_read_at` is when it was last read
    completely, `last_attempt_at` when that was last tried; None for never. `tries`: when its owner was called and not
    reached, the first one first. Of a visit that is read, `told_dead` is what a person told of its pet's death,
    `bereaved` of the death of another pet of the owner, which concerns it.
    """

    visit_key: str
    state: VisitState
    reason_code: ReasonCode
    reason: str
    content_hash: str
    decision_hash: str
    visit_at: datetime | None
    first_seen_at: datetime
    changed_at: datetime
    consultation_id: str | None = None
    case_id: str | None = None
    patient_id: str | None = None
    patient_name: str = ""
    client_id: str | None = None
    owner_name: str = ""
    branch: str = ""
    phone: str | None = None
    call: KnownCall | None = None
    person: PersonDecision | None = None
    call_enabled: bool = True
    attempts: int = 0
    needs_attention: bool | None = None
    claimed_elsewhere: bool = False
    trace: tuple[RuleStep, ...] = ()
    failure_code: str | None = None
    next_try_at: datetime | None = None
    failed_hash: str | None = None
    last_read_at: datetime | None = None
    last_attempt_at: datetime | None = None
    others_call: str | None = None
    others: tuple[OthersCall, ...] = ()
    numbers: frozenset[str] = frozenset()
    off_elsewhere: bool = False
    formerly_for: datetime | None = None
    is_newers: bool = False
    told_dead: ToldDeath | None = None
    bereaved: ToldDeath | None = None
    tries: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitRead:
    """One visit as read in this run, or as last read. `failure` says why its consultation could not be read.

    `read_at`: Neo was asked for all of it no earlier than this; None where it was not read completely, or not anew.
    """

    visit: Visit
    failure: Failure | None = None
    vanished: bool = False
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoCallChange:
    """The visit's call, or that it has none, stays as it is."""


@dataclass(frozen=True, slots=True)
class JoinCall:
    """The visit belongs to the one call of its household, at this number and instant.

    `household` is every visit that the call names. `call_id` is the queued call to join and to bring to this number
    and instant; None: none exists, and the first visit of the household that is written creates it.
    `leaves` is another queued call that the visit is on; it is cancelled once nobody is left on it. `besides` are the
    calls of other accounts for the visit that were looked at, and don't stand for this one. `terms` are what the call
    carries from now on.
    """

    household: frozenset[str]
    phone: str
    scheduled_for: datetime
    call_id: str | None = None
    leaves: str | None = None
    besides: frozenset[str] = frozenset()
    terms: CallTerms = UNJUDGED


@dataclass(frozen=True, slots=True)
class LeaveCall:
    """The visit leaves a queued call, or takes one back that must not be made because of this visit.

    The latter is the call of another visit of the pet or the household that was not read in this run.
    `cancel` takes the whole call back, for every visit on it; else the call goes on without this visit's pet.
    `why` is a sentence for people, and may name pets.
    """

    call_id: str
    cancel: bool
    why: str


CallChange = NoCallChange | JoinCall | LeaveCall


@dataclass(frozen=True, slots=True)
class VisitChange:
    """What became of one visit that was read, and what has to be written for it.

    `case_status` is draft, ongoing, completed or reviewed. `unchanged`: nothing needs to be written at all.
    `why` is the sentence that explains the change of the call, or the state. `others` is the colleague's call that the
    state rests on, if it does. `read_at` is that of its reading, see `VisitRead`.
    """

    visit_key: str
    visit: Visit
    decision: Decision
    case_status: str
    unchanged: bool
    call: CallChange
    why: str
    needs_attention: bool = False
    others: OthersCall | None = None
    read_at: datetime | None = None


def from_known(key: str, known: KnownVisit) -> Visit:
    """A visit that the lists don't show (any more), from what we know of it."""
    if key.startswith("a:") and known.visit_at is not None:
        appointment = Appointment(
            appointment_id=key.removeprefix("a:"),
            start=known.visit_at,
            consultation_id=known.consultation_id,
            patient_name=known.patient_name,
            client_id=known.client_id,
            owner_name=known.owner_name,
            branch=known.branch,
        )
        return Visit(key, appointment=appointment)
    if known.consultation_id is None:
        return Visit(key)
    summary = ConsultationSummary(
        known.consultation_id, known.visit_at, patient_name=known.patient_name, owner_name=known.owner_name
    )
    return Visit(key, summary=summary)


def seen_first_now(visit: Visit, now: datetime) -> KnownVisit:
    """A visit that this user never read, and that a colleague has a call for, or has decided on."""
    return KnownVisit(
        visit_key=visit.visit_key,
        state=VisitState.WAITING,
        reason_code=ReasonCode.NOT_YET,
        reason="",
        content_hash="",
        decision_hash="",
        visit_at=visit.visit_at,
        first_seen_at=now,
        changed_at=now,
    )

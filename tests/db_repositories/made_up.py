"""Visits of a made-up practice, and what a run writes about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.db.repositories.cases import CaseOf
from idexx_desktop.db.repositories.visits import VisitWriting
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.changes import CallChange, JoinCall, NoCallChange, VisitChange
from idexx_desktop.domain.decisions import Decision, ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.visits import Appointment, Consultation, Product, Visit, VisitKind, VisitState

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
VISIT_AT = NOW - timedelta(hours=3)
CALL_AT = NOW + timedelta(days=1)
PHONE = "+15105550142"


def a_visit(
    number: int = 5001,
    *,
    pet: str = "Rex",
    owner: str = "Maria Lopez",
    notes: str = "Doing well.",
    at: datetime = VISIT_AT,
    provider: str = "Dr. Chen",
    consultation: bool = True,
) -> Visit:
    """An appointment, with its consultation if there is one (ids 5001 and 8001 belong together)."""
    consultation_id = str(number + 3000) if consultation else None
    return Visit(
        visit_key=f"a:{number}",
        appointment=Appointment(
            appointment_id=str(number),
            start=at,
            consultation_id=consultation_id,
            patient_id=f"p{number}",
            patient_name=pet,
            client_id=f"o-{owner}",
            owner_name=owner,
            email="owner@mail.example",
            phone="(510) 555-0142",
            provider=provider,
            type_description="Sick visit",
            status="Completed",
        ),
        consultation=_consultation(consultation_id, at, notes) if consultation_id else None,
    )


def a_walk_in(consultation_id: str = "8001", *, notes: str = "Doing well.", at: datetime = VISIT_AT) -> Visit:
    """A consultation without an appointment."""
    read = replace(_consultation(consultation_id, at, notes), patient_name="Rex", owner_name="Maria Lopez")
    return Visit(visit_key=f"c:{consultation_id}", consultation=read)


def _consultation(consultation_id: str, at: datetime, notes: str) -> Consultation:
    return Consultation(
        consultation_id=consultation_id,
        reason="Limping",
        notes=notes,
        date=at,
        status="Paid",
        species="Dog",
        breed="Beagle",
        products=(Product("Carprofen", "14"), Product("X-ray", "1", is_declined=True)),
    )


def a_decision(
    state: VisitState = VisitState.SCHEDULED,
    code: ReasonCode = ReasonCode.CALL_DUE,
    reason: str = "A call is due tomorrow.",
    kind: VisitKind = VisitKind.SICK_VISIT,
) -> Decision:
    """A decision of the rules, shortened."""
    trace = (
        RuleStep("Visit took place", StepOutcome.PASSED, "Completed"),
        RuleStep("Calls are on", StepOutcome.NOT_CHECKED),
    )
    return Decision(state=state, reason_code=code, reason=reason, trace=trace, kind=kind, phone=PHONE)


HELD = a_decision(VisitState.HELD, ReasonCode.MAY_HAVE_DIED, "The notes may say that the pet died.")
WAITING = a_decision(VisitState.WAITING, ReasonCode.NO_NOTES, "There are no notes yet.")
EXCLUDED = a_decision(VisitState.EXCLUDED, ReasonCode.CANCELLED, "The visit was cancelled.")
FAILED = a_decision(VisitState.FAILED, ReasonCode.UNREADABLE, "The visit couldn't be read.")


def a_change(
    visit: Visit,
    decision: Decision | None = None,
    call: CallChange | None = None,
    *,
    needs_attention: bool = False,
) -> VisitChange:
    """What has to be written for a visit."""
    return VisitChange(
        visit_key=visit.visit_key,
        visit=visit,
        decision=decision or a_decision(),
        case_status="completed",
        unchanged=False,
        call=call or NoCallChange(),
        why="Because.",
        needs_attention=needs_attention,
    )


def a_join(*visit_keys: str, at: datetime = CALL_AT, call_id: str | None = None) -> JoinCall:
    """These visits belong on one call."""
    return JoinCall(household=frozenset(visit_keys), phone=PHONE, scheduled_for=at, call_id=call_id)


def write(
    tx: Transaction,
    visit: Visit,
    decision: Decision | None = None,
    *,
    now: datetime = NOW,
    session_id: str | None = None,
    failure: Failure | None = None,
    needs_attention: bool = False,
) -> str | None:
    """Write a visit as a run does, up to its call; the id of its case."""
    change = a_change(visit, decision, needs_attention=needs_attention)
    change = change if failure else replace(change, read_at=now)
    case_id = upsert(
        tx, visit, tx.cases.find(visit), status=change.case_status, kind=change.decision.kind, now=now
    )
    tx.visits.write([VisitWriting(change, case_id, failure)], session_id=session_id, now=now)
    tx.notes.put({visit.visit_key: visit.discharge_text}, now=now, call_already_scheduled=False)
    return case_id


def upsert(
    tx: Transaction, visit: Visit, found: str | None = None, *, status: str = "completed",
    kind: VisitKind = VisitKind.SICK_VISIT, now: datetime = NOW,
) -> str | None:  # fmt: skip
    """Make a visit's case, or bring the one up to date that was found."""
    return tx.cases.upsert([CaseOf(visit, status, kind, found)], now=now).get(visit.visit_key)


def join_call(tx: Transaction, change: JoinCall, visit_key: str) -> tuple[str | None, bool]:
    """Put a visit on its household's call: the call's id, and whether it had to be made."""
    return tx.calls.join({visit_key: change}, now=NOW)[visit_key]


def write_with_call(tx: Transaction, visit: Visit, *household: str, at: datetime = CALL_AT) -> str:
    """Write a visit and put it on its household's call; the call's id."""
    write(tx, visit)
    call_id, _ = join_call(tx, a_join(visit.visit_key, *household, at=at), visit.visit_key)
    assert call_id is not None
    return call_id

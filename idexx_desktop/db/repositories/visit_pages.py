"""Visits as pages show them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Join,
    Select,
    and_,
    case,
    cast,
    func,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from idexx_desktop.db.models import clinic, seed, table_of, visits
from idexx_desktop.db.repositories.base import ClinicRepository, like, text_id
from idexx_desktop.db.repositories.decisions import CAREFUL
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.db.repositories.keyset import behind
from idexx_desktop.db.repositories.orders import visit_keys
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.call_text import companions
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.failures import WORDS, FailureCode
from idexx_desktop.domain.filters import VisitFilter, Whose
from idexx_desktop.domain.kinds import KIND_LABELS
from idexx_desktop.domain.newer import NEWER_WORDS, is_known, read_as
from idexx_desktop.domain.orders import NEWEST_FIRST, By
from idexx_desktop.domain.others_calls import CALL_GONE, FAILED, LIVE
from idexx_desktop.domain.records import DayCount, Page, VisitRecord
from idexx_desktop.domain.visits import VisitKind, VisitState

VISITS = table_of(visits.VisitRow)
NOTES = table_of(visits.VisitNotes)
CALL_VISITS = table_of(visits.CallVisit)
DECISIONS = table_of(clinic.VisitDecision)
_OUTCOMES = table_of(visits.CallOutcomeRow)
_AUDIT = table_of(seed.AuditEntry)

_BETWEEN = "\x1f"
_CAREFUL = text(CAREFUL.format(choice="visit_decisions.choice"))
# the decision that holds for a visit; what was decided about a walk-in stays under the key that it had (`HOLDING`)
DECISION = (
    select(DECISIONS)
    .where(
        DECISIONS.c.clinic_id == VISITS.c.clinic_id,
        DECISIONS.c.visit_key.in_([VISITS.c.visit_key, func.concat("c:", VISITS.c.consultation_id)]),
        DECISIONS.c.undone_at.is_(None),
    )
    .order_by(_CAREFUL, DECISIONS.c.decided_at.desc(), DECISIONS.c.visit_key)
    .limit(1)
    .correlate(VISITS)
    .lateral("decision")
)
WITH_DECISION = VISITS.outerjoin(DECISION, true())
_IGNORED = func.coalesce(DECISION.c.choice == str(PersonChoice.IGNORE), False)
_STEP = ("rule", "outcome", "detail")
_AGREED = func.coalesce(
    DECISION.c.choice.in_([str(choice) for choice in PersonChoice if choice.calls]), False
)
CALL_OF_VISIT = and_(
    CALL_VISITS.c.clinic_id == VISITS.c.clinic_id,
    CALL_VISITS.c.visit_key == VISITS.c.visit_key,
    CALL_VISITS.c.user_id == VISITS.c.user_id,
    CALL_VISITS.c.active,
)
_NOTES_OF_VISIT = and_(
    NOTES.c.clinic_id == VISITS.c.clinic_id,
    NOTES.c.visit_key == VISITS.c.visit_key,
    NOTES.c.user_id == VISITS.c.user_id,
)
# a key names a visit for one user in one clinic only
_NEWEST = (VISITS.c.visit_at.desc(), VISITS.c.visit_key, VISITS.c.id)


class VisitPages(ClinicRepository):
    """What pages ask of this user's visits, or of those of others that an admin reads.

    Rows are newest first, those without a time before all others.
    """

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        tables = host_tables(session)
        self._calls, self._cases, self._clinics = tables.calls, tables.cases, tables.clinics

    def page(self, which: VisitFilter, page: Page) -> list[VisitRecord]:
        """The next rows; `page.before` is the `visit_place` of the last row. Without texts of notes."""
        order = which.order or NEWEST_FIRST
        keys = visit_keys(order, self._state(), self._clinics, self._clinic)
        conditions = self._conditions(which)
        if page.before is not None:
            conditions.append(behind(keys, page.before))
        ordered = [key.ordered() for key in keys]
        if order.by is not By.TIME:
            # no index has this order: only what it needs is sorted, and the rest is read of one page
            source = self._with_calls() if which.states or order.by is By.STATE else VISITS
            found = select(VISITS.c.id).select_from(_decided(which, source)).where(*conditions)
            shown = found.order_by(*ordered).limit(page.limit).correlate(None)
            conditions = [VISITS.c.id.in_(shown)]
        return self._records(self._record_query().where(*conditions).order_by(*ordered).limit(page.limit))

    def count(self, which: VisitFilter) -> int:
        """How many visits the filter leaves."""
        visits: FromClause = self._with_calls() if which.states else VISITS
        counted = select(func.count()).select_from(_decided(which, visits))
        return self._session.execute(counted.where(*self._conditions(which))).scalar_one()

    def counts_by_state(self, which: VisitFilter) -> dict[VisitState, int]:
        """How many visits are in each state, whatever states the filter names."""
        rows = self._rows(
            select(self._state().label("reads"), func.count().label("number"))
            .select_from(_decided(which, self._with_calls()))
            .where(*self._conditions(which, with_states=False))
            .group_by("reads")
        )
        found = {VisitState(row.reads): row.number for row in rows}
        return {state: found.get(state, 0) for state in VisitState}

    def attention_count(self) -> int:
        """How many visits wait for a person."""
        return self.count(VisitFilter(attention_only=True))

    def attention_by_clinic(self) -> dict[str, int]:
        """How many visits wait for a person, by the clinic's id, of everybody whose visits this login reads."""
        rows = self._rows(
            select(VISITS.c.clinic_id, func.count().label("number"))
            .select_from(WITH_DECISION)
            .where(*self._conditions(VisitFilter(attention_only=True, whose=Whose())))
            .group_by(VISITS.c.clinic_id)
        )
        return {str(row.clinic_id): row.number for row in rows}

    def get(self, visit_key: str, whose: Whose | None = None) -> VisitRecord | None:
        """One visit, with the texts of its notes; `whose` names person and clinic where it is not one's own."""
        statement = (
            self._record_query()
            .outerjoin(NOTES, _NOTES_OF_VISIT)
            .add_columns(NOTES.c.current_text, NOTES.c.previous_text, NOTES.c.changed_after_call)
            .where(*self._those(whose), VISITS.c.visit_key == visit_key)
        )
        return next(iter(self._records(statement)), None)

    def is_anothers(self, visit_key: str) -> bool:
        """Whether this login reads a visit of this key that is somebody else's, or another clinic's."""
        found = select(VISITS.c.id).where(VISITS.c.visit_key == visit_key, not_(self._mine())).limit(1)
        return self._first(found) is not None

    def providers(self, whose: Whose | None = None) -> list[str]:
        """The veterinarians that visits name, by name."""
        named = select(VISITS.c.provider).where(*self._those(whose), VISITS.c.provider != "").distinct()
        return sorted((row.provider for row in self._rows(named)), key=str.casefold)

    def day_counts(self, zone: ZoneInfo, days: int, today: date) -> list[DayCount]:
        """Visits by state of the last `days` local days up to today, oldest first, empty days included."""
        first = today - timedelta(days=days - 1)
        day = cast(func.timezone(zone.key, VISITS.c.visit_at), Date)
        start, end = local_midnight(zone, first), local_midnight(zone, today + timedelta(days=1))
        rows = self._rows(
            select(day.label("day"), self._state().label("reads"), func.count().label("number"))
            .select_from(self._with_calls())
            .where(self._mine(), VISITS.c.visit_at >= start, VISITS.c.visit_at < end)
            .group_by("day", "reads")
        )
        found = {(row.day, VisitState(row.reads)): row.number for row in rows}
        each_day = [first + timedelta(days=number) for number in range(days)]
        return [
            DayCount(day, {state: found.get((day, state), 0) for state in VisitState}) for day in each_day
        ]

    def failures_of(self, session_id: str, whose: Whose | None = None) -> list[VisitRecord]:
        """The visits that failed in one run, as they are now; the activity record remembers which."""
        failed_then = select(_AUDIT.c["metadata"]["visit_key"].astext).where(
            _AUDIT.c.user_id == (UUID(whose.user_id) if whose and whose.user_id else self._user),
            _AUDIT.c.action == str(Action.VISIT_FAILED),
            _AUDIT.c.session_id == session_id,
        )
        failed_now = and_(VISITS.c.session_id == UUID(session_id), VISITS.c.state == str(VisitState.FAILED))
        statement = self._record_query().where(
            *self._those(whose), or_(failed_now, VISITS.c.visit_key.in_(failed_then))
        )
        return self._records(statement.order_by(*_NEWEST))

    def _mine(self) -> ColumnElement[bool]:
        return and_(*self._those(None))

    def _those(self, whose: Whose | None) -> list[ColumnElement[bool]]:
        return self._of(whose, VISITS.c.user_id, VISITS.c.clinic_id)

    def _conditions(self, which: VisitFilter, *, with_states: bool = True) -> list[ColumnElement[bool]]:
        conditions = self._those(which.whose)
        if which.text:
            pattern = like(which.text)
            texts = (VISITS.c.patient_name, VISITS.c.owner_name, VISITS.c.provider)
            conditions.append(or_(*(text.ilike(pattern, escape="\\") for text in texts)))
        if which.states and with_states:
            conditions.append(self._state().in_([str(state) for state in which.states]))
        if which.visit_key is not None:
            conditions.append(VISITS.c.visit_key == which.visit_key)
        if which.reason_code is not None:
            conditions.append(VISITS.c.reason_code == which.reason_code)
        if which.provider is not None:
            conditions.append(VISITS.c.provider == which.provider)
        if which.since is not None:
            conditions.append(VISITS.c.visit_at >= which.since)
        if which.until is not None:
            conditions.append(VISITS.c.visit_at < which.until)
        if which.attention_only:
            conditions += [VISITS.c.needs_attention, not_(_IGNORED)]
        return conditions

    def _with_calls(self) -> Join:
        calls = self._calls
        same_call = and_(calls.c.id == CALL_VISITS.c.call_id, calls.c.user_id == VISITS.c.user_id)
        return VISITS.outerjoin(CALL_VISITS, CALL_OF_VISIT).outerjoin(calls, same_call)

    def _state(self) -> ColumnElement[str]:
        """The state that a visit reads, of `_with_calls`: "scheduled" only where its call is there at this moment."""
        # one of a newer version is held here
        is_ours = VISITS.c.state.in_([str(state) for state in VisitState])
        decided = case((is_ours, VISITS.c.state), else_=str(VisitState.HELD))
        shared = case((VISITS.c.others_call.is_not(None), func.idexx_app.shared_call(VISITS.c.id)))
        by_hand = select(_OUTCOMES.c.id).where(
            _OUTCOMES.c.call_id == CALL_VISITS.c.call_id, _OUTCOMES.c.undone_at.is_(None)
        )
        made = and_(self._calls.c.status == FAILED, by_hand.correlate(CALL_VISITS).exists())
        is_there = or_(self._calls.c.status.in_(LIVE), shared.in_(LIVE), made)
        return case(
            (decided != str(VisitState.SCHEDULED), decided),
            (is_there, decided),
            else_=str(VisitState.HELD),
        )

    def _record_query(self) -> Select[Any]:
        calls = self._calls
        joined = self._with_calls().outerjoin(DECISION, true())
        return select(
            *VISITS.c,
            self._state().label("reads"),
            _IGNORED.label("ignored"),
            _AGREED.label("agreed"),
            calls.c.id.label("call_id"),
            calls.c.status.label("call_status"),
            calls.c.scheduled_for.label("call_scheduled_for"),
            _others_on_call().label("call_with"),
        ).select_from(joined)

    def _records(self, statement: Select[Any]) -> list[VisitRecord]:
        return [_record(row, self._others(row.user_id, row.clinic_id)) for row in self._rows(statement)]


def _decided(which: VisitFilter, found: FromClause) -> FromClause:
    """The visits, with what people decided where the filter asks for it."""
    return found.outerjoin(DECISION, true()) if which.attention_only else found


def local_midnight(zone: ZoneInfo, day: date) -> datetime:
    """The instant at which a local day starts."""
    return datetime.combine(day, time(), zone)


def _others_on_call() -> Any:
    """The other visits on the visit's call, each by the id and the name of its pet."""
    member, other = CALL_VISITS.alias("member"), VISITS.alias("other")
    pet = func.concat(other.c.patient_id, _BETWEEN, other.c.patient_name)
    return (
        select(func.array_agg(aggregate_order_by(pet, other.c.visit_at, other.c.visit_key)))
        .select_from(
            member.join(
                other,
                and_(
                    other.c.clinic_id == member.c.clinic_id,
                    other.c.visit_key == member.c.visit_key,
                    other.c.user_id == member.c.user_id,
                ),
            )
        )
        .where(
            member.c.call_id == CALL_VISITS.c.call_id,
            member.c.active,
            member.c.visit_key != VISITS.c.visit_key,
        )
        .correlate(CALL_VISITS, VISITS)
        .scalar_subquery()
    )


def _record(row: Any, others: Whose | None) -> VisitRecord:
    words = WORDS[FailureCode(row.failure_code)].said if row.failure_code in list(FailureCode) else None
    with_notes = "current_text" in row._fields
    code, reason = _why(row)
    return VisitRecord(
        id=str(row.id),
        visit_key=row.visit_key,
        appointment_id=row.appointment_id,
        consultation_id=row.consultation_id,
        case_id=text_id(row.case_id),
        visit_at=row.visit_at,
        patient_name=row.patient_name,
        owner_name=row.owner_name,
        client_id=row.client_id,
        provider=row.provider,
        branch=row.branch,
        kind=row.kind,
        kind_label=KIND_LABELS[read_as(VisitKind, row.kind, VisitKind.GENERAL)],
        species=row.species,
        breed=row.breed,
        neo_status=row.neo_status,
        phone=row.phone or row.phone_as_typed,
        state=VisitState(row.reads),
        reason_code=code,
        reason=reason,
        trace=trace(row.trace),
        has_clinical_notes=row.has_clinical_notes,
        content_hash=row.content_hash,
        call_id=text_id(row.call_id),
        call_scheduled_for=row.call_scheduled_for,
        call_status=row.call_status,
        call_with=_companions(row),
        failure_code=row.failure_code,
        failure_title=words.title if words else None,
        failure_advice=words.advice if words else None,
        attempts=row.attempts,
        first_seen_at=row.first_seen_at,
        last_read_at=row.last_read_at,
        last_attempt_at=row.last_attempt_at,
        changed_at=row.changed_at,
        needs_attention=row.needs_attention and not row.ignored,
        ignored=row.ignored,
        notes=row.current_text if with_notes else None,
        previous_notes=row.previous_text if with_notes else None,
        notes_changed_after_call=bool(row.changed_after_call) if with_notes else False,
        others=others,
        next_try_at=row.next_try_at,
        agreed=row.agreed,
    )


def _companions(row: Any) -> tuple[str, ...]:
    pets = (pet.partition(_BETWEEN) for pet in row.call_with or ())
    return companions((row.patient_id or "", row.patient_name), ((id_, name) for id_, _, name in pets))


def _why(row: Any) -> tuple[str, str]:
    """Reason and words; of a visit whose call isn't there any more, what became of it."""
    if is_newers(row):
        return row.reason_code, f"{row.reason} {NEWER_WORDS}".strip()
    if row.reads == row.state:
        return row.reason_code, row.reason
    return CALL_GONE.get(row.call_status, CALL_GONE[None])


def trace(steps: Any) -> tuple[RuleStep, ...]:
    """The stored trace as the type that rules and screen share. What a newer version found is as if it held.

    What is no step was written by hand, and makes no list unreadable.
    """
    return tuple(
        RuleStep(step["rule"], read_as(StepOutcome, step["outcome"], StepOutcome.HELD), step["detail"])
        for step in _steps(steps)
    )


def _steps(found: Any) -> list[dict[str, str]]:
    each = found if isinstance(found, list) else []
    return [
        step
        for step in each
        if isinstance(step, dict) and all(isinstance(step.get(name), str) for name in _STEP)
    ]


def is_newers(row: Any) -> bool:
    """Whether a visit's row says something that only a newer version of the program understands."""
    codes = (VisitState, row.state), (ReasonCode, row.reason_code), (VisitKind, row.kind)
    outcomes = (is_known(StepOutcome, step["outcome"]) for step in _steps(row.trace))
    return not (all(is_known(kind, code) for kind, code in codes) and all(outcomes))

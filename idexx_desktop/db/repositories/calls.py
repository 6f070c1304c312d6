"""Discharge calls as runs and people change them. A call that was handed over is never touched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, insert, select, text, update
from sqlalchemy.orm import Session

from idexx_desktop.db.repositories.call_pages import OUTCOMES, CallPages
from idexx_desktop.db.repositories.call_statements import call_statements
from idexx_desktop.db.repositories.host import host_tables, present
from idexx_desktop.db.repositories.visit_pages import CALL_VISITS
from idexx_desktop.db.trips import Answer, Trip, one_trip
from idexx_desktop.domain.call_text import ClinicContact, PetOnCall, dynamic_variables
from idexx_desktop.domain.changes import JoinCall
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import VisitClaim

CLAIM = text("""
    SELECT k.key, c.is_mine, c.call_id, c.call_status, c.call_scheduled_for
    FROM unnest(CAST(:keys AS text[])) AS k(key), LATERAL idexx_app.claim_visit(:clinic, k.key) AS c
""")


class CallRepository(CallPages):
    """Each change is an UPDATE of a call that is still `queued`, and says whether there was one."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        self._statements = call_statements(host_tables(session))
        self._whose = {"user": self._user, "clinic": self._clinic}

    def claim(self, visit_keys: Iterable[str]) -> dict[str, VisitClaim]:
        """Claim visits: the first of a clinic's users to do so has the visit's case and call."""
        # always in the same order, so that two users who claim the same visits never wait for each other
        rows = self._rows(CLAIM, {"keys": sorted(set(visit_keys)), "clinic": self._clinic})
        return {row.key: claim_of(row) for row in rows}

    def join(
        self, change: JoinCall, visit_key: str, case_id: str | None, *, now: datetime
    ) -> tuple[str | None, bool]:
        """Put a visit on the queued call of its household: (the call's id, whether it had to be made).

        The visit and its notes must be written before. A visit whose call was handed over keeps it.
        (None, False) where a colleague's account has the visit's call. HANDED_OVER where the household's call
        is no longer queued.
        """
        with one_trip(self._session) as trip:
            household = self._ask_household(trip, {*change.household, visit_key})
            pet = trip.ask(self._statements.pets, {**self._whose, "keys": [visit_key]})
        found = {row.visit_key: row for row in household}
        own = found.get(visit_key)
        if own is not None and own.status not in ("queued", "cancelled"):
            return str(own.call_id), False
        target = self._target(change, found)
        if own is not None and own.call_id != target:
            self._take_off(own.call_id, visit_key, now)
            if own.status == "queued":
                self._settle(own.call_id, "Its visits are on another call now.", now)
        if target is None:
            return self._create(change, pet.fetchall(), case_id, now)
        on_it = own is not None and own.call_id == target
        if not on_it and not self._put_on(target, visit_key, now):
            return None, False
        if not self._retell(target, now, phone=change.phone, scheduled_for=change.scheduled_for):
            raise Failure(FailureCode.HANDED_OVER, "the household's call was handed over")
        return str(target), False

    def leave(self, call_id: str, visit_key: str, *, cancel: bool, why: str, now: datetime) -> bool:
        """Take a visit off its queued call, or the whole call back. False where it was handed over."""
        if cancel:
            return self.cancel(call_id, why, now=now)
        call = UUID(call_id)
        if not self._lock(call):
            return False
        self._take_off(call, visit_key, now)
        self._settle(call, why, now)
        return True

    def cancel(self, call_id: str, why: str, *, now: datetime) -> bool:
        """Take a queued call back for every visit on it. False where it was handed over."""
        values = {"status": "cancelled", "ended_reason": why, "ended_at": now}
        if not self._update(UUID(call_id), now, **values):
            return False
        members = CALL_VISITS.c.call_id == UUID(call_id), CALL_VISITS.c.active
        self._session.execute(
            update(CALL_VISITS).where(*self._own_rows(), *members).values(active=False, removed_at=now)
        )
        return True

    def reschedule(self, call_id: str, when: datetime, *, now: datetime) -> bool:
        """Another time for a queued call. False where it was handed over."""
        return self._update(UUID(call_id), now, scheduled_for=when)

    def record_outcome(
        self, call_id: str, kind: CallOutcomeKind, note: str = "", *, by: str, now: datetime
    ) -> bool:
        """What came of a call that a person (`by`, a name) made. False where it was not queued any more."""
        call = UUID(call_id)
        if not self._update(call, now, status="completed", ended_reason=str(kind), ended_at=now):
            return False
        values = {
            "call_id": call,
            "clinic_id": self._clinic,
            "user_id": self._user,
            "outcome": str(kind),
            "note": note,
            "recorded_by": by,
            "recorded_at": now,
        }
        self._session.execute(insert(OUTCOMES).values(values))
        return True

    def undo_outcome(self, call_id: str, *, now: datetime) -> CallOutcomeKind | None:
        """Take a person's last result back: the call is queued again. None where more happened since."""
        call = UUID(call_id)
        of_call = and_(
            OUTCOMES.c.call_id == call,
            OUTCOMES.c.user_id == self._user,
            OUTCOMES.c.clinic_id == self._clinic,
            OUTCOMES.c.undone_at.is_(None),
        )
        last = self._first(select(OUTCOMES).where(of_call).order_by(OUTCOMES.c.recorded_at.desc()).limit(1))
        if last is None:
            return None
        calls = self._calls
        as_recorded = and_(
            calls.c.status == "completed",
            calls.c.ended_reason == last.outcome,
            calls.c.ended_at == last.recorded_at,
        )
        values = {"status": "queued", "ended_reason": None, "ended_at": None, "updated_at": now}
        statement = update(calls).where(self._mine(), calls.c.id == call, as_recorded)
        if not self._changed(statement.values(present(calls, values))):
            return None
        self._session.execute(update(OUTCOMES).where(OUTCOMES.c.id == last.id).values(undone_at=now))
        return CallOutcomeKind(last.outcome)

    def _own_rows(self) -> tuple[ColumnElement[bool], ...]:
        return CALL_VISITS.c.user_id == self._user, CALL_VISITS.c.clinic_id == self._clinic

    def _ask_household(self, trip: Trip, visit_keys: Iterable[str]) -> Answer:
        return trip.ask(self._statements.household, {**self._whose, "keys": sorted(visit_keys)})

    def _pets(self, visit_keys: list[str]) -> list[Any]:
        return self._rows(self._statements.pets, {**self._whose, "keys": visit_keys})

    def _target(self, change: JoinCall, found: dict[str, Any]) -> UUID | None:
        if change.call_id is not None:
            return UUID(change.call_id)
        leaving = UUID(change.leaves) if change.leaves else None
        queued = (row.call_id for row in found.values() if row.status == "queued" and row.call_id != leaving)
        return next(queued, None)

    def _create(
        self, change: JoinCall, pets: list[Any], case_id: str | None, now: datetime
    ) -> tuple[str | None, bool]:
        variables = _variables(pets)
        visit_key = pets[0].visit_key
        values = {
            "user_id": self._user,
            "case_id": UUID(case_id) if case_id else None,
            "customer_phone": change.phone,
            "scheduled_for": change.scheduled_for,
            "status": "queued",
            "dynamic_variables": variables,
            "metadata": {"source": "idexx_neo", "clinicId": str(self._clinic)},
            "created_at": now,
            "updated_at": now,
        }
        with one_trip(self._session) as trip:
            savepoint = self._session.connection().begin_nested()  # the session would begin it later
            made = trip.ask(self._statements.add, present(self._calls, values))
        call: UUID = made.fetchall()[0].id
        if self._put_on(call, visit_key, now):
            savepoint.commit()
            return str(call), True
        # another program was quicker: one call per visit, so ours never was
        savepoint.rollback()
        with one_trip(self._session) as trip:
            household = self._ask_household(trip, [visit_key])
        there = household.fetchone()
        return (str(there.call_id) if there else None), False

    def _put_on(self, call: UUID, visit_key: str, now: datetime) -> bool:
        values = {
            "call_id": call,
            "clinic_id": self._clinic,
            "user_id": self._user,
            "visit_key": visit_key,
            "added_at": now,
        }
        return self._changed(self._statements.put_on, values) > 0

    def _take_off(self, call: UUID, visit_key: str, now: datetime) -> None:
        of_visit = CALL_VISITS.c.call_id == call, CALL_VISITS.c.visit_key == visit_key, CALL_VISITS.c.active
        self._session.execute(
            update(CALL_VISITS).where(*self._own_rows(), *of_visit).values(active=False, removed_at=now)
        )

    def _settle(self, call: UUID, why: str, now: datetime) -> None:
        """Say the call anew for the visits that are left on it; cancel it where none is."""
        if not self._retell(call, now):
            self.cancel(str(call), why, now=now)

    def _retell(
        self, call: UUID, now: datetime, *, phone: str | None = None, scheduled_for: datetime | None = None
    ) -> bool:
        """Bring a queued call up to its visits. False where none is left, or it was handed over."""
        members = self._rows(self._statements.members, {**self._whose, "call": call})
        pets = self._pets([row.visit_key for row in members])
        if not pets:
            return False
        values = {
            "b_dynamic_variables": _variables(pets),
            # the case that a call names is that of a visit on it
            "b_case_id": pets[0].case_id,
            "b_customer_phone": phone,
            "b_scheduled_for": scheduled_for,
            "b_updated_at": now,
        }
        return self._changed(self._statements.tell, {**self._whose, "call": call, **values}) > 0

    def _update(self, call: UUID, now: datetime, **values: Any) -> bool:
        calls = self._calls
        statement = update(calls).where(self._mine(), calls.c.id == call, calls.c.status == "queued")
        return self._changed(statement.values(present(calls, {**values, "updated_at": now}))) > 0

    def _lock(self, call: UUID) -> bool:
        calls = self._calls
        queued = select(calls.c.id).where(self._mine(), calls.c.id == call, calls.c.status == "queued")
        return self._first(queued.with_for_update(of=calls)) is not None


def claim_of(row: Any) -> VisitClaim:
    """A row of `CLAIM`."""
    return VisitClaim(
        row.is_mine,
        str(row.call_id) if row.call_id else None,
        row.call_status,
        row.call_scheduled_for,
    )


def _variables(pets: list[Any]) -> dict[str, str]:
    if not pets:
        raise Failure(
            FailureCode.OURS, "a visit is written before its call, and a clinic is set up before both"
        )
    clinic = pets[0]
    return dynamic_variables(
        [
            PetOnCall(
                pet_name=pet.patient_name,
                owner_name=pet.owner_name,
                vet_name=pet.provider,
                visit_at=pet.visit_at,
                kind=pet.kind,
                summary=pet.current_text or "",
            )
            for pet in pets
        ],
        ClinicContact(
            clinic.clinic_name, clinic.clinic_phone, clinic.emergency_phone, ZoneInfo(clinic.timezone)
        ),
    )

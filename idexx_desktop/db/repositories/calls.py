"""Discharge calls as runs and people change them. A call that was handed over is never touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.orm import Session

from idexx_desktop.db.repositories.call_pages import CallPages
from idexx_desktop.db.repositories.call_statements import call_statements
from idexx_desktop.db.repositories.host import host_tables, present
from idexx_desktop.db.repositories.visit_pages import CALL_VISITS
from idexx_desktop.db.rows import as_rows
from idexx_desktop.db.trips import Answer, Trip, one_trip
from idexx_desktop.domain.call_text import ClinicContact, PetOnCall, dynamic_variables
from idexx_desktop.domain.changes import JoinCall
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.local_time import zone_named
from idexx_desktop.domain.records import VisitClaim

CLAIM = text("""
    SELECT k.key, c.is_mine, c.call_id, c.call_status, c.call_scheduled_for
    FROM unnest(CAST(:keys AS text[])) AS k(key), LATERAL idexx_app.claim_visit(:clinic, k.key) AS c
""")
_RECORD_OUTCOME = text("SELECT idexx_app.record_call_outcome(:clinic, :call, :outcome, :note)")
_UNDO_OUTCOME = text("SELECT idexx_app.undo_call_outcome(:clinic, :call)")


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

    def join(self, joins: Mapping[str, JoinCall], *, now: datetime) -> dict[str, tuple[str | None, bool]]:
        """Put visits (by key, in this order) on the queued calls of their households.

        For each the call's id and whether it had to be made. The visits and their notes must be written before. A
        visit whose call was handed over keeps it. (None, False) where a colleague's account has the visit's call.
        HANDED_OVER where the household's call is no longer queued.
        """
        everybody = {key for visit_key, join in joins.items() for key in (visit_key, *join.household)}
        with one_trip(self._session) as trip:
            household = self._ask_household(trip, everybody)
            pets = trip.ask(self._statements.pets, {**self._whose, "keys": sorted(joins)})
        found = {row.visit_key: row for row in household}
        placed = self._create(_new_calls(joins, found), pets, now)
        placed |= self._stay({key: join for key, join in joins.items() if key not in placed}, found, now)
        for visit_key, join in joins.items():
            if visit_key not in placed:
                placed[visit_key] = self._place(visit_key, join, now)
        return placed

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

    def record_outcome(self, call_id: str, kind: CallOutcomeKind, note: str = "") -> bool:
        """What came of a call that this person made: it is completed. False where it was not queued any more."""
        values = {"clinic": self._clinic, "call": UUID(call_id), "outcome": str(kind), "note": note}
        return bool(self._session.execute(_RECORD_OUTCOME, values).scalar_one())

    def undo_outcome(self, call_id: str) -> CallOutcomeKind | None:
        """Take this person's last result back: the call is queued again. None where more happened since."""
        values = {"clinic": self._clinic, "call": UUID(call_id)}
        taken_back = self._session.execute(_UNDO_OUTCOME, values).scalar_one()
        return None if taken_back is None else CallOutcomeKind(taken_back)

    def _own_rows(self) -> tuple[ColumnElement[bool], ...]:
        return CALL_VISITS.c.user_id == self._user, CALL_VISITS.c.clinic_id == self._clinic

    def _ask_household(self, trip: Trip, visit_keys: Iterable[str]) -> Answer:
        return trip.ask(self._statements.household, {**self._whose, "keys": sorted(visit_keys)})

    def _pets(self, visit_keys: list[str]) -> list[Any]:
        return self._rows(self._statements.pets, {**self._whose, "keys": visit_keys})

    def _create(
        self, new: Iterable[Mapping[str, JoinCall]], pets: Iterable[Any], now: datetime
    ) -> dict[str, tuple[str | None, bool]]:
        """Make calls, each for visits of a household; none where another program was quicker with any of them.

        Of calls that would name the same case one is made.
        """
        in_order = list(pets)
        of_case: dict[UUID | None, Mapping[str, JoinCall]] = {}
        rows: dict[UUID | None, dict[str, Any]] = {}
        for joins in new:
            members = [pet for pet in in_order if pet.visit_key in joins]
            row = self._new_call(list(joins.values())[-1], members, now)
            of_case[row["case_id"]], rows[row["case_id"]] = joins, row
        if not rows:
            return {}
        with one_trip(self._session) as trip:
            savepoint = self._session.connection().begin_nested()  # the session would begin it later
            made = trip.ask(self._statements.add, {"rows": as_rows(rows.values())})
        calls = {row.id: of_case[row.case_id] for row in made}
        if not self._put_on({key: call for call, joins in calls.items() for key in joins}, now):
            # one call per visit, so ours never was
            savepoint.rollback()
            return {}
        savepoint.commit()
        return {key: (str(call), key == next(iter(joins))) for call, joins in calls.items() for key in joins}

    def _new_call(self, join: JoinCall, pets: list[Any], now: datetime) -> dict[str, Any]:
        return {
            **_told(pets),
            "user_id": self._user,
            "customer_phone": join.phone,
            "scheduled_for": join.scheduled_for,
            "status": "queued",
            "metadata": {"source": "idexx_neo", "clinicId": str(self._clinic)},
            "created_at": now,
            "updated_at": now,
        }

    def _stay(
        self, joins: Mapping[str, JoinCall], found: Mapping[str, Any], now: datetime
    ) -> dict[str, tuple[str | None, bool]]:
        """Bring the calls of those visits up to date that are on the right one already."""
        queued = {key: row.call_id for key, row in found.items() if row.status == "queued"}
        on_it = {
            key: call
            for key, call in queued.items()
            if key in joins and _target(joins[key], _of_household(found, key, joins[key])) == call
        }
        self._retell({call: joins[key] for key, call in on_it.items()}, now)
        return {key: (str(call), False) for key, call in on_it.items()}

    def _place(self, visit_key: str, join: JoinCall, now: datetime) -> tuple[str | None, bool]:
        with one_trip(self._session) as trip:
            household = self._ask_household(trip, {*join.household, visit_key})
        found = {row.visit_key: row for row in household}
        own = found.get(visit_key)
        if own is not None and own.status not in ("queued", "cancelled"):
            return str(own.call_id), False
        target = _target(join, found)
        if own is not None and own.call_id != target:
            self._take_off(own.call_id, visit_key, now)
            if own.status == "queued":
                self._settle(own.call_id, "Its visits are on another call now.", now)
        if target is None:
            made = self._create([{visit_key: join}], self._pets([visit_key]), now)
            return made.get(visit_key, (None, False))
        on_it = own is not None and own.call_id == target
        if not on_it and not self._put_on({visit_key: target}, now):
            return None, False
        self._retell({target: join}, now)
        return str(target), False

    def _put_on(self, calls: Mapping[str, UUID], now: datetime) -> bool:
        """Put visits, by key, on calls. False where any of them has another call already."""
        whose = {"clinic_id": self._clinic, "user_id": self._user, "added_at": now}
        rows = [{**whose, "call_id": call, "visit_key": key} for key, call in calls.items()]
        return self._changed(self._statements.put_on, {"rows": as_rows(rows)}) == len(rows)

    def _take_off(self, call: UUID, visit_key: str, now: datetime) -> None:
        of_visit = CALL_VISITS.c.call_id == call, CALL_VISITS.c.visit_key == visit_key, CALL_VISITS.c.active
        self._session.execute(
            update(CALL_VISITS).where(*self._own_rows(), *of_visit).values(active=False, removed_at=now)
        )

    def _settle(self, call: UUID, why: str, now: datetime) -> None:
        """Say the call anew for the visits that are left on it; cancel it where none is."""
        if not self._members([call]):
            self.cancel(str(call), why, now=now)
        else:
            self._retell({call: None}, now)

    def _members(self, calls: Collection[UUID]) -> dict[str, UUID]:
        rows = self._rows(self._statements.members, {**self._whose, "calls": list(calls)})
        return {row.visit_key: row.call_id for row in rows}

    def _retell(self, calls: Mapping[UUID, JoinCall | None], now: datetime) -> None:
        """Bring queued calls up to their visits. HANDED_OVER where one of them no longer is."""
        if not calls:
            return
        call_of = self._members(calls)
        pets = self._pets(sorted(call_of))
        rows = [
            {
                **_told([pet for pet in pets if call_of[pet.visit_key] == call]),
                "id": call,
                "customer_phone": join.phone if join else None,
                "scheduled_for": join.scheduled_for if join else None,
                "updated_at": now,
            }
            for call, join in calls.items()
        ]
        if self._changed(self._statements.tell, {**self._whose, "rows": as_rows(rows)}) < len(rows):
            raise Failure(FailureCode.HANDED_OVER, "the household's call was handed over")

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


def _target(join: JoinCall, found: Mapping[str, Any]) -> UUID | None:
    """The queued call to join, given the calls that visits of the household are on."""
    if join.call_id is not None:
        return UUID(join.call_id)
    leaving = UUID(join.leaves) if join.leaves else None
    queued = (row.call_id for row in found.values() if row.status == "queued" and row.call_id != leaving)
    return next(queued, None)


def _of_household(found: Mapping[str, Any], visit_key: str, join: JoinCall) -> dict[str, Any]:
    return {key: row for key, row in found.items() if key == visit_key or key in join.household}


def _new_calls(joins: Mapping[str, JoinCall], found: Mapping[str, Any]) -> list[dict[str, JoinCall]]:
    """The visits that were on no call, and whose households have none to join: together with their household."""
    groups: list[dict[str, JoinCall]] = []
    for visit_key, join in joins.items():
        household = _of_household(found, visit_key, join)
        if visit_key in household or _target(join, household) is not None:
            continue
        group = next((group for group in groups if not join.household.isdisjoint(group)), None)
        if group is None:
            groups.append(group := {})
        group[visit_key] = join
    return groups


def _told(pets: list[Any]) -> dict[str, Any]:
    """What a call says of its visits; the case that it names is that of a visit on it."""
    return {"dynamic_variables": _variables(pets), "case_id": pets[0].case_id}


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
            clinic.clinic_name, clinic.clinic_phone, clinic.emergency_phone, zone_named(clinic.timezone)
        ),
    )

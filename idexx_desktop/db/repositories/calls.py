"""Discharge calls as runs and people change them. A call that was handed over is never touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text, true, update
from sqlalchemy.orm import Session

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.call_pages import CallPages, care_of
from idexx_desktop.db.repositories.call_statements import FROM_NOTES, WITH_CARE, call_statements
from idexx_desktop.db.repositories.host import clinic_phone, host_tables, present
from idexx_desktop.db.repositories.others_calls import CALLS_BY_SLOT, CALLS_OF_VISITS, claims_of
from idexx_desktop.db.rows import as_rows
from idexx_desktop.db.trips import Answer, Trip, one_trip
from idexx_desktop.domain.call_text import ClinicContact, PetOnCall, dynamic_variables
from idexx_desktop.domain.changes import JoinCall
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.local_time import zone_named
from idexx_desktop.domain.others_calls import VisitClaim
from idexx_desktop.domain.spreading import SLOT
from idexx_desktop.domain.what_to_say import is_from_notes

# as far ahead as the rules schedule calls, and a person chooses a time
_AHEAD = timedelta(days=60)
CLINIC_SETTINGS = table_of(clinic.ClinicSettings)
_PLACE = text("SELECT idexx_app.place_visits(:clinic, :rows)")
_RELEASE = text("SELECT idexx_app.release_visits(:clinic, :call, CAST(:keys AS text[]))")
_HOLD_OF_COLLEAGUES = text("SELECT idexx_app.hold_unread_calls(:clinic)")


class CallRepository(CallPages):
    """Each change is an UPDATE of a call that is still `queued`, and says whether there was one."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        self._statements = call_statements(host_tables(session))
        self._whose = {"user": self._user, "clinic": self._clinic}

    def claim(self, visits: Iterable[str | Mapping[str, Any]]) -> dict[str, VisitClaim]:
        """The calls that visits have, by key: visits as `asked` says them, or keys where no more is known of them."""
        rows = [{"visit_key": visit} if isinstance(visit, str) else visit for visit in visits]
        if not rows:
            return {}
        found = self._rows(CALLS_OF_VISITS, {"rows": as_rows(rows), "clinic": self._clinic})
        return claims_of(found, [row["visit_key"] for row in rows])

    def of_others_by_slot(self, now: datetime) -> dict[datetime, int]:
        """How many calls other accounts of the clinic have queued from now on, by quarter of an hour."""
        span = {"since": now - SLOT, "until": now + _AHEAD}
        found = self._rows(CALLS_BY_SLOT, {**span, "clinic": self._clinic})
        return {row.slot: row.calls for row in found}

    def join(self, joins: Mapping[str, JoinCall], *, now: datetime) -> dict[str, tuple[str | None, bool]]:
        """Put visits (by key, in this order) on the queued calls of their households.

        For each the call's id and whether it had to be made. The visits and their notes must be written before. A
        visit whose call was handed over keeps it. (None, False) where a colleague's account has a call of the visit
        that `besides` doesn't name. HANDED_OVER where the household's call is no longer queued.
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
        self._release(call, visit_key)
        self._settle(call, why, now)
        return True

    def cancel(self, call_id: str, why: str, *, now: datetime) -> bool:
        """Take a queued call back for every visit on it. False where it was handed over."""
        values = {"status": "cancelled", "ended_reason": why, "ended_at": now}
        if not self._update(UUID(call_id), now, **values):
            return False
        self._release(UUID(call_id), None)
        return True

    def hold_of_colleagues(self) -> int:
        """Hold the calls of others in the clinic that are due by now without a reading of their visits; how many.

        The database looks at its own clock and their rows, and waits for nobody who is at work on one.
        """
        return int(self._session.execute(_HOLD_OF_COLLEAGUES, {"clinic": self._clinic}).scalar_one())

    def reschedule(self, call_id: str, when: datetime, *, now: datetime) -> bool:
        """Another time for a queued call. False where it was handed over."""
        return self._update(UUID(call_id), now, scheduled_for=when)

    def tell_anew(self, now: datetime) -> list[str]:
        """Say the queued calls anew that name the clinic or its numbers otherwise than its settings do; which."""
        calls = self._calls
        said = calls.c.dynamic_variables
        clinics = host_tables(self._session).clinics
        is_now = (
            select(
                clinics.c.name,
                clinic_phone(host_tables(self._session)).label("phone"),
                CLINIC_SETTINGS.c.emergency_phone,
            )
            .join_from(clinics, CLINIC_SETTINGS, CLINIC_SETTINGS.c.clinic_id == clinics.c.id)
            .where(clinics.c.id == self._clinic)
            .subquery()
        )
        otherwise = or_(
            said["clinic_name"].astext.is_distinct_from(is_now.c.name),
            said["clinic_phone"].astext.is_distinct_from(is_now.c.phone),
            said["emergency_phone"].astext.is_distinct_from(is_now.c.emergency_phone),
        )
        found = self._rows(
            select(calls.c.id)
            .join(is_now, true())
            .where(self._mine(), calls.c.status == "queued", otherwise)
            .order_by(calls.c.id)
        )
        self._retell(dict.fromkeys(row.id for row in found), now)
        return [str(row.id) for row in found]

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
        of_case: dict[UUID, Mapping[str, JoinCall]] = {}
        rows: dict[UUID, dict[str, Any]] = {}
        without_case: list[tuple[Mapping[str, JoinCall], dict[str, Any]]] = []
        for joins in new:
            members = [pet for pet in in_order if pet.visit_key in joins]
            row = self._new_call(list(joins.values())[-1], members, now)
            if row["case_id"] is None:
                without_case.append((joins, row))
            else:
                of_case[row["case_id"]], rows[row["case_id"]] = joins, row
        if not rows and not without_case:
            return {}
        with one_trip(self._session) as trip:
            savepoint = self._session.connection().begin_nested()  # the session would begin it later
            # of a call that names no case, only a statement of its own tells which one it is
            alone = [(joins, self._add(trip, [row])) for joins, row in without_case]
            made = self._add(trip, list(rows.values()))
        calls = {row.id: of_case[row.case_id] for row in made}
        calls |= {row.id: joins for joins, answer in alone for row in answer}
        places = [(key, call, join) for call, joins in calls.items() for key, join in joins.items()]
        if not self._put_on(places):
            # one call per visit, so ours never was
            savepoint.rollback()
            return {}
        savepoint.commit()
        return {key: (str(call), key == next(iter(joins))) for call, joins in calls.items() for key in joins}

    def _add(self, trip: Trip, rows: list[dict[str, Any]]) -> Answer:
        return trip.ask(self._statements.add, {"rows": as_rows(rows)})

    def _new_call(self, join: JoinCall, pets: list[Any], now: datetime) -> dict[str, Any]:
        told = _told(pets, join)
        return {
            **told,
            "user_id": self._user,
            "customer_phone": join.phone,
            "scheduled_for": join.scheduled_for,
            "status": "queued",
            "metadata": {"source": "idexx_neo", "clinicId": str(self._clinic), **told["metadata"]},
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
            self._release(own.call_id, visit_key)
            if own.status == "queued":
                self._settle(own.call_id, "Its visits are on another call now.", now)
        if target is None:
            made = self._create([{visit_key: join}], self._pets([visit_key]), now)
            return made.get(visit_key, (None, False))
        on_it = own is not None and own.call_id == target
        if not on_it and not self._put_on([(visit_key, target, join)]):
            if not self._lock(target):
                raise _handed_over()
            return None, False
        self._retell({target: join}, now)
        return str(target), False

    def _put_on(self, places: Sequence[tuple[str, UUID, JoinCall]]) -> bool:
        """Put visits, by key, on queued calls. False where any of them has another call already."""
        rows = [
            {"call_id": call, "visit_key": key, "besides": sorted(join.besides)} for key, call, join in places
        ]
        placed = self._session.execute(_PLACE, {"clinic": self._clinic, "rows": as_rows(rows)})
        return bool(placed.scalar_one() == len(rows))

    def _release(self, call: UUID, visit_key: str | None) -> None:
        """Take a visit off a call, or (None) all of them."""
        keys = None if visit_key is None else [visit_key]
        self._session.execute(_RELEASE, {"clinic": self._clinic, "call": call, "keys": keys})

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
                **_told([pet for pet in pets if call_of[pet.visit_key] == call], join),
                "id": call,
                "customer_phone": join.phone if join else None,
                "scheduled_for": join.scheduled_for if join else None,
                "updated_at": now,
            }
            for call, join in calls.items()
        ]
        if self._changed(self._statements.tell, {**self._whose, "rows": as_rows(rows)}) < len(rows):
            raise _handed_over()

    def _update(self, call: UUID, now: datetime, **values: Any) -> bool:
        calls = self._calls
        statement = update(calls).where(self._mine(), calls.c.id == call, calls.c.status == "queued")
        return self._changed(statement.values(present(calls, {**values, "updated_at": now}))) > 0

    def _lock(self, call: UUID) -> bool:
        calls = self._calls
        queued = select(calls.c.id).where(self._mine(), calls.c.id == call, calls.c.status == "queued")
        return self._first(queued.with_for_update(of=calls)) is not None


def _handed_over() -> Failure:
    return Failure(FailureCode.HANDED_OVER, "the household's call was handed over")


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


def _told(pets: list[Any], join: JoinCall | None) -> dict[str, Any]:
    """What a call says of its visits; the case that it names is that of a visit on it, if any has one.

    Without `join` it isn't decided on anew, and goes on carrying what it did.
    """
    case_id = next((pet.case_id for pet in pets if pet.case_id is not None), None)
    sentences = care_of(pets)
    marks: dict[str, Any] = {WITH_CARE: list(sentences)} if sentences else {}
    told = [_on_call(pet) for pet in pets]
    if all(pet.read is not None for pet in pets):
        marks[FROM_NOTES] = [pet.pet_name for pet in told if pet.is_notes]
    carried = join.terms.as_metadata() if join else {}
    return {"dynamic_variables": _variables(pets, told), "case_id": case_id, "metadata": marks | carried}


def _on_call(pet: Any) -> PetOnCall:
    text, read = pet.current_text or "", pet.read
    return PetOnCall(
        pet_name=pet.patient_name,
        owner_name=pet.owner_name,
        vet_name=pet.provider,
        visit_at=pet.visit_at,
        kind=pet.kind,
        summary=text,
        is_notes=read is not None
        and is_from_notes(text, read["discharge_summary"] or "", read["notes"] or ""),
    )


def _variables(pets: list[Any], told: list[PetOnCall]) -> dict[str, str]:
    if not pets:
        raise Failure(
            FailureCode.OURS, "a visit is written before its call, and a clinic is set up before both"
        )
    clinic = pets[0]
    return dynamic_variables(
        told,
        ClinicContact(
            clinic.clinic_name, clinic.clinic_phone, clinic.emergency_phone, zone_named(clinic.timezone)
        ),
    )

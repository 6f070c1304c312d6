"""Discharge calls as the work list shows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from idexx_desktop.db.models import table_of, visits
from idexx_desktop.db.repositories.base import ClinicRepository, like
from idexx_desktop.db.repositories.call_statements import FROM_NOTES
from idexx_desktop.db.repositories.claims import ClaimRepository
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.db.repositories.keyset import Key, behind
from idexx_desktop.db.repositories.orders import call_keys, clinic_key
from idexx_desktop.db.repositories.question_sets import QuestionSetRepository, asked_sets
from idexx_desktop.db.repositories.tries import NOT_TRIED, Tried, tried_by_call
from idexx_desktop.db.repositories.visit_pages import CALL_VISITS, VISITS, local_midnight, trace
from idexx_desktop.domain.calls_ahead import CallsAhead
from idexx_desktop.domain.care import care_in
from idexx_desktop.domain.filters import CallFilter, Whose
from idexx_desktop.domain.freshness import LIMIT
from idexx_desktop.domain.handed_over import (
    LONGEST_CALL,
    LONGEST_WAIT,
    LOOKED_BACK,
    NOTHING_REPORTED,
    UNDER_WAY,
    TroubledCalls,
    grouped,
    report_of,
    trouble_of,
)
from idexx_desktop.domain.orders import usual_of_calls
from idexx_desktop.domain.others_calls import FAILED, QUEUED
from idexx_desktop.domain.ranks import PAUSED
from idexx_desktop.domain.records import CallRecord, Page
from idexx_desktop.domain.rules import SWITCHED_OFF
from idexx_desktop.domain.schedule import CLOCKS_DIFFER
from idexx_desktop.domain.visits import BETWEEN, VisitState

OUTCOMES = table_of(visits.CallOutcomeRow)
_SAID = "said_"
_LONGEST_SAID = 400
# in a call's metadata: a switch of the clinic cancelled it, and gives it back once it is off
SET_ASIDE = "set_aside"
DONE = ("completed", "failed", "cancelled")
TROUBLE = "trouble"
GROUPS = ("due", "upcoming", TROUBLE, PAUSED, "done", "all")

SAME_VISIT = and_(
    VISITS.c.clinic_id == CALL_VISITS.c.clinic_id,
    VISITS.c.visit_key == CALL_VISITS.c.visit_key,
    VISITS.c.user_id == CALL_VISITS.c.user_id,
)

# a visit whose call a switch took back; of one that couldn't be read no more is known
HELD_BY_SWITCH = or_(
    VISITS.c.reason_code.in_([str(code) for code in SWITCHED_OFF]),
    VISITS.c.state == str(VisitState.FAILED),
)


class CallPages(ClinicRepository):
    """What pages ask of the calls that this user's syncs scheduled for this clinic, or that an admin reads.

    Groups: `due` is queued until the end of the clinic's day `now`, `upcoming` queued later, `trouble` needs a person
    (`domain.handed_over`), `paused` comes back with the clinic's switch (and reads `paused`), `done` is over.
    """

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        tables = host_tables(session)
        self._calls, self._clinics = tables.calls, tables.clinics
        self._claims = ClaimRepository(session, user_id, clinic_id)
        self._question_sets = QuestionSetRepository(session, user_id, clinic_id)

    def page(self, which: CallFilter, page: Page, *, zone: ZoneInfo, now: datetime) -> list[CallRecord]:
        """The next rows, of `due` and `upcoming` the earliest first, else the newest first.

        `page.before` is the `call_place` of the last row.
        """
        keys, conditions = self._keys(which), self._conditions(which, zone, now)
        if page.before is not None:
            conditions.append(behind(keys, page.before))
        ordered = [key.ordered() for key in keys]
        found = self._rows(self._record_query().where(*conditions).order_by(*ordered).limit(page.limit))
        return self._records(found, now)

    def troubles(self, zone: ZoneInfo, now: datetime) -> tuple[TroubledCalls, ...]:
        """The calls that need a person now, grouped by why."""
        calls = self._calls
        said = func.left(cast(calls.c.ended_reason, Text), _LONGEST_SAID)
        found = self._rows(
            select(
                calls.c.status, calls.c.scheduled_for, self._begun_at().label("begun_at"), said.label("said")
            )
            .where(self._mine(), *self._in_trouble(now))
            .order_by(calls.c.scheduled_for, calls.c.id)
        )
        why = ((row, trouble_of(row.status, row.scheduled_for, row.begun_at, now)) for row in found)
        return grouped([(each, row.scheduled_for, row.said or "") for row, each in why if each], zone)

    def count(self, which: CallFilter, *, zone: ZoneInfo, now: datetime) -> int:
        """How many calls the filter leaves."""
        if _is_plain(which) and which.group in ("done", "all"):
            return self._plain_counts(which.whose, zone, now)[which.group]
        counted = select(func.count()).select_from(self._calls)
        return self._session.execute(counted.where(*self._conditions(which, zone, now))).scalar_one()

    def group_counts(self, which: CallFilter, *, zone: ZoneInfo, now: datetime) -> dict[str, int]:
        """How many calls are in each group, whatever group the filter names."""
        if _is_plain(which):
            return self._plain_counts(which.whose, zone, now)
        in_groups = [
            func.count().filter(*self._group(group, zone, now)).label(group) for group in GROUPS[:-1]
        ]
        row = self._first(select(func.count().label("all"), *in_groups).where(*self._filtered(which)))
        return {group: getattr(row, group) for group in GROUPS}

    def _plain_counts(self, whose: Whose | None, zone: ZoneInfo, now: datetime) -> dict[str, int]:
        """The same of all calls: by indexes alone, however many are done, which is what the others leave."""
        on_calls = select(CALL_VISITS.c.call_id).where(
            *self._of(whose, CALL_VISITS.c.user_id, CALL_VISITS.c.clinic_id)
        )
        every = select(func.count()).select_from(on_calls.distinct().subquery())
        asked = {"all": every, "open": self._counted(whose, self._calls.c.status.in_((QUEUED, *UNDER_WAY)))}
        for group in GROUPS[:-2]:
            asked[group] = self._counted(whose, *self._group(group, zone, now))
        row = self._first(select(*(each.scalar_subquery().label(name) for name, each in asked.items())))
        found = dict(row._mapping)
        done = found["all"] - found.pop("open") - found[PAUSED]
        return {group: {**found, "done": done}[group] for group in GROUPS}

    def _counted(self, whose: Whose | None, *conditions: ColumnElement[bool]) -> Select[Any]:
        counted = select(func.count()).select_from(self._calls)
        return counted.where(*self._those(whose), *conditions)

    def get(self, call_id: str, now: datetime | None = None) -> CallRecord | None:
        """One call; whether it needs a person `now`."""
        rows = self._rows(self._record_query().where(self._mine(), self._calls.c.id == UUID(call_id)))
        return next(iter(self._records(rows, now)), None)

    def is_anothers(self, call_id: str) -> bool:
        """Whether this login reads a call of this id that is somebody else's, or another clinic's."""
        found = select(self._calls.c.id).where(self._calls.c.id == UUID(call_id), not_(self._mine()))
        return self._first(found) is not None

    def _mine(self) -> ColumnElement[bool]:
        return and_(*self._those(None))

    def _those(self, whose: Whose | None) -> list[ColumnElement[bool]]:
        clinic = self._clinic_of_call()
        asked = self._of(whose, self._calls.c.user_id, clinic)
        # a platform's own calls have no visit of ours, and are nobody's here
        return asked if whose is None or whose.clinic_id else [*asked, clinic.is_not(None)]

    def _clinic_of_call(self) -> ScalarSelect[Any]:
        calls = self._calls
        # all visits of a call are of one clinic; asked in this way it is one look by the call's id, while a join
        # may compare every call with every visit before the server has statistics
        return (
            select(CALL_VISITS.c.clinic_id)
            .where(CALL_VISITS.c.call_id == calls.c.id, CALL_VISITS.c.user_id == calls.c.user_id)
            .limit(1)
            .correlate(calls)
            .scalar_subquery()
        )

    def _record_query(self) -> Select[Any]:
        most = func.idexx_app.max_attempts(self._clinic_of_call(), self._calls.c.user_id, type_=Integer)
        return select(
            self._calls,
            self._clinic_of_call().label("clinic_id"),
            self._is_set_aside().label("set_aside"),
            self._begun_at().label("begun_at"),
            most.label("max_attempts"),
            *host_tables(self._session).reported,
        )

    def ahead(self) -> CallsAhead:
        """What is queued, whenever it is due."""
        calls = self._calls
        counted = select(func.count().label("number"), func.min(calls.c.scheduled_for).label("first"))
        row = self._first(counted.where(self._mine(), calls.c.status == "queued"))
        return CallsAhead(row.number, row.first)

    def need_a_look(self, now: datetime, until: datetime) -> bool:
        """Whether a queued call is due from now until then, or was due with a visit that wasn't read shortly before."""
        calls = self._calls
        read_in_time = VISITS.c.last_read_at.between(calls.c.scheduled_for - LIMIT, now + CLOCKS_DIFFER)
        unread = (
            select(VISITS.c.id)
            .select_from(CALL_VISITS.join(VISITS, SAME_VISIT))
            .where(CALL_VISITS.c.call_id == calls.c.id, CALL_VISITS.c.active, read_in_time.is_not(True))
            .correlate(calls)
        )
        soon = calls.c.status == "queued", calls.c.scheduled_for <= until
        due = select(calls.c.id).where(self._mine(), *soon, or_(calls.c.scheduled_for > now, unread.exists()))
        return self._first(due.limit(1)) is not None

    def _conditions(self, which: CallFilter, zone: ZoneInfo, now: datetime) -> list[ColumnElement[bool]]:
        return [*self._filtered(which), *self._group(which.group, zone, now)]

    def _group(self, group: str, zone: ZoneInfo, now: datetime) -> list[ColumnElement[bool]]:
        calls = self._calls
        tomorrow = local_midnight(zone, now.astimezone(zone).date() + timedelta(days=1))
        queued = calls.c.status == "queued"
        conditions: dict[str, list[ColumnElement[bool]]] = {
            "due": [queued, calls.c.scheduled_for < tomorrow],
            "upcoming": [queued, calls.c.scheduled_for >= tomorrow],
            TROUBLE: self._in_trouble(now),
            PAUSED: [self._is_set_aside()],
            "done": [calls.c.status.in_(DONE), not_(self._is_set_aside())],
            "all": [],
        }
        return conditions[group]

    def _begun_at(self) -> ColumnElement[datetime]:
        """Since when a call rings or is under way, as far as its row tells."""
        calls = self._calls
        known = [calls.c[name] for name in ("started_at", "updated_at") if name in calls.c]
        return func.coalesce(*known, calls.c.scheduled_for)

    def _in_trouble(self, now: datetime) -> list[ColumnElement[bool]]:
        """As `trouble_of`, for calls that nobody has made by hand."""
        calls = self._calls
        by_hand = select(OUTCOMES.c.id).where(
            OUTCOMES.c.call_id == calls.c.id, OUTCOMES.c.undone_at.is_(None)
        )
        return [
            calls.c.scheduled_for.between(now - LOOKED_BACK, now),
            or_(
                calls.c.status == FAILED,
                and_(calls.c.status.in_(UNDER_WAY), self._begun_at() < now - LONGEST_CALL),
                and_(calls.c.status == "queued", calls.c.scheduled_for < now - LONGEST_WAIT),
            ),
            not_(by_hand.correlate(calls).exists()),
        ]

    def _is_marked(self) -> ColumnElement[bool]:
        return func.coalesce(self._calls.c.metadata[SET_ASIDE].astext, "") == "true"

    def _is_set_aside(self) -> ColumnElement[bool]:
        """Whether the call comes back with the clinic's switch: one of its visits waits for nothing else."""
        calls = self._calls
        waiting = (
            select(literal(1))
            .select_from(CALL_VISITS.join(VISITS, SAME_VISIT))
            .where(CALL_VISITS.c.call_id == calls.c.id, HELD_BY_SWITCH)
            .correlate(calls)
        )
        return and_(calls.c.status == "cancelled", self._is_marked(), waiting.exists())

    def _filtered(self, which: CallFilter) -> list[ColumnElement[bool]]:
        calls = self._calls
        conditions = self._those(which.whose)
        if which.text:
            said = calls.c.dynamic_variables
            texts = (said["owner_name"].astext, said["pet_name"].astext, calls.c.customer_phone)
            pattern = like(which.text)
            conditions.append(or_(*(text.ilike(pattern, escape="\\") for text in texts)))
        if which.since is not None:
            conditions.append(calls.c.scheduled_for >= which.since)
        if which.until is not None:
            conditions.append(calls.c.scheduled_for < which.until)
        return conditions

    def _keys(self, which: CallFilter) -> tuple[Key, ...]:
        order = which.order or usual_of_calls(which.group)
        clinic = clinic_key(self._clinics, self._clinic_of_call(), self._clinic, down=order.down)
        return call_keys(self._calls, which.group, order, self._is_set_aside(), clinic)

    def _records(self, rows: Sequence[Any], now: datetime | None = None) -> list[CallRecord]:
        ids = [row.id for row in rows]
        members = self._pets_of(ids)
        claims = self._claims.of_calls(ids)
        tried = tried_by_call(self._session, ids, self._question_sets.given)
        others = {row.id: self._others(row.user_id, row.clinic_id) for row in rows}
        sets = self._question_sets.holding() if None in others.values() else {}
        return [
            replace(
                _record(row, pets, tried.get(row.id, NOT_TRIED), others[row.id], now),
                claim=claims.get(row.id),
                questions=() if others[row.id] else asked_sets(sets, pets),
            )
            for row in rows
            for pets in [members.get(row.id, [])]
        ]

    def _pets_of(self, call_ids: Collection[UUID]) -> dict[UUID, list[Any]]:
        """The visits of each call: those on it, or those that were on it until it was cancelled."""
        rows = self._rows(
            select(
                CALL_VISITS.c.call_id,
                CALL_VISITS.c.visit_key,
                CALL_VISITS.c.active,
                CALL_VISITS.c.removed_at,
                VISITS.c.patient_name,
                VISITS.c.kind,
                VISITS.c.consultation_id,
                VISITS.c.phone_as_typed,
                VISITS.c.trace,
            )
            .select_from(CALL_VISITS.outerjoin(VISITS, SAME_VISIT))
            .where(CALL_VISITS.c.call_id.in_(call_ids))
            .order_by(VISITS.c.visit_at, CALL_VISITS.c.visit_key)
        )
        by_call: dict[UUID, list[Any]] = {}
        for row in rows:
            by_call.setdefault(row.call_id, []).append(row)
        return {call_id: _on_call(found) for call_id, found in by_call.items()}


def _is_plain(which: CallFilter) -> bool:
    return not (which.text or which.since or which.until)


def care_of(visits: Iterable[Any]) -> tuple[str, ...]:
    """Why the call about these visits is made with care, each sentence once."""
    return tuple(dict.fromkeys(each for visit in visits for each in care_in(trace(visit.trace))))


def _named(details: object) -> tuple[str, ...] | None:
    names = details.get(FROM_NOTES) if isinstance(details, dict) else None
    return tuple(map(str, names)) if isinstance(names, list) else None


def _on_call(found: Sequence[Any]) -> list[Any]:
    active = [row for row in found if row.active]
    if active:
        return active
    last = max(row.removed_at for row in found)
    return [row for row in found if row.removed_at == last]


def _record(
    row: Any, pets: Sequence[Any], tried: Tried, others: Whose | None, now: datetime | None
) -> CallRecord:
    said, outcomes = row.dynamic_variables, tried.outcomes
    reported = {
        name.removeprefix(_SAID): value for name, value in row._mapping.items() if name.startswith(_SAID)
    }
    # what we wrote there ourselves is told in other words
    is_ours = row.status in ("queued", "cancelled") or (row.status == "completed" and outcomes)
    return CallRecord(
        id=str(row.id),
        consultation_ids=tuple(pet.consultation_id for pet in pets if pet.consultation_id),
        visit_keys=tuple(pet.visit_key for pet in pets),
        patient_names=tuple(dict.fromkeys(pet.patient_name for pet in pets if pet.patient_name)),
        owner_name=said.get("owner_name", ""),
        customer_phone=row.customer_phone or "",
        scheduled_for=row.scheduled_for,
        status=PAUSED if row.set_aside else row.status,
        summary=said.get("discharge_summary", ""),
        kind=said.get("sub_type", ""),
        outcomes=outcomes,
        others=others,
        trouble=trouble_of(row.status, row.scheduled_for, row.begun_at, now)
        if now and not outcomes
        else None,
        report=NOTHING_REPORTED if is_ours else report_of(reported),
        all_numbers=next((pet.phone_as_typed for pet in pets if BETWEEN in (pet.phone_as_typed or "")), ""),
        care=care_of(pets),
        attempts=tried.attempts,
        max_attempts=row.max_attempts,
        closed_as=tried.closed_as(row.status, row.ended_reason or ""),
        agreed=tried.agreed,
        from_notes=_named(row.metadata),
    )

"""Visits as a run reads and writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    Uuid,
    and_,
    case,
    func,
    literal,
    select,
    text,
    union,
    update,
)

from idexx_desktop.db.models import table_of
from idexx_desktop.db.models.visits import VisitReading
from idexx_desktop.db.repositories.base import one_of
from idexx_desktop.db.repositories.decided_visits import newest_decided, of_their_kin
from idexx_desktop.db.repositories.known_visits import known_visit
from idexx_desktop.db.repositories.tries import tries_of_visit
from idexx_desktop.db.repositories.visit_pages import (
    CALL_OF_VISIT,
    CALL_VISITS,
    DECISION,
    NOTES,
    VISITS,
    WITH_DECISION,
    VisitPages,
)
from idexx_desktop.db.rows import as_rows, insert_rows
from idexx_desktop.db.trips import write
from idexx_desktop.domain.backing_off import next_visit_try
from idexx_desktop.domain.call_terms import CARRIED
from idexx_desktop.domain.cases import DEATHS, tells_of_death
from idexx_desktop.domain.changes import KnownVisit, VisitChange
from idexx_desktop.domain.decisions import Decision, ReasonCode
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.freshness import SEEMS_TO_COME
from idexx_desktop.domain.others_calls import OthersCall, kept_until
from idexx_desktop.domain.rules import decision_hash
from idexx_desktop.domain.same_visit import Identity
from idexx_desktop.domain.visits import Visit, VisitState

OPEN = tuple(str(state) for state in (VisitState.HELD, VisitState.WAITING, VisitState.FAILED))
_SCHEDULED = str(VisitState.SCHEDULED)
_KEY = ("clinic_id", "visit_key", "user_id")
# what a visit was when it was last read stays when it can't be read now
_KEPT_ON_FAILURE = (
    "content_hash", "has_clinical_notes", "phone", "phone_as_typed", "species", "breed", "neo_status", "kind",
    "patient_id", "patient_name", "client_id", "owner_name", "provider", "branch",
)  # fmt: skip
_DECISION_COLUMNS = ("choice", "decided_by_name", "decided_at", "content_hash", "why", "scheduled_for", "id")
_READINGS = table_of(VisitReading)
_FOLLOW = text("SELECT idexx_app.follow_claims(:clinic, CAST(:old AS text[]), CAST(:new AS text[]))")


@dataclass(frozen=True, slots=True)
class VisitWriting:
    """A change to be written, with the visit's case. `failure` is why it could not be read, else None."""

    change: VisitChange
    case_id: str | None = None
    failure: Failure | None = None


class VisitRepository(VisitPages):
    """This user's visits of this clinic."""

    def known(self, start: datetime, end: datetime, also: Collection[str] = ()) -> dict[str, KnownVisit]:
        """The visits of a window (`end` excluded), those named in `also`, and every open one whatever its age, by key.

        Open: held, waiting, failed, or with a call that is still queued.
        """
        window = VISITS.c.visit_at >= start, VISITS.c.visit_at < end
        return self._known(
            select(VISITS.c.id).where(self._mine(), *window),
            select(VISITS.c.id).where(
                self._mine(), VISITS.c.visit_key == one_of({*also, *self.queued_for()})
            ),
            select(VISITS.c.id).where(self._mine(), VISITS.c.state.in_(OPEN)),
        )

    def deaths(self, since: datetime) -> dict[str, KnownVisit]:
        """The visits since an instant that are closed and tell of the pet's death, by key.

        They say so for certain, or show signs of it and a person decided that there is no call.
        """
        codes = [str(code) for code in (*DEATHS, ReasonCode.NO_CALL_BY_PERSON)]
        closed = VISITS.c.visit_at >= since, VISITS.c.reason_code.in_(codes)
        found = self._known(select(VISITS.c.id).where(self._mine(), *closed))
        return {key: visit for key, visit in found.items() if tells_of_death(visit)}

    def decided(self, most: int) -> list[KnownVisit]:
        """The visits of the newest decisions on whether to call, the last one first; at most so many decisions."""
        found = self._known(*newest_decided(self._user, self._clinic, most)).values()
        by_time = [(visit.person.decided_at, visit.visit_key, visit) for visit in found if visit.person]
        return [visit for *_, visit in sorted(by_time, key=lambda each: each[:2], reverse=True)]

    def kin(self, visit_keys: Collection[str]) -> dict[str, KnownVisit]:
        """These visits, and those that may be decided on together with them: of an owner's day, and of a pet."""
        return self._known(*of_their_kin(self._user, self._clinic, visit_keys)) if visit_keys else {}

    def without_call(self) -> frozenset[str]:
        """The keys of the visits that were decided to be called, and whose call is there no more."""
        gone = select(VISITS.c.visit_key).select_from(self._with_calls())
        rows = self._rows(gone.where(self._mine(), VISITS.c.state == _SCHEDULED, self._state() != _SCHEDULED))
        return frozenset(row.visit_key for row in rows)

    def held_for(self, code: ReasonCode) -> frozenset[str]:
        """The keys of the visits that are held for this reason."""
        held = VISITS.c.state == str(VisitState.HELD), VISITS.c.reason_code == str(code)
        rows = self._rows(select(VISITS.c.visit_key).where(self._mine(), *held))
        return frozenset(row.visit_key for row in rows)

    def lock(self, visit_key: str) -> bool:
        """Let nobody else decide or write about this visit until the transaction ends. False where it is new."""
        row = select(VISITS.c.id).where(self._mine(), VISITS.c.visit_key == visit_key)
        return self._first(row.with_for_update(of=VISITS)) is not None

    def open_keys(self) -> frozenset[str]:
        """The keys of the open visits."""
        still_open = select(VISITS.c.visit_key).where(self._mine(), VISITS.c.state.in_(OPEN))
        return frozenset(row.visit_key for row in self._rows(still_open)) | self.queued_for().keys()

    def write(self, writings: Sequence[VisitWriting], *, session_id: str | None, now: datetime) -> None:
        """Put visits in the states that their changes say.

        Failed reads count up `attempts`, put off the next try and leave what was last read; so write them even when
        unchanged.
        """
        read = [each for each in writings if each.failure is None and each.change.read_at is not None]
        decided = [each for each in writings if each.failure is None and each.change.read_at is None]
        failed = [writing for writing in writings if writing.failure is not None]
        before = self._attempts([writing.change.visit_key for writing in failed]) if failed else {}
        for statement, written in ((_WRITE, read), (_WRITE_DECIDED, decided), (_WRITE_FAILED, failed)):
            rows = [
                {
                    **_written(writing, before.get(writing.change.visit_key, 0) + 1, now),
                    "clinic_id": self._clinic,
                    "user_id": self._user,
                    "session_id": session_id,
                }
                for writing in written
            ]
            if rows:
                write(self._session, statement, {"rows": as_rows(rows)})

    def seen(self, visit_keys: Collection[str], *, read_at: datetime) -> int:
        """These visits were read completely, and nothing about them changed. Returns how many there are."""
        values = {"last_read_at": read_at, "last_attempt_at": read_at, "attempts": 0, "next_try_at": None}
        statement = update(VISITS).where(self._mine(), VISITS.c.visit_key == one_of(visit_keys))
        return self._changed(statement.values(values))

    def forget_readings_to_come(self, now: datetime) -> int:
        """Visits that seem to have been read later than now count as never read. Returns how many there are.

        The clock was set back since: once it has caught up, such a reading would look younger than it is.
        """
        to_come = VISITS.c.last_read_at > now + SEEMS_TO_COME
        return self._changed(update(VISITS).where(self._mine(), to_come).values(last_read_at=None))

    def restate(self, visit_key: str, decision: Decision, *, needs_attention: bool, now: datetime) -> bool:
        """Another state for a visit that was not read again. False where there is no such visit."""
        values = _decided(decision, needs_attention=needs_attention)
        statement = update(VISITS).where(self._mine(), VISITS.c.visit_key == visit_key)
        changed_at = _changed_at(literal(values["decision_hash"]), now)
        return self._changed(statement.values(values | {"changed_at": changed_at})) > 0

    def identities(self, since: datetime) -> list[Identity]:
        """By what the visits from an instant on are known again."""
        names = [field.name for field in fields(Identity)]
        found = select(*(VISITS.c[name] for name in names)).where(self._mine(), VISITS.c.visit_at >= since)
        return [Identity(*row) for row in self._rows(found)]

    def follow_walk_ins(self, visits: Iterable[Visit]) -> frozenset[str]:
        """A walk-in (`c:8018`) that has an appointment now (`a:5001`) goes on under that key.

        Call it before `known`, so that nobody is called twice about one visit. Returns the walk-ins that
        cannot go on, because their appointment is a visit of its own already: treat them as vanished.
        """
        renamed = {
            f"c:{visit.consultation_id}": visit.visit_key
            for visit in visits
            if visit.consultation_id and not visit.visit_key.startswith("c:")
        }
        taken = self._keys_of([*renamed, *renamed.values()])
        superseded = {old for old, new in renamed.items() if old in taken and new in taken}
        for old, new in renamed.items():
            if old in taken and old not in superseded:
                self._rename(old, new)
        return frozenset(superseded)

    def _attempts(self, visit_keys: Collection[str]) -> dict[str, int]:
        found = select(VISITS.c.visit_key, VISITS.c.attempts)
        rows = self._rows(found.where(self._mine(), VISITS.c.visit_key == one_of(visit_keys)))
        return {row.visit_key: row.attempts for row in rows}

    def _keys_of(self, visit_keys: Collection[str]) -> set[str]:
        found = select(VISITS.c.visit_key).where(self._mine(), VISITS.c.visit_key == one_of(visit_keys))
        return {row.visit_key for row in self._rows(found)}

    def _rename(self, old: str, new: str) -> None:
        own = {"user_id": self._user, "clinic_id": self._clinic, "visit_key": old}
        self._session.execute(_FOLLOW, {"clinic": self._clinic, "old": [old], "new": [new]})
        for table in (VISITS, NOTES, _READINGS):
            values: dict[str, Any] = {"visit_key": new}
            if table is _READINGS:
                values["content"] = _READINGS.c.content.concat({"visit_key": new})
            mine = [table.c[name] == value for name, value in own.items()]
            self._session.execute(update(table).where(*mine).values(values))

    def queued_for(self) -> dict[str, datetime]:
        """When the calls are due that are still queued, by the keys of their visits."""
        calls = self._calls
        # found by their calls alone: were the clinic asked for here, too, the server would look through all of its
        # visits for each call, as long as it hasn't noticed how many there are
        queued = (
            select(CALL_VISITS.c.visit_key, CALL_VISITS.c.clinic_id, calls.c.scheduled_for)
            .join(calls, calls.c.id == CALL_VISITS.c.call_id)
            .where(
                CALL_VISITS.c.user_id == self._user,
                CALL_VISITS.c.active,
                calls.c.user_id == self._user,
                calls.c.status == "queued",
            )
        )
        rows = self._rows(queued)
        return {row.visit_key: row.scheduled_for for row in rows if row.clinic_id == self._clinic}

    def _known(self, *ids: Select[Any]) -> dict[str, KnownVisit]:
        rows = self._rows(self._known_query(union(*ids)))
        members = self._members({row.call_id for row in rows if row.call_id})
        return {row.visit_key: known_visit(row, members) for row in rows}

    def _known_query(self, ids: CompoundSelect[Any]) -> Any:
        calls, cases = self._calls, self._cases
        enabled: ColumnElement[Any] = literal(True)
        if "call_enabled" in cases.c:
            enabled = func.coalesce(cases.c.call_enabled, True)
        joined = (
            WITH_DECISION.outerjoin(CALL_VISITS, CALL_OF_VISIT)
            .outerjoin(calls, and_(calls.c.id == CALL_VISITS.c.call_id, calls.c.user_id == self._user))
            .outerjoin(cases, and_(cases.c.id == VISITS.c.case_id, cases.c.user_id == self._user))
        )
        return (
            select(
                *VISITS.c,
                enabled.label("call_enabled"),
                calls.c.id.label("call_id"),
                calls.c.status.label("call_status"),
                calls.c.scheduled_for.label("call_scheduled_for"),
                calls.c.customer_phone.label("call_phone"),
                calls.c.ended_at.label("call_ended_at"),
                tries_of_visit(self._user, self._clinic).label("tries"),
                *(
                    calls.c.metadata.op("->>")(literal(name, Text())).label(f"call_{name}")
                    for name in CARRIED
                ),
                *(DECISION.c[name].label(f"decision_{name}") for name in _DECISION_COLUMNS),
            )
            .select_from(joined)
            .where(VISITS.c.id.in_(ids))
        )

    def _members(self, call_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
        if not call_ids:
            return {}
        rows = self._rows(
            select(CALL_VISITS.c.call_id, CALL_VISITS.c.visit_key).where(
                CALL_VISITS.c.user_id == self._user,
                CALL_VISITS.c.clinic_id == self._clinic,
                CALL_VISITS.c.call_id == one_of(call_ids, Uuid()),
                CALL_VISITS.c.active,
            )
        )
        members: dict[UUID, set[str]] = {}
        for row in rows:
            members.setdefault(row.call_id, set()).add(row.visit_key)
        return {call_id: frozenset(keys) for call_id, keys in members.items()}


def _changed_at(decision_hash: Any, now: Any) -> ColumnElement[Any]:
    """When the stored decision last changed."""
    return case((VISITS.c.decision_hash == decision_hash, VISITS.c.changed_at), else_=now)


def _write(kept: Collection[str]) -> Any:
    """Insert a visit, or bring it up to date but for the columns `kept`."""
    statement = insert_rows(VISITS, [column.name for column in VISITS.c if column.name != "id"])
    new = statement.excluded
    stays = {*_KEY, "id", "first_seen_at", *kept}
    values: dict[str, Any] = {
        column.name: new[column.name] for column in VISITS.c if column.name not in stays
    }
    values["changed_at"] = _changed_at(new.decision_hash, new.changed_at)
    # once known, these are never unlearned by a list that doesn't mention them
    # and whoever decides on a visit again has not read it
    for name in ("case_id", "consultation_id", "appointment_id", "last_read_at", "last_attempt_at"):
        values[name] = func.coalesce(new[name], VISITS.c[name])
    return statement.on_conflict_do_update(index_elements=_KEY, set_=values)


_WRITE = _write(())
# what was only decided on was no attempt: why it couldn't be read holds as before
_WRITE_DECIDED = _write(("failure_code", "failure_detail", "attempts", "next_try_at", "failed_hash"))
_WRITE_FAILED = _write(_KEPT_ON_FAILURE)


def _written(writing: VisitWriting, attempt: int, now: datetime) -> dict[str, Any]:
    change, failure = writing.change, writing.failure
    return {
        **_content(change.visit),
        **_decided(change.decision, change.others, needs_attention=change.needs_attention),
        "case_id": writing.case_id,
        "kind": str(change.decision.kind),
        "phone": change.decision.phone,
        "failure_code": str(failure.code) if failure else None,
        "failure_detail": failure.detail if failure else None,
        "attempts": attempt if failure else 0,
        "next_try_at": next_visit_try(attempt, now) if failure else None,
        "failed_hash": change.visit.as_listed().content_hash() if failure else None,
        "first_seen_at": now,
        "last_attempt_at": now if failure else change.read_at,
        "last_read_at": None if failure else change.read_at,
        "changed_at": now,
    }


def _content(visit: Visit) -> dict[str, Any]:
    read = visit.consultation
    return {
        "visit_key": visit.visit_key,
        "appointment_id": visit.appointment_id,
        "consultation_id": visit.consultation_id,
        "visit_at": visit.visit_at,
        "patient_id": visit.patient_id,
        "patient_name": visit.patient_name,
        "client_id": visit.client_id,
        "owner_name": visit.owner_name,
        "provider": visit.provider,
        "branch": visit.branch,
        "species": read.species if read else "",
        "breed": read.breed if read else "",
        "phone_as_typed": visit.typed_numbers,
        "neo_status": visit.status,
        "has_clinical_notes": visit.has_notes,
        "content_hash": visit.content_hash(),
    }


def _decided(
    decision: Decision, others: OthersCall | None = None, *, needs_attention: bool
) -> dict[str, Any]:
    return {
        "others_call": others.call_id if others else None,
        "others_phone": others.phone if others else None,
        "others_until": kept_until(others) if others else None,
        "state": str(decision.state),
        "reason_code": str(decision.reason_code),
        "reason": decision.reason,
        "trace": [
            {"rule": step.rule, "outcome": str(step.outcome), "detail": step.detail}
            for step in decision.trace
        ],
        "needs_attention": needs_attention,
        "decision_hash": decision_hash(decision),
    }

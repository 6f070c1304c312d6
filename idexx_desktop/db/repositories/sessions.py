"""Runs that were started, and runs that were missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.history_orders import MISSED, SESSIONS, Part, history_page
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import WORDS, Failure, FailureCode
from idexx_desktop.domain.filters import HistoryFilter, Whose
from idexx_desktop.domain.misses import Miss
from idexx_desktop.domain.newer import is_known
from idexx_desktop.domain.orders import NEWEST_FIRST
from idexx_desktop.domain.records import MissedRun, Page, SessionRecord
from idexx_desktop.domain.schedule import CLOCKS_DIFFER

_MEMBERS = table_of(clinic.ClinicMember)
# these read a few visits only: they make nothing up to date
_READ_A_FEW = (str(Trigger.RETRY), str(Trigger.BEFORE_CALL))
_READ_EVERYTHING = (
    SESSIONS.c.status == "completed",
    SESSIONS.c.trigger.not_in(_READ_A_FEW),
)


class SessionRepository(ClinicRepository):
    """The runs of this user in this clinic; where a filter says so, those that an admin reads."""

    def start(
        self,
        trigger: Trigger,
        device: str,
        window_start: datetime,
        window_end: datetime,
        lease_epoch: int,
        *,
        now: datetime,
    ) -> SessionRecord:
        """A new run, `running`."""
        row = self._first(
            insert(SESSIONS)
            .values(
                user_id=self._user,
                clinic_id=self._clinic,
                status="running",
                started_at=now,
                trigger=str(trigger),
                device=device,
                window_start=window_start,
                window_end=window_end,
                lease_epoch=lease_epoch,
            )
            .returning(*SESSIONS.c)
        )
        return self._session_record(row)

    def finish(
        self,
        session_id: str,
        status: str,
        *,
        seen: int,
        synced: int,
        failed: int,
        calls: int,
        written: int,
        requests: int,
        signed_in: bool,
        failure: Failure | None,
        next_scheduled_sync: datetime | None,
        now: datetime,
    ) -> bool:
        """How a run ended (`completed`, `failed`, `timeout`). False where somebody else had closed it."""
        values = {
            "status": status,
            "completed_at": now,
            "consultations_seen": seen,
            "consultations_synced": synced,
            "consultations_failed": failed,
            "discharge_calls_scheduled": calls,
            "visits_written": written,
            "requests": requests,
            "signed_in": signed_in,
            "error_details": None if failure is None else _details(failure),
            "next_scheduled_sync": next_scheduled_sync,
        }
        running = and_(SESSIONS.c.id == UUID(session_id), SESSIONS.c.status == "running")
        return self._changed(update(SESSIONS).where(self._mine(), running).values(values)) > 0

    def close_stale(self, live_from: int, code: FailureCode, *, now: datetime) -> int:
        """Runs still `running` under a lease before the epoch `live_from` become `timeout`; returns how many.

        A run without an epoch, as another program may have written it, is before all. `code` is LEASE_LOST or CRASHED.
        """
        before = func.coalesce(SESSIONS.c.lease_epoch, -1) < live_from
        statement = update(SESSIONS).where(self._mine(), SESSIONS.c.status == "running", before)
        values = {"status": "timeout", "completed_at": now, "error_details": _details(Failure(code))}
        return self._changed(statement.values(values))

    def get(self, session_id: str) -> SessionRecord | None:
        """One run."""
        return self._one(SESSIONS.c.id == UUID(session_id))

    def running(self) -> list[SessionRecord]:
        """The runs that have not ended, newest first."""
        statement = select(SESSIONS).where(self._mine(), SESSIONS.c.status == "running")
        newest_first = statement.order_by(SESSIONS.c.started_at.desc())
        return [self._session_record(row) for row in self._rows(newest_first)]

    def last(self, now: datetime) -> SessionRecord | None:
        """The newest run, whatever became of it.

        Here and below, a run that a wrong clock has dated in the future is passed over.
        """
        return self._one(_not_after(now))

    def unfinished(self, now: datetime) -> list[SessionRecord]:
        """The ended runs since the last completed one, newest first; the newest of them, which is a week's worth."""
        by_now = _not_after(now)
        completed = select(func.max(SESSIONS.c.started_at)).where(self._mine(), by_now, *_READ_EVERYTHING)
        since = func.coalesce(completed.scalar_subquery(), literal(datetime.min.replace(tzinfo=UTC)))
        statement = select(SESSIONS).where(
            self._mine(),
            by_now,
            SESSIONS.c.status.in_(("failed", "timeout")),
            SESSIONS.c.started_at > since,
        )
        newest = statement.order_by(SESSIONS.c.started_at.desc()).limit(200)
        return [self._session_record(row) for row in self._rows(newest)]

    def last_completed(self, now: datetime) -> SessionRecord | None:
        """The newest run that read everything."""
        return self._one(_not_after(now), *_READ_EVERYTHING)

    def newest_by_clinic(self, *, completed: bool = False) -> dict[str, SessionRecord]:
        """The newest run of each clinic that this login reads, by the clinic's id; `completed`: that read everything.

        The newest of each member is one look into an index, and the newest of those is the clinic's.
        """
        conditions = _READ_EVERYTHING if completed else ()
        of_member = (
            select(SESSIONS)
            .where(SESSIONS.c.user_id == _MEMBERS.c.user_id, SESSIONS.c.clinic_id == _MEMBERS.c.clinic_id)
            .where(*conditions)
            .order_by(SESSIONS.c.started_at.desc())
            .limit(1)
            .lateral()
        )
        rows = self._rows(
            select(of_member).select_from(_MEMBERS.join(of_member, true())).order_by(of_member.c.started_at)
        )
        return {str(row.clinic_id): self._session_record(row) for row in rows}

    def page(self, which: HistoryFilter, page: Page) -> list[SessionRecord | MissedRun]:
        """Runs and missed runs, newest first unless asked for otherwise; of the same instant, a missed run comes first.

        `page.before` is the `history_place` of the last row.
        """
        parts: list[Part] = []
        if which.kind != "missed":
            parts.append((SESSIONS, self._sessions_of(which)))
        if which.kind != "problems":
            parts.append((MISSED, self._missed_of(which)))
        clinics = host_tables(self._session).clinics
        found = self._rows(history_page(parts, which.order or NEWEST_FIRST, page, clinics, self._clinic))
        ran = self._runs([row.id for row in found if row.ran])
        missed = self._misses([row.id for row in found if not row.ran])
        return [ran[row.id] if row.ran else missed[row.id] for row in found]

    def count(self, which: HistoryFilter) -> int:
        """How many rows `page` has in all."""
        total = 0
        if which.kind != "missed":
            total += self._count(SESSIONS, self._sessions_of(which))
        if which.kind != "problems":
            total += self._count(MISSED, self._missed_of(which))
        return total

    def first_at(self, whose: Whose | None = None) -> datetime | None:
        """When the oldest run of this history started."""
        oldest = select(func.min(SESSIONS.c.started_at)).where(*self._those(whose))
        return self._session.execute(oldest).scalar()

    def devices(self, whose: Whose | None = None) -> list[str]:
        """The computers that appear in the history, by name."""
        names = union(
            select(SESSIONS.c.device).where(*self._those(whose), SESSIONS.c.device != ""),
            select(MISSED.c.device).where(*self._those_missed(whose), MISSED.c.device != ""),
        )
        return sorted(row.device for row in self._rows(names))

    def _mine(self) -> ColumnElement[bool]:
        return and_(*self._those(None))

    def _those(self, whose: Whose | None) -> list[ColumnElement[bool]]:
        return self._of(whose, SESSIONS.c.user_id, SESSIONS.c.clinic_id)

    def _those_missed(self, whose: Whose | None) -> list[ColumnElement[bool]]:
        if whose is None:
            return [MISSED.c.clinic_id == self._clinic]
        if whose.user_id is not None:
            return [false()]
        return [] if whose.clinic_id is None else [MISSED.c.clinic_id == UUID(whose.clinic_id)]

    def _count(self, table: Table, conditions: list[ColumnElement[bool]]) -> int:
        return self._session.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()

    def _one(self, *conditions: ColumnElement[bool]) -> SessionRecord | None:
        newest = (SESSIONS.c.started_at.desc(), SESSIONS.c.id)
        row = self._first(select(SESSIONS).where(self._mine(), *conditions).order_by(*newest).limit(1))
        return None if row is None else self._session_record(row)

    def _sessions_of(self, which: HistoryFilter) -> list[ColumnElement[bool]]:
        conditions = self._those(which.whose)
        if which.device is not None:
            conditions.append(SESSIONS.c.device == which.device)
        if which.kind == "problems":
            ended_badly = SESSIONS.c.status.in_(("failed", "timeout"))
            conditions.append(or_(ended_badly, SESSIONS.c.consultations_failed > 0))
        return conditions

    def _missed_of(self, which: HistoryFilter) -> list[ColumnElement[bool]]:
        conditions = self._those_missed(which.whose)
        if which.device is not None:
            conditions.append(MISSED.c.device == which.device)
        return conditions

    def _runs(self, ids: Sequence[UUID]) -> dict[UUID, SessionRecord]:
        rows = self._rows(select(SESSIONS).where(SESSIONS.c.id.in_(ids))) if ids else []
        return {row.id: self._session_record(row) for row in rows}

    def _misses(self, ids: Sequence[UUID]) -> dict[UUID, MissedRun]:
        rows = self._rows(select(MISSED).where(MISSED.c.id.in_(ids))) if ids else []
        return {
            row.id: MissedRun(
                due_at=row.due_at,
                reason=row.reason,
                caught_up_at=row.caught_up_at,
                device=row.device,
                id=str(row.id),
                others=None if row.clinic_id == self._clinic else Whose(clinic_id=str(row.clinic_id)),
            )
            for row in rows
        }

    def _session_record(self, row: Any) -> SessionRecord:
        return _session(row, self._others(row.user_id, row.clinic_id))


class MissedRepository(ClinicRepository):
    """Syncs of the clinic that were due and did not start."""

    def add(self, misses: Sequence[Miss], device: str) -> list[Miss]:
        """Note missed runs, each once, whoever notices it. Returns those that were not noted already."""
        if not misses:
            return []
        rows = [
            {"clinic_id": self._clinic, "due_at": miss.due_at, "reason": str(miss.reason), "device": device}
            for miss in misses
        ]
        statement = upsert(MISSED).values(rows).on_conflict_do_nothing(index_elements=["clinic_id", "due_at"])
        fresh = {row.due_at for row in self._rows(statement.returning(MISSED.c.due_at))}
        return [miss for miss in misses if miss.due_at in fresh]

    def caught_up(self, at: datetime) -> int:
        """A run completed at this instant made up for every run missed before it. Returns how many."""
        open_ones = and_(MISSED.c.caught_up_at.is_(None), MISSED.c.due_at <= at)
        mine = MISSED.c.clinic_id == self._clinic
        return self._changed(update(MISSED).where(mine, open_ones).values(caught_up_at=at))


def _not_after(now: datetime) -> ColumnElement[bool]:
    latest = now + CLOCKS_DIFFER
    return and_(SESSIONS.c.started_at <= latest, func.coalesce(SESSIONS.c.completed_at, now) <= latest)


def _details(failure: Failure) -> dict[str, Any]:
    details: dict[str, Any] = {**failure.as_dict(), "detail": failure.detail}
    if failure.retry_after:
        details["retry_after"] = failure.retry_after
    return details


def _session(row: Any, others: Whose | None) -> SessionRecord:
    details = row.error_details or {}
    code, title, advice = (details.get(key) for key in ("code", "title", "advice"))
    if code is not None and is_known(FailureCode, code):
        said = WORDS[FailureCode(code)].kept(title, advice)
        title, advice = said.title, said.advice
    return SessionRecord(
        id=str(row.id),
        status=row.status,
        trigger=row.trigger,
        device=row.device,
        started_at=row.started_at,
        completed_at=row.completed_at,
        window_start=row.window_start,
        window_end=row.window_end,
        consultations_seen=row.consultations_seen,
        consultations_synced=row.consultations_synced or 0,
        consultations_failed=row.consultations_failed or 0,
        discharge_calls_scheduled=row.discharge_calls_scheduled or 0,
        visits_written=row.visits_written,
        requests=row.requests,
        signed_in=row.signed_in,
        failure_code=code,
        failure_title=title,
        failure_advice=advice,
        next_scheduled_sync=row.next_scheduled_sync,
        others=others,
        failure_detail=details.get("detail", ""),
        retry_after=details.get("retry_after"),
    )

"""Runs that were started, and runs that were missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
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

from idexx_desktop.db.models import clinic, seed, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.keyset import Key, behind, id_key
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import WORDS, Failure, FailureCode
from idexx_desktop.domain.filters import HistoryFilter, Whose
from idexx_desktop.domain.misses import Miss
from idexx_desktop.domain.newer import is_known
from idexx_desktop.domain.orders import NEWEST_FIRST, By, Order
from idexx_desktop.domain.places import NEVER_RAN, history_place
from idexx_desktop.domain.records import MissedRun, Page, SessionRecord
from idexx_desktop.domain.schedule import CLOCKS_DIFFER

_SESSIONS = table_of(seed.SyncSession)
_MISSED = table_of(clinic.MissedRunRow)
_MEMBERS = table_of(clinic.ClinicMember)
# these read a few visits only: they make nothing up to date
_READ_A_FEW = (str(Trigger.RETRY), str(Trigger.BEFORE_CALL))
_READ_EVERYTHING = (
    _SESSIONS.c.status == "completed",
    _SESSIONS.c.trigger.not_in(_READ_A_FEW),
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
            insert(_SESSIONS)
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
            .returning(*_SESSIONS.c)
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
        running = and_(_SESSIONS.c.id == UUID(session_id), _SESSIONS.c.status == "running")
        return self._changed(update(_SESSIONS).where(self._mine(), running).values(values)) > 0

    def close_stale(self, live_from: int, code: FailureCode, *, now: datetime) -> int:
        """Runs still `running` under a lease before the epoch `live_from` become `timeout`; returns how many.

        A run without an epoch, as another program may have written it, is before all. `code` is LEASE_LOST or CRASHED.
        """
        before = func.coalesce(_SESSIONS.c.lease_epoch, -1) < live_from
        statement = update(_SESSIONS).where(self._mine(), _SESSIONS.c.status == "running", before)
        values = {"status": "timeout", "completed_at": now, "error_details": _details(Failure(code))}
        return self._changed(statement.values(values))

    def get(self, session_id: str) -> SessionRecord | None:
        """One run."""
        return self._one(_SESSIONS.c.id == UUID(session_id))

    def running(self) -> list[SessionRecord]:
        """The runs that have not ended, newest first."""
        statement = select(_SESSIONS).where(self._mine(), _SESSIONS.c.status == "running")
        newest_first = statement.order_by(_SESSIONS.c.started_at.desc())
        return [self._session_record(row) for row in self._rows(newest_first)]

    def last(self, now: datetime) -> SessionRecord | None:
        """The newest run, whatever became of it.

        Here and below, a run that a wrong clock has dated in the future is passed over.
        """
        return self._one(_not_after(now))

    def unfinished(self, now: datetime) -> list[SessionRecord]:
        """The ended runs since the last completed one, newest first; the newest of them, which is a week's worth."""
        by_now = _not_after(now)
        completed = select(func.max(_SESSIONS.c.started_at)).where(self._mine(), by_now, *_READ_EVERYTHING)
        since = func.coalesce(completed.scalar_subquery(), literal(datetime.min.replace(tzinfo=UTC)))
        statement = select(_SESSIONS).where(
            self._mine(),
            by_now,
            _SESSIONS.c.status.in_(("failed", "timeout")),
            _SESSIONS.c.started_at > since,
        )
        newest = statement.order_by(_SESSIONS.c.started_at.desc()).limit(200)
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
            select(_SESSIONS)
            .where(_SESSIONS.c.user_id == _MEMBERS.c.user_id, _SESSIONS.c.clinic_id == _MEMBERS.c.clinic_id)
            .where(*conditions)
            .order_by(_SESSIONS.c.started_at.desc())
            .limit(1)
            .lateral()
        )
        rows = self._rows(
            select(of_member).select_from(_MEMBERS.join(of_member, true())).order_by(of_member.c.started_at)
        )
        return {str(row.clinic_id): self._session_record(row) for row in rows}

    def page(self, which: HistoryFilter, page: Page) -> list[SessionRecord | MissedRun]:
        """Runs and missed runs, newest first; of the same instant, a missed run comes before a run.

        `page.before` is the `history_place` of the last row.
        """
        order = which.order or NEWEST_FIRST
        rows: list[SessionRecord | MissedRun] = []
        if which.kind != "missed":
            rows += self._session_page(which, page)
        if which.kind != "problems":
            rows += self._missed_page(which, page)
        rows.sort(key=lambda row: history_place(row, order)[-2:])
        rows.sort(key=lambda row: history_place(row, order)[-3], reverse=_newest_first(order))
        if order.by is not By.TIME:
            rows.sort(key=lambda row: history_place(row, order)[0], reverse=order.down)
        return rows[: page.limit]

    def count(self, which: HistoryFilter) -> int:
        """How many rows `page` has in all."""
        total = 0
        if which.kind != "missed":
            total += self._count(_SESSIONS, self._sessions_of(which))
        if which.kind != "problems":
            total += self._count(_MISSED, self._missed_of(which))
        return total

    def first_at(self, whose: Whose | None = None) -> datetime | None:
        """When the oldest run of this history started."""
        oldest = select(func.min(_SESSIONS.c.started_at)).where(*self._those(whose))
        return self._session.execute(oldest).scalar()

    def devices(self, whose: Whose | None = None) -> list[str]:
        """The computers that appear in the history, by name."""
        names = union(
            select(_SESSIONS.c.device).where(*self._those(whose), _SESSIONS.c.device != ""),
            select(_MISSED.c.device).where(*self._those_missed(whose), _MISSED.c.device != ""),
        )
        return sorted(row.device for row in self._rows(names))

    def _mine(self) -> ColumnElement[bool]:
        return and_(*self._those(None))

    def _those(self, whose: Whose | None) -> list[ColumnElement[bool]]:
        return self._of(whose, _SESSIONS.c.user_id, _SESSIONS.c.clinic_id)

    def _those_missed(self, whose: Whose | None) -> list[ColumnElement[bool]]:
        if whose is None:
            return [_MISSED.c.clinic_id == self._clinic]
        if whose.user_id is not None:
            return [false()]
        return [] if whose.clinic_id is None else [_MISSED.c.clinic_id == UUID(whose.clinic_id)]

    def _count(self, table: Table, conditions: list[ColumnElement[bool]]) -> int:
        return self._session.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()

    def _one(self, *conditions: ColumnElement[bool]) -> SessionRecord | None:
        newest = (_SESSIONS.c.started_at.desc(), _SESSIONS.c.id)
        row = self._first(select(_SESSIONS).where(self._mine(), *conditions).order_by(*newest).limit(1))
        return None if row is None else self._session_record(row)

    def _sessions_of(self, which: HistoryFilter) -> list[ColumnElement[bool]]:
        conditions = self._those(which.whose)
        if which.device is not None:
            conditions.append(_SESSIONS.c.device == which.device)
        if which.kind == "problems":
            ended_badly = _SESSIONS.c.status.in_(("failed", "timeout"))
            conditions.append(or_(ended_badly, _SESSIONS.c.consultations_failed > 0))
        return conditions

    def _missed_of(self, which: HistoryFilter) -> list[ColumnElement[bool]]:
        conditions = self._those_missed(which.whose)
        if which.device is not None:
            conditions.append(_MISSED.c.device == which.device)
        return conditions

    def _session_page(self, which: HistoryFilter, page: Page) -> list[SessionRecord]:
        order = which.order or NEWEST_FIRST
        keys: tuple[Key, ...] = (
            Key(_SESSIONS.c.started_at, _newest_first(order)),
            Key(literal(1)),
            id_key(_SESSIONS.c.id),
        )
        if order.by is By.FAILED:
            keys = (Key(func.coalesce(_SESSIONS.c.consultations_failed, 0), order.down), *keys)
        statement = _paged(select(_SESSIONS).where(*self._sessions_of(which)), keys, page)
        return [self._session_record(row) for row in self._rows(statement)]

    def _missed_page(self, which: HistoryFilter, page: Page) -> list[MissedRun]:
        order = which.order or NEWEST_FIRST
        keys: tuple[Key, ...] = (
            Key(_MISSED.c.due_at, _newest_first(order)),
            Key(literal(0)),
            id_key(_MISSED.c.id),
        )
        if order.by is By.FAILED:
            keys = (Key(literal(NEVER_RAN), order.down), *keys)
        statement = _paged(select(_MISSED).where(*self._missed_of(which)), keys, page)
        return [
            MissedRun(
                due_at=row.due_at,
                reason=row.reason,
                caught_up_at=row.caught_up_at,
                device=row.device,
                id=str(row.id),
                others=None if row.clinic_id == self._clinic else Whose(clinic_id=str(row.clinic_id)),
            )
            for row in self._rows(statement)
        ]

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
        statement = (
            upsert(_MISSED).values(rows).on_conflict_do_nothing(index_elements=["clinic_id", "due_at"])
        )
        fresh = {row.due_at for row in self._rows(statement.returning(_MISSED.c.due_at))}
        return [miss for miss in misses if miss.due_at in fresh]

    def caught_up(self, at: datetime) -> int:
        """A run completed at this instant made up for every run missed before it. Returns how many."""
        open_ones = and_(_MISSED.c.caught_up_at.is_(None), _MISSED.c.due_at <= at)
        mine = _MISSED.c.clinic_id == self._clinic
        return self._changed(update(_MISSED).where(mine, open_ones).values(caught_up_at=at))


def _not_after(now: datetime) -> ColumnElement[bool]:
    latest = now + CLOCKS_DIFFER
    return and_(_SESSIONS.c.started_at <= latest, func.coalesce(_SESSIONS.c.completed_at, now) <= latest)


def _newest_first(order: Order) -> bool:
    return order.down if order.by is By.TIME else True


def _paged(statement: Select[Any], keys: tuple[Key, ...], page: Page) -> Select[Any]:
    """One page; a part of the order that is the same for every row of the table only compares."""
    if page.before is not None:
        statement = statement.where(behind(keys, page.before))
    varying = (key.ordered() for key in keys if not isinstance(key.column, BindParameter))
    return statement.order_by(*varying).limit(page.limit)


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

"""Calls that one switch of the clinic takes back, and gives back as they were: paused, or in review mode.

For whoever else reads the shared table such a call is cancelled. A mark in its metadata says that it comes back, and it
comes back only for visits that nothing but that switch holds; what the rules say of it then is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from idexx_desktop.db.repositories.base import one_of
from idexx_desktop.db.repositories.call_pages import HELD_BY_SWITCH, SAME_VISIT, SET_ASIDE
from idexx_desktop.db.repositories.calls import CallRepository
from idexx_desktop.db.repositories.host import present
from idexx_desktop.db.repositories.visit_pages import CALL_VISITS, VISITS
from idexx_desktop.domain.changes import JoinCall


class SetAsideRepository(CallRepository):
    """Of this login's calls in its clinic; `put` what a switch has just cancelled, `take_back` once it is off."""

    def put(self, call_id: str) -> None:
        """Mark a call that was just cancelled."""
        self._mark([UUID(call_id)], on=True)

    def any(self) -> bool:
        """Whether there is one."""
        return self._first(select(self._calls.c.id).where(*self._marked()).limit(1)) is not None

    def take_back(self, now: datetime) -> list[str]:
        """Queue again, at their times, the calls that are still ahead; which. No call is set aside any more.

        Each with the visits that only the switch held; a call whose time has passed is history, and so is one of whose
        visits none would have it: the rules decide about them anew.
        """
        calls = self._calls
        marked = self._rows(
            select(calls.c.id, calls.c.scheduled_for)
            .where(*self._marked())
            .order_by(calls.c.id)
            .with_for_update(of=calls)
        )
        if not marked:
            return []
        ahead = [row.id for row in marked if row.scheduled_for is not None and row.scheduled_for > now]
        visits = self._waiting_for(ahead)
        taken = [call for call in ahead if call in visits and self._queue(call, visits[call], now)]
        self._mark([row.id for row in marked], on=False)
        self._retell(dict.fromkeys(taken), now)
        return [str(call) for call in taken]

    def _marked(self) -> list[ColumnElement[bool]]:
        return [self._mine(), self._calls.c.status == "cancelled", self._is_marked()]

    def _waiting_for(self, calls: Sequence[UUID]) -> dict[UUID, list[str]]:
        """By call, the visits that were on it last and that nothing but a switch holds."""
        last = (
            select(CALL_VISITS.c.call_id, func.max(CALL_VISITS.c.removed_at).label("removed_at"))
            .where(CALL_VISITS.c.call_id == one_of(calls, Uuid()))
            .group_by(CALL_VISITS.c.call_id)
            .subquery()
        )
        rows = self._rows(
            select(CALL_VISITS.c.call_id, CALL_VISITS.c.visit_key)
            .join(
                last,
                and_(last.c.call_id == CALL_VISITS.c.call_id, last.c.removed_at == CALL_VISITS.c.removed_at),
            )
            .join(VISITS, SAME_VISIT)
            .where(HELD_BY_SWITCH)
            .distinct()
            .order_by(CALL_VISITS.c.visit_key)
        )
        by_call: dict[UUID, list[str]] = {}
        for row in rows:
            by_call.setdefault(row.call_id, []).append(row.visit_key)
        return by_call

    def _queue(self, call: UUID, visit_keys: Sequence[str], now: datetime) -> bool:
        """One call; False, and nothing is changed, where a visit has another call by now."""
        calls = self._calls
        with self._session.begin_nested() as savepoint:
            values = {"status": "queued", "ended_reason": None, "ended_at": None, "updated_at": now}
            waiting = calls.c.id == call, calls.c.status == "cancelled"
            self._changed(update(calls).where(self._mine(), *waiting).values(present(calls, values)))
            join = JoinCall(frozenset(visit_keys), "", now)  # `place` asks for the household alone
            if self._put_on([(key, call, join) for key in visit_keys]):
                return True
            savepoint.rollback()
        return False

    def _mark(self, ids: Sequence[UUID], *, on: bool) -> None:
        details = self._calls.c.metadata
        there = func.coalesce(cast(details, JSONB), cast({}, JSONB))
        marked = (
            there.op("||")(cast({SET_ASIDE: True}, JSONB))
            if on
            else there.op("-")(literal(SET_ASIDE, Text()))
        )
        which = self._mine(), self._calls.c.id == one_of(ids, Uuid())
        self._changed(update(self._calls).where(*which).values(metadata=marked))

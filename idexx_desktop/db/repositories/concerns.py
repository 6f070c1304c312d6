"""The clinic's concerns: written by functions, which set who and when; every member reads and ends them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, text
from sqlalchemy.orm import Session

from idexx_desktop.db.models import concerns, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.concerns import Concern, ConcernSource, NewConcern, Urgency
from idexx_desktop.domain.newer import read_as

_CONCERNS = table_of(concerns.ConcernRow)
_ENDS = table_of(concerns.ConcernEnd)
_OPEN = text("SELECT idexx_app.open_concern(:clinic, :call, :source, CAST(:said AS jsonb), :due, :asked_at)")
_END = text("SELECT idexx_app.end_concern(:clinic, :concern, :kind, :what)")
_UNDO = text("SELECT idexx_app.undo_concern_end(:clinic, :end)")
_IS_OPEN = and_(_CONCERNS.c.closed_at.is_(None), _CONCERNS.c.undone_at.is_(None))


class ConcernRepository(ClinicRepository):
    """What the clinic's members read and say."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        self._of_clinic = _CONCERNS.c.clinic_id == self._clinic

    def open(self, limit: int | None = None) -> list[Concern]:
        """Those that nobody has answered yet, what is due first, first."""
        order = _CONCERNS.c.due_at, _CONCERNS.c.opened_at, _CONCERNS.c.id
        found = select(_CONCERNS).where(self._of_clinic, _IS_OPEN).order_by(*order).limit(limit)
        return self._concerns(self._rows(found))

    def count_open(self) -> int:
        """How many nobody has answered yet."""
        counted = select(func.count()).select_from(_CONCERNS).where(self._of_clinic, _IS_OPEN)
        return int(self._session.execute(counted).scalar_one())

    def closed_since(self, since: datetime) -> list[Concern]:
        """Those that were answered since then, the last one first."""
        found = select(_CONCERNS).where(self._of_clinic, _CONCERNS.c.closed_at >= since)
        return self._concerns(self._rows(found.order_by(_CONCERNS.c.closed_at.desc(), _CONCERNS.c.id)))

    def get(self, concern_id: str) -> Concern | None:
        """One concern, however it stands; None where the clinic has none of this id."""
        try:
            which = UUID(concern_id)
        except ValueError:
            return None
        found = select(_CONCERNS).where(self._of_clinic, _CONCERNS.c.id == which)
        return next(iter(self._concerns(self._rows(found))), None)

    def add(
        self, call_id: str, source: ConcernSource, said: NewConcern, *, due_at: datetime, now: datetime
    ) -> str | None:
        """Open one for a call of one's own. None where it has one already, or no result that says so."""
        words = {
            "urgency": said.urgency, "words": said.words, "for_whom": said.for_whom, "severity": said.severity,
        }  # fmt: skip
        values = {
            "clinic": self._clinic,
            "call": UUID(call_id),
            "source": source,
            "due": due_at,
            "asked_at": now,
        }
        made = self._session.execute(_OPEN, {**values, "said": json.dumps(words)}).scalar_one()
        return None if made is None else str(made)

    def close(self, concern_id: str, what: str) -> str | None:
        """Somebody answered: the end's id. None where it isn't open."""
        return self._end(concern_id, "closed", what)

    def reopen(self, concern_id: str) -> str | None:
        """It wants an answer again: the end's id. None where it is open."""
        return self._end(concern_id, "reopened", "")

    def undo_end(self, end_id: str) -> bool:
        """Take an end back; what held before it holds again. False where more happened since."""
        return bool(self._session.execute(_UNDO, {"clinic": self._clinic, "end": UUID(end_id)}).scalar_one())

    def _end(self, concern_id: str, kind: str, what: str) -> str | None:
        values = {"clinic": self._clinic, "concern": UUID(concern_id), "kind": kind, "what": what}
        made = self._session.execute(_END, values).scalar_one()
        return None if made is None else str(made)

    def _concerns(self, rows: Sequence[Any]) -> list[Concern]:
        ends = self._last_ends([row.id for row in rows])
        return [_concern(row, ends.get(row.id), is_mine=row.opened_by == self._user) for row in rows]

    def _last_ends(self, concern_ids: Sequence[UUID]) -> dict[UUID, Any]:
        """Of each concern the last end that counts."""
        later = _ENDS.alias()
        taken_back = select(later.c.id).where(later.c.takes_back == _ENDS.c.id)
        found = self._rows(
            select(_ENDS)
            .where(_ENDS.c.concern_id.in_(concern_ids), _ENDS.c.takes_back.is_(None), ~taken_back.exists())
            .order_by(_ENDS.c.number)
        )
        return {row.concern_id: row for row in found}


def _concern(row: Any, end: Any, *, is_mine: bool) -> Concern:
    closed = end is not None and end.kind == "closed"
    return Concern(
        id=str(row.id),
        call_id=None if row.call_id is None else str(row.call_id),
        # of a newer version's urgency nothing is known but that somebody has to look
        urgency=read_as(Urgency, row.urgency, Urgency.NOW),
        words=row.words,
        for_whom=row.for_whom,
        patient_names=tuple(row.patient_names),
        owner_name=row.owner_name,
        phone=row.phone,
        due_at=row.due_at,
        opened_at=row.opened_at,
        opened_by=row.opened_by_name,
        source=read_as(ConcernSource, row.source, ConcernSource.PERSON),
        severity=row.severity,
        is_mine=is_mine,
        closed_at=row.closed_at,
        closed_by=end.said_by_name if closed else "",
        what=end.what if closed else "",
        end_id=None if end is None else str(end.id),
        undone=row.undone_at is not None,
    )

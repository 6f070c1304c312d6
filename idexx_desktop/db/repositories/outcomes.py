"""What came of calls: facts that functions of the database write, with author and time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, not_, select, text

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.db.repositories.tries import OUTCOMES, is_agreed
from idexx_desktop.db.repositories.visit_pages import CALL_VISITS
from idexx_desktop.domain.attempts import TRIES
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.newer import is_known

_RECORD_TRY = text(
    "SELECT idexx_app.record_call_try(:clinic, :call, :outcome, :note, :next_at, :made_by, :made_at)"
)
_AGREE = text("SELECT idexx_app.agree_unreached(:clinic, CAST(:calls AS uuid[]))")
_UNDO_AGREEMENT = text("SELECT idexx_app.undo_agreement(:clinic, CAST(:calls AS uuid[]))")
_UNDO = text("SELECT idexx_app.undo_call_outcome(:clinic, :call)")


class OutcomeRepository(ClinicRepository):
    """Of this person's calls."""

    def record(
        self,
        call_id: str,
        kind: CallOutcomeKind,
        note: str = "",
        *,
        next_at: datetime | None = None,
        made_by: str = "",
        made_at: datetime | None = None,
    ) -> bool:
        """What came of a try that a person made. False where the call was over, or a calling system has it.

        It stays queued, for `next_at`, where nobody was reached and the clinic wants it tried again; else it is
        completed. DATABASE_REFUSED for a time that can't be.
        """
        values = {
            "clinic": self._clinic,
            "call": UUID(call_id),
            "outcome": str(kind),
            "note": note,
            "next_at": next_at,
            "made_by": made_by,
            "made_at": made_at,
        }
        return self._session.execute(_RECORD_TRY, values).scalar_one() is not None

    def agree(self, call_ids: Collection[str]) -> list[str]:
        """That their owners couldn't be reached has been seen; which of them weren't agreed of before."""
        return self._agreed(_AGREE, call_ids)

    def to_agree(self, since: datetime | None = None) -> list[str]:
        """The calls (that were due since then) that ended with nobody reached, which nobody has agreed to.

        The last one comes first.

        What ended before there were several tries (`due_before` isn't known) is over as it is.
        """
        calls = host_tables(self._session).calls
        ours = select(CALL_VISITS.c.id).where(
            CALL_VISITS.c.call_id == calls.c.id,
            CALL_VISITS.c.user_id == self._user,
            CALL_VISITS.c.clinic_id == self._clinic,
        )
        tried = select(OUTCOMES.c.id).where(
            OUTCOMES.c.call_id == calls.c.id,
            OUTCOMES.c.undone_at.is_(None),
            OUTCOMES.c.due_before.is_not(None),
        )
        found = (
            select(calls.c.id)
            .where(
                calls.c.user_id == self._user,
                calls.c.status == "completed",
                calls.c.ended_reason.in_([str(kind) for kind in TRIES]),
                *([] if since is None else [calls.c.scheduled_for >= since]),
                ours.correlate(calls).exists(),
                tried.correlate(calls).exists(),
                not_(is_agreed(calls.c.id, calls)),
            )
            .order_by(calls.c.scheduled_for.desc(), calls.c.id)
        )
        return [str(row.id) for row in self._rows(found)]

    def successor(self, call_id: str) -> str | None:
        """The call that a cancelled one's visits are on now."""
        later = CALL_VISITS.alias("later")
        found = (
            select(later.c.call_id)
            .join(
                CALL_VISITS,
                and_(
                    CALL_VISITS.c.clinic_id == later.c.clinic_id,
                    CALL_VISITS.c.visit_key == later.c.visit_key,
                    CALL_VISITS.c.user_id == later.c.user_id,
                ),
            )
            .where(CALL_VISITS.c.call_id == UUID(call_id), later.c.active, later.c.user_id == self._user)
            .order_by(later.c.added_at.desc())
            .limit(1)
        )
        row = self._first(found)
        return None if row is None else str(row.call_id)

    def undo_agreement(self, call_ids: Collection[str]) -> list[str]:
        """It is open again; which of them were agreed of."""
        return self._agreed(_UNDO_AGREEMENT, call_ids)

    def _agreed(self, statement: Any, call_ids: Collection[str]) -> list[str]:
        found = self._session.execute(statement, {"clinic": self._clinic, "calls": sorted(call_ids)})
        return [str(call) for call in found.scalars()]

    def undo(self, call_id: str) -> CallOutcomeKind | None:
        """Take this person's last result back: the call is queued again. None where more happened since.

        PROGRAM_OUTDATED where only a newer version knows what that result is.
        """
        values = {"clinic": self._clinic, "call": UUID(call_id)}
        taken_back = self._session.execute(_UNDO, values).scalar_one()
        if taken_back is not None and not is_known(CallOutcomeKind, taken_back):
            raise Failure(FailureCode.PROGRAM_OUTDATED, "the result of a newer version")
        return None if taken_back is None else CallOutcomeKind(taken_back)

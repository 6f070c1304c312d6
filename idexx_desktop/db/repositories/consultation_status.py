"""The seed's row of a consultation: how far it is synced, and whether a call is scheduled for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import Insert, insert

from idexx_desktop.db.models import seed, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.trips import write
from idexx_desktop.domain.changes import VisitChange
from idexx_desktop.domain.visits import VisitState

_STATUSES = table_of(seed.ConsultationStatus)
# DETAILS.md, "Visits, states, counts"
SYNC_STATUS = {
    VisitState.SCHEDULED: "synced",
    VisitState.HELD: "synced",
    VisitState.EXCLUDED: "synced",
    VisitState.WAITING: "pending",
    VisitState.FAILED: "failed",
}


_NOTED = ("has_clinical_notes", "notes_synced_at")
_WRITTEN = (
    "clinic_id", "visit_key", "sync_status", "discharge_call_scheduled", "discharge_call_id", "last_sync_attempt",
    "updated_at",
)  # fmt: skip


def _put(names: Iterable[str]) -> Insert:
    statement = insert(_STATUSES).inline()  # its own id is asked of nobody
    new = statement.excluded
    values: dict[str, Any] = {name: new[name] for name in names}
    values["case_id"] = func.coalesce(new.case_id, _STATUSES.c.case_id)
    return statement.on_conflict_do_update(index_elements=["consultation_id", "user_id"], set_=values)


_PUT = _put((*_WRITTEN, *_NOTED))
_PUT_FAILED = _put(_WRITTEN)


class ConsultationStatusRepository(ClinicRepository):
    """One row a consultation and user."""

    def put(self, change: VisitChange, *, case_id: str | None, call_id: str | None, now: datetime) -> bool:
        """Say what became of the visit's consultation; False where there is none yet.

        `call_id` is the visit's call that is not cancelled. A failed visit keeps what is known of its notes.
        """
        consultation_id = change.visit.consultation_id
        if consultation_id is None:
            return False
        state = change.decision.state
        values = {
            "consultation_id": consultation_id,
            "user_id": self._user,
            "clinic_id": self._clinic,
            "visit_key": change.visit_key,
            "case_id": None if case_id is None else UUID(case_id),
            "sync_status": SYNC_STATUS[state],
            "has_clinical_notes": change.visit.has_notes,
            "notes_synced_at": now if change.visit.has_notes else None,
            "discharge_call_scheduled": call_id is not None,
            "discharge_call_id": None if call_id is None else UUID(call_id),
            "last_sync_attempt": now,
            "created_at": now,
            "updated_at": now,
        }
        write(self._session, _PUT_FAILED if state is VisitState.FAILED else _PUT, values)
        return True

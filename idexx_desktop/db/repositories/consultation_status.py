"""The seed's row of a consultation: how far it is synced, and whether a call is scheduled for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from idexx_desktop.db.models import seed, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
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
        values: dict[str, Any] = {
            "clinic_id": self._clinic,
            "visit_key": change.visit_key,
            "sync_status": SYNC_STATUS[state],
            "discharge_call_scheduled": call_id is not None,
            "discharge_call_id": None if call_id is None else UUID(call_id),
            "last_sync_attempt": now,
            "updated_at": now,
        }
        if case_id is not None:
            values["case_id"] = UUID(case_id)
        if state is not VisitState.FAILED:
            values["has_clinical_notes"] = change.visit.has_notes
            values["notes_synced_at"] = now if change.visit.has_notes else None
        self._session.execute(
            insert(_STATUSES)
            .values(consultation_id=consultation_id, user_id=self._user, created_at=now, **values)
            .on_conflict_do_update(index_elements=["consultation_id", "user_id"], set_=values)
        )
        return True

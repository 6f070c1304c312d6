"""The seed's row of a consultation: how far it is synced, and whether a call is scheduled for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import Insert

from idexx_desktop.db.models import seed, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.rows import as_rows, insert_rows
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
    statement = insert_rows(
        _STATUSES, ("consultation_id", "user_id", "case_id", "created_at", *_WRITTEN, *_NOTED)
    )
    new = statement.excluded
    values: dict[str, Any] = {name: new[name] for name in names}
    values["case_id"] = func.coalesce(new.case_id, _STATUSES.c.case_id)
    return statement.on_conflict_do_update(index_elements=["consultation_id", "user_id"], set_=values)


_PUT = _put((*_WRITTEN, *_NOTED))
_PUT_FAILED = _put(_WRITTEN)


@dataclass(frozen=True, slots=True)
class StatusOf:
    """What became of a visit, its case, and its call that is not cancelled."""

    change: VisitChange
    case_id: str | None = None
    call_id: str | None = None


class ConsultationStatusRepository(ClinicRepository):
    """One row a consultation and user."""

    def put(self, statuses: Iterable[StatusOf], *, now: datetime) -> None:
        """Say what became of the consultations of visits, no two of the same; a visit without one is left out.

        A failed visit keeps what is known of its notes.
        """
        rows: dict[Insert, list[dict[str, Any]]] = {_PUT: [], _PUT_FAILED: []}
        for status in statuses:
            if status.change.visit.consultation_id is not None:
                failed = status.change.decision.state is VisitState.FAILED
                rows[_PUT_FAILED if failed else _PUT].append(self._row(status, now))
        for statement, given in rows.items():
            if given:
                write(self._session, statement, {"rows": as_rows(given)})

    def _row(self, status: StatusOf, now: datetime) -> dict[str, Any]:
        change = status.change
        return {
            "consultation_id": change.visit.consultation_id,
            "user_id": self._user,
            "clinic_id": self._clinic,
            "visit_key": change.visit_key,
            "case_id": status.case_id,
            "sync_status": SYNC_STATUS[change.decision.state],
            "has_clinical_notes": change.visit.has_notes,
            "notes_synced_at": now if change.visit.has_notes else None,
            "discharge_call_scheduled": status.call_id is not None,
            "discharge_call_id": status.call_id,
            "last_sync_attempt": now,
            "created_at": now,
            "updated_at": now,
        }

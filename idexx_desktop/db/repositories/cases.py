"""Cases and their patients: what the clinic's other programs see of a visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.case_details import CASE_TYPES, CLOSED, details, external_ids
from idexx_desktop.db.repositories.case_statements import case_statements
from idexx_desktop.db.repositories.host import host_tables, present
from idexx_desktop.domain.visits import Visit, VisitKind

SOURCE = "idexx_neo"
# a consultation stands beside its case's time; looking further would read every case of the clinic
_NEAR = timedelta(days=7)
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class CaseRepository(ClinicRepository):
    """Cases of this user, and of this clinic where cases say which clinic they are of."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        tables = host_tables(session)
        self._cases, self._patients = tables.cases, tables.patients
        self._statements = case_statements(tables)
        self._whose = {"b_user": self._user, "b_clinic": self._clinic}

    def upsert(
        self, visit: Visit, case_status: str, case_id: str | None, *, kind: VisitKind, now: datetime
    ) -> str | None:
        """The visit's case with its patient, made or brought up to date; `case_id` is the one that `find` finds.

        What others keep in `metadata`, and a type that somebody chose, stays. None where a colleague's account has
        the case of this visit.
        """
        found = UUID(case_id) if case_id else None
        if found is not None and self._update(found, visit, case_status, now):
            if not self._update_patient(found, visit, now):
                self._add_patient(found, visit, now)
            return case_id
        made = self._insert(visit, case_status, kind, now)
        if made is None:
            return None
        self._add_patient(made, visit, now)
        return str(made)

    def find(self, visit: Visit) -> str | None:
        """By the appointment's id, then the consultation's, then what was noted of it; never by names."""
        found = self._session.execute(self._statements.find, wanted(visit) | self._whose).scalar()
        return str(found) if found else self.noted([visit]).get(visit.consultation_id or "")

    def noted(self, visits: Iterable[Visit]) -> dict[str, str]:
        """The cases whose details name these visits' consultations, by consultation.

        Reads every case around these visits, so ask for many at once.
        """
        asked = [visit for visit in visits if visit.consultation_id]
        if not asked:
            return {}
        times = [visit.visit_at for visit in asked if visit.visit_at is not None]
        timed = len(times) == len(asked)
        values = {
            "b_consultations": [visit.consultation_id for visit in asked],
            "b_from": min(times) - _NEAR if timed else _EARLIEST,
            "b_to": max(times) + _NEAR if timed else _LATEST,
        }
        rows = self._rows(self._statements.noted, values | self._whose)
        return {row.consultation_id: str(row.id) for row in rows}

    def soft_close(self, case_id: str, reason: str, *, now: datetime) -> bool:
        """The visit is no longer in Neo: `reviewed`, with the reason. Nothing is ever deleted."""
        closed = {CLOSED: {"reason": reason, "at": now.isoformat()}}
        values = {"b_status": "reviewed", "b_metadata": closed, "b_updated_at": now}
        return self._changed(self._statements.close, {**self._whose, "b_id": UUID(case_id), **values}) > 0

    def _update(self, case_id: UUID, visit: Visit, case_status: str, now: datetime) -> bool:
        values = {
            "b_id": case_id,
            "b_status": case_status,
            "b_scheduled_at": visit.visit_at,
            "b_metadata": details(visit),
            "b_updated_at": now,
        }
        return self._changed(self._statements.refresh, {**self._whose, **values}) > 0

    def _insert(self, visit: Visit, case_status: str, kind: VisitKind, now: datetime) -> UUID | None:
        values = {
            "user_id": self._user,
            "clinic_id": self._clinic,
            "visibility": "private",
            "type": CASE_TYPES.get(kind, "checkup"),
            "status": case_status,
            "source": SOURCE,
            "external_id": next(iter(external_ids(visit)), None),
            "metadata": details(visit),
            "scheduled_at": visit.visit_at,
            "is_urgent": kind is VisitKind.EMERGENCY,
            "created_at": now,
            "updated_at": now,
        }
        return self._session.execute(self._statements.add, present(self._cases, values)).scalar()

    def _update_patient(self, case_id: UUID, visit: Visit, now: datetime) -> bool:
        values = {f"b_{name}": value for name, value in _patient(visit).items()}
        this = {"b_id": case_id, "b_user": self._user, "b_updated_at": now}
        return self._changed(self._statements.refresh_patient, values | this) > 0

    def _add_patient(self, case_id: UUID, visit: Visit, now: datetime) -> None:
        new = {
            **_patient(visit),
            "case_id": case_id,
            "user_id": self._user,
            "created_at": now,
            "updated_at": now,
        }
        self._session.execute(self._statements.add_patient, present(self._patients, new))


def wanted(visit: Visit) -> dict[str, Any]:
    """How `CaseStatements.find` is asked for the case of a visit."""
    return {"b_ids": external_ids(visit), "b_consultation": visit.consultation_id}


def _patient(visit: Visit) -> dict[str, Any]:
    read = visit.consultation
    return {
        "name": visit.patient_name,
        "species": read.species if read else "",
        "breed": read.breed if read else "",
        "owner_name": visit.owner_name,
        "owner_phone": visit.phone,
        "owner_email": visit.email,
        "source": SOURCE,
        "external_id": visit.patient_id,
    }

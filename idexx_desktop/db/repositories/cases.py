"""Cases and their patients: what the clinic's other programs see of a visit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from idexx_desktop.db.models import seed, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.case_details import CASE_TYPES, CLOSED, CONSULTATION, details, external_ids
from idexx_desktop.db.repositories.case_statements import case_statements
from idexx_desktop.db.repositories.host import host_tables, present
from idexx_desktop.domain.visits import Visit, VisitKind

SOURCE = "idexx_neo"
_STATUSES = table_of(seed.ConsultationStatus)
# a consultation stands beside its case's time; looking further would read every case of the clinic
_NEAR = timedelta(days=7)


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
        """The visit's case with its patient, made or brought up to date; `case_id` is the one known so far.

        Never matched by names. What others keep in `metadata`, and a type that somebody chose, stays.
        None where a colleague's account has the case of this visit.
        """
        found = UUID(case_id) if case_id else self._find(visit)
        if found is None or not self._update(found, visit, case_status, now):
            found = self._insert(visit, case_status, kind, now)
        if found is None:
            return None
        self._put_patient(found, visit, now)
        return str(found)

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

    def _find(self, visit: Visit) -> UUID | None:
        """By the appointment's id, then the consultation's, then what was noted of the consultation."""
        cases, ids = self._cases, external_ids(visit)
        way = case(*((cases.c.external_id == name, place) for place, name in enumerate(ids)), else_=len(ids))
        ways = [
            select(cases.c.id, way.label("way")).where(*self._statements.mine, cases.c.external_id.in_(ids))
        ]
        if visit.consultation_id is not None:
            ways.append(self._by_status(visit.consultation_id, len(ids)))
        found = union_all(*ways).subquery()
        best: UUID | None = self._session.execute(
            select(found.c.id).order_by(found.c.way, found.c.id).limit(1), self._whose
        ).scalar()
        return best or (self._find_by_details(visit) if visit.consultation_id else None)

    def _by_status(self, consultation_id: str, way: int) -> Select[Any]:
        cases = self._cases
        return (
            select(cases.c.id, literal(way).label("way"))
            .join(_STATUSES, _STATUSES.c.case_id == cases.c.id)
            .where(
                _STATUSES.c.user_id == self._user,
                func.coalesce(_STATUSES.c.clinic_id, self._clinic) == self._clinic,
                _STATUSES.c.consultation_id == consultation_id,
                *self._statements.mine,
            )
        )

    def _find_by_details(self, visit: Visit) -> UUID | None:
        cases = self._cases
        conditions = list(self._statements.mine)
        if visit.visit_at is not None:
            near = cases.c.scheduled_at.between(visit.visit_at - _NEAR, visit.visit_at + _NEAR)
            conditions.append(or_(near, cases.c.scheduled_at.is_(None)))
        noted = cases.c["metadata"][CONSULTATION]["id"].astext == visit.consultation_id
        statement = select(cases.c.id).where(*conditions, noted).order_by(cases.c.id).limit(1)
        return self._session.execute(statement, self._whose).scalar()

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

    def _put_patient(self, case_id: UUID, visit: Visit, now: datetime) -> None:
        read = _patient(visit)
        values = {f"b_{name}": value for name, value in read.items()}
        this = {"b_id": case_id, "b_user": self._user, "b_updated_at": now}
        if self._changed(self._statements.refresh_patient, values | this):
            return
        new = {**read, "case_id": case_id, "user_id": self._user, "created_at": now, "updated_at": now}
        self._session.execute(self._statements.add_patient, present(self._patients, new))


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

"""Cases and their patients: what the clinic's other programs see of a visit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, case, cast, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from idexx_desktop.db.models import seed, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.case_details import CASE_TYPES, CLOSED, CONSULTATION, details, external_ids
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
        values = {"status": "reviewed", "metadata": self._merged(closed), "updated_at": now}
        return self._set(UUID(case_id), values)

    def _mine(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = [self._cases.c.user_id == self._user]
        if "clinic_id" in self._cases.c:
            clinic = self._cases.c.clinic_id
            conditions.append(or_(clinic == self._clinic, clinic.is_(None)))
        return conditions

    def _update(self, case_id: UUID, visit: Visit, case_status: str, now: datetime) -> bool:
        values = {
            "status": case_status,
            "scheduled_at": visit.visit_at,
            "metadata": self._merged(details(visit)),
            "updated_at": now,
        }
        return self._set(case_id, values)

    def _set(self, case_id: UUID, values: Mapping[str, Any]) -> bool:
        cases = self._cases
        statement = update(cases).where(cases.c.id == case_id, *self._mine())
        return self._changed(statement.values(present(cases, values))) > 0

    def _find(self, visit: Visit) -> UUID | None:
        """By the appointment's id, then the consultation's, then what was noted of the consultation."""
        cases, ids = self._cases, external_ids(visit)
        rows = self._rows(
            select(cases.c.id, cases.c.external_id).where(*self._mine(), cases.c.external_id.in_(ids))
        )
        if rows:
            best: UUID = min(rows, key=lambda row: (ids.index(row.external_id), row.id)).id
            return best
        if visit.consultation_id is None:
            return None
        return self._find_by_status(visit.consultation_id) or self._find_by_details(visit)

    def _find_by_status(self, consultation_id: str) -> UUID | None:
        cases = self._cases
        statement = (
            select(cases.c.id)
            .join(_STATUSES, _STATUSES.c.case_id == cases.c.id)
            .where(
                _STATUSES.c.user_id == self._user,
                func.coalesce(_STATUSES.c.clinic_id, self._clinic) == self._clinic,
                _STATUSES.c.consultation_id == consultation_id,
                *self._mine(),
            )
        )
        return self._session.execute(statement).scalar()

    def _find_by_details(self, visit: Visit) -> UUID | None:
        cases = self._cases
        conditions = self._mine()
        if visit.visit_at is not None:
            near = cases.c.scheduled_at.between(visit.visit_at - _NEAR, visit.visit_at + _NEAR)
            conditions.append(or_(near, cases.c.scheduled_at.is_(None)))
        noted = cases.c["metadata"][CONSULTATION]["id"].astext == visit.consultation_id
        statement = select(cases.c.id).where(*conditions, noted).order_by(cases.c.id).limit(1)
        return self._session.execute(statement).scalar()

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
        statement = upsert(self._cases).values(present(self._cases, values)).on_conflict_do_nothing()
        return self._session.execute(statement.returning(self._cases.c.id)).scalar()

    def _merged(self, objects: Mapping[str, Mapping[str, Any]]) -> ColumnElement[Any]:
        """`metadata` with each object's entries put into the object of that name."""
        whole: ColumnElement[Any] = _object(self._cases.c["metadata"])
        for name, values in objects.items():
            inner = _object(self._cases.c["metadata"][name]).concat(literal(values, JSONB))
            whole = whole.concat(func.jsonb_build_object(name, inner))
        return whole

    def _put_patient(self, case_id: UUID, visit: Visit, now: datetime) -> None:
        patients = self._patients
        read = present(patients, _patient(visit))
        of_case = patients.c.case_id == case_id, patients.c.user_id == self._user
        times = present(patients, {"created_at": now, "updated_at": now})
        known = {name: value for name, value in read.items() if value}
        touched = present(patients, {"updated_at": now})
        if self._changed(update(patients).where(*of_case).values({**known, **touched})):
            return
        values = {"case_id": case_id, "user_id": self._user, **read, **times}
        self._session.execute(insert(patients).values(values))


def _object(value: Any) -> Any:
    """The JSON value if it is an object, an empty one otherwise."""
    return case((func.jsonb_typeof(value) == "object", value), else_=cast(literal("{}", Text), JSONB))


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

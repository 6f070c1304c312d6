"""Cases and their patients: what the clinic's other programs see of a visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, text
from sqlalchemy.orm import Session

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.case_details import CASE_TYPES, CLOSED, details, external_ids
from idexx_desktop.db.repositories.case_statements import case_statements
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.db.rows import as_rows
from idexx_desktop.domain.visits import Visit, VisitKind

SOURCE = "idexx_neo"
_OTHERS_CASES = text("SELECT * FROM idexx_app.others_cases(:clinic, CAST(:names AS text[]))")
# a consultation stands beside its case's time; looking further would read every case of the clinic
_NEAR = timedelta(days=7)
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CaseOf:
    """What a visit says of its case. `found` is the case that stands for it already, if any."""

    visit: Visit
    status: str
    kind: VisitKind
    found: str | None = None


class CaseRepository(ClinicRepository):
    """Cases of this user, and of this clinic where cases say which clinic they are of."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        self._statements = case_statements(host_tables(session))
        self._whose = {"user": self._user, "clinic": self._clinic}

    def upsert(self, wanted: Sequence[CaseOf], *, now: datetime) -> dict[str, str]:
        """The cases of visits with their patients, made or brought up to date, by visit key.

        No two of them may stand for the same case. What others keep in `metadata`, and a type that somebody chose,
        stays. A visit whose case another account has is absent.
        """
        there = {case.found: case for case in wanted if case.found is not None}
        known = self._update(there, now)
        with_patient = self._update_patients([there[case_id] for case_id in known], now)
        made = self._insert([case for case in wanted if case.found not in known], now)
        cases = {there[case_id].visit.visit_key: case_id for case_id in known} | made
        lacking = [
            case for case in wanted if case.visit.visit_key in cases and case.found not in with_patient
        ]
        self._add_patients(cases, lacking, now)
        return cases

    def find(self, visit: Visit) -> str | None:
        """By the appointment's id, then the consultation's, then what was noted of it; never by names."""
        found = self._first(self._statements.find, {**self._whose, "rows": as_rows([wanted(visit)])})
        return str(found.id) if found else self.noted([visit]).get(visit.consultation_id or "")

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
            "consultations": [visit.consultation_id for visit in asked],
            "start": min(times) - _NEAR if timed else _EARLIEST,
            "end": max(times) + _NEAR if timed else _LATEST,
        }
        rows = self._rows(self._statements.noted, values | self._whose)
        return {row.consultation_id: str(row.id) for row in rows}

    def switched_off(self, visits: Iterable[Visit]) -> frozenset[str]:
        """The keys of those visits for whose case calls are switched off in another account of the clinic."""
        visits = list(visits)
        off = {row.name for row in self._of_others(visits) if not row.calls_on}
        return frozenset(visit.visit_key for visit in visits if not off.isdisjoint(external_ids(visit)))

    def soft_close(self, case_id: str, reason: str, *, now: datetime) -> bool:
        """The visit is no longer in Neo: `reviewed`, with the reason. Nothing is ever deleted."""
        closed = {CLOSED: {"reason": reason, "at": now.isoformat()}}
        values = {"b_status": "reviewed", "b_metadata": closed, "b_updated_at": now}
        return self._changed(self._statements.close, {**self._whose, "b_id": UUID(case_id), **values}) > 0

    def _update(self, cases: Mapping[str, CaseOf], now: datetime) -> set[str]:
        rows = [
            {
                "id": case_id,
                "status": case.status,
                "scheduled_at": case.visit.visit_at,
                "metadata": details(case.visit),
                "updated_at": now,
            }
            for case_id, case in cases.items()
        ]
        return {str(row.id) for row in self._told(self._statements.refresh, rows)}

    def _update_patients(self, cases: Iterable[CaseOf], now: datetime) -> set[str]:
        rows = [{**_patient(case.visit), "case_id": case.found, "updated_at": now} for case in cases]
        return {str(row.case_id) for row in self._told(self._statements.refresh_patient, rows)}

    def _insert(self, cases: Sequence[CaseOf], now: datetime) -> dict[str, str]:
        taken = {row.name for row in self._of_others(case.visit for case in cases)}
        named = ((external_ids(case.visit), case) for case in cases)
        names = {next(iter(ids), None): case for ids, case in named if taken.isdisjoint(ids)}
        rows = [
            {
                "user_id": self._user,
                "clinic_id": self._clinic,
                "visibility": "private",
                "type": CASE_TYPES.get(case.kind, "checkup"),
                "status": case.status,
                "source": SOURCE,
                "external_id": name,
                "metadata": details(case.visit),
                "scheduled_at": case.visit.visit_at,
                "is_urgent": case.kind is VisitKind.EMERGENCY,
                "created_at": now,
                "updated_at": now,
            }
            for name, case in names.items()
        ]
        made = self._told(self._statements.add, rows)
        return {names[row.external_id].visit.visit_key: str(row.id) for row in made}

    def _of_others(self, visits: Iterable[Visit]) -> list[Any]:
        """The names of these visits' cases that another account of the clinic has; a platform may have no key."""
        names = [name for visit in visits for name in external_ids(visit)]
        return self._rows(_OTHERS_CASES, {"clinic": self._clinic, "names": names}) if names else []

    def _add_patients(self, cases: Mapping[str, str], wanted: Sequence[CaseOf], now: datetime) -> None:
        rows = [
            {
                **_patient(case.visit),
                "case_id": cases[case.visit.visit_key],
                "user_id": self._user,
                "created_at": now,
                "updated_at": now,
            }
            for case in wanted
        ]
        if rows:
            self._session.execute(self._statements.add_patient, {"rows": as_rows(rows)})

    def _told(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        return self._rows(statement, {**self._whose, "rows": as_rows(rows)}) if rows else []


def wanted(visit: Visit) -> dict[str, Any]:
    """How `CaseStatements.find` is asked for the case of a visit: one of its rows."""
    return {
        "visit_key": visit.visit_key,
        "external_ids": external_ids(visit),
        "consultation_id": visit.consultation_id,
    }


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

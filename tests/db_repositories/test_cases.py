"""Cases are matched by ids, keep what others wrote, and are never deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from idexx_desktop.db.repositories.consultation_status import StatusOf
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.visits import Visit, VisitKind
from tests.db_repositories import made_up
from tests.db_repositories.conftest import Query
from tests.db_repositories.made_up import NOW, VISIT_AT, a_change, a_visit, a_walk_in
from tests.support.postgres import AllRecords

DAY = timedelta(days=1)


def upsert(
    tx: Transaction, visit: Visit, case_id: str | None = None, *, status: str = "completed",
    kind: VisitKind = VisitKind.SICK_VISIT,
) -> str | None:  # fmt: skip
    return made_up.upsert(tx, visit, case_id or tx.cases.find(visit), status=status, kind=kind)


def case_of(tx: Transaction, case_id: str | None) -> dict[str, Any]:
    rows = tx.session.connection().exec_driver_sql(
        "SELECT * FROM public.cases WHERE id = %(id)s", {"id": case_id}
    )
    return dict(rows.mappings().one())


def count(tx: Transaction, table: str) -> int:
    counted = tx.session.connection().exec_driver_sql(f"SELECT count(*) FROM public.{table}").scalar()
    return int(counted or 0)


def test_a_new_case(tx: Transaction, clinic_records: AllRecords) -> None:
    case_id = upsert(tx, a_visit(), kind=VisitKind.EMERGENCY)
    case = case_of(tx, case_id)
    assert (str(case["user_id"]), str(case["clinic_id"])) == (
        clinic_records.a.user_id, clinic_records.a.clinic_id,
    )  # fmt: skip
    assert (case["source"], case["external_id"]) == ("idexx_neo", "pims-appt-idexx-5001")
    assert (case["type"], case["is_urgent"], case["status"]) == ("emergency", True, "completed")
    assert (case["visibility"], case["scheduled_at"]) == ("private", VISIT_AT)
    consultation = case["metadata"]["pimsConsultation"]
    assert case["metadata"]["pimsAppointment"]["id"] == "5001"
    assert (consultation["id"], consultation["status"], consultation["notes"]) == (
        "8001",
        "Paid",
        "Doing well.",
    )
    assert consultation["productsServices"] == [
        {"name": "Carprofen", "quantity": "14", "isDeclined": False},
        {"name": "X-ray", "quantity": "1", "isDeclined": True},
    ]


def test_the_patient_follows_and_is_never_doubled(tx: Transaction) -> None:
    upsert(tx, a_visit())
    upsert(tx, a_visit(pet="Rexy", consultation=False))
    rows = tx.session.connection().exec_driver_sql("SELECT * FROM public.patients").mappings().all()
    assert len(rows) == 1
    patient = rows[0]
    # the list alone knows no species; what is known stays
    assert (patient["name"], patient["species"], patient["breed"]) == ("Rexy", "Dog", "Beagle")
    assert (patient["owner_name"], patient["owner_phone"]) == ("Maria Lopez", "(510) 555-0142")
    assert (patient["owner_email"], patient["external_id"]) == ("owner@mail.example", "p5001")


@pytest.mark.parametrize("knows", [True, False])
def test_the_same_visit_is_the_same_case(tx: Transaction, knows: bool) -> None:
    first = upsert(tx, a_visit(consultation=False), status="draft")
    second = upsert(tx, a_visit(), first if knows else None)
    assert first == second
    case = case_of(tx, first)
    assert (case["status"], case["metadata"]["pimsConsultation"]["id"]) == ("completed", "8001")
    assert count(tx, "cases") == 1


def test_names_never_match(tx: Transaction) -> None:
    assert upsert(tx, a_visit(1)) != upsert(tx, a_visit(2))


def test_what_others_keep_stays(tx: Transaction) -> None:
    case_id = upsert(tx, a_visit())
    tx.session.connection().exec_driver_sql(
        "UPDATE public.cases SET type = 'surgery', is_urgent = true, metadata = metadata || "
        """'{"theirs": {"a": 1}, "pimsConsultation": {"id": "8001", "theirs": 2}, "pimsAppointment": null}'"""
    )
    upsert(tx, a_visit(notes="More."), case_id)
    case = case_of(tx, case_id)
    assert (case["type"], case["is_urgent"], case["metadata"]["theirs"]) == ("surgery", True, {"a": 1})
    consultation = case["metadata"]["pimsConsultation"]
    assert (consultation["theirs"], consultation["notes"]) == (2, "More.")
    assert case["metadata"]["pimsAppointment"]["id"] == "5001"


@pytest.mark.parametrize("metadata", ["null", "[]", '"text"'])
def test_metadata_that_is_no_object_is_replaced(tx: Transaction, metadata: str) -> None:
    case_id = upsert(tx, a_visit())
    tx.session.connection().exec_driver_sql(f"UPDATE public.cases SET metadata = '{metadata}'")
    upsert(tx, a_visit(), case_id)
    assert case_of(tx, case_id)["metadata"]["pimsAppointment"]["id"] == "5001"


def test_a_walk_in_that_gets_an_appointment_stays_the_same_case(tx: Transaction) -> None:
    first = upsert(tx, a_walk_in())
    assert case_of(tx, first)["external_id"] == "pims-cons-idexx-8001"
    assert upsert(tx, a_visit()) == first
    assert upsert(tx, a_visit(consultation=False), first) == first


def test_the_appointments_case_comes_before_the_consultations(tx: Transaction) -> None:
    upsert(tx, a_walk_in())
    appointment = upsert(tx, a_visit(consultation=False))
    assert upsert(tx, a_visit()) == appointment


def test_an_appointment_that_is_gone_leaves_the_consultations_case(tx: Transaction) -> None:
    """Found by the row of `consultation_sync_status`, then by what the case itself says."""
    visit = a_visit()
    case_id = upsert(tx, visit)
    later = a_walk_in(at=VISIT_AT + timedelta(days=30))
    tx.consultations.put([StatusOf(a_change(visit), case_id)], now=NOW)
    assert upsert(tx, later) == case_id


@pytest.mark.parametrize(("moved", "is_found"), [(timedelta(), True), (3 * DAY, True), (9 * DAY, False)])
def test_a_case_made_by_another_program_is_found_near_its_time(
    tx: Transaction, moved: timedelta, is_found: bool
) -> None:
    case_id = upsert(tx, a_visit())
    tx.session.connection().exec_driver_sql("UPDATE public.cases SET external_id = 'theirs'")
    assert (upsert(tx, a_walk_in(at=VISIT_AT + moved)) == case_id) is is_found


def test_a_case_without_a_time_is_found(tx: Transaction) -> None:
    case_id = upsert(tx, a_visit())
    tx.session.connection().exec_driver_sql(
        "UPDATE public.cases SET external_id = 'theirs', scheduled_at = NULL"
    )
    assert upsert(tx, a_visit()) == case_id


def test_a_soft_closed_case_is_kept_with_the_reason(tx: Transaction) -> None:
    case_id = upsert(tx, a_visit())
    assert case_id is not None
    assert tx.cases.soft_close(case_id, "No longer in Neo.", now=NOW)
    case = case_of(tx, case_id)
    assert case["status"] == "reviewed"
    assert case["metadata"]["pimsClosed"] == {"reason": "No longer in Neo.", "at": NOW.isoformat()}
    assert case["metadata"]["pimsAppointment"]["id"] == "5001"


def test_a_colleagues_case_is_neither_seen_nor_doubled(clinic_records: AllRecords, as_owner: Query) -> None:
    with clinic_records.a.transaction() as tx:
        case_id = upsert(tx, a_visit())
        assert case_id is not None
    with clinic_records.colleague.transaction() as tx:
        assert upsert(tx, a_visit()) is None
        assert upsert(tx, replace(a_visit(), consultation=None), case_id) is None
        assert not tx.cases.soft_close(case_id, "why", now=NOW)
    with clinic_records.b.transaction() as tx:
        assert upsert(tx, a_visit()) not in (None, case_id)
    assert (
        len(as_owner("SELECT id FROM public.patients")) == len(as_owner("SELECT id FROM public.cases")) == 2
    )

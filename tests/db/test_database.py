"""Connecting: who may, what each refusal is called, what a connection is set to."""

from __future__ import annotations

from sqlalchemy import text

from tests.support.postgres import AllRecords


def test_identity_and_clinics(clinic_records: AllRecords) -> None:
    people = clinic_records.database.people
    a = clinic_records.a.database
    a.check()
    assert a.identity().user_id == people.a.user_id
    assert not a.identity().is_admin
    assert [clinic.clinic_id for clinic in a.clinics()] == [people.a.clinic_id]
    with clinic_records.a.transaction() as tx:
        assert tx.session.execute(text("SHOW timezone")).scalar() == "UTC"

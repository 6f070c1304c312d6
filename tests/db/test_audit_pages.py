"""The activity record as its page reads it: both ways, counted as far as it is quick, by person and clinic."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text

from idexx_desktop.db import audit
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import Page
from tests.db.test_audit import record, rows_of
from tests.support.many_rows import fill_audit
from tests.support.postgres import AllRecords


def test_pages_go_backwards(clinic_records: AllRecords) -> None:
    record(clinic_records.a, 9)
    last = rows_of(clinic_records.a, page=Page(limit=4, backwards=True))
    assert [row.seq for row in last] == [4, 3, 2, 1]
    above = rows_of(clinic_records.a, page=Page((last[0].timestamp, last[0].seq), 4, backwards=True))
    assert [row.seq for row in above] == [8, 7, 6, 5]
    first = rows_of(clinic_records.a, page=Page((above[0].timestamp, above[0].seq), 4, backwards=True))
    assert [row.seq for row in first] == [9]


def test_people_who_occur_in_the_record(clinic_records: AllRecords) -> None:
    people = clinic_records.database.people
    record(clinic_records.a, 2)
    record(clinic_records.b, 1)
    with psycopg.connect(clinic_records.database.owner_url) as owner:
        owner.execute("SELECT idexx_app.audit('schema.migrated', 'done')")
        login = owner.info.user
    with clinic_records.admin.transaction() as tx:
        found = set(tx.audit.people())
    assert {(people.a.user_id, "test_a"), (people.b.user_id, "test_b"), (None, login)} <= found
    assert (people.colleague.user_id, "test_colleague") not in found
    with clinic_records.a.transaction() as tx:
        assert tx.audit.people() == []


def test_rows_of_the_people_of_a_clinic(clinic_records: AllRecords) -> None:
    people = clinic_records.database.people
    record(clinic_records.a, 2)
    record(clinic_records.colleague, 1)
    record(clinic_records.b, 3)
    rows = rows_of(clinic_records.admin, AuditFilter(clinic_id=people.a.clinic_id, action="visit.synced"))
    assert {row.user_id for row in rows} == {people.a.user_id, people.colleague.user_id}
    assert len(rows) == 3


def test_kinds_are_counted_as_far_as_asked(clinic_records: AllRecords) -> None:
    record(clinic_records.a, 4)
    with clinic_records.a.transaction() as tx:
        tx.audit.record(Action.CREDENTIALS_TESTED, "rejected")
        everything = tx.audit.quick_kinds(AuditFilter(), 10)
        newest = tx.audit.quick_kinds(AuditFilter(), 2)
    assert everything == {("visit.synced", "done"): 4, ("credentials.tested", "rejected"): 1}
    assert newest == {("visit.synced", "done"): 1, ("credentials.tested", "rejected"): 1}


def test_a_number_that_takes_long_is_left_out_and_nothing_else_is_cut_short(
    clinic_records: AllRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_audit(clinic_records.database.owner_url, users=1, rows=60_000)
    monkeypatch.setattr(audit, "_QUICK_MS", 1)
    nowhere = AuditFilter(text="no row has this in it")
    with clinic_records.admin.transaction() as tx:
        assert tx.audit.quick_count(nowhere, 10) is None
        assert tx.audit.count(nowhere) == 0
        assert tx.session.execute(text("SHOW statement_timeout")).scalar() == "30s"


def test_one_row_with_its_hash(clinic_records: AllRecords) -> None:
    record(clinic_records.a, 2)
    newest = rows_of(clinic_records.a)[0]
    with clinic_records.a.transaction() as tx:
        found = tx.audit.get(newest.id)
        (end,) = tx.chains.heads().values()
    assert found == replace(newest, hash=end.hash.hex())
    with clinic_records.b.transaction() as tx:
        assert tx.audit.get(newest.id) is None

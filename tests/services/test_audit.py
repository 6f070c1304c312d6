"""Looking at the activity record is recorded: what was asked for, once, and never the text that was searched for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.exports import ExportFormat
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import AuditCounts, AuditPerson, AuditRecord, Page
from idexx_desktop.services import audit
from idexx_desktop.services.audit import AuditService
from tests.db_repositories.made_up import HELD, NOW, a_visit, write, write_with_call
from tests.support.many_rows import fill_audit
from tests.support.postgres import AllRecords
from tests.support.record_keeping import Keeping

EXAMINED = AuditFilter(action=str(Action.AUDIT_EXAMINED))


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path)


@pytest.fixture
def service(clinic_records: AllRecords, keeping: Keeping) -> AuditService:
    return keeping.service(clinic_records.a)


def looks(service: AuditService, action: Action = Action.AUDIT_EXAMINED) -> list[AuditRecord]:
    """What is recorded of looking, newest first, without looking."""
    with service.records.transaction() as tx:
        return tx.audit.page(AuditFilter(action=str(action)), Page(limit=1000))


def test_what_was_asked_for_is_recorded_and_not_the_text(service: AuditService) -> None:
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)
    which = AuditFilter(
        "Bella Smith", "visit.synced", "ok", "test_a", since, until, "a:7", service.records.user_id
    )
    assert service.rows(which, Page()) == []
    assert looks(service)[0].metadata == {
        "rows": 0,
        "action": "visit.synced",
        "status": "ok",
        "actor": "test_a",
        "user_id": service.records.user_id,
        "visit_key": "a:7",
        "since": "2026-11-01T00:00:00+00:00",
        "until": "2026-11-08T00:00:00+00:00",
        "searched": True,
        "people_only": False,
    }
    service.rows(AuditFilter(), Page())
    assert looks(service)[0].metadata == {"rows": 1, "searched": False, "people_only": False}


def test_what_a_person_typed_as_a_code_is_not_recorded_where_it_may_be_a_name(service: AuditService) -> None:
    service.rows(AuditFilter(visit_key="Bella Smith"), Page())
    assert looks(service)[0].metadata == {
        "rows": 0,
        "visit_key": "other",
        "searched": False,
        "people_only": False,
    }


def test_reading_on_and_reading_anew_are_the_same_look(service: AuditService) -> None:
    for _ in range(5):
        service.rows(AuditFilter(), Page())
    count = len(looks(service))
    first = service.rows(AuditFilter(), Page(limit=2), again=True)
    place = (first[-1].timestamp, first[-1].seq)
    assert service.rows(AuditFilter(), Page(place, 2))
    assert service.rows(AuditFilter(), Page(place, 2, backwards=True))
    assert service.rows(AuditFilter(), Page(None, 2, backwards=True), again=True)
    assert len(looks(service)) == count


def test_nothing_is_shown_that_is_not_recorded(clinic_records: AllRecords, service: AuditService) -> None:
    service.rows(AuditFilter(), Page())
    (row,) = looks(service)
    with psycopg.connect(clinic_records.database.owner_url) as root:
        root.execute(
            "DELETE FROM idexx_app.audit_actions WHERE action IN ('audit.examined', 'audit.revealed')"
        )
    with pytest.raises(Failure):
        service.rows(AuditFilter(), Page())
    with pytest.raises(Failure):
        service.reveal(row.id)
    assert service.rows(AuditFilter(), Page(), again=True) == [row]


def test_looking_into_a_row_is_recorded_with_its_id(
    clinic_records: AllRecords, service: AuditService
) -> None:
    service.rows(AuditFilter(), Page())
    (row,) = looks(service)
    found = service.reveal(row.id)
    assert (found.id, found.metadata, len(found.hash)) == (row.id, row.metadata, 64)
    (look,) = looks(service, Action.AUDIT_REVEALED)
    assert look.metadata == {"row_id": row.id}
    service_of_b = AuditService(clinic_records.b, service.check, service.signer, service.clock)
    with pytest.raises(Failure) as refused:
        service_of_b.reveal(row.id)
    assert refused.value.code is FailureCode.INVALID_INPUT


def test_counts_and_what_other_choices_would_leave(
    service: AuditService, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service.records.transaction() as tx:
        for status in ("ok", "ok", "failed"):
            tx.audit.record(Action.SYNC_FINISHED, status)
        begun = tx.sessions.start(Trigger.BUTTON, "Lab", tx.now(), tx.now(), 1, now=tx.now()).id
        tx.audit.record(Action.SYNC_STARTED, "ok", session_id=begun)
    everything = service.counts(AuditFilter())
    assert everything == AuditCounts(
        4, False, {"sync.finished": 3, "sync.started": 1}, {"ok": 3, "failed": 1}
    )
    narrowed = service.counts(AuditFilter(action="sync.finished", status="ok"))
    assert narrowed == AuditCounts(2, False, {"sync.finished": 2, "sync.started": 1}, {"ok": 2, "failed": 1})
    assert service.counts(AuditFilter(text=begun)) == AuditCounts(1)
    assert looks(service) == []
    monkeypatch.setattr(audit, "COUNTED_AT_MOST", 3)
    assert service.counts(AuditFilter()) == AuditCounts(3, True)
    assert service.counts(AuditFilter(status="ok")) == AuditCounts(3)


def test_people_for_admins(clinic_records: AllRecords, keeping: Keeping, service: AuditService) -> None:
    people = clinic_records.database.people
    service.rows(AuditFilter(), Page())
    assert service.people() == []
    found = keeping.service(clinic_records.admin).people()
    assert AuditPerson(people.a.user_id, "test_a", "test_a@oak.example") in found
    assert found == sorted(found, key=lambda person: person.email or person.login)


@pytest.mark.parametrize("form", list(ExportFormat))
def test_an_export_says_how_far_it_is(
    clinic_records: AllRecords, service: AuditService, tmp_path: Path, form: ExportFormat
) -> None:
    fill_audit(clinic_records.database.owner_url, users=1, rows=4_500)
    told: list[int] = []
    admin = AuditService(clinic_records.admin, service.check, service.signer, service.clock)
    made = admin.export(tmp_path / "record", form=form, progress=told.append)
    assert told == [2000, 4000]
    assert made.rows >= 4500


def test_rows_are_shown_with_the_pets_and_owners_that_one_may_read(
    clinic_records: AllRecords, keeping: Keeping
) -> None:
    with clinic_records.a.transaction() as tx:
        write(tx, a_visit(1, pet="Rex", owner="Maria Lopez"), HELD)
        call_id = write_with_call(tx, a_visit(2, pet="Nala", owner="Ben Ray"))
        session = tx.sessions.start(Trigger.BUTTON, "Front Desk 2", NOW, NOW, 1, now=NOW)
        tx.audit.record(Action.VISIT_VIEWED, "ok", metadata={"visit_key": "a:1"})
        tx.audit.record(Action.CALL_CHANGED, "ok", metadata={"call_id": call_id}, session_id=session.id)
        tx.audit.record(Action.VISIT_VIEWED, "ok", metadata={"visit_key": "a:99"})
    shown = {
        (row.pets, row.owner, row.device)
        for row in keeping.service(clinic_records.a).rows(AuditFilter(), Page())
        if row.action in (Action.VISIT_VIEWED, Action.CALL_CHANGED)
    }
    assert shown == {
        (("Rex",), "Maria Lopez", ""), (("Nala",), "Ben Ray", "Front Desk 2"), ((), "", ""),
    }  # fmt: skip
    with clinic_records.a.transaction() as tx:
        held = tx.audit.page(AuditFilter(), Page())
        assert not any("Rex" in repr(row) or "Maria" in repr(row) for row in held)
    by_admin = keeping.service(clinic_records.admin).rows(AuditFilter(), Page())
    assert ("Rex",) in {row.pets for row in by_admin}


def test_nobody_reads_a_name_by_writing_a_row_about_it(clinic_records: AllRecords, keeping: Keeping) -> None:
    with clinic_records.a.transaction() as tx:
        call_id = write_with_call(tx, a_visit(1, pet="Rex", owner="Maria Lopez"))
    a = clinic_records.database.people.a
    for other in (clinic_records.colleague, clinic_records.b):
        with other.transaction() as tx:
            whose = {"user_id": a.user_id, "clinic_id": a.clinic_id}
            tx.audit.record(Action.VISIT_VIEWED, "ok", metadata={"visit_key": "a:1", **whose})
            tx.audit.record(Action.CALL_HELD, "ok", metadata={"call_id": call_id})
        rows = keeping.service(other).rows(AuditFilter(), Page())
        assert len(rows) >= 2
        assert {(row.pets, row.owner) for row in rows} == {((), "")}


def test_people_only(service: AuditService) -> None:
    with service.records.transaction() as tx:
        for trigger in Trigger:
            tx.audit.record(Action.SYNC_STARTED, "ok", metadata={"trigger": str(trigger)})
        tx.audit.record(Action.VISIT_SYNCED, "ok", metadata={"visit_key": "a:1"})
        tx.audit.record(Action.AUDIT_VERIFIED, "ok")
    which = AuditFilter(people_only=True)
    rows = service.rows(which, Page(), again=True)
    assert [row.metadata.get("trigger", row.action) for row in rows] == [
        "audit.verified", "command", "retry", "button",
    ]  # fmt: skip
    counts = service.counts(which)
    assert (counts.total, counts.results) == (4, {"ok": 1})
    assert counts.actions is not None
    # every action may be chosen, whoever does it
    assert counts.actions["visit.synced"] == 1

"""The record is checked against copies outside of the database, by somebody who may do everything inside of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import AuditRecord, Page
from idexx_desktop.services.audit_heads import FILE_NAME
from idexx_desktop.vault.keyring_store import KeyringStore
from tests.support.postgres import AllRecords
from tests.support.practice import Practice
from tests.support.record_keeping import Keeping

SIGNED, ROWS = 12, 20
MINE = "actor = 'test_a' AND seq"
COLUMNS = "action, status, actor, user_id, chain, timestamp"
# what the server's owner can do once the triggers are off; {0} is the row it is done to
ATTACKS = {
    "the status": f"UPDATE idexx_sync_audit_log SET status = 'x' WHERE {MINE} = {{0}}",
    "the time": f"UPDATE idexx_sync_audit_log SET timestamp = timestamp - interval '1 day' WHERE {MINE} = {{0}}",
    "the details": f"UPDATE idexx_sync_audit_log SET metadata = NULL WHERE {MINE} = {{0}}",
    "a row is gone": f"DELETE FROM idexx_sync_audit_log WHERE {MINE} = {{0}}",
    "a row more": f"UPDATE idexx_sync_audit_log SET seq = seq + 1000 WHERE {MINE} >= {{0}};"
    f" INSERT INTO idexx_sync_audit_log ({COLUMNS}, seq) SELECT {COLUMNS}, {{0}} FROM idexx_sync_audit_log"
    f" WHERE {MINE} = {{0}} + 1000",
    "two have changed places": f"UPDATE idexx_sync_audit_log SET seq = 5000 WHERE {MINE} = {{0}};"
    f" UPDATE idexx_sync_audit_log SET seq = {{0}} WHERE {MINE} = {{0}} + 1;"
    f" UPDATE idexx_sync_audit_log SET seq = {{0}} + 1 WHERE {MINE} = 5000",
    "the end is cut off": f"DELETE FROM idexx_sync_audit_log WHERE {MINE} >= {{0}}",
}
# ... and number and hash everything again, with the database's own note of the chain's end
MAKE_ANEW = """
DO $$
DECLARE
  entry public.idexx_sync_audit_log;
  number bigint := 0;
  previous bytea := decode(repeat('00', 32), 'hex');
BEGIN
  UPDATE idexx_sync_audit_log SET seq = -seq WHERE actor = 'test_a';
  FOR entry IN SELECT * FROM idexx_sync_audit_log WHERE actor = 'test_a' ORDER BY seq DESC LOOP
    number := number + 1;
    UPDATE idexx_sync_audit_log SET seq = number WHERE id = entry.id RETURNING * INTO entry;
    UPDATE idexx_sync_audit_log SET previous_hash = previous,
        hash = sha256(previous || idexx_app.audit_canonical(entry))
      WHERE id = entry.id RETURNING hash INTO previous;
  END LOOP;
  UPDATE idexx_app.audit_heads SET seq = number, hash = previous
    WHERE chain = (SELECT chain FROM idexx_sync_audit_log WHERE actor = 'test_a' LIMIT 1);
END $$
"""
KEEP = """
CREATE TABLE kept_rows AS SELECT * FROM idexx_sync_audit_log;
CREATE TABLE kept_heads AS SELECT * FROM idexx_app.audit_heads
"""
PUT_BACK = """
DELETE FROM idexx_sync_audit_log;
DELETE FROM idexx_app.audit_heads;
INSERT INTO idexx_sync_audit_log SELECT * FROM kept_rows;
INSERT INTO idexx_app.audit_heads SELECT * FROM kept_heads
"""


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path)


def write(records: ClinicRecords, count: int) -> None:
    """Rows of the record."""
    for number in range(count):
        with records.transaction() as tx:
            tx.audit.record(Action.VISIT_SYNCED, "scheduled", metadata={"visit_key": f"a:{number}"})


def newest_rows(records: ClinicRecords, count: int) -> list[AuditRecord]:
    """The newest rows, newest first."""
    with records.transaction() as tx:
        return tx.audit.page(AuditFilter(), Page(limit=count))


def newest(records: ClinicRecords) -> AuditRecord:
    """The newest row."""
    return newest_rows(records, 1)[0]


@contextmanager
def owner_of_the_server(records: AllRecords) -> Iterator[psycopg.Connection]:
    """Somebody who has stopped the triggers."""
    with psycopg.connect(records.database.owner_url, autocommit=True) as root:
        root.execute("SET session_replication_role = replica")
        yield root


def test_what_is_older_than_the_last_copy_is_found_with_all_hashes_made_anew(
    clinic_records: AllRecords, keeping: Keeping
) -> None:
    records = clinic_records.a
    write(records, SIGNED)
    assert keeping.check(records).sign() == 1
    write(records, ROWS - SIGNED)
    copies = keeping.path.read_bytes(), keeping.store.get("record-heads") or ""
    with owner_of_the_server(clinic_records) as root:
        root.execute(KEEP)
        for what, attack in ATTACKS.items():
            for row in (3, SIGNED, SIGNED + 1):
                root.execute(attack.format(row).encode())
                root.execute(MAKE_ANEW)
                old = row <= SIGNED
                if old:
                    with pytest.raises(Failure) as refused:
                        keeping.check(records).sign()
                    assert refused.value.code is FailureCode.AUDIT_CHANGED
                found = keeping.check(records).verify()
                assert found.ok is not old, f"{what}, row {row}: {found.problem}"
                assert (records.user_id in (found.problem or "")) is old
                root.execute(PUT_BACK)
                keeping.path.write_bytes(copies[0])
                keeping.store.set("record-heads", copies[1])
    assert keeping.check(records).verify().ok


def test_a_check_is_recorded_and_signs_what_it_found_whole(
    clinic_records: AllRecords, keeping: Keeping
) -> None:
    records = clinic_records.a
    empty = keeping.check(records).verify()
    assert (empty.ok, empty.rows, empty.signed_since, empty.signed_at) == (True, 0, None, None)
    began = keeping.clock.now()
    assert keeping.check(records).verify().rows == 1
    row = newest(records)
    assert (row.action, row.status, row.metadata) == ("audit.verified", "ok", {"ok": True, "rows": 1})
    keeping.clock.pass_by(hours=5)
    found = keeping.check(records).verify()
    assert (found.ok, found.rows, found.signed_since) == (True, 2, began)
    assert found.signed_at == keeping.clock.now()
    with owner_of_the_server(clinic_records) as root:
        root.execute("UPDATE idexx_sync_audit_log SET status = 'x' WHERE actor = 'test_a' AND seq = 2")
    keeping.clock.pass_by(hours=5)
    broken = keeping.check(records).verify()
    assert broken.problem == f"chain {records.user_id}, row 2: it was changed"
    assert broken.signed_at == found.signed_at
    row = newest(records)
    assert (row.status, row.metadata) == ("changed", {"ok": False, "rows": 1})


def test_damaged_copies_are_said_after_what_is_wrong_with_the_rows(
    clinic_records: AllRecords, keeping: Keeping
) -> None:
    records = clinic_records.a
    write(records, 2)
    keeping.check(records).sign()
    keeping.path.write_bytes(keeping.path.read_bytes().replace(b'"seq":2', b'"seq":1'))
    found = keeping.check(records).verify()
    assert found.problem == f"{FILE_NAME}, line 1 of 1: it was changed or is missing"
    with pytest.raises(Failure, match="line 1 of 1"):
        keeping.check(records).sign()
    with owner_of_the_server(clinic_records) as root:
        root.execute("UPDATE idexx_sync_audit_log SET status = 'x' WHERE actor = 'test_a' AND seq = 1")
    assert "row 1: it was changed" in (keeping.check(records).verify().problem or "")


def test_records_from_a_backup_end_before_the_last_copy_until_a_person_says_so(
    clinic_records: AllRecords, keeping: Keeping
) -> None:
    records = clinic_records.a
    write(records, 3)
    with owner_of_the_server(clinic_records) as root:
        root.execute(KEEP)
        write(records, 3)
        keeping.check(records).sign()
        root.execute(PUT_BACK)
    assert "row 4: missing, and was signed on 2026-11-18" in (keeping.check(records).verify().problem or "")
    found = keeping.check(records).verify(renew_copies=True)
    assert (found.ok, found.signed_since) == (True, keeping.clock.now())
    assert [row.status for row in newest_rows(records, 3)] == ["ok", "renewed", "changed"]
    assert keeping.check(records).sign() == 1
    assert len(list(keeping.folder.glob("activity-record-heads-*.jsonl"))) == 1


def test_a_lost_key_costs_the_old_copies_and_nothing_else(
    clinic_records: AllRecords, keeping: Keeping
) -> None:
    records = clinic_records.a
    write(records, 2)
    keeping.check(records).sign()
    keeping.store = KeyringStore("profile-2")
    keeping.clock.pass_by(hours=4)
    assert keeping.check(records).sign() == 1
    [row] = newest_rows(records, 1)
    assert (row.status, row.metadata) == ("renewed", {"kind": "key_lost"})
    found = keeping.check(records).verify()
    assert (found.ok, found.signed_since) == (True, keeping.clock.now())
    assert len(list(keeping.folder.glob("activity-record-heads-*.jsonl"))) == 1


def test_an_admin_signs_every_chain_and_a_user_their_own(
    clinic_records: AllRecords, keeping: Keeping
) -> None:
    for records in (clinic_records.a, clinic_records.b):
        write(records, 2)
    assert keeping.check(clinic_records.a).sign() == 1
    assert keeping.check(clinic_records.admin).sign() == 2  # B's and the system's
    write(clinic_records.b, 1)
    assert keeping.check(clinic_records.admin).sign() == 1
    # nobody's admin any more: the copies of the others' chains can't be compared, and are no problem
    assert keeping.check(clinic_records.a).verify().ok
    with owner_of_the_server(clinic_records) as root:
        root.execute("DELETE FROM idexx_sync_audit_log WHERE actor = 'test_b'")
        root.execute("DELETE FROM idexx_app.audit_heads h WHERE h.chain = %s", (clinic_records.b.user_id,))
    assert keeping.check(clinic_records.a).verify().ok
    with pytest.raises(Failure, match="row 3: it ends here, not with the row 0"):
        keeping.check(clinic_records.admin).sign()
    assert "row 1: missing" in (keeping.check(clinic_records.admin).verify().problem or "")


def test_signing_reads_only_what_is_new(clinic_records: AllRecords, keeping: Keeping) -> None:
    """A change of what was signed before is for `verify` to find, as long as the hashes are not made anew."""
    records = clinic_records.a
    write(records, 3)
    keeping.check(records).sign()
    write(records, 3)
    with owner_of_the_server(clinic_records) as root:
        root.execute("UPDATE idexx_sync_audit_log SET status = 'x' WHERE actor = 'test_a' AND seq = 2")
        assert keeping.check(records).sign() == 1
        write(records, 1)
        root.execute("UPDATE idexx_sync_audit_log SET status = 'x' WHERE actor = 'test_a' AND seq = 7")
    with pytest.raises(Failure, match="row 7: it was changed"):
        keeping.check(records).sign()


REMOVE = """
INSERT INTO idexx_app.audit_exports (month, since, chains, manifest, exported_by)
  VALUES ('2020-01-01', '-infinity', '[]', '', 'somebody');
INSERT INTO idexx_app.audit_checkpoints (chain, seq, hash, month, export_number)
  SELECT chain, seq, hash, '2020-01-01', (SELECT max(number) FROM idexx_app.audit_exports)
  FROM idexx_sync_audit_log WHERE actor = 'test_a' AND seq = 4;
DELETE FROM idexx_sync_audit_log WHERE actor = 'test_a' AND seq <= 4
"""


def test_a_chain_goes_on_where_retention_has_ended_but_not_too_early(
    clinic_records: AllRecords, keeping: Keeping, tmp_path: Path
) -> None:
    records = clinic_records.a
    write(records, 3)
    keeping.check(records).sign()
    write(records, 3)
    with psycopg.connect(clinic_records.database.owner_url) as root:
        root.execute(REMOVE)
    (tmp_path / "another").mkdir()
    nothing_signed = Keeping(tmp_path / "another", KeyringStore("profile-2")).check(records).verify()
    assert (nothing_signed.ok, nothing_signed.rows) == (True, 2)
    assert keeping.check(records).verify().problem == (
        f"chain {records.user_id}, row 4: removed before its six years were over"
    )
    keeping.clock.pass_by(days=6 * 366)
    assert keeping.check(records).verify().ok
    write(records, 1)
    assert keeping.check(records).sign() == 1


# by themselves


def test_after_each_sync_the_head_is_signed(synced: Practice) -> None:
    assert not (synced.home / FILE_NAME).exists()
    assert synced.sync().failure is None
    lines = (synced.home / FILE_NAME).read_bytes().splitlines()
    assert len(lines) == 1
    last = newest(synced.program.records)
    assert f'"seq":{last.seq},'.encode() in lines[0]
    assert last.action == "sync.finished"
    synced.clock.pass_by(hours=1)
    assert synced.sync().failure is None
    assert len((synced.home / FILE_NAME).read_bytes().splitlines()) == 2
    # the database's own folder lies elsewhere: a copy of it takes no copy of the heads with it
    assert not list((synced.home / "server").glob(f"**/{FILE_NAME}"))


def test_a_sync_goes_on_where_copies_are_damaged_and_the_record_says_so(synced: Practice) -> None:
    assert synced.sync().failure is None
    (synced.home / FILE_NAME).write_bytes(b"")
    assert synced.sync().failure is None
    row = newest(synced.program.records)
    assert (row.action, row.status, row.metadata) == ("audit.verified", "changed", {"ok": False})
    assert (synced.home / FILE_NAME).read_bytes() == b""


def test_a_program_that_stays_open_signs_daily(synced: Practice) -> None:
    # switched off: no sync, which would sign
    synced.query("UPDATE public.sync_schedules SET enabled = false")
    runner = synced.program.schedule_runner

    def signed_by_ticks(**passed: float) -> int:
        synced.clock.pass_by(**passed)
        write(synced.program.records, 1)
        runner.tick()
        return len((synced.home / FILE_NAME).read_bytes().splitlines())

    assert signed_by_ticks(hours=0) == 1
    assert signed_by_ticks(hours=23) == 1
    assert signed_by_ticks(hours=1) == 2
    assert signed_by_ticks(hours=1) == 2
    # a clock that was a month ahead
    assert signed_by_ticks(days=-30) == 3

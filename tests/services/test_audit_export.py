"""The record as a file: what it holds, that it appears whole or not at all, and that nobody can change it unnoticed."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.audit_chain import FIELDS, canonical
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.exports import ExportedRecord, ExportFormat
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import AuditRecord, Page
from idexx_desktop.services.audit_export import SIGNED_AS
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.signing import RecordSigner
from tests.support.many_rows import fill_audit
from tests.support.postgres import ELM, OAK, AllRecords
from tests.support.record_keeping import Keeping, stand_alone

ROWS = 60
Document = dict[str, Any]


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    (tmp_path / "home").mkdir()
    return Keeping(tmp_path / "home")


@pytest.fixture
def records(clinic_records: AllRecords) -> AllRecords:
    """Four people with 15 rows each, one a second, and what setting up has left in the system's chain."""
    fill_audit(clinic_records.database.owner_url, users=4, rows=ROWS)
    return clinic_records


def rows_of(records: AllRecords) -> list[AuditRecord]:
    """What A sees of the record, newest first."""
    with records.a.transaction() as tx:
        return tx.audit.page(AuditFilter(), Page(limit=1000))


def lines_of(path: Path) -> list[Document]:
    """The rows of a signed export."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


# signed


def test_everything_that_an_admin_may_read(records: AllRecords, keeping: Keeping, tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    made = keeping.service(records.admin).export(path)
    lines = lines_of(path)
    assert made.rows == len(lines) == ROWS + 5  # by setting up
    assert [part.last_seq - part.first_seq + 1 for part in made.chains] == [5, 15, 15, 15, 15]
    assert all(tuple(line) == (*FIELDS, "previous_hash", "hash") for line in lines)
    for line in lines:
        covered = bytes.fromhex(line["previous_hash"]) + canonical(line[name] for name in FIELDS)
        assert hashlib.sha256(covered).hexdigest() == line["hash"]
    assert made.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert made.manifest == tmp_path / "record.jsonl.manifest.json"
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path, made.manifest)} == {0o600}
    code, said = stand_alone(path, "--fingerprint", made.fingerprint or "")
    assert code == 0
    assert said.startswith("WHOLE: 65 rows of 5 chains, nothing changed or missing.\n")
    assert f"Signed with the key {made.fingerprint} (as expected)." in said
    assert f"Clinic: {ELM}, {OAK}.\n" in said  # an admin's is of all
    code, said = stand_alone(path)
    assert code == 3
    assert said.startswith("CONSISTENT: 65 rows of 5 chains fit together, but nothing shows that they are")
    assert f"whether its key is {made.fingerprint};" in said
    assert "WHOLE" not in said
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", path.name, made.manifest.name]


def test_a_users_own_rows_of_a_time(records: AllRecords, keeping: Keeping, tmp_path: Path) -> None:
    times = [row.timestamp for row in reversed(rows_of(records))]
    made = keeping.service(records.a).export(tmp_path / "part.jsonl", times[4], times[9])
    [part] = made.chains
    assert (part.first_seq, part.last_seq, made.rows) == (5, 9, 5)
    assert part.hash_before == lines_of(made.path)[0]["previous_hash"] != bytes(32).hex()
    code, said = stand_alone(made.path)
    assert code == 3
    assert f"Clinic: {OAK}.\n" in said
    assert f"Range: {times[4].astimezone(UTC).isoformat()} to {times[9].astimezone(UTC).isoformat()}." in said
    row = rows_of(records)[0]
    assert (row.action, row.status) == ("audit.exported", "ok")
    assert row.metadata == {
        "rows": 5,
        "format": "jsonl",
        "since": times[4].isoformat(),
        "until": times[9].isoformat(),
        "hash": made.sha256,
    }


def test_a_clock_that_went_back_leaves_no_gap(records: AllRecords, keeping: Keeping, tmp_path: Path) -> None:
    """Row 7 says that it is a year older; the rows of its time and of row 5's are the rows 5 to 7 together."""
    times = [row.timestamp for row in reversed(rows_of(records))]
    with psycopg.connect(records.database.owner_url) as root:
        root.execute("SET session_replication_role = replica")
        root.execute(
            "UPDATE idexx_sync_audit_log SET timestamp = %s WHERE actor = 'test_a' AND seq = 7", (times[4],)
        )
    made = keeping.service(records.a).export(tmp_path / "part.jsonl", times[4], times[5])
    assert [line["seq"] for line in lines_of(made.path)] == ["5", "6", "7"]


def test_an_empty_time(records: AllRecords, keeping: Keeping, tmp_path: Path) -> None:
    made = keeping.service(records.a).export(tmp_path / "none.jsonl", until=datetime(2020, 1, 1, tzinfo=UTC))
    assert (made.rows, made.chains, made.path.read_bytes()) == (0, (), b"")
    assert stand_alone(made.path)[0] == 3


# who changes the file


def made_anew(lines: list[Document]) -> list[Document]:
    """The rows with all hashes made anew."""
    before = lines[0]["previous_hash"]
    for line in lines:
        line["previous_hash"] = before
        covered = bytes.fromhex(before) + canonical(line[name] for name in FIELDS)
        before = line["hash"] = hashlib.sha256(covered).hexdigest()
    return lines


def with_status(line: Document) -> Document:
    return {**line, "status": "fine"}


CHANGED_FILES: dict[str, tuple[Callable[[list[Document]], list[Document]], str]] = {
    "a field": (lambda rows: [*rows[:4], with_status(rows[4]), *rows[5:]], "line 5: it was changed"),
    "all hashes anew": (
        lambda rows: made_anew([*rows[:4], with_status(rows[4]), *rows[5:]]),
        "not the rows that the manifest names",
    ),
    "a row is gone": (lambda rows: [*rows[:4], *rows[5:]], "line 5: row 6 where row 5 belongs"),
    "the first is gone": (lambda rows: rows[1:], "not the rows that the manifest names"),
    "the last is gone": (lambda rows: rows[:-1], "not the rows that the manifest names"),
    "all are gone": (lambda _rows: [], "the file has 0 rows of 0 chains"),
    "two have changed places": (lambda rows: [*rows[:4], rows[5], rows[4], *rows[6:]], "line 5: row 6"),
    "a row twice": (lambda rows: [*rows, rows[0]], "line 16: row 1 where row 16 belongs"),
    "a chain twice": (
        lambda rows: [*rows, {**rows[0], "chain": "other"}, rows[0]],
        "line 16: it was changed",
    ),
    "no text": (lambda rows: [{**rows[0], "metadata": {}}, *rows[1:]], "line 1: a field is neither text"),
    "a field more": (lambda rows: [{**rows[0], "note": ""}, *rows[1:]], "line 1: it doesn't have the fields"),
    "no number": (lambda rows: [{**rows[0], "seq": "01"}, *rows[1:]], "line 1: its number or a hash"),
}


@pytest.fixture
def export(records: AllRecords, keeping: Keeping, tmp_path: Path) -> ExportedRecord:
    return keeping.service(records.a).export(tmp_path / "record.jsonl")


def test_every_changed_file_is_found(export: ExportedRecord) -> None:
    lines = lines_of(export.path)
    raw = export.path.read_bytes()
    for what, (change, words) in CHANGED_FILES.items():
        changed = change([dict(line) for line in lines])
        export.path.write_text("".join(json.dumps(line) + "\n" for line in changed))
        code, said = stand_alone(export.path)
        assert (code, said.startswith("NOT WHOLE: ")) == (1, True), what
        assert words in said, what
    export.path.write_bytes(raw.replace(b'","seq"', b'", "seq"', 1))  # says the same, in other bytes
    assert "isn't the one that was signed" in stand_alone(export.path)[1]
    export.path.write_bytes(raw[:-30])
    assert "line 15: it can't be read" in stand_alone(export.path)[1]
    export.path.unlink()
    code, said = stand_alone(export.path)
    assert (code, said) == (4, f"NOT CHECKED: {export.path}: No such file or directory\n")


def test_every_changed_manifest_is_found(export: ExportedRecord, keeping: Keeping) -> None:
    assert export.manifest is not None
    said = json.loads(export.manifest.read_bytes())
    assert said["clinics"] == [OAK]
    for key in said:
        changed = {**said, key: said[key] + 1 if key == "rows" else "2020-01-01"}
        export.manifest.write_text(json.dumps(changed))
        assert stand_alone(export.path)[0] == 1, key
    for text in ("", "[]", "{}"):
        export.manifest.write_text(text)
        assert stand_alone(export.path)[0] == 1, text


def test_another_key_signs_a_changed_export(export: ExportedRecord) -> None:
    """Whoever invents a whole export signs it with a key of their own: the fingerprint tells."""
    assert export.manifest is not None
    lines = made_anew([with_status(line) for line in lines_of(export.path)])
    raw = "".join(json.dumps(line) + "\n" for line in lines).encode()
    export.path.write_bytes(raw)
    signer = RecordSigner(KeyringStore("somebody-else"))
    said = json.loads(export.manifest.read_bytes())
    del said["signature"]
    said["sha256"], said["public_key"] = hashlib.sha256(raw).hexdigest(), signer.public_key
    said["chains"][0]["last_hash"] = lines[-1]["hash"]
    covered = SIGNED_AS + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    export.manifest.write_text(json.dumps({**said, "signature": signer.sign(covered)}))
    assert stand_alone(export.path)[0] == 3
    code, words = stand_alone(export.path, "--fingerprint", export.fingerprint or "")
    assert (code, words) == (1, f"NOT WHOLE: signed with another key: {signer.fingerprint}\n")


# for people


def test_a_table_for_people(records: AllRecords, keeping: Keeping, tmp_path: Path) -> None:
    with records.a.transaction() as tx:
        session_id = tx.sessions.start(Trigger.BUTTON, "Lab", tx.now(), tx.now(), 1, now=tx.now()).id
        tx.audit.record(
            Action.SYNC_FINISHED,
            "failed",
            metadata={"seen": 3, "code": "unreachable"},
            session_id=session_id,
            error={"code": "unreachable", "detail": "HTTP 503"},
        )
    made = keeping.service(records.a).export(tmp_path / "record.csv", form=ExportFormat.TABLE)
    assert (made.rows, made.manifest, made.fingerprint, made.chains) == (16, None, None, ())
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.path.read_bytes().startswith(b"\xef\xbb\xbfWho,What,Result,When")
    with made.path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 16
    newest = rows[0]
    assert newest["Who"] == "test_a@oak.example"
    assert (newest["What"], newest["Result"]) == ("Finished a sync", "failed")
    assert sorted(newest["Details"].split("; ")) == ["code: unreachable", "seen: 3"]
    assert sorted(newest["Problem"].split("; ")) == ["code: unreachable", "detail: HTTP 503"]
    assert (newest["Sync"], newest["Login"], newest["Row"]) == (session_id, "test_a", "16")
    when = datetime.fromisoformat(newest["When"])
    assert when.utcoffset() in (timedelta(hours=-8), timedelta(hours=-7))  # the clinic's zone
    assert abs(datetime.now(UTC) - when) < timedelta(minutes=5)
    assert [row["Row"] for row in rows] == [str(number) for number in range(16, 0, -1)]
    assert rows_of(records)[0].metadata["format"] == "csv"


# whole or not at all


@pytest.mark.parametrize("form", ExportFormat)
def test_a_file_that_is_there_is_left_alone(
    records: AllRecords, keeping: Keeping, tmp_path: Path, form: ExportFormat
) -> None:
    path = tmp_path / "record.file"
    path.write_text("from before")
    service = keeping.service(records.a)
    with pytest.raises(Failure) as refused:
        service.export(path, form=form)
    assert refused.value.title == "There is a file named record.file already. Choose another name."
    assert path.read_text() == "from before"
    assert service.export(path, form=form, replace=True).rows == 15
    assert "from before" not in path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("form", ExportFormat)
def test_what_can_not_be_recorded_is_not_exported(
    records: AllRecords, keeping: Keeping, tmp_path: Path, form: ExportFormat
) -> None:
    with psycopg.connect(records.database.owner_url) as root:
        root.execute("DELETE FROM idexx_app.audit_actions WHERE action = 'audit.exported'")
    with pytest.raises(Failure, match="23514"):
        keeping.service(records.a).export(tmp_path / "record.file", form=form)
    assert [each.name for each in tmp_path.iterdir()] == ["home"]


def test_a_place_that_can_not_be_written_is_said(
    records: AllRecords, keeping: Keeping, tmp_path: Path
) -> None:
    with pytest.raises(Failure) as refused:
        keeping.service(records.a).export(tmp_path / "missing" / "record.jsonl")
    assert refused.value.code is FailureCode.INVALID_INPUT
    assert refused.value.title == "The file couldn't be saved there."
    assert rows_of(records)[0].action != "audit.exported"


def test_a_record_that_somebody_has_damaged_is_exported_as_it_is(
    records: AllRecords, keeping: Keeping, tmp_path: Path
) -> None:
    with psycopg.connect(records.database.owner_url) as root:
        root.execute("SET session_replication_role = replica")
        root.execute("UPDATE idexx_sync_audit_log SET hash = NULL WHERE actor = 'test_a' AND seq = 3")
    made = keeping.service(records.a).export(tmp_path / "record.jsonl")
    assert made.rows == 15
    assert "line 3: its number or a hash of it is none" in stand_alone(made.path)[1]

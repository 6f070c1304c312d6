"""The activity record from the command line: found by what is asked for, checked, saved as a file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from idexx_desktop.services.audit_heads import FILE_NAME
from tests.cli.conftest import CommandLine, has_offset
from tests.support.practice import Practice
from tests.support.record_keeping import stand_alone


def actions(cli: CommandLine, *options: str) -> list[str]:
    """The actions of the rows that are listed."""
    return [row["action"] for row in cli("audit", "list", *options, "--json").document["rows"]]


def test_rows(cli: CommandLine, at_work: Practice) -> None:
    rows = cli("audit", "list", "--limit", "7", "--json").document["rows"]
    assert len(rows) == 7
    for row in rows:
        assert set(row) == {
            "id", "timestamp", "user_id", "action", "status", "ip_address", "session_id", "metadata",
        }  # fmt: skip
        assert has_offset(row["timestamp"])
        assert row["user_id"] == at_work.user_id


def test_rows_that_are_asked_for(cli: CommandLine, at_work: Practice) -> None:
    assert actions(cli, "--action", "sync.started") == ["sync.started"]
    assert actions(cli, "--status", "running") == ["sync.started"]
    assert "sync.started" in actions(cli, "--person", "test_a")
    assert actions(cli, "--person", "test_b") == []
    key = next(iter(at_work.visits()))
    rows = cli("audit", "list", "--visit", key, "--json").document["rows"]
    assert rows
    assert all(row["metadata"]["visit_key"] == key for row in rows)
    assert actions(cli, "--visit", "a:0") == []
    assert actions(cli, "--to", "2020-01-01") == []
    assert actions(cli, "--from", "2020-01-01", "--action", "sync.started") == ["sync.started"]
    assert cli("audit", "list", "--from", "2026-11-02", "--to", "2026-11-01").code == 2
    assert cli("audit", "list", "--from", "soon").code == 2


def test_a_record_that_is_whole(cli: CommandLine, at_work: Practice) -> None:
    whole = cli("audit", "verify", "--json")
    assert whole.code == 0
    assert set(whole.document) == {"ok", "rows", "problem", "signed_since", "signed_at"}
    assert (whole.document["ok"], whole.document["problem"]) == (True, None)
    assert whole.document["rows"] > 40
    assert has_offset(whole.document["signed_since"])
    assert has_offset(whole.document["signed_at"])
    people = cli("audit", "verify").out
    assert "is whole" in people
    assert "Signed copies since 18 Nov 15:00, the last one 18 Nov 15:00." in people


def test_a_record_that_was_changed(cli: CommandLine, at_work: Practice) -> None:
    at_work.query("ALTER TABLE public.idexx_sync_audit_log DISABLE TRIGGER ALL")
    at_work.query("UPDATE public.idexx_sync_audit_log SET status = 'fine' WHERE action = 'sync.finished'")
    found = cli("audit", "verify", "--json")
    assert found.code == 1
    assert found.document["ok"] is False
    assert "it was changed" in found.document["problem"]
    assert "The activity record was changed: chain " in cli("audit", "verify").out
    assert (
        "problem    activity record: The activity record isn't what this program wrote." in cli("doctor").out
    )


def test_copies_that_a_person_renews(cli: CommandLine, at_work: Practice) -> None:
    assert cli("audit", "verify").code == 0
    (at_work.home / FILE_NAME).write_bytes(b"")
    assert f"{FILE_NAME}, line 1 of 1: it was changed or is missing." in cli("audit", "verify").out
    assert cli("audit", "verify", "--renew-copies").code == 0
    assert cli("audit", "verify").code == 0


def test_a_signed_file(cli: CommandLine, at_work: Practice, tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    made = cli("audit", "export", "--out", str(path), "--json")
    assert made.code == 0
    assert set(made.document) == {"file", "rows", "format", "manifest", "fingerprint"}
    assert (made.document["file"], made.document["manifest"]) == (str(path), f"{path}.manifest.json")
    assert made.document["rows"] == len(path.read_bytes().splitlines()) > 40
    assert stand_alone(path, "--fingerprint", made.document["fingerprint"])[0] == 0
    again = cli("audit", "export", "--out", str(path))
    assert again.code == 2
    assert "There is a file named record.jsonl already." in again.err
    part = cli("audit", "export", "--to", "2020-01-01", "--out", str(tmp_path / "old.jsonl"))
    assert part.out.startswith(f"Saved 0 rows in {tmp_path / 'old.jsonl'}.")
    assert f"The key that signed it: {made.document['fingerprint']}" in part.out
    assert "by another way" in part.out


def test_a_table(cli: CommandLine, at_work: Practice, tmp_path: Path) -> None:
    path = tmp_path / "record.csv"
    saved = cli("audit", "export", "--format", "csv", "--out", str(path)).out
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert saved == f"Saved {len(rows)} rows in {path}.\n"
    assert {row["Who"] for row in rows} == {"test_a@oak.example"}
    assert "Saved a visit" in {row["What"] for row in rows}
    assert actions(cli, "--limit", "1") == ["audit.exported"]


@pytest.mark.parametrize("options", [["--format", "xml", "--out", "x"], []])
def test_usage(cli: CommandLine, options: list[str]) -> None:
    assert cli("audit", "export", *options).code == 2

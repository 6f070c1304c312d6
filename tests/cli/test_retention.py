"""Old months and legal holds from the command line, as the owner of a shared server does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import CommandLine, Ran
from tests.support.old_rows import as_root, empty_record, pretend_exported, write_rows
from tests.support.practice import Practice
from tests.support.record_keeping import stand_alone

Audit = Callable[..., Ran]


@pytest.fixture
def old(at_work: Practice) -> Practice:
    """Two rows of January 2019, one of February."""
    with psycopg.connect(at_work.database.owner_url) as root:
        as_root(root)
        empty_record(root)
        times = [datetime(2019, month, day, tzinfo=UTC) for month, day in ((1, 1), (1, 31), (2, 9))]
        write_rows(root, [(at_work.user_id, moment) for moment in times])
    return at_work


@pytest.fixture
def audit(cli: CommandLine, old: Practice) -> Audit:
    """`audit ...` with the owner's address, which each command takes out of the environment."""

    def run(*arguments: str) -> Ran:
        cli.set(OWNER_URL=old.database.owner_url)
        return cli("audit", *arguments)

    return run


def waited(practice: Practice, month: int) -> None:
    with psycopg.connect(practice.database.owner_url) as root:
        as_root(root)
        pretend_exported(root, date(2019, month, 1), timedelta(days=8))


def test_two_steps(audit: Audit, old: Practice, tmp_path: Path) -> None:
    shown = audit("retention").out.splitlines()
    assert [line.split() for line in shown[1:]] == [
        ["2019-01", "2", "to", "be", "exported"],
        ["2019-02", "1", "to", "be", "exported"],
    ]
    assert "No month can be removed now." in audit("retention", "--remove").out
    exported = audit("retention", "--export", "--out", str(tmp_path), "--json").document["exported"]
    assert [(made["month"], made["rows"]) for made in exported] == [("2019-01", 2), ("2019-02", 1)]
    for made in exported:
        assert (Path(made["file"]).stat().st_mode & 0o777, Path(made["manifest"]).parent) == (0o600, tmp_path)
        code, words = stand_alone(Path(made["file"]), "--fingerprint", made["fingerprint"])
        assert code == 0, words
    months = audit("retention", "--json").document["months"]
    assert [(month["obstacle"], month["removable"]) for month in months] == [("waiting", False)] * 2
    assert all(month["waits_until"] > month["exported_at"] for month in months)
    assert "waiting for seven days to pass (until " in audit("retention").out
    assert "No month is to be exported." in audit("retention", "--export", "--out", str(tmp_path)).out

    waited(old, 1)
    assert "2019-01  2        can be removed" in audit("retention").out
    removed = audit("retention", "--remove", "--json").document
    assert removed == {"removed": [{"month": "2019-01", "rows": 2}]}
    assert audit("verify").code == 0
    waited(old, 2)
    assert audit("retention", "--remove").out == "Removed 2019-02: 1 entry\n"
    assert audit("verify").code == 0
    assert "No entries are older than six years: they are kept until " in audit("retention").out


def test_holds(audit: Audit, old: Practice, tmp_path: Path) -> None:
    everything = audit("hold", "--why", "A lawsuit", "--json").document["hold_id"]
    one = audit("hold", "--why", "Asked by\x1b[2Jcounsel", "--user", "test_a@oak.example")
    assert "What concerns test_a@oak.example is kept" in one.out
    shown = audit("retention")
    assert shown.out.count("kept: legal hold") == 2
    assert f"Hold {everything} on everything: A lawsuit" in shown.out
    assert "on test_a@oak.example: Asked by\N{REPLACEMENT CHARACTER}[2Jcounsel" in shown.out
    assert audit("retention", "--export", "--out", str(tmp_path), "--json").document == {"exported": []}
    holds = audit("retention", "--json").document["holds"]
    for held in holds:
        assert audit("release", held["id"]).code == 0
    assert audit("retention", "--json").document["holds"] == []
    assert [row["action"] for row in old.query(
        "SELECT action FROM public.idexx_sync_audit_log WHERE action LIKE 'audit.hold%%' ORDER BY seq"
    )] == ["audit.hold_placed"] * 2 + ["audit.hold_released"] * 2  # fmt: skip
    assert (
        old.query("SELECT 1 FROM public.idexx_sync_audit_log WHERE metadata::text LIKE '%%lawsuit%%'") == []
    )


def test_what_can_not_be_done(cli: CommandLine, audit: Audit, tmp_path: Path) -> None:
    assert cli("audit", "retention").code == 2  # without the owner's address
    for attempt in (
        ("retention", "--export"),
        ("retention", "--export", "--remove", "--out", str(tmp_path)),
        ("retention", "--export", "--out", str(tmp_path / "nowhere")),
        ("hold", "--why", " "),
        ("hold", "--why", "x", "--user", "nobody@oak.example"),
        ("hold",),
        ("release", "no-id"),
        ("release", "00000000-0000-4000-8000-000000000000"),
    ):
        assert audit(*attempt).code == 2, attempt
    assert audit("retention", "--json").document["holds"] == []


def test_not_with_a_users_own_login(cli: CommandLine, old: Practice, tmp_path: Path) -> None:
    for arguments in (("retention",), ("retention", "--remove"), ("hold", "--why", "x")):
        cli.set(OWNER_URL=old.database.url(old.database.people.a))
        assert cli("audit", *arguments).code == 7, arguments

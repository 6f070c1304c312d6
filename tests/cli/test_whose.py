"""`--all`, `--clinic`, `--user`: an admin looks at the rows of others; nobody else can."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.support.postgres import ELM, OAK
from tests.support.practice import Practice

COMMANDS = ("visits", "calls", "sessions", "failures")


@pytest.fixture
def admin(cli: CommandLine, at_work: Practice, tmp_path: Path) -> Practice:
    """The commands work with an admin's profile in the other clinic, beside the clinic that has synced."""
    cli.set(HOME=str(tmp_path / "admin"), DATABASE_URL=at_work.database.url(at_work.database.people.admin))
    made = cli(
        "init", "--practice", ELM, "--timezone", "America/New_York", "--email", "test_admin@elm.example"
    )
    assert made.code == 0
    return at_work


def test_an_admin_sees_everybodys_rows(cli: CommandLine, admin: Practice) -> None:
    for command in COMMANDS:
        assert cli(command, "--json").document[command] == []
        rows = cli(command, "--all", "--json").document[command]
        assert rows
        assert {(row["clinic"], row["user"]) for row in rows} == {(OAK, "test_a@oak.example")}
        assert cli(command, "--clinic", OAK.upper(), "--json").document[command] == rows
        assert cli(command, "--user", "test_a@oak.example", "--json").document[command] == rows
        assert cli(command, "--clinic", ELM, "--json").document[command] == []
        table = cli(command, "--all").out.splitlines()
        assert table[0].split()[-2:] == ["Clinic", "User"]
        assert table[-1].endswith("test_a@oak.example")
    assert len(cli("visits", "--all", "--json").document["visits"]) == len(admin.visits())


def test_how_the_clinics_stand(cli: CommandLine, admin: Practice) -> None:
    elm, oak = cli("status", "--all", "--json").document["clinics"]
    assert (elm["clinic"], elm["up_to_date_as_of"], elm["sign_ins"]) == (ELM, None, [])
    assert (oak["clinic"], oak["problem"]) == (OAK, None)
    assert oak["up_to_date_as_of"].startswith("2026-11-18T18:00")  # by the clock of the admin's own clinic
    assert oak["sign_ins"] == [{"user": "test_a@oak.example", "state": "valid", "suspended": None}]
    assert oak["needs_attention"] == admin.program.status.today().needs(admin.program.clock.now()).visits
    assert [row["clinic"] for row in cli("status", "--clinic", OAK, "--json").document["clinics"]] == [OAK]
    assert "test_a@oak.example: valid" in cli("status", "--all").out


def test_who_is_not_there(cli: CommandLine, admin: Practice) -> None:
    for option, wanted in (("--clinic", "Nowhere"), ("--user", "nobody@oak.example")):
        ran = cli("visits", option, wanted)
        assert ran.code == 2
        assert f"of the name “{wanted}”" in ran.err


def test_nobody_else_may_look(cli: CommandLine, at_work: Practice) -> None:
    asked = [(command, "--all") for command in (*COMMANDS, "status")]
    for arguments in (*asked, ("visits", "--clinic", ELM), ("calls", "--user", "test_b@elm.example")):
        ran = cli(*arguments)
        assert ran.code == 7
        assert "Only an admin's login may look" in ran.err

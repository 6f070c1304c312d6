"""Names that would act on a terminal, in every command's output: they do nothing, and JSON still says them."""

from __future__ import annotations

import pytest

from idexx_desktop.cli.output import show_failure
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.cli.conftest import CommandLine
from tests.support.bad_input import ACTING
from tests.support.practice import Practice

# PostgreSQL keeps no NUL and no half of a sign; all others
SIGNS = "".join(sign for sign in ACTING if sign != "\0" and not "\ud800" <= sign <= "\udfff")
ON_A_TERMINAL = set(ACTING) - {"\n"}
COMMANDS = (
    ("visits",), ("visits", "--all"), ("calls",), ("calls", "--all"), ("sessions",), ("failures",), ("status",),
    ("audit", "list"), ("audit", "verify"), ("computers", "list"), ("schedule",), ("db", "test"),
    ("audit", "list", "--person", SIGNS), ("visits", "--from", SIGNS), ("users", "list"),
    ("report",), ("report", "--all"), ("ledger",),
)  # fmt: skip


@pytest.fixture
def hostile(at_work: Practice) -> Practice:
    """Such names in every text of visits, calls, sessions, people and clinics."""
    name = "'Bella' || convert_from(decode('" + SIGNS.encode().hex() + "', 'hex'), 'utf8')"
    at_work.query(
        f"UPDATE visits SET patient_name = {name}, owner_name = {name}, provider = {name}, reason = {name}"
    )
    at_work.query(f"UPDATE scheduled_discharge_calls SET metadata = jsonb_build_object('ownerName', {name})")
    at_work.query(f"UPDATE idexx_sync_sessions SET device = {name}")
    at_work.query(f"UPDATE clinics SET name = name || {name}")
    return at_work


def test_no_command_prints_a_sign_that_acts(cli: CommandLine, hostile: Practice) -> None:
    for command in COMMANDS:
        for options in ((), ("--json",)):
            ran = cli(*command, *options)
            assert not [
                ascii(line) for line in (ran.out + ran.err).split("\n") if set(line) & ON_A_TERMINAL
            ], command
    visits = cli("visits", "--json").document["visits"]
    assert visits
    assert all(visit["patient_name"] == f"Bella{SIGNS}" for visit in visits)
    assert "Bella" in cli("visits").out


def test_a_failures_words(capsys: pytest.CaptureFixture[str]) -> None:
    failure = Failure(FailureCode.OURS, f"detail{SIGNS}", title=f"title{SIGNS}", advice=f"advice{SIGNS}")
    for as_json in (False, True):
        show_failure(failure, as_json=as_json)
        printed = capsys.readouterr()
        said = printed.out + printed.err
        assert "title" in said
        assert not set(said) & ON_A_TERMINAL
    assert len(said.splitlines()) < 10

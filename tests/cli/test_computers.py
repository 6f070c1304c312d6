"""Computers, keys and the recovery kit from the command line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import CommandLine
from tests.support.practice import Practice, Practices


@pytest.fixture
def other(practices: Practices, at_work: Practice) -> Practice:
    """A second computer on the same records."""
    return practices.computer(at_work, "Front desk 2")


def test_a_second_computer_from_asking_to_syncing(
    cli: CommandLine, at_work: Practice, other: Practice
) -> None:
    cli.set(HOME=str(other.home))
    assert cli("sync").code == 8
    refused = cli("credentials", "test", "--json")
    assert (refused.code, refused.document["error"]["code"]) == (8, "not_approved")
    asked = cli("computers", "ask", "--json")
    assert asked.code == 0
    assert "isn't approved" in cli("computers", "list").out

    cli.set(HOME=str(at_work.home))
    listed = cli("computers", "list", "--json").document
    (request,) = listed["requests"]
    assert cli("computers", "approve", request["id"], stdin="ABCD-EFGH-JKMN\n").code == 2
    assert cli("computers", "approve", request["id"], stdin="").code == 2
    approved = cli("computers", "approve", request["id"], "--json", stdin=asked.document["code"] + "\n")
    assert approved.document == {"approved": True}
    listed = cli("computers", "list", "--json").document
    assert len(listed["computers"]) == 2
    assert [each["this"] for each in listed["computers"]] == [True, False]

    cli.set(HOME=str(other.home))
    assert cli("credentials", "test").code == 0
    cli.set(HOME=str(at_work.home))
    assert cli("credentials", "rotate-key", "--json").document == {"rotated": True}
    removed = cli("computers", "remove", listed["computers"][1]["id"])
    assert removed.code == 0
    assert "Change the Neo password" in removed.out
    cli.set(HOME=str(other.home))
    assert cli("credentials", "test").code == 8


def test_a_kit_from_making_to_using(cli: CommandLine, at_work: Practice, other: Practice) -> None:
    made = cli("recovery-kit", "make", "--json").document
    assert cli("computers", "list", "--json").document["recovery_kit"]["number"] == made["number"]
    cli.set(HOME=str(other.home))
    wrong = cli("recovery-kit", "use", "--json", stdin="0000-0000\n")
    assert (wrong.code, wrong.document["error"]["code"]) == (2, "code_refused")
    used = cli("recovery-kit", "use", stdin=made["code"].lower() + "\n")
    assert used.code == 0, used.err
    assert cli("credentials", "status", "--json").document["username"] == "practice@oakstreet.example"


def test_starting_over_has_to_be_said(cli: CommandLine, at_work: Practice, other: Practice) -> None:
    cli.set(HOME=str(other.home))
    keep = (
        "credentials",
        "set",
        "--company-id",
        "4242",
        "--username",
        "u",
        "--password-stdin",
        "--skip-test",
    )
    assert cli(*keep, stdin="p\n").code == 8
    assert cli(*keep, "--start-over", stdin="p\n").code == 0
    cli.set(HOME=str(at_work.home))
    told = cli("credentials", "test")
    assert told.code == 8
    assert "started over" in told.err

"""The sign-in from the command line: the password comes from standard input, is tested, and is never shown."""

from __future__ import annotations

import psycopg
import pytest

from idexx_desktop.simulator.scenarios import PRACTICE_COMPANY_ID, PRACTICE_PASSWORD, PRACTICE_USERNAME
from tests.cli.conftest import CommandLine, Ran
from tests.support.practice import Practice

SET = ("credentials", "set", "--company-id", PRACTICE_COMPANY_ID, "--username", PRACTICE_USERNAME)


def kept(practice: Practice) -> list[dict[str, object]]:
    """The row of the sign-in."""
    return practice.query("SELECT encrypted_password, version FROM public.idexx_credentials")


def test_one_that_is_accepted(cli: CommandLine, at_work: Practice) -> None:
    cli("credentials", "forget")
    ran = cli(*SET, "--password-stdin", "--json", stdin=f"{PRACTICE_PASSWORD}\n")
    assert ran.code == 0
    assert ran.document == {"saved": True, "tested": True, "signed_in_as": "Oak Street Vets"}
    found = cli("credentials", "status", "--json").document
    assert found["credential_status"] == "valid"
    assert found["username"] == PRACTICE_USERNAME
    assert found["suspended"] is None
    assert PRACTICE_PASSWORD not in cli("credentials", "status").out
    # its cookies are used: no second sign-in
    attempts = at_work.site.sign_in_attempts
    assert cli("sync", "--json").document["signed_in"] is False
    assert at_work.site.sign_in_attempts == attempts


def test_one_that_is_rejected_is_not_kept(cli: CommandLine, at_work: Practice) -> None:
    before, attempts = kept(at_work), at_work.site.sign_in_attempts
    ran = cli(*SET, "--password-stdin", "--json", stdin="not-it-1\n")
    assert ran.code == 4
    assert ran.document["error"]["code"] == "wrong_password"
    assert at_work.site.sign_in_attempts == attempts + 1
    assert kept(at_work) == before
    assert "not-it-1" not in ran.out + ran.err


def test_untested_is_said(cli: CommandLine, at_work: Practice) -> None:
    attempts = at_work.site.sign_in_attempts
    ran = cli(*SET, "--password-stdin", "--skip-test", stdin="not-it-1\r\n")
    assert ran.code == 0
    assert "untested" in ran.out
    assert at_work.site.sign_in_attempts == attempts
    assert cli("credentials", "status", "--json").document["credential_status"] == "unknown"
    first = cli("sync", "--json")
    assert first.code == 4
    assert first.document["error"]["code"] == "wrong_password"
    again = cli("sync", "--json")
    assert (again.code, again.document["error"]["code"]) == (4, "wrong_password")
    assert at_work.site.sign_in_attempts == attempts + 1
    assert cli("credentials", "status", "--json").document["suspended"]["code"] == "wrong_password"


def test_no_password(cli: CommandLine, at_work: Practice) -> None:
    before = kept(at_work)

    def refused(ran: Ran) -> bool:
        return ran.code == 2 and "password" in ran.err and kept(at_work) == before

    assert refused(cli(*SET, "--password-stdin", stdin=""))
    assert refused(cli(*SET, "--password-stdin", stdin="\n"))
    assert refused(cli(*SET, stdin=PRACTICE_PASSWORD))  # not a terminal, and not said to be standard input
    assert cli(*SET, "--password", PRACTICE_PASSWORD).code == 2


def test_site_down(cli: CommandLine, at_work: Practice) -> None:
    before = kept(at_work)
    at_work.site.stop()
    ran = cli(*SET, "--password-stdin", stdin="not-it-1\n")
    assert ran.code == 5
    assert "Can't reach IDEXX Neo" in ran.err
    assert kept(at_work) == before


def test_lost_key(cli: CommandLine, at_work: Practice) -> None:
    at_work.query("DELETE FROM public.neo_cookies")
    at_work.query("UPDATE public.idexx_credentials SET encryption_key_id = '0123456789ab'")
    ran = cli("sync", "--json")
    assert ran.code == 8
    assert ran.document["error"]["title"] == "This computer can't unlock the saved password."


def test_an_address_that_somebody_else_wrote_is_a_question(cli: CommandLine, at_work: Practice) -> None:
    own, other = at_work.site.url, "http://127.0.0.1:9"
    shown = cli("credentials", "address", "--json").document
    assert (shown["address"], shown["suggested"], shown["question"]) == (own, own, None)
    with psycopg.connect(at_work.database.url(at_work.database.people.colleague)) as connection:
        connection.execute("UPDATE public.clinic_settings SET neo_url = %s", (other,))
    before = dict(at_work.site.counts)
    for command in (("sync",), ("credentials", "test"), (*SET, "--password-stdin")):
        ran = cli(*command, "--json", stdin=f"{PRACTICE_PASSWORD}\n")
        assert (ran.code, ran.document["error"]["code"]) == (4, "address_changed")
    assert "test_colleague@oak.example" in cli("sync").out
    assert at_work.site.counts == before
    shown = cli("credentials", "address", "--json").document
    assert (shown["address"], shown["suggested"]) == (own, other)
    assert shown["suggested_by"] == "test_colleague@oak.example"
    assert shown["suggested_at"]
    assert shown["question"]["code"] == "address_changed"
    assert cli("status", "--json").document["asked"]["code"] == "address_changed"
    assert "--keep" in cli("credentials", "address").out
    assert cli("credentials", "address", "--keep", "--json").document["question"] is None
    assert "error" not in cli("sync", "--json").document


def test_answering_with_an_address(cli: CommandLine, at_work: Practice) -> None:
    assert cli("credentials", "address", "--use", "http://neo.example").code == 2
    assert cli("credentials", "address", "--use", "https://us.idexxneo.com").code == 2
    assert cli("credentials", "address", "--use", "x", "--keep").code == 2
    other = "http://127.0.0.1:9"
    shown = cli("credentials", "address", "--use", f"{other}/login", "--json").document
    assert (shown["address"], shown["suggested"], shown["question"]) == (other, other, None)
    # for one run another one may be given; it changes nothing that is kept
    cli.set(NEO_URL=at_work.site.url)
    assert cli("credentials", "address", "--json").document["address"] == at_work.site.url
    cli.set(NEO_URL="")
    assert cli("credentials", "address", "--json").document["address"] == other


def test_the_branch_is_remembered_and_asked_for_anew(cli: CommandLine, at_work: Practice) -> None:
    assert at_work.query("SELECT 1 FROM public.neo_cookies") != []
    assert cli("credentials", "branch", "--json").document == {"branch": None}
    assert cli("credentials", "branch", " North  Branch ", "--json").document == {"branch": "North Branch"}
    assert at_work.query("SELECT 1 FROM public.neo_cookies") == []
    assert cli("credentials", "branch").out == "North Branch\n"
    assert at_work.actions()["computer.settings_changed"] == 1
    assert cli("credentials", "branch", "", "--json").document == {"branch": None}


def test_the_browser_is_this_computers_own(cli: CommandLine, at_work: Practice) -> None:
    assert cli("credentials", "browser", "--json").document == {"browser": None}
    assert cli("credentials", "browser", "--path", "/opt/browser", "--json").document == {
        "browser": "/opt/browser"
    }
    assert cli("credentials", "browser").out == "/opt/browser\n"
    assert at_work.query("SELECT 1 FROM public.clinic_settings WHERE browser_path IS NOT NULL") == []
    assert cli("credentials", "browser", "--path", "", "--json").document == {"browser": None}


def test_static_files_of_a_host_are_allowed_on_this_computer_only(
    cli: CommandLine, at_work: Practice
) -> None:
    settings = "SELECT to_jsonb(s) - 'updated_at' AS row FROM public.clinic_settings s"
    before = at_work.query(settings)
    allowed = cli("credentials", "allow-host", "https://CDN.Example.com/lib.js", "--json")
    assert (allowed.code, allowed.document) == (0, {"allowed_hosts": ["cdn.example.com"]})
    assert cli("credentials", "allow-host", "cdn.example.com").code == 0
    assert cli("credentials", "status", "--json").document["allowed_hosts"] == ["cdn.example.com"]
    assert "Files allowed from: cdn.example.com" in cli("credentials", "status").out
    assert at_work.query(settings) == before
    removed = cli("credentials", "allow-host", "cdn.example.com", "--remove", "--json")
    assert removed.document == {"allowed_hosts": []}
    changes = at_work.query(
        "SELECT metadata ->> 'setting' AS setting FROM public.idexx_sync_audit_log"
        " WHERE action = 'computer.settings_changed' ORDER BY seq DESC LIMIT 2"
    )
    assert [row["setting"] for row in changes] == ["allowed_hosts", "allowed_hosts"]


@pytest.mark.parametrize(
    "host", ["*.example.com", "a.com b.com", "javascript:alert(1)", "never-allowed.example --remove"]
)
def test_a_host_that_cannot_be_named_changes_nothing(host: str, cli: CommandLine, at_work: Practice) -> None:
    name, _, option = host.partition(" --")
    ran = cli("credentials", "allow-host", name, *([f"--{option}"] if option else []), "--json")
    assert (ran.code, ran.document["error"]["code"]) == (2, "invalid_input")
    assert cli("credentials", "status", "--json").document["allowed_hosts"] == []

"""A clinic on a shared server: the owner prepares it and adds people; a profile selects, and creates nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from idexx_desktop.simulator.site import PracticeNeo
from tests.cli.conftest import CommandLine, Ran
from tests.support.postgres import PASSWORD, ClinicDatabase, TestServer
from tests.support.practice import ask

LOGIN = "test_cli_reception"
ADD = (
    "users",
    "add",
    "--email",
    "reception@oak.example",
    "--role",
    "user",
    "--login",
    LOGIN,
    "--password-stdin",
)
INIT = ("init", "--timezone", "America/Denver", "--email", "reception@oak.example")


@pytest.fixture
def shared(cli: CommandLine, postgres: TestServer) -> Iterator[str]:
    """The owner's address of a database with nothing in it."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)
    postgres.run(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(LOGIN)))


def as_owner(cli: CommandLine, url: str) -> None:
    """The owner's address, which each command takes out of the environment."""
    cli.set(OWNER_URL=url)


def test_from_nothing_to_a_sync(cli: CommandLine, shared: str, tmp_path: Path) -> None:
    as_owner(cli, shared)
    planned = cli("db", "prepare", "--dry-run", "--json").document
    assert planned["dry_run"] is True
    assert planned["steps"]
    assert ask(shared, "SELECT 1 FROM pg_namespace WHERE nspname = 'idexx_app'") == []
    as_owner(cli, shared)
    assert cli("db", "prepare").out.startswith("Done:")
    as_owner(cli, shared)
    again = cli("db", "prepare", "--json").document["steps"]
    assert len(again) <= len(planned["steps"])

    for clinic in ("Oak Street Vets", "Elm Road Animal Hospital"):
        as_owner(cli, shared)
        added = cli(*ADD, "--clinic", clinic, "--json", stdin=f"{PASSWORD}\n")
        assert added.code == 0
        assert PASSWORD not in added.out + added.err
    as_owner(cli, shared)
    assert cli("users", "list", "--json").document["users"] == [
        {
            "login": LOGIN,
            "email": "reception@oak.example",
            "role": "user",
            "clinics": ["Elm Road Animal Hospital", "Oak Street Vets"],
            "active": True,
        }
    ]

    url = shared.replace(shared.partition("//")[2].partition("@")[0], f"{LOGIN}:{PASSWORD}")
    with PracticeNeo("ordinary-day", visits=2) as site:
        cli.set(DATABASE_URL=url)
        refused = cli(*INIT, "--practice", "Nobody's Clinic", "--neo-url", site.url)
        assert refused.code == 2
        assert "Elm Road Animal Hospital, Oak Street Vets" in refused.err
        cli.set(DATABASE_URL=url)
        made = cli(*INIT, "--practice", "oak street vets", "--neo-url", site.url, "--json")
        assert made.code == 0
        assert made.document["created"] is True
        assert (made.document["practice"], made.document["timezone"]) == ("Oak Street Vets", "America/Denver")
        # the address is kept in the vault: no variable is needed any more
        assert cli(*INIT, "--practice", "x", "--json").document["created"] is False
        ran = cli(
            "credentials", "set", "--company-id", "4242", "--username", "practice@oakstreet.example",
            "--password-stdin", stdin=f"{site.world.password}\n",
        )  # fmt: skip
        assert ran.code == 0
        found = cli("sync", "--json")
        assert found.code == 0
        assert found.document["consultations_synced"] == 2
        assert len(cli("visits", "--json").document["visits"]) == 2
        assert cli("stop", "--json").document == {"stopped": False}
    assert PASSWORD not in (tmp_path / "home" / "profile.json").read_text()
    assert ask(shared, "SELECT count(*) AS clinics FROM public.clinics") == [{"clinics": 2}]

    as_owner(cli, shared)
    gone = cli("users", "deactivate", "--email", "reception@oak.example", "--json")
    assert gone.document == {"deactivated": [LOGIN]}
    as_owner(cli, shared)
    assert [user["active"] for user in cli("users", "list", "--json").document["users"]] == [False]
    refused = cli("status")
    assert refused.code == 7
    assert refused.err.startswith(
        "Your clinic's records didn't accept this program's sign-in: it was switched off."
    )
    assert failing_step(cli("db", "test", "--json")) == "password"


def test_how_many_connections_a_login_may_have(cli: CommandLine, shared: str) -> None:
    as_owner(cli, shared)
    assert cli("db", "prepare").code == 0
    limit = f"SELECT rolconnlimit AS found FROM pg_roles WHERE rolname = '{LOGIN}'"
    for given, code, expected in (
        (("--connections", "0"), 2, []),
        ((), 0, [{"found": 20}]),
        (("--connections", "30"), 0, [{"found": 30}]),
    ):
        as_owner(cli, shared)
        ran = cli(*ADD, *given, stdin=f"{PASSWORD}\n")
        assert ran.code == code, ran.err
        assert ask(shared, limit) == expected
        assert "connections at once" in ran.err or code == 0


@pytest.mark.parametrize(("who", "word"), [("superuser", "a superuser"), ("service", "a service login")])
def test_logins_that_may_do_too_much(
    cli: CommandLine, clinic_database: ClinicDatabase, tmp_path: Path, who: str, word: str
) -> None:
    url = clinic_database.owner_url
    if who == "service":
        as_owner(cli, url)
        added = cli("users", "add", "--email", "worker@oak.example", "--role", "service", "--login",
                    "test_cli_worker", "--password-stdin", stdin=f"{PASSWORD}\n")  # fmt: skip
        assert added.code == 0
        url = clinic_database.server.url(clinic_database.name, "test_cli_worker")
    cli.set(DATABASE_URL=url)
    ran = cli(*INIT, "--practice", "Oak Street Vets", "--neo-url", "http://127.0.0.1:9")
    assert ran.code == 7
    assert word in ran.err
    assert (
        not (tmp_path / "home" / "profile.json").exists()
        or 'complete": true' not in (tmp_path / "home" / "profile.json").read_text()
    )
    assert cli("status").code == 2


def failing_step(ran: Ran) -> str:
    """The one part of the way that is wrong."""
    assert ran.code == 7
    assert ran.document["ok"] is False
    [step] = [step for step in ran.document["steps"] if step["ok"] is False]
    assert step["words"]
    assert step["advice"]
    return str(step["name"])


def test_the_way_to_the_records(cli: CommandLine, clinic_database: ClinicDatabase) -> None:
    """The address from outside goes first; then that of the profile, once there is one."""
    assert cli("db", "test").code == 2
    url = clinic_database.url(clinic_database.people.a)
    cli.set(DATABASE_URL=url)
    ran = cli("db", "test")
    assert ran.code == 0
    assert ran.out.count("ok  ") == 7
    cli.set(DATABASE_URL=url.replace(PASSWORD, "another-password"))
    wrong = cli("db", "test")
    assert wrong.code == 7
    assert "problem    Sign-in" in wrong.out
    assert "not tried  Rights" in wrong.out
    assert "What to do: " in wrong.out
    assert "another-password" not in wrong.out + wrong.err
    cli.set(DATABASE_URL="postgresql://a:secret@no%20such%20name/x")
    assert failing_step(cli("db", "test", "--json")) == "address"
    cli.set(DATABASE_URL=url)
    assert cli(*INIT, "--practice", "Oak Street Vets", "--neo-url", "http://127.0.0.1:9").code == 0
    document = cli("db", "test", "--json").document
    assert document["ok"] is True
    names = ["address", "tls", "password", "role", "version", "migration", "person"]
    assert [(step["name"], step["ok"]) for step in document["steps"]] == [(name, True) for name in names]


def test_an_address_that_cannot_be_used_is_explained(cli: CommandLine) -> None:
    cli.set(DATABASE_URL="postgresql://a:secret@127.0.0.1:1/x?sslmode=verify-full")
    ran = cli(*INIT, "--practice", "Oak Street Vets")
    assert ran.code == 7
    assert "no database answers at 127.0.0.1:1" in ran.err
    cli.set(DATABASE_URL="oracle://a:secret@127.0.0.1/x")
    ran = cli(*INIT, "--practice", "Oak Street Vets")
    assert ran.code == 2
    assert "starts with postgresql://" in ran.err


def test_the_owners_address_is_refused_in_the_same_words(
    cli: CommandLine, clinic_database: ClinicDatabase
) -> None:
    for url, code, words in (
        (clinic_database.url(clinic_database.people.a), 7, "may not manage people"),
        (clinic_database.owner_url.replace("postgresql://", "postgresql://x"), 7, "didn't accept the login"),
        ("mysql://root:secret@127.0.0.1/x", 2, "starts with postgresql://"),
    ):
        for command in (("users", "list"), ("users", "deactivate", "--email", "a@oak.example")):
            as_owner(cli, url)
            ran = cli(*command)
            assert (ran.code, words in ran.err) == (code, True)
            assert "secret" not in ran.err


def test_a_set_up_that_was_refused_may_go_on_in_the_other_place(
    cli: CommandLine, clinic_database: ClinicDatabase, tmp_path: Path
) -> None:
    """What was chosen last counts: a mistyped clinic on the server keeps nobody from records of their own."""
    home = tmp_path / "home"
    url = clinic_database.url(clinic_database.people.a)
    cli.set(DATABASE_URL=url)
    assert cli(*INIT, "--practice", "Nobody's Clinic").code == 2
    (home / "server").write_text("in the way of a server of our own")
    assert cli(*INIT, "--practice", "Oak Street Vets").code != 0
    assert '"records": "embedded"' in (home / "profile.json").read_text()
    cli.set(DATABASE_URL=url)
    assert cli(*INIT, "--practice", "Oak Street Vets").code == 0
    assert '"records": "server"' in (home / "profile.json").read_text()


def test_people_that_can_not_be_added(cli: CommandLine, clinic_database: ClinicDatabase) -> None:
    def add(*arguments: str, stdin: str = f"{PASSWORD}\n") -> int:
        as_owner(cli, clinic_database.owner_url)
        return cli("users", "add", *arguments, "--password-stdin", stdin=stdin).code

    who = ("--email", "x@oak.example", "--role", "user")
    assert add("--email", "nobody", "--role", "user", "--login", "test_cli_x") == 2
    assert add(*who, "--login", "test_cli_x", stdin="\n") == 2
    assert add(*who, "--login", "postgres") == 2
    assert add(*who, "--login", "test_b") == 2  # another person's
    assert add(*who, "--login", 'x"; DROP ROLE test_b; --') == 2
    as_owner(cli, clinic_database.owner_url)
    assert cli("users", "deactivate", "--email", "nobody@oak.example").code == 2


def test_a_database_that_was_never_prepared(cli: CommandLine, shared: str) -> None:
    as_owner(cli, shared)
    ran = cli(*ADD, stdin=f"{PASSWORD}\n")
    assert ran.code == 7
    assert "db prepare" in ran.err

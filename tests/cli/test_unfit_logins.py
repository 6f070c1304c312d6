"""A profile refuses a login that may do too much: when it is set up, and each time it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from idexx_desktop.db import provision
from tests.cli.conftest import CommandLine
from tests.support.postgres import OAK, PASSWORD, ClinicDatabase

LOGIN = "test_cli_unfit"
INIT = ("init", "--practice", OAK, "--timezone", "America/Denver", "--email", "unfit@oak.example",
        "--neo-url", "http://127.0.0.1:9")  # fmt: skip
SUPERUSER = ("ALTER ROLE {} SUPERUSER", "a superuser")
OTHERS = [
    ("GRANT idexx_owner TO {}", "owns the records"),
    ("ALTER ROLE {} BYPASSRLS", "BYPASSRLS"),
    ("GRANT idexx_service TO {}", "a service login"),
]


@pytest.fixture
def login(clinic_database: ClinicDatabase) -> Iterator[str]:
    """The address of a login that may do no more than it should; its role is gone afterwards."""
    provision.add_user(clinic_database.owner_url, "unfit@oak.example", "user", LOGIN, PASSWORD, OAK)
    yield clinic_database.server.url(clinic_database.name, LOGIN)
    clinic_database.server.run(sql.SQL("DROP ROLE {}").format(sql.Identifier(LOGIN)))


def give(database: ClinicDatabase, power: str) -> None:
    database.server.run(sql.SQL(power).format(sql.Identifier(LOGIN)))


@pytest.mark.parametrize(("power", "words"), [SUPERUSER, *OTHERS])
def test_set_up_refuses_it(
    cli: CommandLine, clinic_database: ClinicDatabase, login: str, tmp_path: Path, power: str, words: str
) -> None:
    give(clinic_database, power)
    cli.set(DATABASE_URL=login)
    ran = cli(*INIT)
    assert ran.code == 7
    assert words in ran.err
    assert "users add --role user" in ran.err
    assert PASSWORD not in ran.out + ran.err
    cli.set(DATABASE_URL=login)
    error = cli(*INIT, "--json").document["error"]
    assert error["code"] == "database_refused"
    assert words in error["advice"]
    assert '"complete": false' in (tmp_path / "home" / "profile.json").read_text()
    assert cli("status").code == 2


@pytest.mark.parametrize(
    ("power", "words"),
    [SUPERUSER, *(pytest.param(*other, marks=pytest.mark.long(item=38)) for other in OTHERS)],
)
def test_one_that_becomes_so_later_is_refused_at_the_next_opening(
    cli: CommandLine, clinic_database: ClinicDatabase, login: str, power: str, words: str
) -> None:
    cli.set(DATABASE_URL=login)
    assert cli(*INIT).code == 0
    assert cli("status").code == 0
    give(clinic_database, power)
    for command in (("status",), ("sync",), ("visits",), ("credentials", "status"), INIT):
        ran = cli(*command)
        assert ran.code == 7
        assert words in ran.err
    tested = cli("db", "test", "--json")
    assert tested.code == 7
    assert [step["name"] for step in tested.document["steps"] if step["ok"] is False] == ["role"]

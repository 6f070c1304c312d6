"""A platform's own database is adopted: what is there stays as it was, ours comes beside it, or nothing happens."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest
from psycopg import sql

from idexx_desktop.db import migrate, provision
from idexx_desktop.db.connecting import make_engine
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.attacks.expectations import HOST
from tests.attacks.rows import TABLES
from tests.db_repositories.made_up import a_visit, write_with_call
from tests.support.dump import dump_of
from tests.support.platform import ANNA, CASES, CLINIC, VARIANTS, make_platform, rows_of
from tests.support.postgres import NEO_URL, OAK, PASSWORD, TestServer
from tests.support.schema import schema_of

OURS = sorted(TABLES.keys() - HOST)
# all that is added to what is the platform's: our own policies, and what our groups are granted
ADDED = re.compile(
    r"CREATE POLICY idexx_\w+ ON public\.\w+ .*|GRANT [\w,() ]+ ON .* TO idexx_(owner|user|admin|service)",
    re.DOTALL,
)


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_of_the_platforms_is_touched(empty_database: str, variant: str) -> None:
    """As the server's own dump tells it, rows and all; and nothing of ours is left where we go again."""
    make_platform(empty_database, variant)
    before = dump_of(empty_database)
    provision.prepare(empty_database)
    after = dump_of(empty_database, leave_out=OURS)
    assert [statement for statement in before if statement not in after] == []
    added = [statement for statement in after if statement not in before]
    assert len(added) > 100
    assert [statement for statement in added if not ADDED.fullmatch(statement)] == []
    migrate.downgrade(empty_database, "base")
    assert dump_of(empty_database) == before


@pytest.mark.parametrize("variant", VARIANTS)
def test_visits_and_calls_are_written(
    adopt: Callable[[str], str], postgres: TestServer, variant: str
) -> None:
    """By a user's own login, whatever else the platform's tables have."""
    url = adopt(variant)
    provision.create_clinic(url, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    provision.add_user(url, "anna@oak.example", "user", "test_anna", PASSWORD, OAK)
    address = postgres.url(url.rsplit("/", 1)[1], "test_anna")
    with (
        closing(Database(address)) as database,
        ClinicRecords(database, ANNA, CLINIC).transaction() as tx,
    ):
        made = write_with_call(tx, a_visit(1), "a:1"), write_with_call(tx, a_visit(2, pet="Nala"), "a:2")
    calls = {str(row[0]) for row in rows_of(url)["scheduled_discharge_calls"]}
    assert len(set(made) & calls) == 2


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_second_run_changes_nothing(adopt: Callable[[str], str], variant: str) -> None:
    url = adopt(variant)
    before, schema = dump_of(url), schema_of(url)
    assert provision.prepare(url) == [f"nothing to do: the database is at revision {migrate.head()}"]
    migrate.upgrade(url)
    assert (dump_of(url), schema_of(url)) == (before, schema)


def test_a_dry_run_says_everything_and_does_nothing(empty_database: str) -> None:
    make_platform(empty_database)
    before = schema_of(empty_database)
    said = provision.prepare(empty_database, dry_run=True)
    assert schema_of(empty_database) == before
    assert [line for line in said if line.startswith("would adopt table")] != []
    assert any("keep the platform from deleting cases" in line for line in said)
    assert [line.split(":")[0] for line in said if line.startswith("would apply")] == [
        f"would apply {revision}" for revision, _ in migrate.revisions()
    ]
    done = provision.prepare(empty_database)
    assert len(done) == len(said) or any("group roles" in line for line in said)


def test_a_synced_case_cannot_be_deleted_by_the_platform(adopted_database: str) -> None:
    """What the note of `db prepare` says."""
    with psycopg.connect(adopted_database) as connection:
        connection.execute(
            "INSERT INTO consultation_sync_status (consultation_id, user_id, case_id) VALUES ('1', %s, %s)",
            (ANNA, CASES[ANNA]),
        )
        connection.execute("DELETE FROM scheduled_discharge_calls")
        with pytest.raises(psycopg.errors.ForeignKeyViolation, match="consultation_sync_status"):
            connection.execute("DELETE FROM cases WHERE id = %s", (CASES[ANNA],))


DAMAGE = {
    "ALTER TABLE public.cases DROP COLUMN external_id; ALTER TABLE public.patients DROP COLUMN owner_phone": [
        "table cases: missing external_id",
        "table patients: missing owner_phone",
    ],
    "ALTER TABLE public.cases ALTER COLUMN metadata TYPE json": [
        "table cases: metadata is json, needed jsonb"
    ],
    "ALTER TABLE public.cases ALTER COLUMN scheduled_at TYPE timestamp": [
        "table cases: scheduled_at is timestamp without time zone, needed timestamp with time zone"
    ],
    "ALTER TABLE public.patients DISABLE ROW LEVEL SECURITY": ["table patients: row security is off"],
    "ALTER TABLE public.scheduled_discharge_calls DROP CONSTRAINT scheduled_discharge_calls_pkey": [
        "table scheduled_discharge_calls: id is not unique"
    ],
    "CREATE TABLE public.idexx_credentials (id uuid, username_encrypted bytea)": [
        "table idexx_credentials: exists already and was not made by this program"
    ],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_does_not_fit_is_listed_and_refused(empty_database: str, damage: str) -> None:
    make_platform(empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute(damage.encode())
    before = schema_of(empty_database)
    for attempt in (provision.prepare, migrate.upgrade):
        with pytest.raises(Failure) as refused:
            attempt(empty_database)
        assert refused.value.code == FailureCode.DATABASE_OUTDATED
        lines = refused.value.detail.splitlines()
        assert len(lines) == 1 + len(DAMAGE[damage])
        for line, expected in zip(lines[1:], DAMAGE[damage], strict=True):
            assert expected in line
    assert schema_of(empty_database) == before


def test_every_column_that_is_needed_is_missed(empty_database: str) -> None:
    make_platform(empty_database)
    needed = migrate.revision_module(migrate.revisions()[0][0]).NEEDED
    with make_engine(empty_database, pool_size=0).connect() as connection:
        assert migrate.look_at(connection)[1] == []
        connection.rollback()
        for table, columns in needed.items():
            for column in columns:
                connection.exec_driver_sql(f"ALTER TABLE public.{table} DROP COLUMN {column} CASCADE")
                assert f"table {table}: missing {column}" in migrate.look_at(connection)[1]
                connection.rollback()


@pytest.mark.parametrize("made", ["TABLE {} (id uuid, other bytea)", "VIEW {} AS SELECT 1 AS id"])
def test_every_name_of_ours_that_is_taken_is_said(empty_database: str, made: str) -> None:
    """Before anything is touched, and never altered."""
    make_platform(empty_database)
    with psycopg.connect(empty_database) as connection:
        for table in OURS:
            connection.execute(sql.SQL("CREATE " + made).format(sql.Identifier(table)))
    before = dump_of(empty_database)
    with pytest.raises(Failure) as refused:
        provision.prepare(empty_database)
    expected = {f"table {table}: exists already and was not made by this program" for table in OURS}
    assert {line.strip() for line in refused.value.detail.splitlines()[1:]} == expected
    assert dump_of(empty_database) == before


def test_people_are_linked_and_never_made(adopted_database: str) -> None:
    before = rows_of(adopted_database)
    provision.create_clinic(adopted_database, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    assert (
        provision.add_user(adopted_database, "anna@OAK.example", "user", "adopted_anna", "pw-of-anna", OAK)
        == ANNA
    )
    attempts: list[Callable[[], object]] = [
        lambda: provision.add_user(adopted_database, "new@oak.example", "user", "adopted_new", "pw", OAK),
        lambda: provision.add_user(
            adopted_database, "ben@oak.example", "user", "adopted_ben", "pw", "Elsewhere"
        ),
        lambda: provision.create_clinic(adopted_database, "Elsewhere", "America/Denver", neo_url=NEO_URL),
    ]
    for refused in attempts:
        with pytest.raises(Failure) as failure:
            refused()
        assert failure.value.code == FailureCode.INVALID_INPUT
    assert rows_of(adopted_database) == before
    assert [entry.login for entry in provision.list_users(adopted_database)] == ["adopted_anna"]

"""A platform's own database is adopted: what is there stays as it was, ours comes beside it, or nothing happens."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from idexx_desktop.db import migrate, provision
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.platform import ANNA, CASES, TABLES, make_platform, rows_of
from tests.support.postgres import NEO_URL, OAK
from tests.support.schema import Schema, of_tables, schema_of

GROUPS = {"idexx_owner", "idexx_user", "idexx_admin", "idexx_service"}


def without_ours(schema: Schema) -> Schema:
    """What the catalog says of the platform's tables, without our policies and what is granted to our groups."""
    found = of_tables(schema, TABLES)
    found["policies"] = [row for row in found["policies"] if not str(row[2]).startswith("idexx_")]
    found["privileges"] = [row for row in found["privileges"] if row[2] not in GROUPS]
    found["column privileges"] = [row for row in found["column privileges"] if row[3] not in GROUPS]
    return found


def test_nothing_of_the_platforms_is_touched(empty_database: str) -> None:
    make_platform(empty_database)
    schema, rows = schema_of(empty_database), rows_of(empty_database)
    provision.prepare(empty_database)
    assert without_ours(schema_of(empty_database)) == without_ours(schema)
    assert rows_of(empty_database) == rows
    migrate.downgrade(empty_database, "base")
    assert of_tables(schema_of(empty_database), TABLES) == of_tables(schema, TABLES)
    assert rows_of(empty_database) == rows


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
    assert provision.prepare(empty_database) == [
        f"nothing to do: the database is at revision {migrate.head()}"
    ]


def test_a_synced_case_cannot_be_deleted_by_the_platform(empty_database: str) -> None:
    """What the note of `db prepare` says."""
    make_platform(empty_database)
    provision.prepare(empty_database)
    with psycopg.connect(empty_database) as connection:
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


def test_people_are_linked_and_never_made(empty_database: str) -> None:
    make_platform(empty_database)
    provision.prepare(empty_database)
    before = rows_of(empty_database)
    provision.create_clinic(empty_database, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    assert (
        provision.add_user(empty_database, "anna@OAK.example", "user", "adopted_anna", "pw-of-anna", OAK)
        == ANNA
    )
    attempts: list[Callable[[], object]] = [
        lambda: provision.add_user(empty_database, "new@oak.example", "user", "adopted_new", "pw", OAK),
        lambda: provision.add_user(
            empty_database, "ben@oak.example", "user", "adopted_ben", "pw", "Elsewhere"
        ),
        lambda: provision.create_clinic(empty_database, "Elsewhere", "America/Denver", neo_url=NEO_URL),
    ]
    for refused in attempts:
        with pytest.raises(Failure) as failure:
            refused()
        assert failure.value.code == FailureCode.INVALID_INPUT
    assert rows_of(empty_database) == before
    assert [entry.login for entry in provision.list_users(empty_database)] == ["adopted_anna"]

"""Every table, every command, every identity: what happens is what the documents say, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from idexx_desktop.db import provision
from tests.db.rows import TABLES, THERE_ALREADY, Things, fill, insert_into, whose
from tests.support.postgres import PASSWORD, TEMPLATE, ClinicDatabase, People, TestServer

IDENTITIES = ("a", "b", "colleague", "admin", "service", "unmapped", "ungrouped")
COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Filled:
    """A database with a row of A's and a row of B's in every table."""

    database: ClinicDatabase
    a: Things
    b: Things
    connections: dict[str, psycopg.Connection] = field(default_factory=dict)


@pytest.fixture(scope="module")
def filled(postgres: TestServer, people: People) -> Iterator[Filled]:
    """Made once: what a test does with it is rolled back, or undone."""
    database = ClinicDatabase(postgres, postgres.create(template=TEMPLATE), people)
    provision.add_user(database.owner_url, "service@elm.example", "service", "test_service", PASSWORD)
    with psycopg.connect(database.owner_url) as owner:
        for name in ("test_unmapped", "test_ungrouped"):
            owner.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(name), sql.Literal(PASSWORD)
                )
            )
        owner.execute("GRANT idexx_user TO test_unmapped")
        filled = Filled(database, fill(owner, people.a), fill(owner, people.b))
    yield filled
    for connection in filled.connections.values():
        connection.close()
    postgres.drop(database.name)
    for name in ("test_service", "test_unmapped", "test_ungrouped"):
        postgres.run(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@contextmanager
def connected(filled: Filled, identity: str) -> Iterator[psycopg.Connection]:
    """A transaction of this identity's, rolled back at the end unless the test commits it."""
    connection = filled.connections.get(identity)
    if connection is None:
        database = filled.database
        connection = psycopg.connect(database.server.url(database.name, f"test_{identity}"))
        filled.connections[identity] = connection
    try:
        yield connection
    finally:
        connection.rollback()


def seen_by(identity: str, table: str) -> set[str] | None:
    """Whose rows an identity reads; None where it is refused."""
    rules = TABLES[table]
    shared = rules.kind == "clinic"
    return {
        "a": {"A"},
        "b": {"B"},
        "colleague": {"A"} if shared else {"other"} if table in THERE_ALREADY else set(),
        "admin": {"A", "B"} if rules.admin_reads else set(),
        "service": {"A", "B"},
        "unmapped": set(),
        "ungrouped": None,
    }[identity]


def changeable_by(identity: str, table: str, command: str) -> set[str] | None:
    """Whose rows an identity changes; None where it is refused."""
    if identity == "service":
        return None if table == "idexx_sync_audit_log" else {"A", "B"}
    if identity == "ungrouped" or command not in TABLES[table].commands:
        return None
    if identity == "admin":  # a member of B's clinic, and nobody else's
        return {"B"} if TABLES[table].kind == "clinic" else set()
    return seen_by(identity, table)


@pytest.mark.parametrize("table", TABLES)
def test_reading(filled: Filled, table: str) -> None:
    for identity in IDENTITIES:
        expected = seen_by(identity, table)
        with connected(filled, identity) as connection:
            if expected is None:
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(whose(table, filled.database))
                continue
            found = {row[0] for row in connection.execute(whose(table, filled.database))}
        # other people are there, too: only A's and B's rows were put in every table
        hidden = {"other"} if identity in ("admin", "service") else set()
        assert found - hidden == expected, identity


@pytest.mark.parametrize("table", TABLES)
def test_adding(filled: Filled, table: str) -> None:
    """A row of one's own where that is allowed; never one of somebody else's, and never an id."""
    for identity in IDENTITIES:
        for owner, things in (("A", filled.a), ("B", filled.b)):
            allowed = changeable_by(identity, table, "INSERT")
            # who recorded it is the writer, so that even a shared row can't be written in another's name
            by_writer = "decided_by" in TABLES[table].columns or "recorded_by" in TABLES[table].columns
            mine = identity == "service" or {"a": "A", "b": "B"}.get(identity) == owner
            expected = allowed is not None and owner in allowed and (mine or not by_writer)
            with connected(filled, identity) as connection:
                assert adds(connection, table, things) is expected, (identity, owner)
                connection.rollback()


def adds(connection: psycopg.Connection, table: str, things: Things) -> bool:
    try:
        connection.execute(insert_into(table), things.values())
    except InsufficientPrivilege:
        return False
    except psycopg.errors.UniqueViolation:
        return True  # row security was passed: it is checked first
    return True


@pytest.mark.parametrize("command", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("table", TABLES)
def test_changing_and_removing(filled: Filled, table: str, command: str) -> None:
    column = TABLES[table].changed
    statement = (
        f"UPDATE {table} SET {column} = {column}" if command == "UPDATE" else f"DELETE FROM {table}"
    ).encode()
    for identity in IDENTITIES:
        expected = changeable_by(identity, table, command)
        with connected(filled, identity) as connection:
            if expected is None:
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(statement)
                continue
            if identity == "service" and command == "DELETE":
                continue  # allowed, and refused by foreign keys where something still refers to the row
            reader = b" RETURNING " + whose(table, filled.database).split(b"DISTINCT ")[1].split(b" FROM")[0]
            found = {row[0] for row in connection.execute(statement + reader)}
            connection.rollback()
        hidden = {"other"} if identity == "service" else set()
        assert found - hidden == expected, identity


@pytest.mark.parametrize("table", sorted(TABLES.keys() - {"clinic_members"}))
def test_nobody_writes_an_id_or_gives_a_row_away(filled: Filled, table: str) -> None:
    with connected(filled, "a") as connection:
        for column, value in (("id", str(uuid4())), ("user_id", filled.b.user)):
            exists = connection.execute(
                "SELECT FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
                (table, column),
            ).fetchone()
            if exists is not None:
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(f"UPDATE {table} SET {column} = '{value}'".encode())
                connection.rollback()


REFERRING = (
    ("patients", "case"), ("scheduled_discharge_calls", "case"), ("visits", "case"), ("call_visits", "call"),
    ("call_outcomes", "call"), ("consultation_sync_status", "case"), ("consultation_sync_status", "call"),
    ("neo_cookies", "credential"), ("cases", "clinic"), ("idexx_sync_sessions", "clinic"), ("visits", "clinic"),
)  # fmt: skip


@pytest.mark.parametrize(("table", "name"), REFERRING)
def test_a_foreign_id_tells_nothing(filled: Filled, table: str, name: str) -> None:
    """Referring to B's row and to no row at all end alike, so that A can't find out which ids exist."""
    endings = []
    for value in (filled.b.values()[name], str(uuid4())):
        with connected(filled, "a") as connection, pytest.raises(InsufficientPrivilege) as refused:
            connection.execute(insert_into(table), {**filled.a.values(), name: value})
        endings.append((refused.value.sqlstate, str(refused.value)))
    assert endings[0] == endings[1]


def test_admins_see_the_state_of_a_sign_in_and_no_secret(filled: Filled) -> None:
    query = "SELECT * FROM idexx_app.credential_states()"
    with connected(filled, "admin") as connection:
        cursor = connection.execute(query)
        assert cursor.description is not None
        assert not any("encrypted" in column.name for column in cursor.description)
        assert {str(row[1]) for row in cursor.fetchall()} == {filled.a.user, filled.b.user}
    with connected(filled, "a") as connection:
        assert connection.execute(query).fetchall() == []


def test_one_call_a_visit_across_users(filled: Filled) -> None:
    """The first user of a clinic who claims a visit owns it; the other learns the call's state, not its row."""
    claim = "SELECT is_mine, call_id::text, call_status FROM idexx_app.claim_visit(%s, %s)"
    clinic = filled.a.clinic
    with connected(filled, "a") as connection:
        assert connection.execute(claim, (clinic, "a:1")).fetchone() == (True, None, None)
        connection.execute(insert_into("call_visits"), {**filled.a.values(), "key": "a:1"})
        connection.commit()
    with connected(filled, "colleague") as connection:
        assert connection.execute(claim, (clinic, "a:1")).fetchone() == (False, filled.a.call, "queued")
        with pytest.raises(InsufficientPrivilege):
            connection.execute(insert_into("call_visits"), {**filled.a.values(), "key": "a:1"})
    with connected(filled, "b") as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(claim, (clinic, "a:1"))


SHARED = ("clinics", "clinic_settings", "visits", "opt_outs")


def test_membership_ends_with_its_row(filled: Filled) -> None:
    end = "DELETE FROM clinic_members WHERE user_id = %s"
    begin = "INSERT INTO clinic_members (user_id, clinic_id) VALUES (%s, %s)"
    with (
        psycopg.connect(filled.database.owner_url, autocommit=True) as owner,
        connected(filled, "b") as connection,
    ):
        owner.execute(end, (filled.b.user,))
        found = [connection.execute(whose(table, filled.database)).fetchall() for table in SHARED]
        owner.execute(begin, (filled.b.user, filled.b.clinic))
        assert found == [[]] * len(SHARED)
        assert all(connection.execute(whose(table, filled.database)).fetchall() for table in SHARED)

"""Every table, every command, every identity: what happens is what the documents say, and nothing else."""

from __future__ import annotations

from collections import Counter
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import DataError, ForeignKeyViolation, InsufficientPrivilege, UniqueViolation

from tests.attacks import expectations
from tests.attacks.expectations import HOST, Expected
from tests.attacks.filled import Filled, whose
from tests.attacks.rows import TABLES, Things, insert_into

REFUSED: Expected = None


def settled(filled: Filled, table: str, found: Expected) -> Expected:
    """A platform may grant its tables to everybody: our policies then leave nothing where ours would refuse."""
    return Counter() if found is REFUSED and filled.is_adopted and table in HOST else found


def asked(filled: Filled, table: str) -> list[str]:
    """Everybody; on a platform's own table a login of no group of ours is the platform's business."""
    strangers = {"ungrouped"} if filled.is_adopted and table in HOST else set()
    return [who for who in filled.identities if who not in strangers]


@pytest.mark.parametrize("table", TABLES)
def test_reading(filled: Filled, table: str) -> None:
    for who in asked(filled, table):
        with filled.connected(who) as connection:
            found = read(connection, whose(filled.labels, table))
        expected = expectations.readable(filled, who, table)
        assert settled(filled, table, found) == settled(filled, table, expected), who


def read(connection: psycopg.Connection, query: bytes) -> Expected:
    try:
        return Counter(row[0] for row in connection.execute(query))
    except InsufficientPrivilege:
        return REFUSED
    except DataError:  # a platform's own policy fails at malformed claims
        return Counter()


@pytest.mark.parametrize("table", TABLES)
def test_adding(filled: Filled, table: str) -> None:
    """A row of one's own where that is allowed; never one of somebody else's."""
    for who in asked(filled, table):
        for label, things in (("A", filled.a), ("B", filled.b)):
            with filled.connected(who) as connection:
                found = adds(connection, table, things)
            assert found is expectations.addable(filled, who, table, label), (who, label)


def adds(connection: psycopg.Connection, table: str, things: Things) -> bool:
    try:
        connection.execute(insert_into(table), things.values())
    except (InsufficientPrivilege, DataError):
        return False
    except UniqueViolation:
        return True  # row security was passed: it is checked first
    return True


@pytest.mark.parametrize("command", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("table", TABLES)
def test_changing_and_removing(filled: Filled, table: str, command: str) -> None:
    """All that there is, without a condition: it takes no right to read."""
    setting = f"public.{table} SET {TABLES[table].changed} = DEFAULT"
    statement = f"UPDATE {setting}" if command == "UPDATE" else f"DELETE FROM public.{table}"
    for who in asked(filled, table):
        expected = settled(filled, table, expectations.changeable(filled, who, table, command))
        with filled.connected(who) as connection:
            found = change(connection, statement)
        if found == "still referred to":
            assert (who, expected) == ("service", filled.counts[table])
        else:
            assert found == (None if expected is None else expected.total()), who


def change(connection: psycopg.Connection, statement: str) -> int | str | None:
    try:
        return connection.execute(statement.encode()).rowcount
    except InsufficientPrivilege:
        return None
    except DataError:
        return 0
    except ForeignKeyViolation:
        return "still referred to"


@pytest.mark.parametrize("table", sorted(TABLES.keys() - {"clinic_members"}))
def test_nobody_writes_an_id_or_gives_a_row_away(our_own: Filled, table: str) -> None:
    """Neither an id, nor who a row belongs to, nor who wrote it: no privilege, whatever the value."""
    attempts = {"id": str(uuid4())}
    attempts |= {
        column: our_own.b.user for column, name in TABLES[table].references().items() if name == "user"
    }
    with our_own.connected("a") as connection:
        rows = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0",
            (f"public.{table}",),
        ).fetchall()
        for column in attempts.keys() & {row[0] for row in rows}:
            statement = f"UPDATE public.{table} SET {column} = '{attempts[column]}'"
            with pytest.raises(InsufficientPrivilege, match="permission denied"):
                connection.execute(statement.encode())
            connection.rollback()


SEQUENCE_COMMANDS = ("SELECT FROM {}", "SELECT nextval('{}')", "SELECT setval('{}', 1)")
TABLE_COMMANDS = (
    "SELECT FROM {}", "DELETE FROM {}", "TRUNCATE {}", "INSERT INTO {} DEFAULT VALUES", "LOCK {}", "COPY {} TO STDOUT"
)  # fmt: skip


def test_the_owners_own_tables_are_closed(filled: Filled) -> None:
    """Whatever is in `idexx_app`: for nobody but the owner, other than by its functions."""
    with psycopg.connect(filled.database.owner_url) as owner:
        tables = owner.execute(
            "SELECT oid::regclass::text, relkind = 'S' FROM pg_class"
            " WHERE relnamespace = 'idexx_app'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')"
        ).fetchall()
    assert len(tables) > 6
    for who in filled.identities:
        with filled.connected(who) as connection:
            for name, is_sequence in tables:
                for statement in SEQUENCE_COMMANDS if is_sequence else TABLE_COMMANDS:
                    with pytest.raises(InsufficientPrivilege):
                        connection.execute(statement.format(name).encode())
                    connection.rollback()

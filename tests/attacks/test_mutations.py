"""A policy that is dropped, loosened or widened is noticed: hundreds of mutations, made from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.attacks.expectations import HOST
from tests.attacks.filled import Filled
from tests.attacks.policies import OWNER, become, everything_granted, first_surprise, outcome, undone
from tests.attacks.rows import TABLES

Policy = dict[str, str | None]
# a value of each type for a column that must have one; tables of the owner's are small and plain
VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "md5(random()::text)",
    "character varying": "md5(random()::text)",
    "timestamp with time zone": "now()",
    "bigint": "1",
    "integer": "1",
    "oid": "1",
    "date": "date '2020-01-01'",
    "bytea": "sha256('x')",
    "boolean": "true",
    "jsonb": "'{}'",
}


def policies_of(root: psycopg.Connection, table: str) -> list[Policy]:
    """Our policies on `schema.table`."""
    cursor = root.cursor(row_factory=dict_row)
    return cursor.execute(
        "SELECT policyname AS name, permissive, cmd, qual, with_check FROM pg_policies"
        " WHERE format('%%s.%%s', schemaname, tablename) = %s"
        " AND (policyname LIKE 'idexx\\_%%' OR schemaname = 'idexx_app') ORDER BY policyname",
        (table,),
    ).fetchall()


def mutations(policies: list[Policy], table: str) -> Iterator[str]:
    """Statements that each make one policy allow more, or take it away."""
    reading = next((policy["qual"] for policy in policies if policy["name"] == "idexx_user_select"), None)
    for policy in policies:
        alter = f"ALTER POLICY {policy['name']} ON {table}"
        qual, check = policy["qual"], policy["with_check"]
        yield f"DROP POLICY {policy['name']} ON {table}"
        yield f"{alter} TO public"
        if qual not in (None, "true"):
            yield f"{alter} USING (true)"
        # where no row may be changed at all, what it may become says nothing
        if check not in (None, "true") and qual != "false":
            yield f"{alter} WITH CHECK (true)"
            if reading is not None and check not in (reading, "false"):
                yield f"{alter} WITH CHECK ({reading})"


@pytest.mark.parametrize("table", TABLES)
def test_policies_alone_hold(filled: Filled, table: str) -> None:
    """Nothing rests on a privilege that somebody might grant one day."""
    with everything_granted(filled, f"public.{table}") as root:
        assert first_surprise(root, filled, table) is None


@pytest.mark.parametrize("table", TABLES)
def test_every_mutation_is_noticed(our_own: Filled, table: str) -> None:
    with everything_granted(our_own, f"public.{table}") as root:
        statements = [*mutations(policies_of(root, f"public.{table}"), f"public.{table}")]
        statements.append(f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY")
        assert len(statements) > 5
        missed = [statement for statement in statements if not is_noticed(root, our_own, table, statement)]
    assert missed == []


@pytest.mark.parametrize("table", sorted(HOST))
def test_every_mutation_is_noticed_on_a_platforms_table(adopted: Filled, table: str) -> None:
    """What it allows is limited by our restrictive policies, and what it doesn't is allowed by our permissive ones."""
    name = f"public.{table}"
    with everything_granted(adopted, name) as root:
        policies = policies_of(root, name)
        restrictive = [policy for policy in policies if policy["permissive"] == "RESTRICTIVE"]
        assert {policy["cmd"] for policy in restrictive} == {"ALL", "SELECT", "INSERT", "UPDATE", "DELETE"}
        missed = [each for each in mutations(restrictive, name) if not is_noticed(root, adopted, table, each)]
        drop_the_platforms(root, name)
        assert first_surprise(root, adopted, table) is None
        dropped = [
            f"DROP POLICY {policy['name']} ON {name}" for policy in policies if policy not in restrictive
        ]
        missed += [each for each in dropped if not is_noticed(root, adopted, table, each)]
    assert missed == []


def drop_the_platforms(root: psycopg.Connection, table: str) -> None:
    """Its own policies."""
    found = root.execute(
        "SELECT polname FROM pg_policy WHERE polrelid = %s::regclass AND polname NOT LIKE 'idexx\\_%%'",
        (table,),
    ).fetchall()
    assert found != []
    for (name,) in found:
        root.execute(f"DROP POLICY {name} ON {table}".encode())


@pytest.mark.parametrize("table", TABLES)
def test_a_platforms_table_has_our_own_policies(our_own: Filled, adopted: Filled, table: str) -> None:
    found = []
    for filled in (our_own, adopted):
        with psycopg.connect(filled.database.owner_url) as root:
            policies = policies_of(root, f"public.{table}")
            found.append([policy for policy in policies if policy["permissive"] == "PERMISSIVE"])
    assert found[0] == found[1] != []


def is_noticed(root: psycopg.Connection, filled: Filled, table: str, statement: str) -> bool:
    with undone(root):
        root.execute(statement.encode())
        return first_surprise(root, filled, table) is not None


def test_every_mutation_is_noticed_on_the_owners_tables(our_own: Filled) -> None:
    """They have rows here, are granted to everybody, and still show nothing to anybody but the owner."""
    with psycopg.connect(our_own.database.owner_url) as root:
        names = root.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'idexx_app'::regnamespace"
            " AND relkind IN ('r', 'p')"
        ).fetchall()
    assert len(names) > 6
    for (table,) in names:
        with everything_granted(our_own, table) as root:
            add_row(root, table)
            assert is_closed(root, our_own, table), table
            statements = [*mutations(policies_of(root, table), table)]
            statements.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            assert len(statements) == 3
            for statement in statements:
                with undone(root):
                    root.execute(statement.encode())
                    assert not is_closed(root, our_own, table), statement


def add_row(root: psycopg.Connection, table: str) -> None:
    needed = root.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND attnotnull AND NOT atthasdef AND attidentity = '' AND NOT attisdropped",
        (table,),
    ).fetchall()
    names = ", ".join(name for name, _ in needed)
    values = ", ".join(VALUES[kind] for _, kind in needed)
    root.execute(f"INSERT INTO {table} ({names}) VALUES ({values})".encode())


def is_closed(root: psycopg.Connection, filled: Filled, table: str) -> bool:
    """Whether the owner reads and removes every row, and everybody else none."""
    count = root.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert count is not None
    assert count[0] > 0
    read, remove = f"SELECT 'row' FROM {table}".encode(), f"DELETE FROM {table}".encode()
    for who in (OWNER, *filled.identities.values()):
        with undone(root):
            become(root, who)
            found = (outcome(root, read), outcome(root, remove))
        expected = count[0] if who is OWNER else 0
        if found != (({"row": expected} if expected else {}), expected):
            return False
    return True

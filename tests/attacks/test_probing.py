"""Whether a row of somebody else exists can't be found out: a guess ends alike whether it is right or wrong.

For every foreign key and every unique key of every table that a user may write, and for every function that they may
call: same SQLSTATE, same words, same number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import class_row

from tests.attacks.filled import Filled
from tests.attacks.rows import REFERENCES, TABLES, Things, insert_into

WRITABLE = sorted(table for table, rules in TABLES.items() if rules.commands & {"INSERT", "UPDATE"})
# what a colleague learns by design: this visit of our clinic has a case of another's (`others_cases` says it as well).
# A platform's own key over all its clinics tells it even beyond the clinic, and is not ours to change.
KNOWN_TO_COLLEAGUES = {"cases_clinic_id_external_id_key"}
KNOWN_TO_ALL = {"cases_external"}
# where a platform grants INSERT to everybody, ids included; ours have no such privilege
GRANTED_BY_PLATFORM = {"cases_pkey", "patients_pkey", "scheduled_discharge_calls_pkey"}
# an argument of each type that a function takes beside the id that is probed
ARGUMENTS = {
    "text": "'a:1'",
    "text[]": "ARRAY['a:1']",
    "bigint": "1",
    "boolean": "true",
    "jsonb": "'[]'",
    "double precision": "30",
    "uuid": "gen_random_uuid()",
    "uuid[]": "ARRAY[gen_random_uuid()]",
    "date": "'2026-11-20'",
    "integer": "1",
    "timestamp with time zone": "NULL",
}


class Key(NamedTuple):
    """A unique index: its columns, and which rows it is about."""

    name: str
    columns: list[str]
    predicate: str | None


def ending(connection: psycopg.Connection, statement: bytes, values: dict[str, str], probed: str) -> object:
    """How a statement ends: its error, but for the value that was tried, or its number of rows."""
    try:
        cursor = connection.execute(statement, values)
        rows = cursor.fetchall() if cursor.description else []
        return (cursor.rowcount, rows)
    except psycopg.Error as error:
        found = error.diag
        words = (found.message_primary, found.message_detail, found.message_hint, found.context)
        return (error.sqlstate, found.constraint_name, *((each or "").replace(probed, "?") for each in words))
    finally:
        connection.rollback()


def granted(connection: psycopg.Connection, table: str, columns: list[str], command: str) -> bool:
    row = connection.execute(
        "SELECT bool_and(has_column_privilege(%s, name, %s)) FROM unnest(%s::text[]) name",
        (f"public.{table}", command, columns),
    ).fetchone()
    return row is not None and bool(row[0])


@pytest.mark.parametrize("table", WRITABLE)
def test_foreign_keys(filled: Filled, table: str) -> None:
    with psycopg.connect(filled.database.owner_url) as owner:
        keys = owner.execute(
            "SELECT a.attname, k.confrelid::regclass::text FROM pg_constraint k"
            " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)"
            " WHERE k.conrelid = %s::regclass AND k.contype = 'f' AND a.attname <> 'id'",
            (f"public.{table}",),
        ).fetchall()
    names = {target: name for name, target in REFERENCES.items()}
    for column, target in keys:
        foreign = str(getattr(filled.b, names[target]))
        assert column in TABLES[table].values, f"{table}.{column}: add it to the row that is tried"
        with filled.connected("a") as connection:
            for statement in writing(connection, table, column):
                endings = [
                    ending(connection, statement, filled.a.values(probe=value), value)
                    for value in (foreign, str(uuid4()))
                ]
                assert endings[0] == endings[1], statement


def writing(connection: psycopg.Connection, table: str, column: str) -> Iterator[bytes]:
    """The ways in which a user may write this column."""
    if granted(connection, table, [column], "INSERT"):
        statement = insert_into(table, **{column: "%(probe)s"})
        yield statement
        yield statement + b" ON CONFLICT DO NOTHING"
    if granted(connection, table, [column], "UPDATE"):
        yield f"UPDATE public.{table} SET {column} = %(probe)s".encode()


@pytest.mark.parametrize("table", WRITABLE)
def test_own_references_are_accepted(filled: Filled, table: str) -> None:
    """So that the above is refused for what it refers to, and for nothing else."""
    if "INSERT" in TABLES[table].commands:
        with filled.connected("a") as connection:
            found = ending(connection, insert_into(table), filled.a.values(), "")
        assert isinstance(found, tuple)
        assert found[0] in (1, "23505")


@pytest.mark.parametrize("table", WRITABLE)
def test_unique_keys(filled: Filled, table: str) -> None:
    """B's values are tried by A, whole and in an own row; and A's by a colleague of the same clinic."""
    shown_to_all = KNOWN_TO_ALL | (GRANTED_BY_PLATFORM if filled.is_adopted else set())
    for key in keys_of(filled, table):
        attacks = {"a": (filled.a, filled.b)}
        if TABLES[table].kind != "clinic":  # shared rows are the colleague's to see
            attacks["colleague"] = (filled.colleague, filled.a)
        told = {
            who for who, (mine, victim) in attacks.items() if tells(filled, who, mine, table, key, victim)
        }
        known = {"colleague"} if key.name in KNOWN_TO_COLLEAGUES else set()
        assert told == (set(attacks) if key.name in shown_to_all else known), key.name


def keys_of(filled: Filled, table: str) -> list[Key]:
    with psycopg.connect(filled.database.owner_url, row_factory=class_row(Key)) as owner:
        return owner.execute(
            "SELECT i.indexrelid::regclass::text AS name, pg_get_expr(i.indpred, i.indrelid) AS predicate,"
            " ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid"
            "  AND a.attnum = ANY(i.indkey)) AS columns"
            " FROM pg_index i WHERE i.indrelid = %s::regclass AND i.indisunique",
            (f"public.{table}",),
        ).fetchall()


def values_of(filled: Filled, table: str, key: Key, things: Things) -> dict[str, str]:
    """The victim's row, as far as this key goes."""
    owner_column, owner_id = ("user_id", things.user)
    if TABLES[table].kind == "clinic":
        owner_column, owner_id = ("clinic_id", things.clinic)
    with psycopg.connect(filled.database.owner_url) as owner:
        texts = ", ".join(f"{column}::text" for column in key.columns)
        row = owner.execute(
            f"SELECT {texts} FROM public.{table} WHERE {owner_column} = %s LIMIT 1".encode(), (owner_id,)
        ).fetchone()
    assert row is not None
    assert None not in row, f"{table}.{key.columns}: give the row a value"
    return dict(zip(key.columns, row, strict=True))


def tells(filled: Filled, who: str, mine: Things, table: str, key: Key, victim: Things) -> bool:
    """Whether a right guess ends unlike a wrong one."""
    right = values_of(filled, table, key, victim)
    wrong = {name: nobodys(value) for name, value in right.items()}
    with filled.connected(who) as connection:
        for columns in (set(right), set(right) - {"user_id", "clinic_id"}):
            if columns and granted(connection, table, sorted(columns), "INSERT"):
                for statement in guesses(connection, table, key, columns):
                    endings = [
                        ending(
                            connection,
                            statement,
                            mine.values(**{name: tried[name] for name in columns}),
                            "\0",
                        )
                        for tried in (right, wrong)
                    ]
                    if str(endings[0]) != str(endings[1]):
                        return True
    return False


def guesses(connection: psycopg.Connection, table: str, key: Key, columns: set[str]) -> Iterator[bytes]:
    probe = {column: f"%({column})s" for column in columns}
    where = f" WHERE {key.predicate}" if key.predicate else ""
    upsert = f" ON CONFLICT ({', '.join(key.columns)}){where} DO UPDATE SET {TABLES[table].changed} = DEFAULT"
    yield insert_into(table, **probe)
    yield insert_into(table, **probe) + b" ON CONFLICT DO NOTHING"
    yield insert_into(table, **probe) + upsert.encode()
    if granted(connection, table, sorted(columns), "UPDATE"):
        yield f"UPDATE public.{table} SET {', '.join(f'{name} = {value}' for name, value in probe.items())}".encode()


def nobodys(value: str) -> str:
    """A value of the same kind that is in no row."""
    if value.count("-") == 4 and len(value) == 36:
        return str(uuid4())
    if value.isdecimal():
        return "990077"
    return "2001-01-01 00:00:00+00" if value.startswith("20") else f"k:{uuid4()}"


def test_functions(filled: Filled) -> None:
    """For every function that a user may call, every id that it takes, and every id of B's."""
    with filled.connected("a") as connection:
        functions = connection.execute(
            "SELECT p.proname, ARRAY(SELECT format_type(unnest(p.proargtypes), NULL)), p.proargnames[:p.pronargs]"
            " FROM pg_proc p WHERE p.pronamespace = 'idexx_app'::regnamespace AND 'uuid'::regtype = ANY(p.proargtypes)"
            " AND has_function_privilege(p.oid, 'EXECUTE')"
        ).fetchall()
        assert len(functions) >= 7
        for name, types, arguments in functions:
            for place, kind in enumerate(types):
                if kind == "uuid":
                    call = [ARGUMENTS[each] for each in types]
                    call[place] = "%(probe)s"
                    statement = f"SELECT idexx_app.{name}({', '.join(call)})".encode()
                    endings = [
                        {str(ending(connection, statement, {"probe": value}, value)) for value in guessed}
                        for guessed in (filled.b.values().values(), [str(uuid4())])
                    ]
                    # the key of a visit is no id
                    found = {each for each in endings[0] if "22P02" not in each}
                    assert found == endings[1], (name, arguments[place])
                    assert len(found) == 1

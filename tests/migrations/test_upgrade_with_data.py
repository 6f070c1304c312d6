"""A database of the first release, with rows in every table, becomes one of now: nothing is lost or changed."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing

import psycopg
import pytest
from psycopg import sql

from idexx_desktop.db import database as database_module
from idexx_desktop.db import migrate, provision
from idexx_desktop.db.connection_check import check_connection
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.connection import problem_in, warnings_in
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.platform import ANNA, CLINIC, make_platform
from tests.support.postgres import PASSWORD, ClinicDatabase, People, TestServer

FIRST = "0013"  # what version 0.1.0 made
ROWS = 2
# a value of each type; what a check asks for is read from the check itself
VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "'x' || md5(random()::text)",
    "character varying": "'x' || md5(random()::text)",
    "timestamp with time zone": "now() - random() * interval '1 day'",
    "time without time zone": "time '10:30'",
    "date": "date '2026-03-02'",
    "integer": "3",
    "bigint": "(random() * 1e9)::bigint",
    "double precision": "3",
    "numeric": "3",
    "boolean": "true",
    "jsonb": """'{"kept": true}'""",
    "bytea": "sha256(random()::text::bytea)",
    "inet": "inet '10.0.0.7'",
    "oid": "1",
    "integer[]": "'{1,2}'",
    "date[]": "'{2026-12-25}'",
    "text[]": "'{x}'",
    "double precision[]": "'{1.5}'",
}
GIVEN = {
    ("clinic_settings", "country"): "'US'",
    ("audit_holds", "released_at"): "NULL",
    ("missed_runs", "reason"): "'asleep'",
    # one that reads as scheduled has to have a call: see the tests of claims
    ("visits", "state"): "'held'",
    ("audit_checkpoints", "seq"): "0",  # before anything that the chains hold
}
# what a migration is there to change: whole tables that only grow, and single values
GROWS = {"idexx_sync_audit_log", "audit_actions", "audit_heads"}
CHANGES: dict[str, set[str]] = {"schema_meta": {"lowest_writer"}, "alembic_version": {FIRST}}
# dropped, not copied: others could write it, and it was executed
EMPTIED = {"browser_path"}

Row = dict[str, object]


def tables_of(owner: psycopg.Connection) -> list[tuple[str, str]]:
    """Every table of ours and of a platform's, each after those that it refers to."""
    found = owner.execute(
        "SELECT c.oid, n.nspname, c.relname, ARRAY(SELECT k.confrelid FROM pg_constraint k"
        "   WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname IN ('public', 'idexx_app') AND c.relkind = 'r' ORDER BY 2, 3"
    ).fetchall()
    done: set[int] = set()
    ordered: list[tuple[str, str]] = []
    while len(ordered) < len(found):
        for oid, schema, name, needs in found:
            if oid not in done and not [need for need in needs if need in {row[0] for row in found} - done]:
                done.add(oid)
                ordered.append((schema, name))
    return ordered


def value_of(owner: psycopg.Connection, table: str, column: str, kind: str) -> str:
    """SQL for a value that the column's key, check and type allow."""
    key = owner.execute(
        "SELECT k.confrelid::regclass::text, f.attname FROM pg_constraint k"
        " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
        " JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]"
        " WHERE k.contype = 'f' AND k.conrelid = %s::regclass AND a.attname = %s",
        (table, column),
    ).fetchone()
    if key is not None:
        return f"(SELECT {key[1]} FROM {key[0]} ORDER BY {key[1]} OFFSET row LIMIT 1)"
    for (check,) in owner.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass",
        (table,),
    ):
        if re.search(rf"\b{column}\b = ANY", check) and (words := re.findall(r"'(\w+)'::text", check)):
            return f"'{words[0]}'"
    labels = owner.execute(
        "SELECT e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE format_type(t.oid, NULL) = %s",
        (kind,),
    ).fetchone()
    return f"'{labels[0]}'" if labels else VALUES[kind]


def fill(owner: psycopg.Connection, logins: list[str]) -> None:
    """Rows in every table, with a value in every column, before they are looked at."""
    for schema, name in tables_of(owner):
        if name in ("alembic_version", "schema_meta", "audit_actions"):
            continue
        table = f"{schema}.{name}"
        columns = owner.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attidentity = '' AND attgenerated = ''",
            (table,),
        ).fetchall()
        values = {
            column: GIVEN.get((name, column)) or value_of(owner, table, column, kind)
            for column, kind in columns
        }
        there = owner.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        for number in range(there[0] if there else 0, ROWS):
            if name == "logins":
                values |= {
                    "role_oid": f"(SELECT oid FROM pg_roles WHERE rolname = '{logins[number]}')",
                    "role_name": f"'{logins[number]}'",
                }
            chosen = ", ".join(value.replace("OFFSET row", f"OFFSET {number}") for value in values.values())
            owner.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({chosen})".encode())


def rows_of(owner: psycopg.Connection, tables: list[tuple[str, str]]) -> dict[str, list[Row]]:
    return {
        name: [
            row[0]
            for row in owner.execute(
                sql.SQL("SELECT to_jsonb(t) FROM {} t").format(sql.Identifier(schema, name))
            )
        ]
        for schema, name in tables
    }


def lost(before: list[Row], after: list[Row], name: str) -> list[Row]:
    """The rows of before that are not there any more as they were, in all the columns that they had."""
    columns = before[0].keys() - EMPTIED
    assert all(row.get(column) is None for row in after for column in EMPTIED)
    kept = Counter(repr({column: row.get(column, "gone") for column in columns}) for row in after)
    on_purpose = CHANGES.get(name, set())
    return [
        row
        for row in before
        if not kept[repr({c: row[c] for c in columns})] and not on_purpose & {*map(str, row.values())}
    ]


@pytest.mark.parametrize("kind", ["our own", "adopted"])
def test_every_row_of_every_table_is_kept(
    empty_database: str, postgres: TestServer, people: People, kind: str
) -> None:
    if kind == "adopted":
        make_platform(empty_database, "newer")
    migrate.upgrade(empty_database, FIRST)
    logins = [people.a.login, people.admin.login]
    with psycopg.connect(empty_database) as owner:
        owner.execute("SET search_path = pg_catalog, public")
        fill(owner, logins)
        tables = tables_of(owner)
        before = rows_of(owner, tables)
    assert len(tables) > 30
    assert [
        name for name, rows in before.items() if len(rows) < (1 if name == "alembic_version" else ROWS)
    ] == []
    provision.prepare(empty_database)
    with psycopg.connect(empty_database) as owner:
        after = rows_of(owner, tables)
        kinds = owner.execute("SELECT role_name, kind FROM idexx_app.logins ORDER BY 1").fetchall()
    assert {name: rows for name in before if (rows := lost(before[name], after[name], name))} == {}
    grown = {name for name in before if len(after[name]) != len(before[name])}
    assert grown <= GROWS
    assert kinds == [(people.a.login, "user"), (people.admin.login, "admin")]


def test_people_go_on_where_they_were(empty_database: str, postgres: TestServer, people: People) -> None:
    """With the program of now; a newer program finds an older schema and says so, an older program only reads."""
    make_platform(empty_database, "newer")
    migrate.upgrade(empty_database, FIRST)
    address = postgres.url(empty_database.rsplit("/", 1)[1], people.a.login, PASSWORD)
    with psycopg.connect(empty_database) as owner:
        owner.execute(
            "INSERT INTO idexx_app.logins SELECT oid, rolname, %s FROM pg_roles WHERE rolname = %s",
            (ANNA, people.a.login),
        )
        owner.execute(
            "INSERT INTO public.clinic_members (user_id, clinic_id) VALUES (%s, %s)", (ANNA, CLINIC)
        )
    with closing(Database(address)) as database:
        with pytest.raises(Failure, match=f"revision {FIRST}, needed {migrate.head()}") as outdated:
            database.check()
        assert outdated.value.code is FailureCode.DATABASE_OUTDATED
    provision.prepare(empty_database)
    with closing(Database(address)) as database:
        database.check()
        assert not database.read_only
        with ClinicRecords(database, ANNA, CLINIC).transaction() as tx:
            assert tx.session.connection().exec_driver_sql("SELECT count(*) FROM public.cases").scalar() == 1


@pytest.mark.parametrize(
    ("version", "writes"), [("0.1.0", False), ("0.4.9", False), ("0.5.0", True), ("0.10.0", True)]
)
def test_an_older_program_only_reads(
    clinic_database: ClinicDatabase, monkeypatch: pytest.MonkeyPatch, version: str, writes: bool
) -> None:
    a = clinic_database.people.a
    address = clinic_database.url(a)
    monkeypatch.setattr(database_module, "__version__", version)
    monkeypatch.setattr("idexx_desktop.db.connection_check.__version__", version)
    with closing(Database(address)) as database:
        database.check()
        records = ClinicRecords(database, a.user_id, a.clinic_id)
        with records.transaction() as tx:
            assert tx.settings.paused() is False
            now = tx.now()
        try:
            with records.transaction() as tx:
                tx.settings.set_paused(True, now=now)
            refused = None
        except Failure as failure:
            refused = failure
    steps = check_connection(address)
    assert problem_in(steps) is None
    if writes:
        assert refused is None
    else:
        assert refused is not None
        assert refused.code is FailureCode.PROGRAM_OUTDATED
        assert "only reads" in refused.title
        assert any("only reads" in step.words for step in warnings_in(steps))

"""Rows of others stay unseen by what runs inside of a query: conditions, sorting, statistics, cursors, copies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from tests.attacks import expectations
from tests.attacks.filled import Filled
from tests.attacks.rows import TABLES

# as cheap as can be, so that the planner would rather ask it before anything else; it tells whatever it is shown
PEEK = """
CREATE FUNCTION pg_temp.peek(anything text) RETURNS boolean COST 0.0000001 LANGUAGE plpgsql AS
  $$ BEGIN RAISE NOTICE '%', anything; RETURN true; END $$;
CREATE FUNCTION pg_temp.peek_both(anything text, other text) RETURNS boolean COST 0.0000001 LANGUAGE plpgsql AS
  $$ BEGIN RAISE NOTICE '%', anything; RETURN true; END $$;
CREATE OPERATOR pg_temp.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.peek_both,
  RESTRICT = eqsel, JOIN = eqjoinsel);
"""
PLACES = (
    "SELECT FROM {table} t WHERE pg_temp.peek(t::text)",
    "SELECT FROM {table} t WHERE t::text OPERATOR(pg_temp.===) 'x'",
    "SELECT FROM {table} t ORDER BY pg_temp.peek(t::text) LIMIT 1",
    "SELECT count(*) FROM {table} t GROUP BY pg_temp.peek(t::text)",
    "SELECT bool_or(pg_temp.peek(t::text)) FILTER (WHERE pg_temp.peek(t::text)) FROM {table} t",
    "SELECT FROM {table} t JOIN (VALUES ('x')) v(x) ON t::text OPERATOR(pg_temp.===) v.x",
    "SELECT FROM (VALUES (1)) v LEFT JOIN LATERAL (SELECT pg_temp.peek(t::text) FROM {table} t) l ON true",
    "SELECT FROM {table} t WHERE CASE WHEN pg_temp.peek(t::text) THEN 1 / 0 > 0 END",
    "EXPLAIN ANALYZE SELECT FROM {table} t WHERE pg_temp.peek(t::text)",
    "UPDATE {table} t SET {changed} = DEFAULT WHERE pg_temp.peek(t::text)",
    "UPDATE {table} t SET {changed} = DEFAULT RETURNING pg_temp.peek(t::text)",
    "DELETE FROM {table} t WHERE pg_temp.peek(t::text)",
    "SELECT FROM {table} t WHERE pg_temp.peek(t::text) FOR UPDATE",
)


@contextmanager
def session_of_a(filled: Filled) -> Iterator[psycopg.Connection]:
    with psycopg.connect(filled.database.url(filled.database.people.a)) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("table", TABLES)
def test_a_condition_is_shown_own_rows_only(filled: Filled, table: str) -> None:
    """Whatever it is attached to, and although it is not to be trusted with a row."""
    foreign = {filled.b.user, filled.b.clinic, filled.b.case, filled.b.call, filled.b.credential}
    shown: list[str] = []
    with session_of_a(filled) as connection:
        connection.add_notice_handler(lambda notice: shown.append(notice.message_primary or ""))
        connection.execute(PEEK)
        connection.commit()
        for place in PLACES:
            statement = place.format(table=f"public.{table}", changed=TABLES[table].changed)
            with suppress(InsufficientPrivilege, psycopg.errors.DivisionByZero):
                connection.execute(statement.encode())
            connection.rollback()
    assert len(shown) >= 3
    assert [row for row in shown if any(value in row for value in foreign)] == []


@pytest.mark.parametrize("table", TABLES)
def test_copies_and_cursors(filled: Filled, table: str) -> None:
    expected = (expectations.readable(filled, "a", table) or {}).values()
    with session_of_a(filled) as connection:
        with connection.cursor().copy(f"COPY public.{table} TO STDOUT".encode()) as copying:
            assert len([*copying.rows()]) == sum(expected)
        connection.execute(f"DECLARE kept CURSOR WITH HOLD FOR SELECT FROM public.{table}".encode())
        connection.commit()
        connection.execute(
            "SELECT set_config('request.jwt.claims', %s, false)", (f'{{"sub": "{filled.b.user}"}}',)
        )
        assert connection.execute("FETCH ALL FROM kept").rowcount == sum(expected)
        connection.execute(f"CREATE TEMP TABLE copied AS TABLE public.{table}".encode())
        assert connection.execute("SELECT FROM copied").rowcount == sum(expected)


def test_statistics_show_no_values(filled: Filled) -> None:
    """What the planner remembers of a table are values of everybody's rows."""
    with psycopg.connect(filled.database.owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE")
        kept = owner.execute(
            "SELECT count(*) FROM pg_stats WHERE schemaname IN ('public', 'idexx_app')"
        ).fetchone()
    assert kept is not None
    assert kept[0] > 50
    with session_of_a(filled) as connection:
        for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
            query = f"SELECT tablename FROM {view} WHERE schemaname IN ('public', 'idexx_app')"
            assert connection.execute(query.encode()).fetchall() == []

"""Rows of the activity record as clocks of other times, right and wrong ones, would have written them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import psycopg

_MAKE = """
CREATE OR REPLACE FUNCTION pg_temp.write_at(whose uuid, moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  number bigint := idexx_app.append_audit(whose, 'visit.synced', 'done', NULL, '{"visit_key": "a:1"}', NULL);
  written public.idexx_sync_audit_log;
BEGIN
  UPDATE public.idexx_sync_audit_log SET timestamp = moment
    WHERE chain = COALESCE(whose, '00000000-0000-0000-0000-000000000000') AND seq = number RETURNING * INTO written;
  UPDATE public.idexx_sync_audit_log SET hash = sha256(previous_hash || idexx_app.audit_canonical(written))
    WHERE id = written.id;
  UPDATE idexx_app.audit_heads SET hash = sha256(written.previous_hash || idexx_app.audit_canonical(written))
    WHERE chain = written.chain;
END $$
"""
_NOTHING = """
DELETE FROM public.idexx_sync_audit_log;
DELETE FROM idexx_app.audit_heads;
DELETE FROM idexx_app.audit_checkpoints;
DELETE FROM idexx_app.audit_exports;
DELETE FROM idexx_app.audit_holds
"""

Entry = tuple[str | None, datetime]


def as_root(connection: psycopg.Connection) -> None:
    """Stop every trigger of this connection, as only a superuser can."""
    connection.execute("SET session_replication_role = replica")


def empty_record(connection: psycopg.Connection) -> None:
    """Forget everything that was recorded."""
    connection.execute(_NOTHING)


def make_writer(connection: psycopg.Connection) -> None:
    """`pg_temp.write_at(user, time)` for this connection: adds a row, and the chain stays whole."""
    connection.execute(_MAKE)


def write_rows(connection: psycopg.Connection, entries: Iterable[Entry]) -> None:
    """Add a row for each (user or None for the system, time), in this order; the chains are whole."""
    make_writer(connection)
    connection.cursor().executemany("SELECT pg_temp.write_at(%s, %s)", list(entries))


def pretend_exported(connection: psycopg.Connection, month: date, ago: timedelta) -> None:
    """A month's newest export was made so long ago."""
    connection.execute(
        "UPDATE idexx_app.audit_exports SET exported_at = clock_timestamp() - %s WHERE number ="
        " (SELECT max(number) FROM idexx_app.audit_exports WHERE month = %s)",
        (ago, month),
    )

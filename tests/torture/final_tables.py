"""All that syncs leave in the tables of a clinic, but for what differs between two ways to the same end.

Ids become what they stand for, so that a link to the wrong row is a difference. Left out: when something was done, how
often it was tried, the key that a visit had as a walk-in, the runs themselves, the activity record, the sealed sign-in,
and when the next run is due.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import psycopg

Rows = Counter[str]

_NOT_COMPARED = {
    "idexx_sync_sessions",
    "idexx_sync_audit_log",
    "idexx_credentials",
    "neo_cookies",
    "sync_schedules",
}
_TIMES_AND_TRIES = {
    "created_at", "updated_at", "changed_at", "first_seen_at", "first_read_at", "last_attempt_at", "last_read_at",
    "read_at", "added_at", "walk_in", "removed_at", "synced_at", "last_synced_at", "last_seen_at", "attempts",
    "next_try_at",
}  # fmt: skip
_TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
)
_NAMES = """
    SELECT id::text, 'visit ' || visit_key FROM public.visits
    UNION ALL SELECT id::text, 'case ' || external_id FROM public.cases
    UNION ALL SELECT p.id::text, 'patient of ' || c.external_id
      FROM public.patients p JOIN public.cases c ON c.id = p.case_id
    UNION ALL SELECT call_id::text, 'call for ' || string_agg(visit_key, ' ' ORDER BY visit_key)
      FROM public.call_visits GROUP BY call_id
"""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def final_tables(owner_url: str) -> dict[str, Rows]:
    """The rows of each table by its name, each as text, with how often it is there."""
    with psycopg.connect(owner_url) as connection:
        names: dict[str, str] = dict(connection.execute(_NAMES).fetchall())

        def named(found: re.Match[str]) -> str:
            return names.get(found[0], "an id")

        return {
            table: Counter(
                _ID.sub(named, json.dumps(_without_times(row), sort_keys=True))
                for (row,) in connection.execute(f"SELECT to_jsonb(t) FROM public.{table} t".encode())
            )
            for (table,) in connection.execute(_TABLES).fetchall()
            if table not in _NOT_COMPARED
        }


def differences(wanted: dict[str, Rows], found: dict[str, Rows]) -> list[str]:
    """What is missing and what is too much, a line each; empty where both are equal."""
    lines = []
    for table in sorted(wanted.keys() | found.keys()):
        one, other = wanted.get(table, Counter()), found.get(table, Counter())
        lines += [f"lost from {table}: {row}" for row in (one - other).elements()]
        lines += [f"too much in {table}: {row}" for row in (other - one).elements()]
    return lines


def _without_times(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in _TIMES_AND_TRIES}

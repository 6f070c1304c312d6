"""Who keeps the records locked, while a statement waits for it: asked over a connection of its own, answered by login.

Whoever may change or remove rows of a table may also lock it, for as long as they like. Nobody waits longer than the
lock timeout; what is said then names the login, which the server knows and nobody can choose.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import psycopg

from idexx_desktop.domain.harmless import harmless

# those who wait themselves are in nobody's way of their own: what counts is whom they all wait for. How long a
# transaction lasts is told only to its own login and to the server's; for others, how long somebody waits for it.
_HOLDERS = """
    WITH RECURSIVE waiting(pid, round) AS (
      SELECT %(pid)s::integer, 0
      UNION
      SELECT b.pid, w.round + 1 FROM waiting w CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b(pid)
      WHERE w.round < 10 AND b.pid <> 0
    )
    SELECT a.usename::text, clock_timestamp() - a.xact_start,
      clock_timestamp() - (SELECT min(l.waitstart) FROM pg_locks l WHERE l.pid = %(pid)s AND NOT l.granted)
    FROM waiting w JOIN pg_stat_activity a ON a.pid = w.pid
    WHERE w.round > 0 AND a.usename IS NOT NULL AND pg_blocking_pids(w.pid) = '{}'
    ORDER BY a.xact_start NULLS LAST, a.backend_start NULLS LAST, a.usename LIMIT 1
"""
_NOTE = "held up by "
_ASK_SECONDS = 2


def holder_of(parameters: Mapping[str, Any], pid: int) -> str:
    """Whose lock the connection `pid` waits for (`“login” for 3 minutes`); "" if for none, or unknown.

    Never raises, and takes some seconds at most.
    """
    options = f"{parameters.get('options', '')} -c statement_timeout={_ASK_SECONDS * 1000}".strip()
    asked = {**parameters, "connect_timeout": _ASK_SECONDS, "options": options}
    try:
        with psycopg.connect(**asked, autocommit=True) as connection:
            row = connection.execute(_HOLDERS, {"pid": pid}).fetchone()
    except psycopg.Error:
        return ""
    return "" if row is None else spoken(*row)


def note(error: psycopg.Error, holder: str) -> None:
    """Write on a driver's error who was in the way."""
    if holder:
        error.add_note(_NOTE + holder)


def noted(error: psycopg.Error) -> str:
    """What `note` wrote, "" if nothing."""
    notes = (each for each in getattr(error, "__notes__", ()) if each.startswith(_NOTE))
    return next(notes, "").removeprefix(_NOTE)


def spoken(login: str, lasts: timedelta | None, waited_for: timedelta | None) -> str:
    """Who is in the way, and for how long. Names of logins can hold any sign: only what is seen is shown."""
    named = harmless(login)
    if lasts is not None:
        return f"“{named}” for {_how_long(lasts)}"
    return f"“{named}”" if waited_for is None else f"“{named}” for {_how_long(waited_for)} or longer"


def _how_long(lasts: timedelta) -> str:
    """No time of day: what is said here knows neither the clinic's zone nor how its country writes one."""
    minutes = int(lasts / timedelta(minutes=1))
    if minutes < 1:
        return "some seconds"
    return "a minute" if minutes == 1 else f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"

"""Everything that PostgreSQL, psycopg and SQLAlchemy can raise, as one `Failure`: by SQLSTATE, free of values.

The originals are not chained: a driver's connection error carries the password, a constraint's message values.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from idexx_desktop.db.blocking import noted
from idexx_desktop.domain.failures import Failure, FailureCode, records_trouble
from idexx_desktop.domain.records_words import Trouble

LEASE_LOST_STATE = "IDX01"
_DISK_FULL = "53100"
_DEADLOCK = "40P01"
_DAMAGED = ("XX001", "XX002")
_DISK = "58"  # the files themselves

# the first prefix that fits decides; anything else is a bug of ours
_BY_STATE: tuple[tuple[str, FailureCode], ...] = (
    (LEASE_LOST_STATE, FailureCode.LEASE_LOST),
    ("08", FailureCode.DATABASE_UNREACHABLE),
    ("53", FailureCode.DATABASE_UNREACHABLE),  # out of memory, too many connections
    ("57", FailureCode.DATABASE_UNREACHABLE),  # shut down, still starting, statement timeout
    ("55P03", FailureCode.DATABASE_UNREACHABLE),  # lock timeout
    ("25P03", FailureCode.DATABASE_UNREACHABLE),  # idle in transaction for too long: connection ended
    ("25P04", FailureCode.DATABASE_UNREACHABLE),  # a transaction that took too long: the same
    ("25006", FailureCode.PROGRAM_OUTDATED),  # read-only transaction, which only an outdated program uses
    ("28", FailureCode.DATABASE_REFUSED),
    ("42501", FailureCode.DATABASE_REFUSED),
    ("42P01", FailureCode.DATABASE_OUTDATED),  # no such table, column, function, role, schema, database
    ("42703", FailureCode.DATABASE_OUTDATED),
    ("42883", FailureCode.DATABASE_OUTDATED),
    ("42704", FailureCode.DATABASE_OUTDATED),
    ("3F000", FailureCode.DATABASE_OUTDATED),
    ("3D000", FailureCode.DATABASE_OUTDATED),
)
# libpq gives no SQLSTATE for a refused connection, only the server's words
_BY_WORDS: tuple[tuple[str, FailureCode], ...] = (
    ("password authentication failed", FailureCode.DATABASE_REFUSED),
    ("no password supplied", FailureCode.DATABASE_REFUSED),
    ("authentication failed", FailureCode.DATABASE_REFUSED),
    ("no pg_hba.conf entry", FailureCode.DATABASE_REFUSED),
    ("pg_hba.conf rejects", FailureCode.DATABASE_REFUSED),
    ("permission denied for database", FailureCode.DATABASE_REFUSED),
    ("certificate verify failed", FailureCode.DATABASE_REFUSED),
    ("root certificate", FailureCode.DATABASE_REFUSED),
    ("does not match host name", FailureCode.DATABASE_REFUSED),
    ("server does not support SSL", FailureCode.DATABASE_REFUSED),
    ("channel binding", FailureCode.DATABASE_REFUSED),
    ("connection refused", FailureCode.DATABASE_UNREACHABLE),
    ("timeout expired", FailureCode.DATABASE_UNREACHABLE),
    ("timed out", FailureCode.DATABASE_UNREACHABLE),
    ("failed to resolve host", FailureCode.DATABASE_UNREACHABLE),
    ("starting up", FailureCode.DATABASE_UNREACHABLE),
    ("shutting down", FailureCode.DATABASE_UNREACHABLE),
)
# what libpq says of a server that asks otherwise than by SCRAM, or can't prove that it knows the password
_UNPROVED = (
    "authentication method requirement",
    "sasl authentication mechanisms",
    "scram",
    "server signature",
)
_NO_ROOM_STATE = "53300"
_NO_ROOM = ("too many", "connection slots are reserved")


def translated(error: Exception) -> Failure:
    """The failure that a driver's or SQLAlchemy's exception stands for."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, psycopg.Error):
        if isinstance(original, psycopg.errors.LockNotAvailable):
            return _locked(noted(original))
        if original.sqlstate is not None:
            return _by_state(original.sqlstate, original.diag.constraint_name)
        if isinstance(original, psycopg.OperationalError | psycopg.InterfaceError):
            return _by_words(str(original))
    return Failure(FailureCode.OURS, type(original).__name__)


@contextmanager
def translating() -> Iterator[None]:
    """Raise `Failure` for whatever the database raises inside; everything else passes unchanged."""
    try:
        yield
    except (psycopg.Error, SQLAlchemyError) as error:
        failure = translated(error)
        try:
            raise failure from None
        finally:
            # `from None` only hides the original; a debugger, or a report of local values, would still find it
            failure.__context__ = None


def switched_off() -> Failure:
    """The owner of the records deactivated this login."""
    return records_trouble(Trouble.SWITCHED_OFF, "this login was switched off", FailureCode.DATABASE_REFUSED)


def not_proved() -> Failure:
    """What answered isn't known to be the records' server; it didn't get the password."""
    detail = "the server asked for the password otherwise than by scram-sha-256, or proved nothing"
    return records_trouble(Trouble.NOT_PROVED, detail, FailureCode.DATABASE_REFUSED)


def _locked(holder: str) -> Failure:
    """Somebody's open transaction is in the way; `holder` as `blocking.holder_of` says it."""
    named = f"Your clinic's records are kept locked by {holder}, so this couldn't go on." if holder else None
    return records_trouble(Trouble.LOCKED, "SQLSTATE 55P03", title=named)


def _by_state(state: str, constraint: str | None) -> Failure:
    detail = f"SQLSTATE {state}" + (f", {constraint}" if constraint else "")
    if state == _NO_ROOM_STATE:
        return records_trouble(Trouble.NO_ROOM, detail)
    if state == _DISK_FULL:
        return records_trouble(Trouble.DISK_FULL, detail)
    if state in _DAMAGED:
        return records_trouble(Trouble.DAMAGED, detail)
    if state.startswith(_DISK):
        return records_trouble(Trouble.DISK_BROKEN, detail)
    if state == _DEADLOCK:
        # two programs waited for each other's rows; the server took one of them back
        return records_trouble(Trouble.AT_ONE_MOMENT, detail)
    for prefix, code in _BY_STATE:
        if state.startswith(prefix):
            return Failure(code, detail)
    return Failure(FailureCode.OURS, detail)


def _by_words(words: str) -> Failure:
    lower = words.lower()
    if "is not permitted to log in" in lower:
        return switched_off()
    if "too many connections for role" in lower:
        return records_trouble(Trouble.TOO_OFTEN, "too many connections for role")
    if any(phrase in lower for phrase in _UNPROVED):
        return not_proved()
    if any(phrase in lower for phrase in _NO_ROOM):
        return records_trouble(Trouble.NO_ROOM, "too many connections")
    for phrase, code in _BY_WORDS:
        if phrase.lower() in lower:
            return Failure(code, phrase)
    if 'database "' in lower and "does not exist" in lower:
        return Failure(FailureCode.DATABASE_OUTDATED, "there is no database of that name")
    if 'role "' in lower and "does not exist" in lower:
        return Failure(FailureCode.DATABASE_REFUSED, "there is no login of that name")
    return Failure(FailureCode.DATABASE_UNREACHABLE, "the connection was lost or could not be made")

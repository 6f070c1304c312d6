"""PostgreSQL logins for people: made, given a password and a group, switched off. For the owner's login only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from idexx_desktop.domain.failures import Failure, FailureCode

GROUPS: dict[str, tuple[str, ...]] = {
    "user": ("idexx_user",),
    "admin": ("idexx_user", "idexx_admin"),
    "service": ("idexx_service",),
}
ALL_GROUPS = ("idexx_owner", "idexx_user", "idexx_admin", "idexx_service")
# a connection that would go on: with what its transaction saw or wrote before, or with a lock that keeps others waiting
_GOES_ON = """
    FROM pg_stat_activity a WHERE a.usesysid = %(oid)s AND a.datname = current_database() AND a.pid <> pg_backend_pid()
      AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL OR EXISTS (
        SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted
          AND (l.locktype = 'advisory' OR l.locktype = 'relation' AND l.mode <> 'AccessShareLock')))
"""
# what a transaction saw is told only to whoever has the login's powers; that there is one, to everybody
_IN_TRANSACTION = """
    FROM pg_stat_activity a WHERE a.usesysid = %(oid)s AND a.datname = current_database() AND a.pid <> pg_backend_pid()
      AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid)
"""
_END = f"SELECT pg_terminate_backend(a.pid, %(milliseconds)s) {_GOES_ON}"
_END_MS = 5_000
# before PostgreSQL 16 there is one membership at most, which is not ours to take away again
_LACKS_POWERS = """
    SELECT NOT pg_has_role(current_user, r.oid, 'USAGE') AND (current_setting('server_version_num')::integer >= 160000
      OR NOT pg_has_role(current_user, r.oid, 'MEMBER')) FROM pg_roles r WHERE r.rolname = %(login)s
"""
_NAME = re.compile(r"[a-z_][a-z0-9_.-]{0,62}")
_TAKEN = frozenset({*ALL_GROUPS, "authenticator", "public", "none"})


def check_login(login: str, password: str) -> None:
    """INVALID_INPUT for a name that is reserved or no plain word, and for an empty password."""
    if not _NAME.fullmatch(login) or login in _TAKEN or login.startswith("pg_"):
        raise refusal(f"“{login}” can't be the name of a login: small letters, digits and _, a letter first.")
    if not password or "\x00" in password:
        raise refusal("A login needs a password.")


def refusal(title: str) -> Failure:
    """INVALID_INPUT in words for the person who typed it."""
    return Failure(FailureCode.INVALID_INPUT, "people", title=title)


def put_login(owner: psycopg.Connection, login: str, password: str, role: str) -> int:
    """Make the login, or set its password and group anew; its OID.

    The password is turned into its SCRAM verifier here, so that the server, and its log, never see it in clear.
    INVALID_INPUT where a login of that name exists for something else.
    """
    _refuse_somebody_elses(owner, login)
    verifier = owner.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    exists = owner.execute("SELECT FROM pg_roles WHERE rolname = %s", (login,)).fetchone() is not None
    owner.execute(
        sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
            sql.SQL("ALTER" if exists else "CREATE"), sql.Identifier(login), sql.Literal(verifier)
        )
    )
    for group in ALL_GROUPS:
        _set_membership(owner, login, group, wanted=group in GROUPS[role])
    return _oid_of(owner, login)


def switch_off(owner: psycopg.Connection, login: str, oid: int) -> None:
    """No more sign-ins; nothing happens where the role is gone, or another one has its name."""
    found = owner.execute("SELECT FROM pg_roles WHERE rolname = %s AND oid = %s", (login, oid)).fetchone()
    if found is not None:
        owner.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(login)))


def end_connections(owner: psycopg.Connection, login: str, oid: int) -> int:
    """End the connections of a login that was switched off which would go on; how many this owner may not end.

    The others see nothing from their next statement on.
    """
    if not _count(owner, _IN_TRANSACTION, oid):
        return 0
    try:
        with owner.transaction(), _powers_of(owner, login):
            owner.execute(_END, {"oid": oid, "milliseconds": _END_MS})
            return _count(owner, _GOES_ON, oid)
    except psycopg.errors.InsufficientPrivilege:
        return _count(owner, _IN_TRANSACTION, oid)


@contextmanager
def _powers_of(owner: psycopg.Connection, login: str) -> Iterator[None]:
    """To end a connection takes the powers of its login: whoever made the login may lend them to itself meanwhile."""
    name = sql.Identifier(login)
    row = owner.execute(_LACKS_POWERS, {"login": login}).fetchone()
    lends = row is not None and bool(row[0])
    if lends:
        owner.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
    yield  # what is lent goes back with the transaction where anything fails
    if lends:
        owner.execute(sql.SQL("REVOKE {} FROM CURRENT_USER").format(name))


def _count(owner: psycopg.Connection, connections: str, oid: int) -> int:
    owner.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
    row = owner.execute(f"SELECT count(*) {connections}".encode(), {"oid": oid}).fetchone()
    return int(row[0]) if row else 0


def still_connected(logins: list[str], count: int) -> Failure:
    """DATABASE_REFUSED: the logins are switched off, and connections of theirs go on."""
    named = ", ".join(logins)
    return Failure(
        FailureCode.DATABASE_REFUSED,
        "connections of a login that was switched off could not be ended",
        title=f"{named} can't sign in any more and sees nothing new, but is still connected ({count}).",
        advice="Whoever runs the server must end them; deactivate once more to see that none is left.",
    )


def allow_connection(owner: psycopg.Connection, login: str) -> None:
    """Let the login into this database where it isn't open to everybody."""
    row = owner.execute(
        "SELECT current_database(), has_database_privilege(%s, current_database(), 'CONNECT')", (login,)
    ).fetchone()
    if row is not None and not row[1]:
        owner.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(row[0]), sql.Identifier(login)
            )
        )


def _refuse_somebody_elses(owner: psycopg.Connection, login: str) -> None:
    row = owner.execute(
        "SELECT r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication,"
        " ARRAY(SELECT m.roleid::regrole::text FROM pg_auth_members m WHERE m.member = r.oid)"
        " FROM pg_roles r WHERE r.rolname = %s",
        (login,),
    ).fetchone()
    if row is None:
        return
    is_powerful, memberships = row
    if is_powerful or "idexx_owner" in memberships or not set(memberships) <= set(ALL_GROUPS):
        raise refusal(f"The login “{login}” exists already and serves something else.")


def _set_membership(owner: psycopg.Connection, login: str, group: str, *, wanted: bool) -> None:
    found = owner.execute(
        "SELECT FROM pg_auth_members WHERE roleid = to_regrole(%s) AND member = to_regrole(%s)",
        (group, f'"{login}"'),
    ).fetchone()
    if wanted == (found is not None):
        return
    statement = "GRANT {} TO {}" if wanted else "REVOKE {} FROM {}"
    owner.execute(sql.SQL(statement).format(sql.Identifier(group), sql.Identifier(login)))


def _oid_of(owner: psycopg.Connection, login: str) -> int:
    row = owner.execute("SELECT oid FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
    if row is None:
        raise Failure(FailureCode.OURS, "the login that was just made is not there")
    return int(row[0])

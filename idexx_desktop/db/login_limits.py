"""How many connections a login may have at once: one that takes them all would keep everybody else out."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy import Connection, text

from idexx_desktop.db.connecting import connect
from idexx_desktop.db.errors import translating
from idexx_desktop.db.login_roles import refusal

# a window holds six at most, and a login may be in use at several places and by commands besides; fewer is what the
# owner may want, and is said where they are all in use
CONNECTIONS = 20
LEAST, MOST = 1, 1000
_NONE_SET = -1
_IN_USE = """
    SELECT r.rolname, s.rolsuper OR (s.rolcreaterole AND (current_setting('server_version_num')::integer < 160000
        OR pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION'))) AS may_alter
    FROM idexx_app.logins l JOIN pg_roles r ON r.oid = l.role_oid AND r.rolname = l.role_name,
      pg_roles s
    WHERE s.rolname = current_user AND r.rolconnlimit = -1 AND r.rolname <> 'authenticator' AND NOT r.rolsuper
    ORDER BY r.rolname
"""


@dataclass(frozen=True, slots=True)
class Unlimited:
    """A login of ours without a limit, and whether the owner who asks may set one."""

    login: str
    may_alter: bool


def check_limit(connections: int | None) -> None:
    """INVALID_INPUT for a number that is no use."""
    if connections is not None and not LEAST <= connections <= MOST:
        raise refusal(f"A login may have {LEAST} to {MOST} connections at once.")


def set_limit(owner: psycopg.Connection, login: str, connections: int | None) -> None:
    """`connections` at once; None leaves a limit that is set, and sets the usual one where there is none."""
    row = owner.execute("SELECT rolconnlimit FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
    wanted = connections or (CONNECTIONS if row == (_NONE_SET,) else None)
    if wanted is not None:
        owner.execute(
            sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(sql.Identifier(login), sql.Literal(wanted))
        )


def unlimited_logins(connection: Connection) -> list[Unlimited]:
    """The logins that belong to people and have no limit."""
    if connection.execute(text("SELECT to_regclass('idexx_app.logins')")).scalar() is None:
        return []
    return [Unlimited(*row) for row in connection.execute(text(_IN_USE))]


def limit_logins(owner_url: str, logins: list[Unlimited], *, dry_run: bool) -> list[str]:
    """Give each the usual limit; readable lines of what was done, or with `dry_run` would be."""
    may = [each.login for each in logins if each.may_alter]
    if may and not dry_run:
        with translating(), connect(owner_url, application_name="idexx-desktop-owner") as owner:
            for login in may:
                set_limit(owner, login, None)
    verb = "would limit" if dry_run else "limited"
    lines = [f"{verb} {', '.join(may)} to {CONNECTIONS} connections at once"] if may else []
    return lines + [
        f"note: {each.login} has no limit of connections; whoever made it runs: ALTER ROLE"
        f' "{each.login}" CONNECTION LIMIT {CONNECTIONS}'
        for each in logins
        if not each.may_alter
    ]

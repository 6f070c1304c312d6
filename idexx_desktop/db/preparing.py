"""`db prepare`: says what a database needs, then does it. Embedded and adopted databases go the same way."""

from __future__ import annotations

from sqlalchemy import Connection, text

from idexx_desktop.db import grants, migrate
from idexx_desktop.db.connecting import make_engine
from idexx_desktop.db.errors import translating
from idexx_desktop.db.login_limits import limit_logins, unlimited_logins
from idexx_desktop.db.login_roles import ALL_GROUPS
from idexx_desktop.db.strangers import strangers
from idexx_desktop.domain.connection import OLDEST_SERVER

_GRANTS_BY_ADMIN_OPTION = 160_000
_ADOPTION_NOTE = (
    "note: the seed's foreign keys keep the platform from deleting cases and calls that were synced;"
    " their rows in consultation_sync_status and visits have to go first"
)
_RIGHTS = text("""
    SELECT current_setting('server_version_num')::integer AS version, r.rolsuper, r.rolcreaterole,
      has_database_privilege(current_database(), 'CREATE') AS may_create_schema,
      has_schema_privilege('public', 'CREATE') AS may_create_table
    FROM pg_roles r WHERE r.rolname = current_user
""")
# whoever may make things beside ours, or take ours away, could act with the powers of whoever comes next
_UNSAFE = text("""
    SELECT 'everybody may create objects in the schema public; first: REVOKE CREATE ON SCHEMA public FROM PUBLIC'
    FROM pg_namespace n, aclexplode(n.nspacl) x
    WHERE n.nspname = 'public' AND x.grantee = 0 AND x.privilege_type = 'CREATE'
    UNION ALL
    SELECT 'the schema idexx_app was made by ' || r.rolname || ', not by this program'
    FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
    WHERE n.nspname = 'idexx_app' AND NOT r.rolsuper AND r.rolname <> current_user
      AND NOT COALESCE(pg_has_role(r.oid, to_regrole('idexx_owner'), 'MEMBER'), false)
""")
_GROUPS = text("""
    SELECT rolname, pg_has_role(current_user, oid, 'MEMBER WITH ADMIN OPTION')
    FROM pg_roles WHERE rolname = ANY(:names)
""")


def prepare(owner_url: str, *, dry_run: bool = False) -> list[str]:
    """Bring the schema to the program's, and close it to others; readable lines of what was done.

    With `dry_run`, of what would be. DATABASE_OUTDATED with the whole list where the database, or the rights of this
    login, don't fit, or where somebody else made things in what is ours; nothing is touched then.
    """
    with translating(), make_engine(owner_url, pool_size=0).connect() as connection:
        unsafe = list(connection.execute(_UNSAFE).scalars())
        if unsafe:
            raise migrate.misfit(unsafe)
        revision = migrate.current_of(connection)
        problems = strangers(connection) if revision is not None else []
        pending = migrate.pending_after(revision)
        present: set[str] = set()
        lines: list[str] = []
        if pending:
            problems += _missing_rights(connection)
        if revision is None:
            present, misfits = migrate.look_at(connection)
            problems += misfits
            lines = _first_time(connection, present, dry_run=dry_run)
        others = _others(connection, dry_run=dry_run, makes_more=bool(pending))
        unlimited = unlimited_logins(connection)
    if problems:
        raise migrate.misfit(problems)
    verb = "would apply" if dry_run else "applied"
    lines += [f"{verb} {number}: {what}" for number, what in pending]
    lines += others
    if present:
        lines.append(_ADOPTION_NOTE)
    if not dry_run:
        migrate.upgrade(owner_url)
    lines += limit_logins(owner_url, unlimited, dry_run=dry_run)
    return lines or [f"nothing to do: the database is at revision {revision}"]


def _others(connection: Connection, *, dry_run: bool, makes_more: bool) -> list[str]:
    """What others may do with what is ours, and will be able to no more."""
    lines = grants.summary(grants.foreign_rights(connection), "would revoke" if dry_run else "revoked")
    by_default = grants.given_by_default(connection) if makes_more else []
    if by_default:
        verb = "would close" if dry_run else "closed"
        who = ", ".join(by_default)
        lines.append(f"{verb} what is new to {who}, to whom this database gives rights by default")
    return lines


def _first_time(connection: Connection, present: set[str], *, dry_run: bool) -> list[str]:
    """What happens to roles and to the tables that the seed refers to."""
    there = {row[0] for row in connection.execute(_GROUPS, {"names": [*ALL_GROUPS]})}
    missing = [name for name in ALL_GROUPS if name not in there]
    create, adopt = ("would create", "would adopt") if dry_run else ("created", "adopted")
    lines = [f"{create} the group roles {', '.join(missing)}"] if missing else []
    for table in migrate.host_tables():
        if table in present:
            lines.append(
                f"{adopt} table {table} as it is: row policies and grants for our groups, no other change"
            )
        else:
            lines.append(f"{create} table {table}")
    return lines


def _missing_rights(connection: Connection) -> list[str]:
    row = connection.execute(_RIGHTS).one()
    problems = []
    if row.version < OLDEST_SERVER:
        problems.append("this server is older than PostgreSQL 15")
    if row.rolsuper:
        return problems
    if not row.may_create_schema:
        problems.append("this login may not create a schema in this database")
    if not row.may_create_table:
        problems.append("this login may not create tables in the schema public")
    groups = {found[0]: found[1] for found in connection.execute(_GROUPS, {"names": [*ALL_GROUPS]})}
    if len(groups) < len(ALL_GROUPS) and not row.rolcreaterole:
        problems.append("this login may not create roles")
    # before PostgreSQL 16 whoever may create roles may grant any
    if row.version >= _GRANTS_BY_ADMIN_OPTION or not row.rolcreaterole:
        problems += [
            f"role {name} exists already, and this login may not grant it"
            for name, may in groups.items()
            if not may
        ]
    return problems

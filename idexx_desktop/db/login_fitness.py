"""What a login may do: too much for the program, or too little. Works on a database that was never prepared, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

# what is looked up is NULL where it isn't there
_LOGIN = text("""
    SELECT session_user::text AS login, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
      pg_has_role(session_user, to_regrole('idexx_owner'), 'MEMBER') AS is_owner,
      COALESCE(pg_has_role(session_user, to_regrole('idexx_service'), 'MEMBER'), false) AS is_service,
      to_regnamespace('idexx_app') IS NOT NULL AS is_prepared,
      COALESCE(has_schema_privilege(to_regnamespace('idexx_app'), 'USAGE'), false) AS is_ours
    FROM pg_roles r WHERE r.rolname = session_user
""")


@dataclass(frozen=True, slots=True)
class Fitness:
    """`too_much`: what keeps the program from using this login, "" if nothing.

    `manages`: may add and switch off logins. `is_ours`: of one of our groups, as far as the database is prepared.
    """

    login: str
    too_much: str
    manages: bool
    is_prepared: bool
    is_ours: bool


def fitness_of(connection: Connection) -> Fitness:
    """Who is connected, as the database sees it."""
    row: Any = connection.execute(_LOGIN).one()
    powers = {
        "a superuser": row.rolsuper,
        "a login that row security does not bind (BYPASSRLS)": row.rolbypassrls,
        "a login that owns the records": row.is_owner,
        "a service login": row.is_service,
    }
    return Fitness(
        login=row.login,
        too_much=next((what for what, holds in powers.items() if holds), ""),
        # before the first preparation there is no owner yet: whoever may make roles becomes it
        manages=row.rolsuper or (row.rolcreaterole and row.is_owner is not False),
        is_prepared=row.is_prepared,
        is_ours=row.is_ours,
    )

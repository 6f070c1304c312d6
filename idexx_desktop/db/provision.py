"""What the owner of the records does now and then: prepare a database, add clinics, add and deactivate users.

Works with a superuser, and with a login that owns the database and may create roles. Every function may be
repeated, raises `Failure`, and does all of it or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.types.json import Jsonb

from idexx_desktop.db import migrate
from idexx_desktop.db.connecting import connect
from idexx_desktop.db.errors import translating
from idexx_desktop.db.login_limits import check_limit, set_limit
from idexx_desktop.db.login_roles import (
    GROUPS,
    allow_connection,
    check_login,
    end_connections,
    put_login,
    refusal,
    still_connected,
    switch_off,
)
from idexx_desktop.db.preparing import prepare
from idexx_desktop.domain.audit import Action, check_metadata
from idexx_desktop.domain.days_off import NONE_OFF, DaysOff
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import LoginRecord

__all__ = [
    "add_user",
    "create_clinic",
    "deactivate_user",
    "list_clinics",
    "list_users",
    "name_now",
    "prepare",
]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LIST = """
    SELECT l.role_name, u.email, u.id::text,
      COALESCE(l.kind, CASE WHEN pg_has_role(r.oid, 'idexx_service', 'MEMBER') THEN 'service'
                            WHEN pg_has_role(r.oid, 'idexx_admin', 'MEMBER') THEN 'admin' ELSE 'user' END),
      l.active AND COALESCE(r.rolcanlogin, false),
      ARRAY(SELECT c.name FROM public.clinic_members m JOIN public.clinics c ON c.id = m.clinic_id
            WHERE m.user_id = u.id ORDER BY c.name)
    FROM idexx_app.logins l
    JOIN public.users u ON u.id = l.user_id
    LEFT JOIN pg_roles r ON r.oid = l.role_oid AND r.rolname = l.role_name
    ORDER BY u.email, l.role_name
"""
_MAP_LOGIN = """
    INSERT INTO idexx_app.logins (role_oid, role_name, user_id, kind) VALUES (%s, %s, %s, %s)
    ON CONFLICT (role_oid) DO UPDATE SET role_name = excluded.role_name, user_id = excluded.user_id,
      kind = excluded.kind, active = true
"""


def create_clinic(
    owner_url: str,
    name: str,
    timezone: str,
    *,
    neo_url: str,
    country: str = "US",
    phone: str = "",
    review: bool = False,
    closed: DaysOff = NONE_OFF,
) -> str:
    """Make a clinic with its settings and schedule; its id. What is there already is left as it is.

    In an adopted database the clinic must be there: INVALID_INPUT otherwise, and for a zone or country that isn't one.
    """
    _check_place(timezone, country)
    with _owner(owner_url) as owner:
        clinic_id = _clinic_id(owner, name, create=_made_here(owner, "clinics"))
        owner.execute(
            "INSERT INTO public.clinic_settings (clinic_id, timezone, country, clinic_phone, neo_url, review_mode,"
            " closed_weekdays, closed_days) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (
                clinic_id,
                timezone,
                country,
                phone,
                neo_url,
                review,
                sorted(closed.weekdays),
                sorted(closed.days),
            ),
        )
        owner.execute(
            "INSERT INTO public.sync_schedules (clinic_id) VALUES (%s) ON CONFLICT DO NOTHING", (clinic_id,)
        )
    return clinic_id


def name_now(owner_url: str, clinic_id: str, otherwise: str) -> str:
    """How a clinic is called, which may have been corrected since; `otherwise` where there is none of this id."""
    with _owner(owner_url) as owner:
        found = owner.execute("SELECT name FROM public.clinics WHERE id::text = %s", (clinic_id,)).fetchone()
    return str(found[0]) if found else otherwise


def add_user(
    owner_url: str,
    email: str,
    role: str,
    login: str,
    password: str,
    clinic: str | None = None,
    connections: int | None = None,
) -> str:
    """Give a person a login; the user's id. Repeating it sets password and group anew and keeps everything else.

    `role` is one of user, admin, service. Our own `users` gets the person where they aren't in it yet; in an
    adopted one the person must be there, found by e-mail (INVALID_INPUT otherwise). `clinic` is a clinic's name.
    `connections` is how many the login may have at once; None keeps a limit that is set, else sets the usual one.
    """
    check_login(login, password)
    check_limit(connections)
    if role not in GROUPS:
        raise refusal(f"The role is one of {', '.join(GROUPS)}.")
    if not _EMAIL.fullmatch(email):
        raise refusal(f"“{email}” is no e-mail address.")
    with _owner(owner_url) as owner:
        user_id = _user_id(owner, email, role, create=_made_here(owner, "users"))
        _refuse_other_persons_login(owner, login, user_id)
        oid = put_login(owner, login, password, role)
        set_limit(owner, login, connections)
        allow_connection(owner, login)
        # a role that was dropped and made again has another OID, and its old mapping is nobody's
        owner.execute("DELETE FROM idexx_app.logins WHERE role_name = %s AND role_oid <> %s", (login, oid))
        owner.execute(_MAP_LOGIN, (oid, login, user_id, role))
        if clinic is not None:
            clinic_id = _clinic_id(owner, clinic, create=_made_here(owner, "clinics"))
            owner.execute(
                "INSERT INTO public.clinic_members (user_id, clinic_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (user_id, clinic_id),
            )
        _audit(owner, Action.USER_ADDED, {"user_id": user_id, "role": role})
    return user_id


def list_users(owner_url: str) -> list[LoginRecord]:
    """Every login that is mapped to a user, by e-mail."""
    with _owner(owner_url) as owner:
        return [
            LoginRecord(
                login=row[0], email=row[1], user_id=row[2], role=row[3], active=row[4], clinics=tuple(row[5])
            )
            for row in owner.execute(_LIST).fetchall()
        ]


def list_clinics(owner_url: str) -> list[str]:
    """The names of all clinics, in alphabetical order."""
    with _owner(owner_url) as owner:
        return [
            str(row[0]) for row in owner.execute("SELECT name FROM public.clinics ORDER BY name").fetchall()
        ]


def deactivate_user(owner_url: str, email: str) -> list[str]:
    """Switch off every login of a person; the logins that were still on. INVALID_INPUT where there is none of them.

    A connection that is open sees nothing from its next statement on. One that would go on, because its transaction
    saw the records before or holds locks, is ended; DATABASE_REFUSED, said once all is switched off, where this owner
    may not end it: repeating tries again. What the person did stays, in their name.
    """
    switched = []
    with _owner(owner_url) as owner:
        rows = owner.execute(
            "SELECT l.role_name, l.role_oid, l.active, u.id::text FROM idexx_app.logins l"
            " JOIN public.users u ON u.id = l.user_id WHERE lower(u.email) = lower(%s) ORDER BY l.role_name",
            (email,),
        ).fetchall()
        if not rows:
            raise refusal(f"Nobody with the e-mail address {email} has a login.")
        for login, oid, active, user_id in rows:
            if active:
                owner.execute("UPDATE idexx_app.logins SET active = false WHERE role_oid = %s", (oid,))
                switch_off(owner, login, oid)
                switched.append(str(login))
                _audit(owner, Action.USER_DEACTIVATED, {"user_id": user_id})
    # only now can nobody come back in between
    with _owner(owner_url) as owner:
        left = sum(end_connections(owner, login, oid) for login, oid, _, _ in rows)
    if left:
        raise still_connected([str(row[0]) for row in rows], left)
    return switched


@contextmanager
def _owner(owner_url: str) -> Iterator[psycopg.Connection]:
    """One transaction of the owner's, in a database that is prepared for this program."""
    if migrate.is_behind(migrate.current(owner_url)):
        raise Failure(FailureCode.DATABASE_OUTDATED, "prepare the database first: idexx-desktop db prepare")
    with translating(), connect(owner_url, application_name="idexx-desktop-owner") as owner:
        yield owner


def _check_place(timezone: str, country: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ValueError, OSError, LookupError):
        raise refusal(f"“{timezone}” is no time zone.") from None
    if not _COUNTRY.fullmatch(country):
        raise refusal("A country is two capital letters, such as US.")


def _made_here(owner: psycopg.Connection, table: str) -> bool:
    row = owner.execute(
        "SELECT obj_description(to_regclass(%s), 'pg_class')", (f"public.{table}",)
    ).fetchone()
    return row is not None and row[0] == "made by idexx-desktop"


def _clinic_id(owner: psycopg.Connection, name: str, *, create: bool) -> str:
    if not name.strip():
        raise refusal("A clinic needs a name.")
    if create:
        owner.execute("INSERT INTO public.clinics (name) VALUES (%s) ON CONFLICT DO NOTHING", (name,))
    rows = owner.execute("SELECT id::text FROM public.clinics WHERE name = %s", (name,)).fetchall()
    if len(rows) != 1:
        raise refusal(f"There {_are(len(rows))} of the name “{name}” in the table clinics.")
    return str(rows[0][0])


def _user_id(owner: psycopg.Connection, email: str, role: str, *, create: bool) -> str:
    find = "SELECT id::text FROM public.users WHERE lower(email) = lower(%s)"
    rows = owner.execute(find, (email,)).fetchall()
    if not rows and create:
        owner.execute(
            "INSERT INTO public.users (email, role) VALUES (%s, %s)",
            (email, "admin" if role == "admin" else "veterinarian"),
        )
        rows = owner.execute(find, (email,)).fetchall()
    if len(rows) != 1:
        raise refusal(f"There {_are(len(rows))} with the e-mail address {email} in the table users.")
    return str(rows[0][0])


def _are(count: int) -> str:
    return "is none" if count == 0 else f"are {count}"


def _refuse_other_persons_login(owner: psycopg.Connection, login: str, user_id: str) -> None:
    row = owner.execute(
        "SELECT FROM idexx_app.logins l JOIN pg_roles r ON r.oid = l.role_oid AND r.rolname = l.role_name"
        " WHERE l.role_name = %s AND l.user_id <> %s",
        (login, user_id),
    ).fetchone()
    if row is not None:
        raise refusal(f"The login “{login}” belongs to another person.")


def _audit(owner: psycopg.Connection, action: Action, metadata: dict[str, Any]) -> None:
    owner.execute(
        "SELECT idexx_app.audit(%s, 'done', NULL, %s)", (str(action), Jsonb(check_metadata(action, metadata)))
    )

"""A login is what this database's own mapping says, at each statement: elsewhere on the server it is nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import AdminShutdown

from idexx_desktop.db import provision
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.attacks.rows import BY_FUNCTION, TABLES, fill
from tests.support.platform import ANNA, adopted_template
from tests.support.postgres import NEO_URL, OAK, PASSWORD, TEMPLATE, ClinicDatabase, People, TestServer

SERVICE = "test_one_service"


@pytest.fixture
def role(postgres: TestServer) -> Iterator[str]:
    """The name of a login that a test makes; gone afterwards."""
    name = "test_short_lived"
    yield name
    with psycopg.connect(postgres.url()) as root:
        root.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def rows_seen(connection: psycopg.Connection) -> dict[str, int]:
    """How many rows of each table this connection sees."""
    seen = {}
    for table in TABLES:
        row = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))
        ).fetchone()
        seen[table] = row[0] if row else 0
    return seen


def change_everything(connection: psycopg.Connection) -> int:
    """How many rows an UPDATE and a DELETE of every table reach."""
    reached = 0
    for table, rules in TABLES.items():
        for statement in ("UPDATE {} SET {} = DEFAULT", "DELETE FROM {}") if table not in BY_FUNCTION else ():
            named = sql.Identifier("public", table), sql.Identifier(rules.changed)
            reached += connection.execute(sql.SQL(statement).format(*named[: statement.count("{}")])).rowcount
    return reached


@pytest.mark.parametrize("kind", ["our own", "adopted"])
def test_a_service_of_one_database_is_nobody_in_another(
    clinic_database: ClinicDatabase, postgres: TestServer, kind: str
) -> None:
    """On the same server, whatever it claims, and whatever a platform lets everybody read."""
    people = clinic_database.people
    with psycopg.connect(clinic_database.owner_url) as owner:
        fill(owner, people.a)
    provision.add_user(clinic_database.owner_url, "service@elm.example", "service", SERVICE, PASSWORD)
    other = postgres.create(template=TEMPLATE if kind == "our own" else adopted_template(postgres, "newer"))
    try:
        if kind == "our own":
            with psycopg.connect(postgres.url(other)) as owner:
                fill(owner, people.a)
        with psycopg.connect(clinic_database.server.url(clinic_database.name, SERVICE)) as at_home:
            assert min(rows_seen(at_home).values()) > 0
        with psycopg.connect(postgres.url(other, SERVICE)) as abroad:
            abroad.execute("SELECT set_config('request.jwt.claims', %s, false)", (f'{{"sub": "{ANNA}"}}',))
            assert set(rows_seen(abroad).values()) == {0}
            assert change_everything(abroad) == 0
            assert abroad.execute(
                "SELECT idexx_app.is_service(), idexx_app.current_user_id()"
            ).fetchone() == (
                False,
                None,
            )
    finally:
        postgres.drop(other)


def test_what_a_login_is_elsewhere_it_is_not_here(
    clinic_database: ClinicDatabase, postgres: TestServer, role: str
) -> None:
    """The server's groups are for all its databases; each database's own mapping says what it made the login for."""
    other = postgres.create(template=TEMPLATE)
    try:
        provision.add_user(clinic_database.owner_url, "new@oak.example", "user", role, PASSWORD, OAK)
        for kind, asked in (("admin", "is_admin"), ("service", "is_service")):
            provision.add_user(postgres.url(other), "new@elm.example", kind, role, PASSWORD, OAK)
            for database, expected in ((other, True), (clinic_database.name, False)):
                with psycopg.connect(postgres.url(database, role)) as connection:
                    query = sql.SQL("SELECT {}()").format(sql.Identifier("idexx_app", asked))
                    assert connection.execute(query).fetchone() == (expected,), (kind, database)
        with psycopg.connect(postgres.url(clinic_database.name, role)) as connection:
            assert connection.execute("SELECT count(*) FROM public.users").fetchone() == (0,)
        kinds = {entry.login: entry.role for entry in provision.list_users(clinic_database.owner_url)}
        assert kinds[role] == "user"
    finally:
        postgres.drop(other)


@pytest.mark.parametrize("kind", ["user", "admin", "service"])
def test_switched_off_in_an_open_connection(clinic_database: ClinicDatabase, role: str, kind: str) -> None:
    """From its next statement on, also where the statement was prepared before, before its connections are ended."""
    url = clinic_database.owner_url
    user_id = provision.add_user(url, "new@oak.example", kind, role, PASSWORD, OAK)
    query = "SELECT count(*) FROM public.clinic_settings"
    with (
        psycopg.connect(url, autocommit=True) as owner,
        psycopg.connect(
            clinic_database.server.url(clinic_database.name, role), autocommit=True
        ) as connection,
    ):
        for _ in range(7):
            assert connection.execute(query, prepare=True).fetchone() != (0,)
        for off, on in (
            ("UPDATE idexx_app.logins SET active = false WHERE user_id = %s", True),
            ("DELETE FROM idexx_app.logins WHERE user_id = %s", False),
        ):
            owner.execute(off.encode(), (user_id,))
            assert connection.execute(query, prepare=True).fetchone() == (0,)
            asked = "SELECT idexx_app.current_user_id(), idexx_app.is_admin(), idexx_app.is_service()"
            assert connection.execute(asked).fetchone() == (None, False, False)
            if on:
                owner.execute("UPDATE idexx_app.logins SET active = true WHERE user_id = %s", (user_id,))
                assert connection.execute(query, prepare=True).fetchone() != (0,)


# each in a connection of its own; the last statement is the one that would go on
GOING_ON = {
    "a moment that it asked for": "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM public.clinic_settings",
    "a cursor": "BEGIN; DECLARE c CURSOR FOR SELECT * FROM public.clinic_settings; FETCH c",
    "what it wrote": "BEGIN; UPDATE public.clinic_settings SET calls_paused = true",
    "a lock": "BEGIN; LOCK TABLE public.visit_notes IN ACCESS EXCLUSIVE MODE",
    "locked rows": "BEGIN; SELECT FROM public.clinic_settings FOR UPDATE",
    "an advisory lock": "SELECT pg_advisory_lock(727471001)",
}


def test_switching_off_ends_what_would_go_on(clinic_database: ClinicDatabase, role: str) -> None:
    """The others see nothing more, and are told so."""
    url = clinic_database.owner_url
    provision.add_user(url, "new@oak.example", "user", role, PASSWORD, OAK)
    address = clinic_database.server.url(clinic_database.name, role)
    query = "SELECT count(*) FROM public.clinic_settings"
    for what, begin in GOING_ON.items():
        with (
            psycopg.connect(address, autocommit=True) as going_on,
            psycopg.connect(address, autocommit=True) as idle,
            psycopg.connect(address) as in_transaction,
        ):
            going_on.execute(begin.encode())
            for connection in (idle, in_transaction):
                assert connection.execute(query).fetchone() == (1,)
            provision.deactivate_user(url, "new@oak.example")
            with pytest.raises((AdminShutdown, psycopg.OperationalError)):
                going_on.execute("SELECT 1")
            for connection in (idle, in_transaction):
                assert connection.execute(query).fetchone() == (0,), what
        with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
            psycopg.connect(address)
        provision.add_user(url, "new@oak.example", "user", role, PASSWORD, OAK)
    with psycopg.connect(url) as owner:
        assert owner.execute("SELECT bool_or(calls_paused) FROM public.clinic_settings").fetchone() == (
            False,
        )


def test_an_owner_who_is_no_superuser_ends_them_too(postgres: TestServer, people: People, role: str) -> None:
    """Whoever made a login may end its connections; another owner is told that some are left."""
    for name in ("test_first_dba", "test_second_dba"):
        with psycopg.connect(postgres.url()) as root:
            root.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(
                    sql.Identifier(name), sql.Literal(PASSWORD)
                )
            )
            for group in ("idexx_owner", "idexx_user", "idexx_admin", "idexx_service"):
                root.execute(sql.SQL(f"GRANT {group} TO {name} WITH ADMIN OPTION"))
    database = postgres.create(owner="test_first_dba")
    first, second = (postgres.url(database, name) for name in ("test_first_dba", "test_second_dba"))
    try:
        provision.prepare(first)
        provision.create_clinic(first, OAK, "UTC", neo_url=NEO_URL)
        provision.add_user(first, "new@oak.example", "user", role, PASSWORD, OAK)
        with psycopg.connect(postgres.url(database, role)) as connection:
            connection.execute("LOCK TABLE public.visit_notes IN ACCESS EXCLUSIVE MODE")
            with psycopg.connect(first) as owner:
                owner.execute("UPDATE idexx_app.logins SET active = false")
            with pytest.raises(Failure) as left:
                provision.deactivate_user(second, "new@oak.example")
            assert left.value.code is FailureCode.DATABASE_REFUSED
            assert "still connected (1)" in left.value.title
            assert provision.deactivate_user(first, "new@oak.example") == []
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        with psycopg.connect(postgres.url()) as root:
            lent = root.execute(
                "SELECT FROM pg_auth_members WHERE roleid = %s::regrole AND member = 'test_first_dba'::regrole"
                " AND (inherit_option OR set_option)",
                (role,),
            ).fetchone()
        assert lent is None
    finally:
        postgres.drop(database)
        for name in (role, "test_first_dba", "test_second_dba"):
            for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
                postgres.run(sql.SQL(statement).format(sql.Identifier(name)))


def test_a_snapshot_is_no_ones_either(clinic_database: ClinicDatabase) -> None:
    """To a login that was switched off nothing looks empty: it is said."""
    b = clinic_database.people.b
    with (
        closing(Database(clinic_database.url(b))) as database,
        psycopg.connect(clinic_database.owner_url) as owner,
    ):
        records = ClinicRecords(database, b.user_id, b.clinic_id)
        with records.snapshot():
            pass
        owner.execute("UPDATE idexx_app.logins SET active = false WHERE user_id = %s", (b.user_id,))
        owner.commit()
        for reading in (records.snapshot, records.transaction):
            with pytest.raises(Failure, match="switched off"), reading():
                pass

"""A user who may run SQL lies about who they are; on our own database and on an adopted one they stay themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from idexx_desktop.db import provision
from tests.db.rows import fill
from tests.support.platform import ANNA, BEN, make_platform
from tests.support.postgres import NEO_URL, OAK, PASSWORD, TEMPLATE, ClinicDatabase, People, TestServer

TABLES = ("cases", "patients", "scheduled_discharge_calls")


@dataclass(frozen=True)
class Target:
    """A database with rows of an attacker and of a victim."""

    url: str  # the attacker's
    attacker: str
    victim: str
    owner_url: str


def our_own(database: ClinicDatabase) -> Target:
    people = database.people
    with psycopg.connect(database.owner_url) as owner:
        fill(owner, people.a)
        fill(owner, people.b)
    return Target(database.url(people.a), people.a.user_id, people.b.user_id, database.owner_url)


def adopted(server: TestServer, owner_url: str) -> Target:
    make_platform(owner_url)
    provision.prepare(owner_url)
    provision.create_clinic(owner_url, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    provision.add_user(owner_url, "anna@oak.example", "user", "test_anna", PASSWORD, OAK)
    return Target(server.url(owner_url.rsplit("/", 1)[1], "test_anna"), ANNA, BEN, owner_url)


@pytest.fixture(scope="module", params=["our own", "adopted"])
def target(request: pytest.FixtureRequest, postgres: TestServer, people: People) -> Iterator[Target]:
    """Made once for each kind: an attack that changes something fails its test."""
    if request.param == "our own":
        name = postgres.create(template=TEMPLATE)
        yield our_own(ClinicDatabase(postgres, name, people))
    else:
        name = postgres.create()
        yield adopted(postgres, postgres.url(name))
    postgres.drop(name)


def claims(target: Target) -> str:
    return json.dumps({"sub": target.victim, "role": "service_role"})


Lie = Callable[[psycopg.Connection, Target], object]
LIES: dict[str, Lie] = {
    "the truth": lambda _connection, _target: None,
    "a claim": lambda connection, target: connection.execute(
        "SELECT set_config('request.jwt.claims', %s, false)", (claims(target),)
    ),
    "a claim the old way": lambda connection, target: connection.execute(
        "SELECT set_config('request.jwt.claim.sub', %s, false), set_config('request.jwt.claims', %s, true)",
        (target.victim, claims(target)),
    ),
    "a group role": lambda connection, _target: connection.execute("SET ROLE idexx_user"),
    "another search path": lambda connection, target: (
        connection.execute(
            "CREATE FUNCTION pg_temp.current_user_id() RETURNS uuid LANGUAGE sql"
            f" AS $$ SELECT '{target.victim}'::uuid $$".encode()
        ),
        connection.execute(
            "CREATE TEMP TABLE logins (role_oid oid, role_name text, user_id uuid, active boolean)"
        ),
        connection.execute(
            "SELECT set_config('search_path', 'pg_temp, idexx_app, pg_catalog, public', false)"
        ),
    ),
    "a table of the same name": lambda connection, _target: (
        connection.execute("CREATE TEMP TABLE pg_roles (oid oid, rolname name)"),
        connection.execute("CREATE TEMP TABLE clinic_members (user_id uuid, clinic_id uuid)"),
    ),
    "settings of our own schema": lambda connection, target: connection.execute(
        "SELECT set_config('idexx_app.user_id', %s, false)", (target.victim,)
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_shows_nothing_more(target: Target, lie: str) -> None:
    with psycopg.connect(target.url) as connection:
        LIES[lie](connection, target)
        assert connection.execute("SELECT idexx_app.current_user_id()::text").fetchone() == (target.attacker,)
        for table in TABLES:
            found = connection.execute(
                f"SELECT DISTINCT user_id::text FROM public.{table}".encode()
            ).fetchall()
            assert found == [(target.attacker,)]


@pytest.mark.parametrize("lie", ["the truth", "a claim"])
def test_a_lie_changes_nothing_more(target: Target, lie: str) -> None:
    attacks = (
        "UPDATE public.cases SET source = 'stolen' WHERE user_id = %(victim)s",
        "DELETE FROM public.patients WHERE user_id = %(victim)s",
        "DELETE FROM public.users WHERE id = %(victim)s",
        "UPDATE public.users SET email = 'stolen' WHERE id = %(victim)s",
        "INSERT INTO public.cases (user_id, source) VALUES (%(victim)s, 'stolen')",
        "INSERT INTO public.scheduled_discharge_calls (user_id, dynamic_variables) VALUES (%(victim)s, '{}')",
        "UPDATE public.clinics SET name = 'stolen'",
        "DELETE FROM public.clinics",
    )
    for attack in attacks:
        with psycopg.connect(target.url) as connection:
            LIES[lie](connection, target)
            try:
                assert connection.execute(attack.encode(), {"victim": target.victim}).rowcount == 0, attack
            except InsufficientPrivilege:
                connection.rollback()
    with psycopg.connect(target.owner_url) as owner:
        counted = owner.execute(
            "SELECT (SELECT count(*) FROM cases WHERE source = 'stolen'), (SELECT count(*) FROM patients),"
            " (SELECT count(*) FROM users WHERE email = 'stolen'), (SELECT count(*) FROM clinics WHERE name = 'stolen')"
        ).fetchone()
    assert counted == (0, 2, 0, 0)


@pytest.mark.parametrize(
    "attempt",
    [
        "SET ROLE idexx_owner",
        "SET ROLE idexx_service",
        "SET ROLE idexx_admin",
        "SET SESSION AUTHORIZATION postgres",
        "SET SESSION AUTHORIZATION test_b",
        "SET session_replication_role = replica",
        "SELECT * FROM idexx_app.logins",
        "UPDATE idexx_app.logins SET active = true",
        "UPDATE idexx_app.schema_meta SET value = 'yes'",
        "SELECT * FROM idexx_app.sync_leases",
        "SELECT * FROM idexx_app.visit_claims",
        "SELECT * FROM idexx_app.audit_heads",
        "INSERT INTO idexx_app.audit_actions VALUES ('anything')",
        "INSERT INTO clinic_members VALUES (idexx_app.current_user_id(), gen_random_uuid())",
        "CREATE TABLE idexx_app.mine (id int)",
        "CREATE FUNCTION idexx_app.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION idexx_app.current_user_id() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        "SET row_security = off; SELECT * FROM cases",
        "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON cases USING (true)",
        "DROP POLICY idexx_user_select ON cases",
        "GRANT idexx_admin TO CURRENT_USER",
        "SELECT idexx_app.netstring('x')",
    ],
)
def test_what_a_user_may_not_even_try(clinic_database: ClinicDatabase, attempt: str) -> None:
    with (
        psycopg.connect(clinic_database.url(clinic_database.people.a)) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(attempt.encode())


def test_a_gateway_is_believed_only_where_the_owner_says_so(clinic_database: ClinicDatabase) -> None:
    """`authenticator` verifies tokens on platforms that have it; a malformed claim is nobody."""
    server, victim = clinic_database.server, clinic_database.people.a.user_id
    with psycopg.connect(server.url(), autocommit=True) as root:
        root.execute(
            f"CREATE ROLE authenticator LOGIN PASSWORD '{PASSWORD}'; GRANT idexx_user TO authenticator".encode()
        )
    try:
        for trusted, told, expected in (
            ("no", json.dumps({"sub": victim}), None),
            ("yes", json.dumps({"sub": victim}), victim),
            ("yes", "", None),
            ("yes", "not json", None),
            ("yes", json.dumps({"sub": "not an id"}), None),
            ("yes", "{}", None),
        ):
            with psycopg.connect(clinic_database.owner_url) as owner:
                owner.execute(
                    "UPDATE idexx_app.schema_meta SET value = %s WHERE key = 'trust_authenticator'",
                    (trusted,),
                )
            with psycopg.connect(server.url(clinic_database.name, "authenticator")) as gateway:
                gateway.execute("SELECT set_config('request.jwt.claims', %s, true)", (told,))
                found = gateway.execute(
                    "SELECT idexx_app.current_user_id()::text, idexx_app.is_admin()"
                ).fetchone()
                assert found == (expected, False)
    finally:
        with psycopg.connect(server.url(), autocommit=True) as root:
            root.execute("DROP ROLE authenticator")

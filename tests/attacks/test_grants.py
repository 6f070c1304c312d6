"""Rights that a database gives to others by itself, or that somebody gave: none stays on anything of ours.

TRUNCATE is not bound by row security, and whoever may make a trigger runs as the next one who writes the row.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from idexx_desktop.db import migrate, provision
from idexx_desktop.db.connection_check import check_connection, check_owner
from idexx_desktop.domain.connection import ConnectionPart, problem_in, warnings_in
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.attacks.rows import TABLES
from tests.support.platform import PUBLIC_ROLES, give_by_default, make_platform, make_public_roles
from tests.support.postgres import PASSWORD, TEMPLATE, ClinicDatabase, People, TestServer
from tests.support.schema import schema_of

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
# every right on every object of ours, whoever has it; written anew here, not as the program asks
FOREIGN = """
    WITH mine AS (SELECT oid FROM pg_roles WHERE rolname LIKE 'idexx\\_%%'), acls(acl, owner) AS (
      SELECT COALESCE(relacl, acldefault((CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", relowner)), relowner
      FROM pg_class
      WHERE relkind IN ('r', 'v', 'm', 'S', 'f', 'p')
        AND (relowner IN (TABLE mine) OR relnamespace = 'idexx_app'::regnamespace)
      UNION ALL SELECT a.attacl, c.relowner FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE a.attacl IS NOT NULL AND (c.relowner IN (TABLE mine) OR c.relnamespace = 'idexx_app'::regnamespace)
      UNION ALL SELECT COALESCE(proacl, acldefault('f', proowner)), proowner FROM pg_proc
      WHERE pronamespace = 'idexx_app'::regnamespace
      UNION ALL SELECT COALESCE(typacl, acldefault('T', typowner)), typowner FROM pg_type
      WHERE typtype IN ('e', 'd', 'c') AND (typowner IN (TABLE mine) OR typnamespace = 'idexx_app'::regnamespace)
      UNION ALL SELECT COALESCE(nspacl, acldefault('n', nspowner)), nspowner FROM pg_namespace
      WHERE nspname = 'idexx_app')
    SELECT x.grantee::regrole::text, x.privilege_type, x.is_grantable
    FROM acls CROSS JOIN LATERAL aclexplode(acls.acl) x
    WHERE x.grantee <> acls.owner AND (x.grantee NOT IN (TABLE mine) OR x.is_grantable
      OR x.privilege_type = 'CREATE' AND x.grantee <> 'idexx_owner'::regrole
      OR x.privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN'))
"""


def foreign(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as owner:
        return owner.execute(FOREIGN.encode()).fetchall()


def defaults(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as owner:
        return owner.execute(
            "SELECT defaclrole::regrole::text, defaclobjtype::text, defaclacl::text FROM pg_default_acl"
            " ORDER BY 1, 2, 3"
        ).fetchall()


@pytest.fixture(scope="module")
def dba(postgres: TestServer) -> str:
    """An owner who may make roles, and is no superuser."""
    name = "test_platform_dba"
    postgres.run(
        sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(
            sql.Identifier(name), sql.Literal(PASSWORD)
        )
    )
    for group in ("idexx_owner", "idexx_user", "idexx_admin", "idexx_service"):
        postgres.run(
            sql.SQL("GRANT {} TO {} WITH ADMIN OPTION").format(sql.Identifier(group), sql.Identifier(name))
        )
    return name


@pytest.fixture(scope="module")
def shared(postgres: TestServer, people: People) -> Iterator[ClinicDatabase]:
    """One database for all of what is given and made: each test ends with it as it was."""
    name = postgres.create(template=TEMPLATE)
    make_public_roles(postgres.url(name))
    yield ClinicDatabase(postgres, name, people)
    postgres.drop(name)


@pytest.mark.parametrize("by", ["a superuser", "an owner"])
@pytest.mark.parametrize("kind", ["our own", "adopted"])
def test_what_a_database_gives_by_default_is_taken_back(
    postgres: TestServer, clinic_database: ClinicDatabase, dba: str, kind: str, by: str
) -> None:
    """In the transaction that makes the tables; what the platform gives of its own stays as it was."""
    name = postgres.create(owner=None if by == "a superuser" else dba)
    url = postgres.url(name) if by == "a superuser" else postgres.url(name, dba)
    try:
        give_by_default(url)
        if kind == "adopted":
            make_platform(url, "newer")
        given = defaults(url)
        said = provision.prepare(url, dry_run=True)
        assert any("would close what is new to everybody, anon, authenticated" in line for line in said)
        done = provision.prepare(url)
        assert any("closed what is new to everybody, anon, authenticated" in line for line in done)
        assert foreign(url) == []
        assert defaults(url) == given
        assert provision.prepare(url) == [f"nothing to do: the database is at revision {migrate.head()}"]
        assert problem_in(check_owner(url)) is None
        assert warnings_in(check_owner(url)) == []
        ours = [table for table in TABLES if kind == "our own" or table not in migrate.host_tables()]
        with psycopg.connect(postgres.url(name)) as root:
            if kind == "adopted":
                assert root.execute(
                    "SELECT has_table_privilege('anon', 'public.cases', 'TRUNCATE')"
                ).fetchone() == (True,)
            for role in PUBLIC_ROLES:
                root.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(role)))
                for table in ours:
                    for attempt in (
                        "SELECT FROM {}", "TRUNCATE {} CASCADE", "DELETE FROM {}", "LOCK TABLE {}",
                        "CREATE TRIGGER t BEFORE INSERT ON {} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                    ):  # fmt: skip
                        with pytest.raises(InsufficientPrivilege), root.transaction():
                            root.execute(sql.SQL(attempt).format(sql.Identifier("public", table)))
                root.execute("RESET SESSION AUTHORIZATION")
    finally:
        postgres.drop(name)


GIVEN = {
    "GRANT ALL ON public.visits TO anon WITH GRANT OPTION; SET ROLE anon;"
    " GRANT SELECT ON public.visits TO authenticated; RESET ROLE": "anon, authenticated",
    "GRANT SELECT, UPDATE (phone) ON public.opt_outs TO PUBLIC": "everybody",
    "GRANT UPDATE (email) ON public.users TO service_role": "service_role",
    "GRANT SELECT ON ALL TABLES IN SCHEMA idexx_app TO PUBLIC": "everybody",
    "GRANT ALL ON SCHEMA idexx_app TO anon": "anon",
    "GRANT CREATE ON SCHEMA idexx_app TO idexx_user": "idexx_user",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA idexx_app TO PUBLIC": "everybody",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA idexx_app TO anon": "anon",
    "GRANT USAGE ON TYPE public.visits, public.case_status TO PUBLIC": "everybody",
    "GRANT TRIGGER, REFERENCES ON public.visits TO idexx_user": "idexx_user",
    "GRANT REFERENCES (id) ON public.cases TO idexx_admin": "idexx_admin",
    "GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO idexx_service": "idexx_service",
    "GRANT MAINTAIN ON public.visits TO idexx_admin": "idexx_admin",
    "GRANT SELECT ON public.visits TO idexx_user WITH GRANT OPTION; SET ROLE idexx_user;"
    " GRANT SELECT ON public.visits TO anon; RESET ROLE": "anon, idexx_user",
    "ALTER DEFAULT PRIVILEGES FOR ROLE idexx_owner GRANT ALL ON TABLES TO anon;"
    " GRANT SELECT ON public.clinics TO anon": "anon",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA idexx_app GRANT SELECT ON TABLES TO anon;"
    " GRANT SELECT ON public.clinics TO anon": "anon",
    'CREATE ROLE "odd ""%s: role"; GRANT SELECT ON public.visits TO "odd ""%s: role"': '"odd ""%s: role"',
}


@pytest.mark.parametrize("given", GIVEN)
def test_what_somebody_gave_is_said_and_taken_back(shared: ClinicDatabase, given: str) -> None:
    """Also where nothing is to be migrated; and until then each login's own check says it."""
    url, person = shared.owner_url, shared.people.a
    before = schema_of(url)
    with psycopg.connect(url) as owner:
        owner.execute(given.encode())
    try:
        for steps in (check_connection(shared.url(person)), check_owner(url)):
            assert problem_in(steps) is None
            [warning] = warnings_in(steps)
            assert warning.part is ConnectionPart.MIGRATION
            assert warning.words.endswith(f"gives rights on this program's records to {GIVEN[given]}.")
            assert "db prepare" in warning.advice
        assert foreign(url) != []
        said = provision.prepare(url, dry_run=True)
        assert foreign(url) != []
        assert {line.split()[0] for line in said} == {"would"}
        done = provision.prepare(url)
        assert [line.replace("would revoke", "revoked") for line in said] == done
        assert all(any(line.endswith(f"from {who}") for line in done) for who in GIVEN[given].split(", "))
        assert foreign(url) == []
        assert schema_of(url) == before
        assert [row for row in defaults(url) if "anon" in str(row)] == []
        assert warnings_in(check_connection(shared.url(person))) == []
    finally:
        if "odd" in given:
            shared.server.run(sql.SQL('DROP ROLE "odd ""%s: role"'))


MADE = {
    "CREATE TRIGGER spy BEFORE INSERT ON public.visits FOR EACH ROW EXECUTE FUNCTION public.mine()":
        "DROP TRIGGER spy ON public.visits",
    'CREATE CONSTRAINT TRIGGER "a spy" AFTER INSERT ON idexx_app.logins FOR EACH ROW EXECUTE FUNCTION public.mine()':
        'DROP TRIGGER "a spy" ON idexx_app.logins',
    "CREATE RULE mine AS ON DELETE TO public.opt_outs DO INSTEAD NOTHING": "DROP RULE mine ON public.opt_outs",
    "CREATE POLICY everybody ON public.visits USING (true)": "DROP POLICY everybody ON public.visits",
    "CREATE POLICY idexx_all ON public.visits TO PUBLIC USING (true)": "DROP POLICY idexx_all ON public.visits",
    "CREATE POLICY idexx_all ON public.visits TO anon USING (true)": "DROP POLICY idexx_all ON public.visits",
    "CREATE POLICY mine ON idexx_app.logins TO idexx_user USING (true)": "DROP POLICY mine ON idexx_app.logins",
    "CREATE TABLE public.mine (id uuid CONSTRAINT probe REFERENCES public.cases);"
    " ALTER TABLE public.mine OWNER TO anon": "ALTER TABLE public.mine DROP CONSTRAINT probe",
    "CREATE TABLE idexx_app.mine ()": "DROP TABLE idexx_app.mine",
    "CREATE VIEW idexx_app.mine AS SELECT 1": "DROP VIEW idexx_app.mine",
    "CREATE FUNCTION idexx_app.mine(integer, text) RETURNS int LANGUAGE sql AS 'SELECT 1'":
        "DROP ROUTINE idexx_app.mine(integer, text)",
    "CREATE DOMAIN idexx_app.mine AS text": "DROP TYPE idexx_app.mine",
    "ALTER TABLE public.visits DISABLE ROW LEVEL SECURITY":
        "ALTER TABLE public.visits ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "ALTER TABLE idexx_app.sync_leases NO FORCE ROW LEVEL SECURITY":
        "ALTER TABLE idexx_app.sync_leases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
}  # fmt: skip


@pytest.mark.parametrize("made", MADE)
def test_what_somebody_made_is_named_and_refused(shared: ClinicDatabase, made: str) -> None:
    """Nothing goes on until a person has looked; the statement that is advised is all that it takes."""
    url = shared.owner_url
    with psycopg.connect(url) as owner:
        owner.execute(
            "DO $$ BEGIN IF to_regrole('anon') IS NULL THEN CREATE ROLE anon NOLOGIN; END IF; END $$"
        )
        owner.execute(
            "CREATE FUNCTION public.mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
        owner.execute(made.encode())
    before = schema_of(url)
    for attempt in (provision.prepare, migrate.upgrade):
        with pytest.raises(Failure) as refused:
            attempt(url)
        assert refused.value.code is FailureCode.DATABASE_OUTDATED
        [_, line] = refused.value.detail.splitlines()
        assert line.endswith(f"; first: {MADE[made]}")
    assert schema_of(url) == before
    with psycopg.connect(url) as owner:
        owner.execute(MADE[made].encode())
        owner.execute("DROP TABLE IF EXISTS public.mine; DROP FUNCTION public.mine()")
    assert "nothing to do" in provision.prepare(url)[0]


def test_a_trigger_that_came_before_the_tables_were_closed(empty_database: str, postgres: TestServer) -> None:
    """As on a platform whose defaults gave TRIGGER away: it would run as whoever writes next, so nothing goes on."""
    give_by_default(empty_database)
    migrate.upgrade(empty_database, "0013")
    with psycopg.connect(empty_database) as owner:  # as it was before this program closed what it made
        owner.execute(
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO anon; GRANT CREATE ON SCHEMA public TO anon"
        )
        owner.execute("SET ROLE anon")
        owner.execute(
            "CREATE FUNCTION public.victim() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RAISE EXCEPTION ''ran as %', current_user; END'".replace("%'", "%''")
        )
        owner.execute(
            "CREATE TRIGGER spy BEFORE INSERT ON public.opt_outs FOR EACH ROW EXECUTE FUNCTION public.victim()"
        )
    with pytest.raises(Failure, match=r"DROP TRIGGER spy ON public\.opt_outs"):
        provision.prepare(empty_database)
    assert migrate.current(empty_database) == "0013"
    with psycopg.connect(empty_database) as owner:
        owner.execute("DROP TRIGGER spy ON public.opt_outs")
    provision.prepare(empty_database)
    assert foreign(empty_database) == []


def test_a_right_that_this_owner_can_not_take_is_said(shared: ClinicDatabase, dba: str) -> None:
    """The schema belongs to whoever prepared first; another owner is told, and nothing is half done."""
    server, url = shared.server, shared.owner_url
    with psycopg.connect(url) as root:
        root.execute(
            "DO $$ BEGIN IF to_regrole('anon') IS NULL THEN CREATE ROLE anon NOLOGIN; END IF; END $$"
        )
        root.execute("GRANT USAGE ON SCHEMA idexx_app TO anon; GRANT SELECT ON public.visits TO anon")
    with pytest.raises(Failure) as refused:
        provision.prepare(server.url(shared.name, dba))
    assert (
        "anon keeps rights on idexx_app; first: REVOKE ALL ON SCHEMA idexx_app FROM anon"
        in refused.value.detail
    )
    assert len(foreign(url)) == 2
    provision.prepare(url)
    assert foreign(url) == []

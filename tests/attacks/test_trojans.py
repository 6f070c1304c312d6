"""What somebody else may make where ours is never runs with the powers of whoever prepares the database.

Up to PostgreSQL 14 everybody could create objects in `public`, and databases from that time still allow it. A function
or operator there that fits a call better than the server's own is taken instead of it, and runs as the caller.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from idexx_desktop.db import migrate, provision
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.postgres import NEO_URL, OAK, PASSWORD, TestServer

OPEN = "GRANT CREATE ON SCHEMA public TO PUBLIC"
# better than the server's own for a column of type varchar, such as Alembic's, or an e-mail address of a platform's
PLANT = """
CREATE FUNCTION public.trojan() RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN
    IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
      ALTER ROLE test_mallory SUPERUSER;
    END IF;
    RETURN true;
  END $$;
CREATE FUNCTION public.same(varchar, varchar) RETURNS boolean LANGUAGE sql AS
  'SELECT public.trojan() AND $1::text OPERATOR(pg_catalog.=) $2::text';
CREATE FUNCTION public.lower(varchar) RETURNS text LANGUAGE sql AS
  'SELECT CASE WHEN public.trojan() THEN pg_catalog.lower($1::text) END';
CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = public.same);
"""


@pytest.fixture
def mallory(postgres: TestServer) -> Iterator[str]:
    """A login of the server's that has nothing to do with us; gone after the database with what it made."""
    name = sql.Identifier("test_mallory")
    postgres.run(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(PASSWORD)))
    yield "test_mallory"
    postgres.run(sql.SQL("DROP ROLE {}").format(name))
    postgres.run(sql.SQL("DROP ROLE IF EXISTS test_victim"))


def as_mallory(postgres: TestServer, owner_url: str) -> str:
    return postgres.url(owner_url.rsplit("/", 1)[1], "test_mallory")


def run(url: str, statements: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statements.encode())


def is_superuser(owner_url: str, role: str) -> bool:
    with psycopg.connect(owner_url) as owner:
        row = owner.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    return row == (True,)


def test_the_owners_chores_never_look_there(postgres: TestServer, mallory: str, empty_database: str) -> None:
    migrate.upgrade(empty_database, "0005")
    run(empty_database, f"{OPEN}; ALTER TABLE public.users ALTER COLUMN email TYPE varchar(200)")
    run(as_mallory(postgres, empty_database), PLANT)
    migrate.upgrade(empty_database)
    provision.create_clinic(empty_database, OAK, "UTC", neo_url=NEO_URL)
    provision.add_user(empty_database, "x@oak.example", "user", "test_victim", PASSWORD, OAK)
    provision.list_users(empty_database)
    provision.deactivate_user(empty_database, "X@oak.example")
    assert not is_superuser(empty_database, mallory)


def test_a_schema_that_everybody_may_write_to_is_refused(empty_database: str) -> None:
    """Our users' own programs look there as well: nobody but the owner may make anything."""
    run(empty_database, OPEN)
    for dry_run in (True, False):
        with pytest.raises(Failure, match="REVOKE CREATE ON SCHEMA public FROM PUBLIC") as refused:
            provision.prepare(empty_database, dry_run=dry_run)
        assert refused.value.code == FailureCode.DATABASE_OUTDATED
    assert migrate.current(empty_database) is None


def test_a_schema_that_somebody_else_made_is_refused(
    postgres: TestServer, mallory: str, empty_database: str
) -> None:
    """Its owner could drop and replace whatever is in it, and say that it was prepared already."""
    run(empty_database, f"CREATE SCHEMA idexx_app AUTHORIZATION {mallory}")
    says_it_is_done = (
        "CREATE TABLE idexx_app.alembic_version (version_num text);"
        f"INSERT INTO idexx_app.alembic_version VALUES ('{migrate.head()}')"
    )
    for preparation in ("SELECT", says_it_is_done):
        run(as_mallory(postgres, empty_database), preparation)
        with pytest.raises(Failure, match="the schema idexx_app was made by test_mallory") as refused:
            provision.prepare(empty_database)
        assert refused.value.code == FailureCode.DATABASE_OUTDATED

"""A login has so many connections and no more, and the program says so in words where they are all in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing

import psycopg
import pytest
from psycopg import sql

from idexx_desktop.db import provision
from idexx_desktop.db.connecting import make_engine
from idexx_desktop.db.connection_check import check_connection
from idexx_desktop.db.database import Database
from idexx_desktop.db.login_limits import CONNECTIONS, LEAST, MOST
from idexx_desktop.domain.connection import problem_in
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.postgres import OAK, PASSWORD, ClinicDatabase, TestServer

LOGIN, SMALL = "test_limited", 3


@pytest.fixture
def limited(clinic_database: ClinicDatabase) -> Iterator[ClinicDatabase]:
    """A database with one more login; gone afterwards."""
    yield clinic_database
    clinic_database.server.run(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(LOGIN)))


def add(database: ClinicDatabase, connections: int | None = None) -> None:
    provision.add_user(
        database.owner_url, "new@oak.example", "user", LOGIN, PASSWORD, OAK, connections=connections
    )


def limit_of(server: TestServer, login: str = LOGIN) -> int:
    with psycopg.connect(server.url()) as root:
        row = root.execute("SELECT rolconnlimit FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
    assert row is not None
    return int(row[0])


def test_a_limit_is_set_kept_and_changed(limited: ClinicDatabase) -> None:
    for asked, expected in ((None, CONNECTIONS), (50, 50), (None, 50), (SMALL, SMALL)):
        add(limited, asked)
        assert limit_of(limited.server) == expected
    assert CONNECTIONS == 20
    for refused in (LEAST - 1, -1, MOST + 1):
        with pytest.raises(Failure) as failure:
            add(limited, refused)
        assert failure.value.code is FailureCode.INVALID_INPUT
    assert limit_of(limited.server) == SMALL


def test_our_own_pool_stays_well_below(limited: ClinicDatabase) -> None:
    engine = make_engine(limited.url(limited.people.a))
    with ExitStack() as stack:
        pool = engine.pool
        size, overflow = pool.size(), pool._max_overflow  # type: ignore[attr-defined]  # of a queue
        for _ in range(size + overflow):
            stack.enter_context(engine.connect())
    engine.dispose()
    assert size + overflow < CONNECTIONS / 2


def test_logins_of_before_get_one(limited: ClinicDatabase) -> None:
    """When the database is prepared, also where nothing is to be migrated; a limit that somebody set stays."""
    server, url = limited.server, limited.owner_url
    add(limited)
    server.run(sql.SQL("ALTER ROLE {} CONNECTION LIMIT -1").format(sql.Identifier(LOGIN)))
    server.run(sql.SQL("ALTER ROLE {} CONNECTION LIMIT 33").format(sql.Identifier("test_b")))
    try:
        said = provision.prepare(url, dry_run=True)
        assert f"would limit {LOGIN} to 20 connections at once" in said
        assert limit_of(server) == -1
        assert f"limited {LOGIN} to 20 connections at once" in provision.prepare(url)
        assert (limit_of(server), limit_of(server, "test_b")) == (CONNECTIONS, 33)
        assert "nothing to do" in provision.prepare(url)[0]
    finally:
        server.run(sql.SQL("ALTER ROLE {} CONNECTION LIMIT 20").format(sql.Identifier("test_b")))


def test_an_owner_who_may_not_is_told(limited: ClinicDatabase) -> None:
    server = limited.server
    add(limited)
    server.run(sql.SQL("ALTER ROLE {} CONNECTION LIMIT -1").format(sql.Identifier(LOGIN)))
    server.run(sql.SQL("CREATE ROLE test_limits_dba LOGIN PASSWORD {}").format(sql.Literal(PASSWORD)))
    server.run(sql.SQL("GRANT idexx_owner TO test_limits_dba"))
    try:
        said = provision.prepare(server.url(limited.name, "test_limits_dba"))
        assert said == [
            f"note: {LOGIN} has no limit of connections; whoever made it runs:"
            f' ALTER ROLE "{LOGIN}" CONNECTION LIMIT 20'
        ]
    finally:
        server.run(sql.SQL("DROP ROLE test_limits_dba"))


def test_all_in_use_is_said(limited: ClinicDatabase) -> None:
    add(limited, SMALL)
    url = limited.server.url(limited.name, LOGIN)
    with ExitStack() as stack:
        for _ in range(SMALL):
            stack.enter_context(psycopg.connect(url))
        with closing(Database(url)) as database, pytest.raises(Failure) as failure:
            database.check()
        assert failure.value.code is FailureCode.DATABASE_UNREACHABLE
        assert "in use as often as it may be" in failure.value.title
        assert "--connections" in failure.value.advice
        problem = problem_in(check_connection(url))
        assert problem is not None
        assert f"“{LOGIN}” has as many connections as it may have" in problem.words
    with closing(Database(url)) as database:
        database.check()

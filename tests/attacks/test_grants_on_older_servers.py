"""Rights, services and locks on the PostgreSQL that this computer has besides the program's own, where it has one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from idexx_desktop.db import migrate, provision
from idexx_desktop.db.connection_check import check_connection
from idexx_desktop.db.database import Database
from idexx_desktop.domain.connection import problem_in, warnings_in
from tests.attacks.test_grants import foreign
from tests.support.installed_servers import installed, running
from tests.support.platform import give_by_default, make_platform
from tests.support.postgres import OAK, PASSWORD, TestServer

OLDER = [folder for folder in installed() if (folder / "postgres").exists()]


@pytest.fixture(scope="module")
def older() -> Iterator[TestServer]:
    """The oldest that is there."""
    if not OLDER:
        pytest.skip("this computer has no other PostgreSQL")
    with running(OLDER[0]) as server:
        yield server


@pytest.mark.parametrize("by", ["a superuser", "an owner"])
def test_a_platforms_database_is_closed(older: TestServer, by: str) -> None:
    """By whoever owns it; a user, a service and their end work as on the program's own server."""
    with psycopg.connect(older.url(), autocommit=True) as root:
        version = root.info.server_version
        if by == "an owner":
            root.execute(f"CREATE ROLE dba LOGIN CREATEROLE PASSWORD '{PASSWORD}'".encode())
            for group in ("idexx_owner", "idexx_user", "idexx_admin", "idexx_service"):
                if root.execute("SELECT to_regrole(%s)", (group,)).fetchone() != (None,):
                    root.execute(f"GRANT {group} TO dba WITH ADMIN OPTION".encode())
    name = older.create(owner="dba" if by == "an owner" else None)
    url = older.url(name, "dba") if by == "an owner" else older.url(name)
    give_by_default(url)
    make_platform(url, "newer")
    provision.prepare(url)
    assert foreign(older.url(name)) == []
    with psycopg.connect(url) as owner:
        owner.execute("GRANT ALL ON public.visits TO anon; GRANT TRIGGER ON public.visits TO idexx_user")
        owner.execute("UPDATE public.users SET email = lower(email)")
    assert len(provision.prepare(url)) == 2
    assert provision.prepare(url) == [f"nothing to do: the database is at revision {migrate.head()}"]
    login = f"anna_{by.split()[-1]}"
    provision.add_user(url, "anna@oak.example", "user", login, PASSWORD, OAK)
    with closing(Database(older.url(name, login))) as database:
        database.check()
    steps = check_connection(older.url(name, login))
    assert problem_in(steps) is None
    assert [step.part for step in warnings_in(steps)] in ([], ["version"]), version
    with psycopg.connect(older.url(name, login)) as connection:
        for mode in ("SHARE", "ACCESS EXCLUSIVE"):
            with pytest.raises(InsufficientPrivilege), connection.transaction():
                connection.execute(f"LOCK TABLE public.visits IN {mode} MODE".encode())
        connection.execute("LOCK TABLE public.visit_notes IN ACCESS EXCLUSIVE MODE")
        assert provision.deactivate_user(url, "anna@oak.example") == [login]
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")

"""Preparing databases and giving people logins, as a superuser and as an owner who is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import sql

from idexx_desktop.db import migrate, provision
from idexx_desktop.db.database import Database
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.platform import make_platform
from tests.support.postgres import (
    ELM,
    NEO_URL,
    OAK,
    PASSWORD,
    ClinicDatabase,
    TestServer,
    running_server,
)

NEW = "a-new-password-2"


@pytest.fixture(scope="module")
def fresh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server on which nobody has made our group roles yet, with an owner who may create roles and no more."""
    with running_server(tmp_path_factory.mktemp("fresh")) as server:
        for name, power in (("test_dba", "CREATEROLE"), ("test_other_dba", "CREATEROLE"), ("test_plain", "")):
            server.run(
                sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
                    sql.Identifier(name),
                    sql.SQL(power),
                    sql.Literal(PASSWORD),
                )
            )
        yield server


def owned_by(server: TestServer, owner: str) -> str:
    """The address, as its owner, of a new database."""
    return server.url(server.create(owner=owner), owner)


def refused(attempt: Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as raised:
        attempt()
    return raised.value


def accepted(url: str) -> bool:
    with closing(Database(url)) as database:
        try:
            database.check()
        except Failure as failure:
            return failure.code != FailureCode.DATABASE_REFUSED
    return True


@pytest.mark.parametrize("adopts", [False, True])
def test_an_owner_without_superuser_rights(fresh_server: TestServer, *, adopts: bool) -> None:
    owner_url = owned_by(fresh_server, "test_dba")
    if adopts:
        make_platform(owner_url)
    said = provision.prepare(owner_url)
    assert any("table cases" in line for line in said)
    provision.create_clinic(owner_url, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    user_id = provision.add_user(owner_url, "anna@oak.example", "user", "test_anna", PASSWORD, OAK)
    assert provision.add_user(owner_url, "Anna@Oak.example", "admin", "test_anna", NEW, OAK) == user_id
    name = owner_url.rsplit("/", 1)[1]
    with closing(Database(fresh_server.url(name, "test_anna", NEW))) as database:
        database.check()
        assert database.identity().is_admin
        assert [clinic.name for clinic in database.clinics()] == [OAK]
    assert provision.deactivate_user(owner_url, "anna@oak.example") == ["test_anna"]
    assert not accepted(fresh_server.url(name, "test_anna", NEW))
    migrate.downgrade(owner_url, "base")
    provision.prepare(owner_url)


def test_groups_that_somebody_else_made(fresh_server: TestServer) -> None:
    provision.prepare(owned_by(fresh_server, "test_dba"))
    failure = refused(lambda: provision.prepare(owned_by(fresh_server, "test_other_dba")))
    assert failure.code == FailureCode.DATABASE_OUTDATED
    assert "role idexx_owner exists already, and this login may not grant it" in failure.detail
    for group in ("idexx_owner", "idexx_user", "idexx_admin", "idexx_service"):
        fresh_server.run(
            sql.SQL("GRANT {} TO test_other_dba WITH ADMIN OPTION").format(sql.Identifier(group))
        )
    provision.prepare(owned_by(fresh_server, "test_other_dba"))


def test_rights_that_are_missing_are_listed(fresh_server: TestServer) -> None:
    name = fresh_server.create()
    url = fresh_server.url(name, "test_plain")
    for attempt in (lambda: provision.prepare(url), lambda: provision.prepare(url, dry_run=True)):
        detail = refused(attempt).detail
        assert "may not create a schema" in detail
        assert "may not create tables" in detail


def test_another_ones_tables_are_not_adopted(fresh_server: TestServer) -> None:
    name = fresh_server.create(owner="test_other_dba")
    make_platform(fresh_server.url(name))
    assert (
        "table cases: belongs to postgres"
        in refused(lambda: provision.prepare(fresh_server.url(name, "test_other_dba"))).detail
    )


def test_adding_again_changes_only_what_was_asked(clinic_database: ClinicDatabase) -> None:
    url, a = clinic_database.owner_url, clinic_database.people.a
    try:
        before = provision.list_users(url)
        assert provision.add_user(url, "TEST_A@oak.example", "admin", "test_a", NEW) == a.user_id
        with closing(Database(clinic_database.server.url(clinic_database.name, "test_a", NEW))) as database:
            assert database.identity().is_admin
        assert not accepted(clinic_database.url(a))
        provision.add_user(url, "test_a@oak.example", "user", "test_a", PASSWORD, ELM)
        with closing(Database(clinic_database.url(a))) as database:
            assert not database.identity().is_admin
            assert {clinic.name for clinic in database.clinics()} == {OAK, ELM}
        after = provision.list_users(url)
        assert {entry.login: entry.role for entry in after} == {entry.login: entry.role for entry in before}
    finally:  # the role is shared by all copies of the prepared database
        provision.add_user(url, "test_a@oak.example", "user", "test_a", PASSWORD)


def test_list_users(clinic_database: ClinicDatabase) -> None:
    found = {entry.login: entry for entry in provision.list_users(clinic_database.owner_url)}
    assert found.keys() == {"test_a", "test_b", "test_colleague", "test_admin"}
    assert found["test_admin"].role == "admin"
    assert (found["test_a"].clinics, found["test_a"].role, found["test_a"].active) == ((OAK,), "user", True)


def test_deactivating(clinic_database: ClinicDatabase) -> None:
    url, b = clinic_database.owner_url, clinic_database.people.b
    try:
        assert provision.deactivate_user(url, "TEST_B@elm.example") == ["test_b"]
        assert provision.deactivate_user(url, "test_b@elm.example") == []
        assert not accepted(clinic_database.url(b))
        assert [e.login for e in provision.list_users(url) if not e.active] == ["test_b"]
        failure = refused(lambda: provision.deactivate_user(url, "nobody@elm.example"))
        assert failure.code == FailureCode.INVALID_INPUT
    finally:  # adding again switches on again
        provision.add_user(url, "test_b@elm.example", "user", "test_b", PASSWORD)
    assert accepted(clinic_database.url(b))
    with psycopg.connect(url) as owner:
        rows = owner.execute(
            "SELECT action, metadata ->> 'user_id', user_id FROM idexx_sync_audit_log ORDER BY seq DESC LIMIT 2"
        ).fetchall()
    assert rows == [("user.added", b.user_id, None), ("user.deactivated", b.user_id, None)]


def test_the_server_never_sees_a_password_in_clear(clinic_database: ClinicDatabase) -> None:
    """Were it sent in clear, a server set to MD5 would store it as MD5."""
    url = clinic_database.owner_url
    try:
        with psycopg.connect(url, autocommit=True) as root:
            root.execute("SET client_min_messages = error")
            root.execute(
                sql.SQL("ALTER DATABASE {} SET password_encryption = 'md5'").format(
                    sql.Identifier(clinic_database.name)
                )
            )
        provision.add_user(url, "test_a@oak.example", "user", "test_a", PASSWORD)
        with psycopg.connect(url) as root:
            row = root.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'test_a'").fetchone()
        assert row is not None
        assert str(row[0]).startswith("SCRAM-SHA-256$")
        assert accepted(clinic_database.url(clinic_database.people.a))
    finally:
        provision.add_user(url, "test_a@oak.example", "user", "test_a", PASSWORD)


@pytest.mark.parametrize("quoted", ["it's", 'a "quoted" one', "%s \\ $1 $$", "pass wörd 猫", ":x@y/z"])
def test_any_password_works(clinic_database: ClinicDatabase, quoted: str) -> None:
    url = clinic_database.owner_url
    try:
        provision.add_user(url, "test_a@oak.example", "user", "test_a", quoted)
        with psycopg.connect(clinic_database.server.url(clinic_database.name, "test_a", ""), password=quoted):
            pass
    finally:
        provision.add_user(url, "test_a@oak.example", "user", "test_a", PASSWORD)


@pytest.mark.parametrize(
    ("email", "role", "login", "password", "clinic"),
    [
        ("new@oak.example", "user", "postgres", "pw", OAK),
        ("new@oak.example", "user", "idexx_owner", "pw", OAK),
        ("new@oak.example", "user", "authenticator", "pw", OAK),
        ("new@oak.example", "user", "pg_monitor", "pw", OAK),
        ("new@oak.example", "user", 'bad"name', "pw", OAK),
        ("new@oak.example", "user", "Bad Name", "pw", OAK),
        ("new@oak.example", "user", "", "pw", OAK),
        ("new@oak.example", "user", "test_new", "", OAK),
        ("new@oak.example", "owner", "test_new", "pw", OAK),
        ("no address", "user", "test_new", "pw", OAK),
        ("new@oak.example", "user", "test_a", "pw", OAK),  # A's login
        ("new@oak.example", "user", "test_new", "pw", " "),
    ],
)
def test_what_is_refused(
    clinic_database: ClinicDatabase, email: str, role: str, login: str, password: str, clinic: str
) -> None:
    url = clinic_database.owner_url
    before = provision.list_users(url)
    failure = refused(lambda: provision.add_user(url, email, role, login, password, clinic))
    assert failure.code == FailureCode.INVALID_INPUT
    assert provision.list_users(url) == before
    with psycopg.connect(url) as owner:
        assert owner.execute("SELECT FROM users WHERE email = %s", (email,)).fetchone() is None
        assert owner.execute("SELECT FROM pg_roles WHERE rolname = 'test_new'").fetchone() is None


def test_clinics(clinic_database: ClinicDatabase) -> None:
    url, a = clinic_database.owner_url, clinic_database.people.a
    again = provision.create_clinic(url, OAK, "Europe/London", neo_url="https://other.example", country="GB")
    assert again == a.clinic_id
    with closing(Database(clinic_database.url(a))) as database:
        assert database.clinics()[0].timezone == "America/Los_Angeles"  # left as it was
    new = provision.create_clinic(
        url, "New", "Europe/London", neo_url=NEO_URL, country="GB", phone="+4420", review=True
    )
    with psycopg.connect(url) as owner:
        row = owner.execute(
            "SELECT timezone, country, clinic_phone, review_mode, every_hours"
            " FROM clinic_settings JOIN sync_schedules USING (clinic_id) WHERE clinic_id = %s",
            (new,),
        ).fetchone()
    assert row == ("Europe/London", "GB", "+4420", True, 4.0)


@pytest.mark.parametrize(
    ("timezone", "country"), [("Mars/Base", "US"), ("../etc/passwd", "US"), ("UTC", "usa"), ("", "US")]
)
def test_places_that_are_none(clinic_database: ClinicDatabase, timezone: str, country: str) -> None:
    url = clinic_database.owner_url
    failure = refused(lambda: provision.create_clinic(url, "X", timezone, neo_url=NEO_URL, country=country))
    assert failure.code == FailureCode.INVALID_INPUT


def test_a_database_that_is_not_prepared(empty_database: str) -> None:
    for attempt in (
        lambda: provision.list_users(empty_database),
        lambda: provision.create_clinic(empty_database, OAK, "UTC", neo_url=NEO_URL),
        lambda: provision.add_user(empty_database, "a@x.example", "user", "test_a", "pw"),
    ):
        failure = refused(attempt)
        assert failure.code == FailureCode.DATABASE_OUTDATED
        assert "db prepare" in failure.detail

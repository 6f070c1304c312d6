"""Connecting as the program's own login: who is accepted, what each connection is set to, who it says it is."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from idexx_desktop.db import migrate, provision
from idexx_desktop.db.connecting import parameters_of
from idexx_desktop.db.database import Database
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.postgres import OAK, PASSWORD, AllRecords, ClinicDatabase, TestServer


@pytest.fixture
def role(postgres: TestServer) -> Iterator[str]:
    """The name of a login that is not mapped to anybody; gone afterwards."""
    name = "test_other"
    postgres.run(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(PASSWORD))
    )
    yield name
    postgres.run(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def refusal_of(url: str, connect_timeout: int = 10) -> Failure:
    """Why `check` refuses."""
    with (
        closing(Database(url, connect_timeout=connect_timeout)) as database,
        pytest.raises(Failure) as refused,
    ):
        database.check()
    return refused.value


def test_identity_and_clinics(clinic_records: AllRecords) -> None:
    people = clinic_records.database.people
    for records, person in (
        (clinic_records.a, people.a),
        (clinic_records.b, people.b),
        (clinic_records.admin, people.admin),
    ):
        database = records.database
        database.check()
        identity = database.identity()
        assert (identity.user_id, identity.login) == (person.user_id, person.login)
        assert identity.is_admin is (person is people.admin)
        assert [clinic.clinic_id for clinic in database.clinics()] == [person.clinic_id]
        assert not database.read_only
    [clinic] = clinic_records.a.database.clinics()
    assert (clinic.name, clinic.timezone, clinic.country) == (OAK, "America/Los_Angeles", "US")


def test_each_connection_is_set_up(clinic_records: AllRecords) -> None:
    expected = {
        "timezone": "UTC",
        "search_path": "pg_catalog,pg_temp",
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "20s",
        "tcp_keepalives_idle": "8",
        "tcp_keepalives_interval": "1",
        "application_name": "idexx-desktop",
    }
    with clinic_records.a.transaction() as tx:
        found = {name: tx.session.execute(text(f"SHOW {name}")).scalar() for name in expected}
        assert tx.now().utcoffset() is not None
    assert found == expected


def test_wrong_password_and_unknown_login(clinic_database: ClinicDatabase) -> None:
    for login, password in (("test_a", "wrong-password-77"), ("test_missing", "wrong-password-77")):
        failure = refusal_of(clinic_database.server.url(clinic_database.name, login, password))
        assert failure.code == FailureCode.DATABASE_REFUSED
        assert "wrong-password-77" not in repr(failure)
        assert failure.__cause__ is None
        assert failure.__context__ is None


def test_a_login_that_is_nobody(clinic_database: ClinicDatabase, role: str) -> None:
    url = clinic_database.server.url(clinic_database.name, role)
    assert "not in the group" in refusal_of(url).detail
    clinic_database.server.run(sql.SQL("GRANT idexx_user TO {}").format(sql.Identifier(role)))
    failure = refusal_of(url)
    assert failure.code == FailureCode.DATABASE_REFUSED
    assert "not mapped" in failure.detail


@pytest.mark.parametrize(
    ("power", "words"),
    [
        ("ALTER ROLE {} SUPERUSER", "superuser"),
        ("ALTER ROLE {} BYPASSRLS", "BYPASSRLS"),
        ("GRANT idexx_owner TO {}", "owns the records"),
        ("GRANT idexx_service TO {}", "service login"),
    ],
)
def test_a_login_that_may_do_too_much(
    clinic_database: ClinicDatabase, role: str, power: str, words: str
) -> None:
    clinic_database.server.run(sql.SQL("GRANT idexx_user TO {}").format(sql.Identifier(role)))
    with psycopg.connect(clinic_database.owner_url) as owner:
        owner.execute(
            "INSERT INTO idexx_app.logins SELECT oid, rolname, %s FROM pg_roles WHERE rolname = %s",
            (clinic_database.people.b.user_id, role),
        )
    clinic_database.server.run(sql.SQL(power).format(sql.Identifier(role)))
    failure = refusal_of(clinic_database.server.url(clinic_database.name, role))
    assert failure.code == FailureCode.DATABASE_REFUSED
    assert words in failure.detail


def test_a_role_made_again_is_nobody(clinic_database: ClinicDatabase, role: str) -> None:
    """A mapping holds for one role, not for whoever gets its name later."""
    server = clinic_database.server
    with psycopg.connect(clinic_database.owner_url) as owner:
        owner.execute(
            "INSERT INTO idexx_app.logins VALUES (1, %s, %s)", (role, clinic_database.people.a.user_id)
        )
    server.run(sql.SQL("GRANT idexx_user TO {}").format(sql.Identifier(role)))
    assert "not mapped" in refusal_of(server.url(clinic_database.name, role)).detail


def test_databases_that_are_not_prepared(
    clinic_database: ClinicDatabase, empty_database: str, role: str
) -> None:
    server = clinic_database.server
    empty = empty_database.rsplit("/", 1)[1]
    assert refusal_of(server.url(empty, role)).code == FailureCode.DATABASE_OUTDATED
    assert refusal_of(server.url("test_no_such_database", "test_a")).code == FailureCode.DATABASE_OUTDATED
    with psycopg.connect(clinic_database.owner_url) as owner:
        owner.execute("UPDATE idexx_app.alembic_version SET version_num = '0004'")
    failure = refusal_of(clinic_database.url(clinic_database.people.a))
    assert failure.code == FailureCode.DATABASE_OUTDATED
    assert migrate.head() in failure.detail


def test_an_older_program_only_reads(clinic_database: ClinicDatabase) -> None:
    with psycopg.connect(clinic_database.owner_url) as owner:
        owner.execute("UPDATE idexx_app.schema_meta SET value = '99.10.0' WHERE key = 'lowest_writer'")
        owner.execute("UPDATE idexx_app.alembic_version SET version_num = '9999'")
    records = AllRecords(clinic_database)
    with closing(records):
        records.a.database.check()
        assert records.a.database.read_only
        with records.a.transaction() as tx:
            assert tx.session.execute(text("SELECT count(*) FROM public.clinic_settings")).scalar() == 1
        with pytest.raises(Failure) as refused, records.a.transaction() as tx:
            tx.session.execute(text("UPDATE public.clinic_settings SET calls_paused = true"))
        assert refused.value.code == FailureCode.PROGRAM_OUTDATED


def test_a_program_that_is_open_only_reads_once_a_newer_one_has_been_here(clinic_records: AllRecords) -> None:
    """From its next transaction on, and writes again where that is taken back."""

    def pause() -> None:
        with clinic_records.a.transaction() as tx:
            tx.session.execute(text("UPDATE public.clinic_settings SET calls_paused = true"))

    def prepared_for(lowest: str) -> None:
        with psycopg.connect(clinic_records.database.owner_url) as owner:
            owner.execute(
                "UPDATE idexx_app.schema_meta SET value = %s WHERE key = 'lowest_writer'", (lowest,)
            )

    pause()
    prepared_for("99.0.0")
    with pytest.raises(Failure) as refused:
        pause()
    assert refused.value.code is FailureCode.PROGRAM_OUTDATED
    prepared_for("0.1.0")
    pause()


def test_nobody_listens(free_port: int) -> None:
    failure = refusal_of(f"postgresql://a:secret-in-url@127.0.0.1:{free_port}/x")
    assert failure.code == FailureCode.DATABASE_UNREACHABLE
    assert "secret-in-url" not in repr(failure)


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_silent_servers_share_the_time() -> None:
    """Two addresses that take a connection and never answer: the limit is that of one."""
    with ExitStack() as stack:
        ports = []
        for _ in range(2):
            listener = stack.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            ports.append(listener.getsockname()[1])
        started = time.monotonic()
        failure = refusal_of(
            f"postgresql://a:b@127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}/x", connect_timeout=4
        )
        assert failure.code == FailureCode.DATABASE_UNREACHABLE
        assert time.monotonic() - started < 4 + 4 + 1


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://a:b@db.clinic.example/x",
        "postgresql://a:b@db.clinic.example/x?sslmode=require",
        "postgresql://a:b@db.clinic.example/x?sslmode=verify-ca",
        "postgresql://a:b@10.0.0.1/x",
        "postgresql://a:b@localhost,db.clinic.example/x",
        "postgresql://a:b@localhost/x?hostaddr=10.0.0.1",
        "postgresql:///x?host=db.clinic.example",
        "postgresql:///x?service=clinic",
        "mysql://a:b@localhost/x",
        "postgresql://a:b@localhost:port/x",
        "",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(Failure) as refused:
        Database(url)
    assert refused.value.code == FailureCode.INVALID_INPUT


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://a:b@db.clinic.example/x?sslmode=verify-full",
        "postgresql+psycopg://a:b@127.0.0.1:5433/x",
        "postgres://a:b@[::1]/x",
        "postgresql://a:b@localhost/x",
        "postgresql:///x?host=/run/postgresql",
    ],
)
def test_addresses_that_are_accepted(url: str) -> None:
    assert parameters_of(url)["dbname"] == "x"
    database = Database(url)
    assert ":b@" not in repr(database.engine)
    database.close()


def test_the_environment_does_not_lead_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.clinic.example")
    with pytest.raises(Failure):
        Database("postgresql:///x")
    monkeypatch.delenv("PGHOST")
    monkeypatch.setenv("PGSERVICE", "clinic")
    with pytest.raises(Failure):
        Database("postgresql://a:b@localhost/x")


def test_a_deactivated_login_sees_nothing_at_once(clinic_records: AllRecords) -> None:
    database = clinic_records.database
    with clinic_records.b.transaction() as tx:
        assert tx.session.execute(text("SELECT count(*) FROM public.clinic_members")).scalar() == 1
        provision.deactivate_user(database.owner_url, "test_b@elm.example")
        assert tx.session.execute(text("SELECT count(*) FROM public.clinic_members")).scalar() == 0
    # the role is shared by all copies of the prepared database
    database.server.run(sql.SQL("ALTER ROLE test_b LOGIN"))


def test_a_deactivated_login_is_told_so_at_its_next_question(clinic_records: AllRecords) -> None:
    """To it every table looks empty; an empty list must not stand for records that are there."""
    database = clinic_records.database
    with clinic_records.b.transaction():
        pass
    provision.deactivate_user(database.owner_url, "test_b@elm.example")
    try:
        # over the connection that is open, and over a new one
        for _ in range(2):
            with pytest.raises(Failure) as refused, clinic_records.b.transaction():
                pytest.fail("nothing may be read")
            assert refused.value.code == FailureCode.DATABASE_REFUSED
            assert refused.value.title.startswith(
                "Your clinic's records didn't accept this program's sign-in"
            )
            assert "switched off" in refused.value.title
            clinic_records.b.database.close()
    finally:
        database.server.run(sql.SQL("ALTER ROLE test_b LOGIN"))

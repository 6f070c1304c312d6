"""Whoever locks the records keeps nobody waiting for long, and is named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from idexx_desktop.db import blocking, connecting, migrate, provision
from idexx_desktop.db.answering import TimedConnection
from idexx_desktop.db.blocking import note, noted
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.errors import translated
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.postgres import PASSWORD, AllRecords, ClinicDatabase
from tests.support.waiting import wait_until

# what locks, as which login; each with what then waits for it
LOCKS: dict[str, str] = {
    "LOCK TABLE public.visit_notes IN ACCESS EXCLUSIVE MODE": "SELECT count(*) FROM public.visit_notes",
    "UPDATE public.clinic_settings SET calls_paused = true": "UPDATE public.clinic_settings SET calls_paused = false",
    "SELECT pg_advisory_lock(7)": "SELECT pg_advisory_xact_lock(7)",
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits as everybody does, in little."""
    monkeypatch.setitem(connecting._SETTINGS, "lock_timeout", "700")
    monkeypatch.setattr(TimedConnection, "ask_every_seconds", 0.05)


@pytest.fixture
def impatient_records(clinic_database: ClinicDatabase, impatient: None) -> Iterator[AllRecords]:
    records = AllRecords(clinic_database)
    yield records
    records.close()


def refused(attempt: Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as raised:
        attempt()
    return raised.value


def run(records: ClinicRecords, statement: str) -> None:
    with records.transaction() as tx:
        tx.session.execute(text(statement))


def is_waiting(connection: psycopg.Connection, pid: int) -> bool:
    row = connection.execute("SELECT FROM pg_locks WHERE pid = %s AND NOT granted", (pid,)).fetchone()
    return row is not None


@pytest.mark.parametrize(
    "lock",
    [next(iter(LOCKS)), *(pytest.param(lock, marks=pytest.mark.long(item=42)) for lock in [*LOCKS][1:])],
)
def test_who_locks_is_named(impatient_records: AllRecords, lock: str) -> None:
    database = impatient_records.database
    with psycopg.connect(database.url(database.people.colleague)) as colleague:
        colleague.execute(lock.encode())
        failure = refused(lambda: run(impatient_records.a, LOCKS[lock]))
        assert failure.code is FailureCode.DATABASE_UNREACHABLE
        assert "kept locked by “test_colleague” for some seconds" in failure.title
        assert "users deactivate" in failure.advice
    run(impatient_records.a, LOCKS[lock])


@pytest.mark.parametrize(
    ("lasts", "waited", "words"),
    [
        (timedelta(seconds=59), None, "“anna” for some seconds"),
        (timedelta(seconds=61), timedelta(seconds=3), "“anna” for a minute"),
        (None, timedelta(minutes=12), "“anna” for 12 minutes or longer"),
        (timedelta(hours=26), None, "“anna” for 26 hours"),
        (None, None, "“anna”"),
    ],
)
def test_how_long_is_said_without_a_clock(
    lasts: timedelta | None, waited: timedelta | None, words: str
) -> None:
    assert blocking.spoken("anna", lasts, waited) == words


def test_who_only_waits_is_not_blamed(impatient_records: AllRecords) -> None:
    """Of those in the way, the one that all wait for."""
    database = impatient_records.database
    with (
        psycopg.connect(database.url(database.people.b)) as holder,
        psycopg.connect(database.url(database.people.colleague)) as queued,
    ):
        holder.execute("LOCK TABLE public.visit_notes IN ROW SHARE MODE")
        queued.execute("SET statement_timeout = '20s'")
        queued.pgconn.send_query(b"LOCK TABLE public.visit_notes IN ACCESS EXCLUSIVE MODE")
        wait_until(lambda: is_waiting(holder, queued.info.backend_pid))
        failure = refused(lambda: run(impatient_records.a, "SELECT count(*) FROM public.visit_notes"))
        assert "“test_b”" in failure.title
        queued.cancel()
        while queued.pgconn.get_result() is not None:
            pass


@pytest.mark.long(item=42)
def test_the_owners_chores_are_held_up_no_longer(clinic_database: ClinicDatabase, impatient: None) -> None:
    url = clinic_database.owner_url
    with psycopg.connect(clinic_database.url(clinic_database.people.a)) as a:
        a.execute("LOCK TABLE public.visit_notes IN ACCESS EXCLUSIVE MODE")
        failure = refused(lambda: migrate.downgrade(url, "0012"))
        assert "“test_a”" in failure.title
        a.rollback()
        # the lock by which one migration at a time is let in is anybody's to take
        a.execute("SELECT pg_advisory_lock(727471001)")
        migrate.upgrade(url)
        assert "nothing to do" in provision.prepare(url)[0]


def test_a_migration_waits_for_its_lock_no_longer(clinic_database: ClinicDatabase) -> None:
    """Ten seconds, as everybody."""
    env = Path(migrate.project_folder("migrations") / "env.py").read_text("utf-8")
    assert "SET LOCAL lock_timeout = '10s'" in env
    assert connecting._SETTINGS["lock_timeout"] == "10000"
    with (
        closing(Database(clinic_database.url(clinic_database.people.a))) as database,
        database.engine.connect() as connection,
    ):
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "10s"
    # several times within the shortest wait for a lock, so that it is always known for whom
    assert TimedConnection.ask_every_seconds * 2 < 10


def test_nobody_is_blamed_where_it_is_not_known() -> None:
    failure = translated(psycopg.errors.LockNotAvailable())
    assert failure.code is FailureCode.DATABASE_UNREACHABLE
    assert failure.title.startswith("Somebody keeps your clinic's records locked")
    error = psycopg.errors.LockNotAvailable()
    note(error, "")
    assert noted(error) == ""


def test_a_logins_odd_name_is_shown_inert(clinic_database: ClinicDatabase, impatient: None) -> None:
    """Whoever makes logins on a server may call them anything."""
    name = "odd\u202e\n”, and \x1b[31m"
    server = clinic_database.server
    identifier = sql.Identifier(name)
    server.run(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE idexx_service").format(
            identifier, sql.Literal(PASSWORD)
        )
    )
    try:
        with psycopg.connect(server.url(clinic_database.name), user=name, password=PASSWORD) as odd:
            odd.execute("LOCK TABLE public.visits IN ACCESS EXCLUSIVE MODE")
            with closing(Database(clinic_database.url(clinic_database.people.a))) as database:
                a = clinic_database.people.a
                records = ClinicRecords(database, a.user_id, a.clinic_id)
                failure = refused(lambda: run(records, "SELECT count(*) FROM public.visits"))
        assert failure.title.isprintable()
        assert "odd" in failure.title
    finally:
        server.run(sql.SQL("DROP ROLE {}").format(identifier))


@pytest.mark.long(item=42)
def test_nobody_waits_longer_than_ten_seconds(clinic_records: AllRecords) -> None:
    """As it really is."""
    database = clinic_records.database
    with psycopg.connect(database.url(database.people.colleague)) as colleague:
        colleague.execute("LOCK TABLE public.visit_notes IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        failure = refused(lambda: run(clinic_records.a, "SELECT count(*) FROM public.visit_notes"))
        assert time.monotonic() - started < 12
        assert "“test_colleague”" in failure.title

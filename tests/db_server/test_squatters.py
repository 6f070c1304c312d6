"""What listens in a server's place gets no password, no proof for nothing, no statement; and ours goes elsewhere."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from idexx_desktop.db import embedded
from idexx_desktop.db.connecting import channel_binding_of, connect, make_engine, read_address
from idexx_desktop.db.connection_check import check_connection, check_owner
from idexx_desktop.db.database import Database
from idexx_desktop.db.errors import translated
from idexx_desktop.db.server import EmbeddedServer, ServerAddress
from idexx_desktop.db.server.backup import workshop
from idexx_desktop.db.server.process import ServerProcess
from idexx_desktop.domain.connection import ConnectionPart, problem_in
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.db_server.conftest import server_at
from tests.support.fake_postgres import Asks, FakeServer, fake_server
from tests.support.postgres import MemoryPasswords
from tests.support.waiting import wait_until

SECRET = "canary-password-58c1"
MD5 = re.compile(rb"md5[0-9a-f]{32}")
# what a person's address may say about it, which must change nothing
WISHES = ("", "require_auth=none", "require_auth=password", "require_auth=!scram-sha-256", "require_auth=")


@pytest.fixture(params=[asks for asks in Asks if asks is not Asks.NOT_TO_COME])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeServer]:
    with fake_server(request.param) as server:
        yield server


def url_of(fake: FakeServer, wish: str = "") -> str:
    return f"postgresql://anna:{SECRET}@127.0.0.1:{fake.port}/clinic{'?' if wish else ''}{wish}"


def gave_nothing_away(fake: FakeServer, *secrets: str) -> None:
    """It was asked, and neither password nor hash nor statement came; a proof only to who asked for one."""
    assert fake.connections, "nobody came"
    for got in fake.received:
        assert not any(secret.encode() in got for secret in (SECRET, *secrets))
        assert not MD5.search(got)
        if fake.asks in (Asks.SCRAM_UNPROVED, Asks.SCRAM_MADE_UP):
            assert got.startswith(b"p"), got
            assert got.count(b"SCRAM-SHA-256") == 1
            assert b"SELECT" not in got
        else:
            assert got == b""


@pytest.mark.parametrize("wish", WISHES)
def test_no_connection_of_the_program_gives_the_password_away(fake: FakeServer, wish: str) -> None:
    url = url_of(fake, wish)
    engine = make_engine(url, pool_size=0, connect_timeout=3)
    with pytest.raises(Exception, match=r"scram-sha-256|signature") as caught, engine.connect():
        pass
    failure = translated(caught.value)
    assert failure.code is FailureCode.DATABASE_REFUSED
    assert "couldn't prove" in failure.title
    with pytest.raises(psycopg.OperationalError):
        connect(url, connect_timeout=3)
    with pytest.raises(Failure, match="proved nothing"):
        Database(url, connect_timeout=3).check()
    gave_nothing_away(fake)


@pytest.mark.parametrize("check", [check_connection, check_owner])
def test_the_connection_test_says_it(fake: FakeServer, check: Callable[..., object]) -> None:
    steps = check_connection(url_of(fake)) if check is check_connection else check_owner(url_of(fake))
    problem = problem_in(steps)
    assert problem is not None
    assert problem.part is ConnectionPart.PASSWORD
    expected = {
        Asks.CLEARTEXT: "in a way that somebody could read. It wasn't sent.",
        Asks.MD5: "in a way that somebody could read. It wasn't sent.",
        Asks.NOTHING: "lets anybody in",
        Asks.SCRAM_UNPROVED: "lets anybody in",
        Asks.SCRAM_MADE_UP: "didn't prove that it knows the password",
    }.get(fake.asks, "another kind of sign-in")
    assert expected in problem.words
    assert "scram-sha-256" in problem.advice or "something else answers" in problem.advice
    gave_nothing_away(fake)


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    server = server_at(tmp_path_factory.mktemp("one"))
    with server.attached():
        yield server
    server.remove()


def test_a_backup_of_what_isnt_ours(fake: FakeServer, one_server: EmbeddedServer) -> None:
    passwords = MemoryPasswords()
    passwords.set("postgres-superuser", SECRET)
    with workshop(one_server) as shop, pytest.raises(Failure) as caught:
        shop.take(ServerAddress("127.0.0.1", fake.port, "postgres", passwords))
    assert caught.value.code is FailureCode.DATABASE_UNREACHABLE
    gave_nothing_away(fake)


@pytest.mark.parametrize(
    "asks",
    [
        pytest.param(Asks.CLEARTEXT, marks=pytest.mark.long(item=42)),
        pytest.param(Asks.NOTHING, marks=pytest.mark.long(item=42)),
        pytest.param(Asks.SCRAM_MADE_UP, marks=pytest.mark.long(item=42)),
    ],
)
def test_who_takes_the_port_after_a_crash_is_left_alone(
    home: Path, server: EmbeddedServer, asks: Asks
) -> None:
    """The program that is open, and one that is opened next, go on with their own server on another port."""
    with server.attached() as address:
        embedded.make_database(address)
        engine = make_engine(
            embedded.owner_url(address), restarted=lambda: embedded.owner_url(server_at(home).restarted())
        )
        with engine.connect() as connection:
            connection.execute(text("CREATE TABLE public.kept AS SELECT 7 AS value"))
            connection.commit()
        killed(server)
        with fake_server(asks, address.port) as fake:
            engine.dispose()
            with engine.connect() as connection:
                assert connection.execute(text("SELECT value FROM public.kept")).scalar() == 7
            with server_at(home).attached() as again:
                assert again.port not in (address.port, 0)
            gave_nothing_away(fake, address.password())
        engine.dispose()
    with fake_server(asks, again.port), server_at(home).attached() as once_more:
        assert once_more.port != again.port
        connect(embedded.owner_url(once_more)).close()


def test_a_process_that_pretends_to_be_our_server(
    home: Path, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its id, its name and its command line can be made; that it is another user's can't be helped."""
    with server.attached() as address:
        process = ServerProcess(server.cluster(), home / "database" / "port")
        assert process.port() == address.port
        real = psutil.Process.uids
        uids = type(psutil.Process().uids())
        monkeypatch.setattr(psutil.Process, "uids", lambda _self: uids(4242, 4242, 4242))
        assert process.port() is None
        monkeypatch.setattr(psutil.Process, "uids", real)
        assert process.port() == address.port


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("db.oak.example/x?sslmode=verify-full", "require"),
        ("db.oak.example/x?sslmode=verify-full&channel_binding=prefer", "prefer"),
        ("db.oak.example/x?sslmode=verify-full&channel_binding=", "require"),
        ("127.0.0.1/x", "prefer"),
        ("127.0.0.1/x?channel_binding=require", "require"),
        ("/x?sslmode=verify-full&host=/run/postgresql", "prefer"),
    ],
)
def test_when_the_proof_is_bound_to_the_encryption(end: str, expected: str) -> None:
    assert channel_binding_of(read_address(f"postgresql://anna:{SECRET}@{end}")) == expected


def test_a_server_that_stays_full_is_waited_for_and_then_said() -> None:
    with fake_server(Asks.NOT_TO_COME) as fake:
        engine = make_engine(url_of(fake), pool_size=0, connect_timeout=2, restarted=lambda: url_of(fake))
        started = time.monotonic()
        with pytest.raises(OperationalError) as caught, engine.connect():
            pass
        assert 2 <= time.monotonic() - started < 10
        assert fake.connections > 3
    failure = translated(caught.value)
    assert (failure.code, "no room" in failure.title) == (FailureCode.DATABASE_UNREACHABLE, True)
    assert "another user of this computer" in failure.advice


def test_the_library_knows_what_is_asked_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert psycopg.pq.version() >= 160_000
    monkeypatch.setattr(psycopg.pq, "version", lambda: 150_010)
    with pytest.raises(Failure, match="libpq 150010"):
        make_engine(f"postgresql://anna:{SECRET}@127.0.0.1/x")


def killed(server: EmbeddedServer) -> None:
    """All of its processes at once, as a crash does."""
    lock = server.cluster().data / "postmaster.pid"
    postmaster = psutil.Process(int(lock.read_text(encoding="utf-8").split()[0]))
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=10)
    wait_until(lambda: server.status().port is None)

"""Who may start a server on data: a lock that its processes hold, and a lease with computer, start and time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from idexx_desktop.db.server import EmbeddedServer, holding
from idexx_desktop.db.server.computer import Computer, this_computer
from idexx_desktop.db.server.holding import Holding, Renewing
from idexx_desktop.db.server.locks import FileLock
from idexx_desktop.db.server.process import ServerProcess
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.db_server.conftest import ask, server_at
from tests.db_server.test_embedded import cluster_of
from tests.support.waiting import wait_until

HERE = this_computer()
OTHER = Computer("Front Desk 2", "another", "another start", "pid:[1]")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no inherited locks")


def leased_to(place: Path, computer: Computer, at: str = "2026-11-22T16:00:00+00:00") -> Holding:
    """The place, last used by this computer."""
    place.mkdir(parents=True, exist_ok=True)
    said = {name: getattr(computer, name) for name in ("name", "key", "boot", "numbers")}
    (place / "lease.json").write_text(json.dumps({"computer": said, "at": at}))
    return Holding(place)


@pytest.mark.parametrize(
    ("computer", "free"),
    [
        (HERE, True),
        (replace(HERE, name="renamed", key="renamed"), True),
        (replace(HERE, boot="an earlier start"), True),
        (replace(HERE, numbers="a container that is gone"), True),
        (OTHER, False),
        (replace(HERE, key="a copy of its disk", name="clone", boot="its start"), False),
        (replace(OTHER, boot=""), False),
    ],
    ids=["itself", "renamed", "started again", "container", "another", "clone", "a system that says little"],
)
@pytest.mark.parametrize(
    "at", ["2026-11-22T16:00:00+00:00", "2001-01-01T00:00:00+00:00", "2199-01-01T00:00:00+00:00"]
)
def test_whose_lease_leaves_the_data_free(tmp_path: Path, computer: Computer, free: bool, at: str) -> None:
    """By whose it is and never by how old: clocks differ, and a computer that sleeps renews nothing."""
    held = leased_to(tmp_path, computer, at)
    if free:
        held.require_free()
        return
    with pytest.raises(Failure) as caught:
        held.require_free()
    assert caught.value.code is FailureCode.RECORDS_OPEN_ELSEWHERE
    assert computer.name in caught.value.title
    assert "move" in caught.value.advice


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"computer": 7, "at": ""}', '{"computer": {}, "at": ""}']
)
def test_what_a_power_cut_leaves_of_a_lease_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "lease.json").write_text(content)
    held = Holding(tmp_path)
    held.require_free()
    held.renew()
    lease = held.lease()
    assert lease is not None
    assert lease.computer == HERE


def test_a_lease_is_given_back_by_whom_it_names_alone(tmp_path: Path) -> None:
    held = leased_to(tmp_path, OTHER)
    held.give_back()
    assert held.lease() is not None
    held.renew()
    held.give_back()
    assert held.lease() is None


def test_one_that_isn_t_ours_any_more_ends_our_server_once(tmp_path: Path) -> None:
    """A computer that wakes up finds that the data were taken: it writes nothing there any more."""
    lost: list[int] = []
    held = Holding(tmp_path)
    held.renew()
    renewing = Renewing(held, lambda: lost.append(1), seconds=0.01)
    before = held.lease()
    (tmp_path / "lease.json").write_text("{")
    wait_until(lambda: held.lease() is not None)  # renewed
    assert before is not None

    def taken() -> bool:
        leased_to(tmp_path, OTHER)  # it may just have been renewed
        return bool(lost)

    wait_until(taken)
    renewing.end()
    assert lost == [1]
    lease = held.lease()
    assert lease is not None
    assert lease.computer == OTHER


def test_a_running_server_ends_when_another_computer_has_the_data(
    server: EmbeddedServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "RENEW_SECONDS", 0.02)
    with server.attached() as address:
        assert ask(address, "SELECT 1") == 1
        place = cluster_of(home).place

        def ended() -> bool:
            leased_to(place, OTHER)
            return not (place / "data" / "postmaster.pid").exists()

        wait_until(ended)
        with pytest.raises(Failure) as caught:
            server.restarted()
        assert caught.value.code is FailureCode.RECORDS_OPEN_ELSEWHERE
    monkeypatch.setattr(holding, "WATCH_SECONDS", 1.0)
    taker = EmbeddedServer(home / "database", server._passwords, pause=lambda _: None)
    taker.take_over()
    with server.attached() as address:
        assert ask(address, "SELECT 1") == 1


@posix
def test_a_lease_is_given_back_though_the_writer_of_logs_ends_after_the_server(
    server: EmbeddedServer, home: Path
) -> None:
    with server.attached():
        pass
    cluster = cluster_of(home)
    held, logs = leased_to(cluster.place, HERE), FileLock.take(cluster.place / "held")
    assert logs is not None
    ServerProcess(cluster, home / "database" / "port", lambda _: logs.release()).stop()
    assert held.lease() is None


@pytest.mark.long(item=53)
def test_what_is_renewed_there_is_not_taken_over(
    server: EmbeddedServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.attached():
        pass
    place, ticks = cluster_of(home).place, iter(range(60))
    leased_to(place, OTHER)
    monkeypatch.setattr(holding, "WATCH_SECONDS", 10.0)

    def they_renew(_: float) -> None:
        leased_to(place, OTHER, f"2026-11-22T16:00:{next(ticks):02}+00:00")

    watched = EmbeddedServer(home / "database", server._passwords, pause=they_renew)
    with pytest.raises(Failure, match="last seen there") as caught:
        watched.take_over()
    assert caught.value.title == "These records are open on Front Desk 2."
    leased_to(place, HERE)


def is_free(place: Path) -> bool:
    """Whether nobody has the lock."""
    lock = Holding(place).take()
    if lock is None:
        return False
    lock.release()
    return True


@posix
def test_the_server_itself_has_the_lock(server: EmbeddedServer, home: Path) -> None:
    with server.attached():
        place = cluster_of(home).place
        assert Holding(place).take() is None
        (process_id, *_) = (place / "data" / "postmaster.pid").read_text().split()
        os.kill(int(process_id), 9)
        wait_until(lambda: is_free(place))  # its children are gone, too


@posix
def test_a_number_of_another_postgresql_keeps_nothing_shut(
    server: EmbeddedServer, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of the same user, and alive: PostgreSQL itself would never start beside it."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    other = server_at(elsewhere)
    with server.attached():
        pass
    try:
        with other.attached() as theirs:
            data, lock_file = cluster_of(home).data, cluster_of(elsewhere).data / "postmaster.pid"
            (data / "postmaster.pid").write_text(lock_file.read_text())
            with server.attached() as ours:
                assert ours.port != theirs.port
                assert ask(ours, "SHOW data_directory") == str(data)
                assert ask(theirs, "SELECT 1") == 1
            assert ask(theirs, "SELECT 1") == 1
    finally:
        other.remove()


@posix
def test_a_drive_without_locks_is_named(
    home: Path, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    with server.attached():
        pass

    def no_locks(_: Path) -> FileLock:
        raise OSError(errno.ENOLCK, "No locks available")

    with monkeypatch.context() as patch:
        patch.setattr(FileLock, "take", no_locks)
        with pytest.raises(Failure) as caught:
            Holding(cluster_of(home).place).take()
        assert caught.value.code is FailureCode.RECORDS_NOT_LOCAL
        assert "knows no locks" in caught.value.title
        with pytest.raises(Failure) as caught:
            server.status()
        assert caught.value.code is FailureCode.RECORDS_NOT_LOCAL


@posix
@pytest.mark.long(item=53)
def test_a_server_of_a_command_that_is_gone_is_found_again(server: EmbeddedServer, home: Path) -> None:
    """Started by a program that was killed: the next one uses it, and stops it."""
    script = (
        "import os, pathlib, sys; from tests.db_server.conftest import server_at;"
        "attached = server_at(pathlib.Path(sys.argv[1])).attached(); attached.__enter__();"
        "print('held', flush=True); os.kill(os.getpid(), 9)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert ran.stdout.endswith("held\n")
    assert server.status().running
    with server.attached() as address:
        assert ask(address, "SELECT 1") == 1
    assert not server.status().running
    assert Holding(cluster_of(home).place).lease() is None

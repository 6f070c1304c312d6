"""One server for all programs of a profile, whatever happens to them or to it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from idexx_desktop.db.server import EmbeddedServer
from idexx_desktop.db.server.account import server_account
from tests.db_server.conftest import ask, server_at
from tests.db_server.test_embedded import cluster_of

SPAWN = multiprocessing.get_context("spawn")
PATIENCE = 60.0  # seconds; only a broken program takes them


def use(home: Path, inside: Event, leave: Event) -> None:
    """Another program of the profile."""
    with server_at(home).attached() as address:
        assert ask(address, "SELECT 1") == 1
        inside.set()
        leave.wait(PATIENCE)


class OtherProgram:
    """A process that is attached until it is let go."""

    def __init__(self, home: Path) -> None:
        self.inside, self.leave = SPAWN.Event(), SPAWN.Event()
        self.process: BaseProcess = SPAWN.Process(target=use, args=(home, self.inside, self.leave))
        self.process.start()

    def wait_inside(self) -> None:
        assert self.inside.wait(PATIENCE)

    def end(self) -> None:
        self.leave.set()
        self.process.join(PATIENCE)
        assert self.process.exitcode == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One data folder for the tests of this module: nothing here depends on what is in it."""
    home = tmp_path_factory.mktemp("home")
    yield home
    server_at(home).remove()


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    """Not running, at the start of each test and after it."""
    server = server_at(home)
    yield server
    server.stop()


@pytest.fixture
def other_program(home: Path, server: EmbeddedServer) -> Iterator[Callable[[], OtherProgram]]:
    started: list[OtherProgram] = []

    def start() -> OtherProgram:
        started.append(OtherProgram(home))
        return started[-1]

    yield start
    for program in started:
        program.process.kill()
        program.process.join()


def kill_server(home: Path) -> int:
    """kill -9 of the postmaster; returns its id."""
    process_id = int((cluster_of(home).data / "postmaster.pid").read_text().split()[0])
    os.kill(process_id, signal.SIGKILL)
    while server_at(home).status().running:
        pass
    return process_id


def test_last_to_leave_stops_it(server: EmbeddedServer, other_program: Callable[[], OtherProgram]) -> None:
    other = other_program()
    other.wait_inside()
    with server.attached() as address:
        assert server.status().users == 2
        other.end()
        assert server.status().users == 1
        assert ask(address, "SELECT 1") == 1
    assert not server.status().running


def test_it_stays_while_another_program_uses_it(
    server: EmbeddedServer, other_program: Callable[[], OtherProgram]
) -> None:
    with server.attached():
        other = other_program()
        other.wait_inside()
    assert server.status().running
    other.end()
    assert not server.status().running


def test_programs_that_make_it_at_once_share_one(
    tmp_path: Path, made_server: Callable[[Path], EmbeddedServer]
) -> None:
    server = made_server(tmp_path)
    programs = [OtherProgram(tmp_path) for _ in range(4)]
    for program in programs:
        program.wait_inside()
    assert server.status().users == 4
    for program in programs:
        program.end()
    status = server.status()
    assert (status.running, status.users) == (False, 0)


def test_killed_user_does_not_keep_it_running(
    server: EmbeddedServer, other_program: Callable[[], OtherProgram]
) -> None:
    other = other_program()
    other.wait_inside()
    other.process.kill()
    other.process.join()
    assert server.status().running
    with server.attached() as address:
        assert server.status().users == 1
        assert ask(address, "SELECT 1") == 1
    assert not server.status().running


def test_files_of_dead_users_are_swept(server: EmbeddedServer, home: Path) -> None:
    users = home / "database" / "users"
    users.mkdir(parents=True, exist_ok=True)
    for name in ("1-0", "999999-3", "anything"):
        (users / name).touch()
    with server.attached():
        assert server.status().users == 1
    assert not server.status().running
    assert list(users.iterdir()) == []


def test_attached_within_attached(server: EmbeddedServer) -> None:
    with server.attached() as outer:
        with server.attached() as inner:
            assert inner == outer
        assert ask(outer, "SELECT 1") == 1
    assert not server.status().running


def test_error_of_a_user_passes_and_it_still_leaves(server: EmbeddedServer) -> None:
    with pytest.raises(KeyError, match="theirs"), server.attached():
        raise KeyError("theirs")
    status = server.status()
    assert (status.running, status.users) == (False, 0)


def test_stop_ends_it_for_all(server: EmbeddedServer, other_program: Callable[[], OtherProgram]) -> None:
    other = other_program()
    other.wait_inside()
    with server.attached():
        server.stop()
        assert not server.status().running
        server.stop()
        with server.attached() as address:
            assert ask(address, "SELECT 1") == 1
    assert server.status().running  # the other program is still there
    other.end()
    assert not server.status().running


def test_killed_server_comes_back_with_all_that_was_committed(server: EmbeddedServer, home: Path) -> None:
    with server.attached() as address:
        ask(address, "CREATE TABLE kept (number int)")
        for number in range(3):
            ask(address, f"INSERT INTO kept VALUES ({number})")
            kill_server(home)
            with server.attached() as again:
                assert again == address
                assert ask(again, "SELECT count(*) FROM kept") == number + 1


def test_lock_file_that_names_another_program_is_no_obstacle(server: EmbeddedServer, home: Path) -> None:
    with server.attached() as address:
        killed = kill_server(home)
        account = server_account()
        user = None if account is None else account.user_id
        with subprocess.Popen(["sleep", "60"], user=user) as bystander:
            lock_file = cluster_of(home).data / "postmaster.pid"
            lock_file.write_text(lock_file.read_text().replace(str(killed), str(bystander.pid), 1))
            with server.attached() as again:
                assert ask(again, "SELECT 1") == 1
                assert again == address
            assert bystander.poll() is None
            bystander.kill()


@pytest.mark.parametrize("content", ["", "no number\n", "-1\n"])
def test_damaged_lock_file_is_no_obstacle(server: EmbeddedServer, home: Path, content: str) -> None:
    with server.attached():
        kill_server(home)
        (cluster_of(home).data / "postmaster.pid").write_text(content)
        with server.attached() as again:
            assert ask(again, "SELECT 1") == 1


def test_password_is_reset_after_the_server_was_killed(server: EmbeddedServer, home: Path) -> None:
    with server.attached() as address:
        before = address.password()
        kill_server(home)
        server.reset_superuser_password()
        assert address.password() != before
        assert ask(address, "SELECT 1") == 1


def test_taken_port_is_left_to_its_owner(server: EmbeddedServer, home: Path) -> None:
    with server.attached() as first:
        pass
    with socket.create_server(("127.0.0.1", first.port)):
        with server.attached() as second:
            assert second.port != first.port
            assert ask(second, "SELECT 1") == 1
        with server.attached() as third:
            assert third.port == second.port


@pytest.mark.parametrize("record", ["", "no number", "0", "99999999", "-1"])
def test_damaged_port_record_is_replaced(server: EmbeddedServer, home: Path, record: str) -> None:
    (home / "database").mkdir(exist_ok=True)
    (home / "database" / "port").write_text(record)
    with server.attached() as address:
        assert (home / "database" / "port").read_text() == str(address.port)

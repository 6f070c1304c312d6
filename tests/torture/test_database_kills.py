"""SAFETY 32: the records' own server killed again and again, and its disk full: nothing lost, and soon back."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import event

from idexx_desktop.app import Program
from idexx_desktop.domain.events import SyncResult
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.sync.worker import Syncer
from tests.support.leaving_nothing import replaces_what_is_shared
from tests.support.practice import memory_keyring
from tests.support.waiting import wait_until
from tests.torture.final_tables import differences, final_tables
from tests.torture.own_server import Committed, OwnServer, own_server, run
from tests.torture.small_disk import small_disk

VISITS = 12
BACK_SECONDS, ONE_USE_SECONDS = 10.0, 10.0
A_LIFE = 4
FIRST_VISIT = 8  # commits come before it


class Moment:
    """Something happens at one commit of a run, after which what was committed by then must not be fewer."""

    def __init__(self, clinic: OwnServer, at: int, happens: Callable[[], None]) -> None:
        self._clinic = clinic
        self._at = at
        self._happens = happens
        self.commits = 0
        self.before: Committed = frozenset()
        self.happened_at = 0.0

    def __call__(self, *_arguments: object) -> None:
        """A commit is about to be given."""
        self.commits += 1
        if self.commits == self._at:
            self.before = self._clinic.committed()
            self._happens()
            self.happened_at = time.monotonic()

    def in_a_run(self, program: Program, syncer: Syncer) -> SyncResult:
        """Runs; asserts that it happened."""
        engine = program.records.database.engine
        event.listen(engine, "commit", self)
        try:
            result = run(syncer)
        finally:
            event.remove(engine, "commit", self)
        assert self.commits >= self._at
        return result


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    """One server for the tests of this module, with its records saved as they are before the first run."""
    home = tmp_path_factory.mktemp("own") / "home"
    with memory_keyring(), own_server(home, visits=VISITS) as made:
        made.save()
        yield made


@pytest.fixture(autouse=True)
def server_is_replaced(request: pytest.FixtureRequest) -> None:
    """Each test here kills or stops the one server of all, whichever of them comes first."""
    replaces_what_is_shared(request.config)


@contextmanager
def fresh(clinic: OwnServer) -> Iterator[tuple[Program, Syncer]]:
    """The program on the records as they were saved."""
    clinic.start_over()
    with clinic.program() as opened:
        yield opened


def works(program: Program) -> bool:
    """Whether the records can be read."""
    with suppress(Failure), program.records.transaction():
        return True
    return False


def is_back(clinic: OwnServer, program: Program) -> bool:
    """Whether they can be read by way of a server that lives: its children outlive a killed one for a moment."""
    return works(program) and clinic.server.status().running


def killing(clinic: OwnServer, chance: random.Random, *, all_of_it: bool) -> Callable[[], None]:
    """SIGKILL for the server, or for one of its processes, whereupon it ends the others and starts over."""

    def kill() -> None:
        server = clinic.postmaster()
        (server if all_of_it else chance.choice(server.children())).kill()

    return kill


def a_life(clinic: OwnServer, chance: random.Random, commits: int) -> None:
    """Some runs of one program in each of which the server is killed; the next one ends right."""
    with fresh(clinic) as (program, syncer):
        for number in range(A_LIFE):
            kill = killing(clinic, chance, all_of_it=number % 2 == 0)
            moment = Moment(clinic, chance.randint(3, FIRST_VISIT + commits // (2 * A_LIFE)), kill)
            failure = moment.in_a_run(program, syncer).failure
            assert failure is None or failure.code is FailureCode.DATABASE_UNREACHABLE, failure
            wait_until(lambda: is_back(clinic, program), BACK_SECONDS)
            back = time.monotonic() - moment.happened_at
            assert back < BACK_SECONDS
            assert moment.before <= clinic.committed()
            print(f"\nkilled at commit {moment.commits}: {failure}, back {back:.1f} s after", end="")
        assert run(syncer).failure is None


def kill_often(clinic: OwnServer, kills: int, chance: random.Random) -> None:
    """Lives of some kills each, from the same beginning to the same end."""
    with fresh(clinic) as opened:
        counting = Moment(clinic, 0, lambda: None)
        assert counting.in_a_run(*opened).failure is None
    wanted = final_tables(clinic.owner_url)
    assert wanted["visits"].total() == VISITS
    for _ in range(kills // A_LIFE):
        a_life(clinic, chance, counting.commits)
        assert differences(wanted, final_tables(clinic.owner_url)) == []


@pytest.mark.long(item=32)
def test_killed_twice(clinic: OwnServer) -> None:
    kill_often(clinic, 2, random.Random(32))  # noqa: S311 - chooses when to kill


@pytest.mark.long(item=32)
def test_killed_fifty_times(clinic: OwnServer) -> None:
    seed = secrets.randbits(32)
    print(f"\nserver killed: seed {seed}")
    kill_often(clinic, 52, random.Random(seed))  # noqa: S311 - chooses when to kill


def test_idle_connections_outlive_a_restart(clinic: OwnServer) -> None:
    """Several connections wait in the pool while the server is killed: at most one use fails, and none hangs."""
    with clinic.program() as (program, _):
        engine = program.records.database.engine
        with engine.connect(), engine.connect(), engine.connect():
            pass
        processes = [server := clinic.postmaster(), *server.children()]
        server.kill()
        psutil.wait_procs(processes, timeout=BACK_SECONDS)
        failed = 0
        for _ in range(5):
            began = time.monotonic()
            failed += not works(program)
            assert time.monotonic() - began < ONE_USE_SECONDS
        assert failed <= 1


def test_stopped_for_everybody_stays_stopped(clinic: OwnServer) -> None:
    """Only a server that was killed or fell is got going again, not one that somebody stopped."""
    with clinic.program() as (program, _):
        clinic.server.stop()
        with pytest.raises(Failure, match="was stopped") as refused, program.records.transaction():
            pytest.fail("there is nothing to read from")
        assert refused.value.code is FailureCode.DATABASE_UNREACHABLE
        assert not clinic.server.status().running
        with clinic.server.attached():
            assert works(program)


def test_disk_full(tmp_path: Path) -> None:
    """The message names it; nothing that was saved is lost; with room again everything goes on."""
    home = tmp_path / "home"
    with (
        small_disk(home / "server") as disk,
        own_server(home, visits=VISITS) as clinic,
        clinic.program() as (program, syncer),
    ):
        full = Moment(clinic, FIRST_VISIT + 4, disk.fill)
        failure = full.in_a_run(program, syncer).failure
        assert failure is not None
        assert failure.code is FailureCode.DATABASE_UNREACHABLE
        assert "disk" in failure.title, failure
        assert "full" in failure.title, failure
        disk.empty()
        began = time.monotonic()
        wait_until(lambda: is_back(clinic, program), BACK_SECONDS)
        assert time.monotonic() - began < BACK_SECONDS
        assert full.before <= clinic.committed()
        assert run(syncer).failure is None
        assert sum(kind == "visit" for kind, _ in clinic.committed()) == VISITS

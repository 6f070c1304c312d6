"""Processes of their own: one that is killed at a step of its sync, one that syncs again and again, one that races.

The warm ones are forked from a server that has loaded the program, so that hundreds are affordable.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import shutil
import signal
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

import psutil
from sqlalchemy import event

from idexx_desktop import app
from idexx_desktop.app import Environment, Program
from idexx_desktop.domain.events import SyncEvent, SyncStarted, Trigger
from idexx_desktop.log import set_up_logging
from idexx_desktop.sync.parts import Holder, this_holder
from idexx_desktop.sync.worker import Syncer
from tests.support.practice import HandClock, finished
from tests.support.waiting import wait_until

MARK = "TORTURE_MARK"
SECONDS = 120.0
_GONE_SECONDS = 10.0
_WARM = get_context("forkserver")
_WARM.set_forkserver_preload([__name__, "idexx_desktop.sync.run", "idexx_desktop.neo.browser"])
_FRESH = get_context("spawn")


@dataclass(frozen=True, slots=True)
class Told:
    """What the process is to do. `device` "" is this computer; it dies at step `last_step`, 0 is none."""

    home: Path
    database_url: str
    passphrase: str
    device: str = ""
    lease_seconds: float = 30.0
    last_step: int = 0
    runs: int = 0

    @classmethod
    def by(cls, environment: Environment, **more: str | float) -> Told:
        """For this profile."""
        made = cls(environment.home, environment.database_url or "", environment.vault_passphrase or "")
        return replace(made, **more)  # type: ignore[arg-type]  # the field's own type


@dataclass(frozen=True, slots=True)
class Use:
    """What a process uses: memory of its own in bytes, threads of Python and of the system, open handles, children."""

    memory: int
    threads: int
    system_threads: int
    handles: int
    children: int


class Child:
    """The process. What it starts inherits a mark in its environment.

    Leaving the block kills it, if it has not ended, and waits until nothing that it started is left.
    """

    def __init__(self, work: Callable[[Told, Connection], None], told: Told, *, warm: bool = True) -> None:
        context = _WARM if warm else _FRESH
        self._mark = uuid.uuid4().hex
        # a killed browser's profile stays where it is: its driver removes it only as long as it lives itself
        self._folder = tempfile.mkdtemp(prefix="child-")
        self.said, theirs = context.Pipe()
        self.process = context.Process(
            target=_begin, args=(work, told, self._mark, self._folder, theirs), daemon=True
        )
        self.process.start()
        theirs.close()

    def hear(self) -> Any:
        """The next that it says; EOFError once it is gone, TimeoutError while it says nothing for too long."""
        if not self.said.poll(SECONDS):
            raise TimeoutError("it said nothing")
        return self.said.recv()

    def kill(self) -> None:
        """SIGKILL, unless it has ended."""
        self.process.kill()

    def ended(self) -> int | None:
        """Wait for its end; its exit code, minus the signal that ended it."""
        self.process.join(SECONDS)
        return self.process.exitcode

    def started(self) -> list[psutil.Process]:
        """What it, or anything that it started, has started and what still runs."""
        return marked(self._mark)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.ended()
        wait_until(lambda: not self.started(), _GONE_SECONDS)
        self.said.close()
        self.process.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def marked(mark: str) -> list[psutil.Process]:
    """The running processes with this mark in the environment that they were started with."""
    found = []
    for each in psutil.process_iter():
        try:
            if each.status() != psutil.STATUS_ZOMBIE and each.environ().get(MARK) == mark:
                found.append(each)
        except (psutil.Error, OSError):
            continue  # it ended meanwhile, or is none of ours
    return found


class SteadyClock(HandClock):
    """The wall stands still, waiting takes as long as it does."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Steps:
    """Counts the steps of a run: each statement and commit before it is given, each event. Dies at the last one."""

    def __init__(self, last: int) -> None:
        self.taken = 0
        self._last = last

    def __call__(self, *_arguments: object) -> None:
        self.taken += 1
        if self._last and self.taken >= self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def sync_until_killed(told: Told, heard: Connection) -> None:
    """One run, which ends at the step that was told; else say how many steps it had, and die without any farewell."""
    with opened(told) as (program, syncer):
        steps = Steps(told.last_step)
        for name in ("before_cursor_execute", "commit"):
            event.listen(program.records.database.engine, name, steps)
        syncer.subscribe(steps)
        syncer.start(Trigger.SCHEDULE)
        finished(syncer)
        heard.send(steps.taken)
        os.kill(os.getpid(), signal.SIGKILL)


def sync_often(told: Told, heard: Connection) -> None:
    """So many runs; say after each what is used."""
    me = psutil.Process()
    with opened(told) as (_, syncer):
        for number in range(told.runs):
            syncer.start(Trigger.SCHEDULE)
            failure = finished(syncer).failure
            assert failure is None, failure
            gc.collect()
            if number == 0:
                gc.freeze()  # what is loaded stays; what runs leave behind is found all the same, and sooner
            used = Use(
                me.memory_full_info().uss,
                threading.active_count(),
                me.num_threads(),
                me.num_fds(),
                len(me.children(recursive=True)),
            )
            heard.send(used)


def sync_when_told(told: Told, heard: Connection) -> None:
    """Start a run at each True that comes, until False; say "running" once it has begun, then wait for a word to go on.

    At its end say its failure's code, "" where there is none.
    """

    def begun(said: SyncEvent) -> None:
        if isinstance(said, SyncStarted):
            heard.send("running")
            heard.recv()

    with opened(told) as (_, syncer):
        syncer.subscribe(begun)
        heard.send("ready")
        while heard.recv():
            syncer.start(Trigger.BUTTON)
            failure = finished(syncer).failure
            heard.send(str(failure.code) if failure else "")


@contextmanager
def opened(told: Told) -> Iterator[tuple[Program, Syncer]]:
    """The program, and its worker as it was told to be."""
    set_up_logging()
    environment = Environment(told.home, database_url=told.database_url, vault_passphrase=told.passphrase)
    with app.open_program(environment) as program:
        program.clock = SteadyClock()
        mine = this_holder()
        parts = replace(
            program._sync_parts,
            holder=Holder(told.device or mine.device, mine.process),
            lease_seconds=told.lease_seconds,
            chance=random.Random(7),  # noqa: S311 - spreads retries
        )
        yield program, Syncer(parts)


def _begin(
    work: Callable[[Told, Connection], None], told: Told, mark: str, folder: str, heard: Connection
) -> None:
    os.environ |= {MARK: mark, "TMPDIR": folder}
    tempfile.tempdir = None
    work(told, heard)

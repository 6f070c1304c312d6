"""A process of its own that syncs as it is told: one that marks each step, so that it can be killed at any; or many.

It writes a byte to stdout before each statement and commit, and at each event of a run.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil
from sqlalchemy import event

from idexx_desktop import app
from idexx_desktop.app import Environment, Program
from idexx_desktop.domain.events import Trigger
from idexx_desktop.log import set_up_logging
from idexx_desktop.sync.parts import Holder, this_holder
from idexx_desktop.sync.worker import Syncer
from tests.support.practice import HandClock, finished

MARK = "TORTURE_MARK"


@dataclass(frozen=True, slots=True)
class Told:
    """What the child is to do. `device` "" is this computer; `runs` 0: one run, marked, then wait to be killed."""

    home: str
    database_url: str
    passphrase: str
    device: str = ""
    lease_seconds: float = 30.0
    runs: int = 0

    @classmethod
    def by(cls, environment: Environment, **more: str | float) -> Told:
        """For this profile."""
        made = cls(str(environment.home), environment.database_url or "", environment.vault_passphrase or "")
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
    """The process, with a mark in its environment that all that it starts inherits."""

    def __init__(self, told: Told) -> None:
        self.mark = uuid.uuid4().hex
        command = [sys.executable, "-m", __name__]
        environment = {**os.environ, MARK: self.mark}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=environment
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asdict(told)).encode() + b"\n")

    def steps(self, most: int | None = None) -> int:
        """Wait for so many steps, or all; how many there were."""
        assert self.process.stdout is not None
        seen = 0
        while (most is None or seen < most) and (
            read := self.process.stdout.read(4096 if most is None else most - seen)
        ):
            seen += len(read)
        return seen

    def uses(self) -> list[Use]:
        """What it used after each of its runs."""
        assert self.process.stdout is not None
        return [Use(**json.loads(line)) for line in self.process.stdout]

    def kill(self) -> None:
        """SIGKILL; returns once it is gone."""
        self.process.kill()
        self.process.communicate()

    def left_behind(self) -> list[psutil.Process]:
        """What it, or anything that it started, has started and what still runs."""
        return marked(self.mark)


def marked(mark: str) -> list[psutil.Process]:
    """The running processes with this mark in their environment."""
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


@contextmanager
def marking(program: Program, syncer: Syncer) -> Iterator[None]:
    """A byte on stdout at each step."""

    def mark(*_arguments: object) -> None:
        os.write(1, b".")

    engine = program.records.database.engine
    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, mark)
    unsubscribe = syncer.subscribe(mark)
    yield
    unsubscribe()


def run_and_wait(program: Program, syncer: Syncer) -> None:
    """One run, each step of it marked; then wait to be killed."""
    with marking(program, syncer):
        syncer.start(Trigger.SCHEDULE)
        finished(syncer)
    os.close(1)
    sys.stdin.read()


def run_often(syncer: Syncer, runs: int) -> None:
    """So many runs, a line about what is used after each."""
    me = psutil.Process()
    for _ in range(runs):
        syncer.start(Trigger.SCHEDULE)
        failure = finished(syncer).failure
        assert failure is None, failure
        gc.collect()
        used = Use(
            me.memory_full_info().uss,
            threading.active_count(),
            me.num_threads(),
            me.num_fds(),
            len(me.children(recursive=True)),
        )
        print(json.dumps(asdict(used)), flush=True)


def main() -> None:
    """Do as told on stdin."""
    set_up_logging()
    told = Told(**json.loads(sys.stdin.readline()))
    environment = Environment(
        Path(told.home), database_url=told.database_url, vault_passphrase=told.passphrase
    )
    with app.open_program(environment) as program:
        program.clock = SteadyClock()
        mine = this_holder()
        parts = replace(
            program._sync_parts,
            holder=Holder(told.device or mine.device, mine.process),
            lease_seconds=told.lease_seconds,
            chance=random.Random(7),  # noqa: S311 - spreads retries
        )
        syncer = Syncer(parts)
        if told.runs:
            run_often(syncer, told.runs)
        else:
            run_and_wait(program, syncer)


if __name__ == "__main__":
    main()

"""SAFETY 24: a sync killed at any step loses nothing and doubles nothing, and nothing of it stays."""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.sync.recovery import close_stale_runs
from tests.support.practice import Practices
from tests.support.waiting import wait_until
from tests.torture.child import Child, Told
from tests.torture.copies import Copy, Prepared
from tests.torture.final_tables import differences

LEASE_SECONDS = 2.0
SECONDS = 60.0
A_LIFE = 3
OTHER = "Front Desk 2"


@contextmanager
def started(copy: Copy, device: str = "") -> Iterator[Child]:
    """A child that syncs, killed at the end at the latest, with nothing of it left 10 seconds later."""
    child = Child(Told.by(copy.environment, device=device, lease_seconds=LEASE_SECONDS))
    too_late = threading.Timer(SECONDS, child.process.kill)
    too_late.start()
    try:
        yield child
    finally:
        child.kill()
        too_late.cancel()
    wait_until(lambda: not child.left_behind(), 10)


def steps_of_a_run(copy: Copy) -> int:
    """How many steps an uninterrupted run has."""
    with started(copy) as child:
        return child.steps()


def killed(copy: Copy, chance: random.Random, steps: int, device: str) -> bool:
    """Kill a run at some step; whether it was still running."""
    with started(copy, device) as child:
        child.steps(chance.randint(1, steps))
    return running(copy)


def killed_in_sign_in(copy: Copy, chance: random.Random) -> None:
    """Kill a run that has started a browser, with some of the browser's processes there."""
    wanted = chance.randint(3, 7)
    with started(copy) as child:
        wait_until(lambda: len(child.left_behind()) >= wanted, 30)


def comes_back(copy: Copy, device: str) -> None:
    """A live program closes what was killed: at once after a death here, within a lease after one elsewhere.

    Then its own run ends right.
    """
    parts, began = copy.parts, time.monotonic()
    wait_until(lambda: close_stale_runs(parts.records, parts.holder, parts.clock.now()) or not running(copy))
    taken = time.monotonic() - began
    assert not running(copy)
    assert taken < (LEASE_SECONDS + 1 if device else 1), taken
    assert copy.sync().failure is None
    assert set(copy.runs()) <= {("completed", None), ("timeout", str(FailureCode.CRASHED))}


def running(copy: Copy) -> bool:
    """Whether a run stands in the history as under way."""
    return ("running", None) in copy.runs()


def kill_often(practices: Practices, kills: int, chance: random.Random) -> None:
    """Several kills a life, at steps and in the sign-in by turns; then a whole run."""
    prepared = Prepared.of(practices("ordinary-day", cookies=False))
    with prepared.copy() as whole:
        steps = steps_of_a_run(whole)
        wanted = whole.tables()
    assert sum(wanted["visits"].values()) > 30
    hits = 0
    for life in range(kills // A_LIFE):
        device = OTHER if life % 2 else ""
        with prepared.copy() as copy:
            killed_in_sign_in(copy, chance)
            for _ in range(A_LIFE - 1):
                hits += killed(copy, chance, steps, device)
            comes_back(copy, device)
            assert differences(wanted, copy.tables()) == []
    assert hits > kills // 4


def test_killed_twelve_times(shared_practices: Practices) -> None:
    kill_often(shared_practices, 12, random.Random(24))  # noqa: S311 - chooses when to kill


@pytest.mark.long(item=24)
def test_killed_two_hundred_times(shared_practices: Practices) -> None:
    seed = secrets.randbits(32)
    print(f"\nsync killed: seed {seed}")
    kill_often(shared_practices, 201, random.Random(seed))  # noqa: S311 - chooses when to kill

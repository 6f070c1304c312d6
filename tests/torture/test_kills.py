"""SAFETY 24: a sync killed at any step loses nothing and doubles nothing, and nothing of it stays."""

from __future__ import annotations

import random
import secrets
import signal
import time

import pytest

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.sync.recovery import close_stale_runs
from tests.support.practice import Practices
from tests.support.waiting import wait_until
from tests.torture.child import Child, Told, sync_until_killed
from tests.torture.copies import Copy, Prepared
from tests.torture.final_tables import differences

LEASE_SECONDS = 2.0
# what it may take to look, on a busy computer
LATE_SECONDS = 3.0
A_LIFE = 4
# a browser costs more than all else: one life in so many begins with a sign-in
SIGNS_IN = 4
OTHER = "Front Desk 2"
SIGN_IN = "GET /login"
HELD = "SELECT 1 FROM idexx_app.sync_leases WHERE expires_at > now()"


def told(copy: Copy, device: str = "", last_step: int = 0) -> Told:
    """To sync this copy with a short lease."""
    return Told.by(copy.environment, device=device, lease_seconds=LEASE_SECONDS, last_step=last_step)


def steps_of_a_run(copy: Copy) -> int:
    """How many steps an uninterrupted run has."""
    with Child(sync_until_killed, told(copy)) as child:
        return int(child.hear())


def killed_at(copy: Copy, step: int, device: str) -> bool:
    """Kill a run at this step, on this or another computer; whether it was still running."""
    with Child(sync_until_killed, told(copy, device, step)) as child:
        assert child.ended() == -signal.SIGKILL
    return running(copy)


def killed_in_sign_in(copy: Copy, prepared: Prepared, device: str, processes: int) -> bool:
    """Kill a run once so many processes of its browser are there, or it has opened Neo's page; whether it still ran."""
    copy.query("DELETE FROM public.neo_cookies")
    asked = prepared.asked(SIGN_IN)
    with Child(sync_until_killed, told(copy, device)) as child:
        wait_until(lambda: len(child.started()) >= processes or prepared.asked(SIGN_IN) > asked)
        assert child.started()
        child.kill()
        assert child.ended() == -signal.SIGKILL
    return running(copy)


def comes_back(copy: Copy, device: str) -> None:
    """A live program closes what was killed: at its first look after a death here, within a lease after one elsewhere.

    Then its own run ends right.
    """
    parts, began = copy.parts, time.monotonic()

    def looks() -> bool:
        close_stale_runs(parts.records, parts.holder, parts.clock.now())
        return not running(copy)

    if device:
        wait_until(lambda: looks() and not held(copy))
        assert time.monotonic() - began < LEASE_SECONDS + LATE_SECONDS
    else:
        assert looks()
    assert copy.sync().failure is None
    assert set(copy.runs()) <= {("completed", None), ("timeout", str(FailureCode.CRASHED))}


def held(copy: Copy) -> bool:
    """Whether the lease is held: also by a run that was killed before it stood in the history."""
    return copy.query(HELD) != []


def running(copy: Copy) -> bool:
    """Whether a run stands in the history as under way."""
    return ("running", None) in copy.runs()


def kill_often(practices: Practices, kills: int, chance: random.Random) -> None:
    """Several kills a life, now and then one of them in the sign-in; then a whole run."""
    prepared = Prepared.of(practices("ordinary-day"))
    with prepared.copy() as whole:
        steps = steps_of_a_run(whole)
        assert not running(whole)
        fewest = steps_of_a_run(whole)  # nothing is new any more
        wanted = whole.tables()
    assert sum(wanted["visits"].values()) > 30
    hits = lives = 0
    while hits < kills:
        device = OTHER if lives % 2 else ""
        with prepared.copy() as copy:
            if lives % SIGNS_IN == 0:
                hits += killed_in_sign_in(copy, prepared, device, chance.randint(1, 8))
            left = steps
            for _ in range(A_LIFE):
                step = chance.randint(1, left)
                hits += killed_at(copy, step, device)
                left = max(left - step, fewest)
            comes_back(copy, device)
            assert differences(wanted, copy.tables()) == []
        lives += 1
    print(f"\nkilled {hits} times in {lives} lives, at one of {steps} steps or in the sign-in")
    assert hits > lives * A_LIFE // 2


def test_killed_five_times(shared_practices: Practices) -> None:
    kill_often(shared_practices, 5, random.Random(24))  # noqa: S311 - chooses when to kill


@pytest.mark.long(item=24)
def test_killed_two_hundred_times(shared_practices: Practices) -> None:
    seed = secrets.randbits(32)
    print(f"\nsync killed: seed {seed}")
    kill_often(shared_practices, 200, random.Random(seed))  # noqa: S311 - chooses when to kill

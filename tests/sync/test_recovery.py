"""Runs that nobody carries on are closed at the next tick, wherever they ran; those that live are left alone."""

from __future__ import annotations

import os
from datetime import timedelta

from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SessionRecord
from idexx_desktop.sync.lease import Lease, take_lease
from idexx_desktop.sync.parts import Holder, this_holder
from idexx_desktop.sync.recovery import close_stale_runs
from idexx_desktop.sync.scheduler import ScheduleRunner
from tests.support.practice import Practice

FRONT_DESK = Holder("Front Desk 2", "17@1.00")
EXPIRED = "UPDATE idexx_app.sync_leases SET expires_at = now() - interval '1 second'"


def running(practice: Practice, holder: Holder) -> tuple[Lease, SessionRecord]:
    """A run that another program has begun."""
    lease = take_lease(practice.program.records, holder, 60)
    now = practice.clock.now()
    with practice.program.records.transaction() as tx:
        return lease, tx.sessions.start(Trigger.SCHEDULE, holder.device, now, now, lease.epoch, now=now)


def status(practice: Practice, session: SessionRecord) -> tuple[str, str | None]:
    """What became of it, and why."""
    with practice.program.records.transaction() as tx:
        found = tx.sessions.get(session.id)
    assert found is not None
    return found.status, found.failure_code


def test_a_run_of_another_computer_is_closed_once_its_lease_has_expired(synced: Practice) -> None:
    _, session = running(synced, FRONT_DESK)
    runner = ScheduleRunner(synced.parts(), synced.program.syncer)
    runner.tick()
    assert status(synced, session) == ("running", None)
    synced.query(EXPIRED)
    runner.tick()
    assert status(synced, session) == ("timeout", str(FailureCode.CRASHED))


def test_a_run_of_a_dead_program_here_is_closed_at_once(synced: Practice) -> None:
    _, session = running(synced, Holder(this_holder().device, f"{os.getpid()}@1.00"))
    ScheduleRunner(synced.parts(), synced.program.syncer).tick()
    assert status(synced, session) == ("timeout", str(FailureCode.CRASHED))


def test_only_what_came_before_the_live_run_is_closed(synced: Practice) -> None:
    _, old = running(synced, FRONT_DESK)
    synced.query(EXPIRED)
    lease, live = running(synced, Holder("Front Desk 3", "18@1.00"))
    holder, now = this_holder(), synced.clock.now()
    assert close_stale_runs(synced.program.records, holder, now) == 1
    assert [status(synced, each)[0] for each in (old, live)] == ["timeout", "running"]
    lease.release()
    # a run that was let go of and never closed is nobody's, either
    assert close_stale_runs(synced.program.records, holder, now) == 1
    assert close_stale_runs(synced.program.records, holder, now) == 0


def test_an_open_circuit_lets_one_run_through_a_pause(synced: Practice) -> None:
    synced.clock.at += timedelta(hours=1)
    synced.site.stop()
    for _ in range(3):
        synced.clock.pass_by(minutes=1)
        result = synced.sync()
        assert result.failure is not None
        assert result.failure.code is FailureCode.UNREACHABLE
    lasting = synced.program.status.today().outage
    assert lasting is not None
    assert (lasting.runs, lasting.is_open) == (3, True)
    assert timedelta(minutes=20) <= lasting.next_try - synced.clock.now() <= timedelta(minutes=24)
    synced.site.start()
    assert synced.sync().failure is None
    assert synced.program.status.today().outage is None


def test_a_pause_that_neo_asked_for_outlasts_the_program(synced: Practice) -> None:
    """It is kept with the run, so that another program, or the same one tomorrow, respects it, too."""
    asked = Failure(FailureCode.TOO_MANY_REQUESTS, retry_after=5400)
    now = synced.clock.now() + timedelta(minutes=1)
    with synced.program.records.transaction() as tx:
        session = tx.sessions.start(Trigger.SCHEDULE, FRONT_DESK.device, now, now, 1, now=now)
        tx.sessions.finish(
            session.id, "failed", seen=0, synced=0, failed=0, calls=0, written=0, requests=1, signed_in=False,
            failure=asked, next_scheduled_sync=None, now=now,
        )  # fmt: skip
    lasting = synced.program.status.today().outage
    assert lasting is not None
    assert lasting.next_try == now + timedelta(minutes=90)

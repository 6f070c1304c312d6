"""One run a clinic: a second one is refused with a name, a dead one is taken over, a lost one writes nothing more."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from idexx_desktop.cli.commands.syncing import exit_code
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.events import RecordsChanged, SyncEvent, SyncProgress, Topic, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.habits import habits_of
from idexx_desktop.services.status import StatusService
from idexx_desktop.sync import lease as leases
from idexx_desktop.sync.lease import take_lease
from idexx_desktop.sync.parts import Holder, is_dead, process_mark, this_holder
from idexx_desktop.sync.recovery import is_alive
from idexx_desktop.sync.sharing import Sharing
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer
from idexx_desktop.vault.stores import open_store
from tests.support.own_choices import chosen
from tests.support.postgres import NEO_URL, AllRecords
from tests.support.practice import Practice, Practices, finished

FRONT_DESK = Holder("Front Desk 2", "17@1.00")


def test_marks_of_processes() -> None:
    assert not is_dead(this_holder().process)
    assert is_dead(f"{os.getpid()}@1.00")  # the id is used again
    assert not is_dead("")
    assert not is_dead("front desk")
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = process_mark(child.pid)
    assert not is_dead(mark)
    child.communicate()
    assert is_dead(mark)


def test_another_computer_is_named_and_nothing_is_asked(synced: Practice) -> None:
    lease = take_lease(synced.program.records, FRONT_DESK, 60)
    asked = synced.site.counts
    result = synced.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.OTHER_COMPUTER
    [held] = synced.query("SELECT acquired_at FROM idexx_app.sync_leases")
    since = held["acquired_at"].astimezone(ZoneInfo("America/Los_Angeles"))  # the clinic's clock
    clock = habits_of(synced.program.clinic.country).clock(since.time())
    assert result.failure.title == f"Front Desk 2 is syncing now (started {clock})."
    assert clock.endswith("m"), "an American clinic's"
    assert exit_code(result) == 6
    assert result.session_id is None
    assert synced.site.counts == asked
    running = synced.program.status.today().running
    assert running is not None
    assert (running.device, running.is_this_computer) == ("Front Desk 2", False)
    lease.release()
    assert synced.program.status.today().running is None
    assert synced.sync().failure is None


def test_a_transaction_under_the_lease_has_a_limit(synced: Practice) -> None:
    records = synced.program.records
    lease = take_lease(records, FRONT_DESK, 60)
    with records.transaction() as tx:
        lease.hold(tx)
        assert tx.session.execute(text("SHOW transaction_timeout")).scalar() == "25s"
    with records.transaction() as tx:
        assert tx.session.execute(text("SHOW transaction_timeout")).scalar() == "0"


def test_of_two_programs_at_once_one_runs(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=5, latency_ms=50)
    other = practices.second(practice)
    both_ready = threading.Barrier(2)

    def start(which: Practice) -> None:
        both_ready.wait()
        which.program.syncer.start(Trigger.BUTTON)

    starts = [threading.Thread(target=start, args=(which,)) for which in (practice, other)]
    for thread in starts:
        thread.start()
    for thread in starts:
        thread.join()
    results = [finished(practice.program.syncer), finished(other.program.syncer)]
    codes = [result.failure.code if result.failure else None for result in results]
    assert sorted(map(str, codes)) == ["None", "other_computer"]
    assert len(practice.query("SELECT 1 FROM public.idexx_sync_sessions")) == 1
    assert len(practice.visits()) == 5


def test_one_program_runs_once_and_the_second_wish_attaches(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=3, latency_ms=100)
    assert practice.program.syncer.start(Trigger.SCHEDULE)
    assert not practice.program.syncer.start(Trigger.BUTTON)
    assert finished(practice.program.syncer).failure is None
    assert len(practice.query("SELECT 1 FROM public.idexx_sync_sessions")) == 1


def test_a_dead_holder_on_this_computer_is_taken_over_at_once(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=3)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    holder = Holder(this_holder().device, process_mark(child.pid))
    lease = take_lease(practice.program.records, holder, 300)
    now = practice.clock.now()
    with practice.program.records.transaction() as tx:
        crashed = tx.sessions.start(Trigger.SCHEDULE, holder.device, now, now, lease.epoch, now=now)
    refused = practice.sync()
    assert refused.failure is not None
    assert refused.failure.code is FailureCode.OTHER_COMPUTER

    child.communicate()
    assert practice.program.status.today().running is None
    result = practice.sync()
    assert result.failure is None
    with practice.program.records.transaction() as tx:
        closed = tx.sessions.get(crashed.id)
        assert tx.sessions.running() == []
    assert closed is not None
    assert (closed.status, closed.failure_code) == ("timeout", "crashed")


@pytest.mark.parametrize(("slept", "words"), [(0, "Another computer took"), (3600, "was asleep")])
def test_a_run_that_lost_its_lease_writes_nothing_more(
    practices: Practices, monkeypatch: pytest.MonkeyPatch, slept: float, words: str
) -> None:
    """Whoever took it; but the words for a computer that slept are its own."""
    practice = practices("ordinary-day")
    at_the_theft: list[int] = []
    monkeypatch.setattr(
        leases, "seconds_with_sleep", lambda: time.monotonic() + (slept if at_the_theft else 0)
    )

    def steal(event: SyncEvent) -> None:
        if event == RecordsChanged(Topic.VISITS) and not at_the_theft:
            practice.query("UPDATE idexx_app.sync_leases SET expires_at = now() - interval '1 second'")
            take_lease(practice.program.records, FRONT_DESK, 60)
            at_the_theft.append(len(practice.query("SELECT 1 FROM public.visits")))

    practice.program.syncer.subscribe(steal)
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.LEASE_LOST
    assert words in result.failure.title
    assert exit_code(result) == 6
    assert at_the_theft == [len(practice.query("SELECT 1 FROM public.visits"))]
    assert at_the_theft[0] < result.consultations_seen
    assert [row["status"] for row in practice.query("SELECT status FROM public.idexx_sync_sessions")] == [
        "timeout"
    ]
    assert result.status == "timeout"
    running = practice.program.status.today().running
    assert running is not None
    assert running.device == "Front Desk 2"


def test_a_lease_that_is_not_ours_any_more_ends_the_reading(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=3)

    def steal(event: SyncEvent) -> None:
        if isinstance(event, SyncProgress) and event.step == "reading_lists":
            practice.site.answer_after(1500)
            practice.query("UPDATE idexx_app.sync_leases SET expires_at = now() - interval '1 second'")

    practice.program.syncer.subscribe(steal)
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.LEASE_LOST
    assert practice.site.counts.get("GET /consultations/{id}/page-data", 0) == 0
    assert practice.visits() == {}


def test_a_run_that_gets_no_further_makes_room(practices: Practices) -> None:
    """Neo that never answers keeps no other computer from syncing: said as what it is."""
    practice = practices("ordinary-day", visits=3)

    def stall(event: SyncEvent) -> None:
        if isinstance(event, SyncProgress) and event.step == "reading_lists":
            practice.site.answer_after(1500)
            practice.query(
                "UPDATE idexx_app.sync_leases SET acquired_at = now() - interval '16 minutes', progressed_at = NULL,"
                " progress = 1000000"
            )

    practice.program.syncer.subscribe(stall)
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.LEASE_LOST
    assert "got no further for 15 minutes" in result.failure.title
    assert practice.visits() == {}
    [row] = practice.query(
        "SELECT status, error_details ->> 'title' AS title FROM public.idexx_sync_sessions"
    )
    assert row["status"] == "timeout"


def test_an_honest_run_shows_that_it_gets_on(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=8, latency_ms=200)
    assert practice.sync().failure is None
    [row] = practice.query("SELECT progress, progressed_at IS NOT NULL AS noted FROM idexx_app.sync_leases")
    assert row["progress"] > 0
    assert row["noted"]


def test_a_colleague_can_not_pose_as_this_computer(clinic_records: AllRecords, tmp_path: Path) -> None:
    """The name is what they typed; whose login it is is told beside it, and their process is none of ours."""
    mine = this_holder()
    posing = Holder(mine.device, "999999999@1.00")
    lease = take_lease(clinic_records.colleague, posing, 60)
    with pytest.raises(Failure) as refused:
        take_lease(clinic_records.a, mine, 60)
    assert refused.value.code is FailureCode.OTHER_COMPUTER
    who = f"{mine.device} (by test_colleague@oak.example)"
    assert refused.value.title.startswith(f"{who} is syncing now (started ")
    store = open_store("posed as", tmp_path, None)
    keys = KeyRing(store, SystemClock())
    sharing = Sharing(store, keys, Sealer(keys), mine.device, False, chosen(NEO_URL))
    status = StatusService(clinic_records.a, SystemClock(), mine, sharing)
    with clinic_records.a.transaction() as tx:
        running = status._running(tx)
        state = tx.leases.state()
    assert running is not None
    assert (running.device, running.is_this_computer) == (who, False)
    assert state is not None
    assert is_alive(state, mine)
    assert take_lease(clinic_records.colleague, replace(mine, process="1@1.00"), 60).epoch == lease.epoch + 1

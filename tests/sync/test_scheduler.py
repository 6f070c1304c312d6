"""The ticking of the schedule: what is due starts, what was missed is noted with its reason and caught up once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.events import Step, SyncEvent, SyncFinished, SyncProgress, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import HistoryFilter
from idexx_desktop.domain.records import CallRecord, MissedRun, Page, SessionRecord
from idexx_desktop.sync import network
from idexx_desktop.sync.lease import take_lease
from idexx_desktop.sync.network import network_is_there
from idexx_desktop.sync.parts import Holder
from idexx_desktop.sync.scheduler import ScheduleRunner
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.sync.worker import Syncer
from tests.support.own_choices import leading_to
from tests.support.practice import EVERYTHING, Practice, Practices, finished

LA = ZoneInfo("America/Los_Angeles")


class Wishes(Syncer):
    """Notes what it was asked to start; the runs themselves are another test's subject."""

    asked: list[Trigger]
    only: object = None

    def start(self, trigger: Trigger, **how: object) -> bool:
        """See `Syncer.start`."""
        self.asked.append(trigger)
        self.only = how["only_visits"]
        assert how["if_due"] is (self.only is None)
        return True


def call_today_at_once(practice: Practice) -> None:
    """The calls of the first day are due while their readings are new: no other run is needed for them."""
    practice.query(
        "UPDATE public.scheduled_discharge_calls SET scheduled_for = LEAST(scheduled_for, %s) WHERE scheduled_for < %s",
        at("2026-11-18 15:05"),
        at("2026-11-19 00:00"),
    )


def ticking(practice: Practice) -> tuple[ScheduleRunner, list[Trigger]]:
    """A schedule that was never looked at, and what it starts; nobody touches the computer's clock."""
    call_today_at_once(practice)
    syncer = Wishes(practice.parts())
    syncer.asked = []
    clock = practice.clock
    return ScheduleRunner(practice.parts(), syncer, elapsed=lambda: clock.at.timestamp()), syncer.asked


@contextmanager
def as_if_running(runner: ScheduleRunner) -> Iterator[None]:
    """While this lasts, its program is at a run."""
    runner._syncer._progress = SyncProgress("", Step.STARTING)
    yield
    runner._syncer._progress = None


def at(text: str) -> datetime:
    """A moment in the clinic."""
    return datetime.fromisoformat(text).replace(tzinfo=LA)


def missed(practice: Practice) -> list[MissedRun]:
    """The runs that were missed, oldest first."""
    rows = practice.program.history.rows(HistoryFilter("missed"), EVERYTHING)
    return sorted((row for row in rows if isinstance(row, MissedRun)), key=lambda row: row.due_at)


def test_what_is_due_starts_and_nothing_else(synced: Practice) -> None:
    runner, asked = ticking(synced)
    runner.tick()  # synced at 15:00, every four hours
    assert asked == []
    assert synced.program.settings.schedule().next_due_at == at("2026-11-18 19:00")
    synced.clock.at = at("2026-11-18 18:59:50")
    runner.tick()
    assert asked == []
    synced.clock.pass_by(seconds=20)
    runner.tick()
    assert asked == [Trigger.SCHEDULE]
    assert missed(synced) == []


def test_a_clinic_that_never_synced_starts_at_once(practices: Practices) -> None:
    runner, asked = ticking(practices("ordinary-day"))
    runner.tick()
    assert asked == [Trigger.SCHEDULE]


def test_asleep_is_noted_and_caught_up_by_one_run(synced: Practice) -> None:
    runner, asked = ticking(synced)
    synced.clock.at = at("2026-11-18 18:59")
    runner.tick()
    synced.clock.at = at("2026-11-19 08:12")
    runner.tick()
    assert asked == [Trigger.CATCH_UP]
    rows = missed(synced)
    assert [row.due_at for row in rows] == [at("2026-11-18 19:00"), at("2026-11-19 07:00")]
    assert {row.reason for row in rows} == {"asleep"}
    assert {row.device for row in rows} == {synced.parts().holder.device}
    assert [row.caught_up_at for row in rows] == [None, None]  # not before that run has ended well
    assert synced.actions()["sync.missed"] == 1

    synced.keep_sign_in()
    synced.clock.at = at("2026-11-19 08:14")
    assert synced.sync(Trigger.CATCH_UP).failure is None
    assert {row.caught_up_at for row in missed(synced)} == {at("2026-11-19 08:14")}
    runner.tick()
    assert asked == [Trigger.CATCH_UP]
    assert synced.program.settings.schedule().next_due_at == at("2026-11-19 12:14")


def test_off_is_another_reason(synced: Practice) -> None:
    runner, asked = ticking(synced)
    synced.clock.at = at("2026-11-18 19:10")
    runner.tick()
    assert asked == [Trigger.CATCH_UP]
    assert [(row.due_at, row.reason) for row in missed(synced)] == [(at("2026-11-18 19:00"), "off")]


def test_a_suspended_sign_in_starts_nothing_and_is_noted_once(synced: Practice) -> None:
    SealedSignIn(synced.program.records, synced.sharing(), synced.clock).rejected(
        Failure(FailureCode.WRONG_PASSWORD)
    )
    runner, asked = ticking(synced)
    synced.clock.at = at("2026-11-18 19:06")
    for _ in range(3):
        runner.tick()
        synced.clock.pass_by(seconds=20)
    assert asked == []
    assert [(row.due_at, row.reason) for row in missed(synced)] == [(at("2026-11-18 19:00"), "suspended")]
    assert synced.actions()["sync.missed"] == 1
    synced.keep_sign_in()
    runner.tick()
    assert asked == [Trigger.CATCH_UP]


def test_without_a_sign_in_nothing_is_due_to_start(synced: Practice) -> None:
    synced.program.credentials.forget()
    runner, asked = ticking(synced)
    synced.clock.at = at("2026-11-19 12:00")
    runner.tick()
    assert asked == []


def test_switched_off_or_paused(synced: Practice) -> None:
    runner, asked = ticking(synced)
    settings = synced.program.settings
    settings.save_schedule(replace(settings.schedule(), enabled=False))
    synced.clock.at = at("2026-11-19 12:00")
    runner.tick()
    settings.save_schedule(replace(settings.schedule(), enabled=True))
    settings.pause_until(at("2026-11-20 09:00"))
    runner.tick()
    assert asked == []
    assert missed(synced) == []
    assert settings.schedule().next_due_at == at("2026-11-20 09:00")
    synced.clock.at = at("2026-11-20 09:00:10")
    runner.tick()
    assert asked == [Trigger.SCHEDULE]


def test_what_is_due_while_a_run_reads_a_few_visits_is_late_and_not_asleep(synced: Practice) -> None:
    runner, asked = ticking(synced)
    synced.clock.at = at("2026-11-18 18:59:50")
    runner.tick()
    for _ in range(20):
        synced.clock.pass_by(seconds=20)
        with as_if_running(runner):
            runner.tick()
    assert (asked, missed(synced)) == ([], [])
    runner.tick()
    assert asked == [Trigger.CATCH_UP]
    assert [(row.due_at, row.reason) for row in missed(synced)] == [(at("2026-11-18 19:00"), "busy")]


def test_what_the_schedule_did_not_want_then_was_not_missed(synced: Practice) -> None:
    """It was off or paused, and the PC was on: neither asleep nor busy."""
    runner, asked = ticking(synced)
    settings = synced.program.settings
    settings.pause_until(at("2026-11-20 09:00"))
    synced.clock.at = at("2026-11-19 12:00")
    runner.tick()
    settings.pause_until(None)
    runner.tick()
    assert asked == [Trigger.SCHEDULE]
    assert missed(synced) == []


def test_a_computer_that_may_not_open_the_sign_in_says_so(practices: Practices, synced: Practice) -> None:
    synced.keep_sign_in()
    another = practices.computer(synced, "Back Office")
    runner, asked = ticking(another)
    for moment in ("18:59:50", "19:00:10", "19:05:20"):
        synced.clock.at = at(f"2026-11-18 {moment}")
        runner.tick()
    assert asked == []
    assert [row.reason for row in missed(synced)] == ["locked"]


def test_a_run_of_another_computer_is_neither_disturbed_nor_a_miss(synced: Practice) -> None:
    runner, asked = ticking(synced)
    synced.clock.at = at("2026-11-18 19:10")
    lease = take_lease(synced.program.records, Holder("Front Desk 2", "17@1.00"), 60)
    runner.tick()
    assert (asked, missed(synced)) == ([], [])
    lease.release()
    runner.tick()
    assert asked == [Trigger.CATCH_UP]


def test_what_another_computer_has_just_done_is_not_done_again(synced: Practice) -> None:
    synced.keep_sign_in()
    synced.clock.at = at("2026-11-18 19:00:10")
    assert synced.sync(Trigger.SCHEDULE).failure is None
    assert synced.program.syncer.start(Trigger.SCHEDULE, if_due=True)
    failure = finished(synced.program.syncer).failure
    assert failure is not None
    assert (failure.code, failure.title) == (FailureCode.OTHER_COMPUTER, "Another computer has just synced.")
    assert len(synced.program.history.rows(HistoryFilter(), EVERYTHING)) == 2


def test_after_waking_a_sync_waits_for_the_network(synced: Practice) -> None:
    """It is not spent on a failure, after which nothing would be tried for minutes."""
    runner, asked = ticking(synced)
    synced.clock.at = at("2026-11-18 18:59")
    runner.tick()
    synced.site.stop()
    synced.clock.at = at("2026-11-19 08:12")
    runner.tick()
    synced.clock.pass_by(seconds=20)
    runner.tick()
    assert asked == []
    assert [row.reason for row in missed(synced)] == ["asleep", "asleep"]
    synced.site.start()
    synced.clock.pass_by(seconds=20)
    runner.tick()
    assert asked == [Trigger.CATCH_UP]


def test_a_site_that_never_answers_keeps_nobody_waiting(
    synced: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Like a network that drops everything: whoever quits meanwhile waits for the answer."""
    assert network.LONGEST_SECONDS <= 3
    monkeypatch.setattr(network, "LONGEST_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as silent, ExitStack() as waiting:
        address = silent.getsockname()
        for _ in range(8):  # the queue is full: nobody is let in any more
            attempt = waiting.enter_context(closing(socket.socket()))
            attempt.setblocking(False)
            attempt.connect_ex(address)
        began = time.monotonic()
        assert not network_is_there(leading_to(synced.parts(), f"http://127.0.0.1:{address[1]}"))
        assert time.monotonic() - began < 2


def test_without_a_network_for_long_a_sync_says_so(synced: Practice) -> None:
    runner, asked = ticking(synced)
    synced.site.stop()
    synced.clock.at = at("2026-11-18 19:00:10")
    while synced.clock.at < at("2026-11-18 19:05:10"):
        runner.tick()
        assert asked == []
        synced.clock.pass_by(seconds=20)
    runner.tick()
    assert asked == [Trigger.CATCH_UP]
    assert [row.reason for row in missed(synced)] == ["offline"]


def test_a_clock_that_is_set_back_stops_neither_syncs_nor_pauses(synced: Practice) -> None:
    runner, asked = ticking(synced)
    synced.clock.at = at("2026-11-17 15:00")  # a day before the last sync
    runner.tick()
    assert asked == [Trigger.SCHEDULE]
    synced.keep_sign_in()
    synced.site.stop()
    assert synced.sync(Trigger.SCHEDULE).failure is not None
    synced.clock.pass_by(seconds=20)
    runner.tick()
    assert asked == [Trigger.SCHEDULE]  # the pause after an outage counts from then
    synced.site.start()
    synced.clock.pass_by(minutes=7)
    runner.tick()
    assert asked == [Trigger.SCHEDULE] * 2
    assert missed(synced) == []


def test_on_closed_dates_nothing_is_due_and_nothing_missed(synced: Practice) -> None:
    runner, asked = ticking(synced)
    settings = synced.program.settings
    settings.save_call_rules(replace(settings.call_rules(), closed_days=frozenset({date(2026, 11, 19)})))
    synced.clock.at = at("2026-11-18 19:00:10")
    runner.tick()
    with synced.program.records.transaction() as tx:
        tx.schedule.mark_completed(synced.clock.now(), None)
    runner.tick()
    assert settings.schedule().next_due_at == at("2026-11-20 07:00")
    synced.clock.at = at("2026-11-20 06:59")
    runner.tick()
    assert asked == [Trigger.SCHEDULE]
    assert missed(synced) == []


def test_records_that_cannot_be_reached_stop_no_schedule(synced: Practice) -> None:
    runner, asked = ticking(synced)
    synced.clock.at = at("2026-11-18 19:00:10")
    synced.query("ALTER TABLE public.sync_schedules RENAME TO elsewhere")
    runner.tick()
    assert asked == []
    synced.query("ALTER TABLE public.elsewhere RENAME TO sync_schedules")
    synced.clock.pass_by(minutes=10)
    runner.tick()
    assert asked == [Trigger.CATCH_UP]
    assert [row.reason for row in missed(synced)] == ["records"]


def test_it_ticks_by_itself_and_runs(synced: Practice) -> None:
    synced.clock.at = at("2026-11-18 19:00:10")
    synced.keep_sign_in()
    ended = threading.Event()
    triggers: list[str] = []

    def listen(event: SyncEvent) -> None:
        if isinstance(event, SyncFinished):
            ended.set()

    synced.program.syncer.subscribe(listen)
    synced.program.schedule_runner.start()
    assert ended.wait(60)
    synced.program.schedule_runner.stop()
    triggers = [row["trigger"] for row in synced.query("SELECT trigger FROM public.idexx_sync_sessions")]
    assert sorted(triggers) == ["button", "schedule"]


def first_of_tomorrow(practice: Practice) -> CallRecord:
    """The first call of the next day, long after the last sync."""
    tomorrow = [call for call in practice.queued() if call.scheduled_for > at("2026-11-19 00:00")]
    return min(tomorrow, key=lambda call: call.scheduled_for)


def test_visits_are_read_again_shortly_before_their_calls(synced: Practice) -> None:
    call_today_at_once(synced)
    call = first_of_tomorrow(synced)
    soon = call.scheduled_for + timedelta(minutes=15)
    in_time = {key for other in synced.queued() if other.scheduled_for <= soon for key in other.visit_keys}
    in_time -= {
        key
        for other in synced.queued()
        if other.scheduled_for < call.scheduled_for
        for key in other.visit_keys
    }
    synced.program.settings.save_schedule(replace(synced.program.settings.schedule(), every_hours=24))
    syncer = Wishes(synced.parts())
    syncer.asked = []
    runner = ScheduleRunner(synced.parts(), syncer)
    synced.clock.at = call.scheduled_for - timedelta(minutes=31)
    runner.tick()
    assert syncer.asked == []
    synced.clock.pass_by(minutes=2)
    runner.tick()
    assert syncer.asked == [Trigger.BEFORE_CALL]
    assert syncer.only == in_time


def test_a_pet_that_died_meanwhile_is_found_before_the_call(synced: Practice) -> None:
    call = first_of_tomorrow(synced)
    visit = synced.visits()[call.visit_keys[0]]
    synced.program.settings.save_schedule(replace(synced.program.settings.schedule(), every_hours=24))
    synced.site.world.write_notes(visit.consultation_id or "", "<p>Collapsed at home; euthanized.</p>")
    synced.clock.at = call.scheduled_for - timedelta(minutes=20)
    synced.site.expire_sessions()  # as every night
    runner = ScheduleRunner(synced.parts(), synced.program.syncer)
    runner.tick()
    assert finished(synced.program.syncer).failure is None
    assert call.id not in {queued.id for queued in synced.queued()}
    [newest] = synced.program.history.rows(HistoryFilter(), Page(limit=1))
    assert isinstance(newest, SessionRecord)
    assert newest.trigger == Trigger.BEFORE_CALL

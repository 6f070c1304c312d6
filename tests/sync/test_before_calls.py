"""The look before a call, with everything real: at the instant a call is due its visits were just read, or it waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest

from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import HistoryFilter
from idexx_desktop.domain.records import CallRecord, Page, SessionRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.reader import reading
from idexx_desktop.reader.reading import Reading, Sounds
from idexx_desktop.simulator.world import Quirk
from idexx_desktop.sync.lease import take_lease
from idexx_desktop.sync.looking import hold_unread
from idexx_desktop.sync.parts import Holder
from idexx_desktop.sync.scheduler import ScheduleRunner
from idexx_desktop.sync.signin import SealedSignIn
from tests.support.practice import Practice, Practices
from tests.sync.test_scheduler import as_if_running, first_of_tomorrow

MINUTE = timedelta(minutes=1)


@pytest.fixture
def due(synced: Practice) -> CallRecord:
    """The first call of the next day; no other sync comes before it."""
    synced.program.settings.save_schedule(replace(synced.program.settings.schedule(), every_hours=24))
    return first_of_tomorrow(synced)


def open_program(practice: Practice) -> ScheduleRunner:
    """Its schedule, ticking by hand; the network is there."""
    return ScheduleRunner(practice.parts(), practice.program.syncer, network=lambda: True)


def tick_until(
    practice: Practice, runner: ScheduleRunner, moment: datetime, step: timedelta = MINUTE
) -> None:
    """Look at the clock again and again, and let each run end."""
    while practice.clock.at < moment:
        runner.tick()
        assert practice.program.syncer.wait(60)
        practice.clock.at += step


def looks(practice: Practice) -> list[SessionRecord]:
    """The looks so far, newest first."""
    rows = practice.program.history.rows(HistoryFilter(), Page(limit=50))
    return [row for row in rows if isinstance(row, SessionRecord) and row.trigger == Trigger.BEFORE_CALL]


def is_queued(practice: Practice, call: CallRecord) -> bool:
    return call.id in {queued.id for queued in practice.queued()}


def dies(practice: Practice, call: CallRecord) -> None:
    """Neo says so from now on."""
    visit = practice.visits()[call.visit_keys[0]]
    practice.site.world.write_notes(visit.consultation_id or "", "<p>Collapsed at home; euthanized.</p>")


def another_visit(practice: Practice, call: CallRecord) -> str:
    """A visit that has nothing to do with the call."""
    visits = practice.visits()
    owner = visits[call.visit_keys[0]].client_id
    return next(key for key, row in visits.items() if row.client_id != owner and row.consultation_id)


def test_what_this_version_reads_in_the_same_notes_holds_at_its_start(
    synced: Practice, due: CallRecord
) -> None:
    """Without Neo, before anything else: until the next look the call would be handed over."""
    assert is_queued(synced, due)
    with patch.object(reading, "_read", lambda *_: Reading(Sounds.DIED, 9.0, (), (), "2")):
        reading._kept.cache_clear()
        open_program(synced).tick()
    reading._kept.cache_clear()
    assert synced.queued() == []
    held = synced.visits()[due.visit_keys[0]]
    assert (held.state, held.reason_code) == (VisitState.HELD, ReasonCode.MAY_HAVE_DIED)


def a_retry(practice: Practice, call: CallRecord) -> None:
    practice.sync(Trigger.RETRY, only_visits=frozenset({another_visit(practice, call)}))


def a_stop(practice: Practice, call: CallRecord) -> None:
    assert practice.program.syncer.start(Trigger.BUTTON)
    practice.program.syncer.cancel()
    assert practice.program.syncer.wait(60)


def a_look_at_another(practice: Practice, call: CallRecord) -> None:
    practice.sync(Trigger.BEFORE_CALL, only_visits=frozenset({another_visit(practice, call)}))


@pytest.mark.parametrize(
    "before", [pytest.param(a_retry, marks=pytest.mark.long(item=43)), a_stop, a_look_at_another]
)
def test_no_run_but_a_reading_of_the_visit_counts(
    synced: Practice, due: CallRecord, before: Callable[[Practice, CallRecord], None]
) -> None:
    dies(synced, due)
    synced.clock.at = due.scheduled_for - timedelta(minutes=31)
    before(synced, due)
    tick_until(synced, open_program(synced), due.scheduled_for, step=5 * MINUTE)
    assert not is_queued(synced, due)
    assert synced.visits()[due.visit_keys[0]].reason_code == ReasonCode.MAY_HAVE_DIED


@pytest.mark.parametrize("apart", [pytest.param(10, marks=pytest.mark.long(item=43)), 40])
def test_of_two_calls_each_is_looked_at(synced: Practice, due: CallRecord, apart: int) -> None:
    other = next(
        call
        for call in synced.queued()
        if call.id != due.id and call.scheduled_for >= due.scheduled_for and len(call.visit_keys) == 1
    )
    when = due.scheduled_for + apart * MINUTE
    synced.program.calls.reschedule(other.id, when)
    [other] = [call for call in synced.queued() if call.visit_keys == other.visit_keys]
    synced.clock.at = due.scheduled_for - timedelta(minutes=29)
    runner = open_program(synced)
    runner.tick()
    assert synced.program.syncer.wait(60)
    dies(synced, other)
    read_together = apart <= 16
    tick_until(synced, runner, when, step=2 * MINUTE)
    assert is_queued(synced, due)
    # what has changed since is not seen where the two were read together, 45 minutes before at the most
    assert is_queued(synced, other) is read_together
    for key in other.visit_keys:
        read_at = synced.visits()[key].last_read_at
        assert read_at is not None
        assert when - read_at <= timedelta(minutes=45)
    assert len(looks(synced)) == (1 if read_together else 2)


def test_a_visit_that_cannot_be_read_holds_its_call_and_is_tried_politely(
    synced: Practice, due: CallRecord
) -> None:
    visit = synced.visits()[due.visit_keys[0]]
    runner = open_program(synced)
    synced.site.world.set_quirks(visit.consultation_id or "", Quirk.UNREADABLE)
    synced.clock.at = due.scheduled_for - timedelta(minutes=29)
    tick_until(synced, runner, due.scheduled_for)
    assert not is_queued(synced, due)
    assert len(looks(synced)) == 2
    synced.site.world.set_quirks(visit.consultation_id or "")
    synced.sync(Trigger.RETRY, only_visits=frozenset({visit.visit_key}))
    [again] = [call for call in synced.queued() if visit.visit_key in call.visit_keys]
    assert synced.clock.at < again.scheduled_for <= synced.clock.at + timedelta(minutes=5)


def test_a_held_call_comes_back_by_itself_once_neo_is_back(synced: Practice, due: CallRecord) -> None:
    runner = open_program(synced)
    synced.site.stop()
    synced.clock.at = due.scheduled_for - timedelta(minutes=29)
    tick_until(synced, runner, due.scheduled_for, step=3 * MINUTE)
    assert not is_queued(synced, due)
    synced.site.start()
    tick_until(synced, runner, synced.clock.at + timedelta(minutes=30), step=3 * MINUTE)
    assert set(due.visit_keys) <= {key for call in synced.queued() for key in call.visit_keys}


def test_a_time_that_a_person_chose_is_kept(synced: Practice, due: CallRecord) -> None:
    runner = open_program(synced)
    synced.clock.at = due.scheduled_for - timedelta(hours=2)
    chosen = synced.clock.at + timedelta(minutes=6)
    synced.program.visits.decide(due.visit_keys[0], PersonChoice.CALL, scheduled_for=chosen)
    assert synced.visits()[due.visit_keys[0]].reason_code == ReasonCode.NOT_LOOKED_AT
    runner.tick()
    assert synced.program.syncer.wait(60)
    [call] = [call for call in synced.queued() if due.visit_keys[0] in call.visit_keys]
    assert call.scheduled_for == chosen


def test_where_no_program_ran_it_is_held_at_the_next_start(synced: Practice, due: CallRecord) -> None:
    synced.clock.at = due.scheduled_for + timedelta(minutes=20)
    assert is_queued(synced, due)
    with as_if_running(runner := open_program(synced)):
        runner.tick()
    assert not is_queued(synced, due)


def test_a_run_by_itself_holds_first_of_all(synced: Practice, due: CallRecord) -> None:
    suspended(synced)
    synced.clock.at = due.scheduled_for - timedelta(minutes=5)
    failure = synced.sync().failure
    assert failure is not None
    assert not is_queued(synced, due)


def test_of_two_computers_either_holds_and_neither_disturbs_a_run(
    practices: Practices, synced: Practice, due: CallRecord
) -> None:
    other = practices.computer(synced, "Front Desk 2")
    lease = take_lease(other.program.records, Holder("Front Desk 2", "17@1.00"), 60)
    synced.clock.at = due.scheduled_for - timedelta(minutes=9)
    open_program(synced).tick()
    open_program(other).tick()
    lease.release()
    assert not is_queued(synced, due)
    assert looks(synced) == []
    cancelled = [call for call in synced.calls() if call.id == due.id]
    assert [call.status for call in cancelled] == ["cancelled"]


def test_a_clock_that_was_ahead_makes_no_reading_younger(synced: Practice, due: CallRecord) -> None:
    """Read two and a half hours before the call, as if half an hour before it; then the clock is put right."""
    before = due.scheduled_for - timedelta(minutes=150)
    synced.clock.at = before + timedelta(hours=2)
    runner = open_program(synced)
    with as_if_running(runner):
        runner.tick()
    assert synced.sync().failure is None
    synced.clock.at = before + MINUTE
    with as_if_running(runner):
        runner.tick()
        synced.clock.at = due.scheduled_for - 9 * MINUTE
        runner.tick()
    assert not is_queued(synced, due)


def test_a_colleagues_program_holds_what_nobody_read_and_it_comes_back_by_itself(
    practices: Practices, synced: Practice, due: CallRecord
) -> None:
    """One's own program was stopped, the colleague's runs and can't sync."""
    colleague = practices.colleague(synced)
    runner = open_program(colleague)
    synced.clock.at = due.scheduled_for - timedelta(minutes=11)
    synced.server_is_on_time()
    runner.tick()
    assert is_queued(synced, due)
    synced.clock.at = due.scheduled_for - timedelta(minutes=9)
    synced.server_is_on_time()
    runner.tick()
    assert not is_queued(synced, due)
    for key in due.visit_keys:
        row = synced.visits()[key]
        assert (row.state, row.reason_code, row.needs_attention) == (
            VisitState.HELD,
            ReasonCode.NOT_LOOKED_AT,
            True,
        )
    assert colleague.actions()["call.held_unread"] > 0
    # what one's own program has read since is called, and the colleague leaves it be
    tick_until(synced, open_program(synced), due.scheduled_for - 7 * MINUTE)
    synced.server_is_on_time()
    runner.tick()
    again = {key: call for call in synced.queued() for key in call.visit_keys}
    assert set(due.visit_keys) <= again.keys()
    assert {again[key].scheduled_for for key in due.visit_keys} == {due.scheduled_for}


def test_the_colleagues_program_goes_on_where_that_is_refused(
    practices: Practices, synced: Practice, due: CallRecord
) -> None:
    colleague = practices.colleague(synced)
    synced.clock.at = due.scheduled_for
    synced.query("REVOKE EXECUTE ON FUNCTION idexx_app.hold_unread_calls(uuid) FROM idexx_user")
    with as_if_running(runner := open_program(colleague)):
        runner.tick()
    assert hold_unread(synced.program.records, synced.clock.at) >= 1


def test_what_the_rules_cannot_hold_is_taken_back_all_the_same(
    synced: Practice, due: CallRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise Failure(FailureCode.DATABASE_REFUSED)

    monkeypatch.setattr("idexx_desktop.sync.deciding.redecide", refused)
    synced.clock.at = due.scheduled_for
    assert hold_unread(synced.program.records, synced.clock.at) >= 1
    assert not is_queued(synced, due)
    assert synced.visits()[due.visit_keys[0]].state is VisitState.HELD


def suspended(practice: Practice) -> None:
    SealedSignIn(practice.program.records, practice.sharing(), practice.clock).rejected(
        Failure(FailureCode.WRONG_PASSWORD)
    )


def forgotten(practice: Practice) -> None:
    practice.program.credentials.forget()


def paused(practice: Practice) -> None:
    practice.program.settings.pause_until(practice.clock.at + timedelta(days=2))


def switched_off(practice: Practice) -> None:
    settings = practice.program.settings
    settings.save_schedule(replace(settings.schedule(), enabled=False))


def gone(practice: Practice) -> None:
    practice.site.stop()


@pytest.mark.parametrize("hindered", [suspended, forgotten, paused, switched_off, gone])
def test_what_cannot_be_looked_at_is_held_before_it_is_due(
    synced: Practice, due: CallRecord, hindered: Callable[[Practice], None]
) -> None:
    hindered(synced)
    runner = open_program(synced)
    synced.clock.at = due.scheduled_for - timedelta(minutes=11)
    tick_until(synced, runner, due.scheduled_for - 8 * MINUTE, step=2 * MINUTE)
    assert not is_queued(synced, due)
    row = synced.visits()[due.visit_keys[0]]
    assert (row.state, row.reason_code, row.needs_attention) == (
        VisitState.HELD,
        ReasonCode.NOT_LOOKED_AT,
        True,
    )

"""The work list: outcomes, changes, brakes; each action is one row of the activity record, and takes effect at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import EVERYTHING, Practice

# rows that follow from an action, beside the one that is named after it
_FOLLOWING = {"visit.synced", "call.changed", "call.cancelled", "call.scheduled"}


def recorded(practice: Practice, act: Callable[[], object]) -> Counter[str]:
    """What an action adds to the activity record, less what follows from it."""
    before = practice.actions()
    act()
    added = practice.actions() - before
    return Counter({action: count for action, count in added.items() if action not in _FOLLOWING})


def a_call(practice: Practice) -> CallRecord:
    """One that would be made, about one visit."""
    return next(call for call in practice.queued() if len(call.visit_keys) == 1)


def status_of(practice: Practice, call: CallRecord) -> str:
    """The call's status now."""
    return next(row.status for row in practice.calls() if row.id == call.id)


def test_an_outcome_and_back(synced: Practice) -> None:
    calls, call = synced.program.calls, a_call(synced)
    added = recorded(
        synced, lambda: calls.record_outcome(call.id, CallOutcomeKind.REACHED_CONCERN, " limping ")
    )
    assert added == {"call.outcome": 1, "concern.opened": 1}
    done = next(row for row in synced.calls() if row.id == call.id)
    assert [(row.outcome, row.note, row.by) for row in done.outcomes] == [
        ("reached_concern", "limping", synced.program.identity.email)
    ]
    assert call.id not in {row.id for row in synced.queued()}
    with pytest.raises(Failure) as twice:
        calls.record_outcome(call.id, CallOutcomeKind.VOICEMAIL)
    assert twice.value.code is FailureCode.HANDED_OVER
    taken_back = {"call.outcome_undone": 1, "concern.undone": 1}
    assert recorded(synced, lambda: calls.undo_outcome(call.id)) == taken_back
    assert call.id in {row.id for row in synced.queued()}
    with pytest.raises(Failure):
        calls.undo_outcome(call.id)
    assert synced.sync().discharge_calls_scheduled == 0


def test_an_owner_who_opts_out_in_a_call_is_called_no_more(synced: Practice) -> None:
    call = a_call(synced)
    added = recorded(synced, lambda: synced.program.calls.record_outcome(call.id, CallOutcomeKind.OPTED_OUT))
    assert added == {"call.outcome": 1, "opt_out.recorded": 1}
    assert [row.phone for row in synced.program.calls.opt_outs()] == [call.customer_phone]
    synced.sync()
    assert not [row for row in synced.queued() if row.customer_phone == call.customer_phone]


def test_another_time_stays_when_the_next_sync_comes(synced: Practice) -> None:
    call = a_call(synced)
    when = call.scheduled_for + timedelta(days=1)
    calls = synced.program.calls
    before = synced.actions()
    calls.reschedule(call.id, when)
    added = synced.actions() - before
    assert added == {"visit.decided": 1, "call.changed": 1, "visit.synced": 1}
    synced.sync()
    assert next(row.scheduled_for for row in synced.queued() if row.id == call.id) == when
    with pytest.raises(Failure) as past:
        calls.reschedule(call.id, synced.clock.now() - timedelta(minutes=1))
    assert past.value.code is FailureCode.INVALID_INPUT


@pytest.mark.parametrize(("name", "more"), [("hold", {"call.held": 1}), ("cancel", {})])
def test_taking_a_call_back(synced: Practice, name: str, more: dict[str, int]) -> None:
    call = a_call(synced)
    act = getattr(synced.program.calls, name)
    before = synced.actions()
    act(call.id, "vet calls herself")
    decided = {"visit.decided": 1, "call.cancelled": 1, "visit.synced": 1}
    assert synced.actions() - before == {**decided, **more}
    assert status_of(synced, call) == "cancelled"
    visit = synced.visits()[call.visit_keys[0]]
    assert (visit.state, visit.reason_code) == (VisitState.EXCLUDED, "no_call_by_person")
    synced.sync()
    assert status_of(synced, call) == "cancelled"
    assert visit.visit_key not in {key for row in synced.queued() for key in row.visit_keys}
    with pytest.raises(Failure) as handed_over:
        act(call.id, "again")
    assert handed_over.value.code is FailureCode.HANDED_OVER


def test_a_call_that_was_handed_over_is_never_touched(synced: Practice) -> None:
    synced.server_is_on_time()
    call = a_call(synced)
    synced.query("UPDATE public.scheduled_discharge_calls SET status = 'ringing' WHERE id = %s", call.id)
    calls = synced.program.calls
    attempts: list[Callable[[], object]] = [
        lambda: calls.hold(call.id, ""),
        lambda: calls.cancel(call.id, ""),
        lambda: calls.reschedule(call.id, synced.clock.now() + timedelta(days=3)),
        lambda: calls.record_outcome(call.id, CallOutcomeKind.VOICEMAIL),
    ]
    for attempt in attempts:
        with pytest.raises(Failure) as refused:
            attempt()
        assert refused.value.code is FailureCode.HANDED_OVER
    calls.pause_all()
    calls.opt_out(call.customer_phone)
    visit = synced.visits()[call.visit_keys[0]]
    synced.site.world.write_notes(visit.consultation_id or "", "<p>Euthanized.</p>")
    synced.sync()
    assert status_of(synced, call) == "ringing"


def test_pause_all_and_resume(synced: Practice) -> None:
    calls = synced.program.calls
    queued = {(call.visit_keys, call.scheduled_for) for call in synced.queued()}
    assert recorded(synced, calls.pause_all) == {"calls.paused": 1}
    assert calls.paused()
    assert synced.queued() == []
    held = [visit for visit in synced.visits().values() if visit.reason_code == "calls_paused"]
    assert len(held) == sum(len(keys) for keys, _ in queued)
    assert {visit.state for visit in held} == {VisitState.HELD}
    assert synced.sync().discharge_calls_scheduled == 0
    assert recorded(synced, calls.resume_all) == {"calls.resumed": 1}
    assert {(call.visit_keys, call.scheduled_for) for call in synced.queued()} == queued
    assert not calls.paused()


def test_review_shows_and_turning_on_schedules(synced: Practice) -> None:
    calls = synced.program.calls
    queued = {call.visit_keys for call in synced.queued()}
    with synced.program.records.transaction() as tx:
        tx.settings.set_review(True, now=synced.clock.now())
    assert calls.review_mode()
    synced.sync()
    assert synced.queued() == []
    shown = [visit for visit in synced.visits().values() if visit.reason_code == "review"]
    assert len(shown) == sum(map(len, queued))
    assert recorded(synced, calls.turn_on_calls) == {"calls.turned_on": 1}
    assert {call.visit_keys for call in synced.queued()} == queued


def test_agreeing_in_review_mode_schedules_nothing_until_calls_are_turned_on(synced: Practice) -> None:
    program, call = synced.program, a_call(synced)
    program.calls.turn_on_review()
    key = call.visit_keys[0]
    assert not synced.visits()[key].agreed
    agreed = program.visits.decide(key, PersonChoice.CALL)
    seen = synced.visits()[key]
    assert (seen.reason_code, seen.agreed, synced.queued()) == ("review", True, [])
    assert seen.reason.startswith("In review mode. The call would be on")
    assert "decided" in seen.reason
    assert program.visits.agreement().called == 1
    program.visits.undo(agreed)
    assert not synced.visits()[key].agreed
    program.visits.decide(key, PersonChoice.CALL)
    program.calls.turn_on_calls()
    turned_on = synced.visits()[key]
    assert (turned_on.reason_code, turned_on.call_scheduled_for) == ("by_person", call.scheduled_for)


def test_opting_out_and_back(synced: Practice) -> None:
    calls, call = synced.program.calls, a_call(synced)
    national = call.customer_phone.removeprefix("+1")
    typed = f"({national[:3]}) {national[3:6]}-{national[6:]}"
    assert recorded(synced, lambda: calls.opt_out(typed, "by letter")) == {"opt_out.recorded": 1}
    visit = synced.visits()[call.visit_keys[0]]
    assert (visit.state, visit.reason_code) == (VisitState.EXCLUDED, "opted_out")
    assert status_of(synced, call) == "cancelled"
    [row] = calls.opt_outs()
    assert (row.phone, row.why) == (call.customer_phone, "by letter")
    assert recorded(synced, lambda: calls.withdraw_opt_out(row.phone)) == {"opt_out.withdrawn": 1}
    assert synced.visits()[call.visit_keys[0]].state is VisitState.SCHEDULED
    with pytest.raises(Failure) as refused:
        calls.opt_out("call the neighbor")
    assert refused.value.code is FailureCode.INVALID_INPUT


def test_groups_and_pages(synced: Practice) -> None:
    calls = synced.program.calls
    counts = calls.group_counts()
    for group in ("due", "upcoming", "done", "all"):
        which = CallFilter(group)
        assert calls.count(which) == counts[group] == len(calls.rows(which, EVERYTHING))
    assert counts["all"] == len(synced.queued())
    first = calls.rows(CallFilter("upcoming"), EVERYTHING)
    assert [row.scheduled_for for row in first] == sorted(row.scheduled_for for row in first)
    calls.record_outcome(first[0].id, CallOutcomeKind.REACHED_WELL)
    assert calls.group_counts()["done"] == 1
    name = first[0].patient_names[0]
    assert first[0].id in {row.id for row in calls.rows(CallFilter("all", text=name.lower()), EVERYTHING)}


def test_no_such_call(synced: Practice) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(Failure) as refused:
        synced.program.calls.hold(nobody, "")
    assert refused.value.title == "There is no such call."

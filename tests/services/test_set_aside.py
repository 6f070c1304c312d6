"""Pause and Resume, on a day of calls: the list is as it was, and what happened meanwhile is heeded."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from idexx_desktop.domain.calls_ahead import CallsAhead
from idexx_desktop.domain.checks import WINDOW
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.filters import CallFilter
from idexx_desktop.domain.findings import moment_words
from idexx_desktop.domain.records import CallRecord
from tests.support.practice import EVERYTHING, Practice


def as_listed(calls: list[CallRecord]) -> set[tuple[object, ...]]:
    """What of a call must not be lost: which it is, when, for whom, what is said."""
    return {
        (call.id, call.scheduled_for, call.visit_keys, call.customer_phone, call.summary) for call in calls
    }


def group(practice: Practice, name: str) -> list[CallRecord]:
    return practice.program.calls.rows(CallFilter(name), EVERYTHING)


@pytest.fixture
def moved(synced: Practice) -> dict[str, datetime]:
    """A day of many calls, with households; every third one at a time that a person chose, by its id."""
    calls = synced.queued()
    assert len(calls) > 20
    assert any(len(call.visit_keys) > 1 for call in calls)
    chosen = {}
    for number, call in enumerate(sorted(calls, key=lambda each: each.id)[::3]):
        when = call.scheduled_for + timedelta(days=1 + number % 2, minutes=5 * number % 50)
        synced.program.calls.reschedule(call.id, when)
        chosen[call.id] = when
    return chosen


def test_resume_leaves_the_list_as_it_was(synced: Practice, moved: dict[str, datetime]) -> None:
    calls = synced.program.calls
    before = as_listed(synced.queued())
    rows = len(synced.calls())
    for _ in range(2):  # a second time it is no different
        calls.pause_all()
        assert synced.queued() == []
        paused = group(synced, "paused")
        assert as_listed(paused) == before
        assert {call.status for call in paused} == {"paused"}
        assert [call.scheduled_for for call in paused] == sorted(call.scheduled_for for call in paused)
        counts = calls.group_counts()
        assert (counts["paused"], counts["due"], counts["upcoming"], counts["done"]) == (len(before), 0, 0, 0)
        assert synced.sync().discharge_calls_scheduled == 0
        calls.resume_all()
        assert as_listed(synced.queued()) == before
        assert group(synced, "done") == group(synced, "paused") == []
        assert len(synced.calls()) == rows, "no ghost rows"
    assert {call.id: call.scheduled_for for call in synced.queued() if call.id in moved} == moved
    assert synced.sync().discharge_calls_scheduled == 0
    assert as_listed(synced.queued()) == before


def test_what_its_time_has_passed_is_decided_anew_and_nothing_is_lost(synced: Practice) -> None:
    calls = synced.program.calls
    first = min(synced.queued(), key=lambda call: call.scheduled_for)
    before = {call.id: call for call in synced.queued()}
    keys = {key for call in before.values() for key in call.visit_keys}
    calls.pause_all()
    synced.clock.pass_by(hours=(first.scheduled_for - synced.clock.now()) / timedelta(hours=1) + 0.5)
    calls.resume_all()
    now = synced.clock.now()
    after = {call.id: call for call in synced.queued()}
    ahead = {call_id for call_id, call in before.items() if call.scheduled_for > now}
    assert first.id not in ahead
    assert ahead <= after.keys()
    assert all(after[call_id].scheduled_for == before[call_id].scheduled_for for call_id in ahead)
    assert all(call.scheduled_for > now for call in after.values())
    visits = synced.visits()
    called = {key for call in after.values() for key in call.visit_keys}
    assert all(visits[key].needs_attention for key in keys - called), "who can't be called any more is shown"


def test_what_happened_meanwhile_is_heeded(synced: Practice) -> None:
    calls, visits = synced.program.calls, synced.program.visits
    died, kept, gone, shared = _four_calls(synced)
    calls.pause_all()
    visit = synced.visits()[died.visit_keys[0]]
    synced.site.world.write_notes(visit.consultation_id or "", "<p>Euthanized today.</p>")
    of_two = synced.visits()[shared.visit_keys[0]]
    visits.decide(kept.visit_keys[0], PersonChoice.NO_CALL)
    visits.decide(of_two.visit_key, PersonChoice.NO_CALL)
    calls.opt_out(gone.customer_phone)
    synced.sync()
    paused = {call.id for call in group(synced, "paused")}
    assert not paused & {died.id, kept.id, gone.id}
    assert shared.id in paused
    calls.resume_all()
    queued = {call.id: call for call in synced.queued()}
    assert not queued.keys() & {died.id, kept.id, gone.id}
    assert queued[shared.id].visit_keys == shared.visit_keys[1:]
    assert queued[shared.id].scheduled_for == shared.scheduled_for
    assert of_two.patient_name not in queued[shared.id].patient_names
    said = synced.query(
        "SELECT dynamic_variables ->> 'pet_name' AS pets FROM public.scheduled_discharge_calls WHERE id = %s",
        shared.id,
    )
    assert of_two.patient_name not in said[0]["pets"]


@pytest.mark.long(item=48)
def test_review_takes_calls_back_and_gives_them_back(synced: Practice, moved: dict[str, datetime]) -> None:
    calls = synced.program.calls
    before = as_listed(synced.queued())
    calls.turn_on_review()
    assert calls.review_mode()
    assert synced.queued() == []
    calls.pause_all()  # one switch on top of the other: only when both are off are there calls
    calls.turn_on_calls()
    assert synced.queued() == []
    assert len(group(synced, "paused")) == len(before)
    calls.resume_all()
    assert as_listed(synced.queued()) == before


def test_what_would_be_called_is_told_before_and_then_is_so(synced: Practice) -> None:
    calls = synced.program.calls
    with synced.program.records.transaction() as tx:
        tx.settings.set_review(True, now=synced.clock.now())
    synced.sync()
    shown, recorded = synced.visits(), synced.actions()
    told = calls.foreseen()
    assert (synced.visits(), synced.actions(), calls.review_mode()) == (shown, recorded, True), (
        "nothing is changed"
    )
    assert calls.ahead() == CallsAhead()
    calls.turn_on_calls()
    queued = synced.queued()
    assert told == calls.ahead() == CallsAhead(len(queued), min(call.scheduled_for for call in queued))
    for call in queued:
        for key in call.visit_keys:
            when = next(step.detail for step in shown[key].trace if step.rule == WINDOW)
            assert when.startswith(moment_words(call.scheduled_for, synced.program.zone, "US"))
            assert when in shown[key].reason
            others = set(call.patient_names) - {shown[key].patient_name}
            assert all(name in shown[key].reason for name in others)


def test_what_another_account_switched_is_taken_up_by_the_next_sync(synced: Practice) -> None:
    before = as_listed(synced.queued())
    for on in (True, False):
        # another account's program throws the switch; this one's calls are its own
        with synced.program.records.transaction() as tx:
            tx.settings.set_paused(on, now=synced.clock.now())
        synced.sync()
        assert as_listed(group(synced, "paused")) == (before if on else set())
    assert as_listed(synced.queued()) == before


@pytest.mark.long(item=48)
def test_a_mark_that_somebody_else_set_brings_no_call_back(synced: Practice) -> None:
    call = next(call for call in synced.queued() if len(call.visit_keys) == 1)
    synced.program.calls.cancel(call.id, "by phone")
    synced.query(
        "UPDATE public.scheduled_discharge_calls SET metadata = metadata || '{\"set_aside\": true}' WHERE id = %s",
        call.id,
    )
    assert group(synced, "paused") == []
    synced.program.calls.pause_all()
    synced.program.calls.resume_all()
    assert call.id not in {row.id for row in synced.queued()}


def _four_calls(practice: Practice) -> tuple[CallRecord, CallRecord, CallRecord, CallRecord]:
    """Three calls about one pet, of three owners, and one about several."""
    calls = practice.queued()
    single = {call.customer_phone: call for call in calls if len(call.visit_keys) == 1}
    shared = next(call for call in calls if len(call.visit_keys) > 1)
    single.pop(shared.customer_phone, None)
    first, second, third = list(single.values())[:3]
    return first, second, third, shared

"""A call is tried until somebody is reached, or as often as the clinic wants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from idexx_desktop.domain.attempts import ClosedAs
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind
from idexx_desktop.domain.records import CallRecord, Page
from tests.support.practice import Practice

NO_ANSWER = CallOutcomeKind.NO_ANSWER


def a_call(practice: Practice) -> CallRecord:
    """One that is about one visit."""
    return min(
        (call for call in practice.queued() if len(call.visit_keys) == 1),
        key=lambda call: (call.scheduled_for, call.visit_keys),
    )


def now_of(practice: Practice, call_id: str) -> CallRecord:
    rows = practice.program.calls.rows(CallFilter("all"), Page(limit=1000))
    return next(row for row in rows if row.id == call_id)


def test_nobody_answers_three_times(synced: Practice) -> None:
    calls, call, zone = synced.program.calls, a_call(synced), synced.program.zone
    seen = [call.scheduled_for]
    for number in (1, 2):
        calls.record_outcome(call.id, NO_ANSWER, f"try {number}")
        row = now_of(synced, call.id)
        assert (row.status, row.closed_as, row.next_attempt_at) == ("queued", None, row.scheduled_for)
        assert len(row.attempts) == number
        assert row.attempts[-1].number == call.customer_phone
        assert row.scheduled_for.astimezone(zone).date() > synced.clock.now().astimezone(zone).date()
        synced.sync()
        assert now_of(synced, call.id).scheduled_for == row.scheduled_for, "the next sync leaves it"
        seen.append(row.scheduled_for)
        synced.clock.pass_by(minutes=(row.scheduled_for - synced.clock.now()) / timedelta(minutes=1) + 5)
    hours = {moment.astimezone(zone).hour for moment in seen}
    assert len(hours) > 1, "at other times of the day"
    calls.record_outcome(call.id, CallOutcomeKind.VOICEMAIL)
    row = now_of(synced, call.id)
    assert (row.status, row.closed_as, row.next_attempt_at) == ("completed", ClosedAs.COULDNT_REACH, None)
    with pytest.raises(Failure) as over:
        calls.record_outcome(call.id, NO_ANSWER)
    assert over.value.code is FailureCode.HANDED_OVER


def test_the_clinic_says_how_often(synced: Practice) -> None:
    call, settings = a_call(synced), synced.program.settings
    settings.save_call_rules(replace(settings.call_rules(), max_attempts=1))
    synced.program.calls.record_outcome(call.id, NO_ANSWER)
    assert now_of(synced, call.id).closed_as is ClosedAs.COULDNT_REACH
    with pytest.raises(Failure):
        settings.save_call_rules(replace(settings.call_rules(), max_attempts=11))


def test_fewer_tries_from_now_on(synced: Practice) -> None:
    """Whoever was tried often enough by now isn't called again, unless a person wants it."""
    call, settings = a_call(synced), synced.program.settings
    synced.program.calls.record_outcome(call.id, NO_ANSWER)
    settings.save_call_rules(replace(settings.call_rules(), max_attempts=1))
    visit = synced.visits()[call.visit_keys[0]]
    assert (visit.reason_code, visit.needs_attention) == ("unreached", True)
    assert call.id not in {row.id for row in synced.queued()}


def test_each_undo_gives_the_time_before_back(synced: Practice) -> None:
    calls, call = synced.program.calls, a_call(synced)
    first = calls.record_outcome(call.id, NO_ANSWER)
    second_at = now_of(synced, call.id).scheduled_for
    second = calls.record_outcome(call.id, NO_ANSWER)
    calls.undo(second)
    assert now_of(synced, call.id).scheduled_for == second_at
    calls.undo(first)
    row = now_of(synced, call.id)
    assert (row.scheduled_for, row.attempts) == (call.scheduled_for, ())


def test_a_call_that_was_held_meanwhile_is_not_tried_more_often(synced: Practice) -> None:
    calls, call = synced.program.calls, a_call(synced)
    calls.record_outcome(call.id, NO_ANSWER)
    calls.undo(calls.hold(call.id, "wait"))
    again = next(row for row in synced.queued() if row.visit_keys == call.visit_keys)
    assert len(again.attempts) == 1
    calls.record_outcome(again.id, NO_ANSWER)
    calls.record_outcome(again.id, NO_ANSWER)
    assert now_of(synced, again.id).closed_as is ClosedAs.COULDNT_REACH


def test_from_paper(synced: Practice) -> None:
    calls, call, now = synced.program.calls, a_call(synced), synced.clock.now()
    calls.record_outcome(call.id, NO_ANSWER, by="Dana", at=now - timedelta(hours=20))
    [made] = now_of(synced, call.id).attempts
    assert (made.made_by, made.made_at, made.by) == (
        "Dana",
        now - timedelta(hours=20),
        synced.program.identity.email,
    )
    for wrong in (now + timedelta(minutes=1), now - timedelta(days=31)):
        with pytest.raises(Failure) as refused:
            calls.record_outcome(call.id, NO_ANSWER, at=wrong)
        assert refused.value.code is FailureCode.INVALID_INPUT


def test_what_is_agreed_of_and_taken_back(synced: Practice) -> None:
    calls, call, settings = synced.program.calls, a_call(synced), synced.program.settings
    settings.save_call_rules(replace(settings.call_rules(), max_attempts=1))
    calls.record_outcome(call.id, NO_ANSWER)
    other = a_call(synced)
    agreed = calls.agree_unreached([call.id, other.id])
    assert agreed.agreed == (call.id,), "what is open isn't over"
    assert now_of(synced, call.id).agreed
    assert calls.agree_unreached([call.id]).agreed == ()
    calls.undo(agreed)
    assert not now_of(synced, call.id).agreed
    with pytest.raises(Failure):
        calls.undo(agreed)


def test_a_wrong_number_is_a_try_that_holds_the_call(synced: Practice) -> None:
    """Its visits wait for a person; once the number is right after all, the same id is tried again."""
    calls, call = synced.program.calls, a_call(synced)
    what = calls.record_outcome(call.id, CallOutcomeKind.WRONG_NUMBER)
    held = synced.visits()[call.visit_keys[0]]
    assert (held.reason_code, held.needs_attention) == ("wrong_number", True)
    assert calls.get(call.id).closed_as is None
    calls.undo(what)
    assert synced.visits()[call.visit_keys[0]].call_scheduled_for == call.scheduled_for
    calls.record_outcome(call.id, NO_ANSWER)
    assert len(calls.get(call.id).attempts) == 1

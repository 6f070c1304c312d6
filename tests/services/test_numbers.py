"""What people say of owners' numbers acts at once, in all accounts of the clinic, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.owner_numbers import HOURS, Contact, PartOfDay
from idexx_desktop.domain.records import CallRecord, VisitRecord
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import Practice, Practices

OTHER = "+14155550199"
LA = ZoneInfo("America/Los_Angeles")


@contextmanager
def refused(why: str) -> Iterator[None]:
    with pytest.raises(Failure) as failed:
        yield
    assert failed.value.code is FailureCode.INVALID_INPUT
    assert why in failed.value.title


def a_call(practice: Practice) -> CallRecord:
    return next(call for call in practice.queued() if len(call.visit_keys) == 1)


def of(practice: Practice, call: CallRecord) -> VisitRecord:
    return practice.visits()[call.visit_keys[0]]


def test_a_wrong_number_is_called_no_more_until_a_person_says_that_it_is_right(synced: Practice) -> None:
    numbers, call = synced.program.numbers, a_call(synced)
    actions = synced.actions()
    undo = synced.program.calls.record_outcome(call.id, CallOutcomeKind.WRONG_NUMBER)
    [told] = numbers.wrong()
    assert (told.phone, told.told_by) == (call.customer_phone, synced.program.identity.email)
    assert call.customer_phone not in {each.customer_phone for each in synced.queued()}
    assert (synced.actions() - actions)["number.answered"] == 1
    synced.sync()
    assert call.customer_phone not in {each.customer_phone for each in synced.queued()}
    synced.program.calls.undo(undo)
    assert numbers.wrong() == []
    assert call.customer_phone in {each.customer_phone for each in synced.queued()}


def test_told_by_itself_it_holds_every_call_to_it_and_nobodys_decision_goes_beyond(synced: Practice) -> None:
    numbers, call = synced.program.numbers, a_call(synced)
    assert numbers.tell_wrong(call.customer_phone) >= 1
    held = of(synced, call)
    assert (held.state, held.reason_code) == (VisitState.HELD, ReasonCode.WRONG_NUMBER)
    assert held.needs_attention
    assert "was the wrong number on" in held.reason
    synced.program.visits.decide(held.visit_key, PersonChoice.CALL)
    assert of(synced, call).state is VisitState.HELD
    with refused("known as a wrong number already"):
        numbers.tell_wrong(call.customer_phone)
    assert numbers.is_right(call.customer_phone) >= 1
    assert of(synced, call).state is VisitState.SCHEDULED
    with refused("Nobody said that"):
        numbers.is_right(call.customer_phone)
    # both are kept, each with who said it
    kept = synced.query("SELECT told_by_name, undone_by_name, undone_at IS NULL AS holds FROM wrong_numbers")
    email = synced.program.identity.email
    assert kept == [{"told_by_name": email, "undone_by_name": email, "holds": False}]


def test_a_number_that_is_chosen_is_called_instead_and_takes_its_own_opt_out(synced: Practice) -> None:
    numbers, call = synced.program.numbers, a_call(synced)
    numbers.tell_wrong(call.customer_phone)
    assert numbers.keep(call.customer_phone, Contact(OTHER)) >= 1
    assert of(synced, call).state is VisitState.SCHEDULED
    assert [each.customer_phone for each in synced.queued() if each.visit_keys == call.visit_keys] == [OTHER]
    synced.sync()
    assert of(synced, call).phone == OTHER
    seen = numbers.of_visit(call.visit_keys[0])
    assert (seen.phone, seen.called) == (call.customer_phone, OTHER)
    assert [each.phone for each in seen.wrong] == [call.customer_phone]
    assert seen.contact is not None
    assert seen.contact.contact == Contact(OTHER)
    assert call.customer_phone not in seen.others
    for never in ("911", call.customer_phone):
        with pytest.raises(Failure):
            numbers.keep(call.customer_phone, Contact(never))
    synced.program.calls.opt_out(OTHER, "asked")
    assert of(synced, call).reason_code == ReasonCode.OPTED_OUT
    with refused("opted out"):
        numbers.keep("+15105550111", Contact(OTHER))
    assert numbers.forget(call.customer_phone) >= 1
    assert of(synced, call).reason_code == ReasonCode.WRONG_NUMBER
    with refused("Nobody said anything"):
        numbers.forget(call.customer_phone)


def test_calls_are_at_the_time_that_suits(synced: Practice) -> None:
    numbers, call = synced.program.numbers, a_call(synced)
    for part in (PartOfDay.MORNING, PartOfDay.AFTERNOON):
        numbers.keep(call.customer_phone, Contact(suits=part))
        [moved] = [each for each in synced.queued() if each.id == call.id]
        first, _, end = HOURS[part]
        when = moved.scheduled_for.astimezone(LA)
        assert first <= when.time() < end
        assert when.date() == call.scheduled_for.astimezone(LA).date()
        synced.sync()
        assert moved.scheduled_for in {each.scheduled_for for each in synced.queued() if each.id == call.id}


def test_a_colleagues_calls_to_it_are_held_at_once_and_theirs_come_back_with_it(
    practices: Practices, synced: Practice
) -> None:
    colleague, call = practices.colleague(synced), a_call(synced)
    colleague.program.numbers.tell_wrong(call.customer_phone)
    assert call.customer_phone not in {each.customer_phone for each in synced.queued()}
    held = of(synced, call)
    assert (held.state, held.reason_code) == (VisitState.HELD, ReasonCode.WRONG_NUMBER)
    assert held.call_id is None
    assert colleague.actions()["call.held_wrong_number"] == 1
    synced.sync()
    assert "was the wrong number on" in of(synced, call).reason
    colleague.program.numbers.is_right(call.customer_phone)
    synced.sync()
    assert of(synced, call).state is VisitState.SCHEDULED


def test_one_call_too_many_is_held_until_a_person_wants_it(practices: Practices, synced: Practice) -> None:
    """What a colleague has made to a number counts; which of their calls it was, nobody is told."""
    call = a_call(synced)
    settings = synced.program.settings
    assert (settings.call_rules().calls_per_day, settings.call_rules().calls_per_month) == (1, 3)
    colleague = practices.colleague(synced)
    synced.query(
        """WITH made AS (
          INSERT INTO scheduled_discharge_calls (user_id, customer_phone, scheduled_for, status, dynamic_variables)
          VALUES (%s, %s, %s, 'completed', '{}') RETURNING id)
        INSERT INTO call_visits (call_id, clinic_id, user_id, visit_key)
          SELECT made.id, c.clinic_id, %s, 'a:987654' FROM made, clinic_settings c""",
        colleague.user_id,
        call.customer_phone,
        call.scheduled_for - timedelta(hours=1),
        colleague.user_id,
    )
    synced.sync()
    held = of(synced, call)
    assert (held.state, held.reason_code, held.needs_attention) == (
        VisitState.HELD,
        ReasonCode.CALLED_ENOUGH,
        True,
    )
    assert call.id not in {each.id for each in synced.queued()}
    settings.save_call_rules(replace(settings.call_rules(), calls_per_day=2))
    assert of(synced, call).state is VisitState.SCHEDULED
    settings.save_call_rules(replace(settings.call_rules(), calls_per_day=1))
    assert of(synced, call).state is VisitState.HELD
    synced.program.visits.decide(call.visit_keys[0], PersonChoice.CALL)
    assert of(synced, call).state is VisitState.SCHEDULED
    with refused("Between 1 and 20"):
        settings.save_call_rules(replace(settings.call_rules(), calls_per_day=0))

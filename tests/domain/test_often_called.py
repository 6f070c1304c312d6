"""How often one number is called: at most so many calls a day and in 30 days, and which of several is held."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from idexx_desktop.domain.decisions import CallRules, PersonChoice, ReasonCode
from idexx_desktop.domain.often_called import CallsBefore, CallTo
from idexx_desktop.domain.others_calls import HANDED_OVER, QUEUED
from idexx_desktop.domain.visits import Visit, VisitState
from tests.domain.builders import LA, RULES, VISIT_AT, visit
from tests.domain.clinic import Clinic

NUMBER = "+15105550142"
CAPPED = replace(RULES, calls_per_day=1, calls_per_month=3)


def of_day(number: int, days: float = 0, phone: str = "(510) 555-0142") -> Visit:
    """A visit of another owner with the same telephone, so many days later."""
    return visit(
        number,
        phone=phone,
        client_id=f"c{number}",
        owner_name=f"Owner {number}",
        pet=f"Pet {number}",
        at=VISIT_AT + timedelta(days=days),
    )


def held(clinic: Clinic) -> set[str]:
    return {
        key
        for key, known in clinic.known.items()
        if known.reason_code is ReasonCode.CALLED_ENOUGH and known.state is VisitState.HELD
    }


def days_of(clinic: Clinic) -> Counter[tuple[str, date]]:
    return Counter(
        (call.phone, call.scheduled_for.astimezone(LA).date())
        for call in clinic.calls.values()
        if call.status in (QUEUED, *HANDED_OVER)
    )


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_two_calls_on_one_day_the_one_about_the_later_visit_is_held(order: tuple[int, int]) -> None:
    clinic = Clinic(CAPPED)
    both = {1: of_day(1), 2: of_day(2, 1 / 24)}
    for _ in range(2):  # whichever is read first: with the next run it is the same
        for number in order:
            clinic.sync(both[number])
    assert held(clinic) == {both[2].visit_key}
    assert [call.visit_keys for call in clinic.queued()] == [{both[1].visit_key}]
    reason = clinic.known[both[2].visit_key].reason
    assert reason.startswith("+1 510 555 0142 is called about another visit on ")
    assert clinic.known[both[2].visit_key].needs_attention
    assert all(change.unchanged for change in clinic.sync(*both.values())), "and stays so"


def test_a_person_goes_beyond_it_and_the_call_is_counted() -> None:
    clinic = Clinic(CAPPED)
    one, two, three = of_day(1), of_day(2, 1 / 24), of_day(3, 2 / 24)
    clinic.sync(one, two, three)
    assert held(clinic) == {two.visit_key, three.visit_key}
    clinic.decide(two.visit_key, PersonChoice.CALL)
    clinic.sync(one, two, three)
    assert held(clinic) == {three.visit_key}
    assert len(clinic.queued()) == 2


def test_it_stays_held_the_next_day_and_goes_on_once_nothing_is_in_its_way() -> None:
    clinic = Clinic(CAPPED)
    one, two = of_day(1), of_day(2, 1 / 24)
    clinic.sync(one, two)
    [call] = clinic.queued()
    clinic.set_status(call.call_id, "completed")
    clinic.now = call.scheduled_for + timedelta(days=1)
    clinic.sync(two)
    assert held(clinic) == {two.visit_key}
    again = Clinic(CAPPED)
    again.sync(one, two)
    again.rules = replace(CAPPED, opted_out=frozenset())
    again.known[one.visit_key] = replace(again.known[one.visit_key], call_enabled=False)
    again.sync(one, two)
    again.sync(one, two)
    assert held(again) == set()
    assert [call.visit_keys for call in again.queued()] == [{two.visit_key}]


def test_a_household_of_one_call_counts_once_and_several_tries_are_one_call() -> None:
    clinic = Clinic(CAPPED)
    pets = [visit(number, pet=f"Pet {number}", phone="(510) 555-0142") for number in (1, 2, 3)]
    clinic.sync(*pets)
    assert (len(clinic.queued()), held(clinic)) == (1, set())
    [call] = clinic.queued()
    later = call.scheduled_for + timedelta(days=1)
    clinic.calls[call.call_id] = replace(call, scheduled_for=later)  # the next try
    clinic.sync(*pets)
    assert (len(clinic.queued()), held(clinic)) == (1, set())


@pytest.mark.parametrize("apart", [29, 30])
def test_three_in_thirty_days_and_the_fourth_only_after_that(apart: int) -> None:
    seen = of_day(4)
    due = next(iter(Clinic(CAPPED).sync(seen))).decision.call
    assert due is not None
    first = due.scheduled_for - timedelta(days=apart)
    own = [CallTo(f"m{place}", NUMBER, first + timedelta(days=place)) for place in (0, 1, 2)]
    clinic = Clinic(CAPPED, before=CallsBefore(own))
    clinic.sync(seen)
    assert (held(clinic) == {seen.visit_key}) == (apart == 29)


def test_what_other_accounts_have_counts_and_another_number_does_not() -> None:
    seen = of_day(1)
    due = next(iter(Clinic(CAPPED).sync(seen))).decision.call
    assert due is not None
    day = due.scheduled_for.astimezone(LA).date()
    for phone, is_held in ((NUMBER, True), ("+14155550199", False)):
        clinic = Clinic(CAPPED, before=CallsBefore((), {(phone, day): 1}))
        clinic.sync(seen)
        assert bool(held(clinic)) == is_held, phone


@pytest.mark.parametrize("seed", range(12))
def test_never_more_than_the_caps_whatever_is_read_when(seed: int) -> None:
    """Each run reads some visits, in some order; calls are made and fail; none but the rules decide."""
    chance = random.Random(seed)  # noqa: S311 - what is read when
    rules: CallRules = replace(
        CAPPED, calls_per_day=chance.choice((1, 2)), calls_per_month=chance.choice((2, 3, 5))
    )
    clinic = Clinic(rules)
    visits = [of_day(number, chance.uniform(0, 40), f"(510) 555-010{number % 3}") for number in range(1, 25)]
    for _ in range(40):
        clinic.now += timedelta(hours=chance.uniform(1, 30))
        seen = [each for each in visits if each.visit_at and each.visit_at < clinic.now]
        chosen = chance.sample(seen, k=min(len(seen), chance.randint(1, 8)))
        clinic.sync(*chosen)
        clinic.sync(*seen)  # and a whole run
        for call in clinic.queued():
            if call.scheduled_for < clinic.now:
                clinic.set_status(call.call_id, chance.choice(("completed", "completed", "failed")))
        check(clinic, rules)


def check(clinic: Clinic, rules: CallRules) -> None:
    assert rules.calls_per_day is not None
    assert rules.calls_per_month is not None
    days = days_of(clinic)
    assert max(days.values(), default=0) <= rules.calls_per_day
    for phone in {phone for phone, _ in days}:
        in_order = sorted(day for each, day in days.elements() if each == phone)
        windows = zip(in_order, in_order[rules.calls_per_month :], strict=False)
        assert all(last - first >= timedelta(days=30) for first, last in windows), in_order

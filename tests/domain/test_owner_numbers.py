"""Wrong numbers, the number to use instead, and the part of the day that suits: what they do to a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from idexx_desktop.domain.areas import areas_of
from idexx_desktop.domain.call_times import is_allowed, is_decent
from idexx_desktop.domain.changes import VisitRead
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.findings import numbers_of
from idexx_desktop.domain.owner_numbers import HOURS, Contact, PartOfDay, at_best_time, contact_of
from idexx_desktop.domain.phones import dialable
from idexx_desktop.domain.rules import decide, needs_attention
from idexx_desktop.domain.visits import VisitState
from tests.domain.builders import LA, NOW, RULES, VISIT_AT, person, visit
from tests.domain.clinic import Clinic

IN_NEO, OTHER, HAWAII = "+15105550142", "+14155550199", "+18085550123"
TOLD = replace(RULES, wrong_numbers={IN_NEO: NOW - timedelta(days=3)})
VISIT = visit(phone="(510) 555-0142 / 415-555-0199")


def test_a_wrong_number_holds_whoever_decides_and_says_since_when() -> None:
    assert decide(VISIT, RULES, NOW).state is VisitState.SCHEDULED
    for chosen in (None, person(PersonChoice.CALL, VISIT, when=NOW + timedelta(hours=1))):
        held = decide(VISIT, TOLD, NOW, person=chosen)
        assert (held.state, held.reason_code, held.call) == (VisitState.HELD, ReasonCode.WRONG_NUMBER, None)
        assert held.reason == "+1 510 555 0142 was the wrong number on Nov 19."
        assert needs_attention(held.state, held.reason_code, VISIT_AT, VISIT_AT, NOW)
    right = decide(visit(phone="415-555-0199"), TOLD, NOW)
    assert (right.state, right.phone) == (VisitState.SCHEDULED, OTHER), (
        "a new number in Neo goes on by itself"
    )


@pytest.mark.parametrize("failure", [None, Failure(FailureCode.CONSULTATION_UNREADABLE)])
def test_a_queued_call_to_it_is_taken_back_even_where_the_visit_cannot_be_read(
    failure: Failure | None,
) -> None:
    clinic = Clinic()
    clinic.sync(VISIT)
    assert [call.phone for call in clinic.queued()] == [IN_NEO]
    clinic.rules = TOLD
    clinic.sync(VisitRead(VISIT, failure))
    assert clinic.queued() == []
    assert clinic.known[VISIT.visit_key].needs_attention
    clinic.sync(visit(phone="415-555-0199"))
    assert [call.phone for call in clinic.queued()] == [OTHER]


def test_the_number_to_use_instead_is_called_with_its_own_zone_and_its_own_opt_out() -> None:
    said = replace(RULES, contacts={IN_NEO: Contact(HAWAII)})
    called = decide(VISIT, said, NOW)
    assert called.phone == HAWAII
    assert called.call is not None
    assert is_decent(called.call.scheduled_for, RULES, areas_of(dialable(HAWAII, "US"), RULES))
    assert numbers_of(VISIT, said) == {HAWAII, IN_NEO, OTHER}
    assert decide(VISIT, replace(said, wrong_numbers=TOLD.wrong_numbers), NOW).phone == HAWAII
    for never, code in (
        ({"opted_out": frozenset({HAWAII})}, ReasonCode.OPTED_OUT),
        ({"opted_out": frozenset({IN_NEO})}, ReasonCode.OPTED_OUT),
        ({"wrong_numbers": {HAWAII: NOW}}, ReasonCode.WRONG_NUMBER),
    ):
        assert decide(VISIT, replace(said, **never), NOW).reason_code is code
    # what was said hangs on the number that was in Neo
    assert decide(visit(phone="415-555-0199"), said, NOW).phone == OTHER
    # what can't be dialled, as a newer version may know it, changes nothing
    assert decide(VISIT, replace(RULES, contacts={IN_NEO: Contact("+15555555555")}), NOW).phone == IN_NEO


def test_a_part_of_the_day_of_a_newer_version_is_as_if_nobody_had_said_it() -> None:
    assert contact_of(None, "at_noon") == Contact()
    assert contact_of(OTHER, "evening") == Contact(OTHER, PartOfDay.EVENING)


@pytest.mark.parametrize("part", PartOfDay)
@pytest.mark.parametrize("hour", [9, 11, 13, 16, 18])
@pytest.mark.parametrize("raw", ["(510) 555-0142", "(212) 555-0142", "(808) 555-0142"])
def test_a_call_is_moved_within_its_day_and_the_windows_and_stays_once_it_suits(
    part: PartOfDay, hour: int, raw: str
) -> None:
    zones = dialable(raw, "US").zones
    areas = areas_of(dialable(raw, "US"), RULES)
    due = datetime(2026, 11, 23, hour, tzinfo=LA)
    if not is_allowed(due, RULES, areas):
        return
    moved = at_best_time(due, part, RULES, areas, NOW)
    assert is_allowed(moved, RULES, areas)
    assert moved.astimezone(LA).date() == due.date()
    assert at_best_time(moved, part, RULES, areas, NOW) == moved
    first, _, end = HOURS[part]
    suits = first <= moved.astimezone(zones[0]).time() < end
    possible = any(
        is_allowed(each, RULES, areas) and first <= each.astimezone(zones[0]).time() < end
        for each in (due.replace(hour=0) + timedelta(minutes=15 * step) for step in range(96))
    )
    assert suits == possible or moved == due


def test_queued_calls_move_to_the_best_time_and_what_a_person_chose_does_not() -> None:
    seen = visit(phone="(510) 555-0142")
    clinic = Clinic()
    clinic.sync(seen)
    [before] = clinic.queued()
    assert before.scheduled_for.astimezone(LA).time() < time(12)
    clinic.rules = replace(RULES, contacts={IN_NEO: Contact(suits=PartOfDay.AFTERNOON)})
    clinic.sync(seen)
    [moved] = clinic.queued()
    assert moved.call_id == before.call_id
    assert moved.scheduled_for.astimezone(LA).date() == before.scheduled_for.astimezone(LA).date()
    assert moved.scheduled_for.astimezone(LA).time() == time(14)
    assert all(change.unchanged for change in clinic.sync(seen)), "and stays there"
    chosen = moved.scheduled_for.replace(microsecond=0) - timedelta(hours=4)
    clinic.decide(seen.visit_key, PersonChoice.CALL, chosen)
    clinic.sync(seen)
    assert [call.scheduled_for for call in clinic.queued()] == [chosen]

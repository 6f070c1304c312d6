"""Each visit's own reading decides whether its call may be made: what has to be read, and what has to wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from idexx_desktop.domain.changes import JoinCall, KnownVisit, LeaveCall, VisitRead
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.freshness import AHEAD, LAST_CHANCE, LIMIT, is_fresh
from idexx_desktop.domain.looks import to_hold, to_read
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.visits import Visit, VisitState
from tests.domain.builders import NOW, RULES
from tests.domain.clinic import Clinic
from tests.domain.test_reconcile import NALA, REX, UNREADABLE

MINUTE = timedelta(minutes=1)


@pytest.fixture
def called() -> Clinic:
    """Rex's call is queued, and was read when it was."""
    clinic = Clinic()
    clinic.sync(REX)
    return clinic


def due(clinic: Clinic) -> datetime:
    [call] = clinic.queued()
    return call.scheduled_for


def again(clinic: Clinic, *visits: Visit) -> tuple[VisitState, ReasonCode]:
    """Decide once more, without reading; what becomes of the first visit."""
    reads = [VisitRead(visit) for visit in visits]
    changes = reconcile(reads, clinic.stored(), clinic.rules, clinic.now)
    for change in changes:
        if not change.unchanged:
            clinic._apply(change)
    [first] = [change for change in changes if change.visit_key == visits[0].visit_key]
    return first.decision.state, first.decision.reason_code


@pytest.mark.parametrize(
    ("read_at", "fresh"),
    [
        (None, False),
        (NOW - LIMIT, True),
        (NOW - LIMIT - timedelta(seconds=1), False),
        (NOW, True),
        (NOW + timedelta(minutes=20), False),  # by a clock that was wrong
    ],
)
def test_how_old_a_reading_may_be(read_at: datetime | None, fresh: bool) -> None:
    assert is_fresh(read_at, NOW, NOW) is fresh


def test_until_the_last_chance_an_unread_call_stays_and_then_it_is_held(called: Clinic) -> None:
    called.now = due(called) - LAST_CHANCE - MINUTE
    assert again(called, REX)[0] is VisitState.SCHEDULED
    assert to_hold(called.stored(), RULES.zone, called.now) == {}
    called.now += MINUTE
    assert set(to_hold(called.stored(), RULES.zone, called.now).values()) == {frozenset({REX.visit_key})}
    assert again(called, REX) == (VisitState.HELD, ReasonCode.NOT_LOOKED_AT)
    assert called.queued() == []
    assert called.known[REX.visit_key].needs_attention


def test_a_call_whose_visits_were_read_in_time_stays_however_late_it_is_made(called: Clinic) -> None:
    when = due(called)
    called.now = when - AHEAD
    called.sync(REX)
    called.now = when + timedelta(hours=2)
    assert again(called, REX)[0] is VisitState.SCHEDULED
    assert to_hold(called.stored(), RULES.zone, called.now) == {}


def test_a_held_call_comes_back_once_it_was_read_and_not_before(called: Clinic) -> None:
    when = due(called)
    called.now = when + MINUTE
    assert again(called, REX)[1] is ReasonCode.NOT_LOOKED_AT
    for later in (timedelta(minutes=5), timedelta(hours=3), timedelta(hours=9)):
        called.now = when + later
        assert again(called, REX) == (VisitState.HELD, ReasonCode.NOT_LOOKED_AT)
    called.now = when + timedelta(minutes=5)
    [change] = called.sync(REX)
    assert isinstance(change.call, JoinCall)
    assert called.now < change.call.scheduled_for <= called.now + 5 * MINUTE


def test_the_time_that_a_person_chose_is_kept_where_it_is_still_to_come(called: Clinic) -> None:
    chosen = due(called) + timedelta(hours=1)
    called.decide(REX.visit_key, PersonChoice.CALL, chosen)
    assert again(called, REX)[0] is VisitState.SCHEDULED
    called.now = chosen - LAST_CHANCE
    assert again(called, REX)[1] is ReasonCode.NOT_LOOKED_AT
    called.now += MINUTE
    called.sync(REX)
    assert due(called) == chosen


def test_a_time_that_a_person_chooses_for_soon_waits_for_the_reading(called: Clinic) -> None:
    called.now = due(called) - timedelta(hours=1)
    called.decide(REX.visit_key, PersonChoice.CALL, called.now + 5 * MINUTE)
    assert again(called, REX) == (VisitState.HELD, ReasonCode.NOT_LOOKED_AT)
    assert to_read(called.stored(), RULES.zone, called.now) == {REX.visit_key}


def test_another_pet_of_the_day_that_cannot_be_read_holds_the_call() -> None:
    clinic = Clinic()
    clinic.sync(REX, NALA)
    [call] = clinic.queued()
    assert call.visit_keys == {REX.visit_key, NALA.visit_key}
    clinic.now = call.scheduled_for - LAST_CHANCE
    changes = clinic.sync(REX, VisitRead(replace(NALA, consultation=None), UNREADABLE))
    assert clinic.queued() == []
    assert any(isinstance(change.call, LeaveCall) and change.call.cancel for change in changes)
    assert clinic.known[REX.visit_key].reason_code is ReasonCode.NOT_LOOKED_AT
    assert clinic.known[NALA.visit_key].state is VisitState.FAILED


def a_call(key: str, call: datetime, read_at: datetime | None, **more: object) -> dict[str, KnownVisit]:
    """A visit of an owner of its own, on a queued call."""
    clinic = Clinic()
    clinic.sync(REX)
    [queued] = clinic.queued()
    known = replace(
        clinic.known[REX.visit_key],
        visit_key=key,
        client_id=key,
        patient_id=key,
        phone=None,
        call=replace(queued, call_id=key, scheduled_for=call, visit_keys=frozenset({key})),
        last_read_at=read_at,
        **more,  # type: ignore[arg-type]  # fields by name
    )
    return {key: known}


def test_what_is_due_near_one_another_is_read_together() -> None:
    first, second, third = NOW + AHEAD, NOW + timedelta(minutes=44), NOW + timedelta(minutes=46)
    known = a_call("a:1", first, None) | a_call("a:2", second, None) | a_call("a:3", third, None)
    assert to_read(known, RULES.zone, NOW - MINUTE) == frozenset()
    assert to_read(known, RULES.zone, NOW) == {"a:1", "a:2"}
    # after that reading the third is the next, and not at once
    read = a_call("a:1", first, NOW) | a_call("a:2", second, NOW) | a_call("a:3", third, None)
    assert to_read(read, RULES.zone, NOW + MINUTE) == frozenset()
    assert to_read(read, RULES.zone, third - AHEAD) == {"a:3"}


def test_what_could_not_be_read_is_tried_again_after_a_while() -> None:
    tried = a_call("a:1", NOW + AHEAD, None, last_attempt_at=NOW)
    assert to_read(tried, RULES.zone, NOW + 5 * MINUTE) == frozenset()
    assert to_read(tried, RULES.zone, NOW + 10 * MINUTE) == {"a:1"}


def test_a_held_one_is_tried_as_patiently_as_what_stays_unreadable() -> None:
    held = {"state": VisitState.HELD, "reason_code": ReasonCode.NOT_LOOKED_AT}
    long_ago = NOW - timedelta(hours=2)
    known = a_call("a:1", NOW - MINUTE, long_ago, **held, last_attempt_at=long_ago)
    known["a:1"] = replace(known["a:1"], call=None)
    assert to_read(known, RULES.zone, NOW) == {"a:1"}
    known["a:1"] = replace(known["a:1"], next_try_at=NOW + timedelta(hours=8))
    assert to_read(known, RULES.zone, NOW) == frozenset()

"""A pet with a call-back in Neo: its owner is not called twice, and a person is asked once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from idexx_desktop.domain.call_backs import MOST_SHOWN, CallBacks
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.visits import CallBack, Visit, VisitState
from tests.domain.builders import LA, RULES, visit
from tests.domain.clinic import Clinic

PLANNED = CallBack("9000", datetime(2026, 11, 23, 10, tzinfo=LA), "Dr. Kim", "Ask about the wound")


def planned(one: Visit) -> Visit:
    """The visit, with a call-back in Neo."""
    return replace(one, callbacks=(PLANNED,))


def state(clinic: Clinic, key: str = "a:1") -> tuple[VisitState, ReasonCode]:
    """What is stored of a visit."""
    return clinic.known[key].state, clinic.known[key].reason_code


def test_a_call_that_is_scheduled_is_taken_back_for_it() -> None:
    clinic = Clinic()
    clinic.sync(visit())
    assert len(clinic.queued()) == 1
    [change] = clinic.sync(planned(visit()))
    assert clinic.queued() == []
    assert state(clinic) == (VisitState.HELD, ReasonCode.NEO_CALL_BACK)
    assert change.needs_attention
    said = change.decision.reason
    assert said.startswith("IDEXX Neo already has a call-back planned for Bella: ")
    assert said.endswith(", Dr. Kim (“Ask about the wound”).")
    assert all(change.unchanged for change in clinic.sync(planned(visit())))


def test_a_call_back_that_is_gone_may_have_been_made() -> None:
    clinic = Clinic()
    clinic.sync(planned(visit()))
    [change] = clinic.sync(visit())
    assert state(clinic) == (VisitState.HELD, ReasonCode.NEO_CALL_BACK)
    assert "isn't open any more: it may have been made" in change.decision.reason
    assert all(change.unchanged for change in clinic.sync(visit()))


def test_a_person_who_saw_it_is_not_asked_again() -> None:
    clinic = Clinic()
    clinic.sync(planned(visit()))
    clinic.decide("a:1", PersonChoice.CALL)
    for _ in range(2):
        clinic.sync(planned(visit()))
        assert state(clinic) == (VisitState.SCHEDULED, ReasonCode.BY_PERSON)
    clinic.sync(visit())
    assert state(clinic) == (VisitState.SCHEDULED, ReasonCode.BY_PERSON)
    [call] = clinic.queued()
    assert call.visit_keys == {"a:1"}


def test_a_call_back_that_came_after_the_decision_is_asked_about() -> None:
    clinic = Clinic()
    clinic.sync(visit())
    clinic.decide("a:1", PersonChoice.CALL)
    clinic.sync(visit())
    clinic.sync(planned(visit()))
    assert state(clinic) == (VisitState.HELD, ReasonCode.NEO_CALL_BACK)
    assert clinic.queued() == []


def test_it_holds_the_owners_other_pet_and_the_preview_says_so() -> None:
    clinic = Clinic()
    clinic.sync(planned(visit()), visit(2, pet="Otto"))
    assert state(clinic, "a:2") == (VisitState.HELD, ReasonCode.HOUSEHOLD_HELD)
    assert clinic.queued() == []
    shown = Clinic(replace(RULES, review=True))
    shown.sync(planned(visit()))
    assert state(shown) == (VisitState.HELD, ReasonCode.NEO_CALL_BACK)


def test_what_no_call_is_made_for_asks_nobody() -> None:
    clinic = Clinic()
    clinic.sync(planned(visit(status="Voided")))
    assert state(clinic) == (VisitState.EXCLUDED, ReasonCode.VOIDED)


def test_they_are_joined_by_pet_and_by_owner_where_no_pet_is_named() -> None:
    many = tuple(CallBack(str(number)) for number in range(9))
    found = CallBacks({"p1": (PLANNED, *many)}, {"c1": (CallBack("x"),)}).about(visit())
    assert found[0] == PLANNED
    assert len(found) == MOST_SHOWN
    assert CallBacks({}, {"c1": (CallBack("x"),)}).about(visit()) == (CallBack("x"),)
    assert CallBacks({"p2": (PLANNED,)}, {"c2": (PLANNED,)}).about(visit()) == ()
    assert CallBacks({"": (PLANNED,)}, {"": (PLANNED,)}).about(Visit("a:1")) == ()

"""Calls with care: which records ask for one, what whoever calls reads, and how long it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idexx_desktop.domain.care import CARE_RULE, care_in, with_care
from idexx_desktop.domain.changes import VisitRead
from idexx_desktop.domain.decisions import Decision, PersonChoice, ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.visits import Visit, VisitState
from tests.domain.builders import NOW, RULES, person, visit
from tests.domain.clinic import Clinic

CRITICAL = "Palliative care only, incurable. Owner thinking about it, will call to decide."
ILL = visit(1, pet="Rex", notes=CRITICAL)
WELL = visit(2, pet="Nala")
CALLS = (PersonChoice.CALL_WITH_CARE, PersonChoice.CALL)


def called(seen: Visit, choice: PersonChoice, now: Visit | None = None) -> Decision:
    """What becomes of a visit that a person decided on, seeing it like this, and that reads like this `now`."""
    return decide(now or seen, RULES, NOW, person=person(choice, seen))


@pytest.mark.parametrize("choice", CALLS)
def test_whoever_calls_reads_which_sentence_says_so(choice: PersonChoice) -> None:
    """However it was decided: by a program that knows no call with care, or while something else was asked."""
    decision = called(ILL, choice)
    assert (decision.state, decision.reason_code) == (VisitState.SCHEDULED, ReasonCode.BY_PERSON)
    [sentence] = care_in(decision.trace)
    assert sentence.startswith("Rex may not be well: “")
    assert sentence.strip("“”.").split("“")[1].split("”")[0].rstrip("…").split(".")[0] in CRITICAL


@pytest.mark.parametrize("choice", CALLS)
def test_another_record_is_asked_about_anew(choice: PersonChoice) -> None:
    worse = visit(1, pet="Rex", notes=f"{CRITICAL} Worse today.")
    decision = called(ILL, choice, worse)
    assert (decision.state, decision.reason_code) == (VisitState.HELD, ReasonCode.MAY_NOT_BE_WELL)
    assert decision.reason.startswith("The record changed after Ana decided to call.")
    assert care_in(decision.trace) == ()


def test_what_a_person_decided_stays_where_another_reader_reads_well() -> None:
    assert care_in(called(WELL, PersonChoice.CALL).trace) == ()
    assert care_in(called(WELL, PersonChoice.CALL_WITH_CARE).trace) == (
        "Ana decided that the call is made with care.",
    )


@pytest.mark.parametrize("choice", [None, PersonChoice.NO_CALL, PersonChoice.IGNORE])
def test_nothing_else_is_with_care(choice: PersonChoice | None) -> None:
    decided = person(choice, ILL) if choice else None
    assert care_in(decide(ILL, RULES, NOW, person=decided).trace) == ()


def test_a_reading_that_fails_takes_no_care_away() -> None:
    clinic = Clinic()
    clinic.sync(ILL)
    clinic.decide("a:1", PersonChoice.CALL_WITH_CARE)
    clinic.sync(ILL)
    care = care_in(clinic.known["a:1"].trace)
    assert care
    clinic.sync(VisitRead(ILL, Failure(FailureCode.CONSULTATION_UNREADABLE)))
    assert clinic.known["a:1"].state is VisitState.FAILED
    assert clinic.queued(), "that alone takes no call back"
    assert care_in(clinic.known["a:1"].trace) == care
    clinic.decide("a:1", PersonChoice.NO_CALL)
    clinic.sync(VisitRead(ILL, Failure(FailureCode.CONSULTATION_UNREADABLE)))
    assert care_in(clinic.known["a:1"].trace) == ()


def test_the_same_record_is_not_asked_about_again() -> None:
    clinic = Clinic()
    clinic.sync(ILL, WELL)
    assert {known.reason_code for known in clinic.known.values()} == {
        ReasonCode.MAY_NOT_BE_WELL,
        ReasonCode.HOUSEHOLD_HELD,
    }
    assert clinic.known["a:2"].reason == "Another pet of this owner, Rex, may not be well."
    clinic.decide("a:1", PersonChoice.CALL_WITH_CARE)
    clinic.sync(ILL, WELL)
    assert all(change.unchanged for change in clinic.sync(ILL, WELL))
    (call,) = clinic.queued()
    assert call.visit_keys == {"a:1", "a:2"}
    own, other = (care_in(clinic.known[key].trace) for key in ("a:1", "a:2"))
    assert own == other, "it is one call, whichever of its pets is looked at"
    assert len(own) == 1


def test_a_call_about_another_pet_of_the_owner_is_with_care_too() -> None:
    clinic = Clinic()
    clinic.sync(ILL, WELL)
    clinic.now = clinic.now.replace(minute=clinic.now.minute + 1)
    clinic.decide("a:2", PersonChoice.CALL)
    clinic.sync(ILL, WELL)
    assert [call.visit_keys for call in clinic.queued()] == [{"a:2"}]
    assert care_in(clinic.known["a:2"].trace) == care_in(called(ILL, PersonChoice.CALL).trace), "and why"
    assert all(change.unchanged for change in clinic.sync(ILL, WELL))


def test_each_sentence_stands_once_in_a_trace() -> None:
    step = RuleStep("Notes are in", StepOutcome.PASSED)
    trace = with_care(with_care((step,), ["one", "two", "one"]), ["two", "three"])
    assert trace[0] == step
    assert care_in(trace) == ("one", "two", "three")
    assert all(each.rule == CARE_RULE for each in trace[1:])
    assert replace(trace[1], detail="") == RuleStep(CARE_RULE, StepOutcome.PASSED)


def test_every_choice_says_whether_it_calls() -> None:
    assert {choice for choice in PersonChoice if choice.calls} == set(CALLS)

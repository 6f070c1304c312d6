"""What a person told of a pet's death decides about every visit of the pet, and asks about the owner's others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from idexx_desktop.domain.bereaved import members_of, with_told_deaths
from idexx_desktop.domain.changes import KnownVisit, VisitRead
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode, StepOutcome
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.households import Member
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.told_deaths import OF_THEIR_TIME, TOLD_RULE, ToldDeath
from idexx_desktop.domain.visits import Visit, VisitState
from tests.domain.builders import NOW, RULES, VISIT_AT, person, visit
from tests.domain.clinic import Clinic

REX = visit(1, pet="Rex", patient_id="p1")
LATER = visit(5, pet="Rex", patient_id="p1", at=VISIT_AT + timedelta(hours=3))
NALA = visit(2, pet="Nala", patient_id="p2", at=VISIT_AT - timedelta(days=1))
DEATH = ToldDeath(
    "d1", Member("a:1", date.min, "c1", "", "+15105550123", "Ana García", "p1", "Rex"), "ana@oak.example", NOW
)
SAID = "ana@oak.example noted on Nov 22 that Rex has died."


class Bereaved(Clinic):
    """A clinic of which people told of deaths."""

    deaths: tuple[ToldDeath, ...] = ()

    def stored(self) -> dict[str, KnownVisit]:
        known = super().stored()
        reads = [VisitRead(each) for each in self.read.values()]
        return with_told_deaths(reads, known, members_of(reads, known, RULES, NOW), self.deaths, NOW)

    def read_first(self, *visits: Visit) -> None:
        """What is read is asked about before it is decided on."""
        self.read |= {each.visit_key: each for each in visits}
        self.sync(*visits)


@pytest.fixture
def clinic() -> Bereaved:
    return Bereaved()


def test_all_visits_of_the_pet_and_the_others_of_its_owner(clinic: Bereaved) -> None:
    clinic.read_first(REX, LATER, NALA)
    assert len(clinic.queued()) == 2
    clinic.deaths = (DEATH,)
    clinic.sync(REX, LATER, NALA)
    assert clinic.queued() == []
    rex, later, nala = (clinic.known[key] for key in ("a:1", "a:5", "a:2"))
    assert (rex.state, rex.reason_code, rex.reason) == (VisitState.EXCLUDED, ReasonCode.TOLD_DEAD, SAID)
    assert (later.reason_code, later.reason) == (ReasonCode.TOLD_DEAD, SAID)
    assert (nala.state, nala.reason_code) == (VisitState.HELD, ReasonCode.HOUSEHOLD_HELD)
    assert nala.reason == "Another pet of this owner, Rex, has died (ana@oak.example noted it on Nov 22)."
    assert all(change.unchanged for change in clinic.sync(REX, LATER, NALA))
    clinic.deaths = ()
    clinic.sync(REX, LATER, NALA)
    assert len(clinic.queued()) == 2, "taken back it is as if it had never been"


def test_whoever_knows_of_it_decides_about_the_other_pet(clinic: Bereaved) -> None:
    clinic.deaths = (replace(DEATH, told_at=NOW - timedelta(minutes=1)),)
    clinic.read_first(NALA)
    assert clinic.queued() == []
    clinic.decide("a:2", PersonChoice.CALL)
    clinic.sync(NALA)
    assert len(clinic.queued()) == 1
    clinic.deaths = (
        DEATH,
        replace(
            DEATH,
            id="d2",
            told_at=NOW + timedelta(minutes=1),
            pet=replace(DEATH.pet, patient_id="p9", patient_name="Kiki"),
        ),
    )
    clinic.sync(NALA)
    assert clinic.queued() == [], "of this one they didn't know"


def test_a_visit_long_after_it_is_one_like_any_other(clinic: Bereaved) -> None:
    clinic.deaths = (replace(DEATH, told_at=VISIT_AT - OF_THEIR_TIME - timedelta(days=3)),)
    clinic.read_first(NALA, REX)
    assert clinic.known["a:1"].reason_code is ReasonCode.TOLD_DEAD, "that is so for ever"
    assert clinic.known["a:2"].state is VisitState.SCHEDULED


@pytest.mark.parametrize("choice", PersonChoice)
def test_nobodys_decision_goes_beyond_it(choice: PersonChoice) -> None:
    decided = person(choice, REX, at=NOW + timedelta(days=1))
    assert decide(REX, RULES, NOW, person=decided, told_dead=DEATH).reason == SAID


def test_it_is_said_of_a_visit_that_could_not_be_read_too() -> None:
    failure = Failure(FailureCode.CONSULTATION_UNREADABLE)
    assert decide(REX, RULES, NOW, failure=failure, told_dead=DEATH).reason_code is ReasonCode.TOLD_DEAD
    assert decide(REX, RULES, NOW, told_dead=DEATH).trace[-1].rule != TOLD_RULE
    steps = {step.rule: step.outcome for step in decide(REX, RULES, NOW, told_dead=DEATH).trace}
    assert steps[TOLD_RULE] is StepOutcome.EXCLUDED
    assert TOLD_RULE not in {step.rule for step in decide(REX, RULES, NOW).trace}, "of others nothing is said"


def test_what_ended_otherwise_stays_as_it_ended(clinic: Bereaved) -> None:
    clinic.read_first(REX)
    [call] = clinic.queued()
    clinic.set_status(call.call_id, "completed")
    clinic.deaths = (DEATH,)
    clinic.sync(REX)
    assert clinic.known["a:1"].state is VisitState.SCHEDULED, (
        "the call was made, and nobody has to look at it"
    )
    gone = visit(1, pet="Rex", patient_id="p1", appointment_status="No Show", status="")
    [change] = reconcile([VisitRead(gone)], clinic.stored(), RULES, NOW)
    assert change.needs_attention is False


def test_the_line_for_the_record_says_all_of_it_in_one_line() -> None:
    line = DEATH.line_for_record(RULES.zone, RULES.country)
    assert line == (
        "Nov 22, 2026, 8:00 am: Rex has died (owner: Ana García). Noted by ana@oak.example."
        " Please mark the patient as deceased."
    )

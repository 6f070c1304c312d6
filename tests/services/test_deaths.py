"""A person tells that a pet died: nobody is called about it any more, its household is asked about, undo undoes."""

from __future__ import annotations

import json
from dataclasses import dataclass

import psycopg
import pytest

from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.sync.told_deaths import follow_deaths
from tests.support.practice import Practice, Practices
from tests.support.two_accounts import QUEUED, copy_to_colleague

# nobody but the superuser changes a fact
AGED = (
    "ALTER TABLE public.deaths DISABLE TRIGGER keep_fact;"
    " UPDATE public.deaths SET told_at = told_at - interval '400 days';"
    " ALTER TABLE public.deaths ENABLE TRIGGER keep_fact"
)
HELD, EXCLUDED, SCHEDULED = VisitState.HELD, VisitState.EXCLUDED, VisitState.SCHEDULED


@dataclass
class Told:
    """A clinic with a visit that is called, of a pet that a person tells of."""

    practice: Practice
    key: str

    @property
    def visit(self) -> VisitRecord:
        return self.practice.program.visits.get(self.key)

    @property
    def who(self) -> str:
        return self.practice.program.identity.email

    def due(self) -> dict[str, object]:
        """When each visit is called."""
        return {key: call.scheduled_for for call in self.practice.queued() for key in call.visit_keys}


@pytest.fixture
def told(synced: Practice) -> Told:
    called = [each for each in synced.visits().values() if each.state is SCHEDULED and not each.call_with]
    return Told(synced, called[0].visit_key)


def test_its_call_stops_with_a_reason_and_comes_back_with_undo(told: Told) -> None:
    before, deaths, actions = told.due(), told.practice.program.deaths, told.practice.actions()
    undo = deaths.tell([told.key])
    assert told.due() == {key: when for key, when in before.items() if key != told.key}
    visit = told.visit
    assert (visit.state, visit.reason_code) == (EXCLUDED, ReasonCode.TOLD_DEAD)
    assert visit.reason.startswith(f"{told.who} noted on ")
    assert visit.reason.endswith(f" that {visit.patient_name} has died.")
    assert visit.death is not None
    assert visit.death.told_by == told.who
    assert deaths.tell([told.key]).deaths == (), "told twice it is one death"
    told.practice.sync()
    assert told.visit == visit, "it stays so, whatever Neo says"
    deaths.undo(undo)
    assert told.due() == before
    assert (told.visit.state, told.visit.death) == (SCHEDULED, None)
    assert (told.practice.actions() - actions)["death.told"] == 1
    with pytest.raises(Failure) as refused:
        deaths.undo(undo)
    assert refused.value.code is FailureCode.HANDED_OVER


def test_nobodys_decision_to_call_goes_beyond_it(told: Told) -> None:
    visits, deaths = told.practice.program.visits, told.practice.program.deaths
    visits.decide(told.key, PersonChoice.CALL, "they asked for it")
    deaths.tell([told.key])
    assert told.visit.reason_code == ReasonCode.TOLD_DEAD, "an older decision"
    with pytest.raises(Failure) as refused:
        visits.decide(told.key, PersonChoice.CALL, "all the same")
    assert "Take that back first" in refused.value.title
    assert deaths.take_back(told.key)
    assert not deaths.take_back(told.key)
    assert told.visit.reason_code == ReasonCode.BY_PERSON, "it holds again"


def test_the_owners_other_pet_waits_for_a_person_who_knows(told: Told) -> None:
    practice, call = told.practice, next(call for call in told.practice.queued() if len(call.visit_keys) > 1)
    told.key, other = call.visit_keys[:2]
    before = told.due()
    undo = practice.program.deaths.tell([told.key])
    assert not {told.key, other} & told.due().keys()
    held = practice.program.visits.get(other)
    assert (held.state, held.reason_code, held.needs_attention) == (HELD, ReasonCode.HOUSEHOLD_HELD, True)
    assert f"Another pet of this owner, {told.visit.patient_name}, has died" in held.reason
    with pytest.raises(Failure) as refused:
        practice.program.visits.decide(other, PersonChoice.CALL)
    assert refused.value.title.startswith("Say why"), "it is no slip of the hand"
    practice.program.deaths.undo(undo)
    assert told.due() == before
    practice.program.deaths.tell([told.key])
    practice.server_is_on_time()
    practice.query(AGED)
    practice.program.visits.decide(other, PersonChoice.CALL, "they want to hear of this one")
    assert told.due().keys() & {told.key, other} == {other}


def test_every_later_visit_of_the_pet_is_told_of_it(told: Told) -> None:
    """Long after what closed visits remember of a death, and under a walk-in's key."""
    practice, visit = told.practice, told.visit
    practice.program.deaths.tell([told.key])
    practice.query(AGED)
    practice.query("DELETE FROM public.visits WHERE visit_key = %s", told.key)
    practice.clock.pass_by(minutes=5)
    assert practice.sync().failure is None
    again = practice.visits()[told.key]
    assert (again.state, again.reason_code) == (EXCLUDED, ReasonCode.TOLD_DEAD)
    assert again.patient_name == visit.patient_name


def test_a_card_is_reminded_of_until_somebody_says_that_it_was_sent(told: Told) -> None:
    deaths = told.practice.program.deaths
    undo = deaths.tell([told.key])
    [death] = deaths.without_card()
    assert death.pet.visit_key == told.key
    assert deaths.note_card(death.id)
    assert deaths.without_card() == []
    assert not deaths.note_card(death.id), "it is known"
    assert deaths.note_card(death.id, sent=False)
    assert deaths.without_card() == [death]
    deaths.undo(undo)
    assert deaths.without_card() == []
    line = death.line_for_record(told.practice.program.zone, "US")
    assert f"{told.visit.patient_name} has died" in line
    assert "\n" not in line


def test_it_stops_the_calls_of_every_account(told: Told, practices: Practices) -> None:
    """A colleague's program has the same visit, with a call of its own; theirs is stopped at once, and stays so."""
    practice = told.practice
    colleague = practices.colleague(practice)
    copy_to_colleague(practice, colleague, told.key)
    assert len(practice.query(QUEUED, told.key)) == 2
    undo = practice.program.deaths.tell([told.key])
    assert practice.query(QUEUED, told.key) == []
    theirs = colleague.visits()[told.key]
    assert (theirs.state, theirs.reason_code) == (EXCLUDED, ReasonCode.TOLD_DEAD)
    assert theirs.reason == f"{told.who} noted that {theirs.patient_name} has died."
    # their program takes it over, in its own words
    follow_deaths(colleague.program.records, colleague.clock.now())
    assert colleague.visits()[told.key].state is EXCLUDED
    practice.program.deaths.undo(undo)
    follow_deaths(colleague.program.records, colleague.clock.now())
    assert colleague.visits()[told.key].reason_code != ReasonCode.TOLD_DEAD


def test_no_program_puts_such_a_visit_on_a_call(told: Told) -> None:
    """Whatever it has read, and however old it is: the database refuses the visit."""
    practice = told.practice
    practice.program.deaths.tell([told.key])
    [call, *_] = practice.queued()
    person = practice.database.people.a
    with psycopg.connect(practice.database.url(person), autocommit=True) as connection:
        rows = json.dumps([{"call_id": call.id, "visit_key": told.key, "besides": []}])
        placed = connection.execute(
            "SELECT idexx_app.place_visits(%s, %s)", (person.clinic_id, rows)
        ).fetchone()
    assert placed == (0,)
    assert practice.query(QUEUED, told.key) == []


def test_the_outcome_of_a_call_says_which_of_its_pets_died(told: Told) -> None:
    """Whoever is asked on the telephone: the call is over, the pet's other calls stop, taken back all is as before."""
    practice, calls = told.practice, told.practice.program.calls
    before = told.due()
    call = next(call for call in practice.queued() if len(call.patient_names) > 1)
    pet, other = call.patient_names[:2]
    with pytest.raises(Failure) as refused:
        calls.record_outcome(call.id, CallOutcomeKind.DIED, pets=["Nobody"])
    assert pet in refused.value.title, "the list of what is possible"
    assert told.due() == before
    undo = calls.record_outcome(call.id, CallOutcomeKind.DIED, pets=[pet.upper()])
    [death] = practice.program.deaths.without_card()
    assert death.pet.patient_name == pet
    assert not set(call.visit_keys) & told.due().keys()
    calls.undo(undo)
    assert (told.due(), practice.program.deaths.without_card()) == (before, [])
    calls.record_outcome(call.id, CallOutcomeKind.DIED)
    assert {each.pet.patient_name for each in practice.program.deaths.without_card()} >= {pet, other}
    calls.undo_outcome(call.id)
    assert (told.due(), practice.program.deaths.without_card()) == (before, [])

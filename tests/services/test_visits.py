"""What a person decides about a visit: carried out at once, kept with who and why, and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import EVERYTHING, Practice


def visit_of(practice: Practice, reason_code: str) -> VisitRecord:
    """One of this reason, alone on its call."""
    return next(
        visit
        for visit in practice.visits().values()
        if visit.reason_code == reason_code and not visit.call_with
    )


def test_no_call_and_back(synced: Practice) -> None:
    visits, visit = synced.program.visits, visit_of(synced, "call_due")
    visits.decide(visit.visit_key, PersonChoice.NO_CALL, " owner is the vet ")
    decided = visits.get(visit.visit_key)
    assert (decided.state, decided.reason_code) == (VisitState.EXCLUDED, "no_call_by_person")
    assert visit.call_id not in {call.id for call in synced.queued()}
    assert synced.actions()["visit.decided"] == 1
    [row] = synced.query("SELECT * FROM public.visit_decisions")
    assert (row["why"], str(row["decided_by"])) == ("owner is the vet", synced.user_id)
    assert synced.sync().visits_written == 1  # the unreadable one: the decision stands

    back = visits.undo_decision(visit.visit_key)
    assert back.state is VisitState.SCHEDULED
    assert synced.actions()["visit.decision_undone"] == 1
    assert visit.visit_key in {key for call in synced.queued() for key in call.visit_keys}


def test_a_call_against_the_rules_is_a_persons_to_decide(synced: Practice) -> None:
    visit = visit_of(synced, "end_of_life")
    when = synced.clock.now() + timedelta(days=2)
    synced.program.visits.decide(visit.visit_key, PersonChoice.CALL, "condolences", when)
    decided = synced.visits()[visit.visit_key]
    assert decided.state is VisitState.SCHEDULED
    assert decided.call_scheduled_for == when
    assert synced.sync().failure is None
    assert synced.visits()[visit.visit_key].call_scheduled_for == when


def test_a_call_against_signs_of_death_asks_for_a_reason_that_is_kept(synced: Practice) -> None:
    visit, visits = visit_of(synced, "end_of_life"), synced.program.visits
    for nothing in ("", "  "):
        with pytest.raises(Failure) as refused:
            visits.decide(visit.visit_key, PersonChoice.CALL, nothing)
        assert refused.value.code is FailureCode.INVALID_INPUT
    assert synced.visits()[visit.visit_key].state is VisitState.EXCLUDED
    visits.decide(visit.visit_key, PersonChoice.CALL, "condolences")
    later = synced.clock.now() + timedelta(days=2)
    visits.decide(visit.visit_key, PersonChoice.CALL, "", later)  # another time of the same call
    kept = synced.query("SELECT why FROM public.visit_decisions WHERE visit_key = %s", visit.visit_key)
    assert [row["why"] for row in kept] == ["condolences"] * len(kept)
    assert synced.visits()[visit.visit_key].call_scheduled_for == later


def test_no_decision_calls_a_number_that_can_not_be_called(synced: Practice) -> None:
    visit = visit_of(synced, "no_phone")
    synced.program.visits.decide(visit.visit_key, PersonChoice.CALL)
    decided = synced.visits()[visit.visit_key]
    assert decided.state is VisitState.HELD
    assert decided.call_id is None


def test_ignoring_takes_it_from_the_list(synced: Practice) -> None:
    visit = visit_of(synced, "no_phone")
    count = synced.program.status.today().needs(synced.program.clock.now()).visits
    synced.program.visits.decide(visit.visit_key, PersonChoice.IGNORE)
    ignored = synced.visits()[visit.visit_key]
    assert ignored.ignored
    assert not ignored.needs_attention
    assert synced.program.status.today().needs(synced.program.clock.now()).visits == count - 1
    synced.sync()
    assert synced.program.status.today().needs(synced.program.clock.now()).visits == count - 1


def test_what_can_not_be_decided(synced: Practice) -> None:
    visits, visit = synced.program.visits, visit_of(synced, "call_due")
    with pytest.raises(Failure) as nobody:
        visits.decide("a:1", PersonChoice.CALL)
    assert nobody.value.title == "There is no such visit."
    with pytest.raises(Failure) as past:
        visits.decide(visit.visit_key, PersonChoice.CALL, "", synced.clock.now())
    assert past.value.code is FailureCode.INVALID_INPUT
    synced.query("UPDATE public.scheduled_discharge_calls SET status = 'in_progress'")
    with pytest.raises(Failure) as handed_over:
        visits.decide(visit.visit_key, PersonChoice.NO_CALL)
    assert handed_over.value.code is FailureCode.HANDED_OVER
    assert synced.actions()["visit.decided"] == 0


def test_reading_notes_is_recorded(synced: Practice) -> None:
    visit = visit_of(synced, "call_due")
    assert visit.notes is None  # pages of visits carry no notes
    found = synced.program.visits.get(visit.visit_key)
    assert found.notes
    assert synced.actions()["visit.viewed"] == 1
    assert synced.program.visits.get(visit_of(synced, "no_notes").visit_key).notes in (None, "")
    assert synced.actions()["visit.viewed"] == 1


def test_filters_and_counts(synced: Practice) -> None:
    visits = synced.program.visits
    everything = visits.rows(VisitFilter(), EVERYTHING)
    counts = visits.counts_by_state(VisitFilter())
    assert set(counts) == set(VisitState)
    assert sum(counts.values()) == len(everything) == visits.count(VisitFilter())
    for state, count in counts.items():
        assert visits.count(VisitFilter(states=frozenset({state}))) == count
    times = [row.visit_at for row in everything if row.visit_at]
    assert times == sorted(times, reverse=True)
    assert set(visits.providers()) >= {row.provider for row in everything if row.provider}
    per_day = visits.day_counts(30)
    assert len(per_day) == 30
    assert sum(sum(day.counts.values()) for day in per_day) == len(everything)
    pet = everything[0].patient_name
    assert everything[0].visit_key in {
        row.visit_key for row in visits.rows(VisitFilter(text=pet.upper()), EVERYTHING)
    }


def test_the_way_into_neo(synced: Practice) -> None:
    visit = visit_of(synced, "call_due")
    link = synced.program.visits.neo_link(visit.visit_key)
    assert link == f"{synced.site.url}/consultations/{visit.consultation_id}"
    booked = next(row for row in synced.visits().values() if row.consultation_id is None)
    assert synced.program.visits.neo_link(booked.visit_key) == f"{synced.site.url}/schedule"

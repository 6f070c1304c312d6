"""An appointment that is deleted and booked anew, dropped off and picked up, or recorded twice: one visit, one call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.simulator.world import Appointment, World
from tests.support.practice import Practice, Practices


def alone(practice: Practice, seen: frozenset[str] = frozenset()) -> VisitRecord:
    """A visit with an appointment and a call of its own."""
    return next(
        visit
        for visit in practice.visits().values()
        if visit.state is VisitState.SCHEDULED and visit.appointment_id and not visit.call_with
        if visit.visit_key not in seen
    )


def book_anew(world: World, visit: VisitRecord) -> str:
    """Staff delete the appointment and enter another one for the same consultation; its key."""
    return f"a:{world.book_anew(visit.appointment_id or '').id}"


def test_it_stays_one_visit_before_and_after_its_call(synced: Practice) -> None:
    world, first = synced.site.world, alone(synced)
    called = alone(synced, frozenset({first.visit_key}))
    synced.query(
        "UPDATE scheduled_discharge_calls SET status = 'completed' WHERE id = %s RETURNING id", called.call_id
    )
    keys = {book_anew(world, first), book_anew(world, called)}
    queued, visits = {call.id for call in synced.queued()}, synced.visits()
    # and one that is dropped off in the morning and picked up later
    third = alone(synced, frozenset({first.visit_key, called.visit_key}))
    row = world.appointment(third.appointment_id or "")
    picked_up = world.add_appointment(replace(row, start=row.start + timedelta(hours=3)))
    assert synced.sync().failure is None
    after = synced.visits()
    assert after.keys() == visits.keys()
    assert not keys & after.keys()
    assert f"a:{picked_up.id}" not in after
    assert after[called.visit_key].call_status == "completed"
    assert after[first.visit_key].call_id == first.call_id
    assert {call.id for call in synced.queued()} == queued
    again = synced.sync()
    assert again.visits_written <= 2, "what can't be read, and nothing else"
    assert synced.visits().keys() == visits.keys()


def test_a_second_record_of_a_pet_is_called_about_once(synced: Practice) -> None:
    world, seen = synced.site.world, alone(synced)
    row = world.consultation(seen.consultation_id or "")
    pet = world.pet(row.pet_id)
    owner = world.owner_of(pet)
    assert pet is not None
    assert owner is not None
    twice = world.add_owner("A.", "Nother", owner.phone, owner.email)
    same = world.add_pet(twice, pet.name.upper(), pet.species, pet.breed)
    booked = world.add_appointment(
        Appointment(0, row.at, 30, same.id, row.provider_id, type_description="Recheck", status="Completed")
    )
    copy = world.add_consultation(replace(row, pet_id=same.id, appointment_id=booked.id))
    world._appointments[booked.id] = replace(booked, consultation_id=copy.id)
    queued = len(synced.queued())
    synced.sync()
    assert len(synced.queued()) == queued
    after = synced.visits()
    assert after[f"a:{booked.id}"].call_id == after[seen.visit_key].call_id


@pytest.mark.long(item=55)
def test_the_practice_site_plays_numbers_stays_and_bookings(practices: Practices) -> None:
    practice = practices("as-booked")
    world = practice.site.world
    anew = {f"a:{row.id}" for row in world.appointments if row.is_booked_anew}
    ends = {f"a:{row.id}": row.end for row in world.appointments if row.end.date() > row.start.date()}
    assert practice.sync().failure is None
    first, calls = practice.visits(), practice.queued()
    booked = {f"a:{row.id}" for row in world.appointments}
    assert anew & first.keys()
    assert not booked & anew & first.keys(), "they have other ids by now"

    zone = world.zone
    staying = {key: ends[key].replace(tzinfo=zone) for key in ends.keys() & first.keys()}
    due = {key: call.scheduled_for for call in calls for key in call.visit_keys}
    assert due.keys() & staying.keys()
    assert all(due[key] > staying[key] for key in due.keys() & staying.keys())
    numbers = [call.all_numbers for call in calls if call.all_numbers]
    assert any("mobile" in each and "home" in each for each in numbers)

    practice.clock.pass_by(minutes=10)
    assert practice.sync().failure is None
    after = practice.visits()
    assert after.keys() == first.keys()
    assert {(call.id, call.scheduled_for) for call in practice.queued()} == {
        (call.id, call.scheduled_for) for call in calls
    }

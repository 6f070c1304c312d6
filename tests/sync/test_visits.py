"""What becomes of visits over several runs: notes that come late, visits that vanish, walk-ins that get booked."""

from __future__ import annotations

from dataclasses import replace

from idexx_desktop.cli.commands.syncing import exit_code
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.simulator.world import Appointment, Quirk
from tests.support.practice import Practice, Practices

FAILED, WAITING, SCHEDULED = VisitState.FAILED, VisitState.WAITING, VisitState.SCHEDULED


def test_one_unreadable_consultation_fails_alone_until_it_can_be_read(synced: Practice) -> None:
    result = synced.sync()
    assert result.failure is None
    assert exit_code(result) == 3
    assert result.consultations_failed == 1
    [failure] = result.failures
    assert failure.failure.title
    assert failure.failure.advice
    visit = synced.visits()[failure.visit_key]
    assert visit.state is FAILED
    assert visit.needs_attention
    assert visit.attempts == 2
    assert visit.call_id is None

    synced.site.world.set_quirks(failure.consultation_id or "")
    asked = synced.site.counts["GET /consultations/{id}/page-data"]
    up_to_date_as_of = synced.program.status.today().up_to_date_as_of
    synced.clock.pass_by(minutes=5)
    retried = synced.sync(Trigger.RETRY, only_visits=frozenset({failure.visit_key}))
    assert retried.failure is None
    assert exit_code(retried) == 0
    assert synced.site.counts["GET /consultations/{id}/page-data"] - asked <= 3
    after = synced.visits()[failure.visit_key]
    assert after.state is not FAILED
    assert after.failure_code is None
    assert not any(visit.state is FAILED for visit in synced.visits().values())
    # a retry reads a few visits, and vouches for no others
    assert synced.program.status.today().up_to_date_as_of == up_to_date_as_of


def test_a_site_that_fails_at_first_is_read_whole(practices: Practices) -> None:
    practice = practices("flaky", visits=15)
    result = practice.sync()
    assert result.failure is None
    assert result.failures == ()
    assert result.consultations_synced == 15
    assert result.requests > 20  # some were asked again


def test_notes_that_come_late_are_waited_for_and_called_once(practices: Practices) -> None:
    practice = practices("late-notes")
    practice.sync()
    first = practice.visits()
    late = {key for key, visit in first.items() if visit.state is WAITING}
    assert len(late) == 10
    assert not any(visit.call_id for key, visit in first.items() if key in late)
    practice.sync()
    second = practice.visits()
    assert not any(visit.state is WAITING for visit in second.values())
    called = [key for key in late if second[key].state is SCHEDULED]
    assert called
    practice.sync()
    on_a_call = [key for call in practice.queued() for key in call.visit_keys]
    assert len(on_a_call) == len(set(on_a_call))
    assert set(called) <= set(on_a_call)


def test_a_visit_that_vanishes_is_closed_and_its_call_taken_back(synced: Practice) -> None:
    key = next(
        key
        for key, visit in synced.visits().items()
        if visit.state is SCHEDULED and not visit.call_with and key.startswith("a:")
    )
    call = synced.visits()[key].call_id
    synced.site.world.remove(key)
    result = synced.sync()
    assert result.failure is None
    gone = synced.visits()[key]
    assert (gone.state, gone.reason_code) == (VisitState.EXCLUDED, "vanished")
    assert next(row.status for row in synced.calls() if row.id == call) == "cancelled"
    assert synced.sync().visits_written == 1  # the unreadable one


def test_a_walk_in_that_is_booked_later_is_the_same_visit(practices: Practices) -> None:
    practice = practices("ordinary-day")
    practice.sync()
    walk_in = next(
        visit for key, visit in practice.visits().items() if key.startswith("c:") and visit.state is SCHEDULED
    )
    world = practice.site.world
    row = world.consultation(walk_in.consultation_id or "")
    booked = world.add_appointment(
        Appointment(
            0,
            row.at,
            30,
            row.pet_id,
            row.provider_id,
            row.id,
            type_description="Sick Visit",
            status="Completed",
        )
    )
    world._change_consultation(row.id, appointment_id=booked.id)
    queued = len(practice.queued())
    before = len(practice.visits())
    practice.sync()
    visits = practice.visits()
    assert len(visits) == before
    assert walk_in.visit_key not in visits
    assert visits[f"a:{booked.id}"].id == walk_in.id
    assert visits[f"a:{booked.id}"].call_id == walk_in.call_id
    assert len(practice.queued()) == queued
    both = [f"pims-cons-idexx-{row.id}", f"pims-appt-idexx-{booked.id}"]
    assert len(practice.query("SELECT 1 FROM public.cases WHERE external_id = ANY(%s)", both)) == 1


def test_two_rows_that_turn_out_to_be_one_visit_are_called_once(practices: Practices) -> None:
    """The lists name neither's partner at first, and both are visits of their own by then."""
    practice = practices("ordinary-day")
    world = practice.site.world
    practice.sync()
    seen = next(
        visit for visit in practice.visits().values() if visit.state is SCHEDULED and not visit.call_with
    )
    row = world.consultation(seen.consultation_id or "")
    walk_in = world.add_consultation(replace(row, appointment_id=None, at=row.at))
    booked = world.add_appointment(
        Appointment(
            0, row.at, 30, row.pet_id, row.provider_id, type_description="Sick Visit", status="Completed"
        )
    )
    world.set_quirks(walk_in.id, Quirk.NO_APPOINTMENT_ID)
    world.remove(seen.visit_key)
    practice.sync()
    assert {f"c:{walk_in.id}", f"a:{booked.id}"} <= set(practice.visits())
    world._change_consultation(walk_in.id, appointment_id=booked.id, quirks=frozenset())
    world._change_appointment(booked.id, consultation_id=walk_in.id)
    practice.sync()
    visits = practice.visits()
    assert visits[f"a:{booked.id}"].state is SCHEDULED
    gone = visits[f"c:{walk_in.id}"]
    assert (gone.state, gone.reason_code) == (VisitState.EXCLUDED, "vanished")
    [call] = [call for call in practice.queued() if f"a:{booked.id}" in call.visit_keys]
    assert len(call.patient_names) == 1
    assert practice.sync().visits_written == 0


def test_a_sign_of_death_takes_the_call_back(synced: Practice) -> None:
    visit = next(
        visit for visit in synced.visits().values() if visit.state is SCHEDULED and not visit.call_with
    )
    synced.site.world.write_notes(
        visit.consultation_id or "", "<p>Collapsed; euthanized with owner present.</p>"
    )
    synced.sync()
    after = synced.visits()[visit.visit_key]
    assert after.state in (VisitState.HELD, VisitState.EXCLUDED)
    assert visit.call_id not in {call.id for call in synced.queued()}


def test_a_visit_older_than_the_window_is_read_while_it_is_open(synced: Practice) -> None:
    waiting = next(
        visit
        for visit in synced.visits().values()
        if visit.state is WAITING and visit.reason_code == "no_notes" and visit.consultation_id
    )
    synced.clock.pass_by(days=3)
    synced.keep_sign_in()  # Neo's sessions do not last so long
    synced.site.world.write_notes(waiting.consultation_id or "", "<p>Better. Recheck in a week.</p>")
    result = synced.sync()
    assert result.failure is None
    assert synced.visits()[waiting.visit_key].state is not WAITING


def test_a_list_that_is_cut_short_closes_nothing(practices: Practices) -> None:
    practice = practices("ordinary-day")
    practice.sync()
    practice.site.stop()
    before = practice.query("SELECT * FROM public.visits ORDER BY id")
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.UNREACHABLE
    assert practice.query("SELECT * FROM public.visits ORDER BY id") == before
    assert replace(result, failure=None).visits_written == 0

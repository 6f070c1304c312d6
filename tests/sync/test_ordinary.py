"""An ordinary day: every visit is in, each in one state, and doing it again changes nothing."""

from __future__ import annotations

from collections import Counter

from idexx_desktop.domain.visits import VisitState
from tests.support.practice import Practice, Practices


def listed_keys(practice: Practice) -> set[str]:
    """Every visit that the practice's lists show: appointments with a pet, and consultations without one."""
    world = practice.site.world
    booked = {f"a:{row.id}" for row in world.appointments if not row.is_block and not row.is_roster}
    walk_ins = {f"c:{row.id}" for row in world.consultations if row.appointment_id is None}
    return booked | walk_ins


def test_every_visit_is_in_exactly_one_state_and_again_changes_nothing(practices: Practices) -> None:
    practice = practices("ordinary-day", cookies=False)
    first = practice.sync()

    assert first.failure is None
    assert first.status == "completed"
    assert first.signed_in
    assert practice.site.sign_ins == practice.site.sign_in_attempts == 1
    visits = practice.visits()
    assert set(visits) == listed_keys(practice)
    assert first.consultations_seen == first.consultations_synced == first.visits_written == len(visits)
    assert first.consultations_failed == 0
    counts = Counter(visit.state for visit in visits.values())
    assert all(counts[state] for state in VisitState if state is not VisitState.FAILED)
    assert all(visit.reason and visit.trace for visit in visits.values())
    on_a_call = [key for call in practice.queued() for key in call.visit_keys]
    scheduled = {key for key, visit in visits.items() if visit.state is VisitState.SCHEDULED}
    assert sorted(on_a_call) == sorted(scheduled)
    assert first.discharge_calls_scheduled == len(practice.queued()) > 0
    assert practice.site.refused_writes == 0

    before = practice.query("SELECT * FROM public.visits ORDER BY id")
    second = practice.sync()
    assert second.failure is None
    assert not second.signed_in
    assert practice.site.sign_in_attempts == 1
    assert second.visits_written == second.discharge_calls_scheduled == 0
    assert second.consultations_synced == first.consultations_synced
    assert practice.query("SELECT * FROM public.visits ORDER BY id") == before
    assert len(practice.queued()) == first.discharge_calls_scheduled


def test_the_records_of_a_run(synced: Practice) -> None:
    visits = synced.visits()
    session = synced.query("SELECT * FROM public.idexx_sync_sessions")
    assert [row["status"] for row in session] == ["completed"]
    failed = [visit for visit in visits.values() if visit.state is VisitState.FAILED]
    assert session[0]["consultations_synced"] == len(visits) - len(failed)
    assert session[0]["consultations_failed"] == len(failed) == 1
    assert session[0]["next_scheduled_sync"] is not None
    actions = synced.actions()
    assert actions["sync.started"] == actions["sync.finished"] == 1
    assert actions["visit.synced"] == len(visits) - 1
    assert actions["visit.failed"] == 1
    assert actions["call.scheduled"] == len(synced.queued())
    assert synced.program.audit.verify().ok


def test_one_changed_note_writes_one_visit(synced: Practice) -> None:
    # what the owner is told are the notes, where there is no summary for the owner
    plain = {
        str(row.id) for row in synced.site.world.consultations if not row.summary and not row.extra_notes
    }
    visit = next(
        visit
        for visit in synced.visits().values()
        if visit.state is VisitState.SCHEDULED and visit.consultation_id in plain and not visit.call_with
    )
    assert visit.consultation_id is not None
    synced.site.world.write_notes(visit.consultation_id, "<p>Limping again, recheck on Friday.</p>")
    result = synced.sync()
    assert result.failure is None
    assert result.visits_written == 1 + result.consultations_failed
    after = synced.program.visits.get(visit.visit_key)
    assert after.notes == "Limping again, recheck on Friday."
    assert after.previous_notes
    assert after.notes_changed_after_call
    assert after.call_id == visit.call_id

"""Calls with care: decided once, told to whoever calls and to calling systems, recorded, undone, asked anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.filters import CallFilter
from idexx_desktop.domain.records import CallRecord, VisitRecord
from idexx_desktop.domain.visits import VisitState
from tests.services.test_visits import visit_of
from tests.support.practice import EVERYTHING, Practice

CRITICAL = "<p>Palliative care only, incurable. Owner thinking about it, will call to decide.</p>"


def write(practice: Practice, visit: VisitRecord, notes: str) -> VisitRecord:
    """Neo has these notes now, and they are read."""
    practice.site.world.write_notes(visit.consultation_id or "", notes)
    assert practice.sync().failure is None
    return practice.visits()[visit.visit_key]


@pytest.fixture
def doubted(synced: Practice) -> VisitRecord:
    """A visit whose call was scheduled, and whose notes are others now."""
    held = write(synced, visit_of(synced, "call_due"), CRITICAL)
    assert (held.state, held.reason_code) == (VisitState.HELD, ReasonCode.MAY_NOT_BE_WELL)
    return held


def call_of(practice: Practice, visit: VisitRecord) -> CallRecord:
    """Its call."""
    found = practice.program.calls.rows(CallFilter("all"), EVERYTHING)
    return next(call for call in found if visit.visit_key in call.visit_keys and call.status == "queued")


def in_metadata(practice: Practice, call: CallRecord) -> object:
    [row] = practice.query("SELECT metadata FROM public.scheduled_discharge_calls WHERE id = %s", call.id)
    assert row["metadata"]["source"] == "idexx_neo"
    return row["metadata"].get("with_care")


def choices(practice: Practice) -> list[str]:
    rows = practice.query("SELECT choice FROM public.visit_decisions ORDER BY decided_at, id")
    return [row["choice"] for row in rows]


def test_a_call_with_care(synced: Practice, doubted: VisitRecord) -> None:
    """Asked for as any other, as an older command does."""
    visits, before = synced.program.visits, synced.actions()
    assert doubted.care == ()
    undo = visits.decide(doubted.visit_key, PersonChoice.CALL)
    decided = synced.visits()[doubted.visit_key]
    assert decided.state is VisitState.SCHEDULED
    [sentence] = decided.care
    assert sentence.startswith(f"{decided.patient_name} may not be well: “")
    call = call_of(synced, decided)
    assert call.care == decided.care
    assert in_metadata(synced, call) == [sentence], "for a calling system; no column of its table is added"
    assert choices(synced) == ["call_with_care"]
    assert (synced.actions() - before)["visit.decided"] == 1
    [entry] = synced.query("SELECT status FROM public.idexx_sync_audit_log WHERE action = 'visit.decided'")
    assert entry["status"] == "call_with_care"

    assert (visits.agreement().careful, visits.agreement().asked) == (1, ()), "of one mind with the question"
    assert decided.agreed

    written = synced.sync().visits_written
    assert written == 1, "the one that can't be read: what was decided stands"
    assert synced.visits()[doubted.visit_key].care == decided.care

    synced.program.calls.reschedule(call.id, call.scheduled_for + timedelta(hours=1))
    moved = call_of(synced, decided)
    assert moved.care == call.care
    assert in_metadata(synced, moved) == [sentence]
    assert choices(synced) == ["call_with_care"] * 2, "at another time it is the same call"
    visits.undo_decision(doubted.visit_key)

    visits.undo(undo)
    back = synced.visits()[doubted.visit_key]
    assert (back.state, back.reason_code) == (VisitState.HELD, ReasonCode.MAY_NOT_BE_WELL)
    assert back.care == ()


def test_another_record_is_asked_about_anew(synced: Practice, doubted: VisitRecord) -> None:
    synced.program.visits.decide(doubted.visit_key, PersonChoice.CALL_WITH_CARE)
    worse = write(synced, doubted, CRITICAL.replace("incurable", "incurable, worse than before"))
    assert (worse.state, worse.reason_code) == (VisitState.HELD, ReasonCode.MAY_NOT_BE_WELL)
    assert "The record changed after" in worse.reason
    assert doubted.visit_key not in {key for call in synced.queued() for key in call.visit_keys}


def test_no_other_call_is_with_care(synced: Practice) -> None:
    visit = visit_of(synced, "call_due")
    synced.program.visits.decide(visit.visit_key, PersonChoice.CALL)
    assert choices(synced) == ["call"]
    calls = synced.program.calls.rows(CallFilter("all"), EVERYTHING)
    assert calls
    assert {call.care for call in calls} == {()}
    assert {in_metadata(synced, call) for call in calls} == {None}


def test_a_call_that_is_queued_already_is_told_anew(synced: Practice) -> None:
    visit = visit_of(synced, "call_due")
    call = call_of(synced, visit)
    undo = synced.program.visits.decide(visit.visit_key, PersonChoice.CALL_WITH_CARE)
    assert call_of(synced, visit).id == call.id
    assert in_metadata(synced, call) == list(synced.visits()[visit.visit_key].care)
    assert synced.sync().visits_written == 1, "once; the one that is written can't be read"
    synced.program.visits.undo(undo)
    assert call_of(synced, visit).care == ()
    assert in_metadata(synced, call) is None

"""Reconcile on a clinic in memory: households, calls that exist already, people, other accounts, crashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from idexx_desktop.domain.call_terms import CallTerms
from idexx_desktop.domain.changes import JoinCall, LeaveCall, NoCallChange, VisitRead
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import Visit, VisitState
from tests.domain.builders import LA, NOW, RULES, VISIT_AT, visit
from tests.domain.clinic import Clinic

UNREADABLE = Failure(FailureCode.CONSULTATION_UNAVAILABLE)
AT_TEN = datetime(2026, 11, 22, 10, 0, tzinfo=LA)
REX = visit(1, pet="Rex")
NALA = visit(2, pet="Nala")
DIED = "Cardiac arrest during recovery, died."


def failed(seen: Visit) -> VisitRead:
    return VisitRead(replace(seen, consultation=None), UNREADABLE)


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


class TestOneVisit:
    def test_a_call_is_created_once(self, clinic: Clinic) -> None:
        (first,) = clinic.sync(REX)
        terms = CallTerms(clinic.rules.hours.version)
        assert first.call == JoinCall(frozenset({"a:1"}), "+15105550123", AT_TEN, terms=terms)
        assert not first.unchanged
        assert first.case_status == "completed"
        (second,) = clinic.sync(REX)
        assert second.unchanged
        assert second.call == NoCallChange()
        assert len(clinic.calls) == 1

    def test_a_cancelled_visit_takes_its_call_back(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        (change,) = clinic.sync(visit(1, pet="Rex", appointment_status="Cancelled", status=""))
        assert change.call == LeaveCall("call-1", True, "The visit was cancelled.")
        assert change.why == "The visit was cancelled."
        assert clinic.queued() == []

    @pytest.mark.parametrize("notes", [DIED, "", "Euthanized at home."])
    def test_changed_notes_take_the_call_back(self, clinic: Clinic, notes: str) -> None:
        clinic.sync(REX)
        clinic.sync(visit(1, pet="Rex", notes=notes))
        assert clinic.queued() == []

    def test_a_vanished_visit(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        (change,) = clinic.sync(VisitRead(REX, vanished=True))
        assert change.decision.reason_code is ReasonCode.VANISHED
        assert change.case_status == "reviewed"
        assert clinic.queued() == []

    def test_a_corrected_number_is_brought_to_the_call(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.sync(visit(1, pet="Rex", phone="415-555-0101"))
        assert [call.phone for call in clinic.queued()] == ["+14155550101"]
        assert len(clinic.calls) == 1

    def test_a_queued_call_keeps_its_time_when_the_kind_changes(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.sync(visit(1, pet="Rex", type_description="Wellness"))
        assert [call.scheduled_for for call in clinic.queued()] == [AT_TEN]

    def test_a_closed_day_moves_the_call(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.rules = replace(RULES, closed_days=frozenset({AT_TEN.date()}))
        clinic.sync(REX)
        assert [call.scheduled_for for call in clinic.queued()] == [AT_TEN + timedelta(days=1)]
        assert clinic.sync(REX)[0].unchanged

    def test_an_overdue_call_stays_due_and_then_is_held(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.now = AT_TEN + timedelta(days=2)
        clinic.sync(REX)
        assert [call.scheduled_for for call in clinic.queued()] == [AT_TEN]
        clinic.now = AT_TEN + timedelta(days=4)
        (change,) = clinic.sync(REX)
        assert change.decision.reason_code is ReasonCode.TOO_LATE
        assert clinic.queued() == []

    def test_waiting_long_becomes_a_matter_of_attention_once(self, clinic: Clinic) -> None:
        empty = visit(1, pet="Rex", notes="")
        clinic.sync(empty)
        clinic.now = VISIT_AT + timedelta(hours=73)
        (change,) = clinic.sync(empty)
        assert change.needs_attention
        assert not change.unchanged
        assert clinic.sync(empty)[0].unchanged

    def test_a_case_with_calls_off(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.known["a:1"] = replace(clinic.known["a:1"], call_enabled=False)
        clinic.sync(REX)
        assert clinic.queued() == []


class TestFailedReading:
    def test_it_keeps_the_queued_call(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        (change,) = clinic.sync(failed(REX))
        assert change.decision.state is VisitState.FAILED
        assert change.call == NoCallChange()
        assert not change.unchanged
        assert len(clinic.queued()) == 1
        clinic.sync(REX)
        assert len(clinic.calls) == 1

    def test_but_not_against_an_opt_out_a_pause_or_a_switch(self, clinic: Clinic) -> None:
        for changes in ({"opted_out": frozenset({"+15105550123"})}, {"paused": True}, {"review": True}):
            clinic = Clinic()
            clinic.sync(REX)
            clinic.rules = replace(RULES, **changes)
            clinic.sync(failed(REX))
            assert clinic.queued() == []

    def test_nor_where_the_calendar_tells_of_death(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.sync(failed(visit(1, pet="Rex", type_description="Euthanasia")))
        assert clinic.queued() == []

    def test_signs_seen_before_still_hold_the_others(self, clinic: Clinic) -> None:
        clinic.sync(visit(1, pet="Rex", notes=DIED), NALA)
        for _ in range(3):
            clinic.sync(failed(REX), NALA)
            assert clinic.known["a:1"].state is VisitState.FAILED
            assert clinic.known["a:2"].reason_code is ReasonCode.HOUSEHOLD_HELD
        clinic.sync(REX, NALA)
        assert len(clinic.queued()) == 1

    def test_a_shared_call_goes_on_for_both(self, clinic: Clinic) -> None:
        clinic.sync(REX, NALA)
        changes = {change.visit_key: change for change in clinic.sync(failed(REX), NALA)}
        assert changes["a:2"].unchanged
        assert clinic.queued()[0].visit_keys == {"a:1", "a:2"}

    def test_a_row_that_nothing_is_known_of(self, clinic: Clinic) -> None:
        (change,) = clinic.sync(VisitRead(Visit("a:77"), UNREADABLE))
        assert change.decision.state is VisitState.FAILED
        assert change.needs_attention


class TestCallsThatLeftOurHands:
    @pytest.mark.parametrize("status", ["ringing", "in_progress", "completed", "failed"])
    def test_nothing_touches_them(self, clinic: Clinic, status: str) -> None:
        clinic.sync(REX, NALA)
        before = clinic.calls["call-1"]
        clinic.set_status("call-1", status)
        clinic.rules = replace(RULES, paused=True, opted_out=frozenset({"+15105550123"}))
        changes = clinic.sync(REX, visit(2, pet="Nala", notes=""))
        assert all(change.call == NoCallChange() for change in changes)
        assert {clinic.known[key].state for key in ("a:1", "a:2")} == {VisitState.SCHEDULED}
        assert clinic.calls["call-1"] == replace(before, status=status)
        clinic.now += timedelta(days=9)
        assert all(change.unchanged for change in clinic.sync(REX, visit(2, pet="Nala", notes="")))

    def test_new_signs_are_shown(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.set_status("call-1", "completed")
        (change,) = clinic.sync(visit(1, pet="Rex", notes=DIED))
        assert change.call == NoCallChange()
        assert (change.decision.state, change.decision.reason_code) == (
            VisitState.HELD,
            ReasonCode.MAY_HAVE_DIED,
        )
        assert "already handed over" in change.decision.reason
        clinic.decide("a:1", PersonChoice.NO_CALL)
        (settled,) = clinic.sync(visit(1, pet="Rex", notes=DIED))
        assert settled.decision.state is VisitState.EXCLUDED

    def test_a_pet_that_comes_later_gets_a_call_of_its_own(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.set_status("call-1", "completed")
        clinic.sync(REX, NALA)
        assert clinic.queued()[0].visit_keys == {"a:2"}

    def test_a_call_that_somebody_else_cancelled_is_not_made_anew(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.set_status("call-1", "cancelled")
        clinic.now += timedelta(minutes=5)
        (change,) = clinic.sync(REX)
        assert (change.decision.state, change.decision.reason_code) == (
            VisitState.HELD,
            ReasonCode.CALL_CANCELLED,
        )
        assert change.call == NoCallChange()
        assert clinic.sync(REX)[0].unchanged
        clinic.decide("a:1", PersonChoice.CALL)
        clinic.sync(REX)
        assert clinic.queued()[0].visit_keys == {"a:1"}

    def test_a_colleagues_call_is_shown_and_left_alone(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.known["a:1"] = replace(clinic.known["a:1"], claimed_elsewhere=True)
        for seen in (REX, visit(1, pet="Rex", notes=DIED), visit(1, pet="Rex", phone="415-555-0101")):
            (change,) = clinic.sync(seen)
            assert change.call == NoCallChange()
        assert change.decision.reason_code is ReasonCode.COLLEAGUE
        assert change.decision.call is not None


class TestPeople:
    def test_a_chosen_time_stays(self, clinic: Clinic) -> None:
        clinic.sync(REX, NALA)
        evening = datetime(2026, 11, 23, 20, 0, tzinfo=LA)
        clinic.decide("a:1", PersonChoice.CALL, when=evening)
        clinic.sync(REX, NALA)
        assert clinic.queued()[0].scheduled_for == evening
        assert all(change.unchanged for change in clinic.sync(REX, NALA))

    def test_no_call_and_back_again(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.decide("a:1", PersonChoice.NO_CALL)
        clinic.sync(REX)
        assert clinic.queued() == []
        clinic.known["a:1"] = replace(clinic.known["a:1"], person=None)
        clinic.sync(REX)
        assert len(clinic.queued()) == 1

    def test_ignored_needs_no_attention(self, clinic: Clinic) -> None:
        clinic.sync(visit(1, phone=""))
        assert clinic.known["a:1"].needs_attention
        clinic.decide("a:1", PersonChoice.IGNORE)
        (change,) = clinic.sync(visit(1, phone=""))
        assert change.decision.state is VisitState.HELD
        assert not change.needs_attention

    def test_a_pause_takes_all_back_and_resuming_brings_them_again(self, clinic: Clinic) -> None:
        clinic.sync(REX, NALA, visit(3, client_id="c3"))
        clinic.rules = replace(RULES, paused=True)
        clinic.sync(REX, NALA, visit(3, client_id="c3"))
        assert clinic.queued() == []
        clinic.rules = RULES
        clinic.sync(REX, NALA, visit(3, client_id="c3"))
        assert sorted(len(call.visit_keys) for call in clinic.queued()) == [1, 2]

    def test_a_new_sign_asks_again(self, clinic: Clinic) -> None:
        doubt = visit(1, pet="Rex", notes="Quality of life talk.")
        clinic.sync(doubt)
        clinic.decide("a:1", PersonChoice.CALL)
        clinic.sync(doubt)
        assert len(clinic.queued()) == 1
        clinic.sync(visit(1, pet="Rex", notes="Quality of life talk. Euthanized."))
        assert clinic.queued() == []


def test_what_takes_calls_back_comes_first(clinic: Clinic) -> None:
    others = [visit(number, client_id=f"c{number}", pet=f"Pet {number}") for number in range(3, 8)]
    clinic.sync(REX, NALA, *others[:2])
    changes = clinic.sync(*others, NALA, visit(1, pet="Rex", notes=DIED))
    kinds = [type(change.call) for change in changes]
    assert kinds == [LeaveCall, LeaveCall, NoCallChange, NoCallChange, JoinCall, JoinCall, JoinCall]


@pytest.mark.parametrize("writes", range(5))
def test_a_crash_between_two_writes_leaves_no_wrong_call(clinic: Clinic, writes: int) -> None:
    third = visit(3, client_id="c3")
    clinic.sync(REX, NALA)
    clinic.sync(visit(1, pet="Rex", notes=DIED), NALA, third, stop_after=writes)
    wrong = [call for call in clinic.queued() if call.visit_keys & {"a:1", "a:2"}]
    assert not wrong or writes == 0
    clinic.sync(visit(1, pet="Rex", notes=DIED), NALA, third)
    assert [call.visit_keys for call in clinic.queued()] == [{"a:3"}]


def test_the_same_visit_read_twice_is_one_visit(clinic: Clinic) -> None:
    assert len(clinic.sync(REX, REX)) == 1


def test_now_may_be_in_any_zone(clinic: Clinic) -> None:
    clinic.now = NOW.astimezone(LA)
    clinic.sync(REX)
    clinic.now = NOW
    assert clinic.sync(REX)[0].unchanged

"""What an owner's other visits say of one: deleted and booked anew, back before the call, called already, a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from idexx_desktop.domain.changes import JoinCall, LeaveCall, VisitRead
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.same_visit import Identity, going_on, replaced
from idexx_desktop.domain.visits import Appointment, ConsultationSummary, Visit, VisitState
from tests.domain.builders import VISIT_AT, visit, walk_in
from tests.domain.clinic import Clinic

REX = visit(1, pet="Rex", patient_id="p1")


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def identity(key: str, appointment: str | None, consultation: str | None) -> Identity:
    return Identity(key, appointment, consultation)


def booked(
    number: str, consultation: str | None = None, *, at: datetime = VISIT_AT, pet: str = "p1"
) -> Visit:
    return Visit(f"a:{number}", Appointment(number, at, consultation, pet, "Rex"))


class TestGoingOn:
    def test_by_its_consultation(self) -> None:
        known = [identity("a:1", "1", "91")]
        assert going_on([booked("2", "91", pet="p9")], known) == {"a:2": "a:1"}
        row = Visit("c:91", summary=ConsultationSummary("91", VISIT_AT))
        assert going_on([row], known) == {"c:91": "a:1"}

    def test_by_the_appointment_that_it_was_given(self) -> None:
        known = [identity("a:1", "2", None)]
        assert going_on([booked("2", "95", pet="p9")], known) == {"a:2": "a:1"}

    def test_only_in_place_of_what_is_gone(self) -> None:
        known = [identity("a:1", "1", "91")]
        assert going_on([booked("1", "91"), booked("2", "92")], known) == {}

    def test_where_two_could_be_meant_neither_is(self) -> None:
        twins = [identity("a:1", "1", "91"), identity("a:3", "3", "91")]
        assert going_on([booked("2", "91")], twins) == {}
        assert replaced([booked("2", "91")], twins) == {"a:1", "a:3"}

    def test_what_is_known_by_itself_stays(self) -> None:
        known = [identity("a:1", "1", "91"), identity("a:2", "2", "91")]
        listed = [booked("2", "91")]
        assert going_on(listed, known) == {}
        assert replaced(listed, known) == {"a:1"}
        # but for what had no consultation until now: nobody was called about it
        known[1] = identity("a:2", "2", None)
        assert going_on(listed, known) == {"a:2": "a:1"}

    def test_walk_ins_have_a_way_of_their_own(self) -> None:
        assert going_on([booked("2", "91")], [identity("c:91", None, "91")]) == {}
        assert replaced([booked("2", "91")], [identity("c:91", None, "91")]) == frozenset()


class TestCalledAlready:
    def test_the_pet_is_not_called_about_twice_on_one_day(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.set_status("call-1", "completed")
        again = visit(7, pet="Rex", patient_id="p1", at=VISIT_AT + timedelta(hours=3))
        (_, change) = sorted(clinic.sync(REX, again), key=lambda each: each.visit_key)
        assert (change.decision.state, change.decision.reason_code) == (
            VisitState.HELD,
            ReasonCode.ALREADY_CALLED,
        )
        assert clinic.queued() == []
        clinic.now += timedelta(minutes=1)
        clinic.decide("a:7", PersonChoice.CALL)
        clinic.sync(REX, again)
        assert len(clinic.queued()) == 1

    def test_under_another_client_record_neither(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.set_status("call-1", "in_progress")
        twice = visit(7, pet="rex", patient_id="p7", client_id="c7", owner_name="Garcia A.")
        clinic.sync(REX, twice)
        assert clinic.queued() == []

    def test_what_a_person_decided_about_a_deleted_visit_is_asked_anew(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.decide("a:1", PersonChoice.NO_CALL)
        clinic.sync(REX)
        again = visit(7, pet="Rex", patient_id="p1")
        clinic.sync(VisitRead(REX, vanished=True), again)
        assert clinic.queued() == []
        assert clinic.known["a:7"].reason_code is ReasonCode.ALREADY_CALLED

    def test_another_pet_of_the_owner_is_called_about(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.set_status("call-1", "completed")
        clinic.sync(REX, visit(7, pet="Nala", patient_id="p2"))
        assert len(clinic.queued()) == 1

    def test_a_call_that_did_not_get_through_was_none(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        clinic.set_status("call-1", "failed")
        clinic.sync(REX, visit(7, pet="Rex", patient_id="p1"))
        assert len(clinic.queued()) == 1


class TestBackInTheClinic:
    def test_a_visit_before_the_call_holds_it(self, clinic: Clinic) -> None:
        clinic.sync(REX)
        (call,) = clinic.queued()
        back = visit(
            7, pet="Rex", patient_id="p1", at=call.scheduled_for - timedelta(hours=1), consultation_id=None,
            appointment_status="Checked-in",
        )  # fmt: skip
        changes = {each.visit_key: each for each in clinic.sync(REX, back)}
        held = changes["a:1"]
        assert held.decision.reason_code is ReasonCode.BACK_IN_CLINIC
        assert "Rex is back in the clinic today" in held.decision.reason
        assert isinstance(held.call, LeaveCall)
        assert clinic.queued() == []
        assert all(change.unchanged for change in clinic.sync(REX, back)), "it is the same from run to run"
        clinic.now += timedelta(minutes=1)
        clinic.decide("a:1", PersonChoice.CALL)
        clinic.sync(REX, back)
        assert len(clinic.queued()) == 1, "whoever decides knows of it"

    @pytest.mark.parametrize(
        "changes",
        [
            {"appointment_status": "Cancelled"},
            {"appointment_status": "No Show"},
            {"at": VISIT_AT + timedelta(days=9)},
            {"patient_id": "p2", "pet": "Nala"},
        ],
    )
    def test_nothing_else_does(self, clinic: Clinic, changes: dict[str, object]) -> None:
        clinic.sync(REX)
        (call,) = clinic.queued()
        made: dict[str, object] = {
            "pet": "Rex",
            "patient_id": "p1",
            "at": call.scheduled_for - timedelta(hours=1),
        }
        clinic.sync(REX, visit(7, consultation_id=None, **(made | changes)))  # type: ignore[arg-type]  # fields by name
        assert len(clinic.queued()) == 1


class TestNumbers:
    def test_one_number_put_right_heals_all_visits_of_the_owner(self, clinic: Clinic) -> None:
        before = VISIT_AT - timedelta(days=1)
        wrong = [visit(1, phone="n/a", at=before), visit(2, pet="Nala", phone="555-1", at=before)]
        clinic.sync(*wrong)
        assert clinic.queued() == []
        right = visit(3, pet="Otto")
        clinic.sync(right)
        changes = clinic.sync(*wrong, right)
        assert {change.decision.state for change in changes} == {VisitState.SCHEDULED}
        assert {call.phone for call in clinic.queued()} == {"+15105550123"}

    def test_another_owners_number_is_nobody_elses(self, clinic: Clinic) -> None:
        clinic.sync(visit(1, phone=""), visit(2, pet="Nala", client_id="c2", owner_name="Ben Ortiz"))
        assert clinic.known["a:1"].reason_code is ReasonCode.NO_PHONE

    def test_a_forbidden_number_is_not_lent(self, clinic: Clinic) -> None:
        clinic.sync(visit(1, phone=""), visit(2, pet="Nala", phone="510-555-0123 do not call"))
        assert clinic.queued() == []


def test_a_stay_of_several_days_is_due_from_its_end(clinic: Clinic) -> None:
    usual = clinic.sync(REX)[0].call
    row = REX.appointment
    assert isinstance(usual, JoinCall)
    assert row is not None
    ends = VISIT_AT + timedelta(days=1, hours=4)
    other = Clinic()
    stay = replace(REX, appointment=replace(row, stays_until=ends))
    of_stay = other.sync(stay)[0].call
    picked_up = replace(REX, besides=(Appointment("2", ends, "91"),))
    of_two = Clinic().sync(picked_up)[0].call
    assert isinstance(of_stay, JoinCall)
    assert of_stay == of_two
    assert of_stay.scheduled_for - usual.scheduled_for == timedelta(days=1)


def test_a_word_of_death_at_the_picking_up_counts() -> None:
    ashes = replace(REX, besides=(Appointment("2", VISIT_AT, "91", title="pick up of ashes"),))
    assert Clinic().sync(ashes)[0].decision.call is None
    assert walk_in().appointments == ()

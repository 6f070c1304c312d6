"""Reconcile on a clinic in memory: several pets of one owner, and several visits of one pet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from idexx_desktop.domain.changes import LeaveCall
from idexx_desktop.domain.decisions import DEFAULT_KIND_RULES, KindRule, PersonChoice, ReasonCode
from idexx_desktop.domain.reconcile import with_household
from idexx_desktop.domain.visits import VisitKind, VisitState
from tests.domain.builders import LA, RULES, VISIT_AT, visit
from tests.domain.clinic import Clinic

AT_TWO = datetime(2026, 11, 22, 14, 0, tzinfo=LA)
REX = visit(1, pet="Rex")
NALA = visit(2, pet="Nala")
DIED = "Cardiac arrest during recovery, died."


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


class TestHousehold:
    def test_one_call_names_them_all_at_the_latest_time(self, clinic: Clinic) -> None:
        kiki = visit(3, pet="Kiki", type_description="Wellness")  # at two
        clinic.sync(REX, NALA, kiki)
        (call,) = clinic.queued()
        assert call.visit_keys == {"a:1", "a:2", "a:3"}
        assert call.scheduled_for == AT_TWO
        rex = clinic.known["a:1"]
        assert rex.reason_code is ReasonCode.WITH_HOUSEHOLD
        assert rex.reason == "Call on Nov 22, 2:00 pm, with Kiki and Nala."
        assert all(change.unchanged for change in clinic.sync(REX, NALA, kiki))

    def test_whoever_comes_later_joins(self, clinic: Clinic) -> None:
        clinic.sync(REX, visit(2, pet="Nala", notes=""))
        assert clinic.queued()[0].visit_keys == {"a:1"}
        clinic.sync(REX, NALA)
        (call,) = clinic.queued()
        assert call.visit_keys == {"a:1", "a:2"}
        assert len(clinic.calls) == 1
        assert all(change.unchanged for change in clinic.sync(REX, NALA))

    def test_whoever_is_excluded_leaves_and_the_call_goes_on(self, clinic: Clinic) -> None:
        clinic.sync(REX, NALA)
        changes = clinic.sync(REX, visit(2, pet="Nala", appointment_status="No Show", status=""))
        assert changes[0].call == LeaveCall("call-1", False, "Nobody came to this visit.")
        (call,) = clinic.queued()
        assert call.visit_keys == {"a:1"}
        assert clinic.known["a:1"].reason_code is ReasonCode.CALL_DUE

    @pytest.mark.parametrize(
        "changes",
        [
            {"notes": DIED},
            {"type_description": "Euthanasia"},
            {"is_deceased": True},
            {"status": "Purple"},
            {"notes": "", "reason": "Euthanasia"},
        ],
    )
    def test_one_held_or_dead_pet_holds_all(self, clinic: Clinic, changes: dict[str, object]) -> None:
        clinic.sync(REX, NALA)
        written = clinic.sync(visit(1, pet="Rex", **changes), NALA)  # type: ignore[arg-type]  # fields by name
        assert all(isinstance(change.call, LeaveCall) and change.call.cancel for change in written)
        assert clinic.queued() == []
        nala = clinic.known["a:2"]
        assert (nala.state, nala.reason_code) == (VisitState.HELD, ReasonCode.HOUSEHOLD_HELD)
        assert "Rex" in nala.reason
        again = clinic.sync(visit(1, pet="Rex", **changes), NALA)  # type: ignore[arg-type]  # fields by name
        assert all(change.unchanged for change in again)

    @pytest.mark.parametrize(
        "changes", [{"notes": ""}, {"status": "Draft"}, {"appointment_status": "Cancelled", "status": ""}]
    )
    def test_waiting_or_excluded_pets_hold_nobody(self, clinic: Clinic, changes: dict[str, object]) -> None:
        clinic.sync(visit(1, pet="Rex", **changes), NALA)  # type: ignore[arg-type]  # fields by name
        assert clinic.queued()[0].visit_keys == {"a:2"}

    def test_a_no_call_for_a_pet_that_may_have_died_still_holds_the_others(self, clinic: Clinic) -> None:
        dead = visit(1, pet="Rex", notes=DIED)
        clinic.sync(dead, NALA)
        clinic.decide("a:1", PersonChoice.NO_CALL)
        clinic.sync(dead, NALA)
        assert clinic.known["a:1"].reason_code is ReasonCode.NO_CALL_BY_PERSON
        assert clinic.known["a:2"].reason_code is ReasonCode.HOUSEHOLD_HELD

    def test_a_no_call_without_signs_frees_the_others(self, clinic: Clinic) -> None:
        odd = visit(1, pet="Rex", status="Purple")
        clinic.sync(odd, NALA)
        clinic.decide("a:1", PersonChoice.NO_CALL)
        clinic.sync(odd, NALA)
        assert clinic.queued()[0].visit_keys == {"a:2"}

    def test_a_person_who_knows_of_it_can_have_the_other_called_about(self, clinic: Clinic) -> None:
        dead = visit(1, pet="Rex", notes=DIED)
        clinic.sync(dead, NALA)
        clinic.now += timedelta(minutes=5)
        clinic.decide("a:2", PersonChoice.CALL)
        clinic.sync(dead, NALA)
        assert clinic.queued()[0].visit_keys == {"a:2"}
        assert clinic.known["a:2"].reason_code is ReasonCode.BY_PERSON
        assert all(change.unchanged for change in clinic.sync(dead, NALA))

    def test_a_decision_from_before_does_not_cover_a_later_death(self, clinic: Clinic) -> None:
        clinic.sync(REX, NALA)
        clinic.decide("a:2", PersonChoice.CALL)
        clinic.now += timedelta(minutes=5)
        for _ in range(2):
            clinic.sync(visit(1, pet="Rex", notes=DIED), NALA)
            assert clinic.queued() == []

    def test_pets_that_were_not_read_in_this_run_count(self, clinic: Clinic) -> None:
        clinic.sync(visit(1, pet="Rex", notes=DIED))
        clinic.sync(NALA)
        assert clinic.queued() == []

    def test_a_shared_call_is_taken_back_though_the_other_was_not_read(self, clinic: Clinic) -> None:
        clinic.sync(REX, NALA)
        clinic.sync(visit(1, pet="Rex", notes=DIED))
        assert clinic.queued() == []

    def test_the_call_of_a_pet_that_was_not_read_is_taken_back(self, clinic: Clinic) -> None:
        clinic.sync(NALA)
        (change,) = clinic.sync(visit(1, pet="Rex", notes=DIED))
        assert isinstance(change.call, LeaveCall)
        assert clinic.queued() == []
        assert clinic.sync(visit(1, pet="Rex", notes=DIED))[0].unchanged

    def test_other_owners_and_other_days_are_no_household(self, clinic: Clinic) -> None:
        stranger = visit(2, pet="Nala", client_id="c2")
        yesterday = visit(3, pet="Kiki", at=VISIT_AT - timedelta(days=1))
        clinic.sync(visit(1, pet="Rex", notes=DIED), stranger, yesterday)
        assert {key for call in clinic.queued() for key in call.visit_keys} == {"a:2", "a:3"}

    def test_in_review_a_held_pet_holds_too(self, clinic: Clinic) -> None:
        clinic.rules = replace(RULES, review=True)
        clinic.sync(visit(1, pet="Rex", notes=DIED), NALA, visit(3, client_id="c3"))
        assert clinic.known["a:2"].reason_code is ReasonCode.HOUSEHOLD_HELD
        assert clinic.known["a:3"].reason_code is ReasonCode.REVIEW
        assert clinic.calls == {}

    def test_held_pets_do_not_hold_each_other_for_good(self, clinic: Clinic) -> None:
        clinic.sync(visit(1, pet="Rex", status="Purple"), NALA)
        clinic.sync(REX, NALA)
        assert clinic.queued()[0].visit_keys == {"a:1", "a:2"}

    def test_a_held_pet_that_is_only_held_with_others_holds_nobody(self, clinic: Clinic) -> None:
        clinic.sync(visit(1, pet="Rex", notes=DIED), NALA)
        clinic.sync(REX, visit(3, pet="Kiki"))  # Nala is not read in this run
        assert clinic.queued()[0].visit_keys == {"a:1", "a:3"}

    def test_one_call_suits_the_zones_of_all_numbers(self, clinic: Clinic) -> None:
        evening = KindRule(1, time(18, 30))  # 21:30 in New York
        clinic.rules = replace(RULES, kinds={**DEFAULT_KIND_RULES, VisitKind.DENTAL: evening})
        honolulu, new_york = visit(1, phone="808-555-0100"), visit(2, phone="212-555-0123")
        clinic.sync(honolulu, new_york)
        (call,) = clinic.queued()
        assert call.scheduled_for == datetime(2026, 11, 22, 17, 45, tzinfo=LA)
        assert all(change.unchanged for change in clinic.sync(honolulu, new_york))

    def test_two_calls_of_one_household_become_one(self, clinic: Clinic) -> None:
        clinic.sync(REX, visit(2, pet="Nala", client_id="c2"))
        assert len(clinic.queued()) == 2
        clinic.sync(REX, NALA)
        (call,) = clinic.queued()
        assert call.visit_keys == {"a:1", "a:2"}
        assert all(change.unchanged for change in clinic.sync(REX, NALA))

    def test_a_call_whose_pets_part_becomes_two(self, clinic: Clinic) -> None:
        clinic.sync(REX, NALA)
        moved = visit(2, pet="Nala", at=VISIT_AT + timedelta(days=-1))
        clinic.sync(REX, moved)
        assert sorted(map(sorted, (call.visit_keys for call in clinic.queued()))) == [["a:1"], ["a:2"]]
        assert all(change.unchanged for change in clinic.sync(REX, moved))


class TestSamePet:
    """A pet whose visit on Friday is to be called about on Saturday, and who dies on Saturday morning."""

    FRIDAY = visit(1, pet="Rex", patient_id="p9", at=VISIT_AT - timedelta(hours=2))
    SATURDAY = visit(2, pet="Rex", patient_id="p9", at=VISIT_AT + timedelta(hours=22), notes=DIED)

    def test_the_call_of_the_earlier_visit_is_taken_back(self, clinic: Clinic) -> None:
        clinic.sync(self.FRIDAY)
        clinic.sync(self.FRIDAY, self.SATURDAY)
        assert clinic.queued() == []
        assert clinic.known["a:1"].reason_code is ReasonCode.MAY_HAVE_DIED
        assert all(change.unchanged for change in clinic.sync(self.FRIDAY, self.SATURDAY))

    def test_even_where_only_the_later_one_is_read(self, clinic: Clinic) -> None:
        clinic.sync(self.FRIDAY)
        clinic.sync(self.SATURDAY)
        assert clinic.queued() == []

    def test_the_dead_pets_other_visit_holds_its_household(self, clinic: Clinic) -> None:
        clinic.sync(self.FRIDAY, visit(3, pet="Nala", at=VISIT_AT), self.SATURDAY)
        assert clinic.queued() == []
        assert clinic.known["a:3"].reason_code is ReasonCode.HOUSEHOLD_HELD

    def test_an_older_doubt_is_settled_by_a_living_pet(self, clinic: Clinic) -> None:
        doubt = visit(
            1, pet="Rex", patient_id="p9", at=VISIT_AT - timedelta(days=1), notes="Quality of life talk."
        )
        clinic.sync(doubt, visit(2, pet="Rex", patient_id="p9"))
        assert clinic.queued()[0].visit_keys == {"a:2"}

    def test_an_older_certainty_is_not(self, clinic: Clinic) -> None:
        gone = visit(
            1, pet="Rex", patient_id="p9", at=VISIT_AT - timedelta(days=1), type_description="Euthanasia"
        )
        clinic.sync(gone, visit(2, pet="Rex", patient_id="p9"))
        assert clinic.queued() == []

    def test_what_has_to_be_read_together(self, clinic: Clinic) -> None:
        stranger = visit(4, client_id="c4", patient_id="p4")
        clinic.sync(self.FRIDAY, self.SATURDAY, visit(3, pet="Nala", at=VISIT_AT), stranger)
        assert with_household(["a:1"], clinic.known, LA) == {"a:1", "a:2", "a:3"}
        assert with_household(["a:2"], clinic.known, LA) == {"a:1", "a:2"}
        assert with_household(["a:9"], clinic.known, LA) == {"a:9"}

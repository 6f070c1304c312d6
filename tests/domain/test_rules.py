"""What becomes of one visit: each rule, their precedence, the trace, and what a person's decision can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from idexx_desktop.domain.checks import CALLS_ON, KIND, NOTES, PHONE, TOOK_PLACE, WINDOW
from idexx_desktop.domain.checks import RULES as RULE_NAMES
from idexx_desktop.domain.decisions import (
    DEFAULT_KIND_RULES,
    Decision,
    KindRule,
    PersonChoice,
    ReasonCode,
    StepOutcome,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.rules import PERSON_RULE, decide, decision_hash, needs_attention
from idexx_desktop.domain.signs import SIGNS_RULE, shown_in
from idexx_desktop.domain.visits import Appointment, Product, Visit, VisitKind, VisitState
from tests.domain.builders import LA, NOW, RULES, VISIT_AT, person, visit, walk_in

UNREADABLE = Failure(FailureCode.CONSULTATION_UNAVAILABLE)
TOMORROW_AT_TEN = datetime(2026, 11, 22, 10, 0, tzinfo=LA)
LATER_TODAY = datetime(2026, 11, 22, 15, 0, tzinfo=LA)


def outcome(decision: Decision, rule: str) -> StepOutcome:
    return next(step.outcome for step in decision.trace if step.rule == rule)


def test_an_ordinary_visit_is_called_about() -> None:
    decision = decide(visit(), RULES, NOW)
    assert decision.state is VisitState.SCHEDULED
    assert decision.reason_code is ReasonCode.CALL_DUE
    assert decision.kind is VisitKind.DENTAL
    assert decision.call is not None
    assert (decision.call.phone, decision.call.scheduled_for) == ("+15105550123", TOMORROW_AT_TEN)
    assert [step.rule for step in decision.trace] == list(RULE_NAMES)
    assert {step.outcome for step in decision.trace} == {StepOutcome.PASSED}


CASES: list[tuple[dict[str, Any], VisitState, ReasonCode]] = [
    ({"appointment_status": "Cancelled", "status": ""}, VisitState.EXCLUDED, ReasonCode.CANCELLED),
    ({"appointment_status": "No-Show", "status": ""}, VisitState.EXCLUDED, ReasonCode.NO_SHOW),
    ({"appointment_status": "Cancelled", "status": "Draft"}, VisitState.EXCLUDED, ReasonCode.CANCELLED),
    ({"appointment_status": "No Show", "consultation_id": None}, VisitState.EXCLUDED, ReasonCode.NO_SHOW),
    ({"appointment_status": "Cancelled", "status": "Paid"}, VisitState.HELD, ReasonCode.UNKNOWN_STATUS),
    ({"status": "Voided"}, VisitState.EXCLUDED, ReasonCode.VOIDED),
    ({"status": "Counter sale"}, VisitState.EXCLUDED, ReasonCode.COUNTER_SALE),
    ({"type_description": "Counter Sale"}, VisitState.EXCLUDED, ReasonCode.COUNTER_SALE),
    ({"status": "Unallocated credit"}, VisitState.EXCLUDED, ReasonCode.PREPAYMENT),
    ({"type_description": "Euthanasia"}, VisitState.EXCLUDED, ReasonCode.END_OF_LIFE),
    ({"type_description": "Euthanasia", "notes": ""}, VisitState.EXCLUDED, ReasonCode.END_OF_LIFE),
    ({"reason": "Euthanasia", "status": "Draft"}, VisitState.EXCLUDED, ReasonCode.END_OF_LIFE),
    ({"products": [Product("Euthanasia")]}, VisitState.EXCLUDED, ReasonCode.END_OF_LIFE),
    ({"is_deceased": True}, VisitState.EXCLUDED, ReasonCode.DECEASED),
    ({"is_deceased": True, "phone": ""}, VisitState.EXCLUDED, ReasonCode.DECEASED),
    ({"notes": "Put to sleep."}, VisitState.HELD, ReasonCode.MAY_HAVE_DIED),
    ({"notes": "", "reason": "quality of life"}, VisitState.HELD, ReasonCode.MAY_HAVE_DIED),
    ({"notes": "Died.", "phone": ""}, VisitState.HELD, ReasonCode.MAY_HAVE_DIED),
    ({"products": [Product("Cremation")]}, VisitState.HELD, ReasonCode.MAY_HAVE_DIED),
    ({"status": "Draft"}, VisitState.WAITING, ReasonCode.DRAFT),
    ({"notes": ""}, VisitState.WAITING, ReasonCode.NO_NOTES),
    ({"notes": " \n "}, VisitState.WAITING, ReasonCode.NO_NOTES),
    ({"notes": "", "phone": ""}, VisitState.WAITING, ReasonCode.NO_NOTES),
    ({"consultation_id": None}, VisitState.WAITING, ReasonCode.NO_CONSULTATION),
    ({"consultation_id": None, "appointment_status": "Scheduled"}, VisitState.WAITING, ReasonCode.NO_CONSULTATION),
    ({"at": LATER_TODAY, "status": "", "appointment_status": "Confirmed"}, VisitState.WAITING, ReasonCode.NOT_YET),
    ({"status": "", "appointment_status": ""}, VisitState.SCHEDULED, ReasonCode.CALL_DUE),
    ({"status": "", "appointment_status": "Scheduled"}, VisitState.SCHEDULED, ReasonCode.CALL_DUE),
    ({"status": "", "appointment_status": "In Progress"}, VisitState.SCHEDULED, ReasonCode.CALL_DUE),
    ({"status": "", "appointment_status": "Ready to Pay"}, VisitState.SCHEDULED, ReasonCode.CALL_DUE),
    ({"status": "Purple"}, VisitState.HELD, ReasonCode.UNKNOWN_STATUS),
    ({"status": "Purple", "notes": ""}, VisitState.WAITING, ReasonCode.NO_NOTES),
    ({"phone": ""}, VisitState.HELD, ReasonCode.NO_PHONE),
    ({"phone": "555-0100"}, VisitState.HELD, ReasonCode.UNDIALABLE),
    ({"at": VISIT_AT - timedelta(days=9)}, VisitState.HELD, ReasonCode.TOO_LATE),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "state", "code"), CASES)
def test_each_rule(changes: dict[str, Any], state: VisitState, code: ReasonCode) -> None:
    decision = decide(visit(**changes), RULES, NOW)
    assert (decision.state, decision.reason_code) == (state, code)
    assert (decision.call is not None) == (state is VisitState.SCHEDULED)
    assert decision.reason.endswith(".")
    assert [step.rule for step in decision.trace] == list(RULE_NAMES)


def test_a_consultation_under_way_is_waited_for() -> None:
    today = visit(at=NOW - timedelta(minutes=30), status="", appointment_status="In Progress")
    assert decide(today, RULES, NOW).reason_code is ReasonCode.DRAFT


def test_a_visit_without_a_time_is_held() -> None:
    untimed = replace(visit(), appointment=None)
    assert decide(untimed, RULES, NOW).reason_code is ReasonCode.NO_TIME


def test_a_draft_without_a_time_is_waited_for_whatever_a_person_says() -> None:
    untimed = replace(visit(status="Draft"), appointment=None)
    assert decide(untimed, RULES, NOW).reason_code is ReasonCode.DRAFT
    called = person(PersonChoice.CALL, untimed)
    assert decide(untimed, RULES, NOW, person=called).reason_code is ReasonCode.DRAFT


def test_a_walk_in_is_a_visit_like_any_other() -> None:
    decision = decide(walk_in(), RULES, NOW)
    assert decision.reason_code is ReasonCode.NO_PHONE
    assert outcome(decision, NOTES) is StepOutcome.PASSED


def test_a_kind_that_is_switched_off() -> None:
    off = replace(RULES, kinds={**DEFAULT_KIND_RULES, VisitKind.DENTAL: KindRule(1, time(10), enabled=False)})
    decision = decide(visit(), off, NOW)
    assert (decision.state, decision.reason_code) == (VisitState.EXCLUDED, ReasonCode.KIND_OFF)
    assert outcome(decision, KIND) is StepOutcome.EXCLUDED
    assert outcome(decision, PHONE) is StepOutcome.NOT_CHECKED
    called = decide(visit(), off, NOW, person=person(PersonChoice.CALL, visit()))
    assert called.reason_code is ReasonCode.BY_PERSON


def test_end_of_life_gets_no_call_even_where_somebody_switched_it_on() -> None:
    on = replace(RULES, kinds={**DEFAULT_KIND_RULES, VisitKind.END_OF_LIFE: KindRule(1, time(10))})
    assert decide(visit(type_description="Euthanasia"), on, NOW).reason_code is ReasonCode.END_OF_LIFE


@pytest.mark.parametrize("number", ["+15105550123", "+15105550124"])
def test_an_opt_out_of_any_number_of_the_owner_counts(number: str) -> None:
    rules = replace(RULES, opted_out=frozenset({number}))
    seen = visit(phone="510-555-0123 / 510-555-0124")
    for decided in (None, person(PersonChoice.CALL, seen)):
        decision = decide(seen, rules, NOW, person=decided)
        assert (decision.state, decision.reason_code) == (VisitState.EXCLUDED, ReasonCode.OPTED_OUT)


def test_a_number_of_the_calendar_that_opted_out_counts_too() -> None:
    seen = visit()
    assert seen.appointment is not None
    seen = replace(seen, appointment=replace(seen.appointment, phone="415-555-0100"))
    rules = replace(RULES, opted_out=frozenset({"+14155550100"}))
    assert decide(seen, rules, NOW).reason_code is ReasonCode.OPTED_OUT


def test_calls_that_are_switched_off_for_the_case() -> None:
    for decided in (None, person(PersonChoice.CALL, visit())):
        decision = decide(visit(), RULES, NOW, call_enabled=False, person=decided)
        assert (decision.state, decision.reason_code) == (VisitState.EXCLUDED, ReasonCode.CALL_DISABLED)


def test_no_time_that_fits() -> None:
    rules = replace(RULES, window_start=time(18, 30), window_end=time(19))  # 21:30 in New York
    assert decide(visit(phone="212-555-0123"), rules, NOW).reason_code is ReasonCode.NO_SLOT


@pytest.mark.parametrize(
    ("changes", "code"), [({"review": True}, ReasonCode.REVIEW), ({"paused": True}, ReasonCode.CALLS_PAUSED)]
)
def test_the_clinics_switches_hold_whatever_a_person_decided(
    changes: dict[str, bool], code: ReasonCode
) -> None:
    rules = replace(RULES, **changes)  # type: ignore[arg-type]  # fields by name
    for decided in (None, person(PersonChoice.CALL, visit())):
        decision = decide(visit(), rules, NOW, person=decided)
        assert (decision.state, decision.reason_code) == (VisitState.HELD, code)
        assert outcome(decision, CALLS_ON) is StepOutcome.HELD


def test_the_trace_stops_at_the_rule_that_decided() -> None:
    decision = decide(visit(notes="elected to put him to sleep. Passed peacefully."), RULES, NOW)
    assert [step.outcome for step in decision.trace] == [
        StepOutcome.PASSED,
        StepOutcome.PASSED,
        StepOutcome.HELD,
        *[StepOutcome.NOT_CHECKED] * 7,
    ]
    assert "put him to sleep" in decision.trace[2].detail


def test_signs_are_looked_for_where_the_notes_are_missing_and_before_the_visit() -> None:
    later = visit(at=LATER_TODAY, consultation_id=None, reason="PTS", appointment_status="Scheduled")
    decision = decide(later, RULES, NOW)
    assert decision.reason_code is ReasonCode.MAY_HAVE_DIED
    assert outcome(decision, TOOK_PLACE) is StepOutcome.WAITING


def test_a_visit_that_vanished() -> None:
    decision = decide(visit(), RULES, NOW, vanished=True, person=person(PersonChoice.CALL, visit()))
    assert (decision.state, decision.reason_code) == (VisitState.EXCLUDED, ReasonCode.VANISHED)


class TestFailedReading:
    def test_it_is_failed_with_the_words_of_the_failure(self) -> None:
        decision = decide(replace(visit(), consultation=None), RULES, NOW, failure=UNREADABLE)
        assert (decision.state, decision.reason_code) == (VisitState.FAILED, ReasonCode.UNREADABLE)
        assert decision.reason == UNREADABLE.title
        assert decision.call is None

    def test_what_the_calendar_says_of_death_is_told(self) -> None:
        seen = replace(visit(type_description="Euthanasia"), consultation=None)
        decision = decide(seen, RULES, NOW, failure=UNREADABLE)
        assert decision.state is VisitState.FAILED
        assert shown_in(decision.trace)
        assert "Euthanasia" in decision.reason

    def test_signs_of_an_earlier_reading_are_kept(self) -> None:
        seen = replace(visit(), consultation=None)
        assert shown_in(decide(seen, RULES, NOW, failure=UNREADABLE, earlier_signs=True).trace)
        assert not shown_in(decide(seen, RULES, NOW, failure=UNREADABLE).trace)
        assert not shown_in(decide(visit(), RULES, NOW, earlier_signs=True).trace)

    def test_a_cancelled_visit_need_not_be_read(self) -> None:
        seen = replace(visit(appointment_status="Cancelled"), consultation=None)
        assert decide(seen, RULES, NOW, failure=UNREADABLE).reason_code is ReasonCode.CANCELLED

    def test_nothing_but_a_key_is_enough(self) -> None:
        assert decide(Visit("a:1"), RULES, NOW, failure=UNREADABLE).state is VisitState.FAILED


class TestPerson:
    def test_no_call(self) -> None:
        for seen in (visit(), visit(notes="Died."), visit(notes=""), visit(phone="")):
            decision = decide(seen, RULES, NOW, person=person(PersonChoice.NO_CALL, seen))
            assert (decision.state, decision.reason_code) == (
                VisitState.EXCLUDED,
                ReasonCode.NO_CALL_BY_PERSON,
            )
            assert outcome(decision, PERSON_RULE) is StepOutcome.EXCLUDED

    def test_no_call_leaves_the_signs_in_the_trace(self) -> None:
        seen = visit(notes="Died.")
        assert shown_in(decide(seen, RULES, NOW, person=person(PersonChoice.NO_CALL, seen)).trace)

    def test_what_leaves_no_doubt_keeps_its_reason(self) -> None:
        seen = visit(is_deceased=True)
        decision = decide(seen, RULES, NOW, person=person(PersonChoice.NO_CALL, seen))
        assert decision.reason_code is ReasonCode.DECEASED

    def test_ignore_changes_nothing(self) -> None:
        for seen in (visit(), visit(phone=""), visit(notes="Died.")):
            assert decide(seen, RULES, NOW, person=person(PersonChoice.IGNORE, seen)) == decide(
                seen, RULES, NOW
            )

    @pytest.mark.parametrize(
        "changes",
        [
            {"notes": "Died down; quality of life is fine."},
            {"type_description": "Euthanasia"},
            {"is_deceased": True},
            {"status": "Purple"},
            {"appointment_status": "Cancelled"},
        ],
    )
    def test_a_call_overrules_what_holds(self, changes: dict[str, Any]) -> None:
        seen = visit(**changes)
        decision = decide(seen, RULES, NOW, person=person(PersonChoice.CALL, seen))
        assert (decision.state, decision.reason_code) == (VisitState.SCHEDULED, ReasonCode.BY_PERSON)
        assert not shown_in(decision.trace)
        assert "Ana" in decision.reason

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"phone": ""}, ReasonCode.NO_PHONE),
            ({"phone": "911"}, ReasonCode.UNDIALABLE),
            ({"appointment_status": "Cancelled", "status": ""}, ReasonCode.CANCELLED),
            ({"status": "Voided"}, ReasonCode.VOIDED),
            ({"notes": ""}, ReasonCode.NO_NOTES),
        ],
    )
    def test_a_call_does_not_overrule_facts(self, changes: dict[str, Any], code: ReasonCode) -> None:
        seen = visit(**changes)
        assert decide(seen, RULES, NOW, person=person(PersonChoice.CALL, seen)).reason_code is code

    @pytest.mark.parametrize(
        "changes", [{"notes": "He died."}, {"is_deceased": True}, {"reason": "Euthanasia"}]
    )
    def test_a_new_sign_is_a_new_question(self, changes: dict[str, Any]) -> None:
        decision = decide(visit(**changes), RULES, NOW, person=person(PersonChoice.CALL, visit()))
        assert (decision.state, decision.reason_code) == (VisitState.HELD, ReasonCode.MAY_HAVE_DIED)
        assert outcome(decision, SIGNS_RULE) is StepOutcome.HELD

    def test_a_change_without_signs_is_no_new_question(self) -> None:
        decided = person(PersonChoice.CALL, visit())
        assert decide(visit(notes="Doing well."), RULES, NOW, person=decided).state is VisitState.SCHEDULED

    def test_the_time_that_a_person_chose(self) -> None:
        evening = datetime(2026, 11, 24, 20, 0, tzinfo=LA)  # outside of the window, but decent
        decision = decide(visit(), RULES, NOW, person=person(PersonChoice.CALL, visit(), when=evening))
        assert decision.call is not None
        assert decision.call.scheduled_for == evening

    def test_a_time_in_the_owners_night_is_not_taken(self) -> None:
        evening = datetime(2026, 11, 24, 20, 0, tzinfo=LA)  # 23:00 in New York
        seen = visit(phone="212-555-0123")
        decision = decide(seen, RULES, NOW, person=person(PersonChoice.CALL, seen, when=evening))
        assert (decision.state, decision.reason_code) == (VisitState.HELD, ReasonCode.NO_SLOT)

    def test_a_time_that_has_passed_leaves_it_to_the_rules(self) -> None:
        decided = person(PersonChoice.CALL, visit(), when=NOW - timedelta(hours=1))
        decision = decide(visit(), RULES, NOW, person=decided)
        assert decision.call is not None
        assert decision.call.scheduled_for == TOMORROW_AT_TEN

    def test_a_visit_without_a_time_can_be_called_about(self) -> None:
        untimed = replace(visit(), appointment=None)
        decided = person(PersonChoice.CALL, untimed)
        decision = decide(untimed, RULES, NOW, person=decided, first_seen_at=NOW - timedelta(days=1))
        assert decision.state is VisitState.SCHEDULED


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "code", "age", "expected"),
    [
        (VisitState.HELD, ReasonCode.NO_PHONE, HOUR, True),
        (VisitState.HELD, ReasonCode.MAY_HAVE_DIED, HOUR, True),
        (VisitState.HELD, ReasonCode.HOUSEHOLD_HELD, HOUR, True),
        (VisitState.HELD, ReasonCode.MAY_HAVE_DIED, -HOUR, False),
        (VisitState.HELD, ReasonCode.REVIEW, HOUR, False),
        (VisitState.HELD, ReasonCode.CALLS_PAUSED, HOUR, False),
        (VisitState.FAILED, ReasonCode.UNREADABLE, HOUR, True),
        (VisitState.WAITING, ReasonCode.NO_NOTES, 72 * HOUR, False),
        (VisitState.WAITING, ReasonCode.NO_NOTES, 73 * HOUR, True),
        (VisitState.WAITING, ReasonCode.DRAFT, 73 * HOUR, True),
        (VisitState.WAITING, ReasonCode.NO_CONSULTATION, 73 * HOUR, True),
        (VisitState.WAITING, ReasonCode.NOT_YET, 73 * HOUR, False),
        (VisitState.SCHEDULED, ReasonCode.CALL_DUE, 99 * HOUR, False),
        (VisitState.EXCLUDED, ReasonCode.CANCELLED, 99 * HOUR, False),
    ],
)
def test_what_needs_a_person(state: VisitState, code: ReasonCode, age: timedelta, expected: bool) -> None:
    assert needs_attention(state, code, NOW - age, NOW, NOW) is expected
    assert needs_attention(state, code, NOW - age, NOW, NOW, ignored=True) is False


def test_a_visit_without_a_time_waits_from_when_it_was_seen() -> None:
    assert needs_attention(VisitState.WAITING, ReasonCode.NO_NOTES, None, NOW - 73 * HOUR, NOW)


def test_the_reason_names_the_provider() -> None:
    assert "Dr. Kim" in decide(visit(notes=""), RULES, NOW).reason


def test_no_reason_changes_by_itself() -> None:
    for changes, state, _ in CASES:
        if state is VisitState.SCHEDULED:
            continue
        seen = visit(**changes)
        assert decide(seen, RULES, NOW) == decide(seen, RULES, NOW + timedelta(minutes=7))


def test_the_hash_tells_decisions_apart() -> None:
    hashes = {decision_hash(decide(visit(**changes), RULES, NOW)) for changes, _, _ in CASES}
    assert len(hashes) > len({code for _, _, code in CASES})
    assert decision_hash(decide(visit(), RULES, NOW)) == decision_hash(decide(visit(), RULES, NOW))


def test_the_window_is_told_in_the_owners_time_too() -> None:
    decision = decide(visit(phone="212-555-0123"), RULES, NOW)
    window = next(step.detail for step in decision.trace if step.rule == WINDOW)
    assert window == "Nov 22, 10:00 am (Nov 22, 1:00 pm for the owner)"


def test_an_appointment_alone_is_enough_to_decide() -> None:
    decision = decide(Visit("a:1", Appointment("1", VISIT_AT)), RULES, NOW)
    assert decision.reason_code is ReasonCode.NO_CONSULTATION

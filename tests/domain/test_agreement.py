"""How far program and person agree: what is counted, on which side, and what says nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.agreement import (
    ENOUGH,
    Agreement,
    Decided,
    Differing,
    Kin,
    agreement,
    decided_alone,
)
from idexx_desktop.domain.decisions import (
    CallRules,
    Decision,
    KindRule,
    PersonChoice,
    PersonDecision,
    ReasonCode,
)
from idexx_desktop.domain.visits import Product, Visit, VisitKind, VisitState
from tests.domain.builders import NOW, RULES, UNHURRIED, visit
from tests.domain.clinic import Clinic

DEAD = "Humane euthanasia performed with the owner present. Rest in peace, Bella."
DOUBT = "Found collapsed and cold at home. Owner will bring the body in tomorrow."
CALL, NO_CALL = PersonChoice.CALL, PersonChoice.NO_CALL


def judged(clinic: Clinic, rules: CallRules | None = None) -> list[Decided]:
    """Every visit that somebody decided about, beside what the program says of it alone."""
    kin = Kin(clinic.known, clinic.rules.zone)
    return [
        Decided(
            known,
            known.person,
            decided_alone(
                known, {each: clinic.known[each] for each in kin.of(key)}, clinic.read, rules or clinic.rules
            ),
        )
        for key, known in clinic.known.items()
        if known.person is not None
    ]


def decided(*pairs: tuple[Visit, PersonChoice], rules: CallRules = RULES, why: str = "") -> Clinic:
    """A clinic that read these visits; somebody decided about each."""
    clinic = Clinic(rules)
    clinic.sync(*(each for each, _ in pairs))
    for each, choice in pairs:
        clinic.decide(each.visit_key, choice)
        known = clinic.known[each.visit_key]
        assert known.person is not None
        clinic.known[each.visit_key] = replace(known, person=replace(known.person, why=why))
    clinic.now += timedelta(hours=1)
    clinic.sync(*(each for each, _ in pairs))
    return clinic


def keys(found: Agreement) -> tuple[list[str], list[str]]:
    return [each.visit_key for each in found.wrongly_called], [each.visit_key for each in found.asked]


def other(number: int, **changes: Any) -> Visit:
    """A visit of another owner."""
    own: dict[str, Any] = {"client_id": f"c{number}", "phone": f"(510) 555-01{number:02}"}
    return visit(number, **own | changes)


@pytest.mark.parametrize("review", [False, True])
@pytest.mark.parametrize("paused", [False, True])
def test_each_pair_has_its_side(review: bool, paused: bool) -> None:
    clinic = decided(
        (other(1), CALL),
        (other(2), NO_CALL),
        (other(3, notes=DEAD), NO_CALL),
        (other(4, notes=DOUBT), CALL),
        (other(5, notes=DEAD), CALL),
        rules=replace(RULES, review=review, paused=paused),
    )
    found = agreement(judged(clinic))
    assert (found.called, found.careful, found.left_out) == (1, 1, 0)
    assert keys(found) == (["a:2"], ["a:4", "a:5"])
    assert (found.decided, found.alike) == (5, 2)
    [danger] = found.wrongly_called
    assert (danger.patient_name, danger.owner_name, danger.decided_by) == ("Bella", "Ana García", "Ana")


def test_with_care_is_of_one_mind_with_a_question_and_with_a_call() -> None:
    """Whoever calls with care where the program asks agrees that it isn't a call like any other."""
    care = PersonChoice.CALL_WITH_CARE
    found = agreement(judged(decided((other(1, notes=DOUBT), care), (other(2), care))))
    assert (found.called, found.careful, found.alike, found.decided) == (1, 1, 2, 2)


SAYS_NOTHING = {
    "no number": other(1, phone=""),
    "kind without calls": other(1, type_description="Surgery", reason="Spay"),
    "owner opted out": other(1),
    "owner's wish in the record": other(1, notes="Doing well. Owner asked us not to call."),
    "no notes": other(1, notes=""),
    "cancelled": other(1, status="", appointment_status="Cancelled", consultation_id=None),
}


@pytest.mark.parametrize("choice", [CALL, NO_CALL])
@pytest.mark.parametrize("case", SAYS_NOTHING)
def test_what_is_held_for_another_reason_says_nothing(case: str, choice: PersonChoice) -> None:
    kinds = {**RULES.kinds, VisitKind.SURGERY: KindRule(1, RULES.window_start, enabled=False)}
    opted_out = frozenset({"+15105550101"}) if case == "owner opted out" else frozenset()
    rules = replace(RULES, kinds=kinds, opted_out=opted_out)
    found = agreement(judged(decided((SAYS_NOTHING[case], choice), rules=rules)))
    assert (found.decided, found.left_out) == (0, 1)


@pytest.mark.parametrize(
    ("why", "counted"),
    [
        ("", 1),
        ("she sounded unsure", 1),
        ("owner asked not to be called", 0),
        ("does not want calls", 0),
        ("declined all follow up calls", 0),
        ("prefers texts only", 0),
    ],
)
def test_a_no_because_of_the_owners_wish_says_nothing(why: str, counted: int) -> None:
    assert agreement(judged(decided((other(1), NO_CALL), why=why))).decided == counted
    # whoever lets a visit be called agrees, whatever is written beside it
    assert agreement(judged(decided((other(1), CALL), why=why))).decided == 1


@pytest.mark.parametrize(
    ("found", "enough"),
    [
        (Agreement(ENOUGH), True),
        (Agreement(ENOUGH - 1), False),
        (Agreement(ENOUGH - 1, wrongly_called=(Differing("a:1", "", "", None, ""),)), True),
        # of what it doesn't call anyway, nobody learns whether it calls wrongly
        (Agreement(ENOUGH - 1, 500, asked=(Differing("a:1", "", "", None, ""),) * 9, left_out=500), False),
    ],
)
def test_calls_alone_tell_of_wrong_calls(found: Agreement, enough: bool) -> None:
    assert found.is_enough is enough


def test_ignoring_and_nothing_say_nothing() -> None:
    found = agreement(judged(decided((other(1), PersonChoice.IGNORE))))
    assert (found.decided, found.left_out) == (0, 1)
    assert agreement([]) == Agreement()


def test_another_pet_that_died_is_no_wrong_call() -> None:
    """The owner's other pet is held with it, and the program wouldn't have called about either."""
    dead, well = visit(1, notes=DEAD, pet="Bella"), visit(2, pet="Milo")
    found = agreement(judged(decided((dead, NO_CALL), (well, NO_CALL))))
    assert keys(found) == ([], [])
    assert (found.careful, found.left_out) == (1, 1)


def test_a_death_at_another_visit_of_the_pet_is_known_to_the_program() -> None:
    first = visit(1, patient_id="p1")
    second = (
        visit(2, at=first.visit_at + timedelta(days=2), patient_id="p1", notes=DEAD)
        if first.visit_at
        else first
    )
    clinic = Clinic(now=NOW + timedelta(days=2))
    clinic.sync(first, second)
    clinic.decide("a:1", NO_CALL)
    found = agreement(judged(clinic))
    assert (found.careful, keys(found)) == (1, ([], []))


def test_a_record_that_changed_since_says_nothing() -> None:
    clinic = decided((other(1), NO_CALL))
    clinic.sync(other(1, notes=f"{other(1).discharge_text} Owner phoned: eating well."))
    found = agreement(judged(clinic))
    assert (found.decided, found.left_out) == (0, 1)


def test_a_reading_that_is_not_kept_or_not_understood_says_nothing() -> None:
    clinic = decided((other(1), NO_CALL), (other(2), CALL), (other(3), CALL), (other(4), CALL))
    clinic.read.pop("a:1")
    clinic.known["a:2"] = replace(clinic.known["a:2"], is_newers=True)
    clinic.known["a:3"] = replace(clinic.known["a:3"], state=VisitState.FAILED)
    clinic.known["a:4"] = replace(clinic.known["a:4"], reason_code=ReasonCode.VANISHED)
    assert agreement(judged(clinic)) == Agreement(left_out=4)


def test_a_late_decision_is_about_the_record_too() -> None:
    clinic = Clinic(replace(RULES, review=True))
    clinic.sync(other(1))
    clinic.now += timedelta(days=40)
    clinic.decide("a:1", CALL)
    assert agreement(judged(clinic)).called == 1


def test_the_rules_of_now_are_asked() -> None:
    """What people have said since of their own words counts: the question is whether to leave review mode now."""
    clinic = decided((other(1, type_description="Comfort care room"), CALL))
    assert keys(agreement(judged(clinic))) == ([], ["a:1"])
    confirmed = replace(RULES, types={"comfort care room": str(VisitKind.GENERAL)})
    assert agreement(judged(clinic, confirmed)).called == 1


def test_declined_products_and_their_like_are_read_as_ever() -> None:
    declined = other(1, products=[Product("Euthanasia", is_declined=True)])
    assert agreement(judged(decided((declined, CALL)))).called == 1


outcomes = st.sampled_from(
    [(VisitState.SCHEDULED, ReasonCode.CALL_DUE), *((VisitState.HELD, code) for code in ReasonCode), None]
)


@UNHURRIED
@given(st.lists(st.tuples(st.sampled_from(PersonChoice), outcomes), max_size=40))
def test_the_figures_add_up(pairs: list[tuple[PersonChoice, tuple[VisitState, ReasonCode] | None]]) -> None:
    clinic = decided((other(1), CALL))
    [visited] = clinic.known.values()
    made = [
        Decided(
            replace(visited, visit_key=f"a:{number}"),
            PersonDecision(choice, "Ana", NOW, ""),
            Decision(*alone, "", (), VisitKind.GENERAL) if alone else None,
        )
        for number, (choice, alone) in enumerate(pairs)
    ]
    found = agreement(made)
    assert found.decided + found.left_out == len(pairs)
    assert found.would_call == found.called + len(found.wrongly_called)
    calls = (VisitState.SCHEDULED, ReasonCode.CALL_DUE)
    assert found.called == sum(choice.calls and alone == calls for choice, alone in pairs)
    wrong = [f"a:{number}" for number, pair in enumerate(pairs) if pair == (NO_CALL, calls)]
    assert keys(found)[0] == wrong

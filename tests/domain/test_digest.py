"""Signs of what was read: stored for years, so neither a new field nor a new form may change what they stand for."""

from __future__ import annotations

from dataclasses import field, fields, is_dataclass, make_dataclass, replace
from datetime import timedelta, timezone
from typing import Any

import pytest

from idexx_desktop.domain import digest as signs
from idexx_desktop.domain.decisions import CallPlan, Decision, RuleStep
from idexx_desktop.domain.digest import digest, is_sign_of, marked_digest
from idexx_desktop.domain.rules import decision_hash
from idexx_desktop.domain.visits import Appointment, Consultation, ConsultationSummary, Product, Visit
from tests.db_repositories.made_up import CALL_AT, PHONE, VISIT_AT, a_decision, a_visit, a_walk_in

SUMMARY = ConsultationSummary(
    "8001", VISIT_AT, "5001", "Rex", "Maria Lopez", "Dr. Chen", "Paid", "<notes> é 小虎"
)
WHOLE = replace(a_visit(), summary=SUMMARY)
# made by version 0.2.0 of the program
OF_0_2_0 = (
    (WHOLE, "e2a5f71d242391bc9676c2e441242f9276c8950144c1a0045d31e85410d2fec8"),
    (WHOLE.as_listed(), "d7f6ad7c20cc4c6494c9af42027cb921eda1422652f140e1c6e0ca8a48590be7"),
    (a_walk_in(), "95f0a96bc3ac3e5a456a4b6c25b93c086d18afae155ff0d23ce6e5491c2581b5"),
    (Visit("a:1"), "37dc797c6fa720703bb1b48f690507a9bf5624e3d643a061b9e0fc02c3074ab8"),
)
TYPES = (Visit, Appointment, ConsultationSummary, Consultation, Product, Decision, RuleStep, CallPlan)


def grown(kind: type, value: object) -> type:
    """The type as a later version may have it: with one more field, of this value if nothing is said."""
    return make_dataclass(
        kind.__name__, [("diagnoses", Any, field(default=value))], bases=(kind,), frozen=True, slots=True
    )


def with_new_fields(value: object) -> Visit:
    """A reading of a later version, each part of which has another field."""
    parts: dict[str, Any] = {}
    for part in fields(WHOLE):
        held = getattr(WHOLE, part.name)
        if is_dataclass(held):
            grown_kind = grown(type(held), value)
            held = grown_kind(*(getattr(held, each.name) for each in fields(held)))
        parts[part.name] = held
    made = grown(Visit, value)(**parts)
    assert isinstance(made, Visit)
    return made


@pytest.mark.parametrize(("visit", "stored"), OF_0_2_0)
def test_a_stored_sign_of_an_older_version_is_recognised(visit: Visit, stored: str) -> None:
    assert digest(visit) == stored
    assert visit.is_as(stored)
    assert not replace(visit, visit_key="a:2").is_as(stored)


def test_the_new_form_stays_as_it_is() -> None:
    assert WHOLE.content_hash() == "2:8d5771321db0f1c2848600a267280c9d4cc13c87b81d62cce06f2dbb86298fd9"
    assert Visit("a:1").content_hash() == "2:436fc6546fe80121846dc53bb861a7655b598dca563f0310745380defa205091"
    decision = replace(a_decision(), call=CallPlan(PHONE, CALL_AT))
    assert decision_hash(decision) == "dc282716fa84bc6526f22e87e5bcb4e631f20e62a3a6d39f7e28516e6add57d1"


@pytest.mark.parametrize("nothing", [None, "", False, ()])
def test_a_new_field_that_holds_nothing_changes_no_sign(nothing: object) -> None:
    later = with_new_fields(nothing)
    assert (digest(later), marked_digest(later)) == (digest(WHOLE), marked_digest(WHOLE))
    decision = a_decision()
    grown_decision = grown(Decision, nothing)(*(getattr(decision, each.name) for each in fields(decision)))
    assert digest(grown_decision) == decision_hash(decision)


def test_a_new_field_that_holds_something_is_another_reading() -> None:
    """It was not there to be seen when somebody decided: in doubt it is a new question."""
    later = with_new_fields("euthanasia")
    assert not is_sign_of(digest(WHOLE), later)
    assert not is_sign_of(marked_digest(WHOLE), later)


def test_every_field_counts() -> None:
    for part in ("appointment", "summary", "consultation"):
        held = getattr(WHOLE, part)
        for each in fields(held):
            before = getattr(held, each.name)
            changed = not before if isinstance(before, bool) else None if before else "other"
            other = replace(WHOLE, **{part: replace(held, **{each.name: changed})})
            assert other.content_hash() != WHOLE.content_hash(), (part, each.name)


def test_times_are_instants() -> None:
    west = timezone(-timedelta(hours=8))
    moved = replace(WHOLE, summary=replace(SUMMARY, consulted_at=VISIT_AT.astimezone(west)))
    assert moved.content_hash() == WHOLE.content_hash()


def test_a_form_of_a_later_version_is_not_recognised() -> None:
    assert not WHOLE.is_as("3:" + WHOLE.content_hash().removeprefix("2:"))
    assert not WHOLE.is_as("")


def test_the_first_form_names_what_there_was() -> None:
    for kind in TYPES:
        assert {each.name for each in fields(kind)} >= set(signs._FIRST[kind.__name__].split())

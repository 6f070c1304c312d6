"""The practice's own words: proposed by us, confirmed by a person, and what each does before and after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.practice_words import (
    HARMLESS,
    MEANINGS,
    NO_CALL,
    WordAbout,
    looks_like_the_end,
    proposal,
    words_of,
)
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.visits import Appointment, Product, VisitKind, VisitState
from tests.domain.builders import NOW, RULES, VISIT_AT, person, visit

TYPE, PRODUCT = WordAbout.TYPE, WordAbout.PRODUCT


@pytest.mark.parametrize(
    ("about", "name", "means"),
    [
        (TYPE, "Rainbow appointment", "end_of_life"),
        (TYPE, "Final visit", "end_of_life"),
        (TYPE, "Euthanasia", "end_of_life"),
        (TYPE, "Palliative consult", "end_of_life"),
        (TYPE, "Boarding", NO_CALL),
        (TYPE, "Nail trim (tech)", NO_CALL),
        (TYPE, "Rx refill", NO_CALL),
        (TYPE, "Records request", NO_CALL),
        (TYPE, "Grooming", NO_CALL),
        (TYPE, "Dental w/ Dr. Kim", "dental"),
        (TYPE, "Final puppy vaccines", "vaccination"),
        (TYPE, "Weight loss consult", "sick_visit"),
        (TYPE, "20 min", "general"),
        (PRODUCT, "Keepsake, cedar", "end_of_life"),
        (PRODUCT, "Clay paw", "end_of_life"),
        (PRODUCT, "Apoquel 16 mg", HARMLESS),
    ],
)
def test_what_is_proposed(about: WordAbout, name: str, means: str) -> None:
    assert proposal(about, name) == means
    assert means in MEANINGS[about]


def test_an_unconfirmed_proposal_changes_nothing() -> None:
    for name in ("Boarding", "Grooming", "Surgery drop off", "Zebra"):
        seen = visit(type_description=name, reason="")
        assert decide(seen, RULES, NOW).state is VisitState.SCHEDULED


def test_but_what_looks_like_the_end_of_a_life_holds() -> None:
    seen = visit(type_description="Rainbow room", reason="")
    decision = decide(seen, RULES, NOW)
    assert (decision.state, decision.reason_code) == (VisitState.HELD, ReasonCode.TYPE_UNCLEAR)
    urn = decide(visit(products=[Product("Ink print")]), RULES, NOW)
    assert urn.reason_code is ReasonCode.TYPE_UNCLEAR
    declined = decide(visit(products=[Product("Ink print", "", True)]), RULES, NOW)
    assert declined.state is VisitState.SCHEDULED
    called = decide(seen, RULES, NOW, person=person(PersonChoice.CALL, seen))
    assert called.state is VisitState.SCHEDULED


def test_no_call_acts_by_the_confirmed_type_and_never_by_a_reason() -> None:
    rules = replace(RULES, types={"nail trim": NO_CALL})
    trim = visit(type_description="  Nail  TRIM", reason="limping")
    decision = decide(trim, rules, NOW)
    assert (decision.state, decision.reason_code) == (VisitState.EXCLUDED, ReasonCode.TYPE_OFF)
    assert (
        decide(visit(type_description="Sick", reason="nail trim"), rules, NOW).state is VisitState.SCHEDULED
    )
    assert decide(trim, rules, NOW, person=person(PersonChoice.CALL, trim)).state is VisitState.SCHEDULED
    both = replace(trim, besides=(Appointment("8", VISIT_AT, "91", type_description="Surgery"),))
    assert decide(both, rules, NOW).state is VisitState.SCHEDULED, "and is not all that it was"


def test_a_confirmed_kind_counts() -> None:
    seen = visit(type_description="20 min", reason="")
    rules = replace(RULES, types={"20 min": "surgery"})
    assert decide(seen, RULES, NOW).kind is VisitKind.GENERAL
    assert decide(seen, rules, NOW).kind is VisitKind.SURGERY


def test_a_confirmed_end_of_life_excludes_and_harmless_lifts_no_sign() -> None:
    ended = decide(
        visit(type_description="Room 4", reason=""), replace(RULES, types={"room 4": "end_of_life"}), NOW
    )
    assert (ended.state, ended.reason_code) == (VisitState.EXCLUDED, ReasonCode.END_OF_LIFE)
    rules = replace(
        RULES, types={"euthanasia": "general", "rainbow room": "general"}, products={"ink print": HARMLESS}
    )
    plain = visit(type_description="Rainbow room", reason="", products=[Product("Ink print")])
    assert decide(plain, rules, NOW).state is VisitState.SCHEDULED
    signs = decide(visit(type_description="Euthanasia"), rules, NOW)
    assert signs.reason_code is ReasonCode.END_OF_LIFE
    kit = replace(RULES, products={"kit b": "end_of_life"})
    assert decide(visit(products=[Product("Kit B")]), kit, NOW).reason_code is ReasonCode.MAY_HAVE_DIED


def test_which_words_are_asked_about() -> None:
    seen = visit(
        type_description="Dental",
        products=[Product("Ink print"), Product("Apoquel"), Product("Urn", "", True)],
    )
    assert list(words_of(seen)) == [(TYPE, "Dental"), (PRODUCT, "Ink print")]
    assert not looks_like_the_end("Foreign body removal")

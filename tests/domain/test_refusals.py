"""Words that forbid a call, notes that say nothing or that nobody came, and names that nobody bears."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idexx_desktop.domain.changes import LeaveCall, VisitRead
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.findings import phone_of
from idexx_desktop.domain.odd_names import odd_name
from idexx_desktop.domain.refusals import find_refusal, refusal_in
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.signs import find_signs
from idexx_desktop.domain.unwritten import nobody_came, says_nothing
from idexx_desktop.domain.visits import About, Product, Telephone, Told, Visit, VisitState
from tests.domain import contact_sentences, saying_nothing
from tests.domain.builders import NOW, RULES, visit
from tests.domain.clinic import Clinic

PLAIN = "(510) 555-0123"


@pytest.mark.parametrize(
    ("place", "text", "forbidden"), [*contact_sentences.TUNED, *contact_sentences.HELD_OUT]
)
def test_what_forbids_a_call(place: str, text: str, forbidden: bool) -> None:
    assert bool(refusal_in(text, beside=place == "number")) is forbidden


def test_sentences_beside_one_another_say_what_each_says_alone() -> None:
    """No denial of one sentence reaches into the next, and none is hidden by it."""
    notes = [
        (text, forbidden)
        for place, text, forbidden in (*contact_sentences.TUNED, *contact_sentences.HELD_OUT)
        if place == "notes"
    ]
    wrong = [
        (one, other)
        for one, first in notes
        for other, second in notes
        if bool(refusal_in(f"{one.rstrip('.')}. {other}", beside=False)) is not (first or second)
    ]
    assert not wrong


@pytest.mark.parametrize("text", [*saying_nothing.EMPTY, *saying_nothing.EMPTY_HELD_OUT])
def test_notes_that_say_nothing(text: str) -> None:
    assert says_nothing(text)
    decision = decide(visit(notes=text), RULES, NOW)
    assert (decision.state, decision.reason_code) == (VisitState.WAITING, ReasonCode.NO_NOTES)
    assert "Dr. Kim" in decision.reason


@pytest.mark.parametrize("text", [*saying_nothing.TELLING, *saying_nothing.TELLING_HELD_OUT])
def test_notes_that_say_something(text: str) -> None:
    assert not says_nothing(text)
    assert decide(visit(notes=text), RULES, NOW).state is VisitState.SCHEDULED


@pytest.mark.parametrize("text", [*saying_nothing.NOBODY_CAME, *saying_nothing.NOBODY_CAME_HELD_OUT])
def test_nobody_came(text: str) -> None:
    decision = decide(visit(notes=text), RULES, NOW)
    assert (decision.state, decision.reason_code) == (VisitState.EXCLUDED, ReasonCode.NOBODY_CAME)
    billed = decide(visit(notes=text, products=[Product("Office exam")]), RULES, NOW)
    assert (billed.state, billed.reason_code) == (VisitState.HELD, ReasonCode.NOBODY_CAME)
    fee = decide(visit(notes=text, products=[Product("No show fee"), Product("Exam", "", True)]), RULES, NOW)
    assert fee.state is VisitState.EXCLUDED


@pytest.mark.parametrize("text", [*saying_nothing.SOMEBODY_CAME, *saying_nothing.SOMEBODY_CAME_HELD_OUT])
def test_somebody_came(text: str) -> None:
    assert nobody_came(text) == ""


def test_a_death_told_on_the_telephone_is_heard_of() -> None:
    told = decide(visit(notes="No show. Called: daughter says he died last night."), RULES, NOW)
    assert told.reason_code is ReasonCode.MAY_HAVE_DIED


def test_a_summary_that_is_only_begun_gives_way_to_the_notes() -> None:
    page = visit(discharge_summary="***").consultation
    assert page is not None
    assert page.discharge_text == page.notes
    assert replace(page, notes="", consultation_notes="tbd").discharge_text == "***"


NAMES = (
    "TEST",
    "Test Patient",
    "zzBella",
    "ZZ old",
    "DO NOT USE",
    "Unknown patient",
    "Max - duplicate",
    "unknown",
)
PROPER = ("Bella", "Testarossa", "Zazu", "Demon", "Tempest", "Patience", "Max 2", "Contest", "Zsa Zsa", "")


@pytest.mark.parametrize("name", NAMES)
def test_names_that_nobody_bears_are_asked_about(name: str) -> None:
    for seen in (visit(pet=name), visit(owner_name=name)):
        decision = decide(seen, RULES, NOW)
        assert (decision.state, decision.reason_code) == (VisitState.HELD, ReasonCode.ODD_NAME)
        assert name in decision.reason


@pytest.mark.parametrize("name", PROPER)
def test_names_that_somebody_bears_are_not(name: str) -> None:
    assert odd_name(visit(pet=name)) == ""


@pytest.mark.parametrize(
    "name", ["Bella (D)", "Bella \N{RAINBOW}", "Bella [ d ]".replace("d", "D"), "Otto †"]
)
def test_names_that_remember_the_dead(name: str) -> None:
    assert find_signs(visit(pet=name))


def in_number(text: str) -> Visit:
    return visit(phone=f"{PLAIN} {text}")


def labelled(label: str) -> Visit:
    seen = visit()
    assert seen.consultation is not None
    return replace(seen, consultation=replace(seen.consultation, telephones=(Telephone(label, PLAIN),)))


def alert(text: str) -> Visit:
    seen = visit()
    assert seen.consultation is not None
    told = (Told(About.WORDS, "client.alerts", text),)
    return replace(seen, consultation=replace(seen.consultation, told=told))


WAYS = {
    "number": in_number("do not call"),
    "label": labelled("Text only"),
    "owner": visit(owner_name="García (bankrupt, do not contact)"),
    "alert": alert("opted out of calls"),
    "title": visit(reason="Recheck - do not call owner"),
    "notes": visit(notes="Doing well. Owner does not want to be called."),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_held_with_its_words_also_after_scheduling(way: str) -> None:
    clinic, forbids = Clinic(), WAYS[way]
    clinic.sync(visit())
    (change,) = clinic.sync(forbids)
    assert (change.decision.state, change.decision.reason_code) == (VisitState.HELD, ReasonCode.DO_NOT_CALL)
    found = find_refusal(forbids)
    assert found is not None
    assert found.quote in change.decision.reason
    assert isinstance(change.call, LeaveCall)
    clinic.now = clinic.now.replace(minute=30)
    clinic.decide("a:1", PersonChoice.CALL)
    clinic.sync(forbids)
    assert len(clinic.queued()) == 1, "whoever decided has read it"
    clinic.sync(replace(forbids, appointment=None, consultation=in_number("wrong number").consultation))
    assert clinic.queued() == [], "what is new is asked anew"


def test_a_page_that_fails_keeps_no_call_that_the_lists_forbid() -> None:
    clinic = Clinic()
    clinic.sync(visit())
    listed = replace(in_number("do not call"), consultation=None)
    clinic.sync(VisitRead(listed, Failure(FailureCode.CONSULTATION_UNAVAILABLE)))
    assert clinic.queued() == []


def test_a_call_of_the_owners_is_advice() -> None:
    advice = visit(notes="Doing well. Please do not hesitate to call us, and call if he does not eat.")
    assert decide(advice, RULES, NOW).reason_code is not ReasonCode.DO_NOT_CALL


def test_mobile_then_home_then_work_then_the_calendars() -> None:
    seen = visit(phone="415-555-0101")
    assert seen.consultation is not None
    numbers = (
        Telephone("mobile", "510-555-0111"),
        Telephone("home", "510-555-0122"),
        Telephone("work", "510-555-0133"),
    )
    page = replace(seen.consultation, phone="", telephones=numbers)
    found = phone_of(replace(seen, consultation=page), "US")
    assert (found.e164, found.others) == (
        "+15105550111",
        ("+15105550122", "+15105550133", "+14155550101"),
    )
    worse = replace(page, telephones=(Telephone("mobile", "n/a"), *numbers[1:]))
    assert phone_of(replace(seen, consultation=worse), "US").e164 == "+15105550122"
    nothing = replace(page, telephones=(Telephone("mobile", "n/a"),))
    calendars = replace(seen, consultation=nothing)
    assert phone_of(calendars, "US").e164 == "+14155550101"
    assert calendars.typed_numbers == "mobile n/a · 415-555-0101"
    # an opt-out of any of them counts
    rules = replace(RULES, opted_out=frozenset({"+14155550101"}))
    assert decide(replace(seen, consultation=page), rules, NOW).reason_code is ReasonCode.OPTED_OUT

"""Signs of death: none may be missed, and a healthy pet's visit is not held for a harmless word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.decisions import ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.signs import SIGNS_RULE, SignPlace, find_signs, shown_in
from idexx_desktop.domain.visits import Product, Visit
from idexx_desktop.simulator.notes import STORIES
from tests.domain.builders import UNHURRIED, visit, walk_in
from tests.domain.phrases import NO_SIGNS, SIGNS

LONGEST_QUOTE = 80


def said(text: str, pet: str = "Bella") -> tuple[str, ...]:
    return tuple(sign.quote for sign in find_signs(visit(notes=text, pet=pet)))


@pytest.mark.parametrize("text", SIGNS)
def test_a_sign_is_found(text: str) -> None:
    quotes = said(text)
    assert quotes
    assert all(0 < len(quote) <= LONGEST_QUOTE for quote in quotes)


@pytest.mark.parametrize("text", NO_SIGNS)
def test_a_harmless_word_is_no_sign(text: str) -> None:
    assert said(text) == ()


@pytest.mark.parametrize("text", SIGNS)
@pytest.mark.parametrize(
    "around", ["Eating well.\n{}\nRecheck.", "Vitals normal. {} Owner informed.", "- {}"]
)
def test_a_sign_is_found_among_other_words(text: str, around: str) -> None:
    assert said(around.format(text))


@pytest.mark.parametrize("text", SIGNS)
@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
def test_letters_make_no_difference(text: str, change: object) -> None:
    assert callable(change)
    if text.replace(".", "").startswith("RIP"):
        return  # only in capitals: a ripped toenail is no sign
    assert said(change(text))


def test_there_are_enough_phrases() -> None:
    assert len(set(SIGNS)) == len(SIGNS) >= 120
    assert len(set(NO_SIGNS)) == len(NO_SIGNS) >= 100


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.reason))
def test_ordinary_notes_show_nothing(story: object) -> None:
    texts = [
        str(getattr(story, name)) for name in ("subjective", "objective", "assessment", "plan", "home_care")
    ]
    assert said("\n".join(texts).replace("{pet}", "Bella")) == ()


@pytest.mark.parametrize(
    ("where", "changes"),
    [
        (SignPlace.APPOINTMENT_TYPE, {"type_description": "Euthanasia"}),
        (SignPlace.REASON, {"reason": "Humane euthanasia"}),
        (SignPlace.PRODUCT, {"products": [Product("Euthanasia, dog 20-40 kg")]}),
        (SignPlace.PATIENT_STATUS, {"patient_status": "Deceased"}),
        (SignPlace.PATIENT_STATUS, {"patient_status": "Euthanized"}),
        (SignPlace.PATIENT_STATUS, {"is_deceased": True}),
        (SignPlace.APPOINTMENT_TYPE, {"type_description": "End of Life"}),
    ],
)
def test_what_leaves_no_doubt(where: SignPlace, changes: dict[str, object]) -> None:
    sign = find_signs(visit(**changes))[0]  # type: ignore[arg-type]  # fields by name
    assert sign.certain
    assert sign.where is where
    assert sign.code in (ReasonCode.END_OF_LIFE, ReasonCode.DECEASED)


@pytest.mark.parametrize(
    "changes",
    [
        {"type_description": "Euthanasia consult"},
        {"type_description": "Quality of life exam"},
        {"type_description": "PTS"},
        {"reason": "possible euthanasia?"},
        {"reason": "discuss euthanasia"},
        {"reason": "Euthanasia?"},
        {"reason": "anxious since his brother was euthanized"},
        {"products": [Product("Private cremation")]},
        {"products": [Product("Clay paw print")]},
        {"patient_status": "Inactive"},
        {"pet": "Max (deceased)"},
        {"pet": "Max †"},
        {"pet": "Max RIP"},
        {"status": "Euthanized"},
        {"notes": "Euthanasia performed."},
        {"consultation_notes": "Passed away."},
        {"discharge_summary": "Our condolences."},
    ],
)
def test_what_leaves_a_doubt(changes: dict[str, object]) -> None:
    signs = find_signs(visit(**changes))  # type: ignore[arg-type]  # fields by name
    assert signs
    assert {sign.code for sign in signs} == {ReasonCode.MAY_HAVE_DIED}


@pytest.mark.parametrize("patient_status", ["Active", "active", "", "Alive", "Not deceased"])
def test_a_living_patient(patient_status: str) -> None:
    assert find_signs(visit(patient_status=patient_status)) == ()


def test_a_declined_product_is_no_sign() -> None:
    assert find_signs(visit(products=[Product("Euthanasia", "1", is_declined=True)])) == ()


def test_a_walk_in_is_read_too() -> None:
    assert find_signs(walk_in(notes="Put to sleep."))


def test_every_text_is_read_and_not_only_the_one_that_is_shown() -> None:
    assert find_signs(visit(discharge_summary="Please rest.", notes="Euthanized at home."))


@pytest.mark.parametrize(
    "pet", ["Rainbow", "Heaven", "Angel", "Señor Whiskers", "小虎", "O'Neil", "Mr. No", ""]
)
def test_the_name_of_the_pet_hides_nothing(pet: str) -> None:
    assert said(f"Crossed the rainbow bridge. {pet} passed away", pet)
    assert said(f"{pet or 'He'} passed.", pet)


def test_a_pet_by_the_name_of_a_sign_is_held_for_more_than_its_name() -> None:
    assert not said("Ashes is doing well.", "Ashes")
    assert said("Ashes is doing well. Her ashes came back.", "Ashes")


def test_the_quote_shows_the_words_in_their_place() -> None:
    text = "Ruptured splenic mass, poor outlook. The family elected to put him to sleep. Passed peacefully."
    assert any("put him to sleep" in quote and quote.startswith("…") for quote in said(text))


def test_certain_signs_come_first() -> None:
    found = find_signs(visit(notes="Owner said goodbye.", type_description="Euthanasia"))
    assert [sign.certain for sign in found] == sorted((sign.certain for sign in found), reverse=True)


def test_a_trace_tells_of_signs_unless_overruled() -> None:
    assert shown_in([RuleStep(SIGNS_RULE, StepOutcome.HELD)])
    assert shown_in([RuleStep(SIGNS_RULE, StepOutcome.EXCLUDED)])
    assert not shown_in(
        [RuleStep(SIGNS_RULE, StepOutcome.PASSED), RuleStep("Phone number", StepOutcome.HELD)]
    )


@UNHURRIED
@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for sign in find_signs(Visit("c:1", visit(notes=text, reason=text).appointment, None, None)):
        assert len(sign.quote) <= LONGEST_QUOTE
    said(text, text[:10])


WORDS = st.sampled_from([
    "not", "no", "owner", "declined", "euthanasia", "euthanized", "pts", "passed", "away", "stool", "died", "the",
    ",", ".", "\n", "was", "performed", "because", "of", "pain", "and",
])  # fmt: skip


@UNHURRIED
@given(st.lists(WORDS, max_size=12))
def test_a_last_sentence_that_says_it_plainly_is_never_talked_away(words: list[str]) -> None:
    assert said(" ".join(words) + ". Bella was euthanized at home.")
    assert said(" ".join(words) + ". She passed away.")

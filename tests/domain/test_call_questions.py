"""Sets of questions: the program's own for every kind, what is no set, and which one holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idexx_desktop.domain.call_questions import (
    LONGEST_QUESTION,
    MOST_QUESTIONS,
    Answered,
    QuestionSet,
    Ticked,
    as_rows,
    check,
    concern_words,
    from_rows,
    holding,
    new_key,
)
from idexx_desktop.domain.default_questions import WRITTEN, default_questions
from idexx_desktop.domain.visits import VisitKind
from tests.gui.made_up import NOW

KIND = VisitKind.SURGERY
OWN = default_questions(KIND)
GOOD: dict[str, Any] = {
    "key": "eating",
    "text": "Eating?",
    "answers": [{"key": "yes", "text": "Yes", "red": False}, {"key": "no", "text": "No", "red": True}],
}


@pytest.mark.parametrize("kind", VisitKind)
def test_the_program_brings_a_set_for_every_kind(kind: VisitKind) -> None:
    own = default_questions(kind)
    check(own.questions)
    assert 3 <= len(own.questions) <= MOST_QUESTIONS
    assert (own.version, own.written, own.is_looked_over) == (0, WRITTEN, False)
    assert any(answer.red for question in own.questions for answer in question.answers)
    assert from_rows(as_rows(own.questions)) == own.questions


def changed(**values: Any) -> dict[str, Any]:
    return GOOD | values


def answers(*texts: str) -> list[dict[str, Any]]:
    return [{"key": f"a{number}", "text": text} for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    "rows",
    [
        None,
        {},
        [],
        [None],
        ["Eating?"],
        [changed(key=f"q{number}", text=f"Question {number}?") for number in range(7)],
        [changed(text="")],
        [changed(text="   ?   ")],
        [changed(text="x" * (LONGEST_QUESTION + 1))],
        [changed(text="Eating?\nDrop")],
        [changed(text=7)],
        [changed(key="Eating")],
        [changed(key="")],
        [changed(key="x" * 41)],
        [changed(answers=None)],
        [changed(answers=["Yes", "No"])],
        [changed(answers=answers("Yes"))],
        [changed(answers=answers("1", "2", "3", "4", "5", "6"))],
        [changed(answers=answers("Yes", ""))],
        [changed(answers=answers("Yes", "yes "))],
        [changed(answers=answers("Yes", "n" * 81))],
        [changed(answers=[{"key": "a", "text": "Yes"}, {"key": "a", "text": "No"}])],
        [changed(answers=[{"text": "Yes", "red": "yes"}, {"text": "No"}])],
        [GOOD, changed(key="again")],
        [GOOD, changed(text="Drinking?")],
    ],
    ids=range(25),
)
def test_what_is_no_set_is_refused_in_words(rows: Any) -> None:
    with pytest.raises(ValueError, match=r"[A-Z“].*[.]$"):
        from_rows(rows)


def test_keys_may_be_left_to_the_program() -> None:
    [question] = from_rows([{"text": " Eating? ", "answers": [{"text": "Yes"}, {"text": "No", "red": True}]}])
    assert (question.key, question.text) == ("q1", "Eating?")
    assert [(each.key, each.text, each.red) for each in question.answers] == [
        ("a1", "Yes", False),
        ("a2", "No", True),
    ]
    assert new_key(["q1", "q3"], "q") == "q2"


def test_which_set_holds() -> None:
    saved = replace(OWN, version=2, id="2", written="", questions=OWN.questions[:3])
    older = replace(saved, version=1, id="1")
    seen = replace(OWN, id="own", written="2025-01-01", questions=OWN.questions[1:], looked_over_at=NOW)
    kept = replace(OWN, id="kept")
    other = replace(saved, kind=VisitKind.DENTAL, version=9)
    assert holding(KIND, [], OWN) == OWN
    assert holding(KIND, [other], OWN) == OWN
    assert holding(KIND, [older, saved, seen, other], OWN) == saved
    assert holding(KIND, [kept], OWN) == kept, "the program's own, which the records have"
    assert holding(KIND, [kept, seen], OWN) == seen, "newer ones never replace those that a vet has seen"
    assert holding(KIND, [replace(seen, looked_over_at=None)], OWN) == OWN


def test_the_words_of_a_concern_are_those_that_were_answered() -> None:
    ticked = Ticked(OWN, {"wound": "open", "eating": "no", "self": "well", "gone": "x", "medicines": "gone"})
    given = ticked.given()
    assert given == (
        Answered("Is your pet eating and drinking?", "Not at all", True),
        Answered("How does the wound look?", "Open, wet or bleeding", True),
        Answered("How is your pet in itself?", "Bright, as usual", False),
    )
    assert concern_words(given) == (
        "Is your pet eating and drinking? Not at all; How does the wound look? Open, wet or bleeding"
    )
    assert concern_words(Ticked(QuestionSet(KIND, ()), {}).given()) == ""

"""Is the animal alive? Every key that may say so, in every spelling; and what nobody knows is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idexx_desktop.domain.decisions import ReasonCode, StepOutcome
from idexx_desktop.domain.life import LifeAnswer, Meaning, about, meaning
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.signs import SIGNS_RULE
from idexx_desktop.domain.visits import About, Product, Told, Visit, VisitState
from tests.domain.builders import NOW, RULES, visit


def spellings(*words: str) -> set[str]:
    """The ways in which programmers write the words of a key."""
    camel = words[0] + "".join(word.title() for word in words[1:])
    return {
        camel,
        camel[0].upper() + camel[1:],
        "_".join(words),
        "-".join(words),
        "_".join(words).upper(),
        "".join(words),
    }


ALIVE = [
    ("alive",),
    ("is", "alive"),
    ("patient", "alive"),
    ("is", "active"),
    ("active",),
    ("is", "not", "deceased"),
]
DEAD = [
    *(("deceased",), ("is", "deceased"), ("patient", "deceased"), ("dead",), ("has", "died"), ("inactive",)),
    *(("archived",), ("date", "of", "death"), ("deceased", "at"), ("is", "not", "alive"), ("euthanized",)),
    ("deactivated",),
]
STATUS = [("status",), ("patient", "status"), ("status", "name"), ("active", "status"), ("patient", "state")]
OTHER = [
    ("neuter", "status"),
    ("activity", "level"),
    ("last", "activity", "date"),
    ("name",),
    ("species",),
    ("deadline",),
]


def said(key: str, value: str) -> Meaning:
    """What a value of a key of the patient means."""
    return meaning(Told(About.ANIMAL, f"patient.{key}", value))


@pytest.mark.parametrize("words", [*ALIVE, *DEAD, *STATUS])
def test_a_key_of_the_patient_that_speaks_of_life_is_known_in_any_spelling(words: tuple[str, ...]) -> None:
    for key in spellings(*words):
        assert about(key, of_animal=True) is About.ANIMAL, key


@pytest.mark.parametrize("words", OTHER)
def test_what_speaks_of_something_else_asks_nobody(words: tuple[str, ...]) -> None:
    for key in spellings(*words) - {"".join(words)}:
        assert about(key, of_animal=True) is not About.ANIMAL, key


@pytest.mark.parametrize("words", ALIVE)
def test_what_says_that_it_lives(words: tuple[str, ...]) -> None:
    for key in spellings(*words):
        for value in ("true", "1", "Yes", "Y", "active", "a"):
            assert said(key, value) is Meaning.ALIVE, (key, value)
        for value in ("false", "0", "no", "N"):
            assert said(key, value) is Meaning.MAY_HAVE_DIED, (key, value)
        for value in ("2", "purple", "2026-05-03"):
            assert said(key, value) is Meaning.UNKNOWN, (key, value)


@pytest.mark.parametrize("words", DEAD)
def test_what_says_that_it_is_dead(words: tuple[str, ...]) -> None:
    for key in spellings(*words):
        for value in ("false", "0", "no", "0000-00-00", "0000-00-00 00:00:00", "N/A"):
            assert said(key, value) is Meaning.ALIVE, (key, value)
        for value in ("true", "1", "Y", "2026-05-03", "2026-05-03T00:00:00Z", "05/03/2026", "1772472600"):
            assert said(key, value) in (Meaning.DECEASED, Meaning.MAY_HAVE_DIED), (key, value)


@pytest.mark.parametrize("words", STATUS)
def test_a_status_that_nobody_knows_is_unknown(words: tuple[str, ...]) -> None:
    for key in spellings(*words):
        assert [said(key, value) for value in ("a", "Active", "ALIVE", "", "d", "3", "true")] == [
            *[Meaning.ALIVE] * 3, Meaning.NOTHING, *[Meaning.UNKNOWN] * 3,
        ]  # fmt: skip


def telling(*told: Told) -> Visit:
    """An ordinary visit whose page also says this."""
    seen = visit()
    assert seen.consultation is not None
    return replace(seen, consultation=replace(seen.consultation, told=told))


@pytest.mark.parametrize(
    ("told", "quote"),
    [
        (Told(About.ANIMAL, "patient.alive", "false"), "patient.alive: false"),
        (Told(About.ANIMAL, "patient.dateOfDeath", "2026-05-03"), "patient.dateOfDeath: 2026-05-03"),
        (Told(About.ANIMAL, "patient.status", "Inactive"), "patient.status: Inactive"),
        (Told(About.VISIT, "appointment.status_class", "euthanasia"), "appointment.status_class: euthanasia"),
        (Told(About.WORDS, "search.diagnoses", "Found dead"), "dead"),
    ],
)
def test_a_telling_value_holds_with_its_name_and_value(told: Told, quote: str) -> None:
    decision = decide(telling(told), RULES, NOW)
    assert (decision.state, decision.reason_code) == (VisitState.HELD, ReasonCode.MAY_HAVE_DIED)
    [step] = [step for step in decision.trace if step.rule == SIGNS_RULE]
    assert step.outcome is StepOutcome.HELD
    assert quote in step.detail


def test_what_certainly_died_is_excluded_and_the_key_is_named() -> None:
    decision = decide(telling(Told(About.ANIMAL, "patient.isDeceased", "true")), RULES, NOW)
    assert (decision.state, decision.reason_code) == (VisitState.EXCLUDED, ReasonCode.DECEASED)
    assert "patient.isDeceased: true" in decision.reason


@pytest.mark.parametrize("told", [
    Told(About.VISIT, "appointment.status_class", "purple"), Told(About.VISIT, "patient.neuterStatus", "spayed"),
    Told(About.WORDS, "search.diagnoses", "Otitis externa"), Told(About.ANIMAL, "patient.alive", "true"),
])  # fmt: skip
def test_what_tells_of_no_death_calls(told: Told) -> None:
    assert decide(telling(told), RULES, NOW).state is VisitState.SCHEDULED


def test_an_unknown_value_holds_until_a_person_has_said_what_it_means() -> None:
    seen = telling(Told(About.ANIMAL, "patient.status", " D "))
    asked = decide(seen, RULES, NOW)
    assert asked.state is VisitState.HELD
    assert "isn't known to us" in asked.reason
    means = {True: VisitState.SCHEDULED, False: VisitState.HELD}
    for is_alive, state in means.items():
        answers = frozenset({LifeAnswer("patient.status", "d", is_alive)})
        assert decide(seen, replace(RULES, life_answers=answers), NOW).state is state
    others = frozenset({LifeAnswer("patient.status", "e", True), LifeAnswer("patient.state", "d", True)})
    assert decide(seen, replace(RULES, life_answers=others), NOW) == asked


def test_no_answer_makes_a_telling_value_harmless() -> None:
    for name, value in (
        ("patient.alive", "false"),
        ("patient.status", "deceased"),
        ("patient.status", "inactive"),
    ):
        answers = frozenset({LifeAnswer(name, value, True)})
        decision = decide(telling(Told(About.ANIMAL, name, value)), replace(RULES, life_answers=answers), NOW)
        assert decision.state in (VisitState.HELD, VisitState.EXCLUDED)


def test_the_label_of_a_line_is_read_unless_the_line_was_declined() -> None:
    line = Product("Service", "1", label="Private cremation")
    assert decide(visit(products=[line]), RULES, NOW).state is VisitState.HELD
    assert decide(visit(products=[replace(line, is_declined=True)]), RULES, NOW).state is VisitState.SCHEDULED


def test_a_branch_that_is_called_after_a_bridge_is_asked_about_once() -> None:
    seen = visit(branch="Rainbow Bridge Animal Hospital")
    asked = decide(seen, RULES, NOW)
    assert asked.state is VisitState.HELD
    answers = frozenset({LifeAnswer("branch", "rainbow bridge animal hospital", True)})
    assert decide(seen, replace(RULES, life_answers=answers), NOW).state is VisitState.SCHEDULED

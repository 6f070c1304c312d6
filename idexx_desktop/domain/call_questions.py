"""The short questions of a discharge call, with answers to tick: a set for each kind of visit, in versions.

A set that was saved is never changed: another one is saved in its place, and an answer stays with the set that it was
given to. Where a clinic has saved none, the program's own hold (`default_questions`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from idexx_desktop.domain.visits import VisitKind

MOST_QUESTIONS, LEAST_ANSWERS, MOST_ANSWERS = 6, 2, 5
SHORTEST_QUESTION, LONGEST_QUESTION, LONGEST_ANSWER = 3, 200, 80
MOST_DAYS = 400  # of answers that are counted at once
_KEY = re.compile(r"[a-z0-9_]{1,40}")
_BETWEEN, _LONGEST_CONCERN = "; ", 1200


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be ticked. `red`: a vet must hear of it."""

    key: str
    text: str
    red: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Its `key` stays while its words are mended, so that answers can be counted together."""

    key: str
    text: str
    answers: tuple[Choice, ...]

    def choice(self, key: str) -> Choice | None:
        """The answer of this key."""
        return next((each for each in self.answers if each.key == key), None)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions about one kind of visit. `version` 0: the program's own, written on the day `written`.

    `id` is "" while the records don't have it: a set of the program's is kept once somebody answers it.
    """

    kind: VisitKind
    questions: tuple[Question, ...]
    version: int = 0
    id: str = ""
    written: str = ""
    saved_by: str = ""
    saved_at: datetime | None = None
    looked_over_by: str = ""
    looked_over_at: datetime | None = None

    @property
    def is_looked_over(self) -> bool:
        """Whether somebody of the clinic said that a vet has looked over it."""
        return self.looked_over_at is not None

    def question(self, key: str) -> Question | None:
        """The question of this key."""
        return next((each for each in self.questions if each.key == key), None)


@dataclass(frozen=True, slots=True)
class AskedSet:
    """A set that a call asks, and the pets that it is about."""

    set: QuestionSet
    pets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticked:
    """What was ticked of one set: the key of an answer for each key of a question."""

    set: QuestionSet
    answers: Mapping[str, str]

    def given(self) -> tuple[Answered, ...]:
        """In words, in the order of the questions."""
        found = ((each, each.choice(self.answers.get(each.key, ""))) for each in self.set.questions)
        return tuple(Answered(each.text, chosen.text, chosen.red) for each, chosen in found if chosen)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it was given, in the words that were shown then."""

    question: str
    answer: str
    red: bool = False

    def words(self) -> str:
        """`Is your pet eating? Not at all`"""
        return f"{self.question} {self.answer}"


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How often one answer was given to one question in one wording."""

    kind: VisitKind
    question_key: str
    question: str
    answer_key: str
    answer: str
    red: bool
    times: int = 0


@dataclass(frozen=True, slots=True)
class QuestionsUndo:
    """What a change of questions was, to be taken back: versions that were saved, or a set that was looked over."""

    saved: tuple[tuple[VisitKind, int], ...] = ()
    looked_over: str = ""


def concern_words(given: Iterable[Answered]) -> str:
    """What was answered that a vet must hear of, in one line; "" where nothing was."""
    words = _BETWEEN.join(each.words() for each in given if each.red)
    return words if len(words) <= _LONGEST_CONCERN else f"{words[: _LONGEST_CONCERN - 1]}…"


def holding(kind: VisitKind, kept: Sequence[QuestionSet], own: QuestionSet) -> QuestionSet:
    """What is asked about this kind: the clinic's newest set, else the program's that was looked over, else its `own`.

    `kept` are the sets of the clinic that were not taken back. Newer defaults never replace those of which somebody
    said that a vet has seen them.
    """
    of_kind = [each for each in kept if each.kind is kind]
    saved = max((each for each in of_kind if each.version), key=lambda each: each.version, default=None)
    if saved is not None:
        return saved
    seen = [each for each in of_kind if each.is_looked_over]
    if seen:
        return max(seen, key=lambda each: each.written)
    same = next((each for each in of_kind if each.questions == own.questions), None)
    return replace(own, id=same.id) if same else own


def as_rows(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """As the records keep them."""
    return [
        {
            "key": each.key,
            "text": each.text,
            "answers": [{"key": one.key, "text": one.text, "red": one.red} for one in each.answers],
        }
        for each in questions
    ]


class Wrong(StrEnum):
    """What can be wrong with a question or with one of its answers."""

    NO_QUESTION = "no_question"
    LONG_QUESTION = "long_question"
    DOUBLE_QUESTION = "double_question"
    COUNT_OF_ANSWERS = "count_of_answers"
    NO_ANSWER = "no_answer"
    LONG_ANSWER = "long_answer"
    DOUBLE_ANSWER = "double_answer"
    SAME_KEY = "same_key"


_WORDS = {
    Wrong.NO_QUESTION: f"a question has {SHORTEST_QUESTION} characters or more.",
    Wrong.LONG_QUESTION: f"a question has up to {LONGEST_QUESTION} characters.",
    Wrong.DOUBLE_QUESTION: "this question is there twice.",
    Wrong.COUNT_OF_ANSWERS: f"a question has {LEAST_ANSWERS} to {MOST_ANSWERS} answers.",
    Wrong.NO_ANSWER: "one of its answers has no words.",
    Wrong.LONG_ANSWER: f"an answer has up to {LONGEST_ANSWER} characters.",
    Wrong.DOUBLE_ANSWER: "one of its answers is there twice.",
    Wrong.SAME_KEY: "its key, or one of an answer's, is there twice.",
}
# where something is wrong: None is the question itself, a number the place of an answer
Place = int | None


def problems_of(question: Question, among: Sequence[Question]) -> dict[Place, Wrong]:
    """What is wrong with a question of a set, by where it is wrong."""
    found: dict[Place, Wrong] = {}
    if wrong := _wrong_question(question, among):
        found[None] = wrong
    for place in range(len(question.answers)):
        if wrong := _wrong_answer(question.answers, place):
            found[place] = wrong
    return found


def _wrong_question(question: Question, among: Sequence[Question]) -> Wrong | None:
    if len(question.text) < SHORTEST_QUESTION:
        return Wrong.NO_QUESTION
    if len(question.text) > LONGEST_QUESTION:
        return Wrong.LONG_QUESTION
    if not LEAST_ANSWERS <= len(question.answers) <= MOST_ANSWERS:
        return Wrong.COUNT_OF_ANSWERS
    if _is_double(question.text, [each.text for each in among]):
        return Wrong.DOUBLE_QUESTION
    return Wrong.SAME_KEY if _is_double(question.key, [each.key for each in among]) else None


def _wrong_answer(answers: Sequence[Choice], place: int) -> Wrong | None:
    choice, so_far = answers[place], answers[: place + 1]
    if not choice.text:
        return Wrong.NO_ANSWER
    if len(choice.text) > LONGEST_ANSWER:
        return Wrong.LONG_ANSWER
    if _is_double(choice.text, [each.text for each in so_far]):
        return Wrong.DOUBLE_ANSWER
    return Wrong.SAME_KEY if _is_double(choice.key, [each.key for each in so_far]) else None


def _is_double(text: str, among: Sequence[str]) -> bool:
    same = text.casefold()
    return sum(each.casefold() == same for each in among) > 1


def check(questions: Sequence[Question]) -> None:
    """ValueError, in words, for what is no set of questions."""
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise ValueError(f"A set has 1 to {MOST_QUESTIONS} questions.")
    for question in questions:
        for wrong in problems_of(question, questions).values():
            raise ValueError(f"“{question.text[:60]}”: {_WORDS[wrong]}")


def from_rows(rows: Any) -> tuple[Question, ...]:
    """What `as_rows` made, or a person wrote; ValueError says in words what is no set of questions."""
    if not isinstance(rows, list):
        raise ValueError("A set is a list of questions.")
    questions = tuple(_question(row, number) for number, row in enumerate(rows[: MOST_QUESTIONS + 1], 1))
    check(questions)
    return questions


def _question(row: Any, number: int) -> Question:
    answers = row.get("answers") if isinstance(row, dict) else None
    if not isinstance(answers, list) or not all(isinstance(each, dict) for each in answers):
        raise ValueError(f"Question {number} needs a text and its answers.")
    choices = tuple(_choice(each, number, place) for place, each in enumerate(answers, 1))
    return Question(_key(row, number, f"q{number}"), _text(row, number), choices)


def _choice(row: Mapping[str, Any], number: int, place: int) -> Choice:
    red = row.get("red", False)
    if not isinstance(red, bool):
        raise ValueError(f"Question {number}: “red” is true or false.")
    return Choice(_key(row, number, f"a{place}"), _text(row, number), red)


def _text(row: Mapping[str, Any], number: int) -> str:
    text = row.get("text")
    if not isinstance(text, str) or not text.isprintable():
        raise ValueError(f"Question {number}: a text is missing, or has signs that can't be shown.")
    return text.strip()


def _key(row: Mapping[str, Any], number: int, missing: str) -> str:
    key = row.get("key", missing)
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError(f"Question {number}: a key has small letters, digits and _ only, 40 at most.")
    return key


def new_key(taken: Iterable[str], letter: str) -> str:
    """A key that none of these is: `q1`, `q2`, …"""
    known = set(taken)
    return next(key for number in range(1, 1000) if (key := f"{letter}{number}") not in known)

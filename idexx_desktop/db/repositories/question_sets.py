"""The questions of calls in their versions, and what was answered; written by functions, which set who and when."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select, text, tuple_

from idexx_desktop.db.models import clinic, table_of, visits
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.call_questions import (
    AnswerCount,
    Answered,
    AskedSet,
    QuestionSet,
    as_rows,
    from_rows,
    holding,
)
from idexx_desktop.domain.default_questions import default_questions
from idexx_desktop.domain.newer import is_known
from idexx_desktop.domain.visits import VisitKind

_SETS = table_of(clinic.QuestionSetRow)
_ANSWERS = table_of(visits.CallAnswerRow)
_OUTCOMES = table_of(visits.CallOutcomeRow)
_SAVE = text("SELECT idexx_app.save_question_set(:clinic, :kind, :based_on, CAST(:questions AS jsonb))")
_KEEP = text("SELECT idexx_app.keep_question_set(:clinic, :kind, :written, CAST(:questions AS jsonb))")
_UNDO = text("SELECT idexx_app.undo_question_set(:clinic, :kind, :version)")
_LOOK_OVER = text("SELECT idexx_app.look_over_questions(:clinic, :which, :looked)")
_ANSWER = text("SELECT idexx_app.record_call_answers(:clinic, :call, CAST(:given AS jsonb))")
# of a range, the answers that were given most often: a clinic of many versions may have more
MOST_COUNTED = 2000


class QuestionSetRepository(ClinicRepository):
    """Who wrote what, and when, says the server."""

    def holding(self) -> dict[VisitKind, QuestionSet]:
        """What is asked about each kind of visit in this clinic."""
        # of what was saved the newest only; of the program's own, all that were kept
        holds = _SETS.c.clinic_id == self._clinic, _SETS.c.undone_at.is_(None)
        newest = select(_SETS.c.kind, func.max(_SETS.c.version)).where(*holds).group_by(_SETS.c.kind)
        is_newest = tuple_(_SETS.c.kind, _SETS.c.version).in_(newest)
        found = select(_SETS).where(*holds, or_(_SETS.c.version == 0, is_newest))
        kept = [each for row in self._rows(found) if (each := _read(row))]
        return {kind: holding(kind, kept, default_questions(kind)) for kind in VisitKind}

    def save(self, changed: QuestionSet) -> int | None:
        """Another version, and its number; None where the one that it is based on doesn't hold any more."""
        values = {**self._named(changed), "based_on": changed.version}
        number: int | None = self._session.execute(_SAVE, values).scalar_one()
        return number

    def keep(self, shown: QuestionSet) -> str:
        """The id of a set, which the records have from now on where it is the program's own."""
        if shown.id:
            return shown.id
        values = {**self._named(shown), "written": shown.written}
        return str(self._session.execute(_KEEP, values).scalar_one())

    def undo(self, kind: VisitKind, version: int) -> bool:
        """Take a version back. False where it doesn't hold any more."""
        values = {"clinic": self._clinic, "kind": str(kind), "version": version}
        return bool(self._session.execute(_UNDO, values).scalar_one())

    def look_over(self, set_id: str, *, looked: bool) -> bool:
        """A vet has looked over a set, or hasn't after all. False where that changes nothing."""
        values = {"clinic": self._clinic, "which": UUID(set_id), "looked": looked}
        return bool(self._session.execute(_LOOK_OVER, values).scalar_one())

    def answer(self, call_id: str, given: Iterable[tuple[str, str, str]]) -> bool:
        """What was answered in this person's last try of a call: (set id, question key, answer key), each once.

        False where there is no such try, or it has its answers already.
        """
        rows = [{"set": which, "question": question, "answer": answer} for which, question, answer in given]
        if not rows:
            return True
        values = {"clinic": self._clinic, "call": UUID(call_id), "given": json.dumps(rows)}
        return bool(self._session.execute(_ANSWER, values).scalar_one())

    def given(self, outcome_ids: Collection[UUID]) -> dict[UUID, tuple[Answered, ...]]:
        """What was answered with each result, in the words and order in which it was asked."""
        asked = _ANSWERS.join(_SETS, _SETS.c.id == _ANSWERS.c.set_id)
        found = self._rows(
            select(_ANSWERS.c.outcome_id, _ANSWERS.c.question, _ANSWERS.c.answer, *_SETS.c)
            .select_from(asked)
            .where(_ANSWERS.c.outcome_id.in_(outcome_ids))
            .order_by(_SETS.c.kind, _SETS.c.id)
        )
        by_outcome: dict[UUID, list[tuple[int, Answered]]] = {}
        for row in found:
            if words := _in_words(row):
                by_outcome.setdefault(row.outcome_id, []).append(words)
        return {
            outcome: tuple(each for _, each in sorted(words, key=lambda one: one[0]))
            for outcome, words in by_outcome.items()
        }

    def counted(self, since: datetime, until: datetime) -> list[AnswerCount]:
        """How often what was answered in this login's calls of the clinic, the most frequent of each question first."""
        holds = and_(_OUTCOMES.c.id == _ANSWERS.c.outcome_id, _OUTCOMES.c.undone_at.is_(None))
        number = func.count().label("number")
        groups = (_ANSWERS.c.set_id, _ANSWERS.c.question, _ANSWERS.c.answer)
        found = self._rows(
            select(*groups, number)
            .select_from(_ANSWERS.join(_OUTCOMES, holds))
            .where(
                _ANSWERS.c.clinic_id == self._clinic,
                _ANSWERS.c.given_at >= since,
                _ANSWERS.c.given_at < until,
            )
            .group_by(*groups)
            .order_by(number.desc(), *groups)
            .limit(MOST_COUNTED)
        )
        sets = {
            row.id: _read(row)
            for row in self._rows(select(_SETS).where(_SETS.c.id.in_({row.set_id for row in found})))
        }
        return _summed(found, sets)

    def _named(self, questions: QuestionSet) -> dict[str, Any]:
        rows = json.dumps(as_rows(questions.questions))
        return {"clinic": self._clinic, "kind": str(questions.kind), "questions": rows}


def asked_sets(sets: Mapping[VisitKind, QuestionSet], visits: Iterable[Any]) -> tuple[AskedSet, ...]:
    """What a call about these visits asks: the set of each kind once, with the pets that it is about."""
    pets: dict[VisitKind, list[str]] = {}
    for visit in visits:
        if visit.kind is not None and is_known(VisitKind, visit.kind):
            named = pets.setdefault(VisitKind(visit.kind), [])
            named += [visit.patient_name] if visit.patient_name and visit.patient_name not in named else []
    return tuple(AskedSet(sets[kind], tuple(named)) for kind, named in pets.items() if kind in sets)


def _read(row: Row[Any]) -> QuestionSet | None:
    """None for a kind, or a shape, that only a newer version knows."""
    if not is_known(VisitKind, row.kind):
        return None
    try:
        questions = from_rows(row.questions)
    except ValueError:
        return None
    return QuestionSet(
        VisitKind(row.kind),
        questions,
        row.version,
        str(row.id),
        row.written,
        row.saved_by,
        row.saved_at,
        row.looked_over_by,
        row.looked_over_at,
    )


def _in_words(row: Row[Any]) -> tuple[int, Answered] | None:
    """The place of the question in its set, and what was said."""
    asked = _read(row)
    question = asked.question(row.question) if asked else None
    chosen = question.choice(row.answer) if question else None
    if asked is None or question is None or chosen is None:
        return None
    return asked.questions.index(question), Answered(question.text, chosen.text, chosen.red)


def _summed(rows: Iterable[Row[Any]], sets: Mapping[UUID, QuestionSet | None]) -> list[AnswerCount]:
    """Versions that ask the same in the same words are one question."""
    found: Counter[AnswerCount] = Counter()
    for row in rows:
        asked = sets.get(row.set_id)
        question = asked.question(row.question) if asked else None
        chosen = question.choice(row.answer) if question else None
        if asked and question and chosen:
            counted = AnswerCount(
                asked.kind, question.key, question.text, chosen.key, chosen.text, chosen.red
            )
            found[counted] += row.number
    kinds = list(VisitKind)
    return sorted(
        (replace(each, times=number) for each, number in found.items()),
        key=lambda each: (
            kinds.index(each.kind),
            each.question_key,
            each.question,
            -each.times,
            each.answer_key,
        ),
    )

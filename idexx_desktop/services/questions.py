"""The questions of calls: what is asked about each kind of visit, as the clinic has it, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.call_questions import (
    MOST_DAYS,
    AnswerCount,
    QuestionSet,
    QuestionsUndo,
    Ticked,
    check,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import VisitKind

_CHANGED = (
    "Somebody else has saved these questions meanwhile, so nothing was overwritten. Look at theirs first."
)
_UNDONE = "These questions have been changed again, so nothing was undone."


@dataclass(frozen=True, slots=True)
class QuestionService:
    """Every method blocks and may raise Failure. What is saved is another version: no set is ever changed."""

    records: ClinicRecords

    def sets(self) -> tuple[QuestionSet, ...]:
        """What is asked about each kind of visit, in the order of the kinds."""
        with self.records.transaction() as tx:
            held = tx.question_sets.holding()
            return tuple(held[kind] for kind in VisitKind)

    def save(self, changed: Sequence[QuestionSet]) -> QuestionsUndo:
        """Keep these sets, all of them or none; each says by `version` what it was made from.

        INVALID_INPUT for what is no set of questions; HANDED_OVER where somebody else has saved one of them since.
        """
        for each in changed:
            try:
                check(each.questions)
            except ValueError as wrong:
                raise Failure(FailureCode.INVALID_INPUT, "questions", title=str(wrong)) from None
        with self.records.transaction() as tx:
            saved = [(each.kind, tx.question_sets.save(each)) for each in changed]
            made = tuple((kind, version) for kind, version in saved if version is not None)
            if len(made) < len(saved):
                raise Failure(FailureCode.HANDED_OVER, "questions changed", title=_CHANGED)
            return QuestionsUndo(saved=made)

    def look_over(self, seen: QuestionSet) -> QuestionsUndo:
        """A vet of the clinic has looked over this set as it stands. HANDED_OVER where another one holds by now."""
        with self.records.transaction() as tx:
            held = tx.question_sets.holding()[seen.kind]
            if held.questions != seen.questions or held.version != seen.version:
                raise Failure(FailureCode.HANDED_OVER, "questions changed", title=_CHANGED)
            set_id = tx.question_sets.keep(held)
            tx.question_sets.look_over(set_id, looked=True)
            return QuestionsUndo(looked_over=set_id)

    def undo(self, what: QuestionsUndo) -> None:
        """What held before holds again. HANDED_OVER, and nothing undone, where more happened since."""
        with self.records.transaction() as tx:
            done = [tx.question_sets.undo(kind, version) for kind, version in what.saved]
            if what.looked_over:
                done.append(tx.question_sets.look_over(what.looked_over, looked=False))
            if not all(done):
                raise Failure(FailureCode.HANDED_OVER, "questions changed", title=_UNDONE)

    def counted(self, since: datetime, until: datetime) -> list[AnswerCount]:
        """How often what was answered in calls of these days; results that were taken back don't count.

        INVALID_INPUT for more than `MOST_DAYS` days, or none.
        """
        if not timedelta() < until - since <= timedelta(days=MOST_DAYS):
            title = f"Between one day and {MOST_DAYS} days can be counted at once."
            raise Failure(FailureCode.INVALID_INPUT, "range", title=title)
        with self.records.transaction() as tx:
            return tx.question_sets.counted(since, until)


def keep_answers(tx: Transaction, call_id: str, ticked: Iterable[Ticked]) -> None:
    """Keep what was ticked with the result that this transaction has just recorded.

    Each answer stays with the set that it was given to, whatever the clinic asks by now.
    """
    given = [
        (tx.question_sets.keep(each.set), question, answer)
        for each in ticked
        if each.answers
        for question, answer in each.answers.items()
    ]
    tx.question_sets.answer(call_id, given)

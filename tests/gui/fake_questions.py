"""The questions of calls, in memory: the program's own until a test saves others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from idexx_desktop.domain.call_questions import QuestionSet, QuestionsUndo
from idexx_desktop.domain.default_questions import default_questions
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.visits import VisitKind
from tests.gui.made_up import NOW


class FakeQuestions:
    """`kept` holds the versions of each kind, the newest last; `failure` is raised by every write."""

    def __init__(self) -> None:
        self.kept: dict[VisitKind, list[QuestionSet]] = {
            kind: [default_questions(kind)] for kind in VisitKind
        }
        self.saved: list[QuestionSet] = []
        self.failure: Failure | None = None

    def of(self, kind: VisitKind) -> QuestionSet:
        """What holds."""
        return self.kept[kind][-1]

    def sets(self) -> tuple[QuestionSet, ...]:
        return tuple(self.of(kind) for kind in VisitKind)

    def save(self, changed: Sequence[QuestionSet]) -> QuestionsUndo:
        self._refuse()
        made = [
            replace(each, version=each.version + 1, id=f"{each.kind}-{each.version + 1}", saved_by="front",
                    saved_at=NOW, written="", looked_over_by="", looked_over_at=None)
            for each in changed
        ]  # fmt: skip
        for each in made:
            self.kept[each.kind].append(each)
        self.saved += made
        return QuestionsUndo(tuple((each.kind, each.version) for each in made))

    def look_over(self, seen: QuestionSet) -> QuestionsUndo:
        self._refuse()
        marked = replace(seen, id=seen.id or "own", looked_over_by="front@desk.example", looked_over_at=NOW)
        self.kept[seen.kind][-1] = marked
        return QuestionsUndo(looked_over=marked.id)

    def undo(self, what: QuestionsUndo) -> None:
        self._refuse()
        for kind, _ in what.saved:
            self.kept[kind].pop()
        for versions in self.kept.values():
            if versions[-1].id and versions[-1].id == what.looked_over:
                versions[-1] = replace(versions[-1], looked_over_by="", looked_over_at=None)

    def _refuse(self) -> None:
        if self.failure:
            raise self.failure

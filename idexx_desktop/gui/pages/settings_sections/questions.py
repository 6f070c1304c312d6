"""Questions on calls: what is asked about each kind of visit, and whether a vet has looked over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from idexx_desktop.domain.call_questions import Question, QuestionSet, QuestionsUndo, problems_of
from idexx_desktop.domain.default_questions import default_questions
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.visits import VisitKind
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton, SecondaryButton
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import Select
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pages.settings_sections.kinds import KIND_WORDS
from idexx_desktop.gui.pages.settings_sections.question_editor import QuestionEditor
from idexx_desktop.gui.sections import FormSection
from idexx_desktop.gui.strings import questions, tr

Sets = tuple[QuestionSet, ...]


class QuestionsSection(FormSection[Sets]):
    """One kind is shown at a time; what was changed of the others stays, and is saved with it."""

    key = "questions"
    title = questions.SECTION
    icon = "phone-call"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._kind = VisitKind.SURGERY
        self._drafts: dict[VisitKind, tuple[Question, ...]] = {}
        self._read: dict[VisitKind, QuestionSet] = {}
        card = self.add_card(tr(questions.CARD), tr(questions.CARD_MORE))
        self.kind = Select([(kind, tr(KIND_WORDS[kind])) for kind in VisitKind])
        self.kind.picked.connect(self._picked)
        card.body.addWidget(Field(tr(questions.KIND), self.kind))
        self.whose = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.mark = Text("", Style.LABEL, wrap=True)
        self.hint = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.look_over = SecondaryButton(tr(questions.LOOK_OVER), self._look_over, icon_name="check")
        state = QVBoxLayout()
        state.setSpacing(4)
        for part in (self.whose, self.mark, self.hint):
            state.addWidget(part)
        card.body.addLayout(state)
        card.body.addWidget(self.look_over, 0, Qt.AlignmentFlag.AlignLeft)
        self.editor = QuestionEditor()
        self.editor.changed.connect(self._edited)
        card.body.addWidget(self.editor)
        self.defaults = RowButton(tr(questions.DEFAULTS), self._back_to_defaults, icon_name="undo-2")
        card.body.addWidget(self.defaults, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(self.foot)

    def reading(self) -> Callable[[], Sets]:
        return self.desk.opened.questions.sets

    def writing(self, value: Sets) -> Callable[[], object]:
        service = self.desk.opened.questions
        before = {each.kind: each.questions for each in self._theirs or self.kept or ()}
        changed = [each for each in value if each.questions != before.get(each.kind)]
        return lambda: service.save(changed) if changed else None

    def edited(self, value: Sets) -> object:
        return tuple((each.version, each.questions) for each in value)

    def fill(self, value: Sets) -> None:
        self._drafts = {each.kind: each.questions for each in value}
        self._show_kind(self._kind)

    def follow(self, value: Sets) -> None:
        self._read = {each.kind: each for each in value}
        self._say_whose()

    def collect(self, kept: Sets) -> Sets | None:
        self._drafts[self._kind] = self.editor.value()
        for kind, asked in self._drafts.items():
            if any(problems_of(each, asked) for each in asked):
                if kind is not self._kind:
                    self._show_kind(kind)
                self.editor.say_problems()
                return None
        self.editor.say_problems()
        return tuple(replace(each, questions=self._drafts[each.kind]) for each in kept)

    def discard(self) -> None:
        super().discard()
        self._say_whose()

    def _picked(self) -> None:
        self._drafts[self._kind] = self.editor.value()
        kind = self.kind.value
        if isinstance(kind, VisitKind):
            self._show_kind(kind)

    def _show_kind(self, kind: VisitKind) -> None:
        self._kind = kind
        self.kind.set_value(kind)
        self.editor.set_value(self._drafts[kind])
        self._say_whose()

    def _edited(self) -> None:
        self.touch()
        self._say_whose()

    def _back_to_defaults(self) -> None:
        self.editor.set_value(default_questions(self._kind).questions)
        self._edited()

    def _say_whose(self) -> None:
        """Whose questions these are, and whether a vet has looked over them."""
        held = self._read.get(self._kind)
        if held is None:
            return
        self.whose.setText(self._saved_by(held))
        seen = held.is_looked_over
        self.mark.set_color("good" if seen else "attention")
        self.mark.setText(self._looked_over_by(held) if seen else tr(questions.LOOK_OVER_ASK))
        is_other = self.editor.value() != held.questions
        self.hint.setText(tr(questions.LOOK_OVER_FIRST if is_other else questions.LOOK_OVER_MORE))
        self.hint.setVisible(not seen)
        self.look_over.setVisible(not seen)
        self.look_over.setEnabled(not is_other)
        self.defaults.setEnabled(self.editor.value() != default_questions(self._kind).questions)

    def _saved_by(self, held: QuestionSet) -> str:
        if not held.version or held.saved_at is None:
            return tr(questions.OWN)
        when = timewords.short_day(held.saved_at, self.desk.now(), self.desk.zone)
        return tr(questions.SAVED_BY, version=held.version, who=held.saved_by, when=when)

    def _looked_over_by(self, held: QuestionSet) -> str:
        at = held.looked_over_at or self.desk.now()
        when = timewords.short_day(at, self.desk.now(), self.desk.zone)
        return tr(questions.LOOKED_OVER, who=held.looked_over_by, when=when)

    def _look_over(self) -> None:
        service, held = self.desk.opened.questions, self._read[self._kind]
        self.ask(lambda: service.look_over(held), self._was_looked_over, self._refused)

    def _was_looked_over(self, what: QuestionsUndo) -> None:
        self._tell(tr(questions.LOOKED_OVER_SAID), what)

    def _written(self, answer: object) -> None:
        super()._written(answer)
        if isinstance(answer, QuestionsUndo):
            self._tell(tr(questions.SAVED), answer)

    def _tell(self, words: str, what: QuestionsUndo) -> None:
        self.desk.say(words, partial(self._undo, what))
        self._read_again()

    def _undo(self, what: QuestionsUndo) -> None:
        service = self.desk.opened.questions
        self.ask(lambda: service.undo(what), self._undone, self._refused)

    def _undone(self, _: object) -> None:
        self.desk.say(tr(questions.UNDONE))
        self._read_again()

    def _refused(self, failure: Failure) -> None:
        super()._refused(failure)
        # somebody else may have been faster: theirs are read, and told of
        self.refresh()

    def _read_again(self) -> None:
        self.refresh()
        self.desk.bridge.records_changed(Topic.CALLS)

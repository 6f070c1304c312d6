"""The questions of one kind of visit as fields: words, answers, which of them a vet hears of, and their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.call_questions import (
    LEAST_ANSWERS,
    MOST_ANSWERS,
    MOST_QUESTIONS,
    Choice,
    Question,
    Wrong,
    new_key,
    problems_of,
)
from idexx_desktop.gui.kit.buttons import QuietButton, RowButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.choices import CheckChoice
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.kit.text import Line
from idexx_desktop.gui.strings import questions, tr

_WORDS: dict[Wrong, str] = {
    Wrong.NO_QUESTION: questions.NO_QUESTION,
    Wrong.LONG_QUESTION: questions.LONG_QUESTION,
    Wrong.DOUBLE_QUESTION: questions.DOUBLE_QUESTION,
    Wrong.SAME_KEY: questions.DOUBLE_QUESTION,
    Wrong.COUNT_OF_ANSWERS: questions.COUNT_OF_ANSWERS,
    Wrong.NO_ANSWER: questions.NO_ANSWER,
    Wrong.LONG_ANSWER: questions.LONG_ANSWER,
    Wrong.DOUBLE_ANSWER: questions.DOUBLE_ANSWER,
}
_WIDE_QUESTION, _WIDE_ANSWER = 620, 250
Change = Callable[[], object]
T = TypeVar("T")


def moved(items: Sequence[T], place: int, by: int) -> list[T]:
    """The same, one of them moved."""
    made = list(items)
    made.insert(place + by, made.pop(place))
    return made


class QuestionEditor(QWidget):
    """`changed` when a person changed anything; `value()` is what the fields hold, whatever that is."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[_QuestionFields] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        self.add = RowButton(tr(questions.ADD_QUESTION), self._add, icon_name="plus")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._column)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def value(self) -> tuple[Question, ...]:
        """The questions in their order."""
        return tuple(part.value() for part in self.parts)

    def set_value(self, asked: Sequence[Question]) -> None:
        """Show these."""
        clear_layout(self._column)
        self.parts = []
        for number, question in enumerate(asked, 1):
            part = _QuestionFields(question, number, len(asked))
            part.changed.connect(self.changed)
            part.moved.connect(partial(self._move, number - 1))
            part.removed.connect(partial(self._remove, number - 1))
            part.answers_changed.connect(partial(self._replace, number - 1))
            self.parts.append(part)
            self._column.addWidget(part)
        self.add.setEnabled(len(asked) < MOST_QUESTIONS)

    def say_problems(self) -> bool:
        """Say what is wrong beside each field; whether anything is."""
        asked = self.value()
        problems = [problems_of(each, asked) for each in asked]
        for part, wrong in zip(self.parts, problems, strict=True):
            part.say(wrong)
        return any(problems)

    def _add(self) -> None:
        asked = self.value()
        answers = (Choice("a1", ""), Choice("a2", ""))
        self._now((*asked, Question(new_key((each.key for each in asked), "q"), "", answers)))
        self.parts[-1].words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self, place: int, by: int) -> None:
        self._now(moved(self.value(), place, by))
        self.parts[place + by].focus_mover(by)

    def _remove(self, place: int) -> None:
        asked = self.value()
        self._now((*asked[:place], *asked[place + 1 :]))
        self.parts[min(place, len(self.parts) - 1)].words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _replace(self, place: int, answers: Sequence[Choice], focused: int) -> None:
        asked = list(self.value())
        asked[place] = Question(asked[place].key, asked[place].text, tuple(answers))
        self._now(asked)
        self.parts[place].rows[focused].words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _now(self, asked: Sequence[Question]) -> None:
        self.set_value(asked)
        self.changed.emit()


class _QuestionFields(QWidget):
    changed = Signal()
    moved = Signal(int)
    removed = Signal()
    # the answers as they are now, and which of them is to have the focus
    answers_changed = Signal(object, int)

    def __init__(self, question: Question, number: int, count: int) -> None:
        super().__init__()
        self._key = question.key
        name = tr(questions.QUESTION, number=number)
        self.words = TextInput(wide=_WIDE_QUESTION)
        self.words.setText(question.text)
        self.words.setCursorPosition(0)
        self.words.textEdited.connect(self._touched)
        self.field = Field(name, self.words, wide=True)
        self.up, self.down, remove = _movers(name, self.moved.emit, self.removed.emit)
        self.up.setEnabled(number > 1)
        self.down.setEnabled(number < count)
        remove.setEnabled(count > 1)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.field, 1)
        for each in (self.up, self.down, remove):
            head.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Line())
        column.addLayout(head)
        self.rows: list[_AnswerFields] = []
        for place, choice in enumerate(question.answers):
            row = _AnswerFields(choice, number, place, len(question.answers))
            row.changed.connect(self._touched)
            row.moved.connect(partial(self._move, place))
            row.removed.connect(partial(self._remove, place))
            self.rows.append(row)
            column.addWidget(row)
        self.add = RowButton(tr(questions.ADD_ANSWER), self._add, icon_name="plus")
        self.add.setAccessibleName(tr(questions.ADD_ANSWER_TO, number=number))
        self.add.setEnabled(len(self.rows) < MOST_ANSWERS)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def value(self) -> Question:
        return Question(self._key, self.words.text().strip(), tuple(row.value() for row in self.rows))

    def say(self, problems: dict[int | None, Wrong]) -> None:
        self.field.set_problem(tr(_WORDS[problems[None]]) if None in problems else "")
        for place, row in enumerate(self.rows):
            row.field.set_problem(tr(_WORDS[problems[place]]) if place in problems else "")

    def focus_mover(self, by: int) -> None:
        """The button that moved it, where it can go on."""
        button = self.up if by < 0 else self.down
        (button if button.isEnabled() else self.words).setFocus(Qt.FocusReason.OtherFocusReason)

    def _touched(self, *_: object) -> None:
        self.changed.emit()

    def _answers(self) -> list[Choice]:
        return [row.value() for row in self.rows]

    def _add(self) -> None:
        made = [*self._answers(), Choice(new_key((each.value().key for each in self.rows), "a"), "")]
        self.answers_changed.emit(made, len(made) - 1)

    def _move(self, place: int, by: int) -> None:
        self.answers_changed.emit(moved(self._answers(), place, by), place + by)

    def _remove(self, place: int) -> None:
        left = [each for at, each in enumerate(self._answers()) if at != place]
        self.answers_changed.emit(left, min(place, len(left) - 1))


class _AnswerFields(QWidget):
    changed = Signal()
    moved = Signal(int)
    removed = Signal()

    def __init__(self, choice: Choice, number: int, place: int, count: int) -> None:
        super().__init__()
        self._key = choice.key
        named = {"number": number, "place": place + 1}
        name = tr(questions.ANSWER, **named)
        self.words = TextInput(wide=_WIDE_ANSWER)
        self.words.setText(choice.text)
        self.words.setCursorPosition(0)
        self.words.textEdited.connect(self._touched)
        self.field = Field(name, self.words, wide=True)
        self.field.label.hide()
        self.red = CheckChoice(tr(questions.RED))
        self.red.setChecked(choice.red)
        self.red.setAccessibleDescription(tr(questions.RED_OF, **named))
        self.red.toggled.connect(self._touched)
        up, down, remove = _movers(name, self.moved.emit, self.removed.emit)
        up.setEnabled(place > 0)
        down.setEnabled(place < count - 1)
        remove.setEnabled(count > LEAST_ANSWERS)
        self.field.setFixedWidth(_WIDE_ANSWER)
        # on a narrow page they go to another line together
        movers = QWidget()
        beside = QHBoxLayout(movers)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(4)
        for each in (up, down, remove):
            beside.addWidget(each)
        flow = FlowRow(gap=6)
        for part in (self.field, self.red, movers):
            flow.add(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 0, 0)
        column.addWidget(flow)

    def value(self) -> Choice:
        return Choice(self._key, self.words.text().strip(), self.red.isChecked())

    def _touched(self, *_: object) -> None:
        self.changed.emit()


def _movers(
    name: str, move: Callable[[int], object], remove: Change
) -> tuple[QuietButton, QuietButton, QuietButton]:
    return (
        QuietButton(tr(questions.UP, name=name), partial(move, -1), icon_name="arrow-up"),
        QuietButton(tr(questions.DOWN, name=name), partial(move, 1), icon_name="arrow-down"),
        QuietButton(tr(questions.REMOVE, name=name), remove, icon_name="x"),
    )

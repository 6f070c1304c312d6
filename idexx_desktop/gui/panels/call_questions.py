"""The questions of a call with their answers to tick; what is ticked stays while the same call is shown.

Tab and the arrow keys lead through the answers, the space bar ticks one, and again takes it away. Digits are left to
the results of the call.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from idexx_desktop.domain.call_questions import Answered, AskedSet, Choice, Question, Ticked, concern_words
from idexx_desktop.domain.kinds import kind_words
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.gui import call_words
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.chips import ToggleChip
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import questions, tr
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import Tone

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_RED_ICON = "circle-alert"


class CallQuestions(QObject):
    """Fills a panel with the questions of its call, and keeps what is ticked. `changed` when that changes."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._call = ""
        self._asked: tuple[AskedSet, ...] = ()
        # by place of the set: key of the question, key of the answer
        self._ticked: dict[int, dict[str, str]] = {}
        self.rows: list[list[AnswerChip]] = []
        self._red: RedGiven | None = None

    def add_to(self, column: QVBoxLayout, row: CallRecord) -> None:
        """Add the questions where the call can be made here; of another call than before nothing is ticked."""
        if row.id != self._call:
            self._call, self._ticked = row.id, {}
        # what somebody has begun to answer is asked to its end, whatever the clinic has saved since
        if not self._is_begun:
            self._asked = row.questions
        self.rows, self._red = [], None
        if self._asked and call_words.can_be_called(row) and row.others is None:
            column.addSpacing(14)
            column.addWidget(self._made())

    def ticked(self) -> tuple[Ticked, ...]:
        """What is ticked, by set."""
        return tuple(
            Ticked(asked.set, dict(self._ticked[place]))
            for place, asked in enumerate(self._asked)
            if self._ticked.get(place)
        )

    def given(self) -> tuple[Answered, ...]:
        """The same in words."""
        return tuple(answer for ticked in self.ticked() for answer in ticked.given())

    def concern(self) -> str:
        """What a vet should hear of, in one line; "" where nothing is ticked of that kind."""
        return concern_words(self.given())

    def clear(self) -> None:
        """It is recorded: nothing is ticked any more."""
        self._ticked = {}
        for row in self.rows:
            for chip in row:
                chip.setChecked(False)
        self._told()

    @property
    def _is_begun(self) -> bool:
        return any(self._ticked.values())

    def _made(self) -> QWidget:
        block = QWidget()
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Text(tr(questions.ASK), Style.CARD_TITLE))
        for place, asked in enumerate(self._asked):
            if len(self._asked) > 1:
                column.addSpacing(8)
                column.addWidget(Text(_about(asked), Style.MEDIUM, wrap=True))
            for question in asked.set.questions:
                self._add_question(column, place, question)
        if not all(asked.set.is_looked_over for asked in self._asked):
            column.addSpacing(8)
            column.addWidget(Text(tr(questions.NOT_LOOKED_OVER), Style.SECONDARY, "secondary", wrap=True))
        self._red = RedGiven()
        column.addWidget(self._red)
        self._red.say(self.concern())
        return block

    def _add_question(self, column: QVBoxLayout, place: int, question: Question) -> None:
        column.addSpacing(8)
        column.addWidget(Text(question.text, Style.SECONDARY, "secondary", wrap=True))
        column.addSpacing(4)
        flow = FlowRow(gap=6)
        chips: list[AnswerChip] = []
        now = self._ticked.get(place, {}).get(question.key)
        for choice in question.answers:
            chip = AnswerChip((place, question.key), question, choice, choice.key == now)
            chip.clicked.connect(partial(self._tick, place, question.key, choice.key))
            chip.stepped.connect(partial(self._step, len(self.rows), len(chips)))
            flow.add(chip)
            chips.append(chip)
        self.rows.append(chips)
        column.addWidget(flow)

    def _tick(self, place: int, question: str, answer: str) -> None:
        """This answer, or none where it is ticked already."""
        ticked = self._ticked.setdefault(place, {})
        if ticked.pop(question, None) != answer:
            ticked[question] = answer
        for chip in (each for row in self.rows for each in row if each.asked == (place, question)):
            chip.setChecked(chip.choice.key == ticked.get(question))
        self._told()

    def _told(self) -> None:
        if self._red is not None:
            self._red.say(self.concern())
        self.changed.emit()

    def _step(self, row: int, place: int, down: int, right: int) -> None:
        """From one answer to the next with the arrow keys."""
        if not 0 <= row + down < len(self.rows):
            return
        chips = self.rows[row + down]
        target = chips[max(0, min(place + right, len(chips) - 1))]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        _show(target)


class AnswerChip(ToggleChip):
    """One answer; `asked`: the place of its set, and its question. `stepped(rows down, places right)`: arrow keys."""

    stepped = Signal(int, int)

    def __init__(self, asked: tuple[int, str], question: Question, choice: Choice, ticked: bool) -> None:
        super().__init__("", ticked)
        self.asked, self.choice = asked, choice
        # of any length: what the panel has no room for is cut off, and said on hover
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_icon(_RED_ICON if choice.red else None)
        self.set_words(choice.text)
        named = questions.RED_NAMED if choice.red else questions.ANSWER_NAMED
        self.setAccessibleName(tr(named, question=question.text, answer=choice.text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)

    def _icon_color(self) -> str:
        return tokens().tone(Tone.ACT)


class RedGiven(QWidget):
    """What a vet should hear of, and where its words go."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Text("", Style.SECONDARY, wrap=True)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(Text(tr(questions.RED_GIVEN), Style.LABEL, "act"))
        lines.addWidget(self.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 10, 0, 0)
        row.setSpacing(9)
        row.addWidget(Icon(_RED_ICON, 16, Tone.ACT), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)

    def say(self, words: str) -> None:
        """Shown while there are words."""
        self.words.setText(tr(questions.RED_GIVEN_MORE, words=words) if words else "")
        self.setVisible(bool(words))


def answered_lines(given: tuple[Answered, ...]) -> list[Text]:
    """What was answered in a try that was made, line by line."""
    return [
        Text(
            tr(questions.ANSWERED, question=each.question, answer=each.answer),
            Style.SECONDARY,
            "act" if each.red else "secondary",
            wrap=True,
        )
        for each in given
    ]


def _about(asked: AskedSet) -> str:
    kind = kind_words(str(asked.set.kind))
    return tr(questions.ABOUT, pets=", ".join(asked.pets), kind=kind) if asked.pets else kind


def _show(widget: QWidget) -> None:
    host = widget.parentWidget()
    while host is not None:
        if isinstance(host, QScrollArea):
            host.ensureWidgetVisible(widget)
        host = host.parentWidget()

"""The steps of a connection test, as a list: icon, word, what was found, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.connection import ConnectionStep
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.text import Line, Text, selectable
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import people, tr
from idexx_desktop.gui.tokens import Tone

_STATE_WIDE, _TITLE_WIDE = 92, 128


class ConnectionSteps(QWidget):
    """Empty until `show_steps`."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def show_steps(self, steps: Sequence[ConnectionStep]) -> None:
        """Show these steps in the place of the last ones; none takes the list away."""
        clear_layout(self._column)
        for step in steps:
            self._column.addWidget(Line())
            self._column.addWidget(_StepRow(step))
        self.setVisible(bool(steps))


class _StepRow(QWidget):
    def __init__(self, step: ConnectionStep) -> None:
        super().__init__()
        look = _look(step)
        self.setAccessibleName(
            tr(
                people.STEP_NAMED, part=tr(step.title), state=look.text, words=step.words, advice=step.advice
            ).strip()
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(12)
        state = QWidget()
        state.setFixedWidth(_STATE_WIDE)
        pill = QHBoxLayout(state)
        pill.setContentsMargins(0, 0, 0, 0)
        pill.addWidget(Pill(look), 0, Qt.AlignmentFlag.AlignLeft)
        title = Text(tr(step.title), Style.MEDIUM, None if step.ok is not None else "secondary")
        title.setFixedSize(_TITLE_WIDE, 24)
        row.addWidget(state, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(title, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setContentsMargins(0, 3, 0, 3)
        words.setSpacing(2)
        found = Text(step.words, Style.SECONDARY, None if step.advice else "secondary", wrap=True)
        words.addWidget(found)
        if step.advice:
            advice = Text(step.advice, Style.SECONDARY, "secondary", wrap=True)
            selectable(advice)  # whoever runs the server is sent these words
            selectable(found)
            words.addWidget(advice)
        row.addLayout(words, 1)


def _look(step: ConnectionStep) -> PillLook:
    if step.ok is None:
        return PillLook("minus", tr(people.STATE_UNTRIED), Tone.OFF)
    if not step.ok:
        return PillLook("circle-x", tr(people.STATE_PROBLEM), Tone.ACT)
    if step.is_warning:
        return PillLook("triangle-alert", tr(people.STATE_WARNING), Tone.ATTENTION)
    return PillLook("circle-check", tr(people.STATE_OK), Tone.GOOD)

"""What came of a call: a note, and a button for each outcome with the figure that presses it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.gui import call_words
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.buttons import KeyButton
from idexx_desktop.gui.kit.pressing import ENTER
from idexx_desktop.gui.kit.text import Line
from idexx_desktop.gui.strings import calls, tr

_COLUMNS = 2
_SHORT = {
    CallOutcomeKind.REACHED_WELL: calls.SHORT_WELL,
    CallOutcomeKind.REACHED_CONCERN: calls.SHORT_CONCERN,
}


class NoteField(QLineEdit):
    """The note. `done` with Enter: the figures are keys again."""

    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(font(Style.BODY))
        self.setPlaceholderText(tr(calls.NOTE))
        self.setAccessibleName(tr(calls.NOTE))
        self.setMaxLength(500)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.done.emit()
        else:
            super().keyPressEvent(event)


class OutcomeForm(QWidget):
    """`chosen(CallOutcomeKind)`; `note` is kept until another call is shown."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = NoteField()
        self.buttons: dict[CallOutcomeKind, KeyButton] = {}
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, (outcome, look) in enumerate(call_words.OUTCOME_LOOKS.items()):
            words = tr(_SHORT[outcome]) if outcome in _SHORT else look.label
            button = KeyButton(words, partial(self.chosen.emit, outcome), look.icon, str(place + 1))
            button.setAccessibleName(look.label)
            self.buttons[outcome] = button
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        self.setAccessibleName(tr(calls.OUTCOME))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(Line())
        column.addWidget(self.note)
        column.addLayout(grid)

    def press(self, figure: int) -> None:
        """The outcome of this figure, from 1, where one can be noted."""
        outcomes = list(self.buttons)
        if self.isVisible() and self.isEnabled() and 0 < figure <= len(outcomes):
            self.chosen.emit(outcomes[figure - 1])

    def take_focus(self) -> None:
        """To the first outcome."""
        next(iter(self.buttons.values())).setFocus(Qt.FocusReason.TabFocusReason)

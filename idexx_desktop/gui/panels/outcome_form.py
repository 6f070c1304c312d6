"""What came of a call: a note, and a button for each outcome with the figure that presses it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from idexx_desktop.domain.concerns import NewConcern
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.gui import call_words
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.buttons import KeyButton
from idexx_desktop.gui.kit.pressing import ENTER
from idexx_desktop.gui.kit.text import Line
from idexx_desktop.gui.panels.concern_form import ConcernForm
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
    """`chosen(CallOutcomeKind)`; `note` is kept until another call is shown.

    A concern is asked about first, in the place of the buttons: `said` is what was noted of it.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = NoteField()
        self.concern = ConcernForm()
        self.concern.noted.connect(self._noted)
        self.concern.left.connect(self._left)
        self.said: NewConcern | None = None
        # words that are ready for a concern: what was answered with something that is one
        self.ready: Callable[[], str] = str
        self.buttons: dict[CallOutcomeKind, KeyButton] = {}
        self._outcomes = QWidget()
        grid = QGridLayout(self._outcomes)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for place, (outcome, look) in enumerate(call_words.OUTCOME_LOOKS.items()):
            words = tr(_SHORT[outcome]) if outcome in _SHORT else look.label
            button = KeyButton(words, partial(self._choose, outcome), look.icon, str(place + 1))
            button.setAccessibleName(look.label)
            self.buttons[outcome] = button
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        self.setAccessibleName(tr(calls.OUTCOME))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(Line())
        column.addWidget(self.note)
        column.addWidget(self._outcomes)
        column.addWidget(self.concern)

    def press(self, figure: int) -> None:
        """The outcome of this figure, from 1, where one can be noted."""
        outcomes = list(self.buttons)
        if self._outcomes.isVisible() and self.isEnabled() and 0 < figure <= len(outcomes):
            self._choose(outcomes[figure - 1])

    @property
    def words(self) -> str:
        """What was typed of the call: of a concern its words."""
        return self.said.words if self.said else self.note.text().strip()

    @property
    def is_being_typed_in(self) -> bool:
        """Whether something was typed that went along with no result yet."""
        return not self.isHidden() and bool(self.note.text().strip() or self.concern.is_being_typed_in)

    def start_over(self) -> None:
        """Nothing is typed, and the outcomes are there to be pressed."""
        self.note.clear()
        self.concern.close_up()
        self.said = None
        self.note.show()
        self._outcomes.show()

    def _choose(self, outcome: CallOutcomeKind) -> None:
        if outcome is CallOutcomeKind.REACHED_CONCERN:
            # shown before the others are hidden: the focus goes from one to the other
            self.concern.ask(" · ".join(filter(None, (self.note.text().strip(), self.ready()))))
            self.note.hide()
            self._outcomes.hide()
        else:
            self.said = None
            self.chosen.emit(outcome)

    def _noted(self, said: NewConcern) -> None:
        self.said = said
        self.chosen.emit(CallOutcomeKind.REACHED_CONCERN)

    def _left(self) -> None:
        self.said = None
        self.note.show()
        self._outcomes.show()
        self.buttons[CallOutcomeKind.REACHED_CONCERN].setFocus(Qt.FocusReason.OtherFocusReason)

    def take_focus(self) -> None:
        """To the first outcome."""
        next(iter(self.buttons.values())).setFocus(Qt.FocusReason.TabFocusReason)

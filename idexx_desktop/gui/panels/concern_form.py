"""The form that opens in a call's panel with "Reached: a concern": how urgent, in which words, for whom.

It can be filled without the mouse: the cursor is in the words, the arrows up and down say how urgent it is (on the
chips figures do, too), Enter notes it, Escape leaves it.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from idexx_desktop.domain.concerns import LONGEST_FOR, LONGEST_WORDS, NewConcern, Urgency
from idexx_desktop.gui.concern_words import URGENCIES
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import PrimaryButton, RowButton, SecondaryButton
from idexx_desktop.gui.kit.chips import ToggleChip
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.kit.pressing import ENTER
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import concerns, tr

_ARROWS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_FIGURES = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)


class ConcernForm(QWidget):
    """Hidden until `ask`. `noted(NewConcern)` once the person is done, `left` where they aren't."""

    noted = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr(concerns.FORM))
        self.words = TextInput(tr(concerns.FORM_WORDS))
        self.words.setAccessibleName(tr(concerns.FORM_WORDS))
        self.words.setMaxLength(LONGEST_WORDS)
        self.for_whom = TextInput(tr(concerns.FORM_FOR))
        self.for_whom.setAccessibleName(tr(concerns.FORM_FOR))
        self.for_whom.setMaxLength(LONGEST_FOR)
        self.chips = {urgency: ToggleChip(tr(words)) for urgency, words in URGENCIES.items()}
        self._group = QButtonGroup(self)
        for chip in self.chips.values():
            self._group.addButton(chip)
        self._build()
        self.hide()

    @property
    def is_being_typed_in(self) -> bool:
        """Whether somebody has begun."""
        return not self.isHidden() and bool(self.words.text().strip() or self.for_whom.text().strip())

    def ask(self, words: str = "") -> None:
        """Open it, with words that are there already, and the cursor behind them."""
        self._choose(Urgency.TODAY)
        self.words.setText(words)
        self.for_whom.clear()
        self.show()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_up(self) -> None:
        """Hide it, and forget what was typed."""
        self.hide()
        self.words.clear()
        self.for_whom.clear()

    def event(self, event: QEvent) -> bool:
        # else Escape closed the panel, and a figure noted another result
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and self._is_key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif self._is_key(event) and event.key() in ENTER:
            self._note()
        elif event.key() in _ARROWS:
            self._step(_ARROWS[Qt.Key(event.key())])
        elif self._is_key(event):
            self._choose(list(self.chips)[_FIGURES.index(Qt.Key(event.key()))])
        else:
            super().keyPressEvent(event)

    def _is_key(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        typing = isinstance(self.focusWidget(), QLineEdit) and self.focusWidget().hasFocus()
        return plain and (
            event.key() == Qt.Key.Key_Escape
            or (event.key() in ENTER and typing)
            or (event.key() in _FIGURES and not typing)
        )

    def _build(self) -> None:
        urgency = FlowRow()
        for chip in self.chips.values():
            urgency.add(chip)
        roles = FlowRow()
        for words in (concerns.FRONT_DESK, concerns.ANY_VET):
            roles.add(RowButton(tr(words), partial(self.for_whom.setText, tr(words))))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(SecondaryButton(tr(concerns.CANCEL), self._leave))
        buttons.addWidget(PrimaryButton(tr(concerns.FORM_SAVE), self._note))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Text(tr(concerns.FORM), Style.CARD_TITLE))
        for part in (self.words, urgency, self.for_whom, roles):
            column.addWidget(part)
        column.addWidget(Text(tr(concerns.FORM_KEYS), Style.SECONDARY, "secondary", wrap=True))
        column.addLayout(buttons)

    @property
    def _urgency(self) -> Urgency:
        return next(urgency for urgency, chip in self.chips.items() if chip.isChecked())

    def _step(self, by: int) -> None:
        """The next one that is less urgent, or (-1) more; the ends are ends."""
        urgencies = list(self.chips)
        self._choose(urgencies[max(0, min(urgencies.index(self._urgency) + by, len(urgencies) - 1))])

    def _choose(self, urgency: Urgency) -> None:
        self.chips[urgency].setChecked(True)

    def _note(self) -> None:
        self.noted.emit(NewConcern(self._urgency, self.words.text().strip(), self.for_whom.text().strip()))

    def _leave(self) -> None:
        self.close_up()
        self.left.emit()

"""A part of a panel that is folded away behind a button, and filled when it is first opened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.gui.kit.buttons import LinkButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.strings import kit, tr


class Fold(QWidget):
    """A button with these words above `body`, a column. `opened` each time it is unfolded by a person."""

    opened = Signal()

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.button = LinkButton(words, self._turn, icon_name="chevron-right")
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 4, 0, 0)
        self.body.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._inside)
        self.set_open(is_open=False)

    @property
    def is_open(self) -> bool:
        """Whether what is inside is shown."""
        return not self._inside.isHidden()

    def set_open(self, *, is_open: bool) -> None:
        """Fold or unfold it."""
        self._inside.setVisible(is_open)
        self.button.set_icon("chevron-down" if is_open else "chevron-right")
        state = tr(kit.UNFOLDED if is_open else kit.FOLDED)
        self.button.setAccessibleDescription(state)

    def clear(self) -> None:
        """Take out what is inside."""
        clear_layout(self.body)

    def _turn(self) -> None:
        self.set_open(is_open=not self.is_open)
        if self.is_open:
            self.opened.emit()

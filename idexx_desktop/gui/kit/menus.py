"""Menus whose entries can be ticked; the tick is drawn as the icons are, in the colour of the theme."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from idexx_desktop.gui.icons import icon
from idexx_desktop.gui.theme import tokens

_SIZE = 16


class ChoiceMenu(QMenu):
    """Entries of which some are checked; the page says which. Give each its value with `add`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.aboutToShow.connect(self.draw_ticks)

    def add(self, value: object, text: str) -> QAction:
        """Add an entry; an ampersand is shown, never a mnemonic."""
        action = QAction(text.replace("&", "&&"), self)
        action.setData(value)
        action.setCheckable(True)
        self.addAction(action)
        return action

    def draw_ticks(self) -> None:
        """A tick before what is checked, and as much room before what isn't."""
        empty = QPixmap(_SIZE, _SIZE)
        empty.fill(Qt.GlobalColor.transparent)
        for action in self.actions():
            action.setIcon(icon("check", tokens().accent, _SIZE) if action.isChecked() else QIcon(empty))


class TickMenu(ChoiceMenu):
    """Stays open while entries are ticked: with the mouse, Space or Enter; Escape closes it. `ticked` after each."""

    ticked = Signal()

    def set_options(self, options: Sequence[tuple[object, str]], chosen: Collection[object] = ()) -> None:
        """Replace the entries."""
        self.clear()
        for value, text in options:
            self.add(value, text).setChecked(value in chosen)

    def chosen(self) -> list[object]:
        """The values that are ticked, in the order of the menu."""
        return [action.data() for action in self.actions() if action.isChecked()]

    def set_chosen(self, values: Collection[object]) -> None:
        """Tick these and no others, without a signal."""
        for action in self.actions():
            action.setChecked(action.data() in values)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._tick(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() not in keys or not self._tick(self.activeAction()):
            super().keyPressEvent(event)

    def _tick(self, action: QAction | None) -> bool:
        if action is None or not action.isEnabled():
            return False
        action.setChecked(not action.isChecked())
        self.draw_ticks()
        self.ticked.emit()
        return True

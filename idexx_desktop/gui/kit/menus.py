"""Menus in which several entries can be ticked, and the chip and the button that open them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from idexx_desktop.gui.kit.chips import Chip


class TickMenu(QMenu):
    """Stays open while entries are ticked: with the mouse, Space or Enter; Escape closes it. `ticked` after each."""

    ticked = Signal()

    def set_options(self, options: Sequence[tuple[object, str]], chosen: Collection[object] = ()) -> None:
        """Replace the entries."""
        self.clear()
        for value, text in options:
            action = QAction(text.replace("&", "&&"), self)
            action.setData(value)
            action.setCheckable(True)
            action.setChecked(value in chosen)
            self.addAction(action)

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
        self.ticked.emit()
        return True


class TickChip(Chip):
    """Several of a few values, or none for all: `picked(list of values)`; `some_words(count)` says how many."""

    picked = Signal(object)

    def __init__(
        self,
        any_text: str,
        options: Sequence[tuple[object, str]],
        some_words: Callable[[int], str],
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(any_text, trailing_icon="chevron-down", parent=parent)
        self.setProperty("trailing", True)
        self._any_text, self._some_words = any_text, some_words
        self._words = dict(options)
        self.choices = TickMenu(self)
        self.choices.set_options(options)
        self.choices.ticked.connect(self._ticked)
        self.setMenu(self.choices)

    def set_values(self, values: Collection[object]) -> None:
        """Choose without a signal."""
        self.choices.set_chosen(values)
        self._show_chosen()

    def _ticked(self) -> None:
        self._show_chosen()
        self.picked.emit(self.choices.chosen())

    def _show_chosen(self) -> None:
        values = self.choices.chosen()
        if len(values) == 1:
            self.set_words(self._words[values[0]])
        else:
            self.set_words(self._some_words(len(values)) if values else self._any_text)
        self.set_chosen(bool(values))

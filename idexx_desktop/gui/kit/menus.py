"""Menus whose entries can be ticked; the tick is drawn as the icons are, in the colour of the theme."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from idexx_desktop.gui.icons import draw_icon
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import Tone

_SIZE, _INSET = 16.0, 10.0


class ChoiceMenu(QMenu):
    """Entries with a value each, some of them checked. `pictures` gives values an icon and its tone."""

    def __init__(
        self, parent: QWidget | None = None, pictures: Mapping[object, tuple[str, Tone]] | None = None
    ) -> None:
        super().__init__(parent)
        self._pictures = pictures or {}
        self.setProperty("kit", "ticks")
        self.setProperty("pictures", bool(self._pictures))

    def add(self, value: object, text: str) -> QAction:
        """Add an entry; an ampersand is shown, never a mnemonic."""
        action = QAction(shown(text).replace("&", "&&"), self)
        action.setData(value)
        action.setCheckable(True)
        self.addAction(action)
        return action

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for action in self.actions():
            entry = QRectF(self.actionGeometry(action))
            box = QRectF(entry.left() + _INSET, entry.center().y() - _SIZE / 2, _SIZE, _SIZE)
            if action.isChecked():
                draw_icon(painter, "check", tokens().accent, box)
            if picture := self._pictures.get(action.data()):
                name, tone = picture
                draw_icon(painter, name, tokens().tone(tone), box.translated(_SIZE + _INSET, 0))
        painter.end()


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
        self.update()
        self.ticked.emit()
        return True

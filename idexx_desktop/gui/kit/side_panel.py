"""The panel at the right of a table: title, a scrolling body, actions at its foot."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import QuietButton
from idexx_desktop.gui.kit.cards import Card, clear_layout
from idexx_desktop.gui.kit.scroll import Scrolling
from idexx_desktop.gui.kit.text import ElidedText, Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import kit, tr
from idexx_desktop.gui.tokens import SPACE

_LEAST = 120


class SidePanel(Card):
    """Fill `content` (a column that scrolls) and `foot` (a row of buttons). Escape or the cross: `closed`."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setFixedWidth(SPACE.side_panel)
        self.title = ElidedText("", Style.SENTENCE)
        self.subtitle = ElidedText("", Style.BODY, "secondary")
        self.head = QHBoxLayout()
        self.head.setSpacing(6)
        self.head.addWidget(self.title, 1)
        self._cross = QuietButton(tr(kit.CLOSE), self._close, icon_name="x")
        self.head.addWidget(self._cross)
        self.body.addLayout(self.head)
        self.body.addWidget(self.subtitle)
        self.body.addSpacing(10)
        self._scroll = Scrolling(name="panel")
        self._scroll.setMinimumHeight(_LEAST)
        self.content = QVBoxLayout()
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(0)
        self._scroll.column.addLayout(self.content)
        self.body.addWidget(self._scroll, 1)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(0, 12, 0, 0)
        self.foot.setSpacing(8)
        self.body.addLayout(self.foot)

    def begin(self, title: str, subtitle: str) -> None:
        """Empty the panel for another row, and go back to its top."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.setAccessibleName(shown(f"{title}, {subtitle}"))
        clear_layout(self.content)
        clear_layout(self.foot)
        self._scroll.verticalScrollBar().setValue(0)

    def add_note(self, words: str) -> None:
        """At the foot, where buttons would be: why there is nothing to do here."""
        self.foot.addWidget(Text(words, Style.SECONDARY, "secondary", wrap=True), 1)

    def take_focus(self) -> None:
        """Go into the panel with the keyboard: to the main button at its foot, else to the cross."""
        items = (self.foot.itemAt(place) for place in range(self.foot.count()))
        widgets = [item.widget() for item in items if item]
        found = [widget for widget in widgets if isinstance(widget, QPushButton)]
        (found[-1] if found else self._cross).setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def _close(self) -> None:
        self.closed.emit()

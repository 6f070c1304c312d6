"""Surfaces: a card, its title row, the header of a page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.text import ElidedText, Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.tokens import SPACE


class Card(QFrame):
    """A surface with a hairline around it. Fill `body` (a column)."""

    def __init__(self, *, inside: int = SPACE.card, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kit", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(inside, inside - 4, inside, inside - 4)
        self.body.setSpacing(0)

    def add_title(self, title: str, trailing: QWidget | None = None) -> Text:
        """A title row at this point of the body; `trailing` stands at its right end."""
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 4)
        words = Text(title, Style.CARD_TITLE)
        words.setFixedHeight(24)
        row.addWidget(words)
        row.addStretch(1)
        if trailing:
            row.addWidget(trailing)
        self.body.addLayout(row)
        self.setAccessibleName(shown(title))
        return words


class PageHeader(QWidget):
    """Title and subtitle of a page, with its actions at the right (`add_action`)."""

    def __init__(self, title: str, subtitle: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text(title, Style.PAGE_TITLE)
        self.subtitle = ElidedText(subtitle, Style.BODY, "secondary")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(16)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(words, 1)
        row.addLayout(self._actions)

    def add_action(self, action: QWidget) -> None:
        """Put a button at the right end."""
        self._actions.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)


def clear_layout(layout: QLayout) -> None:
    """Take every widget and layout out, and delete the widgets once Qt is back in its event loop."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget:
            widget.hide()
            widget.deleteLater()
        elif inner:
            clear_layout(inner)

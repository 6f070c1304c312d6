"""Labels: plain text in the styles of the design."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.shown import shown, shown_lines


class Text(QLabel):
    """Plain text. `color` is secondary, accent, or a tone's name; None is ink.

    `breaks`: a word longer than this, such as an address, may go on in the next line. For what is only read: who copies
    it copies these places, too.
    """

    def __init__(
        self,
        text: str = "",
        style: Style = Style.BODY,
        color: str | None = None,
        *,
        wrap: bool = False,
        breaks: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._breaks = breaks
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(style))
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.set_color(color)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show it harmless: one line, or as many as it has where it wraps."""
        harmless = shown_lines(text) if self.wordWrap() else shown(text)
        if self._breaks:
            harmless = re.sub(rf"(\S{{{self._breaks}}})(?=\S)", "\\1\u200b", harmless)
        super().setText(harmless)

    def set_color(self, color: str | None) -> None:
        """Change the colour."""
        self.setProperty("color", color or "")
        self.style().unpolish(self)
        self.style().polish(self)


class ElidedText(Text):
    """One line that ends in … where it is too long, and then shows the whole on hover."""

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(plain_tip(self.text()) if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()


def selectable(words: Text) -> None:
    """Let a text be marked and copied, with the mouse and with keys."""
    flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    words.setTextInteractionFlags(flags)
    words.setFocusPolicy(Qt.FocusPolicy.ClickFocus)


def plain_tip(text: str) -> str:
    """Text from outside for a tooltip, which would else take it for HTML where it looks like it."""
    return f'<p style="white-space: pre-wrap">{escape(shown_lines(text))}</p>' if text else ""


class Line(QFrame):
    """A hairline between rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kit", "line")
        self.setFixedHeight(1)

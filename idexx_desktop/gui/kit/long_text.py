"""Texts of any length: what a label would take seconds to lay out is shown in a view of its own, whole."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.text import Text, selectable
from idexx_desktop.gui.shown import shown_lines

# characters that a label lays out within a moment; a long record has about so many
LONG = 20_000
# Qt lays out a paragraph at a time, and takes long for a very long one: ours go on in the next one unseen
_PARAGRAPH, _GOES_ON = 2_000, "\u200b\n"
_HIGH = 360


class LongText(QPlainTextEdit):
    """Plain text to read, to mark and to copy, with its own scroll bar."""

    def __init__(self, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kit", "long-text")
        self.setReadOnly(True)
        self.setFont(font(Style.SECONDARY))
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_HIGH)
        self.setAccessibleName(name)
        self.setPlainText(_in_paragraphs(shown_lines(text)))

    def text(self) -> str:
        """What it says."""
        return self.toPlainText().replace(_GOES_ON, "")

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        chosen = self.textCursor().selectedText().replace("\u2029", "\n")
        data.setText(chosen.replace(_GOES_ON, ""))
        return data


def passage(text: str, name: str, style: Style = Style.SECONDARY, color: str | None = None) -> QWidget:
    """Text from outside that can be marked: a label, or a view with this name where it is long."""
    if len(text) > LONG:
        return LongText(text, name)
    words = Text(text, style, color, wrap=True)
    selectable(words)
    return words


def _in_paragraphs(text: str) -> str:
    return "\n".join(_GOES_ON.join(_pieces(line)) for line in text.split("\n"))


def _pieces(line: str) -> Iterator[str]:
    """Of a line that is too long, between words where there are any."""
    at = 0
    while len(line) - at > _PARAGRAPH:
        end = line.rfind(" ", at, at + _PARAGRAPH) + 1 or at + _PARAGRAPH
        yield line[at:end]
        at = end
    yield line[at:]

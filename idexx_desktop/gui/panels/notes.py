"""The notes of a visit, and what changed in them after its call was scheduled."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text, selectable
from idexx_desktop.gui.strings import tr, visit
from idexx_desktop.gui.tokens import Tone

_LONGEST = 400


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that came or went."""

    text: str
    added: bool


def changed_lines(before: str, after: str) -> list[ChangedLine]:
    """The lines in which two texts differ, in their order; blank lines say nothing and are left out."""
    old, new = _lines(before), _lines(after)
    found: list[ChangedLine] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found += [ChangedLine(line, added=False) for line in old[a:b]]
            found += [ChangedLine(line, added=True) for line in new[c:d]]
    return found


class NotesDifference(QWidget):
    """Each changed line with plus or minus, and the word for a screen reader."""

    def __init__(self, lines: list[ChangedLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        for line in lines:
            column.addWidget(_line(line))


def _line(line: ChangedLine) -> QWidget:
    row = QWidget()
    words = Text(line.text, Style.SECONDARY, None if line.added else "secondary", wrap=True)
    selectable(words)
    row.setAccessibleName(tr(visit.ADDED if line.added else visit.REMOVED, text=line.text))
    icon = Icon("plus", 14, Tone.GOOD) if line.added else Icon("minus", 14, Tone.ACT)
    inside = QHBoxLayout(row)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(9)
    inside.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    inside.addWidget(words, 1)
    return row


def _lines(text: str) -> list[str]:
    # beyond so many lines the comparison would take long, and nobody would read it here
    return [line.strip() for line in text.splitlines() if line.strip()][:_LONGEST]

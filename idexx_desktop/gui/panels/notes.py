"""The notes of a visit, and what changed in them after its call was scheduled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.long_text import LONG, LongText
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text, selectable
from idexx_desktop.gui.strings import tr, visit
from idexx_desktop.gui.tokens import Tone

# to compare more lines in their order would take long
_IN_ORDER = 400
# more widgets would take long to lay out
_EACH_BY_ITSELF = 100


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that came or went."""

    text: str
    added: bool


def changed_lines(before: str, after: str) -> list[ChangedLine]:
    """The lines in which two texts differ, in their order; blank lines say nothing and are left out.

    Where very many differ, all that went stand before all that came, and a line that only moved is none.
    """
    old, new = _without_ends(_lines(before), _lines(after))
    if max(len(old), len(new)) > _IN_ORDER:
        return [*_only_in(old, new, added=False), *_only_in(new, old, added=True)]
    found: list[ChangedLine] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found += [ChangedLine(line, added=False) for line in old[a:b]]
            found += [ChangedLine(line, added=True) for line in new[c:d]]
    return found


def difference(lines: Sequence[ChangedLine]) -> QWidget:
    """Each changed line with plus or minus; where they are very long, with the word in a view of its own."""
    if len(lines) <= _EACH_BY_ITSELF and sum(len(line.text) for line in lines) <= LONG:
        return NotesDifference(lines)
    return LongText("\n".join(map(_said, lines)), tr(visit.CHANGED_NOTES))


class NotesDifference(QWidget):
    """Each changed line with plus or minus, and the word for a screen reader."""

    def __init__(self, lines: Sequence[ChangedLine], parent: QWidget | None = None) -> None:
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
    row.setAccessibleName(_said(line))
    icon = Icon("plus", 14, Tone.GOOD) if line.added else Icon("minus", 14, Tone.ACT)
    inside = QHBoxLayout(row)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(9)
    inside.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    inside.addWidget(words, 1)
    return row


def _said(line: ChangedLine) -> str:
    return tr(visit.ADDED if line.added else visit.REMOVED, text=line.text)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _without_ends(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """What is left where both begin and end alike."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    left = shorter - head
    tail = next((at for at in range(left) if old[-1 - at] != new[-1 - at]), left)
    return old[head : len(old) - tail], new[head : len(new) - tail]


def _only_in(lines: Sequence[str], others: Sequence[str], *, added: bool) -> list[ChangedLine]:
    there = Counter(others)
    found = []
    for line in lines:
        if there[line] > 0:
            there[line] -= 1
        else:
            found.append(ChangedLine(line, added))
    return found

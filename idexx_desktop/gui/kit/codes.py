"""Codes that people carry from one place to another: shown in large cells of one width, typed in groups.

They are painted and can't be marked, so none gets onto the clipboard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintDevice, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import SPACE

_GROUP = 4
_LINE_HEIGHT = 1.6
_INSIDE = 12
# letters that codes don't have, as the figures that they are mistaken for
_MEANT = str.maketrans("OIL", "011")


def grouped(typed: str) -> str:
    """What was typed, as codes are printed: `abcd ol2` becomes `ABCD-012`."""
    symbols = "".join(each for each in typed.upper() if each.isascii() and each.isalnum()).translate(_MEANT)
    return "-".join(symbols[start : start + _GROUP] for start in range(0, len(symbols), _GROUP))


@dataclass(frozen=True, slots=True)
class CodeLayout:
    """Where each symbol of a code stands: cells of one width, groups kept together, as few lines as fit."""

    cells: tuple[tuple[QRectF, str], ...]
    height: float

    @classmethod
    def of(cls, code: str, face: QFont, room: float, device: QPaintDevice | None = None) -> CodeLayout:
        """Lay a code out in lines of at most `room` (in the device's units)."""
        metrics = QFontMetricsF(face, device) if device else QFontMetricsF(face)
        cell, high = metrics.horizontalAdvance("M"), metrics.height() * _LINE_HEIGHT
        cells: list[tuple[QRectF, str]] = []
        x = y = 0.0
        for group in re.split(r"[-\s]+", code.strip()):
            if x and x + cell * len(group) > room:
                x, y = 0.0, y + high
            cells += [(QRectF(x + cell * place, y, cell, high), symbol) for place, symbol in enumerate(group)]
            x += cell * (len(group) + 1)
        return cls(tuple(cells), y + high)

    def paint(self, painter: QPainter, corner: QPointF) -> None:
        """Draw it with the painter's font and pen."""
        for cell, symbol in self.cells:
            painter.drawText(cell.translated(corner), Qt.AlignmentFlag.AlignCenter, symbol)


class CodeView(QWidget):
    """A code to be read off this screen, on a surface of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = ""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        # a screen reader comes to it by Tab
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def code(self) -> str:
        """What is shown."""
        return self._code

    def show_code(self, code: str, name: str) -> None:
        """Show a code; `name` is what a screen reader says. "" for both forgets it."""
        self._code = code
        self.setAccessibleName(name)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._layout(width).height) + _INSIDE if self._code else 0

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(max(self.width(), 120)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens().accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().hover))
        radius = SPACE.control_radius
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        painter.setFont(font(Style.PAGE_TITLE))
        painter.setPen(QColor(tokens().ink))
        self._layout(self.width()).paint(painter, QPointF(_INSIDE, _INSIDE / 2))
        painter.end()

    def _layout(self, width: int) -> CodeLayout:
        return CodeLayout.of(self._code, font(Style.PAGE_TITLE), width - 2 * _INSIDE)


class CodeInput(TextInput):
    """A code as it is typed: capitals, in groups, and O, I, L as the figures they stand for."""

    def __init__(self, *, wide: int) -> None:
        super().__init__(wide=wide)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhPreferUppercase
        )
        self.textEdited.connect(self._regroup)

    def _regroup(self, typed: str) -> None:
        shown = grouped(typed)
        if shown == typed:
            return
        # the cursor stays behind the symbol that it was behind
        behind = len(grouped(typed[: self.cursorPosition()]))
        self.setText(shown)
        self.setCursorPosition(behind)

"""Names and values under each other, for side panels: plain text that can be selected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.shown import shown

_NAMES_WIDE = 104
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class Facts(QWidget):
    """Rows of (name, value); a row without a value is left out."""

    def __init__(self, rows: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        grid.setColumnMinimumWidth(0, _NAMES_WIDE)
        grid.setColumnStretch(1, 1)
        self.shown = [(name, value) for name, value in rows if value]
        top = Qt.AlignmentFlag.AlignTop
        for line, (name, value) in enumerate(self.shown):
            label = Text(name, Style.SECONDARY, "secondary", wrap=True)
            label.setFixedWidth(_NAMES_WIDE)
            words = Text(value, Style.SECONDARY, wrap=True)
            words.setTextInteractionFlags(_SELECTABLE)
            words.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            words.setAccessibleName(shown(f"{name}: {value}"))
            grid.addWidget(label, line, 0, top)
            grid.addWidget(words, line, 1, top)

"""What whoever calls has to know first, where a call is made with care; the same in every panel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import calls, tr


def add_care(content: QVBoxLayout, sentences: Sequence[str]) -> None:
    """Below what a panel has so far: that it is a call with care, what to do first, and which sentences say so."""
    content.addSpacing(12)
    content.addWidget(Text(tr(calls.CARE), Style.CARD_TITLE, "attention", wrap=True))
    content.addSpacing(2)
    content.addWidget(Text("\n".join((tr(calls.CARE_FIRST), *sentences)), Style.BODY, wrap=True))

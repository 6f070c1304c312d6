"""Saving a sign-in on a computer that isn't approved: the offer, and what the other computers lose by it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.strings import computers, tr
from idexx_desktop.gui.tokens import Tone


def start_over_bar(action: BarAction) -> InlineBar:
    """Why a sign-in that Neo accepted wasn't saved; it is for exactly what was tested."""
    words = tr(computers.ACCEPTED_BUT), tr(computers.ACCEPTED_BUT_MORE)
    return InlineBar(Tone.ATTENTION, *words, (action,), closable=True)


def start_over_dialog(parent: QWidget) -> ConfirmDialog:
    """Asks first. Connect `accepted` to the saving."""
    return ConfirmDialog(
        parent, tr(computers.START_OVER_ASK), tr(computers.START_OVER_TEXT), tr(computers.START_OVER)
    )

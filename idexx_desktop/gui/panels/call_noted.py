"""What stands in the panel of a call once its outcome is noted: that it is, for the record, and who is next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.records import CallOutcome, CallRecord
from idexx_desktop.gui import call_words, timewords, whose_words
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import KeyButton
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import kit, saying, tr
from idexx_desktop.gui.tokens import Tone


@dataclass(frozen=True, slots=True)
class Noted:
    """An outcome that was just recorded of a call, and what takes it back."""

    call: CallRecord
    outcome: CallOutcome
    undo: Callable[[], object] | None = None
    next_attempt_at: datetime | None = None


class CallNoted(QWidget):
    """Made of an outcome; `copy_record` and its undo are also keys of the page."""

    def __init__(
        self, noted: Noted, desk: Desk, copy_record: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        look = call_words.outcome_look(noted.outcome.outcome)
        when = whose_words.local(timewords.spoken, noted.outcome.at, noted.call, desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        pill = (
            PillLook(look.icon, look.label, look.tone)
            if look
            else PillLook("info", noted.outcome.outcome, Tone.OFF)
        )
        column.addWidget(Pill(pill, wide=True))
        column.addWidget(Text(tr(saying.NOTED, when=when), Style.SECONDARY, "secondary", wrap=True))
        if noted.next_attempt_at:
            then = whose_words.local(timewords.spoken, noted.next_attempt_at, noted.call, desk)
            column.addWidget(Text(tr(saying.NEXT_TRY, when=then), Style.BODY, wrap=True))
        if noted.outcome.note:
            column.addWidget(Text(noted.outcome.note, Style.BODY, wrap=True))
        column.addWidget(KeyButton(tr(saying.COPY_RECORD), copy_record, "copy", tr(saying.COPY_KEY)))
        if noted.undo:
            column.addWidget(KeyButton(tr(kit.UNDO), noted.undo, "undo-2", tr(saying.UNDO_KEY)))

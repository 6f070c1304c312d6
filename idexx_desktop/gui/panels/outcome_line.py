"""What came of a call, as a line of its panel that can be copied for the record."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.records import CallOutcome, CallRecord
from idexx_desktop.gui import call_words, timewords, whose_words
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import QuietButton
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.panels.call_questions import answered_lines
from idexx_desktop.gui.record_line import record_line
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import saying, tr


def copy_record(call: CallRecord, outcome: CallOutcome, desk: Desk) -> None:
    """Copy an outcome as a line for Neo, and say so."""
    QGuiApplication.clipboard().setText(record_line(call, outcome, desk.zone_of(call.others)))
    desk.say(tr(saying.RECORD_COPIED))


class OutcomeLine(QWidget):
    """Outcome, who noted it and when, and the note."""

    def __init__(
        self, outcome: CallOutcome, call: CallRecord, desk: Desk, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._outcome, self._call, self._desk = outcome, call, desk
        look = call_words.outcome_look(outcome.outcome)
        label = look.label if look else outcome.outcome
        when = whose_words.local(timewords.spoken, outcome.at, call, desk)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(label, Style.LABEL))
        by = ", ".join(part for part in (outcome.by, when) if part)
        words.addWidget(Text(by, Style.SECONDARY, "secondary", wrap=True))
        if outcome.note:
            words.addWidget(Text(outcome.note, Style.SECONDARY, wrap=True))
        for answered in answered_lines(outcome.answers):
            words.addWidget(answered)
        icon = Icon(look.icon if look else "info", 16, look.tone if look else None)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        copy = QuietButton(tr(saying.COPY_RECORD), self._copy, icon_name="copy")
        row.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(shown(f"{label}, {by}. {outcome.note}".strip()))

    def _copy(self) -> None:
        copy_record(self._call, self._outcome, self._desk)

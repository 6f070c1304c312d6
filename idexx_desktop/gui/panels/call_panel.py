"""The panel of one discharge call: the number, what to say, and what came of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from idexx_desktop.domain.careful_calls import is_made_with_care
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.handed_over import UNDER_WAY, CallTrouble
from idexx_desktop.domain.ranks import PAUSED
from idexx_desktop.domain.records import CallOutcome, CallRecord
from idexx_desktop.gui import call_words, timewords, whose_words
from idexx_desktop.gui.call_actions import CallActions
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.buttons import RowButton, SecondaryButton
from idexx_desktop.gui.kit.long_text import passage
from idexx_desktop.gui.kit.pills import Icon, Pill
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.kit.text import Line, Text, selectable
from idexx_desktop.gui.panels.call_questions import CallQuestions, answered_lines
from idexx_desktop.gui.panels.care import add_care
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog, next_start
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import calls, tr

_COLUMNS = 2
_BY_HAND = {
    CallTrouble.FAILED: calls.BY_HAND_FAILED,
    CallTrouble.STUCK: calls.BY_HAND_STUCK,
    CallTrouble.NOT_TAKEN: calls.BY_HAND_NOT_TAKEN,
}
_SHORT = {
    CallOutcomeKind.REACHED_WELL: calls.SHORT_WELL,
    CallOutcomeKind.REACHED_CONCERN: calls.SHORT_CONCERN,
}


class OutcomeForm(QWidget):
    """A note and six buttons. `chosen(CallOutcomeKind)`; `note` is kept until another call is shown."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = QLineEdit()
        self.note.setFont(font(Style.BODY))
        self.note.setPlaceholderText(tr(calls.NOTE))
        self.note.setAccessibleName(tr(calls.NOTE))
        self.note.setMaxLength(500)
        self.buttons: dict[CallOutcomeKind, RowButton] = {}
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, (outcome, look) in enumerate(call_words.OUTCOME_LOOKS.items()):
            words = tr(_SHORT[outcome]) if outcome in _SHORT else look.label
            button = RowButton(words, partial(self.chosen.emit, outcome), icon_name=look.icon)
            button.setAccessibleName(look.label)
            self.buttons[outcome] = button
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(8)
        column.addWidget(Line())
        column.addWidget(Text(tr(calls.OUTCOME), Style.CARD_TITLE))
        column.addWidget(self.note)
        column.addLayout(grid)


class CallPanel(SidePanel):
    """`show_call(row)` shows a row of the table; the same words again change nothing: a note is typed in peace."""

    # below the number some lines of what to say are in sight, also where the form takes most of the room
    least_height = 180

    def __init__(self, desk: Desk, actions: CallActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: CallRecord | None = None
        self._sent = self._sending = ""
        # the clinic's day and the state: what is said of a row changes with them, too
        self._shown_at: object = None
        self._desk, self._actions = desk, actions
        self._dialog: ChooseTimeDialog | None = None
        self.form = OutcomeForm()
        self.form.chosen.connect(self._record)
        actions.recorded.connect(self._recorded)
        self.questions = CallQuestions(self)
        self.body.insertWidget(self.body.count() - 1, self.form)

    def show_call(self, row: CallRecord) -> None:
        """Show a call."""
        pill = call_words.state_pill(row, self._desk.now())
        shown_at = self._desk.today(row.others), pill
        if row == self.row and shown_at == self._shown_at:
            return
        self._shown_at = shown_at
        if self.row is None or row.id != self.row.id:
            self.form.note.clear()
            self._sent = ""
        self.row = row
        parts = (call_words.owner(row), call_words.kind(row))
        self.begin(call_words.pets(row), " · ".join(part for part in parts if part), row.id)
        self.content.addWidget(Pill(pill, wide=True))
        if is_made_with_care(row):
            add_care(self.content, row.care)
        self._add_time(row)
        self._add_number(row)
        self._add_report(row)
        self._add_outcomes(row)
        self._add_words(row)
        self.questions.add_to(self.content, row)
        self._add_actions(row)

    def is_being_typed_in(self) -> bool:
        """A note, or an answer, that went along with no result yet."""
        is_typed = self.form.note.text().strip() not in ("", self._sent)
        return not self.form.isHidden() and (is_typed or bool(self.questions.ticked()))

    def say_lost(self) -> None:
        """Said above everything else."""
        self.content.insertWidget(0, Text(tr(calls.LOST), Style.SECONDARY, "attention", wrap=True))

    def take_focus(self) -> None:
        """To the first outcome, where one can be noted."""
        if self.form.isVisible():
            next(iter(self.form.buttons.values())).setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().take_focus()

    # what it shows

    def _add_time(self, row: CallRecord) -> None:
        words = whose_words.local(timewords.full, row.scheduled_for, row, self._desk)
        when = Text(words, Style.SECONDARY, "secondary")
        when.setToolTip(whose_words.exact(row.scheduled_for, row, self._desk))
        self.content.addSpacing(10)
        self.content.addWidget(when)

    def _add_number(self, row: CallRecord) -> None:
        self.number = Text(call_words.number(row.customer_phone), Style.PAGE_TITLE)
        selectable(self.number)
        copy = RowButton(tr(calls.COPY), self._copy, icon_name="copy")
        copy.setAccessibleName(tr(calls.COPY_NUMBER))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.number, 1)
        line.addWidget(copy)
        self.content.addLayout(line)
        if row.all_numbers:
            words = tr(calls.ALL_NUMBERS, numbers=row.all_numbers)
            self.all_numbers = Text(words, Style.SECONDARY, "secondary", wrap=True)
            selectable(self.all_numbers)
            self.content.addWidget(self.all_numbers)

    def _add_words(self, row: CallRecord) -> None:
        self.content.addSpacing(14)
        self.content.addWidget(Text(tr(calls.SAY), Style.CARD_TITLE))
        self.content.addSpacing(2)
        if row.summary:
            self.content.addWidget(passage(row.summary, tr(calls.SAY), Style.BODY))
        else:
            self.content.addWidget(Text(tr(calls.NOTHING_TO_SAY), Style.BODY, "secondary", wrap=True))

    def _add_report(self, row: CallRecord) -> None:
        said = call_words.report(row)
        if not said:
            return
        self.content.addSpacing(14)
        self.content.addWidget(Text(tr(calls.REPORT), Style.CARD_TITLE))
        for name, value in said:
            self.content.addSpacing(6)
            self.content.addWidget(Text(name, Style.SECONDARY, "secondary", wrap=True))
            self.content.addWidget(Text(value, Style.BODY, wrap=True))

    def _add_outcomes(self, row: CallRecord) -> None:
        if not row.outcomes:
            return
        self.content.addSpacing(14)
        self.content.addWidget(Text(tr(calls.SO_FAR), Style.CARD_TITLE))
        for outcome in reversed(row.outcomes):
            self.content.addSpacing(6)
            self.content.addWidget(self._outcome(outcome, row))

    def _outcome(self, outcome: CallOutcome, call: CallRecord) -> QWidget:
        look = call_words.outcome_look(outcome.outcome)
        label = look.label if look else outcome.outcome
        when = whose_words.local(timewords.spoken, outcome.at, call, self._desk)
        line = QWidget()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(label, Style.LABEL))
        by = ", ".join(part for part in (outcome.by, when) if part)
        words.addWidget(Text(by, Style.SECONDARY, "secondary", wrap=True))
        if outcome.note:
            words.addWidget(Text(outcome.note, Style.SECONDARY, wrap=True))
        for each in answered_lines(outcome.answers):
            words.addWidget(each)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        row.addWidget(
            Icon(look.icon if look else "info", 16, look.tone if look else None), 0, Qt.AlignmentFlag.AlignTop
        )
        row.addLayout(words, 1)
        line.setAccessibleName(shown(f"{label}, {by}. {outcome.note}".strip()))
        return line

    # what can be done

    def _add_actions(self, row: CallRecord) -> None:
        self.form.setVisible(call_words.can_be_called(row) and row.others is None)
        if row.others:
            self.add_note(whose_words.read_only(row, self._desk))
            return
        if row.trouble is not None:
            self.add_note(tr(_BY_HAND[row.trouble]))
        if call_words.is_open(row):
            self.foot.addWidget(SecondaryButton(tr(calls.DONT_CALL), self._dont_call), 1)
            self.foot.addWidget(SecondaryButton(tr(calls.ANOTHER_TIME), self._ask_when), 1)
        elif row.outcomes:
            self.foot.addStretch(1)
            self.foot.addWidget(SecondaryButton(tr(calls.TAKE_BACK), self._take_back, icon_name="undo-2"))
        elif row.status == PAUSED:
            self.add_note(tr(calls.PAUSED_NOTE))
            self.foot.addWidget(SecondaryButton(tr(calls.DONT_CALL), self._dont_call), 1)
        elif row.status in UNDER_WAY and row.trouble is None:
            self.add_note(tr(calls.HANDED_OVER))

    def _record(self, outcome: CallOutcomeKind) -> None:
        if self.row:
            note = self._sending = self.form.note.text().strip()
            if outcome is CallOutcomeKind.REACHED_CONCERN:
                note = "; ".join(filter(None, (note, self.questions.concern())))
            self._actions.record(self.row, outcome, note, self.questions.ticked())

    def _recorded(self, call_id: str, note: str) -> None:
        if self.row and self.row.id == call_id:
            self._sent = self._sending
            self.questions.clear()

    def _take_back(self) -> None:
        if self.row:
            opted_out = self.row.outcomes[-1].outcome == CallOutcomeKind.OPTED_OUT
            self._actions.take_back(self.row, opted_out=self.row.customer_phone if opted_out else "")

    def _dont_call(self) -> None:
        if self.row:
            self._actions.dont_call(self.row)

    def _ask_when(self) -> None:
        if self.row:
            now, zone = self._desk.now(), self._desk.zone
            title = tr(calls.TIME_ASK, owner=call_words.owner(self.row))
            text = tr(calls.TIME_TEXT, pets=call_words.pets(self.row))
            start = max(self.row.scheduled_for, next_start(now, zone))
            self._dialog = ChooseTimeDialog(self, title, text, start, now, zone)
            self._dialog.accepted.connect(partial(self._move, self.row))
            self._dialog.open()

    def _move(self, call: CallRecord) -> None:
        if self._dialog:
            self._actions.another_time(call, self._dialog.when())

    def _copy(self) -> None:
        if self.row:
            QGuiApplication.clipboard().setText(shown(self.row.customer_phone))
            self._desk.say(tr(calls.COPIED))

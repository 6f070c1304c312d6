"""The panel of one discharge call: the number, what to say, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.careful_calls import is_made_with_care
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.handed_over import UNDER_WAY, CallTrouble
from idexx_desktop.domain.ranks import PAUSED
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.what_to_say import VisitNotes
from idexx_desktop.gui import call_words, timewords, whose_words
from idexx_desktop.gui.bridge import Ticket
from idexx_desktop.gui.call_actions import CallActions
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.dialling import can_be_dialled, dial
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import KeyButton, NextButton, SecondaryButton
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.kit.text import Text, selectable
from idexx_desktop.gui.panels.call_noted import CallNoted, Noted
from idexx_desktop.gui.panels.call_questions import CallQuestions
from idexx_desktop.gui.panels.care import add_care
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog, next_start
from idexx_desktop.gui.panels.claim_line import ClaimLine
from idexx_desktop.gui.panels.outcome_form import OutcomeForm
from idexx_desktop.gui.panels.outcome_line import OutcomeLine, copy_record
from idexx_desktop.gui.panels.owners_numbers import OwnersNumbers
from idexx_desktop.gui.panels.which_died import WhichDied
from idexx_desktop.gui.panels.words_to_say import WordsToSay
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import calls, saying, tr

_BY_HAND = {
    CallTrouble.FAILED: calls.BY_HAND_FAILED,
    CallTrouble.STUCK: calls.BY_HAND_STUCK,
    CallTrouble.NOT_TAKEN: calls.BY_HAND_NOT_TAKEN,
}


class CallPanel(SidePanel):
    """`show_call(row)` shows a row of the table; the same words again change nothing: a note is typed in peace."""

    # below the number some lines of what to say are in sight, also where the form takes most of the room
    least_height = 180

    def __init__(self, desk: Desk, actions: CallActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: CallRecord | None = None
        self.noted: Noted | None = None
        self.words: WordsToSay | None = None
        # what was ticked as said in this call, and of which call an outcome is on its way
        self._said: frozenset[str] = frozenset()
        self._notes: list[VisitNotes] | None = None
        self._reading: Ticket | None = None
        self._sending = ""
        # the clinic's day and the state: what is said of a row changes with them, too
        self._shown_at: object = None
        self._desk, self._actions = desk, actions
        self._dialog: ChooseTimeDialog | None = None
        self._which: WhichDied | None = None
        self.claiming: ClaimLine | None = None
        self.form = OutcomeForm()
        self.form.chosen.connect(self._record)
        actions.failed.connect(self._not_recorded)
        self.questions = CallQuestions(self)
        self.form.ready = self.questions.concern
        self.body.insertWidget(self.body.count() - 1, self.form)

    def show_call(self, row: CallRecord) -> None:
        """Show a call."""
        pill = call_words.state_pill(row, self._desk.now())
        shown_at = self._desk.today(row.others), pill
        if row == self.row and shown_at == self._shown_at:
            return
        self._shown_at, self.noted = shown_at, None
        if self.row is None or row.id != self.row.id:
            self.form.start_over()
            self._said, self._notes = frozenset(), None
        self.row = row
        parts = (call_words.owner(row), call_words.kind(row))
        self.begin(call_words.pets(row), " · ".join(part for part in parts if part), row.id)
        self.content.addWidget(Pill(pill, wide=True))
        if is_made_with_care(row):
            add_care(self.content, row.care)
        self._add_time(row)
        self._add_claim(row, self._add_number(row))
        if call_words.can_be_called(row):  # what to say is in sight while somebody calls
            self._add_words(row)
            self._add_report(row)
            self._add_outcomes(row)
        else:
            self._add_report(row)
            self._add_outcomes(row)
            self._add_words(row)
        self._add_owners_numbers(row)
        self._add_actions(row)

    def is_being_typed_in(self) -> bool:
        """A note, or an answer, that went along with no result yet."""
        return self.form.is_being_typed_in or (not self.form.isHidden() and bool(self.questions.ticked()))

    @property
    def stays(self) -> bool:
        """With what was just noted, until another call is opened."""
        return self.noted is not None

    def let_go(self) -> None:
        """See `SidePanel`: what was noted isn't shown any more."""
        self.noted = None

    def show_noted(self, noted: Noted, following: CallRecord | None, open_next: Callable[[], object]) -> None:
        """In the place of a call what was noted of it, and who is next."""
        self.noted, self.row, self.words, self._sending = noted, None, None, ""
        self.form.start_over()
        self.questions.clear()
        self.form.hide()
        self.begin(call_words.pets(noted.call), call_words.owner(noted.call), f"noted {noted.call.id}")
        self.content.addWidget(CallNoted(noted, self._desk, self.copy_record))
        if following is None:
            self.add_note(tr(saying.NO_NEXT))
            return
        pets, owner = call_words.pets(following), call_words.owner(following)
        button = NextButton(tr(saying.NEXT, pets=pets), open_next, trailing_text=tr(saying.ENTER))
        button.setAccessibleName(tr(saying.NEXT_CALL, pets=pets, owner=owner))
        self.foot.addWidget(button, 1)

    def say_lost(self) -> None:
        """Said above everything else."""
        self.content.insertWidget(0, Text(tr(calls.LOST), Style.SECONDARY, "attention", wrap=True))

    def take_focus(self) -> None:
        """To the first outcome, where one can be noted."""
        if self.form.isVisible():
            self.form.take_focus()
        else:
            super().take_focus()

    # what it shows

    def _add_time(self, row: CallRecord) -> None:
        words = whose_words.local(timewords.full, row.scheduled_for, row, self._desk)
        if tries := call_words.tries(row):
            words = tr(calls.TRY_AT, tries=tries, when=words)
        when = Text(words, Style.SECONDARY, "secondary")
        when.setToolTip(whose_words.exact(row.scheduled_for, row, self._desk))
        self.content.addSpacing(10)
        self.content.addWidget(when)

    def _add_number(self, row: CallRecord) -> FlowRow:
        """The number, and the line of what can be done with it."""
        self.number = Text(call_words.number(row.customer_phone), Style.PAGE_TITLE, wrap=True)
        selectable(self.number)
        self.content.addWidget(self.number)
        self.content.addSpacing(4)
        line = FlowRow()
        if can_be_dialled(row.customer_phone):
            call = KeyButton(tr(saying.CALL), self.dial, "phone-call", tr(saying.DIAL_KEY))
            call.setAccessibleName(tr(saying.CALL_NUMBER))
            line.add(call)
        if row.customer_phone:
            copy = KeyButton(tr(calls.COPY), self.copy, "copy", tr(saying.COPY_KEY))
            copy.setAccessibleName(tr(calls.COPY_NUMBER))
            line.add(copy)
        self.content.addWidget(line)
        if row.all_numbers:
            words = tr(calls.ALL_NUMBERS, numbers=row.all_numbers)
            self.all_numbers = Text(words, Style.SECONDARY, "secondary", wrap=True)
            selectable(self.all_numbers)
            self.content.addSpacing(4)
            self.content.addWidget(self.all_numbers)
        return line

    def _add_claim(self, row: CallRecord, line: FlowRow) -> None:
        """One button more in the line of the number; who is calling has words of their own below."""
        self.claiming = None
        if not call_words.can_be_called(row) or row.others is not None:
            return
        self.claiming = ClaimLine(row, self._desk)
        if row.claim is None:
            line.add(self.claiming)
        else:
            self.content.addSpacing(8)
            self.content.addWidget(self.claiming)

    def claim(self) -> None:
        """Say that one is calling."""
        if self.claiming and self.claiming.isVisible():
            self.claiming.claim()

    def _add_owners_numbers(self, row: CallRecord) -> None:
        if row.others is None and row.visit_keys:
            self.content.addWidget(OwnersNumbers(self._desk, row.visit_keys[0]))

    def _add_words(self, row: CallRecord) -> None:
        self.content.addSpacing(14)
        self.words = WordsToSay(row, self._said)
        self.words.ticked.connect(self._ticked)
        self.words.notes_wanted.connect(self._read_notes)
        self.content.addWidget(self.words)
        self.questions.add_to(self.content, row)
        if self._reading:
            self._reading.cancel()  # it was asked of what was shown before
        if self._notes is not None:
            self.words.show_notes(self._notes)
            self.words.notes.set_open(is_open=True)

    def _ticked(self, said: object) -> None:
        if isinstance(said, frozenset):
            self._said = said

    def _read_notes(self) -> None:
        if self.row and self.words:
            visits, keys, others = self._desk.opened.visits, self.row.visit_keys, self.row.others
            self.words.say_of_notes(tr(saying.READING_NOTES))
            self._reading = self._desk.bridge.ask_anew(
                lambda: visits.notes(keys, others), self._notes_read, self._notes_not_read
            )

    def _notes_read(self, found: list[VisitNotes]) -> None:
        self._notes = found
        if self.words:
            self.words.show_notes(found)

    def _notes_not_read(self, failure: Failure) -> None:
        if self.words:
            self.words.say_of_notes(f"{failure.title} {failure.advice}".strip())

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
        so_far = sorted({*row.attempts, *row.outcomes}, key=lambda each: each.at, reverse=True)
        if not so_far:
            return
        self.content.addSpacing(14)
        self.content.addWidget(Text(tr(calls.SO_FAR), Style.CARD_TITLE))
        for outcome in so_far:
            self.content.addSpacing(6)
            self.content.addWidget(OutcomeLine(outcome, row, self._desk))

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
        if self.row is None or self._sending == self.row.id:
            return  # pressed twice
        if outcome is CallOutcomeKind.DIED and len(self.row.patient_names) > 1:
            self._which = WhichDied(self, self.row.patient_names)
            self._which.accepted.connect(partial(self._record_died, self.row))
            self._which.open()
            return
        self._send(outcome)

    def _record_died(self, call: CallRecord) -> None:
        if self._which and self.row and self.row.id == call.id:
            self._send(CallOutcomeKind.DIED, self._which.names())

    def _send(self, outcome: CallOutcomeKind, pets: tuple[str, ...] = ()) -> None:
        if self.row is None:
            return
        self._sending = self.row.id
        left = self.words.left_out() if self.words else None
        parts = [self.form.words]
        if left and left[0]:
            parts.append(tr(saying.LEFT_OUT, count=left[0], total=left[1]))
        note = " · ".join(filter(None, parts))
        self._actions.record(self.row, outcome, note, self.questions.ticked(), pets, self.form.said)

    def _not_recorded(self, _: object) -> None:
        self._sending = ""

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

    # the number and the record; keys of the page, too

    def dial(self) -> None:
        """Hand the number to whatever the system has for telephone calls; others see that one is calling."""
        self.claim()
        if self.row and can_be_dialled(self.row.customer_phone) and not dial(self.row.customer_phone):
            self.copy()
            self._desk.say(tr(saying.NO_TELEPHONE))

    def copy(self) -> None:
        """Copy the number; once an outcome is noted, the line for the record."""
        if self.noted:
            self.copy_record()
        elif self.row and self.row.customer_phone:
            QGuiApplication.clipboard().setText(shown(self.row.customer_phone))
            self._desk.say(tr(calls.COPIED))

    def copy_record(self) -> None:
        """Copy what was just noted, as a line for Neo."""
        if self.noted:
            copy_record(self.noted.call, self.noted.outcome, self._desk)

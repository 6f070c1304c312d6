"""The panel that answers "why?" and "why not?" for one visit, with what can be done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.care import CARE_RULE
from idexx_desktop.domain.careful_calls import is_with_care, with_its_care
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import timewords, visit_words, whose_words
from idexx_desktop.gui.bridge import Ticket
from idexx_desktop.gui.death_actions import DeathActions
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import Button, LinkButton, PrimaryButton, RowButton, SecondaryButton
from idexx_desktop.gui.kit.long_text import passage
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.kit.text import Line, Text
from idexx_desktop.gui.links import VisitEntries
from idexx_desktop.gui.panels.asked_sentences import AskedSentences
from idexx_desktop.gui.panels.care import add_care
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog, next_start
from idexx_desktop.gui.panels.death_line import DeathLine
from idexx_desktop.gui.panels.notes import changed_lines, difference
from idexx_desktop.gui.panels.owners_numbers import OwnersNumbers
from idexx_desktop.gui.panels.schedule_call import ScheduleCallDialog
from idexx_desktop.gui.panels.trace import TraceList
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import attention, calls, sentences, tr, tr_count, visit
from idexx_desktop.gui.visit_actions import VisitActions
from idexx_desktop.gui.visit_choices import Choice, choices
from idexx_desktop.gui.visit_words import Remedy

_TITLES = {
    VisitState.SCHEDULED: visit.WHY_CALL,
    VisitState.HELD: visit.WHY_NO_CALL,
    VisitState.EXCLUDED: visit.WHY_NO_CALL,
    VisitState.WAITING: visit.WHY_WAITING,
    VisitState.FAILED: visit.WHY_FAILED,
}
_REST_MS = 120
_PRIMARY = frozenset({Choice.KEEP_NO_CALL, Choice.AGREE, Choice.TRY_AGAIN, Choice.OPEN_IN_NEO})
_CHOICE_WORDS = {
    Choice.IGNORE: attention.IGNORE,
    Choice.TAKE_BACK: visit.TAKE_BACK,
    Choice.NO_CALL: calls.DONT_CALL,
    Choice.KEEP_NO_CALL: attention.KEEP_NO_CALL,
    Choice.SCHEDULE: attention.SCHEDULE,
    Choice.CALL_WITH_CARE: attention.CARE,
    Choice.AGREE: visit.AGREE,
    Choice.ANOTHER_TIME: calls.ANOTHER_TIME,
    Choice.TRY_AGAIN: attention.TRY_AGAIN,
    Choice.OPEN_IN_NEO: attention.OPEN_IN_NEO,
}


class VisitPanel(SidePanel):
    """`show_visit(row)` shows what a table's row has at once, and its notes when they are read.

    The same row again changes nothing. Reading notes is recorded, so while somebody runs down the list with the
    arrow keys they are read of the row only that is rested on, and not again unless there are others.
    """

    def __init__(self, desk: Desk, actions: VisitActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: VisitRecord | None = None
        self.buttons: dict[Choice, Button] = {}
        self._listed: VisitRecord | None = None
        # the clinic's day and what happens next: what is said of a row changes with them, too
        self._shown_at: object = None
        self._desk, self._actions = desk, actions
        self._asked: Ticket | None = None
        self._owed = False
        # whose notes are shown, and of which state
        self._read_of: tuple[str, str, bool] | None = None
        self._dialog: ScheduleCallDialog | ChooseTimeDialog | None = None
        self.asked: AskedSentences | None = None
        self.death: DeathLine | None = None
        self._deaths = DeathActions(desk, self)
        self._deaths.failed.connect(actions.failed)
        self._deaths.changed.connect(self._read_notes)
        self.neo = RowButton(tr(visit.NEO), self._open, icon_name="external-link")
        self.neo.setAccessibleName(tr(attention.OPEN_IN_NEO))
        self.neo.setToolTip(tr(attention.OPEN_IN_NEO))
        self.head.insertWidget(1, self.neo)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._rested)

    def show_visit(self, row: VisitRecord) -> None:
        """Show a row, then read the visit with its notes."""
        shown_at = self._desk.today(row.others), self._pill(row)
        if row == self._listed and shown_at == self._shown_at:
            return
        self._shown_at = shown_at
        if self._asked:
            self._asked.cancel()
        shown, self._listed = self.row, row
        if shown and shown.id == row.id:
            # until they are read again, the notes that are shown stay
            row = replace(
                row,
                notes=shown.notes,
                previous_notes=shown.previous_notes,
                notes_changed_after_call=shown.notes_changed_after_call,
                death=shown.death,
                asked_sentences=shown.asked_sentences if shown.content_hash == row.content_hash else (),
            )
        self._fill(row)
        if self._read_of == _notes_of(row):
            return
        self._owed = self._rest.isActive()
        self._rest.start()
        if not self._owed:
            self._read_notes()

    @property
    def waits(self) -> bool:
        """See `SidePanel`: notes are to be read once somebody rests on the row."""
        return self._owed and self._rest.isActive()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.isHidden():
            # closed: whoever opens it again looks at the notes again, even at those of the same visit
            self._listed = self._read_of = None

    def _rested(self) -> None:
        if self._owed and self.isVisible():
            self._owed = False
            self._read_notes()

    def _read_notes(self) -> None:
        if self._listed is None:
            return
        visits, key, others = self._desk.opened.visits, self._listed.visit_key, self._listed.others
        self._read_of = None
        self._asked = self._desk.bridge.ask(lambda: visits.get(key, others), self._read, self._not_read)

    def _read(self, row: VisitRecord) -> None:
        self._asked = None
        self._read_of = _notes_of(row)
        if row != self.row:
            self._fill(row)

    def _not_read(self, failure: Failure) -> None:
        self._asked = None
        self._section(failure.title)
        self._note(failure.advice)

    # what it shows

    def _fill(self, row: VisitRecord) -> None:
        self.row = row
        kind = ", ".join(part for part in (row.species, row.breed) if part)
        subtitle = " · ".join(part for part in (row.owner_name, kind) if part)
        self.begin(visit_words.pet(row), subtitle or visit_words.owner(row), row.id)
        self.content.addWidget(Pill(self._pill(row), wide=True))
        if is_with_care(row):
            add_care(self.content, row.care)
        self._add_change(row)
        self._section(tr(_TITLES[row.state]))
        self._note(row.failure_title or row.reason)
        if row.failure_advice:
            self._note(row.failure_advice)
        self._add_asked(row)
        self._add_owners_numbers(row)
        if row.trace:
            self.content.addSpacing(10)
            said_above = CARE_RULE if is_with_care(row) else ""
            self.content.addWidget(TraceList([step for step in row.trace if step.rule != said_above]))
        if row.others is None:
            self.death = DeathLine(row, self._deaths, self._desk)
            self.content.addWidget(self.death)
        self._add_notes(row)
        self._add_details(row)
        self._add_buttons(row)

    def _pill(self, row: VisitRecord) -> PillLook:
        look = visit_words.happens_next(row, self._desk.now(), self._desk.zone_of(row.others))
        asks = (
            row.others is None
            and row.state is VisitState.HELD
            and row.needs_attention
            and visit_words.remedy(row) is Remedy.DECIDE
        )
        return PillLook(look.icon, tr(visit.HELD_TO_DECIDE), look.tone) if asks else look

    def _add_change(self, row: VisitRecord) -> None:
        if not row.notes_changed_after_call or row.previous_notes is None or row.notes is None:
            return
        self.content.addSpacing(12)
        self.content.addWidget(Text(tr(visit.CHANGED_NOTES), Style.CARD_TITLE, "attention", wrap=True))
        self.content.addWidget(difference(changed_lines(row.previous_notes, row.notes)))

    def _add_owners_numbers(self, row: VisitRecord) -> None:
        """Where its number is what it is about they are there at once; else where a call is, or could be."""
        wrong = row.reason_code == ReasonCode.WRONG_NUMBER
        if (
            row.others is None
            and row.phone
            and (wrong or row.state in (VisitState.SCHEDULED, VisitState.HELD))
        ):
            self.content.addWidget(OwnersNumbers(self._desk, row.visit_key, opened=wrong))

    def _add_asked(self, row: VisitRecord) -> None:
        if row.asked_sentences:
            self._section(tr(sentences.ASKED))
            self.asked = AskedSentences(row.asked_sentences, partial(self._actions.say, row.visit_key))
            self.content.addWidget(self.asked)

    def _add_notes(self, row: VisitRecord) -> None:
        if row.notes is None and row.has_clinical_notes:
            return
        self.content.addSpacing(14)
        self.content.addWidget(Line())
        self._section(tr(visit.NOTES))
        if row.notes:
            self.content.addSpacing(2)
            self.content.addWidget(passage(row.notes, tr(visit.NOTES), color="secondary"))
        else:
            self._note(tr(visit.NO_NOTES))

    def _add_details(self, row: VisitRecord) -> None:
        lines = []
        if row.last_read_at:
            when = whose_words.local(timewords.spoken, row.last_read_at, row, self._desk)
            lines.append(tr(visit.READ_AT, when=when))
        if row.state is VisitState.FAILED and row.last_attempt_at:
            when = whose_words.local(timewords.spoken, row.last_attempt_at, row, self._desk)
            lines.append(tr_count(visit.TRIES_ONE, visit.TRIES_MANY, row.attempts, when=when))
        if row.next_try_at and row.next_try_at > self._desk.now():
            when = whose_words.local(timewords.spoken, row.next_try_at, row, self._desk)
            lines.append(tr(visit.NEXT_TRY, when=when))
        if row.failure_code:
            lines.append(tr(visit.CODE, code=row.failure_code))
        if lines:
            self.content.addSpacing(14)
            self.content.addWidget(Text("\n".join(lines), Style.SMALL, "secondary", wrap=True))
        self.content.addSpacing(10)
        entries = LinkButton(tr(visit.SHOW_ENTRIES), self._show_entries)
        self.content.addWidget(entries, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_entries(self) -> None:
        row = self.row
        if row is None:
            return
        # a day, because clocks of computers never agree
        since = row.first_seen_at - timedelta(days=1)
        clinic = row.others.clinic_id if row.others else None
        own = self._desk.opened.clinic.clinic_id
        self._desk.go("activity", VisitEntries(row.visit_key, visit_words.pet(row), since, clinic or own))

    def _section(self, title: str) -> None:
        self.content.addSpacing(12)
        self.content.addWidget(Text(title, Style.CARD_TITLE, wrap=True))

    def _note(self, text: str) -> None:
        self.content.addSpacing(2)
        self.content.addWidget(Text(text, Style.SECONDARY, "secondary", wrap=True))

    # what can be done

    def _add_buttons(self, row: VisitRecord) -> None:
        offered = choices(row)
        self.buttons = {}
        # where its own button stands below, there is none above
        self.neo.setVisible(row.others is None and Choice.OPEN_IN_NEO not in offered)
        if row.others:
            self.add_note(whose_words.read_only(row, self._desk))
        for choice in offered:
            words, run = tr(_CHOICE_WORDS[choice]), partial(self._choose, choice)
            if choice is offered[-1] and choice in _PRIMARY:
                button: Button = PrimaryButton(words, run)
            elif choice is Choice.IGNORE and len(offered) > 2:
                button = LinkButton(words, run)
            else:
                button = SecondaryButton(words, run)
            self.buttons[choice] = button
            self.foot.addWidget(button, 0 if isinstance(button, LinkButton) else 1)

    def _choose(self, choice: Choice) -> None:
        row = self.row
        if row is None:
            return
        match choice:
            case Choice.IGNORE:
                self._actions.decide(row, PersonChoice.IGNORE)
            case Choice.NO_CALL | Choice.KEEP_NO_CALL:
                self._actions.decide(row, PersonChoice.NO_CALL)
            case Choice.AGREE:
                self._actions.decide(row, PersonChoice.CALL)
            case Choice.TAKE_BACK:
                self._actions.take_back(row)
            case Choice.TRY_AGAIN:
                self._actions.try_again(row)
            case Choice.OPEN_IN_NEO:
                self._actions.open_in_neo(row)
            case Choice.SCHEDULE | Choice.CALL_WITH_CARE:
                self._ask_when()
            case Choice.ANOTHER_TIME:
                self._ask_another_time(row)

    def _open(self) -> None:
        self._choose(Choice.OPEN_IN_NEO)

    def _ask_when(self) -> None:
        row = self.row
        if row is None:
            return
        dialog = ScheduleCallDialog(self, row, self._desk.now(), self._desk.zone)
        dialog.accepted.connect(partial(self._schedule, row))
        self._dialog = dialog
        dialog.open()

    def _ask_another_time(self, row: VisitRecord) -> None:
        now, zone = self._desk.now(), self._desk.zone
        title = tr(calls.TIME_ASK, owner=row.owner_name or tr(calls.NO_OWNER))
        text = tr(calls.TIME_TEXT, pets=visit_words.pet(row))
        start = max(row.call_scheduled_for or now, next_start(now, zone))
        dialog = ChooseTimeDialog(self, title, text, start, now, zone)
        dialog.accepted.connect(partial(self._schedule, row))
        self._dialog = dialog
        dialog.open()

    def _schedule(self, row: VisitRecord) -> None:
        if self._dialog:
            why = self._dialog.why() if isinstance(self._dialog, ScheduleCallDialog) else ""
            self._actions.decide(row, with_its_care(PersonChoice.CALL, row), why, self._dialog.when())


def _notes_of(row: VisitRecord) -> tuple[str, str, bool]:
    """What is another one where a visit has other notes."""
    return row.id, row.content_hash, row.has_clinical_notes

"""The panel that answers "why?" and "why not?" for one visit, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import timewords, visit_words
from idexx_desktop.gui.bridge import Ticket
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import LinkButton, PrimaryButton, RowButton, SecondaryButton
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.kit.text import Line, Text
from idexx_desktop.gui.panels.schedule_call import ScheduleCallDialog
from idexx_desktop.gui.panels.trace import TraceList
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import attention, tr, tr_count, visit
from idexx_desktop.gui.visit_actions import VisitActions
from idexx_desktop.gui.visit_words import Remedy

_TITLES = {
    VisitState.SCHEDULED: visit.WHY_CALL,
    VisitState.HELD: visit.WHY_NO_CALL,
    VisitState.EXCLUDED: visit.WHY_NO_CALL,
    VisitState.WAITING: visit.WHY_WAITING,
    VisitState.FAILED: visit.WHY_FAILED,
}


class VisitPanel(SidePanel):
    """`show_visit(row)` shows what a table's row has at once, and its notes when they are read."""

    def __init__(self, desk: Desk, actions: VisitActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: VisitRecord | None = None
        self._desk, self._actions = desk, actions
        self._asked: Ticket | None = None
        self._dialog: ScheduleCallDialog | None = None
        self.neo = RowButton(tr(visit.NEO), self._open, icon_name="external-link")
        self.neo.setAccessibleName(tr(attention.OPEN_IN_NEO))
        self.neo.setToolTip(tr(attention.OPEN_IN_NEO))
        self.head.insertWidget(1, self.neo)

    def show_visit(self, row: VisitRecord) -> None:
        """Show a row, then read the visit with its notes."""
        if self._asked:
            self._asked.cancel()
        self._fill(row)
        visits = self._desk.opened.visits
        self._asked = self._desk.bridge.ask(lambda: visits.get(row.visit_key), self._read, self._not_read)

    def _read(self, row: VisitRecord) -> None:
        self._fill(row)

    def _not_read(self, failure: Failure) -> None:
        self._section(failure.title)
        self._note(failure.advice)

    # what it shows

    def _fill(self, row: VisitRecord) -> None:
        self.row = row
        kind = ", ".join(part for part in (row.species, row.breed) if part)
        subtitle = " · ".join(part for part in (row.owner_name, kind) if part)
        self.begin(visit_words.pet(row), subtitle or visit_words.owner(row))
        self.content.addWidget(Pill(self._pill(row), wide=True))
        self._section(tr(_TITLES[row.state]))
        self._note(row.failure_title or row.reason)
        if row.trace:
            self.content.addSpacing(10)
            self.content.addWidget(TraceList(row.trace))
        self._add_notes(row)
        self._add_details(row)
        self._add_actions(row)

    def _pill(self, row: VisitRecord) -> PillLook:
        look = visit_words.happens_next(row, self._desk.now(), self._desk.zone)
        asks = (
            row.state is VisitState.HELD and row.needs_attention and visit_words.remedy(row) is Remedy.DECIDE
        )
        return PillLook(look.icon, tr(visit.HELD_TO_DECIDE), look.tone) if asks else look

    def _add_notes(self, row: VisitRecord) -> None:
        if row.notes is None and row.has_clinical_notes:
            return
        self.content.addSpacing(14)
        self.content.addWidget(Line())
        self._section(tr(visit.NOTES))
        self._note(row.notes or tr(visit.NO_NOTES), selectable=bool(row.notes))
        if row.notes_changed_after_call and row.previous_notes:
            self.content.addSpacing(8)
            self.content.addWidget(Text(tr(visit.CHANGED_NOTES), Style.LABEL, "attention", wrap=True))
            self._note(row.previous_notes, selectable=True)

    def _add_details(self, row: VisitRecord) -> None:
        now, zone = self._desk.now(), self._desk.zone
        lines = []
        if row.last_read_at:
            lines.append(tr(visit.READ_AT, when=timewords.spoken(row.last_read_at, now, zone)))
        if row.state is VisitState.FAILED and row.last_attempt_at:
            when = timewords.spoken(row.last_attempt_at, now, zone)
            lines.append(tr_count(visit.TRIES_ONE, visit.TRIES_MANY, row.attempts, when=when))
        if row.failure_code:
            lines.append(tr(visit.CODE, code=row.failure_code))
        if lines:
            self.content.addSpacing(14)
            self.content.addWidget(Text("\n".join(lines), Style.SMALL, "secondary", wrap=True))

    def _section(self, title: str) -> None:
        self.content.addSpacing(12)
        self.content.addWidget(Text(title, Style.CARD_TITLE, wrap=True))

    def _note(self, text: str, *, selectable: bool = False) -> None:
        words = Text(text, Style.SECONDARY, "secondary", wrap=True)
        if selectable:
            flags = (
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            words.setTextInteractionFlags(flags)
        self.content.addSpacing(2)
        self.content.addWidget(words)

    # what can be done

    def _add_actions(self, row: VisitRecord) -> None:
        if not row.needs_attention:
            return
        match visit_words.remedy(row):
            case Remedy.TRY_AGAIN:
                self._add(PrimaryButton(tr(attention.TRY_AGAIN), self._try_again))
                self._add(SecondaryButton(tr(attention.IGNORE), self._ignore))
            case Remedy.OPEN_IN_NEO:
                self._add(PrimaryButton(tr(attention.OPEN_IN_NEO), self._open))
                self._add(SecondaryButton(tr(attention.TRY_AGAIN), self._try_again))
                self._add(LinkButton(tr(attention.IGNORE), self._ignore), 0)
            case Remedy.DECIDE:
                self._add(PrimaryButton(tr(attention.KEEP_NO_CALL), self._no_call))
                self._add(SecondaryButton(tr(attention.SCHEDULE), self._ask_when))

    def _add(self, button: QWidget, stretch: int = 1) -> None:
        self.foot.addWidget(button, stretch)

    def _open(self) -> None:
        if self.row:
            self._actions.open_in_neo(self.row)

    def _try_again(self) -> None:
        if self.row:
            self._actions.try_again(self.row)

    def _ignore(self) -> None:
        if self.row:
            self._actions.decide(self.row, PersonChoice.IGNORE)

    def _no_call(self) -> None:
        if self.row:
            self._actions.decide(self.row, PersonChoice.NO_CALL)

    def _ask_when(self) -> None:
        if self.row:
            self._dialog = ScheduleCallDialog(self, self.row, self._desk.now(), self._desk.zone)
            self._dialog.accepted.connect(self._schedule)
            self._dialog.open()

    def _schedule(self) -> None:
        if self._dialog:
            self._actions.decide(self._dialog.row, PersonChoice.CALL, self._dialog.why(), self._dialog.when())

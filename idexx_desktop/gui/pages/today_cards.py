"""The cards of Today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.careful_calls import is_made_with_care
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.needs import Needs
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.domain.records import CallRecord, VisitRecord
from idexx_desktop.gui import call_words, needs_words, timewords, visit_words
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.headline import Headline
from idexx_desktop.gui.kit.buttons import LinkButton, RowButton, SecondaryButton
from idexx_desktop.gui.kit.cards import Card, clear_layout
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.kit.ledger import LedgerBar
from idexx_desktop.gui.kit.pills import Icon, IconTile
from idexx_desktop.gui.kit.text import ElidedText, Line, Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.states import CARE_ICON, visit_look
from idexx_desktop.gui.strings import attention, today, tr
from idexx_desktop.gui.strings import calls as calls_words
from idexx_desktop.gui.tokens import Tone
from idexx_desktop.gui.visit_words import Remedy

_BUTTONS = {
    Remedy.TRY_AGAIN: attention.TRY_AGAIN,
    Remedy.OPEN_IN_NEO: attention.OPEN_IN_NEO,
    Remedy.DECIDE: attention.REVIEW,
}


class SentenceCard(Card):
    """The sentence, the line below it, the ledger, and the button that helps: `helped(Failure)`."""

    helped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._failure: Failure | None = None
        self._icon = Icon("info", 30)
        self.sentence = Text("", Style.SENTENCE, wrap=True)
        self.next = ElidedText("", Style.BODY, "secondary")
        self.button = SecondaryButton("", self._help)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.next)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.button)
        self.ledger = LedgerBar()
        self.body.addLayout(row)
        self.body.addSpacing(12)
        self.body.addWidget(self.ledger)

    def show_status(self, said: Headline, next_line: str, status: TodayStatus) -> None:
        """Say it."""
        self._failure = said.failure
        self._icon.set_icon(said.icon, said.tone)
        self.sentence.setText(said.sentence)
        self.next.setText(next_line)
        self.ledger.set_counts(status.counts)
        words = said.failure.button if said.failure else ""
        self.button.set_words(words)
        self.button.setVisible(bool(words))
        self.setAccessibleName(shown(said.sentence))

    def _help(self) -> None:
        if self._failure:
            self.helped.emit(self._failure)


class AttentionRow(QWidget):
    """One pet that needs a person. `asked(row)` when its button is pressed."""

    asked = Signal(object)

    def __init__(
        self, row: VisitRecord, now: datetime, zone: ZoneInfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._row = row
        look = visit_look(row.state, row.reason_code)
        heading = ElidedText(visit_words.heading(row, now, zone), Style.STRONG)
        what = ElidedText(row.reason, Style.SECONDARY, "secondary")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(heading)
        words.addWidget(what)
        self.button = RowButton(tr(_BUTTONS[visit_words.remedy(row)]), self._ask)
        self.button.setAccessibleName(f"{self.button.accessibleName()}: {heading.text()}")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 8, 0, 8)
        line.setSpacing(12)
        line.addWidget(IconTile(look.icon, look.tone))
        line.addLayout(words, 1)
        line.addWidget(self.button)
        self.setAccessibleName(shown(f"{heading.text()}. {look.label}. {row.reason}"))

    def _ask(self) -> None:
        self.asked.emit(self._row)


class AttentionCard(Card):
    """Up to three pets that need a person. `asked(row)`, `see_all`."""

    asked = Signal(object)
    see_all = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._all = LinkButton("", self.see_all.emit)
        # in a small window it is cut before the card beside it is
        self._all.setMinimumWidth(120)
        self.add_title(tr(today.ATTENTION), self._all)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        self.body.addLayout(self.rows)
        self.body.addStretch(1)

    def show_rows(self, rows: Sequence[VisitRecord], needs: Needs, now: datetime, zone: ZoneInfo) -> None:
        """Show these pets, of all that needs a person. Problems are the page's sentence and bars."""
        clear_layout(self.rows)
        self._all.set_words(tr(today.SEE_ALL, things=needs_words.things(needs)))
        self._all.setVisible(needs.count > 0)
        for row in rows:
            self.rows.addWidget(Line())
            shown = AttentionRow(row, now, zone)
            shown.asked.connect(self.asked)
            self.rows.addWidget(shown)
        if needs.count == 0:
            self.rows.addWidget(
                EmptyState("circle-check", tr(today.NOTHING_TO_DO), tr(today.NOTHING_TO_DO_MORE))
            )
        elif not rows:
            self.rows.addWidget(EmptyState("info", tr(attention.NO_PETS), tr(attention.NO_PETS_MORE)))


class CallsCard(Card):
    """The first calls that are due today. `see_all`."""

    see_all = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._all = LinkButton("", self.see_all.emit)
        self.add_title(tr(today.CALLS_TODAY), self._all)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        self.body.addLayout(self.rows)
        self.body.addStretch(1)

    def show_calls(
        self, calls: Sequence[CallRecord], count: int, zone: ZoneInfo, *, paused: bool, review: bool
    ) -> None:
        """Show these, of so many; where there is none, why."""
        clear_layout(self.rows)
        shown = min(len(calls), 4)
        self._all.set_words(
            tr(today.SOME_OF, shown=shown, count=f"{count:,}") if count > shown else tr(today.SEE_CALLS)
        )
        self._all.setVisible(count > 0)
        for call in calls[:shown]:
            self.rows.addWidget(Line())
            self.rows.addWidget(_call_row(call, zone))
        if not calls and review:
            more = tr(calls_words.REVIEW_NONE_MORE)
            self.rows.addWidget(EmptyState("hand", tr(calls_words.REVIEW_NONE), more, tone=Tone.HELD))
        elif not calls and paused:
            more = tr(calls_words.NONE_WHILE_PAUSED_MORE)
            self.rows.addWidget(EmptyState("circle-pause", tr(calls_words.NONE_WHILE_PAUSED), more))
            self._all.set_words(tr(today.SEE_CALLS))
            self._all.show()
        elif not calls:
            self.rows.addWidget(EmptyState("phone-outgoing", tr(today.NO_CALLS), tr(today.NO_CALLS_MORE)))


def _care_line(care: str) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(6)
    line.addWidget(Icon(CARE_ICON, 14, Tone.ATTENTION))
    line.addWidget(Text(care, Style.LABEL, "attention"), 1)
    return line


def _call_row(call: CallRecord, zone: ZoneInfo) -> QWidget:
    row = QWidget()
    pets = call_words.pets(call)
    owner = call.owner_name
    if len(call.patient_names) > 1:
        owner = tr(today.ONE_CALL, owner=owner)
    when = Text(timewords.clock(call.scheduled_for, zone), Style.BODY, "secondary")
    when.setFixedWidth(66)
    when.setToolTip(timewords.exact(call.scheduled_for, zone))
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 9, 0, 9)
    line.setSpacing(12)
    line.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
    whom = QHBoxLayout()
    whom.setSpacing(12)
    whom.addWidget(ElidedText(pets, Style.STRONG))
    whom.addWidget(ElidedText(owner, Style.BODY, "secondary"), 1)
    words = QVBoxLayout()
    words.setSpacing(1)
    words.addLayout(whom)
    line.addLayout(words, 1)
    care = tr(calls_words.CARE) if is_made_with_care(call) else ""
    if care:
        # below, where no name is long enough to leave it without room
        line.setContentsMargins(0, 5, 0, 5)
        words.addLayout(_care_line(care))
    row.setAccessibleName(shown(", ".join(filter(None, (when.text(), pets, owner, care)))))
    return row

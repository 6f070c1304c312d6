"""The panel of one sync: what it read, how it ended, what to do, and the visits that it left over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.records import MissedRun, SessionRecord, VisitRecord
from idexx_desktop.gui import history_words, timewords, visit_words, whose_words
from idexx_desktop.gui.bridge import Ticket
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.history_words import HistoryRow
from idexx_desktop.gui.kit.buttons import PrimaryButton, RowButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.kit.text import ElidedText, Line, Text
from idexx_desktop.gui.panels.facts import Facts
from idexx_desktop.gui.states import session_pill
from idexx_desktop.gui.strings import attention, history, tr, tr_count


class SessionPanel(SidePanel):
    """`try_again(row)` for one visit that was left over, `try_all(rows)` for all of them."""

    try_again = Signal(object)
    try_all = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: HistoryRow | None = None
        self.left: list[VisitRecord] | None = None
        # the clinic's day, by which times are said
        self._shown_on: date | None = None
        self._desk = desk
        self._asked: Ticket | None = None
        self._left_over = QVBoxLayout()

    def show_row(self, row: HistoryRow) -> None:
        """Show a sync at once, and what it left over when that is read."""
        if self._asked:
            self._asked.cancel()
        today = self._desk.today(row.others)
        if row == self.row and today == self._shown_on:
            self._ask_left_over(row)  # what is left over of it may be less by now
            return
        self.row, self.left, self._shown_on = row, None, today
        when = whose_words.local(timewords.full, history_words.instant_of(row), row, self._desk)
        self.begin(when, history_words.computer(row.device), history_words.key_of(row))
        self.content.addWidget(Pill(session_pill(row), wide=True))
        if row.others:
            self.add_note(whose_words.read_only(row, self._desk))
        if isinstance(row, MissedRun):
            self._add_facts(self._missed_facts(row))
            return
        self._add_failure(row)
        self._left_over = QVBoxLayout()
        self._left_over.setSpacing(0)
        self.content.addLayout(self._left_over)
        self._add_facts(self._session_facts(row))
        self._add_details(row)
        self._ask_left_over(row)

    def _ask_left_over(self, row: HistoryRow) -> None:
        if isinstance(row, SessionRecord) and row.consultations_failed:
            service = self._desk.opened.history
            self._asked = self._desk.bridge.ask(
                lambda: service.failures_of(row.id, row.others), self._read, self._not_read
            )

    # what a sync left over

    def _read(self, rows: list[VisitRecord]) -> None:
        if rows == self.left:
            return
        self.left = list(rows)
        clear_layout(self._left_over)
        if self.row and not self.row.others:
            clear_layout(self.foot)
        if not rows:
            self._say_left_over(tr(history.ALL_IN_MEANWHILE), "good")
            return
        title = tr_count(history.LEFT_OVER_ONE, history.LEFT_OVER_MANY, len(rows))
        self._left_over.addSpacing(14)
        self._left_over.addWidget(Text(title, Style.CARD_TITLE))
        self._left_over.addSpacing(6)
        for row in rows:
            self._left_over.addWidget(Line())
            line = _LeftOver(row, self._desk)
            line.asked.connect(self.try_again)
            self._left_over.addWidget(line)
        if len(rows) > 1 and not any(row.others for row in rows):
            self.foot.addWidget(PrimaryButton(tr(attention.TRY_ALL), self._try_all, icon_name="rotate-cw"))

    def _not_read(self, failure: Failure) -> None:
        self.left = None
        clear_layout(self._left_over)
        self._say_left_over(f"{failure.title} {failure.advice}", "secondary")

    def _say_left_over(self, words: str, color: str) -> None:
        self._left_over.addSpacing(12)
        self._left_over.addWidget(Text(words, Style.SECONDARY, color, wrap=True))

    def _try_all(self) -> None:
        self.try_all.emit(list(self.left or []))

    # its facts

    def _add_failure(self, row: SessionRecord) -> None:
        if not row.failure_title:
            return
        self.content.addSpacing(12)
        self.content.addWidget(Text(tr(history.WHAT_HAPPENED), Style.CARD_TITLE))
        self.content.addSpacing(3)
        self.content.addWidget(Text(row.failure_title, Style.BODY, wrap=True))
        if row.failure_advice:
            self.content.addSpacing(4)
            self.content.addWidget(Text(row.failure_advice, Style.SECONDARY, "secondary", wrap=True))

    def _add_facts(self, rows: Sequence[tuple[str, str]]) -> None:
        self.content.addSpacing(14)
        self.content.addWidget(Facts(rows))

    def _session_facts(self, row: SessionRecord) -> list[tuple[str, str]]:
        now, zone = self._desk.now(), self._desk.zone_of(row.others)
        took = row.completed_at - row.started_at if row.completed_at else None
        window = ""
        if row.window_start and row.window_end:
            start, end = (timewords.dated(at, now, zone) for at in (row.window_start, row.window_end))
            window = tr(history.WINDOW_FROM_TO, start=start, end=end)
        signed_in = history.SIGNED_IN_ANEW if row.signed_in else history.SIGNED_IN_ALREADY
        return [
            (tr(history.STARTED_BY), history_words.started_by(row)),
            (tr(history.STARTED), timewords.exact(row.started_at, zone)),
            (tr(history.DURATION), history_words.duration(took) if took else tr(history.STILL_RUNNING)),
            (tr(history.WINDOW), window),
            (tr(history.SEEN), f"{row.consultations_seen:,}"),
            (tr(history.VISITS), history_words.visits(row, self._desk.progress)),
            (tr(history.CHANGED), f"{row.visits_written:,}"),
            (tr(history.CALLS), f"{row.discharge_calls_scheduled:,}"),
            (tr(history.REQUESTS), f"{row.requests:,}"),
            (tr(history.SIGNED_IN), tr(signed_in) if row.requests else ""),
            (tr(history.NEXT), timewords.full(row.next_scheduled_sync, now, zone) if row.next_scheduled_sync else ""),
        ]  # fmt: skip

    def _missed_facts(self, row: MissedRun) -> list[tuple[str, str]]:
        now, zone = self._desk.now(), self._desk.zone_of(row.others)
        caught_up = (
            timewords.full(row.caught_up_at, now, zone) if row.caught_up_at else tr(history.NOT_CAUGHT_UP)
        )
        return [
            (tr(history.DUE), timewords.exact(row.due_at, zone)),
            (tr(history.REASON), history_words.reason(row)),
            (tr(history.CAUGHT_UP), caught_up),
        ]

    def _add_details(self, row: SessionRecord) -> None:
        lines = [tr(history.CODE, code=row.failure_code)] if row.failure_code else []
        lines += [row.failure_detail] if row.failure_detail else []
        lines.append(tr(history.SESSION_ID, number=row.id))
        self.content.addSpacing(14)
        self.content.addWidget(Line())
        self.content.addSpacing(10)
        self.content.addWidget(Text(tr(history.DETAILS), Style.LABEL, "secondary"))
        words = Text("\n".join(lines), Style.SMALL, "secondary", wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.content.addWidget(words)


class _LeftOver(QWidget):
    """One visit that a sync left over, with its own Try again."""

    asked = Signal(object)

    def __init__(self, row: VisitRecord, desk: Desk) -> None:
        super().__init__()
        self._row = row
        heading = visit_words.heading(row, desk.now(), desk.zone_of(row.others))
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(ElidedText(heading, Style.LABEL))
        words.addWidget(Text(row.failure_title or row.reason, Style.SMALL, "secondary", wrap=True))
        self.button = RowButton(tr(attention.TRY_AGAIN), self._press)
        self.button.setAccessibleName(tr(history.TRY_AGAIN_NAMED, pet=heading))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 8, 0, 8)
        line.setSpacing(8)
        line.addLayout(words, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.setVisible(
            row.others is None
        )  # only now: without a parent it would be a window for a moment

    def _press(self) -> None:
        self.asked.emit(self._row)

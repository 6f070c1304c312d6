"""Step 4: the first sync in review mode, and the calls that it would schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.events import SyncFinished
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.domain.records import Page, VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import visit_words
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.first_run.step import Step
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.cards import Card, clear_layout
from idexx_desktop.gui.kit.ledger import LedgerBar
from idexx_desktop.gui.kit.progress import ProgressCard
from idexx_desktop.gui.kit.text import ElidedText, Line, Text
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.strings import first_run, tr, tr_count
from idexx_desktop.gui.tokens import Tone

_SHOWN = 5
_MOST_READ = 200


@dataclass(frozen=True, slots=True)
class _Found:
    status: TodayStatus
    would_call: tuple[VisitRecord, ...]
    all_read: bool


class SyncStep(Step):
    """Starts by itself when nothing has been synced yet; ready once a sync has ended, however it did."""

    key = "sync"
    title = first_run.STEP_SYNC
    heading = first_run.SYNC_TITLE
    more = first_run.SYNC_MORE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.ready = False
        self._front = False
        self.add_card(tr(self.heading), tr(self.more))
        self.progress = ProgressCard()
        self.progress.stop_asked.connect(desk.stop_sync)
        self.progress.hide()
        self.column.addWidget(self.progress)
        self.result = Card()
        self.result.body.setSpacing(14)
        self.column.addWidget(self.result)
        self.sentence = Text("", Style.SENTENCE, wrap=True)
        self.ledger = LedgerBar()
        self.ledger.setEnabled(False)
        self.calls = QVBoxLayout()
        self.calls.setSpacing(0)
        self.result.body.addWidget(self.sentence)
        self.result.body.addWidget(self.ledger)
        self.result.body.addLayout(self.calls)
        self.result.hide()
        desk.run_changed.connect(self._run_changed)
        desk.bridge.heard.connect(self._heard)

    @property
    def next_words(self) -> str:
        return tr(first_run.FINISH)

    def entered(self) -> None:
        self._front = True
        self.ask(_find(self.desk.opened), self._arrived)

    # what was found

    def _arrived(self, found: _Found) -> None:
        if found.status.last_session is None:
            if not self.desk.syncing:
                self.desk.sync_now()
            return
        if found.status.last_session.status == "completed":
            self._show(found)
        if not self.desk.syncing:
            self.set_state(ready=True)

    def _show(self, found: _Found) -> None:
        total = sum(found.status.counts.values())
        words = (
            tr_count(first_run.SYNC_DONE_ONE, first_run.SYNC_DONE_MANY, total)
            if total
            else tr(first_run.SYNC_DONE_NONE)
        )
        self.sentence.setText(words)
        self.ledger.set_counts(found.status.counts)
        self.ledger.setVisible(total > 0)
        clear_layout(self.calls)
        if found.status.review and total:
            self._show_calls(found)
        self.result.show()

    def _show_calls(self, found: _Found) -> None:
        count = len(found.would_call)
        if not count:
            self.calls.addWidget(Text(tr(first_run.WOULD_CALL_NONE), wrap=True))
            return
        words = tr_count(first_run.WOULD_CALL_ONE, first_run.WOULD_CALL_MANY, count)
        if not found.all_read:
            words = tr(first_run.WOULD_CALL_MOST, count=f"{count:,}")
        self.calls.addWidget(Text(words, Style.STRONG))
        self.calls.addSpacing(6)
        now, zone = self.desk.now(), self.desk.zone
        for row in found.would_call[:_SHOWN]:
            self.calls.addWidget(Line())
            heading = f"{visit_words.heading(row, now, zone)} · {visit_words.owner(row)}"
            line = ElidedText(heading)
            line.setMinimumHeight(30)
            self.calls.addWidget(line)
        if count > _SHOWN:
            more = tr(first_run.AND_MORE, count=f"{count - _SHOWN:,}")
            self.calls.addWidget(Text(more, Style.SECONDARY, "secondary"))
        self.calls.addSpacing(10)
        self.calls.addWidget(Text(tr(first_run.TURN_ON_LATER), Style.SECONDARY, "secondary", wrap=True))

    # the sync that runs

    def _run_changed(self) -> None:
        if not self._front:
            return
        syncing = self.desk.syncing
        if syncing and self.progress.isHidden():
            self.progress.started()
            self.set_bar("failure", None)
            self.set_state(ready=False)
        if self.desk.progress:
            self.progress.show_progress(self.desk.progress, self.desk.seconds_left())
        self.progress.setVisible(syncing)

    def _heard(self, event: object) -> None:
        if not self._front or not isinstance(event, SyncFinished):
            return
        failure = event.result.failure
        if failure:
            again = BarAction(tr(first_run.SYNC_AGAIN), self.desk.sync_now)
            self.set_bar("failure", InlineBar(Tone.ATTENTION, failure.title, failure.advice, (again,)))
        self.set_state(ready=True)
        self.ask(_find(self.desk.opened), self._arrived)


def _find(program: Program) -> Callable[[], _Found]:
    def work() -> _Found:
        held = program.visits.rows(VisitFilter(states=frozenset({VisitState.HELD})), Page(None, _MOST_READ))
        would_call = tuple(row for row in held if row.reason_code == ReasonCode.REVIEW)
        return _Found(program.status.today(), would_call, len(held) < _MOST_READ)

    return work

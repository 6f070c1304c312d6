"""Step 4: the first sync in review mode, and the calls that it would schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from idexx_desktop.domain.calls_ahead import CallsAhead
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.events import SyncFinished
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.domain.records import Page, VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import visit_words
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.first_run.step import Step, failure_bar
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
    calls: CallsAhead
    about: tuple[VisitRecord, ...]


class SyncStep(Step):
    """Starts by itself when nothing has been synced yet; ready once a sync has ended, however it did: `ended`.

    Whenever it is looked at, it shows progress, a result, or why there is none, with "Try again".
    """

    key = "sync"
    title = first_run.STEP_SYNC
    heading = first_run.SYNC_TITLE
    more = first_run.SYNC_MORE
    ended = Signal()

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
        self._run_changed()
        self.ask_anew(_find(self.desk.opened), self._arrived, self._not_found)

    # what was found

    def _arrived(self, found: _Found) -> None:
        status = found.status
        if status.up_to_date_as_of is not None:
            self._show(found)
        if self.desk.syncing:
            return
        if status.running is not None and not status.running.is_this_computer:
            # its end is no event here, so a person asks for it
            self._say(tr(first_run.SYNC_ELSEWHERE, device=status.running.device), "", self.entered)
        elif status.last_session is None or status.last_session.status == "running":
            self.desk.sync_now()  # none yet, or one that this program was stopped in
            return
        elif status.last_session.status != "completed":
            self._say_failure(_why(status))
        self._over()

    def _not_found(self, failure: Failure) -> None:
        self.set_bar("failure", failure_bar(failure, BarAction(tr(first_run.SYNC_AGAIN), self.entered)))

    def _over(self) -> None:
        self.set_state(ready=True)
        self.ended.emit()

    def _say_failure(self, failure: Failure) -> None:
        self._say(failure.title, failure.advice_at_set_up, self.desk.sync_now)

    def _say(self, title: str, more: str, again: Callable[[], object]) -> None:
        action = BarAction(tr(first_run.SYNC_AGAIN), again)
        self.set_bar("failure", InlineBar(Tone.ATTENTION, title, more, (action,)))

    def _ended(self, found: _Found) -> None:
        if found.status.up_to_date_as_of is not None:
            self._show(found)

    def _show(self, found: _Found) -> None:
        total = sum(found.status.counts.values())
        self.sentence.setText(_sentence(total, found.status.counts.get(VisitState.FAILED, 0)))
        self.ledger.set_counts(found.status.counts)
        self.ledger.setVisible(total > 0)
        clear_layout(self.calls)
        if found.status.review and total:
            self._show_calls(found)
        self.result.show()

    def _show_calls(self, found: _Found) -> None:
        count = found.calls.count
        if not count:
            self.calls.addWidget(Text(tr(first_run.WOULD_CALL_NONE), wrap=True))
            return
        words = tr_count(first_run.WOULD_CALL_ONE, first_run.WOULD_CALL_MANY, count)
        self.calls.addWidget(Text(words, Style.STRONG))
        self.calls.addSpacing(6)
        now, zone = self.desk.now(), self.desk.zone
        for row in found.about[:_SHOWN]:
            self.calls.addWidget(Line())
            said = visit_words.happens_next(row, now, zone).text
            heading = f"{visit_words.pet(row)} · {visit_words.owner(row)} · {said}"
            line = ElidedText(heading)
            line.setMinimumHeight(30)
            self.calls.addWidget(line)
        if len(found.about) > _SHOWN:
            more = tr(first_run.AND_MORE)
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
        if event.result.failure:
            self._say_failure(event.result.failure)
        self._over()
        self.ask_anew(_find(self.desk.opened), self._ended, self._not_found)


def _sentence(total: int, unread: int) -> str:
    """`38 visits are in. 1 couldn't be read.`"""
    if not total:
        return tr(first_run.SYNC_DONE_NONE)
    read = tr_count(first_run.SYNC_DONE_ONE, first_run.SYNC_DONE_MANY, total - unread)
    return tr_count(first_run.UNREAD_ONE, first_run.UNREAD_MANY, unread, read=read) if unread else read


def _why(status: TodayStatus) -> Failure:
    """Why the last run has no result."""
    return status.waits_for or status.last_failure or Failure(FailureCode.CANCELLED)


def _find(program: Program) -> Callable[[], _Found]:
    def work() -> _Found:
        held = program.visits.rows(VisitFilter(states=frozenset({VisitState.HELD})), Page(None, _MOST_READ))
        about = tuple(row for row in held if row.reason_code == ReasonCode.REVIEW)
        status = program.status.today()
        return _Found(status, program.calls.foreseen() if status.review else CallsAhead(), about)

    return work

"""Today: one sentence, one button, and what there is to do; fits one screen."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from idexx_desktop.domain.backup import BackupState
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.needs import OF_CALLS, ProblemKind
from idexx_desktop.domain.overview import ClinicState, TodayStatus
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import concern_words, headline, needs_words, timewords, visit_words
from idexx_desktop.gui.call_actions import CallActions
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.helping import help_with, help_with_problem
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.cards import Card
from idexx_desktop.gui.kit.day_chart import DayChart
from idexx_desktop.gui.kit.progress import ProgressCard
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.pages.clinics_card import ClinicsCard
from idexx_desktop.gui.pages.today_cards import AttentionCard, CallsCard, SentenceCard
from idexx_desktop.gui.standing import TOPICS
from idexx_desktop.gui.strings import backup, concerns, shell, today, tr, tr_count
from idexx_desktop.gui.tokens import SPACE, Tone
from idexx_desktop.gui.visit_actions import VisitActions
from idexx_desktop.gui.visit_words import Remedy


class TodayPage(Page):
    """Goes to `visits` (with a VisitState or a date), `attention` (with a visit key), `calls`, `settings`."""

    page_id = "today"
    title = shell.TODAY
    topics = TOPICS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.status: TodayStatus | None = None
        self.visit_actions = VisitActions(desk, self)
        self.visit_actions.failed.connect(self.show_failure)
        self.call_actions = CallActions(desk, self)
        self.call_actions.failed.connect(self.show_failure)
        self.add_sync_button()
        self.progress = ProgressCard()
        self.progress.hide()
        self.progress.stop_asked.connect(desk.stop_sync)
        self.sentence = SentenceCard()
        self.attention = AttentionCard()
        self.calls = CallsCard()
        self.clinics: ClinicsCard | None = None
        self.chart = DayChart()
        self.chart_card = Card()
        self._days = Text("", Style.SECONDARY, "secondary")
        self._build()
        self.sentence.helped.connect(self._help)
        self.sentence.ledger.chosen.connect(self._state_chosen)
        self.attention.asked.connect(self._act)
        self.attention.see_all.connect(self._see_attention)
        self.calls.see_all.connect(self._see_calls)
        self.chart.chosen.connect(self._day_chosen)
        desk.run_changed.connect(self._run_changed)
        desk.standing.told.connect(self._arrived)
        desk.standing.failed.connect(self.show_failure)
        self._was_syncing = False
        # what was put in just now takes its room only once it is shown
        self._room = QTimer(self)
        self._room.setSingleShot(True)
        self._room.timeout.connect(self._make_room)

    def attach(self) -> None:
        if len(self.desk.directory.clinics) > 1 and self.clinics is None:
            self.clinics = ClinicsCard()
            self.clinics.chosen.connect(self._clinic_chosen)
            self.content.insertWidget(self.content.indexOf(self.chart_card), self.clinics)
        super().attach()

    def refresh(self) -> None:
        self.desk.standing.look()
        if self.clinics:
            self.ask_anew(self.desk.opened.status.clinics, self._clinics_arrived)

    def _build(self) -> None:
        self.content.addWidget(self.progress)
        self.content.addWidget(self.sentence)
        middle = QHBoxLayout()
        middle.setSpacing(SPACE.gap)
        middle.addWidget(self.attention, 24)
        middle.addWidget(self.calls, 17)
        self.content.addLayout(middle)
        self.chart_card.add_title(tr(today.BY_DAY), self._days)
        self.chart_card.body.addWidget(self.chart, 1)
        self.chart_card.setMaximumHeight(420)
        self.content.addWidget(self.chart_card, 1000)
        self.content.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Everything fits one screen: the plot is the first to go where bars and progress need its place."""
        shown, room = not self.chart_card.isHidden(), self.area.maximumViewportSize()
        own = self.chart_card.minimumSizeHint().height() + SPACE.gap
        needed = self.area.needed_height(room.width()) + (0 if shown else own)
        if shown != (needed <= room.height()):
            self.chart_card.setVisible(not shown)

    def _arrived(self, status: TodayStatus) -> None:
        self.status = status
        now, zone = self.desk.now(), self.desk.zone
        local_day = now.astimezone(zone).date()
        clinic = self.desk.clinic_name
        self.header.title.setText(headline.greeting(now, zone))
        self.header.subtitle.setText(f"{timewords.long_day(local_day)} · {clinic}")
        self.attention.show_rows(status.attention, status.needs(now), now, zone)
        self.calls.show_calls(
            status.calls_today, status.calls_today_count, zone, paused=status.paused, review=status.review
        )
        self.chart.set_days(status.day_counts)
        days = self.chart.count
        self._days.setText(tr_count(today.LAST_DAY, today.LAST_DAYS, days) if days else "")
        self.set_bar("failure", None)
        self._show_backup(status.backup or BackupState())
        self._show_modes(status)
        self._say()

    def _clinics_arrived(self, states: list[ClinicState]) -> None:
        if self.clinics:
            self.clinics.show_clinics(states, self.desk.now(), self.desk.zone)
            self._room.start()

    def _show_backup(self, state: BackupState) -> None:
        now, zone = self.desk.now(), self.desk.zone
        said = None
        if state.unreadable is not None:
            said = state.unreadable.title, state.unreadable.advice
        elif state.is_overdue(now):
            more = state.problem.title if state.problem else tr(backup.OVERDUE_MORE)
            said = headline.no_backup(state, now, zone), more
        see = BarAction(tr(backup.SEE), self._see_backups)
        self._keep("backup", Tone.ATTENTION, said, see)

    def _say(self) -> None:
        if self.status:
            now, zone = self.desk.now(), self.desk.zone
            said = headline.headline(self.status, now, zone, syncing=self.desk.syncing)
            self.sentence.show_status(said, headline.next_line(self.status, now, zone), self.status)

    def _run_changed(self) -> None:
        syncing = self.desk.syncing
        if syncing and not self._was_syncing:
            self.progress.started()
        if self.desk.progress:
            self.progress.show_progress(self.desk.progress, self.desk.seconds_left())
        self.progress.setVisible(syncing)
        if syncing != self._was_syncing:
            self._was_syncing = syncing
            self._say()
            self._room.start()

    # modes: review and paused

    def _show_modes(self, status: TodayStatus) -> None:
        paused = tr(today.PAUSED), tr(today.PAUSED_MORE)
        if status.backup and status.backup.restored_from:
            when = timewords.spoken(status.backup.restored_from, self.desk.now(), self.desk.zone)
            paused = tr(backup.PAUSED_RESTORED), tr(backup.PAUSED_RESTORED_MORE, when=when)
        changed = tr(today.RECORD_CHANGED), tr(today.RECORD_CHANGED_MORE)
        review = tr(today.REVIEW), tr(today.REVIEW_MORE)
        see = BarAction(tr(today.SEE_RECORD), self._see_record)
        turn_on = BarAction(tr(today.TURN_ON), self._ask_turn_on)
        resume = BarAction(tr(today.RESUME), self._resume)
        for kind in (*OF_CALLS, ProblemKind.LOST):
            self._show_calls_of(kind, status)
        late = any(each.is_late(self.desk.now()) for each in status.concerns)
        waiting = concern_words.summary(status.concerns, self.desk.now())
        answer = BarAction(tr(concerns.SEE), self._see_attention)
        self._keep("concerns", Tone.ACT if late else Tone.ATTENTION, waiting, answer)
        unreached = tr_count(today.UNREACHED_ONE, today.UNREACHED_MANY, len(status.to_agree))
        agree = BarAction(tr(today.AGREE), self._agree)
        said = (unreached, tr(today.UNREACHED_MORE)) if status.to_agree else None
        self._keep("to_agree", Tone.HELD, said, agree)
        self._keep("record", Tone.ACT, changed if status.record_changed else None, see)
        self._keep("review", Tone.HELD, review if status.review else None, turn_on)
        self._keep("paused", Tone.ATTENTION, paused if status.paused else None, resume)
        self._room.start()

    def _show_calls_of(self, kind: ProblemKind, status: TodayStatus) -> None:
        """One line for all calls of one reason that didn't get through, or for all visits that are lost."""
        problem = next((each for each in status.needs(self.desk.now()).problems if each.kind is kind), None)
        if problem is None:
            self.set_bar(kind, None)
            return
        tone = Tone.ATTENTION if kind is ProblemKind.CALLS_NOT_TAKEN else Tone.ACT
        help_with_it = partial(help_with_problem, self, self.desk, problem)
        action = BarAction(needs_words.verb(problem), help_with_it)
        self._keep(kind, tone, (problem.title, problem.advice), action)

    def _keep(self, key: str, tone: Tone, said: tuple[str, str] | None, action: BarAction) -> None:
        """A title with what follows, and its one button; None says nothing."""
        title, more = said or ("", "")
        self.keep_bar(key, said, lambda: InlineBar(tone, title, more, (action,)))

    def _see_record(self) -> None:
        self.desk.go("activity")

    def _ask_turn_on(self) -> None:
        self.call_actions.ask_turn_on(self)

    def _agree(self) -> None:
        # the bar stays while its words do, whichever calls it is about by now
        if self.status:
            self.call_actions.agree(self.status.to_agree)

    def _resume(self) -> None:
        self.call_actions.resume_all()

    # where clicks lead

    def _help(self, failure: Failure) -> None:
        """The one button that helps with what keeps us from syncing."""
        help_with(self, self.desk, failure)

    def _act(self, row: VisitRecord) -> None:
        match visit_words.remedy(row):
            case Remedy.TRY_AGAIN:
                self.visit_actions.try_again(row)
            case Remedy.OPEN_IN_NEO:
                self.visit_actions.open_in_neo(row)
            case Remedy.DECIDE:
                self.desk.go("attention", row.visit_key)

    def _state_chosen(self, state: VisitState) -> None:
        self.desk.go("visits", state)

    def _day_chosen(self, day: date) -> None:
        self.desk.go("visits", day)

    def _clinic_chosen(self, whose: Whose) -> None:
        self.desk.go("attention", whose)

    # the cards count this login's own rows, so those are shown

    def _see_attention(self) -> None:
        self.desk.go("attention", self.desk.own)

    def _see_backups(self) -> None:
        self.desk.go("settings", "backup")

    def _see_calls(self) -> None:
        self.desk.go("calls", self.desk.own)

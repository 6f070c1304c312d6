"""Sync history: every sync with its result, every one that was missed with the reason, and the one that runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout

from idexx_desktop.domain.events import RecordsChanged, SyncEvent, SyncFinished, SyncStarted, Topic, Trigger
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import HistoryFilter
from idexx_desktop.domain.orders import NEWEST_FIRST
from idexx_desktop.domain.overview import RunningSync, TodayStatus
from idexx_desktop.domain.places import history_place
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.gui import history_words, timewords, whose_words
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.history_words import HistoryRow
from idexx_desktop.gui.kit.bars import InlineBar
from idexx_desktop.gui.kit.chips import MenuChip, ToggleChip
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.progress import ProgressCard
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.links import SyncLink
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.panels.session_panel import SessionPanel
from idexx_desktop.gui.states import session_pill
from idexx_desktop.gui.strings import attention, history, shell, tr, tr_count
from idexx_desktop.gui.tables.beside import TableBeside
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.model import PagedModel
from idexx_desktop.gui.tables.sorts import BY_COMPUTER, BY_FAILED, BY_RESULT, BY_TIME, BY_TRIGGER
from idexx_desktop.gui.tables.view import TablePane
from idexx_desktop.gui.tokens import Tone
from idexx_desktop.gui.visit_actions import VisitActions

_KINDS = {"all": history.ALL, "problems": history.PROBLEMS, "missed": history.MISSED}


class HistoryPage(Page):
    """`shown(SyncLink)` shows that sync with its panel."""

    page_id = "history"
    title = shell.HISTORY
    subtitle = history.SUBTITLE
    topics = frozenset({Topic.SESSIONS, Topic.VISITS, Topic.DAY})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._which = HistoryFilter()
        self._running: RunningSync | None = None
        self._wanted: frozenset[str] = frozenset()
        self._linked: SyncLink | None = None
        self.visit_actions = VisitActions(desk, self)
        self.visit_actions.failed.connect(self.show_failure)
        self.progress = ProgressCard()
        self.progress.stop_asked.connect(desk.stop_sync)
        self.progress.hide()
        self.model: PagedModel[HistoryRow] = PagedModel(
            desk.bridge,
            self._columns(),
            history_words.key_of,
            lambda row: history_place(row, self.model.order),
            order=NEWEST_FIRST,
            parent=self,
        )
        self.pane = TablePane(
            self.model, tr(shell.HISTORY), self._nothing_yet, self._filtered, self._clear_filters
        )
        self.panel = SessionPanel(desk)
        self.panel.try_again.connect(self.visit_actions.try_again)
        self.panel.try_all.connect(self._ask_try_all)
        self.lists(self.model)
        self.pane.table.order_chosen.connect(self.refresh)
        self.model.settled.connect(self._choose_linked)
        self._build()
        self.whose = self.add_whose()
        self.add_sync_button()
        desk.run_changed.connect(self._run_changed)
        desk.standing.told.connect(self._status_arrived)
        self._run_changed()

    def refresh(self) -> None:
        which = replace(self._which, whose=self.whose.asked, order=self.model.asked_order)
        service = self.desk.opened.history
        self.pane.table.show_columns(range(len(self.model.columns) - (0 if which.whose else 1)))
        self.model.ask(lambda page: service.rows(which, page), which)
        self.ask_anew(
            lambda: (service.count(which), service.first_at(which.whose)), self._counted, self._not_read
        )
        self.ask_anew(lambda: service.devices(which.whose), self._devices_arrived, self._not_read)
        self.desk.standing.look()

    def shown(self, argument: object = None) -> None:
        if isinstance(argument, SyncLink):
            self._linked, self._stale = argument, True
            self._reset_filters()
            self.whose.choose(argument.whose)
        super().shown(argument)

    def on_event(self, event: SyncEvent) -> None:
        if isinstance(event, SyncFinished):
            self._running = None
        # the row of a sync that has just begun is new, too
        super().on_event(RecordsChanged(Topic.SESSIONS) if isinstance(event, SyncStarted) else event)

    # building

    def _columns(self) -> tuple[Column[HistoryRow], ...]:
        return (
            Column(
                tr(history.WHEN),
                self._when,
                second=self._zone,
                tooltip=self._exact_when,
                width=164,
                share=0.2,
                sorts=(BY_TIME,),
            ),
            Column(
                tr(history.COMPUTER),
                lambda row: history_words.computer(row.device),
                width=104,
                share=0.4,
                drop=3,
                tooltip=lambda row: row.device,
                sorts=(BY_COMPUTER,),
            ),
            Column(
                tr(history.STARTED_BY),
                history_words.started_by,
                width=98,
                share=0.2,
                drop=4,
                sorts=(BY_TRIGGER,),
            ),
            Column(tr(history.RESULT), _result, pill=session_pill, width=152, sorts=(BY_RESULT,)),
            Column(tr(history.VISITS), self._visits, width=182, share=0.2, sorts=(BY_FAILED,), drop=1),
            Column(tr(history.NOTE), self._note, tooltip=self._note, width=68, share=3, muted=True, drop=2),
            whose_words.column(self.desk),
        )

    def _build(self) -> None:
        self.content.addWidget(self.progress)
        self.filters = FlowRow()
        self.chips: dict[str, ToggleChip] = {}
        group = QButtonGroup(self)
        for kind, words in _KINDS.items():
            chip = ToggleChip(tr(words), kind == "all")
            chip.clicked.connect(self._filter_changed)
            group.addButton(chip)
            self.chips[kind] = chip
            self.filters.add(chip)
        self.devices = MenuChip(tr(history.ANY_COMPUTER))
        self.devices.picked.connect(self._filter_changed)
        self.filters.add(self.devices)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.filters, 1)
        self.count = Text("", Style.SECONDARY, "secondary")
        bar.addWidget(self.count)
        self.content.addLayout(bar)
        self.content.addWidget(TableBeside(self.pane, self.panel, self.panel.show_row), 1)

    def _when(self, row: HistoryRow) -> str:
        zone = self.desk.zone_of(row.others)
        return timewords.full(history_words.instant_of(row), self.desk.now(), zone)

    def _zone(self, row: HistoryRow) -> str:
        return whose_words.zone_mark(history_words.instant_of(row), row, self.desk)

    def _exact_when(self, row: HistoryRow) -> str:
        return whose_words.exact(history_words.instant_of(row), row, self.desk)

    def _visits(self, row: HistoryRow) -> str:
        return history_words.visits(row, self.desk.progress)

    def _note(self, row: HistoryRow) -> str:
        return history_words.note(row, self.desk.now(), self.desk.zone_of(row.others))

    def _nothing_yet(self) -> EmptyState:
        return EmptyState(
            "history", tr(history.NOTHING), tr(history.NOTHING_MORE), tr(shell.SYNC_NOW), self.desk.sync_now
        )

    # filters

    def _filtered(self) -> bool:
        return self._which != HistoryFilter() or self.whose.narrowed

    def _filter_changed(self) -> None:
        kind = next(kind for kind, chip in self.chips.items() if chip.isChecked())
        device = self.devices.value
        self._which = HistoryFilter(kind, device if isinstance(device, str) else None)
        self.refresh()

    def _clear_filters(self) -> None:
        self._reset_filters()
        self.whose.clear()
        self.refresh()

    def _reset_filters(self) -> None:
        self.chips["all"].setChecked(True)
        self.devices.set_value(None)
        self._which = HistoryFilter()

    # answers

    def _choose_linked(self) -> None:
        """Read on until the linked sync is there, which may be one of long ago."""
        if self._linked is None:
            return
        end = QModelIndex()
        if not self.pane.table.choose(self._linked.session_id) and self.model.canFetchMore(end):
            self.model.fetchMore(end)
        else:
            self._linked = None

    def _counted(self, found: tuple[int, datetime | None]) -> None:
        count, first = found
        words = tr_count(history.COUNT_ONE, history.COUNT_MANY, count)
        if first is not None and not self._filtered():
            since = timewords.short_day(first, self.desk.now(), self.desk.zone)
            words = tr(history.COUNT_SINCE, count=words, day=since)
        self.count.setText(words)

    def _devices_arrived(self, names: list[str]) -> None:
        self.devices.set_options([(name, history_words.computer(name)) for name in names])

    def _not_read(self, failure: Failure) -> None:
        # the table says it in its own place; a number that may be wrong is taken away
        self.count.setText("")

    def _status_arrived(self, status: TodayStatus) -> None:
        self._running = status.running
        self._say_who_syncs()

    # the sync that runs

    def _run_changed(self) -> None:
        syncing = self.desk.syncing
        if syncing and self.progress.isHidden():
            self.progress.started()
        if self.desk.progress:
            self.progress.show_progress(self.desk.progress, self.desk.seconds_left())
        self.progress.setVisible(syncing)
        # the running row's "14 of 38" moves along
        self.pane.table.viewport().update()
        self._say_who_syncs()

    def _say_who_syncs(self) -> None:
        # another computer's, or that of a command on this one
        there = None if self.desk.syncing else self._running
        said = None
        if there:
            when = timewords.spoken(there.started_at, self.desk.now(), self.desk.zone)
            here = there.is_this_computer
            title = tr(history.SYNCING_HERE) if here else tr(history.SYNCING_THERE, device=there.device)
            said = title, tr(history.SYNCING_THERE_MORE, when=when)
        self.keep_bar("elsewhere", said, lambda: InlineBar(Tone.ACCENT, *(said or ())))
        self.header.subtitle.setText(tr(history.SYNCING_HERE if self.desk.syncing else history.SUBTITLE))

    def _ask_try_all(self, rows: list[VisitRecord]) -> None:
        self._wanted = frozenset(row.visit_key for row in rows)
        dialog = ConfirmDialog(
            self, tr(attention.TRY_ALL_ASK), tr(attention.TRY_ALL_TEXT), tr(attention.TRY_ALL_VERB),
            typed_word=tr(attention.TRY_ALL_WORD),
        )  # fmt: skip
        dialog.accepted.connect(self._try_all)
        dialog.open()

    def _try_all(self) -> None:
        self.desk.start(Trigger.RETRY, self._wanted)
        self.desk.say(tr(attention.TRYING_ALL))


def _result(row: HistoryRow) -> str:
    return session_pill(row).text

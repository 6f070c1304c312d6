"""Visits: every visit with what happens next, and the panel that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QPoint, QStandardPaths
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.orders import NEWEST_FIRST
from idexx_desktop.domain.places import visit_place
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import visit_words, whose_words
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.kit.menus import TickMenu
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.links import VisitLink
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.pages.visits_columns import (
    ALWAYS,
    AT_FIRST,
    CSV_TITLES,
    CSV_TITLES_OF_SEVERAL,
    OPTIONAL,
    WHOSE,
    csv_row,
    visit_columns,
)
from idexx_desktop.gui.pages.visits_filter import VisitFilterBar
from idexx_desktop.gui.panels.visit_panel import VisitPanel
from idexx_desktop.gui.strings import shell, tr, tr_count, visits
from idexx_desktop.gui.tables.beside import TableBeside
from idexx_desktop.gui.tables.model import PagedModel
from idexx_desktop.gui.tables.view import TablePane
from idexx_desktop.gui.visit_actions import VisitActions

_NARROW = 900
_COLUMNS, _NO_COLUMNS = "visits_columns", "none"


class VisitsPage(Page):
    """`shown(VisitState)` shows that state of the last days, `shown(date)` the visits of that local day.

    `shown(VisitLink)` shows that visit with its panel.
    """

    page_id = "visits"
    title = shell.VISITS
    subtitle = visits.SUBTITLE
    topics = frozenset({Topic.VISITS, Topic.CALLS, Topic.DAY})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._providers: list[str] = []
        self._wanted: VisitState | date | VisitLink | None = None
        self._one: str | None = None
        self.decisions = VisitActions(desk, self)
        self.decisions.failed.connect(self.show_failure)
        self.whose = self.add_whose()
        self.add_sync_button()
        self.filters = VisitFilterBar(desk.today)
        self.model: PagedModel[VisitRecord] = PagedModel(
            desk.bridge,
            visit_columns(desk),
            visit_words.key,
            lambda row: visit_place(row, self.model.order),
            order=NEWEST_FIRST,
            parent=self,
        )
        self.pane = TablePane(
            self.model,
            tr(shell.VISITS),
            self._nothing_yet,
            lambda: self.filters.narrowed or self.whose.narrowed,
            self._clear_filters,
        )
        self.panel = VisitPanel(desk, self.decisions)
        self._build()
        self.lists(self.model)
        self.model.settled.connect(self._settled)
        self.filters.changed.connect(self.refresh)
        self.pane.table.order_chosen.connect(self.refresh)
        QShortcut(QKeySequence.StandardKey.Find, self, self.filters.search.setFocus)

    def refresh(self) -> None:
        which = self._which()
        service = self.desk.opened.visits
        self._show_columns()
        self.model.ask(lambda page: service.rows(which, page), which)
        self.ask_anew(lambda: service.count(which), self._counted)
        self.ask_anew(lambda: service.providers(which.whose), self._providers_arrived)

    def attach(self) -> None:
        self.whose.offer()
        self._apply_wanted()
        super().attach()

    def shown(self, argument: object = None) -> None:
        if isinstance(argument, VisitState | date | VisitLink):
            self._wanted = argument
            if self.attached:
                self._apply_wanted()
                self._stale = True
        super().shown(argument)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.columns.set_words("" if narrow else tr(visits.COLUMNS))
        self.save.set_words("" if narrow else tr(visits.SAVE))
        self.columns.setAccessibleName(tr(visits.COLUMNS))
        self.save.setAccessibleName(tr(visits.SAVE))

    # building

    def _build(self) -> None:
        self.count = Text("", Style.SECONDARY, "secondary")
        self.columns = RowButton(tr(visits.COLUMNS), icon_name="columns-3")
        self.columns.setToolTip(tr(visits.COLUMNS))
        self.column_menu = TickMenu(self.columns)
        titles = [(number, self.model.columns[number].title) for number in OPTIONAL]
        self.column_menu.set_options(titles, self._remembered_columns())
        self.column_menu.ticked.connect(self._columns_chosen)
        self._show_columns()
        self.columns.clicked.connect(self._open_column_menu)
        self.save = RowButton(tr(visits.SAVE), self._ask_where, icon_name="download")
        self.save.setToolTip(tr(visits.SAVE))
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.filters, 1)
        for widget in (self.count, self.columns, self.save):
            bar.addWidget(widget)
        self.content.addLayout(bar)
        self.content.addWidget(TableBeside(self.pane, self.panel, self.panel.show_visit), 1)

    def _nothing_yet(self) -> EmptyState:
        if self.filters.any_time:
            button, run = tr(shell.SYNC_NOW), self.desk.sync_now
            return EmptyState("paw-print", tr(visits.NONE_YET), tr(visits.NONE_MORE), button, run)
        button, show = tr(visits.SEE_ANY_TIME), self._clear_filters
        return EmptyState("paw-print", tr(visits.NONE_LATELY), tr(visits.NONE_MORE), button, show)

    # filters and columns

    def _which(self) -> VisitFilter:
        which = self.filters.which(self.desk.now(), self.desk.zone)
        return replace(which, whose=self.whose.asked, order=self.model.asked_order)

    def _apply_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            # Today counts this login's own visits
            self.whose.choose(wanted.whose if isinstance(wanted, VisitLink) else None)
        if isinstance(wanted, VisitLink):
            self._one = wanted.visit_key
            self.filters.show_one(wanted.visit_key)
        elif isinstance(wanted, VisitState):
            self.filters.show_state(wanted)
        elif wanted is not None:
            self.filters.show_day(wanted, self.desk.now().astimezone(self.desk.zone).date())

    def _clear_filters(self) -> None:
        self.filters.clear()
        self.whose.clear()
        self.refresh()

    def _open_column_menu(self) -> None:
        self.column_menu.popup(self.columns.mapToGlobal(QPoint(0, self.columns.height() + 4)))

    def _columns_chosen(self) -> None:
        chosen = [str(number) for number in OPTIONAL if number in self.column_menu.chosen()]
        self.desk.preferences.put(_COLUMNS, " ".join(chosen) or _NO_COLUMNS)
        self._show_columns()

    def _show_columns(self) -> None:
        chosen = self.column_menu.chosen()
        optional = {number for number in OPTIONAL if number in chosen}
        self.pane.table.show_columns(ALWAYS | optional | ({WHOSE} if self.whose.asked else set()))

    def _remembered_columns(self) -> set[int]:
        remembered = self.desk.preferences.get(_COLUMNS)
        words = remembered.split()
        return {number for number in OPTIONAL if str(number) in words} if remembered else set(AT_FIRST)

    # answers

    def _settled(self) -> None:
        wanted, self._one = self._one, None
        if wanted is not None and self.filters.is_one(wanted) and self.model.rowCount():
            self.pane.table.choose_line(0)

    def _counted(self, count: int) -> None:
        self.count.setText(tr_count(visits.COUNT_ONE, visits.COUNT_MANY, count))
        self.save.setEnabled(count > 0)

    def _providers_arrived(self, names: list[str]) -> None:
        if names != self._providers:
            self._providers = names
            self.filters.provider.set_options([(name, name) for name in names if name])

    # saving

    def _ask_where(self) -> None:
        day = self.desk.now().astimezone(self.desk.zone).date()
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        place = str(Path(folder) / tr(visits.FILE_NAME, day=day.isoformat()))
        self.dialog = QFileDialog(self, tr(visits.SAVE_TITLE), place, tr(visits.CSV_FILES))
        self.dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.dialog.setDefaultSuffix("csv")
        self.dialog.selectFile(place)
        self.dialog.fileSelected.connect(self._save)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def _save(self, place: str) -> None:
        service, which, path = self.desk.opened.visits, self._which(), Path(place)
        several = which.whose is not None
        titles = [tr(title) for title in (CSV_TITLES_OF_SEVERAL if several else CSV_TITLES)]
        cells = csv_row(self.desk.now(), whose_words.origins(self.desk), several=several)
        self.ask(lambda: (path.name, service.save(path, which, titles, cells)), self._saved)

    def _saved(self, answer: tuple[str, int]) -> None:
        name, count = answer
        self.desk.say(tr_count(visits.SAVED_ONE, visits.SAVED_MANY, count, name=name))

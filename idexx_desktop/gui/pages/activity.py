"""Activity record: who did what, when, with which result and from where; filtered, counted, checked, and saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.events import SyncEvent, Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.orders import NEWEST_FIRST
from idexx_desktop.domain.places import audit_place
from idexx_desktop.domain.records import AuditCounts, AuditPerson, AuditRecord
from idexx_desktop.domain.records import Page as RowsPage
from idexx_desktop.gui import activity_words, timewords
from idexx_desktop.gui.activity_words import Names
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import InlineBar
from idexx_desktop.gui.kit.buttons import LinkButton
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.links import VisitEntries
from idexx_desktop.gui.pages.activity_check import RecordCheckButton
from idexx_desktop.gui.pages.activity_filter import ActivityFilterBar
from idexx_desktop.gui.pages.activity_saving import RecordSaving
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.panels.activity_panel import ActivityPanel
from idexx_desktop.gui.ports import Audit
from idexx_desktop.gui.strings import activity, shell, tr, tr_count
from idexx_desktop.gui.tables.beside import TableBeside
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.model import Loading
from idexx_desktop.gui.tables.sliding import SlidingModel, StaysInPlace
from idexx_desktop.gui.tables.sorts import BY_TIME
from idexx_desktop.gui.tables.view import TablePane
from idexx_desktop.gui.tokens import SPACE

_SOON_MS, _POLL_MS = 300, 10_000
# rows of a transaction that took long appear behind newer ones; and clocks of computers never agree
_LATE = timedelta(minutes=1)
_CLOCKS_DIFFER = timedelta(minutes=5)
_COMPARED = 500
_AT_ONCE = 100


class _Look:
    """One look at the record with one filter: recorded once, however often and far it is read."""

    def __init__(self, service: Audit, which: AuditFilter, *, recorded: bool) -> None:
        self.which = which
        self.recorded = recorded
        self._service = service

    def rows(self, page: RowsPage) -> list[AuditRecord]:
        """A page; runs off the window's thread."""
        rows = self._service.rows(self.which, page, again=self.recorded)
        self.recorded = True
        return rows


class ActivityPage(Page):
    """`shown(VisitEntries)` shows what is recorded of a visit.

    What comes in meanwhile appears by itself while the newest rows are in view and none is chosen; else, unless the
    oldest come first, a quiet line says how many there are.
    """

    page_id = "activity"
    title = shell.ACTIVITY
    subtitle = activity.SUBTITLE
    topics = frozenset({Topic.ACTIVITY, Topic.DAY})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._look: _Look | None = None
        self._names: Names | None = None
        self._wanted: VisitEntries | None = None
        self._newest: datetime | None = None
        self._newest_ids: frozenset[str] = frozenset()
        self._counts: AuditCounts | None = None
        self._to_top = False
        self.filters = ActivityFilterBar(desk)
        self.filters.changed.connect(self.refresh)
        self.check = RecordCheckButton(desk)
        self.saving = RecordSaving(desk, self.filters)
        self.header.add_action(self.saving)
        self.header.add_action(self.check)
        self.model: SlidingModel[AuditRecord] = SlidingModel(
            desk.bridge,
            self._columns(),
            lambda row: row.id,
            audit_place,
            order=NEWEST_FIRST,
            parent=self,
        )
        self.pane = TablePane(
            self.model,
            tr(shell.ACTIVITY),
            self._nothing_yet,
            lambda: self.filters.narrowed,
            self._clear_filters,
        )
        StaysInPlace(self.pane.table, self.model)
        self.pane.table.order_chosen.connect(self.refresh)
        self.panel = ActivityPanel(desk)
        self._build()
        self.model.settled.connect(self._settled)
        self.check.told.connect(self._check_told)
        self.saving.told.connect(self._saving_told)
        for part in (self.check, self.saving):
            part.failed.connect(self.show_failure)
        self._poll = QTimer(self)
        self._poll.setSingleShot(True)
        self._poll.timeout.connect(self._look_again)
        QShortcut(QKeySequence.StandardKey.Find, self, self.filters.search.setFocus)

    def refresh(self) -> None:
        service, which = self.desk.opened.audit, self._which()
        before = self._look
        self._look = _Look(
            service, which, recorded=bool(before and before.recorded and _is_same_look(before.which, which))
        )
        self._newest, self._counts = None, None
        self._say_newer(0)
        self.model.ask(self._look.rows)
        self._count()
        if before is None:
            self.ask_anew(service.people, self._people_arrived, self._not_read)
        self._poll.start(_POLL_MS)

    def attach(self) -> None:
        self._name({})
        self._apply_wanted()
        super().attach()

    def shown(self, argument: object = None) -> None:
        if isinstance(argument, VisitEntries):
            self._wanted = argument
            self._stale = True
            if self.attached:
                self._apply_wanted()
        super().shown(argument)

    def on_event(self, event: SyncEvent) -> None:
        if self.concerns(event) and self.isVisible():
            self.pane.table.viewport().update()  # "Today" may be yesterday
            self._poll.start(_SOON_MS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._poll.start(_SOON_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._poll.stop()
        if not event.spontaneous():
            # whoever comes back looks anew; a window that was only minimized was never left
            self._look, self._stale = None, True

    # building

    def _columns(self) -> tuple[Column[AuditRecord], ...]:
        return (
            Column(tr(activity.WHEN), self._when, tooltip=self._exact_when, width=164, sorts=(BY_TIME,)),
            Column(tr(activity.WHO), self._who, width=150, share=1.6, drop=2),
            Column(tr(activity.WHAT), lambda row: activity_words.what(row.action), width=200, share=1.0),
            Column(tr(activity.ABOUT), activity_words.pets, second=activity_words.owner, width=120, share=0.8, drop=4),
            Column(
                tr(activity.RESULT), activity_words.result, pill=activity_words.result_pill, width=140, share=0.3,
                drop=1,
            ),
            Column(tr(activity.FROM), self._place, width=112, share=0.3, muted=True, drop=3),
        )  # fmt: skip

    def _build(self) -> None:
        self.count = Text("", Style.SECONDARY, "secondary")
        self.newer = LinkButton("", self._show_newer)
        self.newer.setToolTip(tr(activity.NEW_TIP))
        self.newer.hide()
        numbers = QHBoxLayout()
        numbers.setSpacing(10)
        for part in (self.newer, self.count):
            part.setFixedHeight(SPACE.button)
            numbers.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.filters, 1)
        bar.addLayout(numbers)
        self.content.addLayout(bar)
        self.content.addWidget(TableBeside(self.pane, self.panel, self.panel.show_row), 1)

    def _nothing_yet(self) -> EmptyState:
        icon, more = "scroll-text", tr(activity.NOTHING_MORE)
        if self._which().people_only:
            show = self.filters.program.click
            return EmptyState(icon, tr(activity.NOTHING_BY_PEOPLE), more, tr(activity.PROGRAM_TOO), show)
        return EmptyState(icon, tr(activity.NOTHING), more)

    def _when(self, row: AuditRecord) -> str:
        return timewords.full(row.timestamp, self.desk.now(), self.desk.zone)

    def _exact_when(self, row: AuditRecord) -> str:
        return timewords.exact(row.timestamp, self.desk.zone)

    def _who(self, row: AuditRecord) -> str:
        return self._names.who(row) if self._names else row.actor

    def _place(self, row: AuditRecord) -> str:
        return activity_words.place(row, records_here=self.desk.opened.records_here)

    def _name(self, emails: dict[str, str]) -> None:
        clinics = {each.clinic_id: each.name for each in self.desk.directory.clinics}
        self._names = Names(self.desk.opened.identity, emails, clinics)
        self.panel.know(self._names)

    # filters

    def _which(self) -> AuditFilter:
        return replace(self.filters.which(), order=self.model.asked_order)

    def _apply_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.filters.show_visit(wanted)

    def _clear_filters(self) -> None:
        self.filters.clear()
        self.refresh()

    # answers

    def _settled(self) -> None:
        if self.model.state is Loading.READY and self.model.at_start:
            rows = [self.model.row(line) for line in range(min(self.model.rowCount(), _COMPARED))]
            known = [row for row in rows if row is not None]
            self._newest = known[0].timestamp if known else None
            self._newest_ids = frozenset(row.id for row in known)
        if self._to_top:
            self._to_top = False
            self.pane.table.scrollToTop()
        self._say_count()

    def _count(self) -> None:
        if self._look:
            service, which = self.desk.opened.audit, self._look.which
            self.ask_anew(lambda: service.counts(which), self._counted, self._not_read)

    def _counted(self, counts: AuditCounts) -> None:
        self._counts = counts
        self.filters.show_counts(counts)
        self._say_count()

    def _say_count(self) -> None:
        """The rows themselves say it best, where all of them are here."""
        counts = AuditCounts(self.model.rowCount()) if self.model.whole else self._counts
        if counts is None:
            return
        known = self.model.rowCount() if counts.total is None else counts.total
        if counts.more:
            self.count.setText(tr(activity.COUNT_MORE, count=f"{known:,}"))
        else:
            self.count.setText(tr_count(activity.COUNT_ONE, activity.COUNT_MANY, known))

    def _not_read(self, failure: Failure) -> None:
        # the table says it in its own place; a number that may be wrong is taken away
        self.count.setText("")

    def _people_arrived(self, people: list[AuditPerson]) -> None:
        self.filters.offer(people)
        self._name({each.user_id: each.email for each in people if each.user_id and each.email})
        self.pane.table.viewport().update()

    def _check_told(self, bar: InlineBar | None) -> None:
        self.set_bar("check", bar)

    def _saving_told(self, bar: InlineBar | None) -> None:
        self.set_bar("saving", bar)

    # what comes in meanwhile

    def _look_again(self) -> None:
        if self._stale or self._look is None:
            self._refresh_if_visible()
            return
        self._poll.start(_POLL_MS)
        newest_first = self.model.order == NEWEST_FIRST
        if self.model.state is not Loading.READY or not self.isVisible() or not newest_first:
            return
        start = self._newest - _LATE if self._newest else self.desk.now() - _CLOCKS_DIFFER
        which, service = self._look.which, self.desk.opened.audit
        recent = replace(which, since=max(start, which.since) if which.since else start)
        self.ask_anew(
            lambda: service.rows(recent, RowsPage(limit=_AT_ONCE), again=True),
            self._newer_arrived,
            self._newer_not_read,
        )

    def _newer_arrived(self, rows: list[AuditRecord]) -> None:
        count = sum(row.id not in self._newest_ids and not self._is_own_look(row) for row in rows)
        table = self.pane.table
        if (
            count
            and self.model.at_start
            and table.verticalScrollBar().value() == 0
            and not table.chosen_row()
        ):
            self._show_newer()
        else:
            self._say_newer(count)

    def _newer_not_read(self, failure: Failure) -> None:
        """Asked again soon; what is shown is still true."""

    def _is_own_look(self, row: AuditRecord) -> bool:
        """Looking into a row is recorded: that is no news to whoever has just done it."""
        return row.action == Action.AUDIT_REVEALED and row.user_id == self.desk.opened.identity.user_id

    def _say_newer(self, count: int) -> None:
        if count >= _AT_ONCE:
            self.newer.set_words(tr(activity.NEW_MORE, count=count))
        else:
            self.newer.set_words(tr_count(activity.NEW_ONE, activity.NEW_MANY, count))
        self.newer.setVisible(count > 0)

    def _show_newer(self) -> None:
        self._say_newer(0)
        self._to_top = True
        if self._look and not self.model.go_to_start():
            self.model.ask(self._look.rows, again=True)
        self._count()


def _is_same_look(before: AuditFilter, now: AuditFilter) -> bool:
    """The same filter in any order; who types on, or takes letters back, is still searching for the same."""
    if replace(before, text="", order=None) != replace(now, text="", order=None) or bool(before.text) != bool(
        now.text
    ):
        return False
    one, other = before.text.casefold(), now.text.casefold()
    return one.startswith(other) or other.startswith(one)

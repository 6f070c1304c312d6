"""Activity record: who did what, when, with which result and from where; filtered, counted, and checked."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import AuditFilter, AuditVerification
from idexx_desktop.domain.records import AuditRecord
from idexx_desktop.gui import activity_words, timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.chips import MenuChip, SearchField
from idexx_desktop.gui.kit.dialogs import DetailsDialog
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.panels.activity_panel import ActivityPanel
from idexx_desktop.gui.strings import activity, shell, tr, tr_count
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.model import PagedModel
from idexx_desktop.gui.tables.positions import audit_position
from idexx_desktop.gui.tables.view import TablePane
from idexx_desktop.gui.tokens import SPACE, Tone

_SPANS = (
    (0, activity.LAST_DAY),
    (6, activity.LAST_WEEK),
    (29, activity.LAST_MONTH),
    (364, activity.LAST_YEAR),
)


class ActivityPage(Page):
    """See the module."""

    page_id = "activity"
    title = shell.ACTIVITY
    subtitle = activity.SUBTITLE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._text = ""
        self._people: set[str] = set()
        self._found: AuditVerification | None = None
        self.check = SecondaryButton(tr(activity.CHECK), self._check, icon_name="shield-check")
        self.header.add_action(self.check)
        self.model: PagedModel[AuditRecord] = PagedModel(
            desk.bridge, self._columns(), lambda row: row.id, audit_position, parent=self
        )
        self.pane = TablePane(
            self.model, tr(shell.ACTIVITY), _nothing_yet, self._filtered, self._clear_filters
        )
        self.panel = ActivityPanel(desk)
        self.panel.hide()
        self.panel.closed.connect(self.pane.table.clearSelection)
        self.pane.table.row_chosen.connect(self._row_chosen)
        self.model.settled.connect(self._settled)
        self._build()

    def refresh(self) -> None:
        which, service = self._which(), self.desk.opened.audit
        self.model.ask(lambda page: service.rows(which, page))
        self.ask_anew(lambda: service.count(which), self._counted, self._not_counted)
        self.ask(service.actions, self._actions_arrived, self._not_counted)

    # building

    def _columns(self) -> tuple[Column[AuditRecord], ...]:
        return (
            Column(tr(activity.WHEN), self._when, tooltip=self._exact_when, width=146, mark="down"),
            Column(tr(activity.WHO), self._who, width=120, share=0.8),
            Column(tr(activity.WHAT), lambda row: activity_words.what(row.action), width=216, share=1.4),
            Column(tr(activity.RESULT), activity_words.result, pill=activity_words.result_pill, width=140, share=0.3),
            Column(tr(activity.FROM), _address, width=112, share=0.3, muted=True),
        )  # fmt: skip

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        self.search = SearchField(tr(activity.SEARCH))
        self.search.searched.connect(self._searched)
        bar.addWidget(self.search)
        self.span = MenuChip(tr(activity.ANY_TIME), [(days, tr(words)) for days, words in _SPANS])
        self.person = MenuChip(tr(activity.ANYONE))
        self.action = MenuChip(tr(activity.ANYTHING))
        results = [(status, activity_words.result_word(status)) for status in activity_words.RESULTS_OFFERED]
        self.result = MenuChip(tr(activity.ANY_RESULT), results)
        self._chips = (self.span, self.person, self.action, self.result)
        for chip in self._chips:
            chip.picked.connect(self._picked)
            bar.addWidget(chip)
        bar.addStretch(1)
        self.count = Text("", Style.SECONDARY, "secondary")
        bar.addWidget(self.count)
        self.content.addLayout(bar)
        row = QHBoxLayout()
        row.setSpacing(SPACE.gap)
        row.addWidget(self.pane, 1)
        row.addWidget(self.panel)
        self.content.addLayout(row, 1)

    def _when(self, row: AuditRecord) -> str:
        return timewords.full(row.timestamp, self.desk.now(), self.desk.zone)

    def _who(self, row: AuditRecord) -> str:
        return activity_words.who(row.actor, self.desk.opened.identity)

    def _exact_when(self, row: AuditRecord) -> str:
        return timewords.exact(row.timestamp, self.desk.zone)

    # filters

    def _which(self) -> AuditFilter:
        span = self.span.value
        return AuditFilter(
            text=self._text,
            action=_chosen(self.action),
            status=_chosen(self.result),
            actor=_chosen(self.person),
            since=activity_words.since(span, self.desk.now(), self.desk.zone)
            if isinstance(span, int)
            else None,
        )

    def _filtered(self) -> bool:
        return bool(self._text) or any(chip.value is not None for chip in self._chips)

    def _searched(self, text: str) -> None:
        self._text = text
        self.refresh()

    def _picked(self, _: object) -> None:
        self.refresh()

    def _clear_filters(self) -> None:
        self._text = ""
        self.search.clear_quietly()
        for chip in self._chips:
            chip.set_value(None)
        self.refresh()

    # answers

    def _settled(self) -> None:
        rows = (self.model.row(line) for line in range(self.model.rowCount()))
        people = self._people | {row.actor for row in rows if row and row.actor}
        if people != self._people:
            self._people = people
            me = self.desk.opened.identity
            self.person.set_options([(name, activity_words.who(name, me)) for name in sorted(people)])

    def _counted(self, count: int) -> None:
        self.count.setText(tr_count(activity.COUNT_ONE, activity.COUNT_MANY, count))

    def _not_counted(self, failure: Failure) -> None:
        # the table says it in its own place; a number that may be wrong is taken away
        self.count.setText("")

    def _actions_arrived(self, actions: list[str]) -> None:
        named = sorted(
            ((action, activity_words.what(action)) for action in actions), key=lambda pair: pair[1]
        )
        self.action.set_options(named)

    def _row_chosen(self, row: AuditRecord | None) -> None:
        self.panel.setVisible(row is not None)
        if row is not None:
            self.panel.show_row(row)

    # checking

    def _check(self) -> None:
        self.check.setEnabled(False)
        self.check.set_words(tr(activity.CHECKING))
        self.set_bar("check", None)
        self.ask(self.desk.opened.audit.verify, self._checked, self._not_checked)

    def _check_ended(self) -> None:
        self.check.setEnabled(True)
        self.check.set_words(tr(activity.CHECK))

    def _checked(self, found: AuditVerification) -> None:
        self._check_ended()
        self._found = found
        if found.ok:
            more = tr_count(activity.WHOLE_MORE_ONE, activity.WHOLE_MORE_MANY, found.rows)
            self.set_bar("check", InlineBar(Tone.GOOD, tr(activity.WHOLE), more, closable=True))
        else:
            details = BarAction(tr(activity.DETAILS), self._show_problem)
            self.set_bar(
                "check", InlineBar(Tone.ACT, tr(activity.BROKEN), tr(activity.BROKEN_MORE), (details,))
            )

    def _not_checked(self, failure: Failure) -> None:
        self._check_ended()
        self.show_failure(failure)

    def _show_problem(self) -> None:
        if self._found:
            words = tr(
                activity.BROKEN_DETAILS, rows=f"{self._found.rows:,}", problem=self._found.problem or ""
            )
            DetailsDialog(self, tr(activity.BROKEN), words).open()


def _chosen(chip: MenuChip) -> str | None:
    return chip.value if isinstance(chip.value, str) else None


def _address(row: AuditRecord) -> str:
    return row.ip_address or tr(activity.NO_VALUE)


def _nothing_yet() -> EmptyState:
    return EmptyState("scroll-text", tr(activity.NOTHING), tr(activity.NOTHING_MORE))

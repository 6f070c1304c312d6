"""Discharge calls as a work list: who is due, on which number, what to say, what came of it; and the brakes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from textwrap import shorten

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout

from idexx_desktop.domain.careful_calls import is_made_with_care
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.filters import CallFilter, VisitFilter
from idexx_desktop.domain.orders import usual_of_calls
from idexx_desktop.domain.places import call_place
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import call_words, timewords, whose_words
from idexx_desktop.gui.call_actions import CallActions
from idexx_desktop.gui.call_keys import CallKeys
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.chips import SearchField, ToggleChip
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.pressing import ENTER
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.panels.call_noted import Noted
from idexx_desktop.gui.panels.call_panel import CallPanel
from idexx_desktop.gui.panels.words_to_say import first_words
from idexx_desktop.gui.ports import Calls, Visits
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import calls, shell, tr, tr_count
from idexx_desktop.gui.tables.beside import TableBeside
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.model import PagedModel
from idexx_desktop.gui.tables.sorts import BY_CALL_STATE, BY_DUE_TIME, BY_KIND, BY_OWNER, BY_PET
from idexx_desktop.gui.tables.view import TablePane
from idexx_desktop.gui.tokens import Tone

TROUBLE = "trouble"
_GROUPS = {
    "due": calls.DUE,
    "upcoming": calls.UPCOMING,
    TROUBLE: calls.TROUBLE,
    "paused": calls.PAUSED_GROUP,
    "done": calls.DONE,
    "all": calls.ALL,
}
_EMPTY = {
    "due": ("circle-check", calls.NONE_DUE, calls.NONE_DUE_MORE),
    "upcoming": ("phone-outgoing", calls.NONE_UPCOMING, calls.NONE_UPCOMING_MORE),
    TROUBLE: ("circle-check", calls.NONE_IN_TROUBLE, calls.NONE_IN_TROUBLE_MORE),
    "paused": ("circle-pause", calls.NONE_PAUSED, calls.NONE_PAUSED_MORE),
    "done": ("phone-outgoing", calls.NONE_DONE, calls.NONE_DONE_MORE),
    "all": ("phone-outgoing", calls.NONE_AT_ALL, calls.NONE_AT_ALL_MORE),
}
_CALL_BACKS = VisitFilter(attention_only=True, reason_code=ReasonCode.NEO_CALL_BACK)
_BEGINNING = 160  # characters: what two lines of a wide window show


@dataclass(frozen=True, slots=True)
class _Overview:
    """How many calls each group has, how many fit the filter, the two modes, and the visits with a call-back in Neo."""

    groups: dict[str, int]
    fitting: int
    paused: bool
    review: bool
    call_backs: int


class CallsPage(Page):
    """Opens with what is due now; `shown(TROUBLE)` with what didn't get through."""

    page_id = "calls"
    title = shell.CALLS
    subtitle = calls.SUBTITLE
    topics = frozenset({Topic.VISITS, Topic.CALLS, Topic.SETTINGS, Topic.DAY, Topic.MINUTE})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._group, self._text = "due", ""
        self._review = False
        self._paused = False
        self.actions_of_calls = CallActions(desk, self)
        self.actions_of_calls.failed.connect(self.show_failure)
        self.whose = self.add_whose()
        self.brake = SecondaryButton(tr(calls.PAUSE), self._brake, icon_name="circle-pause")
        self.header.add_action(self.brake)
        self.model: PagedModel[CallRecord] = PagedModel(
            desk.bridge,
            self._columns(),
            lambda row: row.id,
            lambda row: call_place(row, self.model.order),
            order=usual_of_calls(self._group),
            parent=self,
        )
        self.pane = TablePane(
            self.model, tr(shell.CALLS), self._nothing_yet, self._filtered, self._clear_filters
        )
        self.pane.table.order_chosen.connect(self.refresh)
        self.panel = CallPanel(desk, self.actions_of_calls)
        self.actions_of_calls.noted.connect(self._noted)
        self.actions_of_calls.undone.connect(self._undone)
        # the call to be chosen again once it is back in the list
        self._as_noted: dict[str, CallRecord] = {}
        self._wanted = ""
        self.lists(self.model)
        self.model.settled.connect(self._choose_wanted)
        self._build()
        self.keys = CallKeys(self, self.panel, self.open_next)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)

    def attach(self) -> None:
        self.brake.set_words(self._brake_words())
        super().attach()

    def shown(self, argument: object = None) -> None:
        if argument == TROUBLE:
            self.whose.choose(None)
            self.chips[TROUBLE].setChecked(True)
            self._choose_group(TROUBLE)
            self._stale = True
        super().shown(argument)

    def refresh(self) -> None:
        which = CallFilter(self._group, self._text, whose=self.whose.asked, order=self.model.asked_order)
        service = self.desk.opened.calls
        self.pane.table.show_columns(range(len(self.model.columns) - (0 if which.whose else 1)))
        self.model.ask(lambda page: service.rows(which, page), which)
        visits = self.desk.opened.visits
        self.ask_anew(lambda: _overview(service, visits, which), self._overview_arrived)

    # building

    def _columns(self) -> tuple[Column[CallRecord], ...]:
        return (
            Column(
                tr(calls.WHEN), self._when, second=self._zone, tooltip=self._exact_when, width=164, share=0.1,
                sorts=(BY_DUE_TIME,),
            ),
            Column(tr(calls.PETS), call_words.pets, second=call_words.whose, width=136, share=0.9, strong=True,
                   sorts=(BY_PET, BY_OWNER)),
            Column(tr(calls.NUMBER), lambda row: call_words.number(row.customer_phone), width=150, share=0.1, drop=2),
            Column(tr(calls.KIND), call_words.kind, width=106, share=0.2, drop=3, sorts=(BY_KIND,)),
            Column(tr(calls.SAY), _beginning, tooltip=_summary, width=90, share=2.0, muted=True, wrap=True, drop=4),
            Column(tr(calls.STATE), lambda row: self._pill(row).text, pill=self._pill, width=184, share=0.1, drop=1,
                   sorts=(BY_CALL_STATE,)),
            whose_words.column(self.desk),
        )  # fmt: skip

    def _build(self) -> None:
        self.search = SearchField(tr(calls.SEARCH))
        self.search.searched.connect(self._searched)
        self.count = Text("", Style.SECONDARY, "secondary")
        self.filters = FlowRow()
        self.filters.add(self.search)
        self.chips: dict[str, ToggleChip] = {}
        exclusive = QButtonGroup(self)
        for group, words in _GROUPS.items():
            chip = ToggleChip(tr(words), group == self._group)
            exclusive.addButton(chip)
            chip.clicked.connect(self._chip_clicked)
            self.chips[group] = chip
            self.filters.add(chip)
        self.chips["paused"].hide()
        self.chips[TROUBLE].hide()
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.filters, 1)
        bar.addWidget(self.count)
        self.content.addLayout(bar)
        self.content.addWidget(TableBeside(self.pane, self.panel, self.panel.show_call, share=2), 1)

    def _when(self, row: CallRecord) -> str:
        return timewords.full(row.scheduled_for, self.desk.now(), self.desk.zone_of(row.others))

    def _zone(self, row: CallRecord) -> str:
        marks = call_words.tries(row), whose_words.zone_mark(row.scheduled_for, row, self.desk)
        return " · ".join(filter(None, marks))

    def _exact_when(self, row: CallRecord) -> str:
        return whose_words.exact(row.scheduled_for, row, self.desk)

    def _pill(self, row: CallRecord) -> PillLook:
        return call_words.state_pill(row, self.desk.now())

    def _nothing_yet(self) -> EmptyState:
        if self._review and self._group != "paused":
            return EmptyState(
                "hand", tr(calls.REVIEW_NONE), tr(calls.REVIEW_NONE_MORE), tr(calls.SEE_HELD), self._see_held,
                tone=Tone.HELD,
            )  # fmt: skip
        if self._paused and self._group in ("due", "upcoming"):
            return EmptyState(
                "circle-pause", tr(calls.NONE_WHILE_PAUSED), tr(calls.NONE_WHILE_PAUSED_MORE), tr(calls.SEE_PAUSED),
                self.chips["paused"].click, tone=Tone.ATTENTION,
            )  # fmt: skip
        icon, title, more = _EMPTY[self._group]
        return EmptyState(icon, tr(title), tr(more), tone=Tone.GOOD if self._group == "due" else None)

    # filters

    def _filtered(self) -> bool:
        return bool(self._text) or self.whose.narrowed

    def _clear_filters(self) -> None:
        self._text = ""
        self.whose.clear()
        self.search.clear_quietly()
        self.refresh()

    def _searched(self, text: str) -> None:
        self._text = text
        self.refresh()

    def _chip_clicked(self) -> None:
        self._choose_group(next(group for group, chip in self.chips.items() if chip.isChecked()))
        self.refresh()

    def _choose_group(self, group: str) -> None:
        self._group = group
        self.model.start_order(usual_of_calls(group))

    # answers

    def _overview_arrived(self, overview: _Overview) -> None:
        for group, chip in self.chips.items():
            count = f"{overview.groups.get(group, 0):,}"
            chip.set_words(tr(calls.GROUP_COUNT, group=tr(_GROUPS[group]), count=count))
        set_aside = overview.groups.get("paused", 0) > 0
        troubled = overview.groups.get(TROUBLE, 0) > 0
        self.chips[TROUBLE].setVisible(troubled or self._group == TROUBLE)
        self.chips["paused"].setVisible(overview.paused or set_aside or self._group == "paused")
        backs = overview.call_backs
        self.keep_bar("call-backs", backs or None, lambda: self._call_backs_bar(backs))
        found = tr_count(calls.COUNT_ONE, calls.COUNT_MANY, overview.fitting)
        self.count.setText(found if self._text else "")
        self._show_modes(overview)

    def _call_backs_bar(self, count: int) -> InlineBar:
        said = tr_count(calls.CALL_BACKS_ONE, calls.CALL_BACKS_MANY, count)
        see = BarAction(tr(calls.SEE_CALL_BACKS), partial(self.desk.go, "attention", self.desk.own))
        return InlineBar(Tone.HELD, self._here(said), tr(calls.CALL_BACKS_MORE), (see,))

    # one call after the other

    def open_next(self) -> None:
        """Open the call that comes next: the keyboard is there already."""
        table = self.pane.table
        table.setFocus(Qt.FocusReason.OtherFocusReason)
        if table.currentIndex().isValid():
            table.choose_line(table.currentIndex().row())
        elif self.panel.noted is None and self.model.rowCount():
            table.choose_line(0)

    def undo_last(self) -> None:
        """See `Page`: the outcome that the panel tells of."""
        if self.panel.isVisible() and self.panel.noted and self.panel.noted.undo:
            self.panel.noted.undo()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and (self.hasFocus() or self.pane.table.hasFocus()):
            self.open_next()
        else:
            super().keyPressEvent(event)

    def _noted(self, noted: Noted) -> None:
        self._as_noted[noted.call.id] = noted.call
        following = self._following(noted.call.id)
        if self.panel.row is not None and self.panel.row.id != noted.call.id:
            return  # somebody has gone on already
        self.pane.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.panel.show_noted(noted, following, self.open_next)
        self.pane.table.stand_at(following.id if following else None)

    def _following(self, call_id: str) -> CallRecord | None:
        """The next call below this one that a person can make now, else the first above it."""
        line = self.model.line_of(call_id)
        after = -1 if line is None else line
        rows = [*range(after + 1, self.model.rowCount()), *range(max(0, after))]
        found = (self.model.row(number) for number in rows)
        return next((row for row in found if row and _can_be_opened(row) and not self._is_noted(row)), None)

    def _is_noted(self, row: CallRecord) -> bool:
        """Whether its result has been noted, and the list still shows it as it was then."""
        return self._as_noted.get(row.id) == row

    def _undone(self, call_id: str) -> None:
        self.panel.let_go()
        self._as_noted.pop(call_id, None)
        self._wanted = call_id
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        row = self.model.row(line) if (line := self.model.line_of(self._wanted)) is not None else None
        if row is not None and _can_be_opened(row) and not self.panel.is_being_typed_in():
            self._wanted = ""
            self.pane.table.choose(row.id)

    # the brakes

    def _show_modes(self, overview: _Overview) -> None:
        if (overview.paused, overview.review) == (self._paused, self._review):
            return
        self._paused, self._review = overview.paused, overview.review
        self.brake.set_words(self._brake_words())
        self.brake.set_icon("phone-outgoing" if overview.paused else "circle-pause")
        self.brake.setVisible(overview.paused or not overview.review)
        self.set_bar("paused", self._paused_bar() if overview.paused else None)
        self.set_bar("review", self._review_bar() if overview.review else None)
        self.pane.say_again()

    def _review_bar(self) -> InlineBar:
        turn_on = BarAction(tr(calls.TURN_ON), self._ask_turn_on)
        return InlineBar(Tone.HELD, self._here(tr(calls.REVIEW)), tr(calls.REVIEW_MORE), (turn_on,))

    def _paused_bar(self) -> InlineBar:
        return InlineBar(Tone.ATTENTION, self._here(tr(calls.PAUSED)), tr(calls.PAUSED_MORE))

    def _brake_words(self) -> str:
        if self._several_clinics():
            words = calls.RESUME_OF if self._paused else calls.PAUSE_OF
            return tr(words, clinic=self.desk.clinic_name)
        return tr(calls.RESUME if self._paused else calls.PAUSE)

    def _here(self, words: str) -> str:
        """Where rows of several clinics are shown, what holds for one's own only says so."""
        if not self._several_clinics():
            return words
        return tr(calls.OF_CLINIC, clinic=self.desk.clinic_name, words=words)

    def _several_clinics(self) -> bool:
        return len(self.desk.directory.clinics) > 1

    def _brake(self) -> None:
        if self._paused:
            self.actions_of_calls.resume_all()
        else:
            self.actions_of_calls.pause_all()

    def _ask_turn_on(self) -> None:
        self.actions_of_calls.ask_turn_on(self)

    def _see_held(self) -> None:
        self.desk.go("visits", VisitState.HELD)


def _can_be_opened(row: CallRecord) -> bool:
    return row.others is None and call_words.can_be_called(row)


def _overview(service: Calls, visits: Visits, which: CallFilter) -> _Overview:
    return _Overview(
        service.group_counts(which.whose),
        service.count(which),
        service.paused(),
        service.review_mode(),
        visits.count(_CALL_BACKS),
    )


def _beginning(row: CallRecord) -> str:
    """What fits on two lines, without line ends: many notes begin with a heading of one word."""
    return shorten(_summary(row), _BEGINNING, placeholder="…")


def _summary(row: CallRecord) -> str:
    """Before what is said, what has to be known first."""
    words = first_words(row) or (tr(calls.NO_OWNERS_TEXT) if row.summary.strip() else "")
    return "\n".join((*(row.care if is_made_with_care(row) else ()), words))

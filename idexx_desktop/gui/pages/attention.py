"""Needs attention: all that only a person can decide or mend: problems on top, then visits, with the panel that says
why."""

from __future__ import annotations

from functools import partial
from textwrap import shorten

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout

from idexx_desktop.domain.asked_sentences import SentenceGroup
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.known_sentences import Known
from idexx_desktop.domain.needs import Needs, Problem, ProblemKind
from idexx_desktop.domain.orders import NEWEST_FIRST
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.domain.places import visit_place
from idexx_desktop.domain.records import Page as RowPage
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import needs_words, timewords, visit_words, whose_words
from idexx_desktop.gui.card_bar import card_bar
from idexx_desktop.gui.concern_actions import ConcernActions
from idexx_desktop.gui.death_actions import DeathActions
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.helping import help_with_problem
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.chips import SearchField, ToggleChip
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.panels.concern_list import ConcernList
from idexx_desktop.gui.panels.visit_panel import VisitPanel
from idexx_desktop.gui.standing import TOPICS
from idexx_desktop.gui.states import VISIT_LOOKS, PillLook
from idexx_desktop.gui.strings import attention, sentences, shell, tr, tr_count
from idexx_desktop.gui.tables.beside import TableBeside
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.model import PagedModel
from idexx_desktop.gui.tables.sorts import BY_OWNER, BY_PET, BY_STATE, BY_TIME
from idexx_desktop.gui.tables.view import TablePane
from idexx_desktop.gui.tokens import Tone
from idexx_desktop.gui.visit_actions import VisitActions

_FAILED = VisitFilter(states=frozenset({VisitState.FAILED}), attention_only=True)
_MOST_QUOTED = 160
_EVERY = RowPage(limit=100_000)
_CALM = (ProblemKind.NOT_SYNCED, ProblemKind.BACKUP, ProblemKind.PAUSED, ProblemKind.CALLS_NOT_TAKEN)
_STATES = (VisitState.HELD, VisitState.WAITING, VisitState.FAILED)


class AttentionPage(Page):
    """`shown(visit_key)` selects that visit, one of this login's own."""

    page_id = "attention"
    title = shell.ATTENTION
    subtitle = attention.SUBTITLE
    topics = TOPICS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._text = ""
        self._state: VisitState | None = None
        self._wanted: str | None = None
        # None: not known
        self.needs: Needs | None = None
        self.visit_actions = VisitActions(desk, self)
        self.visit_actions.failed.connect(self.show_failure)
        self.deaths = DeathActions(desk, self)
        self.deaths.failed.connect(self.show_failure)
        self.try_all = SecondaryButton(tr(attention.TRY_ALL), self._ask_try_all, icon_name="rotate-cw")
        self.try_all.hide()
        self.header.add_action(self.try_all)
        self.try_chosen = SecondaryButton("", self._try_chosen, icon_name="rotate-cw")
        self.try_chosen.hide()
        self.header.add_action(self.try_chosen)
        self.whose = self.add_whose()
        self.model: PagedModel[VisitRecord] = PagedModel(
            desk.bridge,
            self._columns(),
            visit_words.key,
            lambda row: visit_place(row, self.model.order),
            order=NEWEST_FIRST,
            parent=self,
        )
        self.pane = TablePane(
            self.model, tr(shell.ATTENTION), self._nothing_yet, self._filtered, self._clear_filters
        )
        self.panel = VisitPanel(desk, self.visit_actions)
        self.concern_actions = ConcernActions(desk, self)
        self.concern_actions.failed.connect(self.show_failure)
        self.concerns_open = ConcernList(desk, self.concern_actions)
        self._build()
        self.pane.table.allow_several()
        self.pane.table.row_chosen.connect(self._row_chosen)
        self.pane.table.row_lost.connect(self._row_lost)
        self.pane.table.order_chosen.connect(self.refresh)
        self.lists(self.model)
        self.model.settled.connect(self._settled)
        desk.standing.told.connect(self._standing_told)
        desk.standing.failed.connect(self._standing_unknown)

    def refresh(self) -> None:
        which = self._which()
        visits = self.desk.opened.visits
        self._show_columns()
        self.model.ask(lambda page: visits.rows(which, page), which)
        self.ask_anew(lambda: visits.count(which), self._counted)
        self.ask_anew(lambda: visits.count(_FAILED), self._failed_counted)
        self.ask_anew(self.desk.opened.sentences.groups, self._grouped)
        self.ask_anew(self.desk.opened.deaths.without_card, self._cards_wanted)
        self.desk.standing.look()

    def shown(self, argument: object = None) -> None:
        if isinstance(argument, str):
            self._wanted = argument
            self.whose.choose(None)
            self._stale = True
        super().shown(argument)
        self._choose_wanted()

    # building

    def _columns(self) -> tuple[Column[VisitRecord], ...]:
        return (
            Column(
                tr(attention.PET), visit_words.pet, second=visit_words.owner, width=130, share=0.8,
                strong=True, sorts=(BY_PET, BY_OWNER),
            ),
            Column(
                tr(attention.VISIT), self._when, second=self._zone_and_provider, tooltip=self._exact_when,
                width=144, share=0.2, sorts=(BY_TIME,), drop=2,
            ),
            Column(
                tr(attention.STATE), lambda row: VISIT_LOOKS[row.state].label, pill=self._pill, width=216,
                share=0.3, sorts=(BY_STATE,),
            ),
            Column(tr(attention.WHAT), _what, tooltip=_what, width=190, share=2.2, muted=True, wrap=True, drop=1),
            whose_words.column(self.desk),
        )  # fmt: skip

    def _build(self) -> None:
        self.search = SearchField(tr(attention.SEARCH))
        self.search.searched.connect(self._searched)
        self.count = Text("", Style.SECONDARY, "secondary")
        self.filters = FlowRow()
        self.filters.add(self.search)
        self.chips: dict[VisitState | None, ToggleChip] = {}
        group = QButtonGroup(self)
        for state in (None, *_STATES):
            words = VISIT_LOOKS[state].label if state else tr(attention.EVERYTHING)
            chip = ToggleChip(words, state is None)
            group.addButton(chip)
            chip.clicked.connect(self._chip_clicked)
            self.chips[state] = chip
            self.filters.add(chip)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.filters, 1)
        bar.addWidget(self.count)
        self.content.addWidget(self.concerns_open)
        self.content.addLayout(bar)
        self.content.addWidget(TableBeside(self.pane, self.panel, self.panel.show_visit), 1)

    def _when(self, row: VisitRecord) -> str:
        return timewords.dated(row.visit_at, self.desk.now(), self.desk.zone_of(row.others))

    def _zone_and_provider(self, row: VisitRecord) -> str:
        zone = whose_words.zone_mark(row.visit_at, row, self.desk)
        return " · ".join(part for part in (zone, row.provider) if part)

    def _exact_when(self, row: VisitRecord) -> str:
        return whose_words.exact(row.visit_at, row, self.desk)

    def _pill(self, row: VisitRecord) -> PillLook:
        return visit_words.happens_next(row, self.desk.now(), self.desk.zone_of(row.others))

    def _nothing_yet(self) -> EmptyState:
        """No visit waits; whether nothing does is another question."""
        if self.needs is not None and not self.needs.count:
            return EmptyState(
                "circle-check", tr(attention.NOTHING), tr(attention.NOTHING_MORE), tone=Tone.GOOD
            )
        said_above = self.needs is not None and (self.needs.problems or self.needs.concerns)
        more = attention.NO_PETS_MORE if said_above else attention.NO_PETS_UNKNOWN
        return EmptyState("info", tr(attention.NO_PETS), tr(more))

    # filters

    def _which(self) -> VisitFilter:
        states = frozenset({self._state}) if self._state else frozenset()
        return VisitFilter(
            text=self._text,
            states=states,
            attention_only=True,
            whose=self.whose.asked,
            order=self.model.asked_order,
        )

    def _show_columns(self) -> None:
        several = self.whose.asked is not None
        self.pane.table.show_columns(range(len(self.model.columns) - (0 if several else 1)))

    def _filtered(self) -> bool:
        return bool(self._text or self._state or self.whose.narrowed)

    def _clear_filters(self) -> None:
        self._text, self._state = "", None
        self.search.clear_quietly()
        self.chips[None].setChecked(True)
        self.whose.clear()
        self.refresh()

    def _searched(self, text: str) -> None:
        self._text = text
        self.refresh()

    def _chip_clicked(self) -> None:
        self._state = next((state for state, chip in self.chips.items() if chip.isChecked()), None)
        self.refresh()

    # answers

    def _settled(self) -> None:
        self._choose_wanted()
        if not self.panel.isHidden():
            self._row_chosen(self.pane.table.chosen_row())

    def _choose_wanted(self) -> None:
        if self._wanted and self.pane.table.choose(self._wanted):
            self._wanted = None

    def _counted(self, count: int) -> None:
        self.count.setText(tr_count(attention.COUNT_ONE, attention.COUNT_MANY, count))

    def _standing_told(self, status: TodayStatus) -> None:
        """Problems are this computer's own, and concerns the clinic's, whoever's visits are shown."""
        self.concerns_open.show_concerns(status.concerns)
        needs = status.needs(self.desk.now())
        if needs != self.needs:
            self.needs = needs
            found = {problem.kind: problem for problem in needs.problems}
            for kind in ProblemKind:
                if problem := found.get(kind):
                    self.keep_bar(kind, problem, partial(self._bar_of, problem))
                else:
                    self.set_bar(kind, None)
            self.pane.say_again()

    def _standing_unknown(self, failure: Failure) -> None:
        """What was said before stays; that nothing needs anybody isn't said."""
        if self.needs is not None and not self.needs.count:
            self.needs = None
            self.pane.say_again()

    def _bar_of(self, problem: Problem) -> InlineBar:
        tone = Tone.ATTENTION if problem.kind in _CALM else Tone.ACT
        action = BarAction(needs_words.verb(problem), partial(help_with_problem, self, self.desk, problem))
        return InlineBar(tone, problem.title, problem.advice, (action,))

    def _grouped(self, groups: list[SentenceGroup]) -> None:
        """One at a time: once it is answered, the next one is the largest."""
        largest = groups[0] if groups else None
        self.keep_bar("sentences", largest, lambda: self._group_bar(groups[0]))

    def _group_bar(self, group: SentenceGroup) -> InlineBar:
        say = partial(self.visit_actions.say, group.visit_keys[0], group.sentence, Known.STANDARD_TEXT)
        more = tr(sentences.TOGETHER_MORE, text=shorten(group.sentence.text, _MOST_QUOTED, placeholder="…"))
        title = tr(sentences.TOGETHER, count=len(group.visit_keys))
        return InlineBar(Tone.HELD, title, more, (BarAction(tr(sentences.STANDARD_TEXT), say),))

    def _cards_wanted(self, wanted: list[ToldDeath]) -> None:
        """One at a time, the oldest first: once its card is sent, the next one is."""
        self.keep_bar("card", tuple(wanted) or None, lambda: card_bar(wanted, self.deaths, self.desk))

    def _failed_counted(self, count: int) -> None:
        self.try_all.setVisible(count > 1)

    def _row_lost(self) -> None:
        self._row_chosen(None)

    def _row_chosen(self, _: VisitRecord | None) -> None:
        several = len(self._own_chosen())
        self.try_chosen.setVisible(several > 1)
        self.try_chosen.set_words(tr(attention.TRY_CHOSEN, count=several))

    # all at once

    def _ask_try_all(self) -> None:
        dialog = ConfirmDialog(
            self, tr(attention.TRY_ALL_ASK), tr(attention.TRY_ALL_TEXT), tr(attention.TRY_ALL_VERB),
            typed_word=tr(attention.TRY_ALL_WORD),
        )  # fmt: skip
        dialog.accepted.connect(self._try_all)
        dialog.open()

    def _try_all(self) -> None:
        visits = self.desk.opened.visits
        self.ask(
            lambda: [row.visit_key for row in visits.rows(_FAILED, _EVERY)], self.visit_actions.try_these
        )

    # some at once: what is somebody else's is only looked at

    def _own_chosen(self) -> list[str]:
        rows: list[VisitRecord | None] = self.pane.table.chosen_rows()
        return [row.visit_key for row in rows if row is not None and row.others is None]

    def _try_chosen(self) -> None:
        self.visit_actions.try_these(self._own_chosen())
        self.pane.table.clearSelection()


def _what(row: VisitRecord) -> str:
    return row.failure_title or row.reason

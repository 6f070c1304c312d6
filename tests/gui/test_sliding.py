"""Tables over lists of any length: only what is near is kept, what is shown stays in place, both ends are near."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.records import Page
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.sliding import KEPT, SlidingModel, StaysInPlace
from idexx_desktop.gui.tables.view import Table

MILLION = 1_000_000


@dataclass
class Source:
    """The numbers from `count` down to 1, in pages both ways; `asked` lists the pages."""

    count: int = MILLION
    asked: list[Page] = field(default_factory=list)

    def fetch(self, page: Page) -> list[int]:
        self.asked.append(page)
        if page.backwards:
            low = 1 if page.before is None else page.before[0] + 1
            return list(range(min(low + page.limit - 1, self.count), low - 1, -1))
        high = self.count if page.before is None else page.before[0] - 1
        return list(range(high, max(high - page.limit, 0), -1))


@dataclass
class Shown:
    """A table on such a list."""

    qtbot: QtBot
    bridge: Bridge
    source: Source
    model: SlidingModel[int]
    table: Table

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.bridge.idle)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.table, key)
        self.settle()

    @property
    def numbers(self) -> list[int]:
        """Every kept row."""
        found = (self.model.row(line) for line in range(self.model.rowCount()))
        return [number for number in found if number is not None]

    @property
    def top(self) -> int:
        """The first row in view."""
        number = self.model.row(self.table.rowAt(0))
        assert number is not None
        return number


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def shown(qtbot: QtBot, bridge: Bridge, source: Source) -> Iterator[Shown]:
    columns: tuple[Column[int], ...] = (Column("Number", str),)
    model: SlidingModel[int] = SlidingModel(bridge, columns, str, lambda number: (number,))
    table = Table(model, "numbers")
    qtbot.addWidget(table)
    StaysInPlace(table, model)
    table.resize(500, 640)
    table.show()
    model.ask(source.fetch)
    made = Shown(qtbot, bridge, source, model, table)
    made.settle()
    yield made
    made.settle()


def scroll_down(shown: Shown, pages: int) -> None:
    """To the end of what is loaded, so many times."""
    for _ in range(pages):
        shown.table.scrollToBottom()
        shown.settle()


def test_rows_far_from_those_in_view_are_let_go(shown: Shown) -> None:
    scroll_down(shown, 60)
    assert shown.model.rowCount() == KEPT
    assert not shown.model.at_start
    last = shown.numbers[-1]
    assert last <= MILLION - 6000
    assert shown.numbers == list(range(last + KEPT - 1, last - 1, -1))


def test_what_is_in_view_stays_while_rows_come_and_go_above_it(shown: Shown) -> None:
    scroll_down(shown, KEPT // 100 + 3)
    bar = shown.table.verticalScrollBar()
    bar.setValue(bar.value() - 5 * 44)
    before = shown.top
    shown.model.fetchMore(shown.model.index(0, 0).parent())
    shown.settle()
    assert shown.top == before
    bar.setValue(0)
    at_top = shown.top
    shown.settle()
    assert shown.top == at_top
    assert shown.numbers[0] > at_top


def test_scrolling_up_reads_what_was_let_go(shown: Shown) -> None:
    scroll_down(shown, 40)
    assert shown.numbers[0] < MILLION
    seen = {shown.top}
    while not shown.model.at_start or shown.table.verticalScrollBar().value() > 0:
        shown.table.verticalScrollBar().setValue(shown.table.verticalScrollBar().value() - 600)
        shown.settle()
        seen.add(shown.top)
    assert shown.numbers[0] == MILLION
    assert shown.model.rowCount() <= KEPT
    assert max(seen) == MILLION
    assert shown.numbers == list(range(MILLION, MILLION - shown.model.rowCount(), -1))


def test_the_keys_lead_to_both_ends(shown: Shown) -> None:
    shown.table.setFocus()
    shown.press(Qt.Key.Key_End)
    assert shown.table.chosen_row() == 1
    assert shown.model.rowCount() >= 100
    assert len(shown.source.asked) < 6
    shown.press(Qt.Key.Key_Up)
    assert shown.table.chosen_row() == 2
    shown.press(Qt.Key.Key_Home)
    assert shown.table.chosen_row() == MILLION
    assert shown.numbers[0] == MILLION
    assert shown.table.verticalScrollBar().value() == 0


def test_up_from_the_end_there_is_no_gap(shown: Shown) -> None:
    shown.table.setFocus()
    shown.press(Qt.Key.Key_End)
    for _ in range(30):
        shown.press(Qt.Key.Key_PageUp)
    chosen = shown.table.chosen_row()
    assert chosen > 300
    assert shown.numbers == list(range(shown.numbers[0], shown.numbers[-1] - 1, -1))
    assert chosen in shown.numbers


def test_a_chosen_row_that_is_let_go_is_not_chosen_any_more(shown: Shown) -> None:
    chosen: list[object] = []
    shown.table.row_chosen.connect(chosen.append)
    shown.table.selectRow(0)
    scroll_down(shown, 30)
    assert chosen == [MILLION, None]
    assert shown.table.chosen_row() is None


def test_a_short_list_is_whole(qtbot: QtBot, shown: Shown) -> None:
    shown.source.count = 30
    shown.model.ask(shown.source.fetch)
    shown.settle()
    assert shown.model.whole
    asked = len(shown.source.asked)
    shown.table.setFocus()
    shown.press(Qt.Key.Key_End)
    assert shown.table.chosen_row() == 1
    shown.press(Qt.Key.Key_Home)
    assert shown.table.chosen_row() == 30
    assert len(shown.source.asked) == asked

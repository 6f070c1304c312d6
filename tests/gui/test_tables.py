"""Tables: pages by key, stale answers, refresh, painting, keys."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import Page
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.pictures import picture
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.tables.columns import Cell, Column
from idexx_desktop.gui.tables.delegate import two_lines
from idexx_desktop.gui.tables.model import CellRole, Loading, PagedModel
from idexx_desktop.gui.tables.sorts import BY_OWNER, BY_PET, BY_TIME
from idexx_desktop.gui.tables.view import Table, TablePane
from idexx_desktop.gui.tokens import LIGHT, Tone


@dataclass(frozen=True, slots=True)
class Row:
    """A number with a name."""

    number: int
    name: str = "Pet"


@dataclass
class Source:
    """So many rows, highest number first, read by key; `asked` lists the pages."""

    count: int
    name: str = "Pet"
    failure: Failure | None = None
    asked: list[Page] = field(default_factory=list)

    def fetch(self, page: Page) -> list[Row]:
        self.asked.append(page)
        if self.failure:
            raise self.failure
        start = self.count if page.before is None else page.before[0] - 1
        return [Row(number, self.name) for number in range(start, max(start - page.limit, 0), -1)]


COLUMNS: tuple[Column[Row], ...] = (
    Column(
        "Name",
        lambda row: f"{row.name} {row.number}",
        second=lambda _: "owner",
        strong=True,
        sorts=(BY_PET, BY_OWNER),
    ),
    Column("State", lambda _: "word", pill=lambda _: PillLook("check", "All in", Tone.GOOD), width=90),
    Column("Note", lambda _: "a long note that goes on and on and has to wrap", wrap=True, share=1.0),
    Column(
        "Count",
        lambda row: str(row.number),
        right=True,
        tooltip=lambda row: f"exactly {row.number}",
        sorts=(BY_TIME,),
    ),
)


def make_model(bridge: Bridge, page_size: int = 50) -> PagedModel[Row]:
    """A model over rows, in pages."""
    return PagedModel(
        bridge, COLUMNS, lambda row: str(row.number), lambda row: (row.number,), page_size=page_size
    )


def load(qtbot: QtBot, bridge: Bridge, model: PagedModel[Row], fetch: Callable[[Page], list[Row]]) -> None:
    """Ask and wait for the answer."""
    model.ask(fetch)
    qtbot.waitUntil(lambda: bridge.idle)


def shown_table(qtbot: QtBot, model: PagedModel[Row], width: int = 600, high: int = 300) -> Table:
    """A table of that size, in pixels, on the screen."""
    table = Table(model, "rows")
    qtbot.addWidget(table)
    table.resize(width, high)
    table.show()
    return table


def test_a_million_rows_are_read_as_far_as_they_are_scrolled_to(qtbot: QtBot, bridge: Bridge) -> None:
    source, model = Source(1_000_000), make_model(bridge)
    table = shown_table(qtbot, model, 600, 400)
    load(qtbot, bridge, model, source.fetch)
    assert model.rowCount() == 50
    for _ in range(4):
        table.scrollToBottom()
        qtbot.waitUntil(lambda: bridge.idle)
    assert 100 <= model.rowCount() <= 300
    numbers = [row.number for line in range(model.rowCount()) if (row := model.row(line))]
    assert numbers == list(range(1_000_000, 1_000_000 - len(numbers), -1))
    assert source.asked[1].before == (999_951,)


def test_the_end_is_noticed(qtbot: QtBot, bridge: Bridge) -> None:
    source, model = Source(70), make_model(bridge)
    load(qtbot, bridge, model, source.fetch)
    assert model.canFetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert not model.canFetchMore(QModelIndex())
    qtbot.waitUntil(lambda: bridge.idle)
    assert model.rowCount() == 70
    assert not model.canFetchMore(QModelIndex())


def test_a_slow_answer_never_replaces_a_newer_one(qtbot: QtBot, bridge: Bridge) -> None:
    release, model = threading.Event(), make_model(bridge)

    def slow(page: Page) -> list[Row]:
        release.wait(5)
        return Source(5, "Old").fetch(page)

    model.ask(slow)
    model.ask(Source(3, "New").fetch)
    qtbot.waitUntil(lambda: model.rowCount() == 3)
    release.set()
    qtbot.waitUntil(lambda: bridge.idle)
    assert [row.name for line in range(model.rowCount()) if (row := model.row(line))] == ["New"] * 3


def test_a_refresh_keeps_selection_and_place(qtbot: QtBot, bridge: Bridge) -> None:
    source, model = Source(40), make_model(bridge)
    table = shown_table(qtbot, model)
    load(qtbot, bridge, model, source.fetch)
    table.choose("20")
    place = table.visualRect(table.currentIndex())
    source.count, source.name = 42, "Newer"
    model.refresh()
    qtbot.waitUntil(lambda: bridge.idle)
    assert table.chosen_row() == Row(20, "Newer")
    assert table.visualRect(table.currentIndex()) == place
    assert table.verticalScrollBar().value() > 0
    assert model.rowCount() == 42


def test_the_same_rows_are_updated_in_place(qtbot: QtBot, bridge: Bridge) -> None:
    source, model = Source(5), make_model(bridge)
    load(qtbot, bridge, model, source.fetch)
    source.name = "Changed"
    with qtbot.waitSignal(model.dataChanged), qtbot.assertNotEmitted(model.modelReset):
        model.refresh()
    assert model.index(0, 0).data() == "Changed 5, owner"


def test_a_row_that_is_gone_ends_the_selection(qtbot: QtBot, bridge: Bridge) -> None:
    source, model = Source(3), make_model(bridge)
    table = Table(model, "rows")
    qtbot.addWidget(table)
    load(qtbot, bridge, model, source.fetch)
    table.choose("3")
    lost: list[bool] = []
    table.row_lost.connect(lambda: lost.append(True))
    source.count = 2
    model.refresh()
    qtbot.waitUntil(lambda: bridge.idle)
    assert lost == [True]
    assert table.chosen_row() is None
    assert table.chosen_row() is None
    assert not table.choose("3")


def test_what_a_screen_reader_is_told(qtbot: QtBot, bridge: Bridge) -> None:
    model = make_model(bridge)
    load(qtbot, bridge, model, Source(1).fetch)
    roles = Qt.ItemDataRole
    assert model.index(0, 0).data(roles.AccessibleTextRole) == "Name: Pet 1, owner"
    assert model.index(0, 1).data(roles.AccessibleTextRole) == "State: All in"
    assert model.index(0, 3).data(roles.ToolTipRole) == "exactly 1"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "State"
    cell = model.index(0, 0).data(CellRole)
    assert isinstance(cell, Cell)
    assert cell.strong


def test_keys_walk_open_and_let_go(qtbot: QtBot, bridge: Bridge) -> None:
    model = make_model(bridge)
    table = shown_table(qtbot, model)
    load(qtbot, bridge, model, Source(9).fetch)
    opened: list[Row] = []
    table.row_opened.connect(opened.append)
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert table.chosen_row() == Row(8)
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == 8
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened == [table.chosen_row()]
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert table.chosen_row() is None


def test_the_delegate_paints_every_kind_of_cell(qtbot: QtBot, bridge: Bridge) -> None:
    model = make_model(bridge)
    table = shown_table(qtbot, model, 700)
    empty = picture(table).toImage()
    load(qtbot, bridge, model, Source(3).fetch)
    table.selectRow(1)
    for column in range(4):
        box = table.visualRect(model.index(1, column)).translated(0, table.horizontalHeader().height())
        shown = picture(table).toImage().copy(box)
        assert shown != empty.copy(box)
    assert table.rowHeight(0) == 44


def test_the_row_that_has_the_focus_is_framed_on_every_side(qtbot: QtBot, bridge: Bridge) -> None:
    model = make_model(bridge)
    table = shown_table(qtbot, model, 600, 400)
    load(qtbot, bridge, model, Source(5).fetch)
    for shown in (range(4), range(1, 3)):
        table.show_columns(shown)
        table.selectRow(1)
        table.setFocus()
        qtbot.waitUntil(table.hasFocus)
        table.setCurrentIndex(model.index(1, shown[0]))
        image = picture(table.viewport()).toImage()
        row = table.visualRect(model.index(1, shown[0])).united(table.visualRect(model.index(1, shown[-1])))
        middle = row.center()
        for x, y in (
            (row.left(), middle.y()), (row.right(), middle.y()), (middle.x(), row.top()), (middle.x(), row.bottom()),
        ):  # fmt: skip
            assert image.pixelColor(x, y).name().upper() == LIGHT.accent.upper(), (shown, x, y)


def test_columns_share_the_room_that_is_left(qtbot: QtBot, bridge: Bridge) -> None:
    table = shown_table(qtbot, make_model(bridge), 900)
    widths = [table.columnWidth(column) for column in range(4)]
    assert widths[:2] == [110, 90]
    assert sum(widths) == table.viewport().width()


def test_long_text_is_cut_between_words() -> None:
    metrics = QFontMetrics(font(Style.SECONDARY))
    upper, lower = two_lines("No phone number in Neo, so no call was scheduled.", metrics, 180)
    assert metrics.horizontalAdvance(upper) <= 180
    assert f"{upper} {lower}" == "No phone number in Neo, so no call was scheduled."
    assert two_lines("Unbreakable", metrics, 10) == ("Unbreakable", "")


class Host:
    """Whose filters are on or off."""

    filtered = False
    cleared = 0

    def is_filtered(self) -> bool:
        return self.filtered

    def clear(self) -> None:
        self.cleared += 1


def _nothing() -> EmptyState:
    return EmptyState("check", "Nothing yet")


@pytest.fixture
def pane(qtbot: QtBot, bridge: Bridge) -> TablePane:
    host = Host()
    made = TablePane(make_model(bridge), "rows", _nothing, host.is_filtered, host.clear)
    made.host = host  # type: ignore[attr-defined]  # the test's own
    qtbot.addWidget(made)
    made.show()
    return made


def test_empty_states_differ(qtbot: QtBot, bridge: Bridge, pane: TablePane) -> None:
    model, host = pane.table.rows, pane.host  # type: ignore[attr-defined]  # the test's own
    assert pane.notice
    assert pane.notice.title.text() == "Loading…"
    load(qtbot, bridge, model, Source(0).fetch)
    assert pane.notice.title.text() == "Nothing yet"
    host.filtered = True
    load(qtbot, bridge, model, Source(0).fetch)
    assert pane.notice.title.text() == "Nothing matches"
    assert pane.notice.button
    pane.notice.button.click()
    assert host.cleared == 1
    load(qtbot, bridge, model, Source(2).fetch)
    assert pane.notice is None
    assert pane.table.isVisible()


def test_a_list_that_could_not_be_read_offers_to_try_again(
    qtbot: QtBot, bridge: Bridge, pane: TablePane
) -> None:
    model = pane.table.rows
    source = Source(2, failure=Failure(FailureCode.DATABASE_UNREACHABLE))
    load(qtbot, bridge, model, source.fetch)
    assert model.state is Loading.FAILED
    assert pane.notice
    assert "Can't reach your clinic's records." in pane.notice.more.text()
    source.failure = None
    assert pane.notice.button
    pane.notice.button.click()
    qtbot.waitUntil(lambda: bridge.idle)
    assert pane.notice is None
    assert model.rowCount() == 2

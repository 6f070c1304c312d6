"""Tables sort by their headers: with the mouse and on the keyboard, in the service, said to a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.orders import NEWEST_FIRST, By, Order, usual_of_calls
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tables.header import Header
from idexx_desktop.gui.tables.model import MarkRole
from idexx_desktop.gui.tables.view import Table
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened

PAGES = ("visits", "attention", "calls", "history", "activity")
# free texts and numbers have no order that helps; the activity record is read on as it grows, and has filters
NO_ORDER = {
    "visits": set(),
    "attention": {"What is the matter"},
    "calls": {"Number", "What to say"},
    "history": {"Note"},
    "activity": {"Who", "What", "Pet and owner", "Result", "From"},
}


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "visits", "calls") as made:
        yield made


def table_of(window: MainWindow, page_id: str) -> Table:
    window.go(page_id)
    settle(window)
    (table,) = [each for each in window.current.findChildren(Table) if each.isVisible()]
    return table


def header_of(table: Table) -> Header:
    header = table.horizontalHeader()
    assert isinstance(header, Header)
    return header


def asked_orders(program: FakeProgram) -> dict[str, Callable[[], Order | None]]:
    """The order of the last question to each page's service."""
    return {
        "visits": lambda: program.visits.asked[-1].order,
        "attention": lambda: program.visits.asked[-1].order,
        "calls": lambda: program.calls.asked[-1].order,
        "history": lambda: program.history.asked[-1].order,
        "activity": lambda: program.audit.asked[-1][0].order,
    }


def marks(table: Table) -> dict[str, str]:
    """The arrows that are shown, by title."""
    rows = table.rows
    return {
        column.title: mark
        for number, column in enumerate(rows.columns)
        if (mark := rows.headerData(number, Qt.Orientation.Horizontal, MarkRole))
    }


def test_only_the_left_button_sorts(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    with opened(qtbot, bridge, program, "attention") as window:
        page = window.current
        assert isinstance(page, AttentionPage)
        header, before = header_of(page.pane.table), page.model.order
        place = QPoint(header.sectionViewportPosition(1) + 20, 12)
        for button in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
            QTest.mouseClick(header.viewport(), button, pos=place)
            assert page.model.order == before
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert page.model.order != before


def click(header: Header, section: int) -> None:
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(header, section))


def middle_of(header: Header, section: int) -> QPoint:
    return QPoint(header.sectionViewportPosition(section) + header.sectionSize(section) // 2, 12)


def values(table: Table, section: int) -> list[Any]:
    return [table.rows.index(line, section).data() for line in range(table.rows.rowCount())]


@pytest.mark.parametrize("page_id", PAGES)
def test_every_arrow_is_true_and_every_title_without_one_does_nothing(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, page_id: str
) -> None:
    with opened(qtbot, bridge, program, page_id) as window:
        check_titles(window, program, page_id)


def check_titles(window: MainWindow, program: FakeProgram, page_id: str) -> None:
    window.resize(2400, 900)
    table = table_of(window, page_id)
    header, order = header_of(table), asked_orders(program)[page_id]
    usual = usual_of_calls("due") if page_id == "calls" else NEWEST_FIRST
    assert order() is None
    assert list(marks(table).values()) == ["down" if usual.down else "up"]
    assert {column.title for column in table.rows.columns if not column.sorts} == NO_ORDER[page_id]
    for section, column in enumerate(table.rows.columns):
        if table.isColumnHidden(section):
            continue
        before = table.rows.order
        QTest.mouseMove(header.viewport(), middle_of(header, section))
        points = header.cursor().shape() is Qt.CursorShape.PointingHandCursor
        assert points == bool(column.sorts), column.title
        click(header, section)
        settle(window)
        assert table.rows.order is not None
        if not column.sorts:
            assert table.rows.order == before, column.title
        elif len(column.sorts) == 1:
            assert table.rows.order.by is column.sorts[0].by
            assert marks(table) == {column.title: "down" if table.rows.order.down else "up"}
            asked = table.rows.order if table.rows.order != usual else None
            assert order() == asked
        else:
            menu = header.menu()
            assert menu.isVisible()
            assert len(menu.actions()) == 2 * len(column.sorts)
            menu.actions()[-1].trigger()
            menu.close()
            settle(window)
            assert table.rows.order == Order(column.sorts[-1].by, down=True) == order()


def test_on_the_keyboard_alone(window: MainWindow, program: FakeProgram) -> None:
    table = table_of(window, "visits")
    header = header_of(table)
    header.setFocus(Qt.FocusReason.TabFocusReason)
    assert header.accessibleName().startswith("Pet")
    QTest.keyClick(header, Qt.Key.Key_Right)
    assert header.accessibleName().startswith("Visit, Newest first")
    QTest.keyClick(header, Qt.Key.Key_Return)
    settle(window)
    assert header.accessibleName().startswith("Visit, Oldest first")
    assert program.visits.asked[-1].order == Order(By.TIME)
    QTest.keyClick(header, Qt.Key.Key_Left)
    QTest.keyClick(header, Qt.Key.Key_Space)
    menu = header.menu()
    assert menu.isVisible()
    words = [action.text() for action in menu.actions()]
    assert words == ["Pet, A to Z", "Pet, Z to A", "Owner, A to Z", "Owner, Z to A"]
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    settle(window)
    assert program.visits.asked[-1].order == Order(By.PET)
    pets = [str(value).casefold() for value in values(table, 0)]
    assert pets == sorted(pets)
    QTest.keyClick(header, Qt.Key.Key_Down)
    assert window.focusWidget() is table


def test_a_page_without_the_visits_that_were_sorted_begins_at_its_top(
    window: MainWindow, program: FakeProgram
) -> None:
    table = table_of(window, "visits")
    window.resize(1100, 640)
    settle(window)
    table.selectRow(table.rows.rowCount() - 1)
    table.scrollToBottom()
    click(header_of(table), 1)
    settle(window)
    assert table.verticalScrollBar().value() == 0


def test_a_group_of_calls_begins_in_its_own_order(window: MainWindow, program: FakeProgram) -> None:
    table = table_of(window, "calls")
    click(header_of(table), 0)
    settle(window)
    assert program.calls.asked[-1].order == Order(By.TIME, down=True)
    window.current.chips["done"].click()  # type: ignore[attr-defined]  # of the page Calls
    settle(window)
    assert program.calls.asked[-1].order is None
    assert marks(table) == {"When": "down"}

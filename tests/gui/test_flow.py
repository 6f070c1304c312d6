"""A row that breaks into lines: what is where, what is hidden, and what is gone."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.ledger import LedgerPart
from idexx_desktop.gui.kit.tab_stops import stops
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened


class Block(QWidget):
    """So wide and high, and no other."""

    def __init__(self, width: int, height: int = 20) -> None:
        super().__init__()
        self.setFixedSize(QSize(width, height))


@pytest.fixture
def row(qtbot: QtBot) -> Iterator[FlowRow]:
    """Three blocks of 100, in a window of 320."""
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    made = FlowRow(gap=10)
    for _ in range(3):
        made.add(Block(100))
    column.addWidget(made)
    column.addStretch(1)
    host.resize(320, 200)
    host.show()
    yield made  # noqa: PT022 - the window around it lives as long


def places(row: FlowRow) -> list[tuple[int, int]]:
    """Where its visible blocks are, in the order in which they came."""
    QApplication.processEvents()
    return [(each.x(), each.y()) for each in row.findChildren(Block) if each.isVisible()]


def test_it_breaks_where_there_is_no_more_room(row: FlowRow) -> None:
    assert places(row) == [(0, 0), (110, 0), (220, 0)]
    row.window().resize(319, 200)
    assert places(row) == [(0, 0), (110, 0), (0, 30)]
    assert row.height() == row.heightForWidth(319) == 50
    row.window().resize(100, 200)
    assert places(row) == [(0, 0), (0, 30), (0, 60)]


def test_lower_ones_stand_in_the_middle_of_their_line(row: FlowRow) -> None:
    row.clear()
    row.add(Block(50, 40))
    row.add(Block(50, 20))
    QApplication.processEvents()
    assert [(each.x(), each.y()) for each in row.findChildren(Block)][-2:] == [(0, 0), (60, 10)]


def test_what_is_hidden_takes_no_room_and_comes_back(row: FlowRow) -> None:
    first = row.findChildren(Block)[0]
    first.hide()
    assert places(row) == [(0, 0), (110, 0)]
    first.show()
    assert places(row) == [(0, 0), (110, 0), (220, 0)]
    hidden = Block(10)
    hidden.hide()
    row.add(hidden)
    assert len(places(row)) == 3


def test_what_is_deleted_or_goes_elsewhere_is_no_part_any_more(row: FlowRow, qtbot: QtBot) -> None:
    first, second, _ = row.findChildren(Block)
    first.deleteLater()
    elsewhere = QWidget()
    qtbot.addWidget(elsewhere)
    second.setParent(elsewhere)
    del first
    qtbot.waitUntil(lambda: places(row) == [(0, 0)])
    row.clear()
    assert places(row) == []
    assert row.heightForWidth(300) == 0


def test_looking_at_it_lets_go_of_nothing(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    """The items of a layout of our own went with the wrapper of what was around it, and the next look crashed."""
    with opened(qtbot, bridge, program, "today") as window:
        for _ in range(3):
            assert stops(window)
            gc.collect()
        part = window.findChildren(LedgerPart)[0]
        for shown in (False, True):
            part.setVisible(shown)
            QApplication.processEvents()
        assert part.width() > 0

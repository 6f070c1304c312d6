"""Where somebody is in a list outlives whatever is read anew; and a list that couldn't be read whole says so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.tables.model import PagedModel
from idexx_desktop.gui.tables.view import TablePane
from tests.gui.test_tables import Row, Source, load, make_model


def pane_of(qtbot: QtBot, model: PagedModel[Row]) -> TablePane:
    """A pane that is shown, 300 pixels high."""
    pane = TablePane(model, "rows", lambda: EmptyState("sun", "Nothing"), lambda: False, lambda: None)
    qtbot.addWidget(pane)
    pane.resize(600, 300)
    pane.show()
    return pane


def test_a_list_whose_rest_could_not_be_read_says_so(qtbot: QtBot, bridge: Bridge) -> None:
    """It never looks like the end; it is asked for again by a person, not by the wheel; then it goes on."""
    source, model = Source(80), make_model(bridge)
    pane = pane_of(qtbot, model)
    load(qtbot, bridge, model, source.fetch)
    assert pane.rest is None
    source.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    model.fetchMore(QModelIndex())
    qtbot.waitUntil(lambda: bridge.idle)
    assert pane.notice is None
    assert model.rowCount() == 50
    assert pane.rest is not None
    assert pane.rest.isVisible()
    assert source.failure.title in pane.rest.accessibleName()
    asked = len(source.asked)
    pane.table.scrollToBottom()
    pane.table.scrollToTop()
    pane.table.scrollToBottom()
    qtbot.waitUntil(lambda: bridge.idle)
    assert len(source.asked) == asked
    pane.rest.buttons[0].click()
    qtbot.waitUntil(lambda: bridge.idle)
    assert pane.rest is not None
    source.failure = None
    pane.rest.buttons[0].click()
    qtbot.waitUntil(lambda: bridge.idle)
    assert pane.rest is None
    assert [row.number for row in map(model.row, range(80)) if row] == list(range(80, 0, -1))


def test_a_refresh_takes_back_what_was_said_of_the_rest(qtbot: QtBot, bridge: Bridge) -> None:
    source, model = Source(80), make_model(bridge)
    pane = pane_of(qtbot, model)
    load(qtbot, bridge, model, source.fetch)
    source.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    model.fetchMore(QModelIndex())
    qtbot.waitUntil(lambda: bridge.idle)
    source.failure = None
    model.refresh()
    qtbot.waitUntil(lambda: bridge.idle)
    assert pane.rest is None
    assert model.canFetchMore(QModelIndex())


def test_a_place_far_down_is_kept(qtbot: QtBot, bridge: Bridge) -> None:
    """However far somebody has read: in steps, as far as they look and a page more."""
    source, model = Source(3000), make_model(bridge, page_size=100)
    pane = pane_of(qtbot, model)
    table = pane.table
    load(qtbot, bridge, model, source.fetch)
    while model.rowCount() < 1800:
        model.fetchMore(QModelIndex())
        qtbot.waitUntil(lambda: bridge.idle)
    table.verticalScrollBar().setValue(1200 * table.rowHeight(0) + 7)
    key, place = model.key_at(table.rowAt(0)), table.visualRect(model.index(table.rowAt(0), 0))
    source.count, source.asked = 3005, []
    model.refresh()
    qtbot.waitUntil(lambda: bridge.idle)
    assert model.key_at(table.rowAt(0)) == key
    assert table.visualRect(model.index(table.rowAt(0), 0)) == place
    assert [page.limit for page in source.asked] == [500, 500, 306]


def test_whoever_looks_at_the_top_sees_what_is_new_there(qtbot: QtBot, bridge: Bridge) -> None:
    source, model = Source(80), make_model(bridge)
    pane = pane_of(qtbot, model)
    table = pane.table
    load(qtbot, bridge, model, source.fetch)
    source.count = 82
    model.refresh()
    qtbot.waitUntil(lambda: bridge.idle)
    assert (table.verticalScrollBar().value(), model.key_at(table.rowAt(0))) == (0, "82")


@pytest.mark.parametrize(
    ("held", "modifier"),
    [
        (Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier),
    ],
)
def test_a_row_is_chosen_whatever_keys_are_held(
    qtbot: QtBot, bridge: Bridge, held: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    """A link that is clicked, a page key: somebody's finger may be on Shift or Ctrl, and only that row is meant."""
    source, model = Source(40), make_model(bridge)
    pane = pane_of(qtbot, model)
    table = pane.table
    table.allow_several()
    load(qtbot, bridge, model, source.fetch)
    chosen: list[object] = []
    table.row_chosen.connect(chosen.append)
    table.choose("38")
    QTest.keyPress(table, held, modifier)
    table.choose("20")
    table.choose("20")
    QTest.keyRelease(table, held)
    assert chosen == [Row(38), Row(20)]
    assert table.chosen_rows() == [Row(20)]

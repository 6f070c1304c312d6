"""An open panel says what its row says, while the clock goes on and nothing in the records changes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pages.history import HistoryPage
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, local
from tests.gui.opening import opened, said
from tests.gui.test_fresh import MovedClock, waited

Panelled = CallsPage | HistoryPage | VisitsPage


def words(panel: QWidget) -> list[str]:
    """Its texts, and its state."""
    return said(panel) + [each.accessibleName() for each in panel.findChildren(Pill) if each.isVisible()]


@pytest.mark.parametrize(
    ("page_id", "key", "later"),
    [
        ("calls", "call-7", local(22, 14, 1)),
        ("calls", "call-7", local(23, 0, 1)),
        ("history", "session-9", local(23, 0, 1)),
        ("visits", "a:5004", local(23, 0, 1)),
    ],
)
def test_what_a_panel_says_follows_the_clock(
    qtbot: QtBot,
    bridge: Bridge,
    program: FakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    page_id: str,
    key: str,
    later: datetime,
) -> None:
    clock = MovedClock()
    monkeypatch.setattr(program, "clock", clock)
    with opened(qtbot, bridge, program, page_id) as window:
        page = window.current
        assert isinstance(page, Panelled)
        if isinstance(page, CallsPage):
            page.chips["all"].click()
            settle(window)
        assert page.pane.table.choose(key)
        settle(window)
        assert page.panel.isVisible()
        before, same = words(page.panel), page.panel.findChildren(Pill)
        clock.moment = NOW + timedelta(seconds=5)
        page.refresh()
        settle(window)
        assert page.panel.findChildren(Pill) == same, "the same words stay: nothing loses its place"
        clock.moment = later
        window.desk.time.look()
        waited(qtbot, page)
        shown = words(page.panel)
        # as it is said of a row that is chosen now
        line = page.pane.table.currentIndex().row()
        page.pane.table.choose_line(line + 1)
        settle(window)
        assert page.pane.table.choose(key)
        settle(window)
        assert shown == words(page.panel)
        assert shown != before

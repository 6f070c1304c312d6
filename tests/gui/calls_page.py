"""The page Discharge calls for tests: opened on a program in memory, and what stands in its list."""

from __future__ import annotations

from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pictures import settle


def calls_page(window: MainWindow) -> CallsPage:
    """The page, gone to."""
    window.go("calls")
    settle(window)
    assert isinstance(window.current, CallsPage)
    return window.current


def owners(page: CallsPage) -> list[str]:
    """The owners that are listed, top down."""
    lines = range(page.model.rowCount())
    return [row.owner_name for line in lines if (row := page.model.row(line))]


def choose(window: MainWindow, page: CallsPage, key: str) -> None:
    """Choose the row of this key."""
    assert page.pane.table.choose(key)
    settle(window)

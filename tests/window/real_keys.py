"""Run by `test_real_keys.py` on a display of its own: a window that is really shown, and keys that really come."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tables.view import Table
from tests.gui.fake_program import FakeProgram
from tests.window.x_keys import XKeys

_FURTHEST = 60


@pytest.fixture
def program() -> FakeProgram:
    return FakeProgram()


@pytest.fixture
def window(qtbot: QtBot, program: FakeProgram) -> Iterator[MainWindow]:
    made = MainWindow(Bridge(CrashRoute()))
    qtbot.addWidget(made)
    made.resize(1366, 720)
    made.show()
    made.attach(program)
    settle(made)
    to_front(qtbot, made)
    yield made
    made.shut_down()


@pytest.fixture
def keys() -> Iterator[XKeys]:
    made = XKeys(os.environ["DISPLAY"])
    yield made
    made.close()


def to_front(qtbot: QtBot, shown: QWidget) -> None:
    """What a window manager does with a window that appears."""
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)


def tab_to(qtbot: QtBot, keys: XKeys, name: str) -> None:
    """Press Tab until the focus is on what begins with this name."""
    passed: list[str] = []
    for _ in range(_FURTHEST):
        before: QWidget | None = QApplication.focusWidget()
        passed.append(before.accessibleName() if before is not None else "")
        if passed[-1].startswith(name):
            return
        keys.press("Tab")
        qtbot.waitUntil(lambda before=before: QApplication.focusWidget() is not before)  # type: ignore[misc]  # bound early, in a loop
    raise AssertionError(f"{name} isn't reached: {passed}")


def table_of(window: MainWindow) -> Table:
    (table,) = [each for each in window.current.findChildren(Table) if each.isVisible()]
    return table


def test_the_platform_is_a_real_one() -> None:
    assert QApplication.platformName() == "xcb"


def test_a_time_is_typed(qtbot: QtBot, window: MainWindow, keys: XKeys, program: FakeProgram) -> None:
    window.go("settings", "schedule")
    settle(window)
    tab_to(qtbot, keys, "Clinic hours, from")
    keys.press("Control+a")
    keys.type("7.30")
    tab_to(qtbot, keys, "Save")
    keys.press("Return")
    qtbot.waitUntil(lambda: program.settings.kept_schedule.open_time == time(7, 30))
    settle(window)


def test_a_call_is_moved_and_the_panel_left(
    qtbot: QtBot, window: MainWindow, keys: XKeys, program: FakeProgram
) -> None:
    window.go("calls")
    settle(window)
    # the side bar has a button of that name, too
    tab_to(qtbot, keys, "Search")
    tab_to(qtbot, keys, "Discharge calls")
    keys.press("Home")
    qtbot.waitUntil(lambda: table_of(window).chosen_row() is not None)
    keys.press("Return")
    tab_to(qtbot, keys, "Another time")
    keys.press("Return")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), VerbDialog))
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    to_front(qtbot, dialog)
    keys.type("tomorrow")
    tab_to(qtbot, keys, "Day and time (America/Los_Angeles), time")
    keys.type("3.30pm")
    keys.press("Return")
    moved = ("reschedule", "call-4", datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    qtbot.waitUntil(lambda: program.calls.done == [moved])
    to_front(qtbot, window)
    settle(window)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert window.current.isAncestorOf(focused)


def test_escape_closes_a_menu_then_the_panel(qtbot: QtBot, window: MainWindow, keys: XKeys) -> None:
    window.go("visits")
    settle(window)
    table = table_of(window)
    tab_to(qtbot, keys, "Search")
    tab_to(qtbot, keys, "Visits")
    keys.press("Home")
    qtbot.waitUntil(lambda: table.chosen_row() is not None)
    tab_to(qtbot, keys, "Any state")
    keys.press("Return")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    keys.press("Escape")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert table.chosen_row() is not None
    keys.press("Escape")
    qtbot.waitUntil(lambda: table.chosen_row() is None)
    focused: QWidget | None = QApplication.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Any state"


def test_a_table_is_sorted(qtbot: QtBot, window: MainWindow, keys: XKeys) -> None:
    window.go("visits")
    settle(window)
    table = table_of(window)
    tab_to(qtbot, keys, "Pet; press Enter to sort")
    keys.press("Return")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    keys.press("Down", "Return")
    qtbot.waitUntil(lambda: table.rows.order is not None and table.rows.order.by == "pet")
    settle(window)

"""The focus never falls: whatever goes away under it, its neighbour has it; Escape and Enter do what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.buttons import Button
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.kit.tab_stops import stops
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pictures import settle
from tests.gui.every_place import TABLES, pages, table_of
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, opened, settings_page

EVERY = tuple(entry.page_id for entry in PAGES)


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, *EVERY) as made:
        yield made


def focused() -> QWidget | None:
    return QApplication.focusWidget()


def in_page(window: MainWindow) -> bool:
    now = focused()
    return now is not None and (now is window.current or window.current.isAncestorOf(now))


@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.long(item=47)), 6])
def test_what_goes_away_gives_the_focus_to_something_of_its_page(window: MainWindow, every: int) -> None:
    """Each stop of each (or every sixth) page in turn is hidden, and switched off for a while."""
    fell: list[tuple[str, str]] = []
    tried = 0
    for name, _ in islice(pages(window), 0, None, every):
        for stop in stops(window.current):
            if not stop.isVisible():
                continue
            stop.setFocus(Qt.FocusReason.TabFocusReason)
            stop.setVisible(False)
            QApplication.processEvents()
            if not in_page(window):
                fell.append((name, stop.accessibleName()))
            stop.setVisible(True)
            stop.setFocus(Qt.FocusReason.TabFocusReason)
            stop.setEnabled(False)
            QApplication.processEvents()
            if not in_page(window):
                fell.append((name, f"{stop.accessibleName()}, off"))
            stop.setEnabled(True)
            QApplication.processEvents()
            if focused() is not stop:
                fell.append((name, f"{stop.accessibleName()}, on again"))
            tried += 1
    assert fell == []
    assert tried > 100 // every


def test_a_row_that_was_decided_about(window: MainWindow, program: FakeProgram) -> None:
    window.go("attention")
    settle(window)
    table = table_of(window)
    table.setFocus(Qt.FocusReason.TabFocusReason)
    table.choose("a:5002")
    QTest.keyClick(table, Qt.Key.Key_Return)
    settle(window)
    keep = button(window.current, "Keep: no call")
    keep.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(keep, Qt.Key.Key_Return)
    settle(window)
    assert program.visits.decisions == [("a:5002", PersonChoice.NO_CALL, "", None)]
    assert in_page(window)


def test_rows_that_are_made_anew_keep_the_focus_in_their_place(
    window: MainWindow, program: FakeProgram
) -> None:
    days = frozenset({date(2026, 11, 26), date(2026, 12, 25)})
    program.settings.kept_rules = replace(program.settings.kept_rules, closed_days=days)
    page = settings_page(window, "calls")
    away = next(each for each in page.findChildren(Button) if each.accessibleName().startswith("Take Thu"))
    away.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(away, Qt.Key.Key_Return)
    settle(window)
    now = focused()
    assert now is not None
    assert page.current.isAncestorOf(now)
    # where the chip stood there is now the one of the other day
    assert now.accessibleName() == "Take Fri 25 Dec 2026 away"


@pytest.mark.parametrize("refused", [True, False])
def test_saving_gives_the_focus_back(window: MainWindow, program: FakeProgram, *, refused: bool) -> None:
    program.settings.failure = Failure(FailureCode.DATABASE_REFUSED) if refused else None
    page = settings_page(window, "schedule")
    page.current.findChildren(QCheckBox)[0].click()
    save = button(page.current, "Save")
    save.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(save, Qt.Key.Key_Return)
    settle(window)
    assert in_page(window)
    if refused:
        assert focused() is save
        return
    # there is nothing to save any more: Tab goes on from there
    after = stops(window, save)
    expected = after[(after.index(save) + 1) % len(after)]
    now = focused()
    assert now is not None
    QTest.keyClick(now, Qt.Key.Key_Tab)
    assert focused() is expected


@pytest.mark.parametrize("gone", [True, False])
def test_a_dialog_that_closes(qtbot: QtBot, window: MainWindow, *, gone: bool) -> None:
    page = settings_page(window, "schedule")
    page.current.findChildren(QCheckBox)[0].click()
    opener = button(page, "Save")
    opener.setFocus(Qt.FocusReason.TabFocusReason)
    dialog = ConfirmDialog(window, "Sure?", "", "Do it")
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    if gone:
        opener.hide()
        opener.deleteLater()
        settle(window)
    dialog.accept()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    settle(window)
    assert in_page(window)
    assert gone or focused() is opener


@pytest.mark.parametrize("page_id", TABLES)
def test_escape_closes_the_panel_wherever_the_focus_is(window: MainWindow, page_id: str) -> None:
    window.go(page_id)
    settle(window)
    table = table_of(window)
    (panel,) = [each for each in window.current.findChildren(SidePanel) if each.window() is window]

    def choose() -> None:
        table.selectRow(0)
        settle(window)
        assert panel.isVisible()

    choose()
    for stop in stops(window):
        choose()
        if not stop.isVisible():  # of the panel that was shown before
            continue
        inside = panel.isAncestorOf(stop)
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(stop, Qt.Key.Key_Escape)
        assert not panel.isVisible(), stop.accessibleName()
        assert table.chosen_row() is None
        assert focused() is (table if inside else stop)
    choose()
    now = focused()
    assert now is not None
    now.clearFocus()
    assert focused() is None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert in_page(window)


def test_escape_closes_what_lies_above_the_panel_first(window: MainWindow) -> None:
    window.go("activity")
    settle(window)
    table_of(window).selectRow(0)
    settle(window)
    (panel,) = [each for each in window.current.findChildren(SidePanel) if each.window() is window]
    span = button(window.current, "Any time")
    span.setFocus()
    QTest.keyClick(span, Qt.Key.Key_Return)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert panel.isVisible()

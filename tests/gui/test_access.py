"""Every control can be named, reached and hit, on every page and in every dialog that pages of this file show."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.visit_choices import Choice

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit)


def controls(host: QWidget) -> list[QWidget]:
    """What a person can act on; the inner parts of a spin box or table are that control's own."""
    inner = (QAbstractSpinBox, QAbstractItemView, QComboBox, QLineEdit)
    return [
        widget
        for kind in CONTROLS
        for widget in host.findChildren(kind)
        if widget.isVisible() and not isinstance(widget.parentWidget(), inner)
    ]


def _one_of_several(widget: QWidget) -> bool:
    """Tab goes to the chosen one of several, the arrow keys to the others."""
    grouped = isinstance(widget, QAbstractButton) and (widget.autoExclusive() or widget.group() is not None)
    return grouped and isinstance(widget, QAbstractButton) and not widget.isChecked()


@pytest.fixture(params=["today", "attention", "attention with a panel", "a dialog"])
def host(request: pytest.FixtureRequest, window: MainWindow) -> QWidget:
    """One of the places where there is something to act on."""
    if request.param == "today":
        return window
    window.go("attention", "a:5002")
    settle(window)
    page = window.current
    assert isinstance(page, AttentionPage)
    if request.param == "attention":
        page.pane.table.clearSelection()
    if request.param == "a dialog":
        page.panel.buttons[Choice.SCHEDULE].click()
        return page.panel.findChildren(VerbDialog)[0]
    return window


def test_every_control_has_a_name(host: QWidget) -> None:
    found = controls(host)
    assert len(found) > 3
    assert [widget for widget in found if not widget.accessibleName()] == []


def test_every_target_is_large_enough(host: QWidget) -> None:
    small = [
        (widget.accessibleName(), widget.width(), widget.height())
        for widget in controls(host)
        if min(widget.width(), widget.height()) < 24
    ]
    assert small == []


def test_every_control_is_reached_by_tab(qtbot: QtBot, host: QWidget) -> None:
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    expected = {
        widget.accessibleName()
        for widget in controls(host)
        if widget.isEnabled() and not _one_of_several(widget)
    }
    unreachable = [
        widget.accessibleName()
        for widget in controls(host)
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert unreachable == []
    reached: set[str] = set()
    for _ in range(4 * len(expected)):
        focused = QApplication.focusWidget() or host
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is not None:
            reached.add(now.accessibleName())
    assert expected - reached == set()

"""A window with some of the pages on a program in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import shiboken6
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram


@contextmanager
def opened(qtbot: QtBot, bridge: Bridge, program: FakeProgram, *page_ids: str) -> Iterator[MainWindow]:
    """1366 x 768, in front, with everything that it asked for answered."""
    window = MainWindow(bridge, entries=tuple(entry for entry in PAGES if entry.page_id in page_ids))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.attach(program)
    settle(window)
    yield window
    settle(window)
    window.shut_down()


def settings_page(window: MainWindow, section: str) -> SettingsPage:
    """The settings, with this section open and read."""
    window.go("settings", section)
    settle(window)
    assert isinstance(window.current, SettingsPage)
    return window.current


def button(host: QWidget, words: str) -> QPushButton:
    """The visible button with these words; StopIteration where there is none."""
    return next(
        each
        for each in reversed(host.findChildren(QPushButton))
        if each.accessibleName() == words and each.isVisible()
    )


def has_button(host: QWidget, words: str) -> bool:
    """Whether a visible button has these words."""
    return any(each.accessibleName() == words and each.isVisible() for each in host.findChildren(QPushButton))


def said(host: QWidget) -> list[str]:
    """Every text that is shown."""
    return [label.text() for label in host.findChildren(QLabel) if label.isVisible()]


def is_closed(widget: QWidget) -> bool:
    """Whether a dialog is gone, be it deleted already or soon."""
    return not shiboken6.isValid(widget) or not widget.isVisible()

"""The styled application, a program in memory, and a window on it; all offscreen."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.gui import standing, timewords
from idexx_desktop.gui.application import make_application
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.kit import chips
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages import activity, base
from idexx_desktop.gui.pages.registry import PAGES, PageEntry
from idexx_desktop.gui.panels import activity_panel, visit_panel
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.theme import THEME, ThemeChoice
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def styled(qapp: QApplication) -> Iterator[None]:
    """The application with our fonts and the light theme, as each test finds it."""
    if THEME.application is not qapp:
        make_application(choice=ThemeChoice.LIGHT)
    # of the country of the programs in memory; one that another test opened has left its own
    timewords.follow("GB")
    yield
    if THEME.choice is not ThemeChoice.LIGHT:
        THEME.choose(ThemeChoice.LIGHT)


# for so long a page waits whether more comes: what was told together is read together all the same
_RESTS = (
    (base, "_SETTLE_MS"), (standing, "_SETTLE_MS"), (chips, "_QUIET_MS"), (activity, "_SOON_MS"),
    (activity_panel, "_REST_MS"), (visit_panel, "_REST_MS"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def short_rests() -> Iterator[None]:
    """A tenth of what a person wouldn't notice."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in _RESTS:
            patch.setattr(module, name, getattr(module, name) // 10)
        yield


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    """A bridge whose threads end with the test."""
    made = Bridge(CrashRoute())
    yield made
    made.close()


@pytest.fixture
def program() -> FakeProgram:
    """A clinic's day in memory."""
    return FakeProgram()


def two_pages() -> tuple[PageEntry, ...]:
    """Today and Needs attention."""
    return tuple(entry for entry in PAGES if entry.page_id in ("today", "attention"))


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    """A window of 1366 x 768 with the program open, and everything that it asked for answered."""
    made = MainWindow(bridge, entries=two_pages())
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.attach(program)
    settle(made)
    yield made
    made.shut_down()


@pytest.fixture
def settings_window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    """A window on the settings."""
    with opened(qtbot, bridge, program, "settings", "calls") as made:
        made.go("settings")
        settle(made)
        yield made

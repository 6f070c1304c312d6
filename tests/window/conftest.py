"""A clinic at work and the window on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.application import make_application
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.theme import THEME, ThemeChoice
from tests.support.practice import Practice, Practices, practices, synced, synced_template

__all__ = ["practices", "synced", "synced_template"]


@pytest.fixture(autouse=True)
def styled(qapp: QApplication) -> None:
    """The application with our fonts and the light theme."""
    if THEME.application is not qapp:
        make_application(choice=ThemeChoice.LIGHT)


@pytest.fixture
def clinic(practices: Practices) -> Practice:
    """A clinic that was never synced, with a sign-in."""
    return practices("demo-day")


@pytest.fixture
def window(qtbot: QtBot, clinic: Practice) -> Iterator[MainWindow]:
    """The window on that clinic, everything that it asked for answered."""
    with showing(qtbot, clinic) as made:
        yield made


@contextmanager
def showing(qtbot: QtBot, clinic: Practice) -> Iterator[MainWindow]:
    """A window of 1366 x 768 on a clinic's program; the program outlives it."""
    made = MainWindow(Bridge(CrashRoute()))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.attach(clinic.program)
    settle(made)
    yield made
    made.let_go()

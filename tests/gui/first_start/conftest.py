"""A window whose program was just set up, at the first step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.first_run.flow import FirstRun
from idexx_desktop.gui.first_run.guide import FirstRunGuide
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_set_up import FakeSetUp
from tests.gui.made_up import today_status


@pytest.fixture
def program() -> FakeProgram:
    """A clinic that was just set up: no sign-in, no sync."""
    made = FakeProgram()
    made.credentials.value = CredentialStatus(
        "not_configured", None, "", "", None, "this computer's password store"
    )
    made.status.value = today_status(last_session=None, review=True, up_to_date_as_of=None)
    return made


@pytest.fixture
def set_up(program: FakeProgram) -> FakeSetUp:
    return FakeSetUp(program)


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, tmp_path: Path) -> Iterator[MainWindow]:
    """A window whose program isn't open."""
    made = MainWindow(bridge, tmp_path, tuple(entry for entry in PAGES if entry.page_id == "today"))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    yield made
    settle(made)
    made.shut_down()


@pytest.fixture
def guide(window: MainWindow, set_up: FakeSetUp) -> FirstRunGuide:
    """The first start, at its first step."""
    made = FirstRunGuide(window, set_up)
    window.set_up_needed.emit()
    settle(window)
    return made


@pytest.fixture
def flow(guide: FirstRunGuide) -> FirstRun:
    assert guide.flow is not None
    return guide.flow

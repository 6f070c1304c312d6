"""Records under Settings: where they are, and the connection test with its steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.records import RecordsSection
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_people import old_server, untrusted_way
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened, said
from tests.gui.test_access import controls


@pytest.fixture
def program() -> FakeProgram:
    """A clinic whose records are on its server."""
    made = FakeProgram()
    made.records_here = False
    return made


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings") as made:
        made.go("settings", "records")
        settle(made)
        yield made


@pytest.fixture
def section(window: MainWindow) -> RecordsSection:
    page = window.current
    assert isinstance(page, SettingsPage)
    assert isinstance(page.current, RecordsSection)
    return page.current


def states(section: RecordsSection) -> list[str]:
    """The words of the steps' pills, in their order."""
    return [pill.accessibleName() for pill in section.steps.findChildren(Pill) if pill.isVisible()]


def test_where_the_records_are(section: RecordsSection, program: FakeProgram) -> None:
    words = said(section)
    assert any("On your clinic's server" in each for each in words)
    for fact in ("db.harbour.example", "clinic", "front"):
        assert fact in words
    assert program.connection.tested == 0


def test_records_on_this_computer(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    program.records_here = True
    with opened(qtbot, bridge, program, "settings") as window:
        window.go("settings", "records")
        settle(window)
        words = said(window.current)
        assert any("On this computer" in each for each in words)
        assert "db.harbour.example" not in words


def test_every_step_is_shown_with_a_word(
    window: MainWindow, section: RecordsSection, program: FakeProgram
) -> None:
    section.test.click()
    assert not section.test.isEnabled()
    settle(window)
    assert section.test.isEnabled()
    assert states(section) == ["OK"] * 7
    program.connection.steps = untrusted_way()
    section.test.click()
    settle(window)
    assert states(section) == ["OK", "Problem", *["Not tried"] * 5]
    words = said(section)
    assert "This computer doesn't trust the server's certificate." in words
    assert any("sslrootcert=" in each for each in words)
    program.connection.steps = old_server()
    section.test.click()
    settle(window)
    assert states(section) == [*["OK"] * 4, "Warning", "OK", "OK"]
    assert any("update it to 17.6" in each for each in said(section))


def test_a_test_that_cannot_begin_is_said(
    window: MainWindow, section: RecordsSection, program: FakeProgram
) -> None:
    program.connection.failure = Failure(FailureCode.VAULT_LOCKED)
    section.test.click()
    settle(window)
    assert states(section) == []
    assert any("passwords is locked" in each for each in said(section))
    assert section.test.isEnabled()
    program.connection.failure = None
    section.test.click()
    settle(window)
    assert states(section) == ["OK"] * 7
    assert not any("passwords is locked" in each for each in said(section))


def test_every_control_has_a_name_and_is_large_enough(window: MainWindow, section: RecordsSection) -> None:
    section.test.click()
    settle(window)
    found = controls(section)
    assert found
    assert [widget for widget in found if not widget.accessibleName()] == []
    assert [widget for widget in found if min(widget.width(), widget.height()) < 24] == []

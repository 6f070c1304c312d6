"""Two real computers of one clinic: the second asks in its window, a person types its code into that of the first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.joining import JoinPanel
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.computers import ComputersSection
from idexx_desktop.gui.pages.settings_sections.recovery import RecoverySection
from idexx_desktop.gui.panels.code_dialog import CodeDialog
from idexx_desktop.gui.panels.kit_dialog import KitDialog
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.sections import Section
from tests.gui.opening import button, has_button
from tests.support.practice import Practice, Practices
from tests.window.conftest import showing


@pytest.fixture
def clinic(practices: Practices) -> Practice:
    """The computer where the sign-in was entered."""
    return practices()


@pytest.fixture
def second(qtbot: QtBot, practices: Practices, clinic: Practice) -> Iterator[MainWindow]:
    """A window on a computer of the same records that nobody has approved."""
    with showing(qtbot, practices.computer(clinic, "Front Desk 2")) as made:
        yield made


def section_of(window: MainWindow, key: str) -> Section:
    """A section of Settings, everything read."""
    window.go("settings", key)
    page = window.current
    assert isinstance(page, SettingsPage)
    page.current.refresh()
    settle(window)
    return page.current


def join_panel(window: MainWindow) -> JoinPanel:
    section = section_of(window, "computers")
    assert isinstance(section, ComputersSection)
    assert section.join.isVisible()
    return section.join


def typed(window: MainWindow, dialog: QDialog, code: str) -> None:
    """Type a code and send it."""
    assert isinstance(dialog, CodeDialog)
    QTest.keyClicks(dialog.code, code.lower())
    dialog.verb.click()
    settle(window)


def test_a_computer_is_let_in_and_taken_out(window: MainWindow, second: MainWindow) -> None:
    panel = join_panel(second)
    button(panel, "Ask for approval").click()
    settle(second)
    first = section_of(window, "computers")
    button(first, "Approve Front Desk 2").click()
    typed(window, first.findChildren(CodeDialog)[-1], panel.code.code)
    panel.looking.timeout.emit()
    settle(second)
    assert has_button(section_of(window, "computers"), "Remove Front Desk 2")
    joined = section_of(second, "computers")
    assert isinstance(joined, ComputersSection)
    assert (joined.list_card.isVisible(), joined.join_card.isVisible()) == (True, False)
    button(first, "Remove Front Desk 2").click()
    button(first, "Remove computer").click()
    settle(window)
    assert not has_button(section_of(window, "computers"), "Remove Front Desk 2")
    assert join_panel(second).isVisible()


def test_a_printed_kit_lets_a_computer_in(window: MainWindow, second: MainWindow) -> None:
    first = section_of(window, "recovery")
    assert isinstance(first, RecoverySection)
    first.make.click()
    settle(window)
    kit = first.findChildren(KitDialog)[0]
    code = kit.code.code
    kit.kept.click()
    kit.verb.click()
    panel = join_panel(second)
    button(panel, "Use the recovery kit").click()
    typed(second, panel.findChildren(CodeDialog)[-1], code)
    joined = section_of(second, "computers")
    assert isinstance(joined, ComputersSection)
    assert joined.list_card.isVisible()

"""A computer that can't open the sign-in: it asks another one, waits for the answer, or takes another way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.joining import JoinPanel
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.computers import ComputersSection
from idexx_desktop.gui.panels.code_dialog import CodeDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, has_button, is_closed, opened, said
from tests.gui.test_access import controls

CODE_REFUSED = "That isn't the code of the kit that counts."


@pytest.fixture
def kit_code(program: FakeProgram) -> str:
    """The code on the clinic's printed kit."""
    return program.computers.make_kit().code


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram, kit_code: str) -> Iterator[MainWindow]:
    """A second computer of a clinic with a server, not approved."""
    program.records_here = False
    program.computers.shut_out()
    with opened(qtbot, bridge, program, "settings", "today") as made:
        made.go("settings", FailureCode.NOT_APPROVED)
        settle(made)
        yield made


@pytest.fixture
def section(window: MainWindow) -> ComputersSection:
    page = window.current
    assert isinstance(page, SettingsPage)
    assert isinstance(page.current, ComputersSection)
    return page.current


@pytest.fixture
def panel(section: ComputersSection) -> JoinPanel:
    return section.join


def ask(window: MainWindow, panel: JoinPanel) -> None:
    """Press the button, and let the code appear."""
    button(panel, "Ask for approval").click()
    settle(window)


def look(window: MainWindow, panel: JoinPanel) -> None:
    """What the timer does every few seconds."""
    panel.looking.timeout.emit()
    settle(window)


def test_it_says_what_to_do_and_shows_nothing_of_the_others(
    section: ComputersSection, panel: JoinPanel
) -> None:
    assert "This computer isn't approved yet" in said(section)
    assert not section.list_card.isVisible()
    assert not section.key_card.isVisible()
    assert not panel.looking.isActive()
    for words in ("Ask for approval", "Use the recovery kit", "Start over with the password"):
        assert has_button(panel, words)


def test_the_code_is_shown_large_with_where_to_type_it(window: MainWindow, panel: JoinPanel) -> None:
    QGuiApplication.clipboard().setText("before")
    ask(window, panel)
    assert panel.code.isVisible()
    assert len(panel.code.code.replace("-", "")) == 12
    assert panel.code.accessibleName() == f"Code: {panel.code.code}"
    assert any("press Approve beside Front Desk 1, and type this code" in words for words in said(panel))
    assert "Waiting for the other computer (asked 10:42)" in said(panel)
    assert not has_button(panel, "Ask for approval")
    assert QGuiApplication.clipboard().text() == "before"


def test_somebody_approves_it_and_it_goes_on_by_itself(
    qtbot: QtBot, window: MainWindow, section: ComputersSection, panel: JoinPanel, program: FakeProgram
) -> None:
    panel.looking.setInterval(10)
    ask(window, panel)
    qtbot.waitUntil(lambda: program.computers.looks > 2)
    assert panel.isVisible()
    program.computers.answer()
    qtbot.waitUntil(lambda: section.list_card.isVisible())
    settle(window)
    assert "This computer can use the clinic's Neo sign-in now." in said(section)
    assert "Front Desk 1 · this computer" in said(section)
    assert (panel.code.code, panel.looking.isActive()) == ("", False)
    button(section, "Sync now").click()
    assert len(program.syncer.started) == 1


def test_it_looks_only_while_it_is_seen_and_at_once_when_it_comes_back(
    window: MainWindow, section: ComputersSection, panel: JoinPanel, program: FakeProgram
) -> None:
    ask(window, panel)
    assert panel.looking.isActive()
    code = panel.code.code
    window.go("today")
    settle(window)
    assert not panel.looking.isActive()
    looks = program.computers.looks
    window.go("settings")
    settle(window)
    assert program.computers.looks == looks + 1
    assert (panel.looking.isActive(), panel.code.code) == (True, code)
    window.go("today")
    program.computers.answer()
    window.go("settings")
    settle(window)
    assert section.list_card.isVisible()


def test_after_a_restart_it_still_waits_and_offers_a_new_code(
    window: MainWindow, section: ComputersSection, panel: JoinPanel, program: FakeProgram
) -> None:
    first = program.computers.ask()
    section.refresh()
    settle(window)
    assert not panel.code.isVisible()
    assert any(words.startswith("The code was shown when this computer asked.") for words in said(panel))
    button(panel, "Show a new code").click()
    settle(window)
    assert panel.code.isVisible()
    assert panel.code.code not in ("", first)
    assert not has_button(panel, "Show a new code")


def test_it_can_stop_asking(window: MainWindow, panel: JoinPanel, program: FakeProgram) -> None:
    ask(window, panel)
    button(panel, "Stop asking").click()
    settle(window)
    assert program.computers.overview().asked_at is None
    assert (panel.code.code, panel.looking.isActive()) == ("", False)
    assert has_button(panel, "Ask for approval")
    assert not panel.turned_down.isVisible()


def test_a_request_that_was_dismissed_is_said(
    window: MainWindow, panel: JoinPanel, program: FakeProgram
) -> None:
    ask(window, panel)
    program.computers.turn_down()
    look(window, panel)
    assert "The request was dismissed on another computer. You can ask again." in said(panel)
    assert panel.code.code == ""
    ask(window, panel)
    assert panel.code.isVisible()
    assert not panel.turned_down.isVisible()


def test_a_look_that_fails_is_said_once_and_tried_again(
    window: MainWindow, section: ComputersSection, panel: JoinPanel, program: FakeProgram
) -> None:
    told: list[Failure] = []
    panel.failed.connect(told.append)
    ask(window, panel)
    program.computers.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    look(window, panel)
    look(window, panel)
    assert [failure.code for failure in told] == [FailureCode.DATABASE_UNREACHABLE]
    assert any("Can't reach your clinic's records." in words for words in said(section))
    assert panel.looking.isActive()
    program.computers.failure = None
    program.computers.answer()
    look(window, panel)
    assert section.list_card.isVisible()
    assert not any("Can't reach your clinic's records." in words for words in said(section))


def test_asking_that_fails_is_said(
    window: MainWindow, section: ComputersSection, panel: JoinPanel, program: FakeProgram
) -> None:
    program.computers.refusal = Failure(FailureCode.VAULT_LOCKED)
    ask(window, panel)
    assert any("keeps passwords is locked" in words for words in said(section))
    assert button(panel, "Ask for approval").isEnabled()


def test_the_recovery_kit_opens_it_without_another_computer(
    window: MainWindow, section: ComputersSection, panel: JoinPanel, program: FakeProgram, kit_code: str
) -> None:
    button(panel, "Use the recovery kit").click()
    dialog = panel.findChildren(CodeDialog)[-1]
    older = kit_code
    newer = program.computers.make_kit().code
    program.computers.shut_out()
    QTest.keyClicks(dialog.code, older)
    dialog.verb.click()
    settle(window)
    assert CODE_REFUSED in said(dialog)
    QTest.keyClicks(dialog.code, newer.lower())
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    settle(window)
    assert section.list_card.isVisible()
    assert "This computer can use the clinic's Neo sign-in now." in said(section)
    assert is_closed(dialog)


def test_starting_over_leads_to_the_sign_in(window: MainWindow, panel: JoinPanel) -> None:
    button(panel, "Start over with the password").click()
    assert isinstance(window.current, SettingsPage)
    assert window.current.current.key == "sign_in"


def test_alone_with_its_records_nobody_can_be_asked(
    window: MainWindow, section: ComputersSection, panel: JoinPanel, program: FakeProgram
) -> None:
    program.records_here = True
    section.refresh()
    settle(window)
    assert "This computer can't unlock the saved password" in said(panel)
    assert not has_button(panel, "Ask for approval")
    assert has_button(panel, "Use the recovery kit")
    assert has_button(panel, "Enter the sign-in once more")


def test_a_list_that_is_not_trusted_is_told_of_until_this_computer_is_let_in(
    window: MainWindow, section: ComputersSection, panel: JoinPanel, program: FakeProgram
) -> None:
    words = (
        "If somebody started over on another computer, ask for approval there. If nobody did, tell support."
    )
    assert words not in said(section)
    window.go("settings", FailureCode.COMPUTERS_CHANGED)
    settle(window)
    assert words in said(section)
    ask(window, panel)
    program.computers.failure = Failure(FailureCode.COMPUTERS_CHANGED)
    look(window, panel)
    assert section.bar("failure") is None
    assert panel.looking.isActive()
    program.computers.failure = None
    program.computers.answer()
    look(window, panel)
    assert section.list_card.isVisible()
    assert words not in said(section)


def test_every_control_has_a_name_and_is_large_enough(window: MainWindow, panel: JoinPanel) -> None:
    ask(window, panel)
    found = controls(panel)
    assert len(found) == 3
    assert [widget for widget in found if not widget.accessibleName()] == []
    assert [widget for widget in found if min(widget.width(), widget.height()) < 24] == []


def test_on_the_keyboard_the_code_is_read_out(window: MainWindow, panel: JoinPanel) -> None:
    panel.ask.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.ask, Qt.Key.Key_Space)
    settle(window)
    assert panel.code.hasFocus()

"""Settings, Computers, on a computer that is approved: letting others in, taking one out, changing the key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.computers import ComputersSection
from idexx_desktop.gui.panels.code_dialog import CodeDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, has_button, is_closed, opened, said
from tests.gui.test_access import controls


@pytest.fixture
def program() -> FakeProgram:
    """A clinic with a server and two computers; Front Desk 2 asks."""
    made = FakeProgram()
    made.records_here = False
    return made


@pytest.fixture
def code(program: FakeProgram) -> str:
    """What Front Desk 2 shows."""
    return program.computers.somebody_asks("Front Desk 2")


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram, code: str) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings") as made:
        made.go("settings", "computers")
        settle(made)
        yield made


@pytest.fixture
def section(window: MainWindow) -> ComputersSection:
    page = window.current
    assert isinstance(page, SettingsPage)
    assert isinstance(page.current, ComputersSection)
    return page.current


def again(window: MainWindow, section: ComputersSection) -> None:
    """Let the section read once more."""
    section.refresh()
    settle(window)


def asked_for_code(section: ComputersSection) -> CodeDialog:
    """The dialog that Approve opens."""
    button(section, "Approve Front Desk 2").click()
    return section.findChildren(CodeDialog)[-1]


def test_computers_are_shown_by_name(section: ComputersSection) -> None:
    words = said(section)
    assert words[words.index("Front Desk 1 · this computer") :][:2] == [
        "Front Desk 1 · this computer",
        "approved 3 Nov 10:12",
    ]
    assert "Treatment Room" in words
    assert "Front Desk 2 asks to use the Neo sign-in" in words
    assert "asked 10:42" in words
    assert has_button(section, "Remove Treatment Room")
    assert not has_button(section, "Remove Front Desk 1")


def test_a_computer_is_let_in_by_the_code_that_it_shows(
    window: MainWindow, section: ComputersSection, program: FakeProgram, code: str
) -> None:
    dialog = asked_for_code(section)
    assert "Code shown on Front Desk 2" in said(dialog)
    assert any("only if somebody you know is sitting there" in words for words in said(dialog))
    QTest.keyClicks(dialog.code, code.lower().replace("-", " "))
    assert dialog.code.text() == code
    left: list[str] = []
    dialog.finished.connect(lambda _: left.append(dialog.code.text()))
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    settle(window)
    assert left == [""]
    assert is_closed(dialog)
    assert window.toast.accessibleName() == "Front Desk 2 can use the Neo sign-in now."
    again(window, section)
    assert has_button(section, "Remove Front Desk 2")
    assert not has_button(section, "Approve Front Desk 2")
    assert [record.name for record in program.computers.approved][-1] == "Front Desk 2"


def test_a_code_that_is_not_right_is_said_and_can_be_corrected(
    window: MainWindow, section: ComputersSection, program: FakeProgram, code: str
) -> None:
    dialog = asked_for_code(section)
    dialog.verb.click()
    assert "Enter the code." in said(dialog)
    high = dialog.height()
    for wrong, words in (
        (code[:-1], "That code has 11 characters, but it should have 12."),
        (code[:-1] + ("7" if code[-1] != "7" else "8"), "A character of that code is mistyped, or two are swapped."),
        (program.computers.somebody_asks("Lab"), "That isn't the code of this computer."),
    ):  # fmt: skip
        dialog.code.clear()
        QTest.keyClicks(dialog.code, wrong)
        assert words not in said(dialog)
        dialog.verb.click()
        assert not dialog.verb.isEnabled()
        settle(window)
        assert words in said(dialog)
        assert dialog.code.accessibleName() == f"Code shown on Front Desk 2: {words}"
        assert (dialog.isVisible(), dialog.height()) == (True, high)
    QTest.keyClicks(dialog.code, code)
    dialog.verb.click()
    settle(window)
    assert is_closed(dialog)
    assert "Front Desk 2" in [record.name for record in program.computers.approved]


def test_what_else_goes_wrong_is_said_in_the_dialog(
    window: MainWindow, section: ComputersSection, program: FakeProgram, code: str
) -> None:
    program.computers.refusal = Failure(FailureCode.DATABASE_UNREACHABLE)
    dialog = asked_for_code(section)
    QTest.keyClicks(dialog.code, code)
    dialog.verb.click()
    settle(window)
    assert any("Check that the records' server is on" in words for words in said(dialog))
    dialog.cancel.click()
    assert "Front Desk 2" not in [record.name for record in program.computers.approved]


def test_a_request_can_be_dismissed(
    window: MainWindow, section: ComputersSection, program: FakeProgram
) -> None:
    button(section, "Dismiss the request of Front Desk 2").click()
    settle(window)
    assert window.toast.accessibleName() == "The request was dismissed. Front Desk 2 can ask again."
    again(window, section)
    assert not any("asks to use" in words for words in said(section))
    assert program.computers.overview().requests == ()


def test_taking_a_computer_out_asks_and_reminds_of_the_password(
    window: MainWindow, section: ComputersSection, program: FakeProgram
) -> None:
    button(section, "Remove Treatment Room").click()
    dialog = section.findChildren(ConfirmDialog)[-1]
    assert any("change the password in Neo as well" in words for words in said(dialog))
    dialog.cancel.click()
    settle(window)
    assert program.computers.keys == 1
    button(section, "Remove Treatment Room").click()
    section.findChildren(ConfirmDialog)[-1].verb.click()
    settle(window)
    assert [record.name for record in program.computers.approved] == ["Front Desk 1"]
    assert program.computers.keys == 2
    assert "Treatment Room was removed." in said(section)
    again(window, section)
    assert not has_button(section, "Remove Treatment Room")
    button(section, "Enter new password").click()
    assert isinstance(window.current, SettingsPage)
    assert window.current.current.key == "sign_in"


def test_the_key_is_changed_and_the_outcome_said(
    window: MainWindow, section: ComputersSection, program: FakeProgram
) -> None:
    assert "Made 3 Nov 10:12" in said(section)
    change = section.key_card.change
    change.click()
    assert (change.accessibleName(), change.isEnabled()) == ("Changing the key…", False)
    settle(window)
    assert "The key was changed. Nothing else changes; other computers keep working." in said(section)
    again(window, section)
    assert "Made 10:44" in said(section)
    program.computers.refusal = Failure(FailureCode.VAULT_LOCKED)
    change.click()
    settle(window)
    assert program.computers.keys == 2
    assert any("keeps passwords is locked" in words for words in said(section))
    assert not any("The key was changed." in words for words in said(section))
    assert (change.accessibleName(), change.isEnabled()) == ("Change the key", True)


def test_what_is_refused_is_said(window: MainWindow, section: ComputersSection, program: FakeProgram) -> None:
    program.computers.refusal = Failure(FailureCode.DATABASE_UNREACHABLE)
    button(section, "Dismiss the request of Front Desk 2").click()
    settle(window)
    assert any("Can't reach your clinic's records." in words for words in said(section))
    program.computers.failure = Failure(FailureCode.VAULT_LOCKED)
    again(window, section)
    assert any("keeps passwords is locked" in words for words in said(section))
    assert has_button(section, "Remove Treatment Room")


def test_requests_appear_by_themselves_while_one_looks(
    qtbot: QtBot, section: ComputersSection, program: FakeProgram
) -> None:
    section.looking.setInterval(10)
    program.computers.somebody_asks("Lab")
    qtbot.waitUntil(lambda: has_button(section, "Approve Lab"))
    section.hide()
    assert not section.looking.isActive()
    section.show()
    assert section.looking.isActive()


def test_reading_the_same_again_leaves_the_focus_where_it_is(
    window: MainWindow, section: ComputersSection
) -> None:
    remove = button(section, "Remove Treatment Room")
    remove.setFocus(Qt.FocusReason.TabFocusReason)
    again(window, section)
    assert QApplication.focusWidget() is remove


def test_alone_with_its_records_it_shows_only_itself(
    window: MainWindow, section: ComputersSection, program: FakeProgram
) -> None:
    program.records_here = True
    program.computers.approved = program.computers.approved[:1]
    again(window, section)
    words = said(section)
    assert "Front Desk 1 · this computer" in words
    assert not any("asks to use" in each or "approved" in each for each in words)
    assert not section.looking.isActive()
    section.key_card.change.click()
    settle(window)
    assert "The key was changed. Nothing else changes." in said(section)


def test_before_there_was_a_list_it_shows_itself(
    window: MainWindow, section: ComputersSection, program: FakeProgram
) -> None:
    program.computers.no_list = True
    again(window, section)
    assert "Front Desk 1 · this computer" in said(section)
    assert section.key_card.change.isVisible()


def test_without_a_sign_in_it_leads_there(
    window: MainWindow, section: ComputersSection, program: FakeProgram
) -> None:
    program.credentials.value = CredentialStatus("not_configured", None, "", "", None, "")
    program.computers.approved.clear()
    again(window, section)
    assert any(words.startswith("There is no Neo sign-in yet.") for words in said(section))
    assert not section.key_card.isVisible()
    button(section, "Enter sign-in").click()
    assert isinstance(window.current, SettingsPage)
    assert window.current.current.key == "sign_in"


def test_every_control_of_the_dialog_has_a_name_and_is_large_enough(section: ComputersSection) -> None:
    found = controls(asked_for_code(section))
    assert [widget.accessibleName() for widget in found if min(widget.width(), widget.height()) < 24] == []
    assert {widget.accessibleName() for widget in found} == {
        "Code shown on Front Desk 2",
        "Cancel",
        "Approve",
    }

"""The Neo sign-in under Settings: tested before it is saved, never shown again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.sign_in import SignInSection
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, has_button, opened, said


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings", "calls") as made:
        made.go("settings")
        settle(made)
        yield made


@pytest.fixture
def sign_in(window: MainWindow) -> SignInSection:
    page = window.current
    assert isinstance(page, SettingsPage)
    assert isinstance(page.current, SignInSection)
    return page.current


def type_login(section: SignInSection, password: str) -> None:
    """Replace user name and password, by keys."""
    section.fields.user.clear()
    QTest.keyClicks(section.fields.user, "new@harbour.example")
    QTest.keyClicks(section.fields.password, password)


def test_a_kept_sign_in_is_shown_without_its_password(sign_in: SignInSection) -> None:
    words = said(sign_in)
    assert "Last accepted 07:12" in words
    assert any("this computer's password store" in each for each in words)
    assert (sign_in.fields.company.text(), sign_in.fields.user.text()) == ("4242", "front@harbour.example")
    assert sign_in.fields.password.text() == ""
    assert sign_in.pill.accessibleName() == "Accepted by Neo"


def test_save_works_only_after_a_test_of_exactly_these_entries(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    type_login(sign_in, "right-horse")
    assert not sign_in.foot.save.isEnabled()
    sign_in.test.click()
    assert sign_in.test.accessibleName() == "Signing in…"
    assert not sign_in.test.isEnabled()
    settle(window)
    assert "Signed in as Harbour Vet. Save to use it." in said(sign_in)
    assert sign_in.foot.save.isEnabled()
    QTest.keyClicks(sign_in.fields.password, "x")
    assert not sign_in.foot.save.isEnabled()
    QTest.keyClick(sign_in.fields.password, Qt.Key.Key_Backspace)
    sign_in.foot.save.click()
    settle(window)
    assert program.credentials.saved == [NeoLogin("4242", "new@harbour.example", "right-horse")]
    assert "Saved" in said(sign_in)
    assert sign_in.fields.password.text() == ""
    assert not sign_in.foot.save.isEnabled()


def test_a_rejected_sign_in_is_tried_once_and_not_saved(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    program.credentials.failure = Failure(FailureCode.WRONG_PASSWORD)
    type_login(sign_in, "wrong")
    QTest.keyClick(sign_in.fields.password, Qt.Key.Key_Return)
    settle(window)
    assert len(program.credentials.tested) == 1
    assert any("didn't accept the password" in each for each in said(sign_in))
    assert not sign_in.foot.save.isEnabled()
    assert program.credentials.saved == []


def test_what_is_missing_is_said_beside_it(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    QTest.keyClicks(sign_in.fields.user, "x")
    sign_in.test.click()
    settle(window)
    words = "Enter the password, too: a saved one is never read back."
    assert words in said(sign_in)
    assert sign_in.fields.password.accessibleName() == f"Password: {words}"
    assert program.credentials.tested == []


def test_the_kept_sign_in_is_tested_without_typing_it(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    suspended = Failure(FailureCode.WRONG_PASSWORD)
    program.credentials.value = replace(program.credentials.value, state="invalid", suspended=suspended)
    sign_in.refresh()
    settle(window)
    assert sign_in.pill.accessibleName() == "Not accepted by Neo"
    button(sign_in, "Update password").click()
    assert sign_in.fields.password.hasFocus()
    sign_in.test.click()
    settle(window)
    assert "Signed in as Harbour Vet." in said(sign_in)
    sign_in.refresh()
    settle(window)
    assert not has_button(sign_in, "Update password")


def test_what_only_a_person_can_do_opens_neo(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    program.credentials.failure = Failure(FailureCode.PASSWORD_EXPIRED)
    sign_in.test.click()
    settle(window)
    button(sign_in, "Open Neo").click()
    settle(window)
    assert [url.toString() for url in shown] == ["https://us.idexxneo.com"]
    program.neo_address.failure = Failure(FailureCode.ADDRESS_CHANGED)
    button(sign_in, "Open Neo").click()
    settle(window)
    assert len(shown) == 1


def test_forgetting_asks_first(window: MainWindow, sign_in: SignInSection, program: FakeProgram) -> None:
    button(sign_in, "Forget…").click()
    dialog = sign_in.findChildren(ConfirmDialog)[0]
    dialog.cancel.click()
    settle(window)
    assert program.credentials.forgotten == 0
    sign_in.forget.click()
    sign_in.findChildren(ConfirmDialog)[-1].verb.click()
    settle(window)
    assert program.credentials.forgotten == 1
    sign_in.refresh()
    settle(window)
    assert sign_in.pill.accessibleName() == "No sign-in yet"
    assert not sign_in.forget.isVisible()


def test_a_password_is_pasted_in_and_never_copied_out(sign_in: SignInSection) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("pasted-secret")
    field = sign_in.fields.password
    assert field.echoMode() is QLineEdit.EchoMode.Password
    field.paste()
    assert field.text() == "pasted-secret"
    clipboard.setText("before")
    field.selectAll()
    QTest.keySequence(field, QKeySequence(QKeySequence.StandardKey.Copy))
    assert clipboard.text() == "before"


def test_files_that_the_page_needs_are_allowed_after_a_question_and_taken_back(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    hosts = ("a-very-long-name-of-a-content-server.europe.example.com", "cdn.example.com")
    program.credentials.failure = Failure(FailureCode.PAGE_NEEDS_HOST, hosts=hosts)
    button(sign_in, "Test sign-in").click()
    settle(window)
    button(sign_in, "Allow these files…").click()
    settle(window)
    question = window.findChild(ConfirmDialog)
    assert question is not None
    assert any(all(host in each for host in hosts) for each in said(question))
    assert program.allowed_hosts.kept == []
    question.verb.click()
    settle(window)
    assert tuple(program.allowed_hosts.kept) == hosts
    assert not has_button(sign_in, "Allow these files…")
    assert any("cdn.example.com on this computer" in each for each in said(sign_in))
    button(sign_in, "Stop allowing").click()
    settle(window)
    assert program.allowed_hosts.kept == []
    assert not has_button(sign_in, "Stop allowing")


def test_the_branch_that_neo_asks_for_is_chosen_once_and_asked_for_again(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    branches = ("Main Street", "A branch with a name that is longer than a button")
    program.credentials.failure = Failure(FailureCode.BRANCH_ASKED, choices=branches)
    button(sign_in, "Test sign-in").click()
    settle(window)
    button(sign_in, "A branch with a name that…").click()
    settle(window)
    assert program.neo_address.branch() == branches[1]
    assert not has_button(sign_in, "Main Street")
    assert f"Where Neo asks for a branch, {branches[1]} is chosen." in said(sign_in)
    button(sign_in, "Ask again").click()
    settle(window)
    assert program.neo_address.branch() is None
    assert not has_button(sign_in, "Ask again")


def test_what_can_never_be_allowed_is_not_offered(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    for hosts, offered in ((), False), (("cdn.example.com",), True):
        program.credentials.failure = Failure(FailureCode.PAGE_NEEDS_HOST, hosts=hosts)
        button(sign_in, "Test sign-in").click()
        settle(window)
        assert has_button(sign_in, "Allow files from cdn.example.com…") is offered


def test_an_older_key_file_is_used_once_a_person_says_so(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    put_back = Failure(FailureCode.KEY_FILE_PUT_BACK)
    program.credentials.value = replace(program.credentials.value, suspended=put_back)
    sign_in.refresh()
    settle(window)
    assert put_back.title in said(sign_in)
    button(sign_in, "Use it").click()
    dialog = window.findChild(ConfirmDialog)
    assert dialog is not None
    assert "enter a new Neo password afterwards" in " ".join(said(dialog))
    dialog.cancel.click()
    settle(window)
    assert program.credentials.accepted == 0
    button(sign_in, "Use it").click()
    window.findChildren(ConfirmDialog)[-1].verb.click()
    settle(window)
    assert program.credentials.accepted == 1
    sign_in.refresh()
    settle(window)
    assert put_back.title not in said(sign_in)


def test_what_neo_asks_is_answered_in_a_window_of_its_own(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    asked = Failure(FailureCode.NEO_ASKS, title="IDEXX Neo wants its terms to be accepted first.")
    credentials = program.credentials
    credentials.failure = credentials.unanswered = asked
    sign_in.test.click()
    settle(window)
    button(sign_in, "Open Neo and answer it once").click()
    bar = sign_in.bar("failure")
    assert bar is not None
    assert any("answer there what it asks" in each.text() for each in bar.findChildren(QLabel))
    assert not sign_in.test.isEnabled()
    settle(window)
    # they closed the window without an answer: it is asked still, and can be opened again
    assert any("its terms" in each for each in said(sign_in))
    credentials.unanswered = None
    button(sign_in, "Open Neo and answer it once").click()
    settle(window)
    assert credentials.opened == [None, None]
    assert any("Signed in as Harbour Vet." in each for each in said(sign_in))
    assert not has_button(sign_in, "Open Neo and answer it once")

    # the same for one that was typed, which is saved afterwards
    credentials.failure = asked
    type_login(sign_in, credentials.right_password)
    sign_in.test.click()
    settle(window)
    button(sign_in, "Open Neo and answer it once").click()
    settle(window)
    assert credentials.opened[-1] == NeoLogin("4242", "new@harbour.example", credentials.right_password)
    sign_in.foot.save.click()
    settle(window)
    assert credentials.saved == credentials.opened[-1:]


def test_the_way_from_a_failed_sync_shows_the_button_at_once(
    window: MainWindow, sign_in: SignInSection
) -> None:
    sign_in.attend(FailureCode.NEO_ASKS)
    settle(window)
    assert has_button(sign_in, "Open Neo and answer it once")

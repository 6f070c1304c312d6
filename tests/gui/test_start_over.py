"""The sign-in on a computer that can't open it: what helps, and saving it anew at the price of the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.sign_in import SignInSection
from idexx_desktop.gui.panels.code_dialog import CodeDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, has_button, opened, said

LOGIN = NeoLogin("4242", "new@harbour.example", "right-horse")


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    """A computer of a clinic with a server and a kit that isn't approved, at the sign-in."""
    program.records_here = False
    program.computers.make_kit()
    program.computers.shut_out()
    with opened(qtbot, bridge, program, "settings") as made:
        made.go("settings", "sign_in")
        settle(made)
        yield made


@pytest.fixture
def section(window: MainWindow) -> SignInSection:
    page = window.current
    assert isinstance(page, SettingsPage)
    assert isinstance(page.current, SignInSection)
    return page.current


def tested_and_saved(window: MainWindow, section: SignInSection) -> None:
    """Type a sign-in that Neo accepts, and save it."""
    for field, words in zip(
        (section.fields.company, section.fields.user, section.fields.password),
        (LOGIN.company_id, LOGIN.username, LOGIN.password),
        strict=True,
    ):
        field.clear()
        QTest.keyClicks(field, words)
    section.test.click()
    settle(window)
    section.foot.save.click()
    settle(window)


def test_it_says_so_and_leads_to_what_helps(window: MainWindow, section: SignInSection) -> None:
    assert section.pill.accessibleName() == "Can't be opened here"
    assert "This computer isn't approved yet to use the clinic's Neo sign-in." in said(section)
    assert section.fields.user.text() == ""
    button(section, "Use the recovery kit").click()
    assert len(section.findChildren(CodeDialog)) == 1
    section.findChildren(CodeDialog)[0].cancel.click()
    button(section, "Ask for approval").click()
    assert isinstance(window.current, SettingsPage)
    assert window.current.current.key == "computers"


def test_testing_what_is_kept_says_it_only_once(window: MainWindow, section: SignInSection) -> None:
    section.test.click()
    settle(window)
    assert len([words for words in said(section) if words.startswith("This computer isn't approved")]) == 1
    assert section.test.isEnabled()


def test_once_unlocked_with_the_kit_all_is_as_before(
    window: MainWindow, section: SignInSection, program: FakeProgram
) -> None:
    code = program.computers.make_kit().code
    button(section, "Use the recovery kit").click()
    dialog = section.findChildren(CodeDialog)[0]
    QTest.keyClicks(dialog.code, code)
    dialog.verb.click()
    settle(window)
    assert window.toast.accessibleName() == "This computer can use the clinic's Neo sign-in now."
    section.refresh()
    settle(window)
    assert not has_button(section, "Use the recovery kit")
    assert section.pill.accessibleName() == "Accepted by Neo"
    assert section.fields.user.text() == "front@harbour.example"


def test_saving_another_asks_what_that_costs(
    window: MainWindow, section: SignInSection, program: FakeProgram
) -> None:
    tested_and_saved(window, section)
    assert program.credentials.saved == []
    assert "Neo accepted this password, but this computer isn't approved." in said(section)
    assert len(program.credentials.tested) == 1
    button(section, "Start over").click()
    dialog = section.findChildren(ConfirmDialog)[-1]
    assert any("All other computers stop syncing" in words for words in said(dialog))
    dialog.cancel.click()
    settle(window)
    assert program.credentials.saved == []
    button(section, "Start over").click()
    section.findChildren(ConfirmDialog)[-1].verb.click()
    settle(window)
    assert program.credentials.saved == [LOGIN]
    assert len(program.credentials.tested) == 1
    assert [record.name for record in program.computers.approved] == ["Front Desk 1"]
    assert program.computers.kit is None
    section.refresh()
    settle(window)
    assert not has_button(section, "Start over")
    assert section.pill.accessibleName() == "Accepted by Neo"
    assert section.fields.password.text() == ""


def test_the_offer_goes_with_what_was_tested(window: MainWindow, section: SignInSection) -> None:
    tested_and_saved(window, section)
    assert has_button(section, "Start over")
    QTest.keyClicks(section.fields.password, "x")
    assert not has_button(section, "Start over")


def test_alone_with_its_records_it_is_saved_as_ever(
    window: MainWindow, section: SignInSection, program: FakeProgram
) -> None:
    program.records_here = True
    section.refresh()
    settle(window)
    assert "This computer can't unlock the saved password." in said(section)
    assert has_button(section, "Use the recovery kit")
    assert not has_button(section, "Ask for approval")
    program.credentials.alone = True
    tested_and_saved(window, section)
    assert program.credentials.saved == [LOGIN]
    assert not has_button(section, "Start over")


def test_what_else_keeps_it_from_being_saved_is_said(
    window: MainWindow, section: SignInSection, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise Failure(FailureCode.DATABASE_UNREACHABLE)

    monkeypatch.setattr(program.credentials, "save", unreachable)
    tested_and_saved(window, section)
    assert any("Can't reach your clinic's records." in words for words in said(section))
    assert not has_button(section, "Start over")

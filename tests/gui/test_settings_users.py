"""Users under Settings: the owner's address is asked for each time, used once, and nowhere to be found afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.people import NewPerson
from idexx_desktop.domain.records import LoginRecord
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.users import UsersSection
from idexx_desktop.gui.panels.add_person import AddPersonDialog, HandOverDialog
from idexx_desktop.gui.panels.owner_dialog import OwnerDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_people import OWNER
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, has_button, opened, said
from tests.gui.test_access import controls

SECRET = "owner-secret-7"


@pytest.fixture
def program() -> FakeProgram:
    """A clinic whose records are on its server."""
    made = FakeProgram()
    made.records_here = False
    return made


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings") as made:
        made.go("settings", "users")
        settle(made)
        yield made


@pytest.fixture
def section(window: MainWindow) -> UsersSection:
    page = window.current
    assert isinstance(page, SettingsPage)
    assert isinstance(page.current, UsersSection)
    return page.current


def dialogs_of(section: UsersSection) -> list[OwnerDialog]:
    return [each for each in section.findChildren(OwnerDialog) if each.isVisible()]


def dialog_of(section: UsersSection) -> OwnerDialog:
    [dialog] = dialogs_of(section)
    return dialog


def give(window: MainWindow, dialog: OwnerDialog, address: str = OWNER) -> None:
    """Type the owner's address and press Enter."""
    QTest.keyClicks(dialog.address, address)
    QTest.keyClick(dialog.address, Qt.Key.Key_Return)
    settle(window)


def show(window: MainWindow, section: UsersSection) -> None:
    section.show_users.click()
    give(window, dialog_of(section))


def places_with(window: MainWindow, secret: str) -> list[str]:
    """Where in the window a text can still be found: boxes and their history, labels, attributes, open questions."""
    found = []
    for each in [window, *window.findChildren(QObject)]:
        if isinstance(each, QLineEdit):
            shown = each.text()
            each.undo()
            found += [f"box {shown}"] if secret in each.text() + shown else []
            each.setText(shown)
        if isinstance(each, QLabel) and secret in each.text() + each.accessibleName() + each.toolTip():
            found.append("label")
        found += [name for name, value in vars(each).items() if secret in repr(value)]
    return found


def test_nothing_is_read_by_itself(section: UsersSection, program: FakeProgram) -> None:
    assert program.users.asked == 0
    assert not section.add.isVisible()
    assert any("doesn't keep it" in each for each in said(section))


def test_logins_are_shown_with_the_owners_address(
    window: MainWindow, section: UsersSection, program: FakeProgram
) -> None:
    show(window, section)
    words = said(section)
    assert "3 logins in “clinic” on db.harbour.example" in words
    assert "anna · Admin · Bay Vet, Harbour Vet" in words
    assert "front@desk.example · you" in words
    assert "kim · User · no clinic" in words
    assert has_button(section, "Deactivate anna@harbour.example")
    assert not has_button(section, "Deactivate kim@harbour.example")  # switched off already
    assert places_with(window, SECRET) == []


def test_the_field_is_masked_and_emptied_before_the_address_is_used(
    window: MainWindow, section: UsersSection, program: FakeProgram
) -> None:
    section.show_users.click()
    dialog = dialog_of(section)
    assert dialog.address.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(dialog.address, OWNER)
    dialog.verb.click()
    assert dialog.address.text() == ""
    assert not dialog.verb.isEnabled()
    dialog.reject()  # not while the question is under way
    assert dialog.isVisible()
    settle(window)
    assert dialogs_of(section) == []
    assert places_with(window, SECRET) == []


def test_a_wrong_address_is_explained_forgotten_and_asked_for_again(
    window: MainWindow, section: UsersSection, program: FakeProgram
) -> None:
    section.show_users.click()
    dialog = dialog_of(section)
    dialog.verb.click()
    assert "Enter the owner's address." in said(dialog)
    assert program.users.asked == 0
    give(window, dialog, OWNER.replace("root", "toor"))
    assert dialog.isVisible()
    assert "The server didn't accept the login “root” with this password. Check both." in said(dialog)
    assert places_with(window, SECRET) == []
    give(window, dialog)
    assert dialogs_of(section) == []
    assert section.found is not None


def test_a_closed_dialog_leaves_nothing(window: MainWindow, section: UsersSection) -> None:
    section.show_users.click()
    dialog = dialog_of(section)
    QTest.keyClicks(dialog.address, OWNER)
    assert places_with(window, SECRET) != []  # what is there is found
    QTest.keyClick(dialog.address, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.address.text() == ""
    assert places_with(window, SECRET) == []


def test_a_person_is_added_and_the_password_shown_once(
    window: MainWindow, section: UsersSection, program: FakeProgram
) -> None:
    show(window, section)
    section.add.click()
    dialog = dialog_of(section)
    assert isinstance(dialog, AddPersonDialog)
    assert dialog.clinic.value == "Harbour Vet"
    QTest.keyClicks(dialog.email, "anna@bay.example")
    assert dialog.login.text() == "anna_2"
    dialog.role.set_value("admin")
    give(window, dialog)
    assert program.users.added == [NewPerson("anna@bay.example", "admin", "Harbour Vet", "anna_2")]
    handed = next(each for each in section.findChildren(HandOverDialog) if each.isVisible())
    assert "7k2m-q9xd-3hfa-p4tw-8nrc" in said(handed)
    assert handed.address.text() == "postgresql://anna_2@db.harbour.example/clinic?sslmode=verify-full"
    # read off the screen, never copied
    assert not handed.password.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    handed.verb.click()
    assert places_with(window, "7k2m") == []
    assert places_with(window, SECRET) == []
    assert "anna_2 · Admin · Harbour Vet" in said(section)


def test_a_typed_password_is_not_shown(
    window: MainWindow, section: UsersSection, program: FakeProgram
) -> None:
    show(window, section)
    section.add.click()
    dialog = dialog_of(section)
    assert isinstance(dialog, AddPersonDialog)
    assert not dialog.password.isVisible()
    dialog.way.set_value(True)
    dialog.way.picked.emit()
    assert dialog.password.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(dialog.email, "lee@bay.example")
    give(window, dialog)
    assert "Enter the password." in said(dialog)
    assert program.users.added == []
    QTest.keyClicks(dialog.password, "typed-by-hand-9")
    dialog.verb.click()
    settle(window)
    assert [person.password for person in program.users.added] == ["typed-by-hand-9"]
    assert "typed-by-hand-9" not in repr(program.users.added)
    handed = next(each for each in section.findChildren(HandOverDialog) if each.isVisible())
    assert any("the password that you typed" in each for each in said(handed))
    program.users.added.clear()
    assert places_with(window, "typed-by-hand-9") == []


def test_what_is_missing_is_said_and_a_login_of_ones_own_stays(
    window: MainWindow, section: UsersSection, program: FakeProgram
) -> None:
    show(window, section)
    section.add.click()
    dialog = dialog_of(section)
    assert isinstance(dialog, AddPersonDialog)
    dialog.verb.click()
    words = said(dialog)
    for phrase in ("name@clinic.com", "Enter a name for the login.", "Enter the owner's address."):
        assert any(phrase in each for each in words)
    QTest.keyClicks(dialog.login, "front")
    assert "front@desk.example has this login: it gets a new password." in said(dialog)
    QTest.keyClicks(dialog.login, "_desk")
    assert "Small letters, digits and _." in said(dialog)
    QTest.keyClicks(dialog.email, "lee@bay.example")
    assert dialog.login.text() == "front_desk"


def test_what_the_server_refuses_is_said_and_what_was_typed_stays(
    window: MainWindow, section: UsersSection, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(owner_address: str, person: NewPerson) -> None:
        raise Failure(FailureCode.INVALID_INPUT, title="The login “lee” belongs to another person.")

    monkeypatch.setattr(program.users, "add", refuse)
    show(window, section)
    section.add.click()
    dialog = dialog_of(section)
    assert isinstance(dialog, AddPersonDialog)
    QTest.keyClicks(dialog.email, "lee@bay.example")
    give(window, dialog)
    assert any("belongs to another person" in each for each in said(dialog))
    assert (dialog.email.text(), dialog.address.text()) == ("lee@bay.example", "")


def test_a_person_is_deactivated_after_saying_what_happens(
    window: MainWindow, section: UsersSection, program: FakeProgram
) -> None:
    program.users.all.append(
        LoginRecord("anna_home", "anna@harbour.example", "user-2", "user", True, ("Bay Vet",))
    )
    show(window, section)
    button(section, "Deactivate anna@harbour.example").click()
    dialog = dialog_of(section)
    words = " ".join(said(dialog))
    assert "with any of their logins (anna, anna_home)" in words
    assert "stays in the records" in words
    assert "this computer signs in as" not in words
    dialog.cancel.click()
    assert program.users.asked == 1
    button(section, "Deactivate anna@harbour.example").click()
    give(window, dialog_of(section))
    assert not has_button(section, "Deactivate anna@harbour.example")
    assert window.toast.accessibleName() == "anna@harbour.example can't sign in any more."
    assert places_with(window, SECRET) == []


def test_to_deactivate_oneself_is_said(window: MainWindow, section: UsersSection) -> None:
    show(window, section)
    button(section, "Deactivate front@desk.example").click()
    assert any("this computer signs in as" in each for each in said(dialog_of(section)))


def test_long_lists_are_searched(window: MainWindow, section: UsersSection, program: FakeProgram) -> None:
    one = program.users.all[0]
    program.users.all = [
        replace(one, login=f"person_{number}", email=f"{number}@bay.example") for number in range(120)
    ]
    show(window, section)
    assert "50 of 120 shown; find the others by name." in said(section)
    QTest.keyClicks(section.search, "person_119\r")
    settle(window)
    assert "119@bay.example" in said(section)
    assert "50 of 120" not in " ".join(said(section))
    QTest.keyClicks(section.search, "0\r")
    settle(window)
    assert "Nobody matches." in said(section)


def test_nobody_yet(window: MainWindow, section: UsersSection, program: FakeProgram) -> None:
    program.users.all = []
    show(window, section)
    assert "Nobody has a login in “clinic” on db.harbour.example yet." in said(section)
    assert section.add.isVisible()


def test_records_on_this_computer_have_one_user(
    window: MainWindow, section: UsersSection, program: FakeProgram
) -> None:
    program.records_here = True
    section.refresh()
    assert any("have one user, front@desk.example" in each for each in said(section))
    assert not section.show_users.isVisible()
    assert not section.add.isVisible()


@pytest.mark.parametrize("what", ["section", "show", "add", "hand over"])
def test_every_control_has_a_name_and_is_large_enough(
    window: MainWindow, section: UsersSection, what: str
) -> None:
    show(window, section)
    if what == "show":
        section.show_users.click()
    elif what != "section":
        section.add.click()
    if what == "hand over":
        dialog = dialog_of(section)
        assert isinstance(dialog, AddPersonDialog)
        QTest.keyClicks(dialog.email, "lee@bay.example")
        give(window, dialog)
    shown = [each for each in section.findChildren(VerbDialog) if each.isVisible()]
    found = controls(shown[-1] if shown else section)
    assert len(found) > 1
    assert [widget for widget in found if not widget.accessibleName()] == []
    assert [widget for widget in found if min(widget.width(), widget.height()) < 24] == []

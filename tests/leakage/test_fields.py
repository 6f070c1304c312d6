"""Passwords go into a field and never out of it: not by copying, cutting, dragging, undoing, or a screen reader."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QDrag, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import idexx_desktop.gui
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.secret import SecretInput
from idexx_desktop.gui.login_fields import LoginFields
from idexx_desktop.gui.pages.settings import SettingsPage
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened

SECRET, BEFORE = "canary-7 word", "what was there"
_COPYING = {
    "Ctrl+C": (Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier),
    "Ctrl+X": (Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier),
    "Ctrl+Insert": (Qt.Key.Key_Insert, Qt.KeyboardModifier.ControlModifier),
    "Shift+Delete": (Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier),
    "Ctrl+K": (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier),
}


@pytest.fixture(params=["hidden", "shown"])
def field(request: pytest.FixtureRequest, qtbot: QtBot, styled: None) -> Iterator[SecretInput]:
    """A password field with a password in it, marked as a whole, and a clipboard with something else."""
    host = QWidget()
    qtbot.addWidget(host)
    made = SecretInput()
    QVBoxLayout(host).addWidget(made)
    host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    made.setFocus()
    QTest.keyClicks(made, SECRET)
    assert made.text() == SECRET
    if request.param == "shown":
        made.eye.click()
        assert made.displayText() == SECRET
    made.selectAll()
    QGuiApplication.clipboard().setText(BEFORE)
    yield made
    host.close()


@pytest.mark.parametrize("keys", _COPYING)
def test_keys_copy_nothing(field: SecretInput, keys: str) -> None:
    QTest.keyClick(field, *_COPYING[keys])
    assert QGuiApplication.clipboard().text() == BEFORE


def test_neither_do_its_methods_and_its_menu(field: SecretInput) -> None:
    field.copy()
    field.cut()
    assert QGuiApplication.clipboard().text() == BEFORE
    field.selectAll()
    menu = field.createStandardContextMenu()
    assert menu is not None
    try:
        for action in menu.actions():
            if action.objectName() in ("edit-copy", "edit-cut"):
                assert not action.isEnabled()
        assert {"edit-copy", "edit-cut"} <= {action.objectName() for action in menu.actions()}
    finally:
        menu.deleteLater()
    assert QGuiApplication.clipboard().text() == BEFORE


def test_it_cannot_be_dragged_out(field: SecretInput, monkeypatch: pytest.MonkeyPatch) -> None:
    dragged: list[object] = []
    monkeypatch.setattr(QDrag, "exec", lambda *_: dragged.append(1))
    assert not field.dragEnabled()
    middle = QPoint(40, field.height() // 2)
    QTest.mousePress(field, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    for step in range(1, 12):
        QTest.mouseMove(field, middle + QPoint(step * 10, 0))
    QTest.mouseRelease(field, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    assert dragged == []
    assert field.text() == SECRET


def test_undoing_brings_nothing_back(field: SecretInput) -> None:
    field.clear()
    assert not field.isUndoAvailable()
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == ""


def test_pasting_in_works(field: SecretInput) -> None:
    QGuiApplication.clipboard().setText("from a password manager")
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "from a password manager"


def leave_the_field(field: SecretInput) -> None:
    field.window().findChildren(QPushButton)[-1].setFocus()


def leave_the_eye(field: SecretInput) -> None:
    field.eye.setFocus()
    assert field.is_shown
    leave_the_field(field)


def empty_it(field: SecretInput) -> None:
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)


def press_the_eye_again(field: SecretInput) -> None:
    field.eye.setFocus()
    QTest.keyClick(field.eye, Qt.Key.Key_Return)


def enter_disables_it(field: SecretInput) -> None:
    """As a sign-in that is being tested; afterwards another one may be typed."""
    field.returnPressed.connect(lambda: field.setDisabled(True))
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert SECRET not in field.displayText()
    field.setEnabled(True)


def enter_moves_on(field: SecretInput) -> None:
    field.returnPressed.connect(lambda: leave_the_field(field))
    QTest.keyClick(field, Qt.Key.Key_Return)


def a_letter_moves_on(field: SecretInput) -> None:
    field.textEdited.connect(lambda _: field.clearFocus())
    QTest.keyClick(field, Qt.Key.Key_End)
    QTest.keyClicks(field, "x")


WAYS = (
    leave_the_field,
    leave_the_eye,
    empty_it,
    press_the_eye_again,
    enter_disables_it,
    enter_moves_on,
    a_letter_moves_on,
    SecretInput.clear,
    SecretInput.hide,
)


@pytest.mark.parametrize("field", ["shown"], indirect=True)
@pytest.mark.parametrize("way", WAYS)
def test_what_is_shown_is_hidden_again(field: SecretInput, way: Callable[[SecretInput], None]) -> None:
    button = QPushButton("elsewhere", field.window())
    button.show()
    assert field.is_shown
    way(field)
    assert not field.is_shown
    assert SECRET not in field.displayText()
    assert field.eye.accessibleName() == "Show what is typed"


@pytest.mark.parametrize("field", ["shown"], indirect=True)
def test_another_window_in_front_hides_it(qtbot: QtBot, field: SecretInput) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    assert not field.is_shown


@pytest.mark.parametrize("field", ["hidden"], indirect=True)
def test_the_eye_is_reached_by_tab_and_has_a_name(field: SecretInput) -> None:
    field.setAccessibleName("Password")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.eye.hasFocus()
    assert field.eye.accessibleName() == "Password: Show what is typed"
    QTest.keyClick(field.eye, Qt.Key.Key_Space)
    assert field.is_shown
    assert field.eye.accessibleName() == "Password: Hide what is typed"


def test_what_is_kept_can_not_be_shown(field: SecretInput) -> None:
    field.clear()
    field.setPlaceholderText("Kept; type it again to change it")
    assert not field.eye.isEnabled()
    field.eye.click()
    assert not field.is_shown


@pytest.mark.parametrize("field", ["hidden"], indirect=True)
def test_neither_the_screen_nor_a_screen_reader_gets_it(field: SecretInput) -> None:
    read = QAccessible.queryAccessibleInterface(field).text(QAccessible.Text.Value)
    assert (SECRET in read, SECRET in field.displayText()) == (False, False)


def test_no_keyboard_learns_it(field: SecretInput) -> None:
    """Shown or hidden, and after whatever was pressed."""
    hints = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
    assert field.inputMethodHints() & hints == hints
    QTest.keyClick(field, Qt.Key.Key_End)
    assert field.inputMethodHints() & hints == hints


def test_every_field_for_a_secret_is_such_a_field(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, styled: None
) -> None:
    login = LoginFields()
    qtbot.addWidget(login)
    assert login.password.echoMode() is QLineEdit.EchoMode.Password
    with opened(qtbot, bridge, program, "settings") as window:
        window.go("settings", "sign_in")
        page = window.current
        assert isinstance(page, SettingsPage)
        masked = [
            box for box in page.findChildren(QLineEdit) if box.echoMode() is QLineEdit.EchoMode.Password
        ]
        assert [type(box) for box in masked] == [SecretInput]
    fields = {
        (path.name, name): getattr(call.func, "id", "") == "SecretInput"
        for path in Path(idexx_desktop.gui.__file__).parent.rglob("*.py")
        for name, call in made_fields(ast.parse(path.read_text(encoding="utf-8")))
    }
    # the address of a database may hold a password, too, where somebody types it
    typed = {("owner_dialog.py", "address"), ("server_fields.py", "address")}
    secret = {
        place: fields[place] for place in fields if place in typed or re.search("passw|secret", place[1])
    }
    assert typed <= set(secret)
    assert len(secret) >= 5
    assert [place for place, masked in secret.items() if not masked] == []


def made_fields(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    """The names to which a field for text is assigned, and the call that makes it."""
    found: list[tuple[str, ast.Call]] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        target, value = node.targets[0], node.value
        pairs = (
            zip(target.elts, value.elts, strict=False)
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            else [(target, value)]
        )
        for name, made in pairs:
            if isinstance(made, ast.Call) and getattr(made.func, "id", "") in (
                "SecretInput",
                "TextInput",
                "QLineEdit",
            ):
                found.append((getattr(name, "attr", getattr(name, "id", "")), made))
    return found

"""Codes that people carry: typed as they are printed, shown in groups, never on the clipboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.codes import CodeInput, CodeLayout, CodeView, grouped
from idexx_desktop.vault.codes import ALPHABET, new_approval_code, new_recovery_code

EVERY_SYMBOL = "-".join(ALPHABET[start : start + 4] for start in range(0, len(ALPHABET), 4))


@pytest.fixture
def field(qtbot: QtBot) -> CodeInput:
    made = CodeInput(wide=400)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    "code", [EVERY_SYMBOL, new_recovery_code(), new_approval_code()], ids=["every symbol", "kit", "approval"]
)
@pytest.mark.parametrize("between", ["", " ", "-", " - "])
def test_it_is_typed_as_it_is_printed(field: CodeInput, code: str, between: str) -> None:
    QTest.keyClicks(field, between.join(code.split("-")).lower())
    assert field.text() == code


def test_letters_that_no_code_has_become_the_figures_they_look_like(field: CodeInput) -> None:
    QTest.keyClicks(field, "oil7 OIL8")
    assert field.text() == "0117-0118"


def test_a_code_is_pasted_with_whatever_stands_around_it(field: CodeInput) -> None:
    QGuiApplication.clipboard().setText("  abcd\t1234\n")
    field.paste()
    assert field.text() == "ABCD-1234"


def test_the_cursor_stays_where_a_person_corrects(field: CodeInput) -> None:
    QTest.keyClicks(field, "abcdefgh")
    field.setCursorPosition(2)
    QTest.keyClicks(field, "x")
    assert (field.text(), field.cursorPosition()) == ("ABXC-DEFG-H", 3)
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert (field.text(), field.cursorPosition()) == ("ABCD-EFGH", 2)


def test_grouping_again_changes_nothing() -> None:
    assert grouped(grouped("a1b2c3d4e5")) == grouped("a1b2c3d4e5") == "A1B2-C3D4-E5"
    assert grouped("") == ""


def test_groups_stay_together_and_every_symbol_has_room(qtbot: QtBot) -> None:
    layout = CodeLayout.of(EVERY_SYMBOL, font(Style.PAGE_TITLE), 300)
    assert "".join(symbol for _, symbol in layout.cells) == ALPHABET
    assert len({(cell.width(), cell.height()) for cell, _ in layout.cells}) == 1
    assert max(cell.right() for cell, _ in layout.cells) <= 300
    assert max(cell.bottom() for cell, _ in layout.cells) == pytest.approx(layout.height)
    lines = [{cell.top() for cell, _ in layout.cells[start : start + 4]} for start in range(0, 32, 4)]
    assert [len(tops) for tops in lines] == [1] * 8
    assert len({(cell.left(), cell.top()) for cell, _ in layout.cells}) == len(ALPHABET)


def test_what_is_shown_is_read_out_and_never_copied(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    view = CodeView(host)
    view.resize(400, 60)
    view.show_code("ABCD-1234", "Code: ABCD-1234")
    host.show()
    view.setFocus()
    assert view.accessibleName() == "Code: ABCD-1234"
    QGuiApplication.clipboard().setText("before")
    QTest.keySequence(view, QKeySequence(QKeySequence.StandardKey.SelectAll))
    QTest.keySequence(view, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == "before"
    shown = view.grab().toImage()
    view.show_code("", "")
    assert (view.code, view.accessibleName()) == ("", "")
    assert view.grab().toImage() != shown

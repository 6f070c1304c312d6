"""Texts of the kit: inert, whole where they are copied or dragged, and shown where they are cut."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QClipboard, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.kit.text import ElidedText, Text, selectable
from idexx_desktop.gui.pictures import picture
from tests.gui.alone import shown


def test_text_is_inert(qtbot: QtBot) -> None:
    label = Text("<b>Max</b> & Co <img src=x>")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == "<b>Max</b> & Co <img src=x>"


@pytest.mark.parametrize("by", ["keys", "menu", "mouse"])
def test_what_is_copied_is_what_is_there(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    """A long word may break anywhere on the screen; where it is pasted it is whole, and its lines are lines."""
    words = f"{'0123456789abcdef' * 4}\npostgresql://front@db.harbour.example/clinic"
    text = Text(words, wrap=True)
    selectable(text)
    qtbot.addWidget(text)
    text.show()
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    menu = text.menu()
    menu.actions()[1].trigger()
    assert text.marked() == words
    if by == "keys":
        QTest.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    elif by == "menu":
        text.menu().actions()[0].trigger()
    else:
        # without a screen there is no selection to paste with the middle button
        selection = Mock()
        monkeypatch.setattr(f"{Text.__module__}.QGuiApplication", Mock(clipboard=lambda: selection))
        QTest.mouseRelease(text, Qt.MouseButton.LeftButton)
        selection.setText.assert_called_once_with(words, QClipboard.Mode.Selection)
        return
    assert clipboard.text() == words


def test_what_is_dragged_is_what_is_there(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    words = f"{'0123456789abcdef' * 4}\npostgresql://front@db.harbour.example/clinic"
    text = Text(words, wrap=True)
    selectable(text)
    qtbot.addWidget(text)
    text.resize(300, 100)
    text.show()
    dragged: list[str] = []
    made = Mock(setMimeData=lambda data: dragged.append(data.text()))
    # nobody is there to drop it
    monkeypatch.setattr(f"{Text.__module__}.QDrag", Mock(return_value=made))
    drag(text)
    assert dragged == []  # nothing is marked yet: that marks
    text.menu().actions()[1].trigger()
    drag(text)
    assert dragged == [words]
    made.exec.assert_called_once_with(Qt.DropAction.CopyAction)


def drag(text: Text) -> None:
    """Press at the beginning of a line, and pull."""
    middle = text.height() / 2 - 6  # of the second of four lines
    at, to = QPointF(30, middle), QPointF(90, middle)
    kinds = ((QEvent.Type.MouseButtonPress, at), (QEvent.Type.MouseMove, to), (QEvent.Type.MouseMove, to))
    for kind, place in kinds:
        button = (
            Qt.MouseButton.LeftButton if kind is QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
        )
        glob = QPointF(text.mapToGlobal(place.toPoint()))
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(text, QMouseEvent(kind, place, glob, button, Qt.MouseButton.LeftButton, none))
    QTest.mouseRelease(text, Qt.MouseButton.LeftButton, pos=to.toPoint())


def test_a_line_that_is_cut_shows_the_whole_on_hover(qtbot: QtBot) -> None:
    label = ElidedText("A name that is far too long for the room that it has")
    shown(qtbot, label, 120, 20)
    picture(label)
    assert label.text() in label.toolTip()
    label.resize(900, 20)
    picture(label)
    assert label.toolTip() == ""

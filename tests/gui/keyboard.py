"""A person who has a keyboard and nothing else: keys go to whatever has the focus, and names are what is seen there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.side_bar import NavButton
from tests.gui.opening import has_button

Key = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier
_FURTHEST = 120


class Keys:
    """Presses keys in a window and in what it opens."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.window = window
        self._qtbot = qtbot

    def at(self) -> QWidget:
        """What the next key goes to."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            inside: QWidget | None = popup.focusWidget()
            return inside or popup
        front = QApplication.activeModalWidget() or self.window
        if not front.isActiveWindow():
            front.activateWindow()
            QApplication.processEvents()
        return QApplication.focusWidget() or front

    @property
    def name(self) -> str:
        """What a screen reader says of it."""
        return self.at().accessibleName()

    def press(self, *keys: Key) -> None:
        """One after the other, and wait for what comes of each."""
        for key in keys:
            QTest.keyClick(self.at(), key)
            settle(self.window)

    def wait_for_button(self, words: str) -> None:
        """Until it is there."""
        self._qtbot.waitUntil(lambda: has_button(self.window, words))

    def control(self, key: Key) -> None:
        """With Ctrl held down."""
        QTest.keyClick(self.at(), key, _CTRL)
        settle(self.window)

    def type(self, text: str) -> None:
        """In place of what is marked."""
        QTest.keyClicks(self.at(), text)
        settle(self.window)

    def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on what begins with this name."""
        passed: list[str] = []
        for _ in range(_FURTHEST):
            if self.name.startswith(name):
                return
            passed.append(self.name)
            QTest.keyClick(self.at(), Key.Key_Tab)
        raise AssertionError(f"{name!r} isn't reached: {passed}")

    def tab_and_press(self, name: str) -> None:
        """Go to a button, and press it with Enter."""
        self.tab_to(name)
        self.press(Key.Key_Return)

    def fill(self, name: str, text: str) -> None:
        """Go to a field, and type in place of what it holds."""
        self.tab_to(name)
        self.control(Key.Key_A)
        self.type(text)

    def pick(self, words: str) -> None:
        """In the menu that is open, go down to these words and press Enter."""
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for _ in menu.actions():
            QTest.keyClick(menu, Key.Key_Down)
            if menu.activeAction().text() == words:
                self.press(Key.Key_Return)
                return
        raise AssertionError([action.text() for action in menu.actions()])

    def go(self, page: str) -> None:
        """To a page, by the side bar."""
        for _ in range(_FURTHEST):
            now = self.at()
            if isinstance(now, NavButton) and now.text() == page:
                self.press(Key.Key_Return)
                return
            QTest.keyClick(now, Key.Key_Tab)
        raise AssertionError(page)

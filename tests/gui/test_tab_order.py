"""Tab goes as things are seen: down, and from left to right; everywhere, and past nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.buttons import Button
from idexx_desktop.gui.kit.keyboard import Keyboard
from idexx_desktop.gui.kit.ledger import LedgerPart
from idexx_desktop.gui.kit.tab_stops import stops
from idexx_desktop.gui.side_bar import NavButton
from tests.gui.every_place import every_place
from tests.gui.fake_program import FakeProgram
from tests.gui.test_access import _one_of_several, controls


def walk(qtbot: QtBot, host: QWidget) -> list[QWidget]:
    """Where Tab stops, from the first stop on until it is there again."""
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    first = stops(host)[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    found, now = [first], first
    for _ in range(300):
        QTest.keyClick(now, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None, f"Tab leads nowhere from {now.accessibleName()}"
        if focused is first:
            return found
        assert focused is not now, f"Tab doesn't leave {now.accessibleName()}"
        found.append(focused)
        now = focused
    raise AssertionError([each.accessibleName() for each in found])


def seen_at(widget: QWidget, host: QWidget) -> QRect:
    """Where it is in the window; what is scrolled out of sight stands at the edge behind which it is."""
    place = QRect(widget.mapTo(host, QPoint()), widget.size())
    around = widget.parentWidget()
    while around is not None and around is not host:
        if isinstance(around, QScrollArea):
            view = QRect(around.viewport().mapTo(host, QPoint()), around.viewport().size())
            top = min(max(place.top(), view.top()), view.bottom())
            place = QRect(
                place.left(), top, place.width(), min(max(place.bottom(), top), view.bottom()) - top + 1
            )
        around = around.parentWidget()
    return place


def out_of_order(found: list[QWidget], host: QWidget) -> list[tuple[str, str]]:
    """Pairs of which the second stop stands above the first, or left of it in the same line."""
    places = [(each, seen_at(each, host)) for each in found]
    return [
        (one.accessibleName(), other.accessibleName())
        for number, (one, first) in enumerate(places)
        for other, second in places[number + 1 :]
        if not one.isAncestorOf(other) and not other.isAncestorOf(one) and _is_before(second, first)
    ]


def _is_before(one: QRect, other: QRect) -> bool:
    shared_width = min(one.right(), other.right()) - max(one.left(), other.left())
    if shared_width > 0:
        return one.bottom() < other.top()
    shared_height = min(one.bottom(), other.bottom()) - max(one.top(), other.top())
    in_line = 2 * shared_height > min(one.height(), other.height())
    return in_line and one.right() < other.left()


def silent(host: QWidget, pressed: list[QWidget]) -> list[str]:
    """The buttons that Enter doesn't press; what is ticked is no button: Enter there is the dialog's."""
    found: list[str] = []
    for each in controls(host):
        if not isinstance(each, QAbstractButton) or isinstance(each, QCheckBox | QRadioButton):
            continue
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            pressed.clear()
            QTest.keyClick(each, key)
            if each.isEnabled() and pressed != [each]:
                found.append(f"Enter on {each.accessibleName()}")
    return found


def test_everywhere(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tab reaches everything in the order in which it is seen, and Enter presses whatever button it is on."""
    pressed: list[QWidget] = []
    for kind in (Button, NavButton, LedgerPart):
        monkeypatch.setattr(kind, "click", lambda each: pressed.append(each))
    wrong: dict[str, object] = {}
    seen = 0
    for name, host in every_place(qtbot, bridge, program):
        found = walk(qtbot, host)
        seen += len(found)
        missing = [
            widget.accessibleName()
            for widget in controls(host)
            if widget.isEnabled() and not _one_of_several(widget) and widget not in found
        ]
        if problems := [*missing, *out_of_order(found, host), *silent(host, pressed)]:
            wrong[name] = problems
    assert wrong == {}
    assert seen > 300


class _Window(QWidget):
    """Two columns, made in an order that nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        columns = [QVBoxLayout(), QVBoxLayout()]
        self.buttons: dict[str, QPushButton] = {}
        for name in ("D", "B", "C", "A"):
            self.buttons[name] = QPushButton(name, self)
        for column, names in zip(columns, ("AB", "CD"), strict=True):
            for name in names:
                column.addWidget(self.buttons[name])
            row.addLayout(column)
        self.keyboard = Keyboard(self)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.keyboard.move(forward)


@pytest.mark.parametrize("forward", [True, False])
def test_whatever_the_order_in_which_things_were_made(qtbot: QtBot, *, forward: bool) -> None:
    host = _Window()
    qtbot.addWidget(host)
    host.show()
    found = walk(qtbot, host)
    assert [each.text() for each in found if isinstance(each, QPushButton)] == ["A", "C", "B", "D"]
    key = Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab
    host.buttons["B"].setFocus()
    QTest.keyClick(host.buttons["B"], key)
    focused = QApplication.focusWidget()
    assert focused is host.buttons["D" if forward else "C"]

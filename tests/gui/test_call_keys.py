"""Discharge calls by keyboard: twenty calls in a row, notes, Undo, what is copied; on a program in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_page import calls_page, choose, owners
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import local
from tests.gui.opening import button, has_button, opened, said

WELL, CONCERN = CallOutcomeKind.REACHED_WELL, CallOutcomeKind.REACHED_CONCERN


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "visits", "calls") as made:
        yield made


@pytest.fixture
def page(window: MainWindow) -> CallsPage:
    return calls_page(window)


class Hands:
    """Presses keys wherever the focus is, and counts them."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.count = window, 0

    def press(self, *keys: Qt.Key, with_key: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            focused: QWidget | None = QApplication.focusWidget()
            QTest.keyClick(focused or self.window, key, with_key)
            self.count += 1


@pytest.fixture
def hands(window: MainWindow, page: CallsPage) -> Hands:
    page.pane.table.setFocus()
    return Hands(window)


def many(program: FakeProgram, count: int) -> None:
    """So many calls are due, one a minute."""
    pattern = program.calls._get("call-5")
    program.calls.calls = [
        replace(pattern, id=f"many-{n:02}", owner_name=f"Owner {n:02}", visit_keys=(f"a:{900 + n}",),
                scheduled_for=local(22, 9) + timedelta(minutes=n))
        for n in range(count)
    ]  # fmt: skip


def test_twenty_calls_by_keyboard_alone(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    """Two keys a call: Enter opens it, 1 says that all is well. The focus never leaves the list."""
    many(program, 20)
    page.refresh()
    settle(window)
    for done in range(20):
        hands.press(Qt.Key.Key_Return)
        assert page.panel.row is not None
        assert page.panel.row.owner_name == f"Owner {done:02}"
        assert page.pane.table.hasFocus()
        hands.press(Qt.Key.Key_1)
        qtbot.waitUntil(lambda: page.panel.noted is not None)
        assert QApplication.activeModalWidget() is None
    qtbot.waitUntil(lambda: owners(page) == [])
    assert [entry[1] for entry in program.calls.done] == [f"many-{n:02}" for n in range(20)]
    assert {entry[2] for entry in program.calls.done} == {WELL}
    assert hands.count <= 20 * 3
    assert hands.count == 20 * 2
    qtbot.waitUntil(lambda: "That was the last call of this list." in said(page.panel))


def test_the_focus_is_where_the_keys_are_from_the_first_on(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    """The page has just been gone to, and nothing was clicked."""
    assert page.hasFocus()
    hands = Hands(window)
    page.pane.table.setFocus()
    page.setFocus()
    hands.press(Qt.Key.Key_Return)
    assert page.panel.row is not None
    assert page.panel.row.id == "call-4"


def test_a_key_that_is_pressed_twice_is_pressed_once(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    choose(window, page, "call-4")
    hands.press(Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: page.panel.noted is not None)
    hands.press(Qt.Key.Key_1)
    settle(window)
    assert program.calls.done == [("record_outcome", "call-4", WELL, "")]


def test_each_outcome_has_its_figure(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    """Also on the keys of numbers at the right of a keyboard. A concern has a form of its own."""
    many(program, 9)
    page.refresh()
    settle(window)
    shown = list(page.panel.form.buttons.items())
    for place, (outcome, shows) in enumerate(shown):
        assert shows.accessibleDescription() == f"Key {place + 1}"
        if outcome is not CONCERN:
            hands.press(Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: page.panel.row is not None)
            program.calls.done.clear()
            hands.press(Qt.Key(Qt.Key.Key_1 + place), with_key=Qt.KeyboardModifier.KeypadModifier)
            qtbot.waitUntil(lambda: page.panel.noted is not None)
            assert program.calls.done[0][2] == outcome


def test_a_note_takes_figures_and_letters_as_text(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    choose(window, page, "call-4")
    hands.press(Qt.Key.Key_N)
    note = page.panel.form.note
    assert note.hasFocus()
    QTest.keyClicks(note, "12 tablets left, dc 3")
    assert (note.text(), program.calls.done) == ("12 tablets left, dc 3", [])
    hands.press(Qt.Key.Key_Return)
    assert page.pane.table.hasFocus()
    hands.press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: program.calls.done != [])
    assert program.calls.done == [("record_outcome", "call-4", WELL, "12 tablets left, dc 3")]


def test_so_does_the_search(window: MainWindow, page: CallsPage, program: FakeProgram) -> None:
    choose(window, page, "call-4")
    page.search.setFocus()
    QTest.keyClicks(page.search, "1")
    settle(window)
    assert (page.search.text(), program.calls.done) == ("1", [])


def test_the_last_outcome_is_undone_by_key(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    """While the message is there, and after it has gone; the call is open again."""
    for waits in (False, True):
        choose(window, page, "call-4")
        hands.press(Qt.Key.Key_1)
        qtbot.waitUntil(lambda: "Tom Baker" not in owners(page))
        if waits:
            window.toast.hide()
        hands.press(Qt.Key.Key_Z, with_key=Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: page.panel.row is not None and page.panel.row.id == "call-4")
        assert program.calls.done[-1][0] == "undo"
    hands.press(Qt.Key.Key_Z, with_key=Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert [entry[0] for entry in program.calls.done] == ["record_outcome", "undo"] * 2, (
        "nothing is left to undo"
    )


def test_after_a_refusal_it_is_tried_again(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    choose(window, page, "call-4")
    program.calls.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    hands.press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: page.has_bar("failure"))
    program.calls.failure = None
    hands.press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: program.calls.done != [])


def test_the_next_one_passes_by_what_nobody_can_make(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    program.calls.calls = [
        replace(row, status="ringing") if row.id == "call-5" else row for row in program.calls.calls
    ]
    page.chips["all"].click()
    settle(window)
    page.pane.table.setFocus()
    choose(window, page, "call-6")
    hands.press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: page.panel.noted is not None)
    assert has_button(page.panel, "Next call: Rex & Nala, Tom Baker")
    button(page.panel, "Next call: Rex & Nala, Tom Baker").click()
    assert page.panel.row is not None
    assert page.panel.row.id == "call-4"


def test_escape_leaves_what_was_noted(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    choose(window, page, "call-4")
    hands.press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: page.panel.noted is not None)
    hands.press(Qt.Key.Key_Escape)
    assert not page.panel.isVisible()
    assert page.pane.table.hasFocus()


def test_a_line_for_the_record(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    choose(window, page, "call-4")
    page.panel.form.note.setText("asks about\nthe tablets")
    hands.press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: page.panel.noted is not None)
    hands.press(Qt.Key.Key_C)
    line = QGuiApplication.clipboard().text()
    assert line.startswith("Sun 22 Nov 2026 ")
    assert line.endswith(
        f", by {window.desk.email}: reached Tom Baker about Rex & Nala, +1 510 555 0104. Doing well. asks about the"
        " tablets."
    )
    page.chips["done"].click()
    settle(window)
    choose(window, page, "call-3")
    button(page.panel, "Copy for the record").click()
    assert QGuiApplication.clipboard().text() == (
        "Sat 21 Nov 2026 15:20, by front: reached Aisha Khan about Bruno, +1 510 555 0103. A concern. Licks the wound;"
        " comes in tomorrow at 9."
    )


def test_click_to_dial(
    window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialled: list[str] = []
    answers = iter((True, False))

    def started(url: QUrl) -> bool:
        dialled.append(url.toString())
        return next(answers)

    monkeypatch.setattr(QDesktopServices, "openUrl", started)
    choose(window, page, "call-4")
    hands.press(Qt.Key.Key_D)
    assert dialled == ["tel:+15105550104"]
    QGuiApplication.clipboard().clear()
    button(page.panel, "Call this number").click()
    assert QGuiApplication.clipboard().text() == "+15105550104", "it can still be dialed by hand"
    assert window.toast.accessibleName().startswith("No telephone program")


def test_only_numbers_are_dialled(window: MainWindow, page: CallsPage, program: FakeProgram) -> None:
    program.calls.calls = [
        replace(row, customer_phone="x@y; rm -rf") if row.id == "call-4" else row
        for row in program.calls.calls
    ]
    page.refresh()
    settle(window)
    choose(window, page, "call-4")
    assert not has_button(page.panel, "Call this number")
    page.panel.dial()


def test_a_try_of_several(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, hands: Hands
) -> None:
    """Nobody answered: the panel says when it is tried next; the list and the call which try that is."""
    choose(window, page, "call-4")
    hands.press(Qt.Key.Key_4)
    qtbot.waitUntil(lambda: page.panel.noted is not None)
    qtbot.waitUntil(lambda: "The next try is tomorrow 10:00." in said(page.panel))
    page.chips["upcoming"].click()
    settle(window)
    line = page.model.line_of("call-4")
    assert page.model.index(line or 0, 0).data().startswith("Tomorrow 10:00, Try 2 of 3")
    choose(window, page, "call-4")
    assert {"Try 2 of 3, next Tomorrow 10:00", "No answer"} <= set(said(page.panel))

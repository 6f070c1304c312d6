"""The form that opens with "Reached: a concern": by keyboard alone, in the panel, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.concerns import NewConcern, Urgency
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_page import calls_page, choose
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, opened

CONCERN = CallOutcomeKind.REACHED_CONCERN


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "visits", "calls") as made:
        yield made


@pytest.fixture
def page(window: MainWindow) -> CallsPage:
    page = calls_page(window)
    page.pane.table.setFocus()
    return page


def press(key: Qt.Key) -> None:
    focused: QWidget | None = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def test_by_keys_alone_and_on_to_the_next_call(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_2)
    form = page.panel.form.concern
    assert form.words.hasFocus()
    assert program.calls.done == []
    QTest.keyClicks(form.words, "limps, 2 tablets left")
    for key, urgency in (
        (Qt.Key.Key_Down, Urgency.NEXT_DAY),
        (Qt.Key.Key_Down, Urgency.NEXT_DAY),
        (Qt.Key.Key_Up, Urgency.TODAY),
        (Qt.Key.Key_Up, Urgency.NOW),
    ):
        press(key)
        assert form.chips[urgency].isChecked()
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.panel.noted is not None)
    said = NewConcern(Urgency.NOW, "limps, 2 tablets left")
    assert program.calls.done == [("record_outcome", "call-4", CONCERN, said.words, said)]
    assert QApplication.activeModalWidget() is None
    press(Qt.Key.Key_Return)
    settle(window)
    assert page.panel.row is not None
    assert page.panel.row.id == "call-5"
    assert not form.isVisible()
    assert form.words.text() == ""
    press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: len(program.calls.done) == 2)
    assert program.calls.done[1] == ("record_outcome", "call-5", CallOutcomeKind.REACHED_WELL, "")


def test_figures_on_the_chips_say_how_urgent_it_is_and_note_nothing(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    choose(window, page, "call-4")
    page.panel.form.press(2)
    form = page.panel.form.concern
    form.chips[Urgency.TODAY].setFocus()
    press(Qt.Key.Key_3)
    assert form.chips[Urgency.NEXT_DAY].isChecked()
    page.panel.form.press(1)
    settle(window)
    assert program.calls.done == []


def test_escape_leaves_the_form_and_the_panel_stays(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    choose(window, page, "call-4")
    page.panel.form.note.setText("half of it")
    page.panel.form.press(2)
    form = page.panel.form.concern
    assert form.words.text() == "half of it", "what was typed is there already"
    press(Qt.Key.Key_Escape)
    assert page.panel.isVisible()
    assert not form.isVisible()
    assert page.panel.form.note.text() == "half of it"
    assert page.panel.form.buttons[CONCERN].hasFocus()
    assert program.calls.done == []


def test_without_words_it_is_noted_all_the_same(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    choose(window, page, "call-4")
    page.panel.form.press(2)
    button(page.panel, "Front desk").click()
    button(page.panel, "Note the concern").click()
    qtbot.waitUntil(lambda: program.calls.done != [])
    assert program.calls.done[0][-1] == NewConcern(Urgency.TODAY, "", "Front desk")


def test_what_was_refused_is_still_there(window: MainWindow, page: CallsPage, program: FakeProgram) -> None:
    choose(window, page, "call-4")
    program.calls.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    page.panel.form.press(2)
    form = page.panel.form.concern
    QTest.keyClicks(form.words, "won't eat")
    press(Qt.Key.Key_Return)
    settle(window)
    assert page.has_bar("failure")
    assert (form.isVisible(), form.words.text()) == (True, "won't eat")
    assert page.panel.is_being_typed_in()
    choose(window, page, "call-5")
    assert not form.isVisible(), "another call has its own"
    choose(window, page, "call-4")
    assert not form.isVisible()

"""Started with the session: in the tray without a window, and patient while the records can't be reached."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.hidden import OpensAgain, start_hidden
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.strings import shell
from idexx_desktop.gui.tray import Tray
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge) -> Iterator[MainWindow]:
    made = MainWindow(bridge)
    qtbot.addWidget(made)
    yield made
    made.shut_down()


def no_profile() -> FakeProgram:
    raise Failure(FailureCode.NO_PROFILE)


def test_the_window_stays_in_the_tray_until_it_is_asked_for(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    tray = Tray(window, available=lambda: True, notify=lambda *_: None)
    start_hidden(window, tray)
    with qtbot.waitSignal(window.program_opened):
        window.open(lambda: program)
    assert not window.isVisible()
    tray.raise_window()
    assert window.isVisible()


def test_where_nothing_is_set_up_yet_the_window_shows_itself(qtbot: QtBot, window: MainWindow) -> None:
    tray = Tray(window, available=lambda: True, notify=lambda *_: None)
    start_hidden(window, tray)
    window.open(no_profile)
    qtbot.waitUntil(window.isVisible)


def test_without_a_tray_it_is_minimized(window: MainWindow) -> None:
    start_hidden(window, Tray(window, available=lambda: False))
    assert window.isMinimized()


PASSES = [
    FailureCode.DATABASE_UNREACHABLE,
    FailureCode.RECORDS_OPEN_ELSEWHERE,
    FailureCode.VAULT_LOCKED,
    FailureCode.VAULT_UNAVAILABLE,
]


@pytest.mark.parametrize("passes", PASSES)
def test_what_passes_is_tried_again_by_itself_and_asks_nobody(
    qtbot: QtBot, window: MainWindow, program: FakeProgram, passes: FailureCode
) -> None:
    """Only the first time, when somebody has just opened the program, a person may be asked for something."""
    answers: list[FailureCode | None] = [passes, passes, None]
    by_itself: list[bool] = []

    def open_program() -> FakeProgram:
        code = answers.pop(0)
        if code:
            raise Failure(code)
        return program

    def quietly() -> FakeProgram:
        by_itself.append(True)
        return open_program()

    again = OpensAgain(window, quietly)
    again.timer.setInterval(20)
    with qtbot.waitSignal(window.program_opened):
        window.open(open_program)
    assert answers == []
    assert by_itself == [True, True]
    assert window.notice is None


def test_what_does_not_pass_is_not_tried_again(qtbot: QtBot, window: MainWindow) -> None:
    def open_program() -> FakeProgram:
        raise Failure(FailureCode.DATABASE_REFUSED)

    again = OpensAgain(window)
    with qtbot.waitSignal(window.not_opened):
        window.open(open_program)
    assert not again.timer.isActive()


def test_what_a_click_can_mend_is_offered_and_done_once(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    """Never by itself: only a person knows that the other computer doesn't use the records."""
    moves: list[str] = []

    def shut() -> FakeProgram:
        raise Failure(FailureCode.RECORDS_OPEN_ELSEWHERE)

    def move() -> FakeProgram:
        moves.append("moved")
        if len(moves) == 1:
            raise Failure(FailureCode.RECORDS_OPEN_ELSEWHERE)
        return program

    way = (shell.MOVE_HERE, partial(window.try_again, move))
    window.other_ways[FailureCode.RECORDS_OPEN_ELSEWHERE] = (way,)
    again = OpensAgain(window)
    again.timer.setInterval(20)
    window.show()
    with qtbot.waitSignal(window.not_opened):
        window.open(shut)
    again.timer.stop()
    with qtbot.waitSignal(window.not_opened):
        button(window, "Move it to this computer").click()
    with qtbot.waitSignal(window.not_opened):
        """Tried again by itself, as it was opened at first."""
    again.timer.stop()
    assert moves == ["moved"]
    with qtbot.waitSignal(window.program_opened):
        button(window, "Move it to this computer").click()
    assert moves == ["moved"] * 2

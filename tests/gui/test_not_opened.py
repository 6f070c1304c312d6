"""Before the program is open every page says why not, or that it takes long; nothing says "Loading…" for ever."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, records_trouble
from idexx_desktop.domain.records_words import Trouble
from idexx_desktop.gui.application import make_window
from idexx_desktop.gui.kit.empty import EmptyState
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """Shown, with nothing open yet."""
    made = make_window()
    qtbot.addWidget(made)
    made.show()
    yield made
    made.shut_down()


def said_on(window: MainWindow) -> list[str]:
    """What stands in the middle of the page in front."""
    return [
        words
        for state in window.current.findChildren(EmptyState)
        if state.isVisible()
        for words in (state.title.text(), state.more.text())
        if words
    ]


@pytest.mark.parametrize("trouble", [Trouble.DAMAGED, Trouble.BLOCKED])
def test_every_page_says_why(
    qtbot: QtBot, window: MainWindow, program: FakeProgram, trouble: Trouble
) -> None:
    answers: list[Failure | FakeProgram] = [records_trouble(trouble, ""), program]

    def open_program() -> FakeProgram:
        answer = answers.pop(0)
        if isinstance(answer, Failure):
            raise answer
        return answer

    window.go("visits")
    assert said_on(window) == ["Loading…"]
    wanted = records_trouble(trouble, "")
    window.open(open_program)
    qtbot.waitUntil(lambda: window.notice is not None)
    assert window.notice
    assert (window.notice.title.text(), window.notice.more.text()) == (wanted.title, wanted.advice)
    for page_id in window.entries:
        window.go(page_id)
        assert said_on(window) == ["Nothing can be shown yet", wanted.title], page_id
    with qtbot.waitSignal(window.program_opened):
        window.notice.buttons[0].click()
    settle(window)
    for page_id in window.entries:
        window.go(page_id)
        settle(window)
        assert "Nothing can be shown yet" not in said_on(window), page_id


def test_what_takes_long_is_said(qtbot: QtBot, window: MainWindow) -> None:
    window.is_opening = True
    window._slow.setInterval(1)
    window._slow.start()
    qtbot.waitUntil(lambda: said_on(window)[:1] == ["Your clinic's records are still being opened"])
    window.go("history")
    assert said_on(window)[:1] == ["Your clinic's records are still being opened"]

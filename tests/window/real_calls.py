"""Run by `test_real_keys.py` on a display of its own: twenty calls in a window that is really shown, with real keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import local
from tests.window import real_keys
from tests.window.x_keys import XKeys

program, window = real_keys.program, real_keys.window
COUNT, MOST_KEYS = 20, 3


@pytest.fixture
def keys() -> Iterator[XKeys]:
    made = XKeys(os.environ["DISPLAY"])
    yield made
    made.close()


def due(program: FakeProgram) -> None:
    pattern = program.calls._get("call-5")
    program.calls.calls = [
        replace(pattern, id=f"many-{n:02}", owner_name=f"Owner {n:02}", visit_keys=(f"a:{900 + n}",),
                scheduled_for=local(22, 9) + timedelta(minutes=n))
        for n in range(COUNT)
    ]  # fmt: skip


def test_twenty_calls_from_the_side_bar_on(
    qtbot: QtBot, window: MainWindow, keys: XKeys, program: FakeProgram
) -> None:
    """No mouse, no dialog; one of them with a note, one that nobody answered, one taken back."""
    due(program)
    keys.press(f"Control+{list(window.entries).index('calls') + 1}")
    qtbot.waitUntil(lambda: isinstance(window.current, CallsPage))
    settle(window)
    page = window.current
    assert isinstance(page, CallsPage)
    pressed = 0
    for number in range(COUNT):
        keys.press("Return")
        qtbot.waitUntil(lambda: page.panel.row is not None)
        assert page.panel.row is not None
        assert page.panel.row.owner_name == f"Owner {number:02}"
        keys.press("1")
        qtbot.waitUntil(lambda: page.panel.noted is not None)
        pressed += 2
        assert QApplication.activeModalWidget() is None
    assert pressed <= COUNT * MOST_KEYS
    assert [(entry[1], entry[2]) for entry in program.calls.done] == [
        (f"many-{number:02}", CallOutcomeKind.REACHED_WELL) for number in range(COUNT)
    ]
    settle(window)


def test_a_note_a_slip_and_nobody_at_home(
    qtbot: QtBot, window: MainWindow, keys: XKeys, program: FakeProgram
) -> None:
    due(program)
    window.go("calls")
    settle(window)
    page = window.current
    assert isinstance(page, CallsPage)
    keys.press("Return")
    qtbot.waitUntil(lambda: page.panel.row is not None)
    keys.press("n")
    qtbot.waitUntil(page.panel.form.note.hasFocus)
    keys.type("2 tablets left")
    qtbot.waitUntil(lambda: page.panel.form.note.text() == "2 tablets left")
    keys.press("Return", "1")
    qtbot.waitUntil(lambda: page.panel.noted is not None)
    assert program.calls.done == [
        ("record_outcome", "many-00", CallOutcomeKind.REACHED_WELL, "2 tablets left")
    ]
    keys.press("Control+z")
    qtbot.waitUntil(lambda: page.panel.row is not None and page.panel.row.id == "many-00")
    keys.press("4")
    qtbot.waitUntil(lambda: page.panel.noted is not None)
    assert program.calls.done[-1][1:3] == ("many-00", CallOutcomeKind.NO_ANSWER)
    settle(window)

"""A window that ended asks nothing, shows nothing and breaks nothing, whatever was on its way just then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractAnimation, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop import opening as opening_records
from idexx_desktop.domain.events import (
    RecordsChanged,
    Step,
    SyncEvent,
    SyncProgress,
    SyncStarted,
    Topic,
    Trigger,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui import bridge
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.desktop import Desktop
from idexx_desktop.gui.hidden import OpensAgain
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tray import Tray
from idexx_desktop.services.environment import Environment
from tests.gui.every_place import table_of
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW


class EndedProgram(FakeProgram):
    """Nobody may touch it once it is closed; `touched` says what somebody did."""

    def __init__(self) -> None:
        super().__init__()
        self.touched: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        own = super().__getattribute__("__dict__")
        if own.get("closed") and not name.startswith("_") and name not in ("touched", "closed", "close"):
            own["touched"].append(name)
        return super().__getattribute__(name)


def _told(program: FakeProgram, *events: SyncEvent) -> None:
    """By another thread, as syncs and the watcher do: it waits for the window's turn."""
    for event in events:
        worker = threading.Thread(target=program.syncer.emit, args=(event,))
        worker.start()
        worker.join()


def _fail(window: MainWindow, program: FakeProgram) -> None:
    program.status.failure = program.visits.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    window.not_opened.emit(program.status.failure)


def _row(window: MainWindow, _: FakeProgram) -> None:
    window.go("visits")
    settle(window)
    table = table_of(window)
    for line in (0, 1, 2):
        table.selectRow(line)  # the panel rests between rows


# what a person, the program and the passing time do one after another; nothing is waited for
Moment = Callable[[MainWindow, FakeProgram], object]
MOMENTS: dict[str, Moment] = {
    "opening": lambda window, program: window.open(lambda: program),
    "opened": lambda window, _: settle(window),
    "another page": lambda window, _: window.go("activity"),
    "records changed": lambda _, program: _told(program, *(RecordsChanged(each, "7") for each in Topic)),
    "a sync began": lambda _, program: _told(program, SyncStarted("s", Trigger.BUTTON, NOW)),
    "a sync reads": lambda _, program: _told(program, SyncProgress("s", Step.READING_CONSULTATIONS, 1, 8)),
    "a list that can grow": lambda window, _: window.go("history"),
    "own writing": lambda window, _: window.desk.bridge.records_changed(Topic.CALLS),
    "rows": _row,
    "a message with Undo": lambda window, _: window.desk.say("Saved", lambda: None),
    "settings": lambda window, _: window.go("settings", "computers"),
    "a bug": lambda window, _: window.desk.bridge.crashes.report(ValueError("x")),
    "hidden": lambda window, _: window.hide(),
    "back again": lambda window, _: window.show(),
    "records that can't be reached": _fail,
}


@pytest.mark.parametrize("moments", range(len(MOMENTS) + 1))
def test_a_window_can_end_at_every_moment(qtbot: QtBot, moments: int) -> None:
    program = EndedProgram()
    window = MainWindow(bridge.Bridge(CrashRoute()), entries=PAGES)
    qtbot.addWidget(window)
    tray, again = Tray(window, available=lambda: True, notify=lambda *_: None), OpensAgain(window)
    window.show()
    for act in list(MOMENTS.values())[:moments]:
        act(window, program)
    window.shut_down()
    for _ in range(3):
        QApplication.processEvents()
        QApplication.sendPostedEvents()
    assert [each for each in window.findChildren(QTimer) if each.isActive()] == []
    stopped = QAbstractAnimation.State.Stopped
    assert [each for each in window.findChildren(QAbstractAnimation) if each.state() is not stopped] == []
    assert window.isHidden()
    assert tray.icon is not None
    assert not tray.icon.isVisible()
    assert again.parent() is window
    assert program.touched == []
    assert program.closed or moments < 2


class OpensSlowly:
    """In place of opening the records: it waits until it is let on."""

    def __init__(self) -> None:
        self.begun, self.on, self.opened = threading.Event(), threading.Event(), threading.Event()
        self.program = FakeProgram()
        self.program.make_first_parts = lambda: None  # type: ignore[attr-defined]  # of the real program alone
        self.program.watcher.look_first = self.opened.set  # type: ignore[attr-defined]  # the last thing it does

    def __call__(self, _: object) -> FakeProgram:
        self.begun.set()
        assert self.on.wait(10)
        return self.program


@pytest.mark.parametrize("ended", ["while it opens", "before it is told"])
def test_records_that_the_window_never_got_are_closed(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ended: str
) -> None:
    """Or a server goes on that nobody ends."""
    opening = OpensSlowly()
    monkeypatch.setattr(opening_records, "open_program", opening)
    monkeypatch.setattr(bridge, "_CLOSE_SECONDS", 0.01)
    window = MainWindow(bridge.Bridge(CrashRoute()), entries=PAGES[:1])
    qtbot.addWidget(window)
    desktop = Desktop(Environment(tmp_path), window.desk.bridge)
    window.open(desktop.open)
    assert opening.begun.wait(10)
    if ended == "before it is told":
        opening.on.set()
        assert opening.opened.wait(10)
    window.shut_down()
    desktop.opening.close()
    opening.on.set()
    qtbot.waitUntil(lambda: opening.program.closed)
    assert window.desk.program is None

"""Pages, tray and side bar say the same, whatever tells of it, and it is read once for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import RecordsChanged, SyncStarted, Topic, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tray import Tray
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, today_status
from tests.gui.opening import opened, said


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    """Of a clinic where nobody is needed, with Needs attention made and another page in front."""
    quits = QApplication.quitOnLastWindowClosed()
    program.visits.all = []
    program.status.value = well()
    with opened(qtbot, bridge, program, "today", "attention", "settings") as made:
        for page_id in ("attention", "settings"):
            made.go(page_id)
            settle(made)
        yield made
    QApplication.setQuitOnLastWindowClosed(quits)


@pytest.fixture
def tray(window: MainWindow) -> Tray:
    made = Tray(window, available=lambda: True, notify=lambda *_: None)
    window.desk.standing.look()
    settle(window)
    return made


@pytest.fixture
def reads(program: FakeProgram, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows each time the whole of it is read."""
    made: list[int] = []
    today = program.status.today

    def read() -> TodayStatus:
        made.append(1)
        return today()

    monkeypatch.setattr(program.status, "today", read)
    return made


def well(**changes: object) -> TodayStatus:
    return today_status(**{"attention": [], "attention_count": 0, **changes})


def waited(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(
        lambda: not (window.desk.standing._settle.isActive() or window.current._settle.isActive())
    )
    settle(window)


def badge(window: MainWindow) -> str:
    return window.side.buttons["attention"].accessibleName()


@pytest.mark.parametrize("topic", [Topic.ACTIVITY, Topic.MINUTE, Topic.CALLS])
def test_whatever_tells_of_it_is_heard_everywhere(
    qtbot: QtBot, window: MainWindow, tray: Tray, program: FakeProgram, topic: Topic
) -> None:
    """Though nobody looks at the pages: a changed record is told by the record, a late sync or backup by time alone."""
    assert badge(window) == "Needs attention"
    program.status.value = well(record_changed=True)
    window.desk.bridge.heard.emit(RecordsChanged(topic, "another"))
    waited(qtbot, window)
    assert badge(window) == "Needs attention: 1"
    assert tray.waiting.isVisible()
    window.go("attention")
    settle(window)
    page = window.current
    assert isinstance(page, AttentionPage)
    assert "Nothing needs you" not in said(page)


@pytest.mark.parametrize("page_id", ["today", "attention", "settings"])
def test_one_event_is_one_reading(
    qtbot: QtBot, window: MainWindow, tray: Tray, reads: list[int], program: FakeProgram, page_id: str
) -> None:
    window.go(page_id)
    waited(qtbot, window)
    reads.clear()
    for topic in (Topic.VISITS, Topic.CALLS, Topic.SESSIONS, Topic.ACTIVITY):
        program.watcher.tell(topic, "2")
    program.syncer.emit(SyncStarted("s", Trigger.SCHEDULE, NOW))
    waited(qtbot, window)
    assert len(reads) == 1
    program.watcher.tell(Topic.VISITS, "2")
    waited(qtbot, window)
    assert len(reads) == 1, "it is shown already"


def test_a_window_opens_with_one_reading(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, reads: list[int]
) -> None:
    with opened(qtbot, bridge, program, "today", "attention") as window:
        waited(qtbot, window)
        assert len(reads) == 1


def test_nothing_is_said_to_need_nobody_where_it_is_not_known(
    qtbot: QtBot, window: MainWindow, tray: Tray, program: FakeProgram
) -> None:
    window.go("attention")
    waited(qtbot, window)
    assert "Nothing needs you" in said(window.current)
    program.status.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    program.watcher.tell(Topic.ACTIVITY, "2")
    waited(qtbot, window)
    assert "Nothing needs you" not in said(window.current)
    # the same revision once more, after an outage
    program.status.failure = None
    program.watcher.tell(Topic.ACTIVITY, "2")
    waited(qtbot, window)
    assert "Nothing needs you" in said(window.current)


def test_what_is_said_to_be_above_is_above(
    qtbot: QtBot, window: MainWindow, tray: Tray, program: FakeProgram
) -> None:
    """Pets wait, but they are not on this list, and there is no problem."""
    window.go("attention")
    program.status.value = well(attention_count=2)
    program.watcher.tell(Topic.VISITS, "2")
    waited(qtbot, window)
    words = said(window.current)
    assert "Nothing needs you" not in words
    assert "What does need you is said above." not in words
    program.status.value = well(paused=True)
    program.watcher.tell(Topic.VISITS, "3")
    waited(qtbot, window)
    assert "What does need you is said above." in said(window.current)

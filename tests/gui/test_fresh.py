"""Every page shows what is now: whoever wrote it, however the window came up, and without losing the place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.hidden import start_hidden
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pages.history import HistoryPage
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pages.today import TodayPage
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tray import Tray
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, session, today_status, visit
from tests.gui.opening import opened, said

EVERY_PAGE = pytest.mark.parametrize("page_id", [entry.page_id for entry in PAGES])
LISTS = pytest.mark.parametrize("page_id", ["attention", "visits", "calls", "history"])
ListPage = AttentionPage | VisitsPage | CallsPage | HistoryPage


class MovedClock(SystemClock):
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


class Reads:
    """Counts how often a page reads."""

    def __init__(self, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._refresh: Callable[[], None] = page.refresh
        monkeypatch.setattr(page, "refresh", self._read)

    def _read(self) -> None:
        self.count += 1
        self._refresh()


@pytest.fixture
def tray(qtbot: QtBot, bridge: Bridge) -> Iterator[Tray]:
    """A window that has not been shown, in the tray."""
    window = MainWindow(bridge)
    qtbot.addWidget(window)
    made = Tray(window, available=lambda: True, notify=lambda *_: None)
    start_hidden(window, made)
    yield made
    window.shut_down()


def window_of(tray: Tray) -> MainWindow:
    return tray._window


def waited(qtbot: QtBot, page: Page) -> None:
    """What was told has been read, as far as it is read at all."""
    qtbot.waitUntil(lambda: not page._settle.isActive())
    settle(page.desk.parent())  # type: ignore[arg-type]  # the window's


def test_every_topic_is_shown_somewhere_and_every_page_shows_some(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    topics: set[Topic] = set()
    window = MainWindow(bridge)
    qtbot.addWidget(window)
    for entry in PAGES:
        window.go(entry.page_id)
        assert window.current.topics, entry.page_id
        topics |= window.current.topics
    assert topics == set(Topic)
    window.shut_down()


@EVERY_PAGE
def test_a_window_that_started_hidden_reads_once_it_is_seen(
    qtbot: QtBot, tray: Tray, program: FakeProgram, monkeypatch: pytest.MonkeyPatch, page_id: str
) -> None:
    window = window_of(tray)
    window.go(page_id)
    reads = Reads(window.current, monkeypatch)
    with qtbot.waitSignal(window.program_opened):
        window.open(lambda: program)
    settle(window)
    assert (reads.count, program.watcher.resting) == (0, True)
    program.watcher.tell(Topic.VISITS, "8")
    settle(window)
    assert reads.count == 0
    tray.raise_window()
    qtbot.waitUntil(lambda: reads.count > 0, timeout=1000)
    waited(qtbot, window.current)
    assert reads.count == 1
    assert (program.watcher.looks > 0, program.watcher.resting) == (True, False)


def test_today_is_not_blank_after_a_hidden_start(qtbot: QtBot, tray: Tray, program: FakeProgram) -> None:
    window = window_of(tray)
    with qtbot.waitSignal(window.program_opened):
        window.open(lambda: program)
    settle(window)
    tray.raise_window()
    page = window.current
    assert isinstance(page, TodayPage)
    qtbot.waitUntil(lambda: page.status is not None, timeout=1000)


# Activity reads what is new by itself, or says how much there is: test_activity_live
@pytest.mark.parametrize("page_id", [entry.page_id for entry in PAGES if entry.page_id != "activity"])
def test_what_others_wrote_is_read_when_the_page_can_be_seen(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, monkeypatch: pytest.MonkeyPatch, page_id: str
) -> None:
    """In front at once; in the tray or behind another page later, once, whatever was told; never what is shown."""
    other = "visits" if page_id != "visits" else "calls"
    with opened(qtbot, bridge, program, page_id, other) as window:
        window.go(page_id)
        page = window.current
        waited(qtbot, page)
        tray = Tray(window, available=lambda: True, notify=lambda *_: None)
        reads, topics = Reads(page, monkeypatch), sorted(page.topics)

        for topic in topics:
            program.watcher.tell(topic, "1")
        assert reads.count == 0
        waited(qtbot, page)
        assert reads.count == 1
        for topic in topics:
            program.watcher.tell(topic, "1")
        program.watcher.tell(next(iter(set(Topic) - page.topics), topics[0]), "1")
        waited(qtbot, page)
        assert reads.count == 1

        window.close()
        assert not window.isVisible()
        for topic in topics:
            program.watcher.tell(topic, "2")
        settle(window)
        assert reads.count == 1
        tray.raise_window()
        waited(qtbot, page)
        assert reads.count == 2

        window.go(other)
        program.watcher.tell(topics[0], "3")
        settle(window)
        window.go(page_id)
        waited(qtbot, page)
        assert reads.count == 3
        window.go(other)
        window.go(page_id)
        waited(qtbot, page)
        assert reads.count == 3


def test_what_is_shown_after_the_tray_is_what_the_records_say(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    tray = Tray(window, available=lambda: True, notify=lambda *_: None)
    page = window.current
    assert isinstance(page, TodayPage)
    window.close()
    program.status.value = today_status(attention=[], attention_count=0)
    program.watcher.tell(Topic.VISITS, "2")
    tray.raise_window()
    qtbot.waitUntil(lambda: page.status is not None and page.status.attention_count == 0, timeout=1000)


def test_what_could_not_be_read_is_read_again_with_whatever_is_told(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an outage the same revisions are told once more."""
    with opened(qtbot, bridge, program, "visits") as window:
        page = window.current
        program.watcher.tell(Topic.VISITS, "1")
        waited(qtbot, page)
        program.visits.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
        program.watcher.tell(Topic.VISITS, "2")
        waited(qtbot, page)
        program.visits.failure = None
        reads = Reads(page, monkeypatch)
        program.watcher.tell(Topic.VISITS, "2")
        waited(qtbot, page)
        assert reads.count == 1


@pytest.mark.parametrize("page_id", ["today", "attention", "visits", "calls", "history"])
def test_midnight_and_a_sleep_are_changes(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, monkeypatch: pytest.MonkeyPatch, page_id: str
) -> None:
    clock = MovedClock()
    monkeypatch.setattr(program, "clock", clock)
    with opened(qtbot, bridge, program, page_id) as window:
        page = window.current
        waited(qtbot, page)
        reads = Reads(page, monkeypatch)
        window.desk.time.look()
        waited(qtbot, page)
        assert reads.count == 0
        # five seconds from look to look; the last one is past midnight of the clinic
        midnight = NOW.astimezone(window.desk.zone).replace(hour=0, minute=0, second=0) + timedelta(days=1)
        window.desk.time._last = clock.moment = midnight - timedelta(seconds=2)
        window.desk.revisions[Topic.MINUTE] = f"{clock.moment:%Y-%m-%d %H:%M} 0 {window.desk.zone.key} GB"
        window.desk.time.look()
        waited(qtbot, page)
        assert reads.count == 0
        clock.moment = midnight + timedelta(seconds=3)
        window.desk.time.look()
        waited(qtbot, page)
        assert reads.count == 1
        if isinstance(page, TodayPage):
            assert page.header.subtitle.text().startswith("Monday, 23 November")
        clock.moment += timedelta(hours=1)
        window.desk.time.look()
        waited(qtbot, page)
        assert reads.count == 2


def with_more(program: FakeProgram, page_id: str, count: int) -> None:
    """So many rows in each list, newest last; a greater number has the same ones, and more above them."""
    start = NOW - timedelta(hours=20)
    held = (VisitState.HELD, ReasonCode.NO_PHONE, "There is no number to call.")
    visits = [
        visit(n, f"Pet {n}", "Ana García", *held, attention=True, at=start + timedelta(minutes=n))
        for n in range(count)
    ]
    program.visits.all = list(reversed(visits))
    calls = program.calls.calls[3:4]
    program.calls.calls = [
        replace(calls[0], id=f"call-{number}", scheduled_for=NOW - timedelta(minutes=number))
        for number in range(count)
    ]
    program.history.all = [
        session(id=f"session-{number}", started_at=NOW - timedelta(days=400) + timedelta(minutes=number))
        for number in reversed(range(count))
    ]


@LISTS
def test_a_list_that_grew_above_stays_where_it_is(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, page_id: str
) -> None:
    with_more(program, page_id, 130)
    with opened(qtbot, bridge, program, page_id) as window:
        page = window.current
        assert isinstance(page, ListPage)
        table = page.pane.table
        table.verticalScrollBar().setValue(60 * table.rowHeight(0))
        key = page.model.key_at(table.rowAt(200)) or ""
        assert table.choose(key)
        settle(window)
        page.panel.take_focus()
        place, focused = table.visualRect(table.currentIndex()), QApplication.focusWidget()
        with_more(program, page_id, 133)
        for topic in page.topics - {Topic.DAY, Topic.MINUTE}:
            program.watcher.tell(topic, "2")
        waited(qtbot, page)
        assert page.model.rowCount() > 60
        assert page.model.key_at(table.currentIndex().row()) == key
        assert table.visualRect(table.currentIndex()) == place
        assert [page.model.key_at(index.row()) for index in table.selectionModel().selectedRows()] == [key]
        assert page.panel.isVisible()
        assert focused is not None
        assert QApplication.focusWidget() is focused


@LISTS
def test_a_chosen_row_that_is_gone_closes_its_panel(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, page_id: str
) -> None:
    with_more(program, page_id, 8)
    with opened(qtbot, bridge, program, page_id) as window:
        page = window.current
        assert isinstance(page, ListPage)
        page.pane.table.choose_line(0)
        settle(window)
        assert page.panel.isVisible()
        with_more(program, page_id, 0)
        for topic in page.topics:
            program.watcher.tell(topic, "2")
        waited(qtbot, page)
        assert not page.panel.isVisible()


def test_a_note_that_is_being_typed_is_not_taken_away(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    with opened(qtbot, bridge, program, "calls") as window:
        page = window.current
        assert isinstance(page, CallsPage)
        page.pane.table.choose_line(0)
        settle(window)
        page.panel.form.note.setFocus()
        page.panel.form.note.setText("Rang twice, calls back at")
        program.calls.calls = []
        program.watcher.tell(Topic.CALLS, "2")
        waited(qtbot, page)
        assert page.panel.form.note.isVisible()
        assert page.panel.form.note.text() == "Rang twice, calls back at"
        assert page.panel.form.note.hasFocus()
        qtbot.waitUntil(
            lambda: any(each.startswith("This call was changed elsewhere") for each in said(page.panel))
        )

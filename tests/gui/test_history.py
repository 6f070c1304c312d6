"""Sync history on a program in memory."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import Step, SyncFinished, SyncProgress, SyncResult, SyncStarted, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import HistoryFilter
from idexx_desktop.domain.misses import MissReason
from idexx_desktop.domain.overview import RunningSync
from idexx_desktop.domain.records import MissedRun
from idexx_desktop.gui import history_words
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.history_words import computer
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.history import HistoryPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, ZONE, local, session, today_status
from tests.gui.opening import button, has_button, opened, said


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "history") as made:
        yield made


@pytest.fixture
def page(window: MainWindow) -> HistoryPage:
    assert isinstance(window.current, HistoryPage)
    return window.current


def cells(page: HistoryPage, line: int) -> list[str]:
    """What a row says, from left to right, but for whose it is."""
    return [column.cell(row).spoken() for column in page.model.columns[:-1] if (row := page.model.row(line))]


def choose(window: MainWindow, page: HistoryPage, key: str) -> None:
    assert page.pane.table.choose(key)
    settle(window)


def test_rows_say_when_who_and_how_it_ended(page: HistoryPage) -> None:
    assert cells(page, 0) == ["Today 07:12", "Front Desk 2", "Caught up", "All in", "38 in, 31 calls", ""]
    assert cells(page, 1)[3:] == ["Missed", "Not started", "The PC was asleep. Caught up at 07:12"]
    assert cells(page, 3)[3:5] == ["2 left over", "35 in, 2 couldn't be read"]
    assert cells(page, 4)[3:5] == ["Stopped", "Stopped before saving"]
    assert cells(page, 7)[3:5] == ["Stopped by you", "12 in, 4 calls"]
    assert page.count.text().startswith("10 syncs since ")


@pytest.mark.parametrize("kind", ["problems", "missed"])
def test_a_chip_asks_for_its_kind(
    window: MainWindow, page: HistoryPage, program: FakeProgram, kind: str
) -> None:
    page.chips[kind].click()
    settle(window)
    assert program.history.asked[-1] == HistoryFilter(kind)
    assert page.count.text() == ("4 syncs" if kind == "problems" else "2 syncs")


def test_a_computer_is_chosen_and_filters_are_cleared(
    window: MainWindow, page: HistoryPage, program: FakeProgram
) -> None:
    page.devices.set_value("Front Desk 2")
    page.devices.picked.emit("Front Desk 2")
    settle(window)
    assert program.history.asked[-1] == HistoryFilter("all", "Front Desk 2")
    program.history.all = []
    page.refresh()
    settle(window)
    button(page, "Clear filters").click()
    settle(window)
    assert program.history.asked[-1] == HistoryFilter()
    assert page.devices.value is None
    assert "No syncs yet" in said(page)


def test_this_computer_is_named_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "node", lambda: "Reception")
    assert computer("Reception") == "This computer"
    assert computer("Front Desk 2") == "Front Desk 2"
    assert computer("") == "—"


def test_a_sync_of_this_computer_is_followed(
    qtbot: QtBot, window: MainWindow, page: HistoryPage, program: FakeProgram
) -> None:
    assert not page.progress.isVisible()
    program.history.all.insert(0, session("running", 0, id="s", started_at=NOW, completed_at=None))
    program.syncer.emit(SyncStarted("s", Trigger.BUTTON, NOW))
    program.syncer.emit(SyncProgress("s", Step.READING_CONSULTATIONS, 14, 38))
    qtbot.waitUntil(lambda: page.model.rowCount() == 11)
    assert page.progress.isVisible()
    assert "Reading consultations · 14 of 38" in said(page)
    assert page.header.subtitle.text() == "This computer is syncing now"
    assert cells(page, 0)[3:5] == ["Syncing", "14 of 38"]
    button(page, "Stop").click()
    assert program.syncer.stopped == 1
    program.syncer.emit(SyncFinished(SyncResult("s", "completed")))
    qtbot.waitUntil(lambda: not page.progress.isVisible())
    assert page.header.subtitle.text() != "This computer is syncing now"


def test_a_sync_of_another_computer_is_told(
    window: MainWindow, page: HistoryPage, program: FakeProgram
) -> None:
    program.status.value = today_status(running=RunningSync("Front Desk 2", local(22, 10, 40), False))
    page.refresh()
    settle(window)
    assert "Front Desk 2 is syncing now" in said(page)
    assert "Started 10:40. Its result appears here." in said(page)
    assert not has_button(page, "Stop")


def test_a_sync_by_command_on_this_computer_is_told(
    window: MainWindow, page: HistoryPage, program: FakeProgram
) -> None:
    program.status.value = today_status(running=RunningSync("Reception", local(22, 10, 40), True))
    page.refresh()
    settle(window)
    assert "This computer is syncing now" in said(page)


def test_the_panel_explains_a_sync_that_stopped(window: MainWindow, page: HistoryPage) -> None:
    choose(window, page, "session-6")
    words = said(page.panel)
    assert "IDEXX Neo's page looks different, so we stopped before saving anything wrong." in words
    assert "Nothing was changed. Prepare details for support." in words
    assert "from 20 Nov 10:00 to 22 Nov 23:00" in words
    assert "21 seconds" in words
    assert any("Code: page_changed" in each for each in words)
    QTest.keyClick(page.panel, Qt.Key.Key_Escape)
    assert not page.panel.isVisible()


def test_a_missed_sync_says_why_and_when_it_was_caught_up(window: MainWindow, page: HistoryPage) -> None:
    choose(window, page, history_words.key_of(MissedRun(local(20, 15), "off", None, "")))
    assert "The PC or this program was off" in said(page.panel)
    assert "Not yet; the next sync catches up" in said(page.panel)


def test_one_visit_is_tried_again(window: MainWindow, page: HistoryPage, program: FakeProgram) -> None:
    choose(window, page, "session-7")
    assert "1 visit is still left over" in said(page.panel)
    button(page.panel, "Try again: Bella · 21 Nov, Dr. Kim").click()
    assert program.syncer.started == [(Trigger.RETRY, frozenset({"a:5003"}))]


def test_all_are_tried_again_only_after_a_typed_word(
    window: MainWindow, page: HistoryPage, program: FakeProgram
) -> None:
    bella = program.history.left[0]
    program.history.left = [bella, replace(bella, visit_key="a:6000", patient_name="Milo")]
    choose(window, page, "session-7")
    button(page.panel, "Try all again…").click()
    dialog = page.findChildren(ConfirmDialog)[0]
    assert not dialog.verb.isEnabled()
    assert dialog.typed is not None
    QTest.keyClicks(dialog.typed, "retry")
    dialog.verb.click()
    assert program.syncer.started == [(Trigger.RETRY, frozenset({"a:5003", "a:6000"}))]


def test_visits_that_a_later_sync_read_are_not_offered_again(
    window: MainWindow, page: HistoryPage, program: FakeProgram
) -> None:
    program.history.left = []
    choose(window, page, "session-7")
    assert "A later sync read what was left over." in said(page.panel)


def test_names_of_pets_stay_plain_text(window: MainWindow, page: HistoryPage, program: FakeProgram) -> None:
    program.history.left = [replace(program.history.left[0], patient_name="<b>Bella</b>")]
    choose(window, page, "session-7")
    assert any("<b>Bella</b>" in each for each in said(page.panel))


def test_what_cannot_be_read_offers_another_try(
    window: MainWindow, page: HistoryPage, program: FakeProgram
) -> None:
    program.history.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    page.refresh()
    settle(window)
    assert "Couldn't load this list" in said(page)
    assert page.count.text() == ""
    program.history.failure = None
    button(page, "Try again").click()
    settle(window)
    assert page.model.rowCount() == 10


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (89, "89 seconds"),
        (95, "2 minutes"),
        (7200, "2 hours"),
        (-5, "0 seconds"),
    ],
)
def test_durations_take_the_unit_that_says_enough(seconds: int, words: str) -> None:
    assert history_words.duration(timedelta(seconds=seconds)) == words


def test_words_of_unknown_triggers_and_reasons_are_shown_as_they_are() -> None:
    assert history_words.started_by(session(trigger="moon")) == "moon"
    assert history_words.reason(MissedRun(NOW, "eclipse", None, "")) == "eclipse"
    words = {reason: history_words.reason(MissedRun(NOW, reason, None, "")) for reason in MissReason}
    assert len(set(words.values())) == len(MissReason)
    assert not set(words.values()) & set(MissReason)
    caught_up_later = MissedRun(local(20, 15), "suspended", local(22, 7), "")
    assert history_words.missed_note(caught_up_later, NOW, ZONE) == "Syncing was paused. Caught up 07:00"

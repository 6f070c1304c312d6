"""Today on a program in memory."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.backup import BackupState
from idexx_desktop.domain.events import (
    RecordsChanged,
    Step,
    SyncFinished,
    SyncProgress,
    SyncResult,
    SyncStarted,
    Topic,
    Trigger,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.handed_over import CallTrouble, TroubledCalls
from idexx_desktop.domain.ledger import End, Leaked, Ledger
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.today import TodayPage
from idexx_desktop.gui.pages.today_cards import AttentionRow
from idexx_desktop.gui.panels.support_dialog import SupportDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_support import DETAILS
from tests.gui.made_up import NOW, OWN, local, today_status
from tests.gui.opening import said


@pytest.fixture
def page(window: MainWindow) -> TodayPage:
    assert isinstance(window.current, TodayPage)
    return window.current


@pytest.fixture
def went(window: MainWindow) -> list[tuple[str, object]]:
    """Where the page asked to go; the window itself stays."""
    asked: list[tuple[str, object]] = []
    window.desk.going.disconnect(window.go)
    window.desk.going.connect(lambda page_id, argument: asked.append((page_id, argument)))
    return asked


def show(window: MainWindow, program: FakeProgram, **changes: object) -> None:
    """Let Today read another status."""
    program.status.value = today_status(**changes)
    window.current.refresh()
    settle(window)


def test_it_answers_whether_one_can_rely_on_it(page: TodayPage) -> None:
    assert page.header.title.text() == "Good morning"
    assert page.header.subtitle.text() == "Sunday, 22 November · Harbour Vet"
    assert page.sentence.sentence.text().startswith("Up to date as of 10:42.")
    assert page.sentence.ledger.total == 38
    assert not page.sentence.button.isVisible()


def test_it_fits_one_screen(window: MainWindow, page: TodayPage, program: FakeProgram) -> None:
    show(window, program, review=True, paused=True, suspended=Failure(FailureCode.WRONG_PASSWORD))
    program.syncer.emit(SyncStarted("s", Trigger.BUTTON, NOW))
    settle(window)
    assert page.area.verticalScrollBar().maximum() == 0
    assert window.height() == 768
    assert not page.chart_card.isVisible()
    program.syncer.emit(SyncFinished(SyncResult("s", "failed", failure=Failure(FailureCode.CANCELLED))))
    show(window, program)
    assert page.chart_card.isVisible()
    assert page.area.verticalScrollBar().maximum() == 0
    assert window.height() == 768


def test_names_from_neo_are_inert(page: TodayPage) -> None:
    texts = [label for label in page.findChildren(Text) if "<b>" in label.text()]
    assert all(label.textFormat().name == "PlainText" for label in texts)


def test_parts_and_days_lead_to_visits(page: TodayPage, went: list[tuple[str, object]]) -> None:
    page.sentence.ledger.parts[VisitState.WAITING].click()
    page.chart.chosen.emit(date(2026, 11, 21))
    page.attention.see_all.emit()
    page.calls.see_all.emit()
    assert went == [
        ("visits", VisitState.WAITING),
        ("visits", date(2026, 11, 21)),
        ("attention", OWN),
        ("calls", OWN),
    ]


def test_each_row_has_the_button_that_helps(
    window: MainWindow, page: TodayPage, program: FakeProgram, went: list[tuple[str, object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    rows = {row.accessibleName().split(" ")[0]: row for row in page.attention.findChildren(AttentionRow)}
    assert {pet: row.button.text() for pet, row in rows.items()} == {
        "Otto": "Open in Neo",
        "Bella": "Try again",
        "Max": "Review",
    }
    for row in rows.values():
        row.button.click()
    settle(window)
    assert opened == ["https://neo.example/consultations/a:5006"]
    assert program.syncer.started == [(Trigger.RETRY, frozenset({"a:5003"}))]
    assert went == [("attention", "a:5002")]


@pytest.mark.parametrize(
    ("failure", "button"),
    [
        (Failure(FailureCode.WRONG_PASSWORD), "Update password"),
        (Failure(FailureCode.NO_BROWSER), "Open settings"),
        (Failure(FailureCode.KEY_MISSING), "Enter sign-in"),
        (Failure(FailureCode.NOT_APPROVED), "Enter sign-in"),
        (Failure(FailureCode.COMPUTERS_CHANGED), "Enter sign-in"),
    ],
)
def test_the_one_button_leads_to_settings(
    window: MainWindow, page: TodayPage, program: FakeProgram, went: list[tuple[str, object]],
    failure: Failure, button: str,
) -> None:  # fmt: skip
    show(window, program, last_failure=failure, up_to_date_as_of=local(16, 16))
    assert page.sentence.button.text() == button
    page.sentence.button.click()
    assert went == [("settings", failure.code)]


def test_what_only_support_can_help_with_shows_its_details(
    window: MainWindow, page: TodayPage, program: FakeProgram
) -> None:
    show(window, program, last_failure=Failure(FailureCode.PAGE_CHANGED, "no field company"))
    page.sentence.button.click()
    dialog = page.findChildren(SupportDialog)[0]
    settle(window)
    assert any(words.startswith("Code: page_changed\nno field company") for words in said(dialog))
    assert dialog.shown.toPlainText() == DETAILS
    dialog.accept()


def test_trying_again_is_a_sync(window: MainWindow, page: TodayPage, program: FakeProgram) -> None:
    show(window, program, last_failure=Failure(FailureCode.DATABASE_UNREACHABLE))
    page.sentence.button.click()
    assert program.syncer.started == [(Trigger.BUTTON, None)]


def test_lists_that_came_back_empty_are_taken_as_they_are_once_a_person_says_so(
    window: MainWindow, page: TodayPage, program: FakeProgram
) -> None:
    show(window, program, last_failure=Failure(FailureCode.LISTS_EMPTIED))
    assert page.sentence.button.text() == "Sync all the same"
    page.sentence.button.click()
    assert program.syncer.started == [(Trigger.BUTTON, None)]
    assert program.syncer.taking_back


def test_progress_stands_in_place_and_stop_stops(
    window: MainWindow, page: TodayPage, program: FakeProgram
) -> None:
    assert not page.progress.isVisible()
    program.syncer.emit(SyncStarted("s", Trigger.BUTTON, NOW))
    program.syncer.emit(SyncProgress("s", Step.READING_CONSULTATIONS, 14, 32))
    assert page.progress.isVisible()
    assert page.progress.title.text() == "Reading consultations · 14 of 32"
    assert page.sentence.sentence.text().startswith("Syncing now.")
    page.progress.stop.click()
    assert program.syncer.stopped == 1
    program.status.value = today_status(up_to_date_as_of=local(22, 10, 43))
    program.syncer.emit(SyncFinished(SyncResult("s", "completed", consultations_synced=32)))
    assert not page.progress.isVisible()


def test_it_reads_again_when_records_change(
    qtbot: QtBot, window: MainWindow, page: TodayPage, program: FakeProgram
) -> None:
    program.status.value = today_status(counts={VisitState.SCHEDULED: 99})
    program.syncer.emit(RecordsChanged(Topic.VISITS))
    qtbot.waitUntil(lambda: page.sentence.ledger.total == 99)


def test_review_mode_is_left_only_after_a_question(
    qtbot: QtBot, window: MainWindow, page: TodayPage, program: FakeProgram
) -> None:
    show(window, program, review=True)
    page.bar("review").buttons[0].click()
    settle(window)
    assert program.calls.pressed == []
    dialog = page.findChildren(ConfirmDialog)[0]
    program.status.value = today_status()
    dialog.verb.click()
    qtbot.waitUntil(lambda: not page.has_bar("review"))
    assert program.calls.pressed == ["turn_on_calls"]
    assert window.toast.accessibleName() == "Discharge calls are on."


def test_paused_calls_can_be_resumed(
    qtbot: QtBot, window: MainWindow, page: TodayPage, program: FakeProgram
) -> None:
    show(window, program, paused=True)
    program.status.value = today_status()
    page.bar("paused").buttons[0].click()
    qtbot.waitUntil(lambda: not page.has_bar("paused"))
    assert program.calls.pressed == ["resume_all"]


def test_why_no_call_is_due_is_said(window: MainWindow, page: TodayPage, program: FakeProgram) -> None:
    for changes, words in (
        ({}, "No calls are due today"),
        ({"paused": True}, "All calls are paused"),
        ({"review": True}, "No calls while you review"),
        ({"review": True, "paused": True}, "No calls while you review"),
    ):
        show(window, program, calls_today=[], calls_today_count=0, **changes)
        assert words in said(page.calls), changes


def test_calls_that_did_not_get_through_are_one_line_with_one_button(
    window: MainWindow, page: TodayPage, program: FakeProgram, went: list[tuple[str, object]]
) -> None:
    day = NOW.astimezone(window.desk.zone).date()
    failed = TroubledCalls(CallTrouble.FAILED, 70, day, day, "no number to call from", 1)
    late = TroubledCalls(CallTrouble.NOT_TAKEN, 2, day, day)
    show(window, program, troubles=(failed, late), today=day)
    bar = page.bar("calls_failed")
    assert bar.title.text() == "70 calls of today didn't get through: no number to call from"
    assert (
        page.bar("calls_not_taken").title.text() == "2 calls of today are more than an hour past their time."
    )
    bar.buttons[0].click()
    assert went == [("calls", "trouble")]
    show(window, program)
    assert not page.has_bar("calls_failed")


def test_a_lost_visit_is_named_and_leads_to_the_visits(
    window: MainWindow, page: TodayPage, program: FakeProgram, went: list[tuple[str, object]]
) -> None:
    lost = Leaked("a:1", "Bella", "Maria Lopez", NOW, "Its call is gone.")
    show(window, program, ledger=Ledger({End.LEAK: 1}, (lost,)), lost_lately=1)
    bar = page.bar("lost")
    assert bar.title.text() == "1 visit is not accounted for."
    assert "Bella: Its call is gone." in said(page)
    assert "1 not accounted for" in page.sentence.next.text()
    bar.buttons[0].click()
    assert went == [("visits", VisitState.HELD)]
    show(window, program)
    assert not page.has_bar("lost")


def test_owners_who_could_not_be_reached_are_agreed_to_at_once(
    window: MainWindow, page: TodayPage, program: FakeProgram, qtbot: QtBot
) -> None:
    first, second, *_ = (call.id for call in program.calls.calls)
    show(window, program, to_agree=(first, second))
    bar = page.bar("to_agree")
    assert bar.title.text() == "2 owners couldn't be reached."
    bar.buttons[0].click()
    qtbot.waitUntil(lambda: ("agree_unreached", first, second) in program.calls.done)
    show(window, program)
    assert not page.has_bar("to_agree")


def test_a_bar_stays_under_the_hand_that_is_at_it(
    window: MainWindow, page: TodayPage, program: FakeProgram
) -> None:
    """Reading the same again makes no new bars, and the button keeps the focus."""
    program.backups.value = BackupState("/backups", chosen_at=NOW - timedelta(days=9))
    show(window, program, paused=True, review=True, record_changed=True)
    keys = ("paused", "review", "record", "backup")
    before = [page.bar(key) for key in keys]
    page.bar("paused").buttons[0].setFocus()
    page.refresh()
    settle(window)
    assert [page.bar(key) for key in keys] == before
    assert page.bar("paused").buttons[0].hasFocus()


def test_a_changed_activity_record_is_said_until_it_is_looked_into(
    window: MainWindow, page: TodayPage, program: FakeProgram, went: list[tuple[str, object]]
) -> None:
    assert not page.has_bar("record")
    show(window, program, record_changed=True)
    page.bar("record").buttons[0].click()
    assert went == [("activity", None)]
    show(window, program)
    assert not page.has_bar("record")


def test_records_that_cannot_be_read_are_said(
    window: MainWindow, page: TodayPage, program: FakeProgram
) -> None:
    program.status.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    page.refresh()
    settle(window)
    assert page.bar("failure").title.text() == "Can't reach your clinic's records. Syncing is paused."
    program.status.failure = None
    page.refresh()
    settle(window)
    assert not page.has_bar("failure")


def test_nothing_to_do_is_said(window: MainWindow, page: TodayPage, program: FakeProgram) -> None:
    show(window, program, attention=[], attention_count=0, calls_today=[], calls_today_count=0)
    assert page.attention.findChildren(AttentionRow) == []
    words = {label.text() for label in page.findChildren(Text) if label.isVisible()}
    assert {"Nothing needs you", "No calls are due today"} <= words

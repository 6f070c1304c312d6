"""Needs attention, with the panel that says why, on a program in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.backup import BackupState
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.needs import ProblemKind
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.headline import headline
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pages.today import TodayPage
from idexx_desktop.gui.panels.schedule_call import ScheduleCallDialog
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tray_icon import TrayState, state_of
from tests.domain.test_needs import PROBLEMS
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, ZONE, today_status


@pytest.fixture
def page(window: MainWindow) -> AttentionPage:
    window.go("attention")
    settle(window)
    assert isinstance(window.current, AttentionPage)
    return window.current


def pets(page: AttentionPage) -> list[str]:
    """The pets that are listed, top down."""
    lines = range(page.model.rowCount())
    return [row.patient_name for line in lines if (row := page.model.row(line))]


def choose(window: MainWindow, page: AttentionPage, key: str) -> None:
    """Select a visit and let the panel read it."""
    assert page.pane.table.choose(key)
    settle(window)


def button(page: AttentionPage, text: str) -> QPushButton:
    """The button of the panel's foot with these words."""
    found = [each for each in page.panel.findChildren(QPushButton) if each.accessibleName() == text]
    return found[-1]


def words(page: AttentionPage) -> list[str]:
    """Everything that the panel says."""
    return [label.text() for label in page.panel.findChildren(Text) if label.isVisible()]


def test_everything_that_needs_a_person_is_listed(page: AttentionPage) -> None:
    assert pets(page) == ["Otto", "Bella", "Max", "<b>Tiger</b> & Co"]
    assert page.count.text() == "4 pets"
    assert not page.panel.isVisible()
    assert not page.try_all.isVisible()


def test_filters_narrow_and_are_cleared(window: MainWindow, page: AttentionPage) -> None:
    page.chips[VisitState.HELD].click()
    settle(window)
    assert pets(page) == ["Otto", "Max"]
    QTest.keyClicks(page.search, "max\r")
    settle(window)
    assert pets(page) == ["Max"]
    QTest.keyClicks(page.search, "zzz\r")
    settle(window)
    assert page.pane.notice
    assert page.pane.notice.button
    page.pane.notice.button.click()
    settle(window)
    assert len(pets(page)) == 4
    assert page.chips[None].isChecked()
    assert page.search.text() == ""


def test_the_panel_says_why(window: MainWindow, page: AttentionPage) -> None:
    choose(window, page, "a:5002")
    said = words(page)
    assert page.panel.title.text() == "Max"
    assert "Why no call was scheduled" in said
    assert "“…elected to put him to sleep. Passed peacefully.”" in said
    assert any("poor prognosis" in text for text in said)
    page.panel.closed.emit()
    assert not page.panel.isVisible()


def test_a_visit_from_another_page_is_selected(window: MainWindow, page: AttentionPage) -> None:
    window.go("today")
    window.go("attention", "a:5003")
    settle(window)
    assert page.panel.title.text() == "Bella"
    assert "Code: consultation_unavailable" in "\n".join(words(page))


def test_keeping_no_call_is_undone(
    qtbot: QtBot, window: MainWindow, page: AttentionPage, program: FakeProgram
) -> None:
    choose(window, page, "a:5002")
    button(page, "Keep: no call").click()
    qtbot.waitUntil(lambda: "Max" not in pets(page))
    assert program.visits.decisions == [("a:5002", PersonChoice.NO_CALL, "", None)]
    assert window.toast.accessibleName() == "No call for Max."
    assert not page.panel.isVisible()
    window.toast.findChildren(RowButton)[0].click()
    qtbot.waitUntil(lambda: "Max" in pets(page))
    assert program.visits.undone == ["a:5002"]


@pytest.mark.parametrize("by_rules", [True, False])
def test_a_call_is_scheduled_by_a_person(
    qtbot: QtBot, window: MainWindow, page: AttentionPage, program: FakeProgram, by_rules: bool
) -> None:
    choose(window, page, "a:5002")
    button(page, "Schedule call…").click()
    dialog = page.panel.findChildren(ScheduleCallDialog)[0]
    assert not dialog.moment.isEnabled()
    if not by_rules:
        dialog.at.setChecked(True)
        dialog.moment.set_local(datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
    dialog.reason.setText(" spoke to the owner ")
    dialog.verb.click()
    qtbot.waitUntil(lambda: len(program.visits.decisions) == 1)
    when = None if by_rules else datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert program.visits.decisions == [("a:5002", PersonChoice.CALL, "spoke to the owner", when)]
    settle(window)


def test_a_call_against_signs_of_death_needs_a_reason_and_enter_does_not_call(
    window: MainWindow, page: AttentionPage, program: FakeProgram
) -> None:
    choose(window, page, "a:5002")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        button(page, "Schedule call…").click()
        dialog = page.panel.findChildren(ScheduleCallDialog)[-1]
        assert dialog.cancel.text() == "Don't call"
        assert dialog.cancel.isDefault()
        assert dialog.focusWidget() is dialog.cancel
        assert not dialog.verb.isEnabled()
        QTest.keyClicks(dialog.reason, "the owner asked for it")
        assert dialog.verb.isEnabled()
        QTest.keyClick(dialog.reason, key)
        assert not dialog.isVisible()
    settle(window)
    assert program.visits.decisions == []
    assert "Max" in pets(page)


def test_another_held_call_is_scheduled_by_enter(
    window: MainWindow, page: AttentionPage, program: FakeProgram
) -> None:
    row = replace(program.visits.get("a:5002"), reason_code=ReasonCode.TOO_LATE, trace=(), reason="Too late.")
    dialog = ScheduleCallDialog(window, row, NOW, ZONE)
    dialog.open()
    assert dialog.verb.isEnabled()
    assert dialog.verb.isDefault()
    dialog.reject()


def test_what_is_mended_in_neo(
    window: MainWindow, page: AttentionPage, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    choose(window, page, "a:5006")
    page.panel.neo.click()
    button(page, "Try again").click()
    button(page, "Ignore").click()
    settle(window)
    assert opened == ["https://neo.example/consultations/a:5006"]
    assert program.syncer.started == [(Trigger.RETRY, frozenset({"a:5006"}))]
    assert program.visits.decisions == [("a:5006", PersonChoice.IGNORE, "", None)]


def test_a_decision_that_is_refused_is_said(
    window: MainWindow, page: AttentionPage, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Failure(FailureCode.HANDED_OVER)

    monkeypatch.setattr(program.visits, "decide", refuse)
    choose(window, page, "a:5002")
    button(page, "Keep: no call").click()
    settle(window)
    assert page.bar("failure").title.text().startswith("This call was already handed over")


def test_a_typed_word_tries_all_again(window: MainWindow, page: AttentionPage, program: FakeProgram) -> None:
    program.visits.all = [
        *program.visits.all,
        program.visits.copy_of("a:5003", "a:6003"),
    ]
    page.refresh()
    settle(window)
    assert page.try_all.isVisible()
    page.try_all.click()
    dialog = page.findChildren(ConfirmDialog)[0]
    assert dialog.typed
    QTest.keyClicks(dialog.typed, "retry")
    dialog.verb.click()
    settle(window)
    assert program.syncer.started == [(Trigger.RETRY, frozenset({"a:5003", "a:6003"}))]


def test_several_chosen_are_tried_again_together(
    window: MainWindow, page: AttentionPage, program: FakeProgram
) -> None:
    table = page.pane.table
    table.selectRow(0)
    assert not page.try_chosen.isVisible()
    table.selectAll()
    settle(window)
    assert page.try_chosen.isVisible()
    assert page.try_chosen.accessibleName() == "Try these 4 again"
    assert not page.panel.isVisible()
    page.try_chosen.click()
    keys = frozenset(row.visit_key for row in program.visits.all if row.needs_attention)
    assert program.syncer.started == [(Trigger.RETRY, keys)]
    assert not page.try_chosen.isVisible()


def test_nothing_to_do_and_nothing_read_differ(
    window: MainWindow, page: AttentionPage, program: FakeProgram
) -> None:
    program.visits.all = []
    program.status.value = today_status(attention=[], attention_count=0)
    page.refresh()
    settle(window)
    assert page.pane.notice
    assert page.pane.notice.title.text() == "Nothing needs you"
    program.visits.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    page.refresh()
    settle(window)
    assert page.pane.notice.title.text() == "Couldn't load this list"


def test_nothing_is_said_to_need_nobody_while_something_does(
    window: MainWindow, page: AttentionPage, program: FakeProgram
) -> None:
    program.visits.all = []
    today = window.pages["today"]
    assert isinstance(today, TodayPage)
    for name, (changes, kind) in PROBLEMS.items():
        state = changes.get("backup", BackupState())
        assert isinstance(state, BackupState)
        program.backups.value = state
        others = {field: value for field, value in changes.items() if field != "backup"}
        program.status.value = today_status(**{"attention": [], "attention_count": 0, **others})
        for page_id in ("today", "attention"):
            window.go(page_id)
            window.current.refresh()
        settle(window)
        said = [label.text() for label in today.attention.findChildren(Text)] + [
            label.text() for label in page.findChildren(Text)
        ]
        assert "Nothing needs you" not in said, name
        assert page.needs is not None
        assert page.has_bar(kind) if kind else not page.needs.problems
        assert window.side.buttons["attention"].accessibleName() == "Needs attention: 1", name
        headlined = headline(program.status.today(), NOW, ZONE, syncing=False)
        assert state_of(headlined, page.needs) is not TrayState.GOOD, name


def test_a_problem_has_the_button_that_helps(
    window: MainWindow, page: AttentionPage, program: FakeProgram
) -> None:
    went: list[tuple[str, object]] = []
    window.desk.going.disconnect(window.go)
    window.desk.going.connect(lambda page_id, argument: went.append((page_id, argument)))
    program.status.value = today_status(suspended=Failure(FailureCode.WRONG_PASSWORD), paused=True)
    program.backups.value = BackupState(unreadable=Failure(FailureCode.BACKUP_STATE_UNREADABLE))
    page.refresh()
    settle(window)
    assert page.count.text() == "4 pets"
    for kind in ProblemKind.SIGN_IN, ProblemKind.BACKUP, ProblemKind.PAUSED:
        page.bar(kind).buttons[0].click()
    assert went == [("settings", FailureCode.WRONG_PASSWORD), ("settings", "backup"), ("calls", None)]

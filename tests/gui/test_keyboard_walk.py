"""Every flow on the keyboard alone: only keys are sent, and only to what has the focus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.exports import ExportFormat
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.first_run.guide import FirstRunGuide
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_set_up import FakeSetUp
from tests.gui.keyboard import Key, Keys
from tests.gui.made_up import local
from tests.gui.opening import opened, said

EVERY = tuple(entry.page_id for entry in PAGES)


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, *EVERY) as made:
        yield made


@pytest.fixture
def keys(qtbot: QtBot, window: MainWindow) -> Keys:
    return Keys(qtbot, window)


def test_syncing(keys: Keys, program: FakeProgram) -> None:
    keys.tab_and_press("Sync now")
    assert len(program.syncer.started) == 1


def test_a_visit_that_could_not_be_read_is_opened_and_decided_about(keys: Keys, program: FakeProgram) -> None:
    keys.go("Needs attention")
    keys.tab_to("Search")
    keys.tab_to("Needs attention")
    keys.press(Key.Key_Down)
    while keys.window.current.pane.table.chosen_row().failure_code is None:  # type: ignore[attr-defined]  # of the page
        keys.press(Key.Key_Down)
    chosen = keys.window.current.pane.table.chosen_row()  # type: ignore[attr-defined]  # of the page
    keys.press(Key.Key_Return)
    keys.tab_and_press("Ignore")
    assert [(key, choice) for key, choice, *_ in program.visits.decisions] == [
        (chosen.visit_key, PersonChoice.IGNORE)
    ]
    # and back, with the key for undoing that the message offers
    keys.tab_and_press("Undo")
    assert program.visits.undone == [chosen.visit_key]


def test_what_came_of_a_call(keys: Keys, program: FakeProgram) -> None:
    keys.go("Discharge calls")
    keys.tab_to("Search")
    keys.tab_to("Discharge calls")
    keys.press(Key.Key_Home, Key.Key_Return)
    keys.fill("Note", "eats well")
    keys.tab_and_press("Reached: well")
    assert program.calls.done == [("record_outcome", "call-4", CallOutcomeKind.REACHED_WELL, "eats well")]


def test_another_time_for_a_call(keys: Keys, program: FakeProgram) -> None:
    keys.go("Discharge calls")
    keys.tab_to("Search")
    keys.tab_to("Discharge calls")
    keys.press(Key.Key_Home, Key.Key_Return)
    keys.tab_and_press("Another time")
    # the dialog is ready to be typed in
    keys.type("tomorrow")
    keys.press(Key.Key_Tab, Key.Key_Tab)
    keys.type("3:30 pm")
    keys.press(Key.Key_Return)
    assert program.calls.done == [("reschedule", "call-4", datetime(2026, 11, 23, 23, 30, tzinfo=UTC))]


def test_pausing_and_resuming_all_calls(keys: Keys, program: FakeProgram) -> None:
    keys.go("Discharge calls")
    keys.tab_and_press("Pause all calls")
    assert program.calls.is_paused
    keys.wait_for_button("Resume calls")
    keys.tab_and_press("Resume calls")
    assert not program.calls.is_paused


def test_settings_are_changed_and_saved(keys: Keys, program: FakeProgram) -> None:
    keys.go("Settings")
    keys.tab_to("Neo sign-in")
    to_section(keys, "Sync schedule")
    keys.fill("Clinic hours, from", "7.30")
    keys.tab_to("Saturday")
    keys.press(Key.Key_Space)
    keys.tab_and_press("Save")
    saved = program.settings.kept_schedule
    assert saved.open_time == time(7, 30)
    assert 5 not in saved.open_weekdays


def test_a_number_opts_out(keys: Keys, program: FakeProgram) -> None:
    keys.go("Settings")
    keys.tab_to("Neo sign-in")
    to_section(keys, "Discharge calls")
    keys.fill("Number", "510 555 0123")
    keys.fill("Why", "asked for it")
    keys.tab_and_press("Don't call")
    assert program.calls.opt_outs()[0].why == "asked for it"
    keys.tab_and_press("Withdraw the opt-out of +1 510 555 0142")
    assert len(program.calls.opt_outs()) == 3
    keys.tab_and_press("Call again")
    assert len(program.calls.opt_outs()) == 2


def test_a_computer_is_let_in(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    program.records_here = False
    code = program.computers.somebody_asks("Front Desk 2")
    with opened(qtbot, bridge, program, *EVERY) as window:
        keys = Keys(qtbot, window)
        keys.go("Settings")
        keys.tab_to("Neo sign-in")
        to_section(keys, "Computers")
        keys.tab_and_press("Approve Front Desk 2")
        keys.type(code.lower())
        keys.press(Key.Key_Return)
    assert "Front Desk 2" in [record.name for record in program.computers.approved]


def test_a_backup(keys: Keys, program: FakeProgram) -> None:
    keys.go("Settings")
    keys.tab_to("Neo sign-in")
    to_section(keys, "Backup")
    before = program.backups.made
    keys.tab_and_press("Back up now")
    assert program.backups.made == before + 1


# Qt's own dialog for files closes under the key that it is sent
@pytest.mark.qt_log_ignore("Keyboard event not accepted by receiving widget")
def test_the_record_is_checked_and_saved(
    keys: Keys, program: FakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(tmp_path))
    keys.go("Activity record")
    keys.tab_and_press("Check the record")
    assert any("1,204 entries were checked" in words for words in said(keys.window))
    keys.tab_and_press("Save as file")
    keys.pick("Table for people (CSV)…")
    assert QApplication.activeModalWidget() is not None
    keys.press(Key.Key_Return)
    assert program.audit.exported == [("activity-record-2026-11-22.csv", None, None, ExportFormat.TABLE)]


def test_days_are_chosen_in_visits(keys: Keys, program: FakeProgram) -> None:
    keys.go("Visits")
    keys.tab_and_press("Last 2 days")
    keys.pick("Choose days…")
    keys.type("1 nov")
    keys.press(Key.Key_Tab, Key.Key_Tab)
    keys.type("3 nov")
    keys.press(Key.Key_Return)
    asked = program.visits.asked[-1]
    assert (asked.since, asked.until) == (local(1, 0), local(4, 0))


def to_section(keys: Keys, name: str) -> None:
    """Down the list of sections: they are one choice, so the arrow keys lead through it."""
    for _ in range(20):
        if keys.name == name:
            return
        keys.press(Key.Key_Down)
    raise AssertionError(keys.name)


def test_the_first_run(qtbot: QtBot, bridge: Bridge, program: FakeProgram, tmp_path: Path) -> None:
    window = MainWindow(bridge, tmp_path, PAGES[:1])
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    set_up = FakeSetUp(program)
    guide = FirstRunGuide(window, set_up)
    window.set_up_needed.emit()
    settle(window)
    keys = Keys(qtbot, window)
    keys.tab_to("Our clinic allows this")
    keys.press(Key.Key_Space)
    keys.fill("Clinic's name", "Oak Street Vets")
    keys.fill("Your e-mail", "manager@oakstreet.example")
    keys.tab_and_press("Next")
    assert [wanted.practice for wanted in set_up.wanted] == ["Oak Street Vets"]
    keys.fill("User name", "practice@oakstreet.example")
    keys.fill("Password", "right-horse")
    keys.press(Key.Key_Return)
    keys.tab_and_press("Next")
    keys.fill("Clinic hours, from", "8")
    keys.fill("Clinic hours, to", "6:30 pm")
    keys.tab_and_press("Next")
    schedule = program.settings.kept_schedule
    assert (schedule.open_time, schedule.close_time) == (time(8), time(18, 30))
    keys.tab_and_press("Go to Today")
    assert guide.flow is None
    settle(window)
    window.shut_down()

"""The activity record while it is open: what comes in, looking into entries, the ways to other pages, saving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.events import RecordsChanged, Topic
from idexx_desktop.domain.exports import ExportFormat
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.activity import ActivityPage
from idexx_desktop.gui.pages.history import HistoryPage
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_services import some_activity
from tests.gui.made_up import NOW, local, session
from tests.gui.opening import button, has_button, opened, said
from tests.gui.test_activity import show_the_program_too


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "activity", "visits", "history") as made:
        made.go("activity")
        settle(made)
        show_the_program_too(made, program)
        yield made


@pytest.fixture
def page(window: MainWindow) -> ActivityPage:
    found = window.pages["activity"]
    assert isinstance(found, ActivityPage)
    return found


def many(program: FakeProgram, count: int) -> None:
    """So many rows, one a second up to now."""
    first = some_activity()[1]
    program.audit.all = [
        replace(first, id=f"many-{number}", seq=5000 - number, timestamp=NOW - timedelta(seconds=number))
        for number in range(count)
    ]


def come_in(program: FakeProgram, number: int, **changes: object) -> None:
    """A new row, from whoever."""
    newest = program.audit.all[0]
    made = replace(
        newest, id=f"new-{number}", seq=6000 + number, timestamp=newest.timestamp + timedelta(seconds=1)
    )
    program.audit.all.insert(0, replace(made, **changes))  # type: ignore[arg-type]  # fields of AuditRecord
    program.syncer.emit(RecordsChanged(Topic.ACTIVITY))


def reveal(qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram, key: str) -> None:
    """Choose a row and wait until it is looked into."""
    page.pane.table.choose(key)
    qtbot.waitUntil(lambda: key in program.audit.revealed)
    settle(window)


# what comes in


def test_new_rows_appear_by_themselves_at_the_top(
    qtbot: QtBot, page: ActivityPage, program: FakeProgram
) -> None:
    come_in(program, 1)
    qtbot.waitUntil(lambda: page.model.key_at(0) == "new-1")
    qtbot.waitUntil(lambda: page.count.text() == "11 entries")
    assert program.audit.recorded == [AuditFilter()]


def test_while_a_row_is_chosen_they_are_only_announced(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    reveal(qtbot, window, page, program, "row-3")
    come_in(program, 1)
    qtbot.waitUntil(page.newer.isVisible)
    assert page.newer.accessibleName() == "1 new entry"
    assert page.model.key_at(0) == "row-0"
    come_in(program, 2)
    qtbot.waitUntil(lambda: page.newer.accessibleName() == "2 new entries")
    page.newer.click()
    qtbot.waitUntil(lambda: page.model.key_at(0) == "new-2")
    assert page.pane.table.chosen_row().id == "row-3"
    assert not page.newer.isVisible()
    assert program.audit.revealed == ["row-3"]
    assert program.audit.recorded == [AuditFilter()]


def test_whoever_reads_further_down_keeps_the_place(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    many(program, 400)
    page.refresh()
    settle(window)
    page.pane.table.verticalScrollBar().setValue(1000)
    come_in(program, 1)
    qtbot.waitUntil(page.newer.isVisible)
    assert page.pane.table.verticalScrollBar().value() == 1000
    page.newer.click()
    qtbot.waitUntil(lambda: page.model.key_at(0) == "new-1")
    assert page.pane.table.verticalScrollBar().value() == 0


def test_a_row_that_was_written_late_is_noticed_too(
    qtbot: QtBot, page: ActivityPage, program: FakeProgram
) -> None:
    late = replace(
        program.audit.all[0], id="late", timestamp=program.audit.all[0].timestamp - timedelta(seconds=20)
    )
    program.audit.all.insert(1, late)
    program.syncer.emit(RecordsChanged(Topic.ACTIVITY))
    qtbot.waitUntil(lambda: page.model.key_at(1) == "late")


def test_ones_own_looking_is_no_news(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    asked = len(program.audit.asked)
    come_in(program, 1, action=str(Action.AUDIT_REVEALED))
    qtbot.waitUntil(lambda: len(program.audit.asked) > asked)
    settle(window)
    assert page.model.key_at(0) == "row-0"
    assert not page.newer.isVisible()


def test_looking_at_the_record_does_not_make_it_read_itself_for_ever(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    come_in(program, 1, action=str(Action.AUDIT_EXAMINED))
    qtbot.waitUntil(lambda: page.model.key_at(0) == "new-1")
    settle(window)
    program.syncer.emit(RecordsChanged(Topic.ACTIVITY))
    asked = len(program.audit.asked)
    qtbot.waitUntil(lambda: len(program.audit.asked) > asked)
    settle(window)
    # one look for what is newer, which found nothing
    assert len(program.audit.asked) == asked + 1
    assert program.audit.recorded == [AuditFilter()]


# looking into an entry


def test_the_panel_holds_every_detail_as_plain_text(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    reveal(qtbot, window, page, program, "row-9")
    words = said(page.panel)
    assert "<b>failed</b>" in words
    assert "<i>consultation unavailable</i>" in words
    reveal(qtbot, window, page, program, "row-6")
    assert ("Login", "front") in page.panel.facts
    assert ("Hash", "ab" * 32) in page.panel.facts
    assert ("From", "This computer") in page.panel.facts
    assert ("When", "Sunday, 22 November 2026, 07:12 PST (America/Los_Angeles)") in page.panel.facts
    reveal(qtbot, window, page, program, "row-4")
    problem = "IDEXX Neo didn't accept the password. Syncing is paused so that the account isn't locked."
    assert ("Problem", problem) in page.panel.facts
    page.panel.closed.emit()
    assert not page.panel.isVisible()


def test_what_was_looked_for_is_in_words(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    told = {
        "rows": 1200, "action": "sync.started", "status": "failed", "user_id": "user-1", "searched": True,
        "since": "2026-11-01T07:00:00+00:00", "until": "no time", "moons": 1.5, "people_only": True,
    }  # fmt: skip
    program.audit.all[0] = replace(program.audit.all[0], metadata=told)
    page.refresh()
    settle(window)
    reveal(qtbot, window, page, program, "row-0")
    facts = dict(page.panel.facts)
    assert facts["Entries"] == "1,200"
    assert facts["Only this action"] == "Started a sync"
    assert facts["Only this result"] == "Couldn't"
    assert (facts["Searched for a text"], facts["Only what people did"]) == ("Yes", "Yes")
    assert ("From", "Sunday, 1 November 2026, 00:00 PDT (America/Los_Angeles)") in page.panel.facts
    assert (facts["Before"], facts["Moons"]) == ("no time", "1.5")


def test_each_opening_is_recorded_once(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    reveal(qtbot, window, page, program, "row-2")
    page.refresh()
    settle(window)
    assert program.audit.revealed == ["row-2"]
    page.panel.closed.emit()
    page.pane.table.choose("row-2")
    qtbot.waitUntil(lambda: program.audit.revealed == ["row-2", "row-2"])


def test_running_down_the_list_looks_only_into_the_last_row(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    table = page.pane.table
    table.setFocus()
    table.selectRow(0)
    for _ in range(5):
        QTest.keyClick(table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: program.audit.revealed == ["row-5"])


def test_what_can_not_be_recorded_is_not_shown(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    program.audit.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    page.pane.table.choose("row-6")
    qtbot.waitUntil(lambda: "Can't reach your clinic's records. Syncing is paused." in said(page.panel))
    assert not any("a:5004" in words for words in said(page.panel))


# the ways to other pages


def test_an_entry_leads_to_its_sync_however_long_ago(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    older = [
        session(id=f"old-{number}", started_at=local(19, 9) - timedelta(hours=number))
        for number in range(250)
    ]
    program.history.all += older
    program.audit.all[5] = replace(program.audit.all[5], session_id="old-230")
    page.refresh()
    settle(window)
    reveal(qtbot, window, page, program, "row-5")
    button(page.panel, "Show the sync").click()
    history = window.pages["history"]
    assert isinstance(history, HistoryPage)
    qtbot.waitUntil(lambda: history.pane.table.chosen_row() is not None)
    assert history.pane.table.chosen_row().id == "old-230"
    assert window.current is history


def test_an_entry_leads_to_its_visit_and_back_to_all_entries_of_it(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    reveal(qtbot, window, page, program, "row-1")
    assert not has_button(page.panel, "Show the sync")
    button(page.panel, "Show the visit").click()
    visits = window.pages["visits"]
    assert isinstance(visits, VisitsPage)
    qtbot.waitUntil(lambda: visits.pane.table.chosen_row() is not None)
    settle(window)
    assert visits.pane.table.chosen_row().visit_key == "a:5002"
    assert visits.model.rowCount() == 1
    button(visits, "Show in the activity record").click()
    settle(window)
    assert window.current is page
    asked = program.audit.recorded[-1]
    since = visits.pane.table.chosen_row().first_seen_at - timedelta(days=1)
    assert asked == AuditFilter(visit_key="a:5002", since=since)
    assert page.filters.visit.text() == "Visit: Max"
    assert page.count.text() == "1 entry"
    page.filters.visit.click()
    settle(window)
    assert program.audit.recorded[-1] == AuditFilter()


# saving


def choose_kind(page: ActivityPage, words: str) -> QFileDialog:
    """Press "Save as file" and take this kind."""
    page.saving.click()
    actions: list[QAction] = page.saving.menu_of_kinds.actions()
    next(action for action in actions if action.text() == words).trigger()
    page.saving.menu_of_kinds.hide()
    return page.saving.findChildren(QFileDialog)[-1]


def test_the_days_that_are_shown_are_saved(
    window: MainWindow,
    page: ActivityPage,
    program: FakeProgram,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page.filters.span.set_value(6)
    page.filters.span.picked.emit(6)
    settle(window)
    dialog = choose_kind(page, "Table for people (CSV)…")
    assert page.saving.menu_of_kinds.actions()[0].text() == "Every entry: Last 7 days"
    assert Path(dialog.selectedFiles()[0]).name == "activity-record-2026-11-22.csv"
    dialog.fileSelected.emit(str(tmp_path / "mine.csv"))
    dialog.close()
    assert not page.saving.isEnabled()
    settle(window)
    assert program.audit.exported == [("mine.csv", local(16, 0), None, ExportFormat.TABLE)]
    assert page.bar("saving").title.text() == "Saved 3,000 entries in mine.csv."
    assert page.saving.isEnabled()
    opened_folders: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened_folders.append)
    button(page, "Show in folder").click()
    assert opened_folders == [QUrl.fromLocalFile(str(tmp_path))]


def test_a_signed_file_names_its_manifest_and_key(
    window: MainWindow, page: ActivityPage, program: FakeProgram, tmp_path: Path
) -> None:
    dialog = choose_kind(page, "Signed file for auditors…")
    assert Path(dialog.selectedFiles()[0]).name == "activity-record-2026-11-22.jsonl"
    dialog.fileSelected.emit(str(tmp_path / "all.jsonl"))
    dialog.close()
    settle(window)
    assert program.audit.exported == [("all.jsonl", None, None, ExportFormat.SIGNED)]
    more = page.bar("saving").more.text()
    assert "all.jsonl.manifest.json" in more
    assert "aa:bb" in more


def test_how_far_it_is_and_what_went_wrong_is_said(
    qtbot: QtBot, window: MainWindow, page: ActivityPage, program: FakeProgram, tmp_path: Path
) -> None:
    program.audit.refusal = Failure(
        FailureCode.INVALID_INPUT, "OSError", title="The file couldn't be saved there."
    )
    told: list[str] = []
    page.saving.told.connect(lambda bar: told.append(bar.more.text() if bar else ""))
    dialog = choose_kind(page, "Table for people (CSV)…")
    dialog.fileSelected.emit(str(tmp_path / "all.csv"))
    dialog.close()
    assert page.bar("saving").title.text() == "Saving…"
    settle(window)
    assert "2,000 entries so far" in told
    assert not page.has_bar("saving")
    assert page.bar("failure").title.text() == "The file couldn't be saved there."

"""The activity record on a program in memory: filters, what they ask for, and what of it is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.audit import BY_PROGRAM, Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, AuditVerification
from idexx_desktop.domain.records import AuditCounts, AuditPerson
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.chips import MenuChip
from idexx_desktop.gui.kit.dialogs import DetailsDialog
from idexx_desktop.gui.kit.picker import PickChip
from idexx_desktop.gui.links import VisitEntries
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.activity import ActivityPage
from idexx_desktop.gui.panels.choose_days import ChooseDaysDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_services import some_activity
from tests.gui.made_up import NOW, ZONE, local
from tests.gui.opening import button, has_button, opened, said
from tests.gui.several_clinics import make_admin

PEOPLE = AuditFilter(people_only=True)
EVERYBODY = [
    AuditPerson("user-1", "front", "front@desk.example"),
    AuditPerson("user-2", "anna", "anna@elm.example"),
    AuditPerson("user-9", "gone"),
    AuditPerson(None, "postgres"),
]


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "activity", "settings") as made:
        made.go("activity")
        settle(made)
        show_the_program_too(made, program)
        yield made


@pytest.fixture
def page(window: MainWindow) -> ActivityPage:
    assert isinstance(window.current, ActivityPage)
    return window.current


def show_the_program_too(window: MainWindow, program: FakeProgram) -> None:
    """What most of these tests look at are rows of all kinds; the look from before is forgotten."""
    page = window.current
    assert isinstance(page, ActivityPage)
    program.audit.asked.clear()
    page.filters.program.click()
    settle(window)


def pick_span(window: MainWindow, chip: MenuChip, words: str) -> None:
    """Choose an entry of a menu, as a click on it does."""
    action = next(each for each in chip.findChildren(QAction) if each.text() == words)
    action.trigger()
    settle(window)


def pick(window: MainWindow, chip: PickChip, words: str) -> None:
    """Open a list and choose the entry with these words."""
    chip.click()
    entry = next(
        item
        for line in range(chip.picks.entries.count())
        if (item := chip.picks.entries.item(line)).text() == words
    )
    chip.picks.entries.itemClicked.emit(entry)
    settle(window)


def test_rows_are_in_words(page: ActivityPage) -> None:
    row = page.model.row(1)
    assert row is not None
    shown = [column.cell(row).spoken() for column in page.model.columns]
    assert shown == [
        "Today 10:12",
        "front@desk.example",
        "Decided about a visit",
        "Max, Tom Baker",
        "No call",
        "This computer",
    ]
    assert page.count.text() == "10 entries"


def test_what_the_program_did_is_shown_where_somebody_asks_for_it(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    with opened(qtbot, bridge, program, "activity") as window:
        page = window.current
        assert isinstance(page, ActivityPage)
        assert program.audit.recorded == [PEOPLE]
        shown = [row.action for line in range(page.model.rowCount()) if (row := page.model.row(line))]
        assert set(shown).isdisjoint(BY_PROGRAM)
        assert len(shown) == 5
        assert not page.filters.narrowed
        # one action or one visit is shown whoever did it
        pick(window, page.filters.action, "Finished a sync")
        assert program.audit.asked[-1][0] == AuditFilter(action=str(Action.SYNC_FINISHED))
        page.filters.clear()
        page.filters.show_visit(VisitEntries("a:5002", "Max", local(1, 0), "clinic-1"))
        assert page.filters.which() == AuditFilter(visit_key="a:5002", since=local(1, 0))
        page.filters.clear()
        program.audit.all = [row for row in program.audit.all if row.action in BY_PROGRAM]
        page.refresh()
        settle(window)
        assert "Nobody has done anything yet" in said(page)
        button(page, "Also the program").click()
        settle(window)
        assert program.audit.asked[-1][0] == AuditFilter()
        assert page.model.rowCount() == 5


def test_filters_ask_for_what_they_say(window: MainWindow, page: ActivityPage, program: FakeProgram) -> None:
    pick(window, page.filters.action, "Tested the Neo sign-in")
    pick(window, page.filters.result, "Not accepted")
    pick_span(window, page.filters.span, "Last 7 days")
    asked = program.audit.asked[-1][0]
    assert asked == AuditFilter(action=str(Action.CREDENTIALS_TESTED), status="rejected", since=local(16, 0))
    assert page.count.text() == "1 entry"


def test_days_are_chosen_with_a_calendar(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    pick_span(window, page.filters.span, "Last 30 days")
    asked = len(program.audit.asked)
    pick_span(window, page.filters.span, "Choose days…")
    dialog = page.findChildren(ChooseDaysDialog)[0]
    assert page.filters.span.accessibleName() == "Last 30 days"
    dialog.first.set_value(date(2026, 11, 1))
    dialog.last.set_value(date(2026, 10, 30))
    assert not dialog.verb.isEnabled()
    assert dialog.hint.text() == "The last day comes before the first."
    dialog.last.set_value(date(2026, 11, 3))
    dialog.verb.click()
    settle(window)
    # 1 November 2026 has 25 hours in this zone
    assert program.audit.asked[-1][0] == AuditFilter(since=local(1, 0), until=local(4, 0))
    assert len(program.audit.asked) == asked + 1
    assert page.filters.span.accessibleName() == "1 Nov to 3 Nov"
    pick_span(window, page.filters.span, "Any time")
    assert program.audit.asked[-1][0] == AuditFilter()


def test_days_that_were_not_chosen_change_nothing(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    asked = len(program.audit.asked)
    pick_span(window, page.filters.span, "Choose days…")
    page.findChildren(ChooseDaysDialog)[0].cancel.click()
    settle(window)
    assert len(program.audit.asked) == asked
    assert page.filters.span.accessibleName() == "Any time"


def test_search_asks_for_the_text_and_clearing_takes_all_filters_away(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    pick(window, page.filters.action, "Finished a sync")
    QTest.keyClicks(page.filters.search, "nothing like this\r")
    settle(window)
    assert program.audit.asked[-1][0].text == "nothing like this"
    assert "Nothing matches" in said(page)
    button(page, "Clear filters").click()
    settle(window)
    assert program.audit.asked[-1][0] == AuditFilter()
    assert page.filters.search.text() == ""


def test_counts_stand_beside_the_choices(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    program.audit.counted = AuditCounts(
        10_000, True, Counter({"sync.started": 1200}), Counter({"ok": 3, "no_call": 1})
    )
    program.audit.all = some_activity() * 11
    page.refresh()
    settle(window)
    assert page.count.text() == "10,000+ entries"
    page.filters.action.click()
    notes = {choice.text: choice.note for choice in page.filters.action.choices}
    assert (notes["Started a sync"], notes["Finished a sync"]) == ("1,200", "0")
    assert "No call" in [choice.text for choice in page.filters.result.choices]
    page.filters.action.picks.hide()


def test_where_counting_takes_long_the_rows_at_hand_are_said(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    rows = some_activity()
    program.audit.all = [
        replace(rows[0], id=f"row-{number}", seq=900 - number, timestamp=NOW - timedelta(seconds=number))
        for number in range(130)
    ]
    program.audit.counted = AuditCounts(None, True)
    page.refresh()
    settle(window)
    assert page.count.text() == "100+ entries"


def test_others_than_admins_have_no_people_to_choose(page: ActivityPage) -> None:
    assert not page.filters.person.isVisible()
    assert not page.filters.clinic.isVisible()


def test_an_admin_chooses_people_who_occur_and_clinics(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    make_admin(program, begins_with_all=True)
    program.audit.everybody = EVERYBODY
    with opened(qtbot, bridge, program, "activity") as window:
        page = window.current
        assert isinstance(page, ActivityPage)
        show_the_program_too(window, program)
        pick(window, page.filters.person, "anna@elm.example")
        assert program.audit.asked[-1][0] == AuditFilter(user_id="user-2")
        pick(window, page.filters.clinic, "Pine Hill")
        assert program.audit.asked[-1][0] == AuditFilter(user_id="user-2", clinic_id="clinic-3")
        page.filters.clear()
        pick(window, page.filters.person, "The records' owner (postgres)")
        assert program.audit.asked[-1][0] == AuditFilter(actor="postgres")
        names = [choice.text for choice in page.filters.person.choices]
        assert names[0] == "front@desk.example (you)"
        assert "gone" in names


# what is recorded


def test_opening_and_each_filter_is_one_look(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    assert program.audit.recorded == [AuditFilter()]
    pick(window, page.filters.result, "Couldn't")
    page.refresh()
    settle(window)
    assert program.audit.recorded == [AuditFilter(), AuditFilter(status="failed")]


def test_typing_on_is_the_same_look(window: MainWindow, page: ActivityPage, program: FakeProgram) -> None:
    for typed in ("be", "lla", "\b\b"):
        QTest.keyClicks(page.filters.search, f"{typed}\r")
        settle(window)
    assert [which.text for which in program.audit.recorded] == ["", "be"]
    page.filters.search.setText("otto")
    QTest.keyClicks(page.filters.search, "\r")
    settle(window)
    assert [which.text for which in program.audit.recorded] == ["", "be", "otto"]


def test_a_look_that_could_not_be_recorded_is_recorded_when_it_is_tried_again(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    program.audit.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    pick(window, page.filters.action, "Finished a sync")
    program.audit.failure = None
    before = len(program.audit.recorded)
    button(page, "Try again").click()
    settle(window)
    assert len(program.audit.recorded) == before + 1


def test_who_leaves_and_comes_back_looks_anew(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    window.go("settings")
    settle(window)
    window.go("activity")
    settle(window)
    assert program.audit.recorded == [AuditFilter(), AuditFilter()]


# checking


def test_a_whole_record_is_said_with_its_number_of_rows(window: MainWindow, page: ActivityPage) -> None:
    page.check.click()
    assert page.check.accessibleName() == "Checking…"
    assert not page.check.isEnabled()
    settle(window)
    assert (
        "1,204 entries were checked, and nothing was changed or taken out. "
        "Signed copies on this computer protect it since 3 Nov, the last from 10:42."
    ) in said(page)
    assert page.check.isEnabled()


def test_a_record_without_signed_copies_is_said_to_be_so(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    program.audit.verification = AuditVerification(True, 1)
    page.check.click()
    settle(window)
    assert any("keeps no signed copies of it yet" in words for words in said(page))


def test_a_changed_record_is_said_with_its_first_row_and_what_to_do(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    program.audit.verification = AuditVerification(False, 17, "chain 1: row 18 was changed")
    page.check.click()
    settle(window)
    assert "The record was changed from outside." in said(page)
    assert not has_button(page, "Close")
    button(page, "Details").click()
    shown = window.findChildren(DetailsDialog)[0].findChildren(QPlainTextEdit)[0].toPlainText()
    assert "chain 1: row 18 was changed" in shown
    assert "17" in shown
    assert "save the record as a signed file" in shown


def test_a_check_that_cannot_be_made_is_said(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    program.audit.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    page.check.click()
    settle(window)
    assert "Can't reach your clinic's records. Syncing is paused." in said(page)
    assert page.check.isEnabled()


# words


def test_days_begin_at_the_clinics_midnight(page: ActivityPage) -> None:
    page.filters.span.set_value(0)
    page.filters.span.picked.emit(0)
    assert page.filters.days() == (local(22, 0), None)
    page.filters.span.set_value(29)
    page.filters.span.picked.emit(29)
    first, _ = page.filters.days()
    assert first is not None
    # summer time ended in between, so these days have an hour more
    assert first == local(22, 0) - timedelta(days=29, hours=1)
    assert first.astimezone(ZONE).hour == 0

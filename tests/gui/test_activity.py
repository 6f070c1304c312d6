"""The activity record on a program in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.audit import ACTION_WORDS, Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, AuditVerification
from idexx_desktop.gui import activity_words
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.chips import MenuChip
from idexx_desktop.gui.kit.dialogs import DetailsDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.activity import ActivityPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_services import some_activity
from tests.gui.made_up import NOW, ZONE, local
from tests.gui.opening import button, has_button, opened, said


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "activity") as made:
        yield made


@pytest.fixture
def page(window: MainWindow) -> ActivityPage:
    assert isinstance(window.current, ActivityPage)
    return window.current


def pick(window: MainWindow, chip: MenuChip, value: object) -> None:
    """Choose an entry of a menu, as a click on it does."""
    action = next(each for each in chip.findChildren(QAction) if each.data() == value)
    action.trigger()
    settle(window)


def test_rows_are_in_words(page: ActivityPage) -> None:
    row = page.model.row(1)
    assert row is not None
    shown = [column.cell(row).spoken() for column in page.model.columns]
    assert shown == ["Today 10:12", "front@desk.example", "Decided about a visit", "No call", "127.0.0.1"]
    assert page.count.text() == "10 rows"


def test_every_action_has_words() -> None:
    assert {activity_words.what(action) for action in Action} == set(ACTION_WORDS.values())
    assert activity_words.what("moon.landed") == "moon.landed"


def test_filters_ask_for_what_they_say(window: MainWindow, page: ActivityPage, program: FakeProgram) -> None:
    pick(window, page.person, "owner")
    pick(window, page.action, str(Action.CREDENTIALS_TESTED))
    pick(window, page.result, "rejected")
    pick(window, page.span, 6)
    asked = program.audit.asked[-1]
    start = local(16, 0)
    assert asked == AuditFilter("", str(Action.CREDENTIALS_TESTED), "rejected", "owner", since=start)
    assert page.count.text() == "1 row"


def test_search_asks_for_the_text_and_clearing_takes_all_filters_away(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    pick(window, page.person, "owner")
    QTest.keyClicks(page.search, "nothing like this\r")
    settle(window)
    assert program.audit.asked[-1].text == "nothing like this"
    assert "Nothing matches" in said(page)
    button(page, "Clear filters").click()
    settle(window)
    assert program.audit.asked[-1] == AuditFilter()
    assert page.search.text() == ""


def test_days_begin_at_the_clinics_midnight() -> None:
    assert activity_words.since(0, NOW, ZONE) == local(22, 0)
    # 1 November 2026 has 25 hours in this zone
    assert activity_words.since(21, NOW, ZONE) == local(22, 0) - timedelta(days=21, hours=1)


def test_the_panel_holds_every_detail_as_plain_text(window: MainWindow, page: ActivityPage) -> None:
    page.pane.table.choose("row-9")
    settle(window)
    words = said(page.panel)
    assert "<b>failed</b>" in words
    assert any("<i>consultation_unavailable" in each for each in words)
    page.pane.table.choose("row-6")
    settle(window)
    assert ("Login", "front") in page.panel.facts
    assert ("visit keys", "a:5004\na:5007") in page.panel.facts
    page.pane.table.choose("row-4")
    settle(window)
    assert ("Problem", "wrong_password") in page.panel.facts
    page.panel.closed.emit()
    assert not page.panel.isVisible()


def test_a_whole_record_is_said_with_its_number_of_rows(window: MainWindow, page: ActivityPage) -> None:
    page.check.click()
    assert page.check.accessibleName() == "Checking…"
    assert not page.check.isEnabled()
    settle(window)
    assert "1,204 rows were checked, and nothing was changed or taken out." in said(page)
    assert page.check.isEnabled()


def test_a_changed_record_is_said_with_its_first_row(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    program.audit.verification = AuditVerification(False, 17, "chain 1: row 18 was changed")
    page.check.click()
    settle(window)
    assert "The record was changed from outside." in said(page)
    assert not has_button(page, "Close")
    button(page, "Details").click()
    shown = page.findChildren(DetailsDialog)[0].findChildren(QPlainTextEdit)[0].toPlainText()
    assert "chain 1: row 18 was changed" in shown
    assert "17" in shown


def test_a_check_that_cannot_be_made_is_said(
    window: MainWindow, page: ActivityPage, program: FakeProgram
) -> None:
    program.audit.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    page.check.click()
    settle(window)
    assert "Can't reach your clinic's records. Syncing is paused." in said(page)
    assert page.check.isEnabled()


def test_only_what_did_not_go_well_has_a_pill() -> None:
    rows = some_activity()
    pills = {row.status: activity_words.result_pill(row) for row in rows}
    assert pills["ok"] is None
    assert pills["rejected"] is not None
    assert activity_words.result(replace(rows[0], status=None)) == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [("ok", "Done"), ("held", "Held for you"), ("failed", "Couldn't"), ("no_call", "No call"), (None, "")],
)
def test_results_are_in_words(status: str | None, words: str) -> None:
    assert activity_words.result_word(status) == words


def test_people_are_named_by_address_where_it_is_known(program: FakeProgram) -> None:
    me = program.identity
    assert activity_words.who("front", me) == "front@desk.example"
    assert activity_words.who("owner", me) == "owner"
    assert activity_words.who("", me) == "This program"
    assert activity_words.who("front", replace(me, email="")) == "front"

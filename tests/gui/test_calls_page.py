"""Discharge calls: the work list, outcomes with Undo, moving and leaving out, the brakes; on a program in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import RecordsChanged, Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import call_words
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog
from idexx_desktop.gui.panels.which_died import WhichDied
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tables.model import MarkRole
from tests.gui.calls_page import calls_page, choose, owners
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, local
from tests.gui.opening import button, has_button, opened, said


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "visits", "calls") as made:
        yield made


@pytest.fixture
def page(window: MainWindow) -> CallsPage:
    return calls_page(window)


def test_it_opens_with_what_is_due(page: CallsPage, program: FakeProgram) -> None:
    assert program.calls.asked[-1] == CallFilter("due")
    assert owners(page) == ["Tom Baker", "Mei Lin", "Liam <i>O'Neil</i>", "Jo Park", "Liam O'Neil"]
    names = [chip.accessibleName() for chip in page.chips.values()]
    assert names == ["Due today · 5", "Upcoming · 1", "Call by hand · 0", "Paused · 0", "Done · 3", "All · 9"]
    assert not page.chips["paused"].isVisible()


@pytest.mark.parametrize(
    ("group", "first"), [("upcoming", "Sam Wu"), ("done", "Aisha Khan"), ("all", "Sam Wu")]
)
def test_each_chip_asks_for_its_group(
    window: MainWindow, page: CallsPage, program: FakeProgram, group: str, first: str
) -> None:
    page.chips[group].click()
    settle(window)
    assert program.calls.asked[-1] == CallFilter(group)
    assert owners(page)[0] == first
    mark = page.model.headerData(0, Qt.Orientation.Horizontal, MarkRole)
    assert mark == ("up" if group == "upcoming" else "down")


def test_search_asks_the_service(window: MainWindow, page: CallsPage, program: FakeProgram) -> None:
    QTest.keyClicks(page.search, "tom")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    settle(window)
    assert program.calls.asked[-1] == CallFilter("due", "tom")
    assert owners(page) == ["Tom Baker"]
    assert page.count.text() == "1 call"


def test_the_row_says_whom_when_and_what(page: CallsPage) -> None:
    cells = [page.model.index(0, column).data() for column in range(6)]
    assert cells == [
        "Today 10:00",
        "Rex & Nala, Tom Baker",
        "+1 510 555 0104",
        "Vaccination",
        "Rex had his yearly vaccination and Nala was treated for itchy skin. Rex: a little tired today is normal; call"
        " us if his face swells or he vomits. Nala: one…",
        "Due now",
    ]


# the panel


def test_the_panel_gives_the_number_and_the_words(window: MainWindow, page: CallsPage) -> None:
    choose(window, page, "call-4")
    words = said(page.panel)
    assert page.panel.title.text() == "Rex & Nala"
    assert "+1 510 555 0104" in words
    assert page.panel.words is not None
    assert [text for text in page.panel.words.sentences if "one tablet with food" in text]
    button(page.panel, "Copy number").click()
    assert QGuiApplication.clipboard().text() == "+15105550104"
    assert window.toast.accessibleName() == "Number copied."


def test_the_panel_tells_of_all_numbers_of_the_owner(window: MainWindow, page: CallsPage) -> None:
    choose(window, page, "call-7")
    assert any("home 510-555-0177 · work" in text for text in said(page.panel))
    choose(window, page, "call-8")
    assert not any("In Neo" in text for text in said(page.panel))


# these two ask, or say, more
_OF_THEIR_OWN = (CallOutcomeKind.OPTED_OUT, CallOutcomeKind.REACHED_CONCERN)


@pytest.mark.parametrize("outcome", [kind for kind in CallOutcomeKind if kind not in _OF_THEIR_OWN])
def test_an_outcome_is_noted_and_undone(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, outcome: CallOutcomeKind
) -> None:
    choose(window, page, "call-4")
    page.panel.form.note.setText(" asks about the tablets ")
    page.panel.form.buttons[outcome].click()
    if outcome is CallOutcomeKind.DIED:
        [asked] = page.panel.findChildren(WhichDied)
        asked.boxes[0].setChecked(True)
        asked.verb.click()
    qtbot.waitUntil(lambda: "Tom Baker" not in owners(page))
    assert program.calls.done == [("record_outcome", "call-4", outcome, "asks about the tablets")]
    assert page.panel.isVisible()
    assert not page.panel.form.isVisible()
    assert has_button(page.panel, "Next call: Zoë, Mei Lin")
    assert window.toast.accessibleName().startswith("Noted for Tom Baker")
    button(window.toast, "Undo").click()
    qtbot.waitUntil(lambda: "Tom Baker" in owners(page))
    assert program.calls.done[-1] == ("undo", Undo(outcome_of="call-4"))


def test_an_opt_out_by_a_slip_is_taken_back_with_the_outcome(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    choose(window, page, "call-5")
    page.panel.form.buttons[CallOutcomeKind.OPTED_OUT].click()
    qtbot.waitUntil(lambda: "Mei Lin" not in owners(page))
    assert window.toast.accessibleName() == "Mei Lin isn't called any more."
    button(window.toast, "Undo").click()
    qtbot.waitUntil(lambda: "Mei Lin" in owners(page))
    assert program.calls.done[1:] == [("undo", Undo(outcome_of="call-5", opted_out="+15105550105"))]


def test_an_outcome_is_taken_back_later(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    page.chips["done"].click()
    settle(window)
    choose(window, page, "call-3")
    assert "Licks the wound; comes in tomorrow at 9." in said(page.panel)
    assert not page.panel.form.isVisible()
    button(page.panel, "Take back").click()
    qtbot.waitUntil(lambda: "Aisha Khan" not in owners(page))
    assert program.calls.done == [("undo", Undo(outcome_of="call-3"))]


def test_a_call_is_moved_and_that_is_undone(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    choose(window, page, "call-4")
    button(page.panel, "Another time…").click()
    dialog = page.panel.findChildren(ChooseTimeDialog)[0]
    assert dialog.when() == local(22, 11, 45)  # an hour from now, on a quarter
    dialog.moment.set_local(datetime(2026, 11, 23, 9, tzinfo=UTC))
    dialog.verb.click()
    qtbot.waitUntil(lambda: "Tom Baker" not in owners(page))
    assert program.calls.done == [("reschedule", "call-4", datetime(2026, 11, 23, 17, tzinfo=UTC))]
    assert window.toast.accessibleName() == "Call to Tom Baker: tomorrow 09:00."
    button(window.toast, "Undo").click()
    qtbot.waitUntil(lambda: program.calls._get("call-4").scheduled_for == local(22, 10))


def test_a_call_is_left_out_and_that_is_undone(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    choose(window, page, "call-4")
    button(page.panel, "Don't call").click()
    qtbot.waitUntil(lambda: "Tom Baker" not in owners(page))
    assert program.calls.done == [("cancel", "call-4", "")]
    button(window.toast, "Undo").click()
    qtbot.waitUntil(lambda: "Tom Baker" in owners(page))


def test_a_call_that_was_handed_over_is_told_in_a_bar(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    program.calls.failure = Failure(FailureCode.HANDED_OVER)
    choose(window, page, "call-4")
    page.panel.form.buttons[CallOutcomeKind.REACHED_WELL].click()
    settle(window)
    assert page.bar("failure").title.text().startswith("This call was already handed over")


def test_a_call_under_way_can_not_be_changed(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    program.calls.calls = [
        replace(row, status="ringing") if row.id == "call-4" else row for row in program.calls.calls
    ]
    page.chips["all"].click()
    settle(window)
    choose(window, page, "call-4")
    assert not page.panel.form.isVisible()
    assert not has_button(page.panel, "Don't call")
    assert any("calling system has this call" in text for text in said(page.panel))


def test_a_note_is_typed_in_peace(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    choose(window, page, "call-5")
    QTest.keyClicks(page.panel.form.note, "asks for")
    program.calls.calls = [row for row in program.calls.calls if row.id != "call-4"]
    program.syncer.emit(RecordsChanged(Topic.CALLS))
    qtbot.waitUntil(lambda: len(owners(page)) == 4)
    settle(window)
    assert page.pane.table.chosen_row().id == "call-5"
    assert page.panel.form.note.text() == "asks for"
    choose(window, page, "call-6")
    assert page.panel.form.note.text() == ""


# the brakes


def test_a_note_whose_result_was_refused_stays(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    """The call was handed over meanwhile: it leaves the list, what was typed doesn't."""
    choose(window, page, "call-4")
    page.panel.form.note.setText("Nala vomits, wants a call from the vet")
    program.calls.failure = Failure(FailureCode.HANDED_OVER)
    page.panel.form.buttons[CallOutcomeKind.VOICEMAIL].click()
    settle(window)
    assert page.bar("failure") is not None
    program.calls.calls = [row for row in program.calls.calls if row.id != "call-4"]
    page.refresh()
    settle(window)
    assert page.panel.isVisible()
    assert page.panel.form.note.text() == "Nala vomits, wants a call from the vet"


def test_all_calls_are_paused_and_resumed(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    button(page, "Pause all calls").click()
    qtbot.waitUntil(lambda: page.has_bar("paused"))
    assert program.calls.pressed == ["pause_all"]
    assert page.bar("paused").title.text() == "All calls are paused."
    settle(window)
    assert page.pane.notice
    assert page.pane.notice.title.text() == "All calls are paused", "not: no call is due"
    button(page.pane, "See paused calls").click()
    settle(window)
    assert len(owners(page)) == 6
    assert page.chips["paused"].accessibleName() == "Paused · 6"
    choose(window, page, "call-4")
    assert page.panel.row is not None
    assert call_words.state_pill(page.panel.row, NOW).text == "Paused"
    assert not page.panel.form.isVisible()
    page.chips["done"].click()
    settle(window)
    assert len(owners(page)) == 3, "no ghosts among what is over"
    page.brake.click()
    qtbot.waitUntil(lambda: not page.has_bar("paused"))
    assert page.brake.accessibleName() == "Pause all calls"
    assert program.calls.pressed == ["pause_all", "resume_all"]


def test_review_mode_is_left_after_a_question_with_the_number(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    program.calls.is_review = True
    page.refresh()
    settle(window)
    assert not page.brake.isVisible()
    assert page.bar("review").title.text() == "Calls are shown only, none is scheduled."
    button(page.bar("review"), "Turn on discharge calls").click()
    settle(window)
    dialog = page.findChildren(ConfirmDialog)[0]
    assert any("6 calls will be scheduled now, the first for 10:00" in text for text in said(dialog))
    dialog.cancel.click()
    assert program.calls.pressed == []
    button(page.bar("review"), "Turn on discharge calls").click()
    settle(window)
    page.findChildren(ConfirmDialog)[-1].verb.click()
    qtbot.waitUntil(lambda: not page.has_bar("review"))
    assert program.calls.pressed == ["turn_on_calls"]


def test_without_calls_review_mode_leads_to_the_visits(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    program.calls.is_review, program.calls.calls = True, []
    page.refresh()
    settle(window)
    button(page.pane, "See these visits").click()
    settle(window)
    assert isinstance(window.current, VisitsPage)
    assert program.visits.asked[-1].states == {VisitState.HELD}


# keys, plain text, empty states


def test_it_is_used_with_keys_alone(window: MainWindow, page: CallsPage) -> None:
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()
    table = page.pane.table
    table.setFocus()
    choose(window, page, "call-4")
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert page.panel.form.buttons[CallOutcomeKind.REACHED_WELL].hasFocus()
    QTest.keyClick(page.panel.form.buttons[CallOutcomeKind.REACHED_WELL], Qt.Key.Key_Escape)
    assert not page.panel.isVisible()
    assert table.hasFocus()


def test_text_from_outside_stays_text(window: MainWindow, page: CallsPage) -> None:
    choose(window, page, "call-6")
    shown = [label for label in window.findChildren(QLabel) if "<" in label.text()]
    assert {"<b>Tiger</b> & Co", "Liam <i>O'Neil</i> · General"} <= {label.text() for label in shown}
    assert page.panel.words is not None
    assert page.panel.words.sentences == ["<h1>Limps</h1> less."]
    assert {label.textFormat() for label in shown} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize(
    ("group", "title"),
    [("due", "No call is due today"), ("upcoming", "No upcoming calls"), ("done", "No calls made yet"),
     ("paused", "No call is paused"),
     ("all", "No calls yet")],
)  # fmt: skip
def test_each_group_says_why_it_is_empty(
    window: MainWindow, page: CallsPage, program: FakeProgram, group: str, title: str
) -> None:
    program.calls.calls = []
    page.chips["all"].click()
    page.chips[group].click()
    settle(window)
    assert page.pane.notice
    assert page.pane.notice.title.text() == title


def test_no_match_clears_the_search(window: MainWindow, page: CallsPage) -> None:
    QTest.keyClicks(page.search, "nobody")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    settle(window)
    assert page.pane.notice
    assert page.pane.notice.title.text() == "Nothing matches"
    button(page.pane, "Clear filters").click()
    settle(window)
    assert len(owners(page)) == 5


def test_what_is_not_loaded_is_tried_again(
    window: MainWindow, page: CallsPage, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Failure(FailureCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as broken:
        broken.setattr(program.calls, "rows", refuse)
        page.refresh()
        settle(window)
        assert page.pane.notice
        assert page.pane.notice.title.text() == "Couldn't load this list"
    button(page.pane, "Try again").click()
    settle(window)
    assert len(owners(page)) == 5


# calls that a calling system left behind

"""Visits: filters, the panel with its decisions, keys, empty states, columns; on a program in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QDate, QDateTime, QEvent, QPoint, Qt, QTime, QTimeZone, QUrl
from PySide6.QtGui import QDesktopServices, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.events import RecordsChanged, SyncFinished, SyncResult, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import ZONE, local, visit
from tests.gui.opening import button, has_button, opened, said

_FROM, _TO = datetime(2026, 11, 20, tzinfo=ZONE), datetime(2026, 11, 23, tzinfo=ZONE)


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "visits", "calls") as made:
        yield made


@pytest.fixture
def page(window: MainWindow) -> VisitsPage:
    window.go("visits")
    settle(window)
    assert isinstance(window.current, VisitsPage)
    return window.current


def pets(page: VisitsPage) -> list[str]:
    """The pets that are listed, top down."""
    lines = range(page.model.rowCount())
    return [row.patient_name for line in lines if (row := page.model.row(line))]


def choose(window: MainWindow, page: VisitsPage, key: str) -> None:
    """Select a visit and let the panel read it."""
    assert page.pane.table.choose(key)
    settle(window)


def change(program: FakeProgram, key: str, **fields: object) -> None:
    """Change one visit in the records."""
    program.visits.all = [
        replace(row, **fields) if row.visit_key == key else row  # type: ignore[arg-type]  # fields of a record
        for row in program.visits.all
    ]


# filters


def test_it_opens_with_the_days_that_today_counts(page: VisitsPage, program: FakeProgram) -> None:
    assert program.visits.asked[-1] == VisitFilter(since=_FROM, until=_TO)
    assert page.count.text() == "9 visits"
    assert "<b>Tiger</b> & Co" not in pets(page)  # it came three days ago


def test_each_filter_asks_the_service(window: MainWindow, page: VisitsPage, program: FakeProgram) -> None:
    filters = page.filters
    filters.days.set_value(7)
    filters.days.picked.emit(7)
    settle(window)
    assert program.visits.asked[-1] == VisitFilter(since=datetime(2026, 11, 15, tzinfo=ZONE), until=_TO)
    menu = filters.states.choices
    for line in (1, 4):
        menu.popup(QPoint(0, 0))
        QTest.mouseClick(
            menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[line]).center()
        )
    assert menu.isVisible()  # several can be ticked in one go
    menu.close()
    filters.provider.set_value("Dr. Kim")
    filters.provider.picked.emit("Dr. Kim")
    QTest.keyClicks(filters.search, "be")
    QTest.keyClick(filters.search, Qt.Key.Key_Return)
    settle(window)
    assert program.visits.asked[-1] == VisitFilter(
        text="be",
        states=frozenset({VisitState.HELD, VisitState.FAILED}),
        provider="Dr. Kim",
        since=datetime(2026, 11, 15, tzinfo=ZONE),
        until=_TO,
    )
    assert filters.states.accessibleName() == "2 states"
    assert pets(page) == ["Bella"]
    assert page.count.text() == "1 visit"


def test_any_time_asks_for_every_day(window: MainWindow, page: VisitsPage, program: FakeProgram) -> None:
    page.filters.days.set_value(None)
    page.filters.days.picked.emit(None)
    settle(window)
    assert program.visits.asked[-1] == VisitFilter()
    assert "<b>Tiger</b> & Co" in pets(page)


def test_a_part_of_todays_bar_leads_to_its_visits(
    window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    page.filters.search.setText("left over from before")
    window.go("visits", VisitState.HELD)
    settle(window)
    held = VisitFilter(states=frozenset({VisitState.HELD}), since=_FROM, until=_TO)
    assert program.visits.asked[-1] == held
    assert page.filters.states.accessibleName() == "Held for you"
    assert pets(page) == ["Otto", "Max"]


def test_a_day_of_todays_plot_leads_to_its_visits(
    window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    window.go("visits", date(2026, 11, 19))
    settle(window)
    day = VisitFilter(since=datetime(2026, 11, 19, tzinfo=ZONE), until=_FROM)
    assert program.visits.asked[-1] == day
    assert pets(page) == ["<b>Tiger</b> & Co"]
    page.filters.day.click()
    settle(window)
    assert program.visits.asked[-1] == VisitFilter(since=_FROM, until=_TO)


def test_a_day_can_be_asked_for_before_the_program_is_open(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    window = MainWindow(bridge)
    qtbot.addWidget(window)
    window.show()
    window.go("visits", date(2026, 11, 19))
    window.attach(program)
    settle(window)
    assert program.visits.asked[-1].until == _FROM
    window.shut_down()


# the panel


def test_the_panel_says_why_and_what_happens_next(window: MainWindow, page: VisitsPage) -> None:
    choose(window, page, "a:5002")
    assert page.panel.title.text() == "Max"
    assert page.panel.subtitle.text() == "Edge Family · Canine, Mixed"
    words = said(page.panel)
    assert "Why no call was scheduled" in words
    assert "“…elected to put him to sleep. Passed peacefully.”" in words
    assert any("poor prognosis" in text for text in words)


def test_a_held_visit_is_kept_without_a_call_and_that_is_undone(
    qtbot: QtBot, window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    choose(window, page, "a:5002")
    button(page.panel, "Keep: no call").click()
    settle(window)
    assert program.visits.decisions == [("a:5002", PersonChoice.NO_CALL, "", None)]
    assert window.toast.accessibleName() == "No call for Max."
    button(window.toast, "Undo").click()
    qtbot.waitUntil(lambda: program.visits.undone == ["a:5002"])
    assert page.panel.isVisible()


def test_a_scheduled_call_is_moved_within_the_hours(
    window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    choose(window, page, "a:5001")
    button(page.panel, "Another time…").click()
    dialog = page.panel.findChildren(ChooseTimeDialog)[0]
    assert dialog.when() == local(22, 16)  # the time of the rules
    for hour, problem in ((9, "still to come"), (22, "between 08:00 and 21:00")):
        dialog.moment.setTime(QTime(hour, 0))
        assert problem in dialog.hint.text()
        assert not dialog.verb.isEnabled()
    moved = QDateTime(QDate(2026, 11, 24), QTime(11, 30), QTimeZone.utc())
    dialog.moment.setDateTime(moved)
    dialog.verb.click()
    settle(window)
    when = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
    assert program.visits.decisions == [("a:5001", PersonChoice.CALL, "", when)]


def test_a_scheduled_call_is_not_made(window: MainWindow, page: VisitsPage, program: FakeProgram) -> None:
    choose(window, page, "a:5001")
    button(page.panel, "Don't call").click()
    settle(window)
    assert program.visits.decisions == [("a:5001", PersonChoice.NO_CALL, "", None)]


def test_a_visit_that_could_not_be_read_is_tried_again(
    window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    choose(window, page, "a:5003")
    assert "Neo didn't give this visit after three tries." in said(page.panel)
    button(page.panel, "Try again").click()
    assert program.syncer.started == [(Trigger.RETRY, frozenset({"a:5003"}))]
    button(page.panel, "Ignore").click()
    settle(window)
    assert program.visits.decisions == [("a:5003", PersonChoice.IGNORE, "", None)]


def test_a_call_that_was_handed_over_is_told_in_a_bar(
    window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    program.visits.refusal = Failure(FailureCode.HANDED_OVER)
    choose(window, page, "a:5001")
    button(page.panel, "Don't call").click()
    settle(window)
    assert page.bar("failure").title.text().startswith("This call was already handed over")
    assert not window.toast.isVisible()


@pytest.mark.parametrize(
    ("link", "is_opened"),
    [
        ("https://neo.example/consultations/8001", True),
        ("http://127.0.0.1:8080/consultations/8001", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_web_addresses_are_opened(
    window: MainWindow,
    page: VisitsPage,
    program: FakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    link: str,
    is_opened: bool,
) -> None:
    addresses: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: addresses.append(QUrl(url).toString()))
    monkeypatch.setattr(program.visits, "neo_link", lambda _: link)
    choose(window, page, "a:5001")
    button(page.panel, "Open in Neo").click()
    settle(window)
    assert addresses == ([link] if is_opened else [])
    assert page.has_bar("failure") is not is_opened


def test_notes_that_changed_after_the_call_are_shown_as_a_difference(
    window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    change(
        program, "a:5001", notes="Bright.\nTooth out.", previous_notes="Bright.\nTeeth cleaned.",
        notes_changed_after_call=True,
    )  # fmt: skip
    page.refresh()
    settle(window)
    choose(window, page, "a:5001")
    words = said(page.panel)
    at = words.index("The notes changed after the call was scheduled")
    assert words[at + 1 : at + 3] == ["Teeth cleaned.", "Tooth out."]


def test_a_person_takes_a_decision_back(window: MainWindow, page: VisitsPage, program: FakeProgram) -> None:
    change(program, "a:5009", reason_code="no_call_by_person", reason="You decided so.")
    page.refresh()
    settle(window)
    choose(window, page, "a:5009")
    button(page.panel, "Take decision back").click()
    settle(window)
    assert program.visits.undone == ["a:5009"]


# reading again


def test_a_sync_is_shown_in_place(
    qtbot: QtBot, window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    choose(window, page, "a:5002")
    read = len(program.visits.read)
    program.visits.all.insert(0, visit(11, "Ash", "Jo Park", VisitState.WAITING, "no_notes", "No notes yet."))  # type: ignore[arg-type]  # a code as the database keeps it
    program.syncer.emit(SyncFinished(SyncResult("session-2", "completed", consultations_synced=11)))
    qtbot.waitUntil(lambda: "Ash" in pets(page))
    settle(window)
    assert page.panel.isVisible()
    assert page.pane.table.chosen_row().visit_key == "a:5002"
    assert len(program.visits.read) == read  # nothing of Max changed, so nobody looked at his notes again


def test_a_change_of_the_open_visit_is_shown(
    qtbot: QtBot, window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    choose(window, page, "a:5005")
    change(program, "a:5005", state=VisitState.SCHEDULED, reason_code="call_due", call_status="queued",
           call_scheduled_for=local(23, 14), has_clinical_notes=True, notes="Spayed.")  # fmt: skip
    program.syncer.emit(RecordsChanged("visits"))
    qtbot.waitUntil(lambda: has_button(page.panel, "Another time…"))
    qtbot.waitUntil(lambda: "Spayed." in said(page.panel))


def test_running_down_the_list_reads_the_notes_only_where_one_rests(
    qtbot: QtBot, window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    table = page.pane.table
    table.setFocus()
    table.selectRow(0)
    for _ in range(6):
        QTest.keyClick(table, Qt.Key.Key_Down)
    last = table.chosen_row().visit_key
    qtbot.waitUntil(lambda: last in program.visits.read)
    assert len(program.visits.read) <= 3


# keys, plain text, columns, empty states


def test_it_is_used_with_keys_alone(
    qtbot: QtBot, window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.filters.search.hasFocus()
    table = page.pane.table
    table.setFocus()
    choose(window, page, "a:5002")
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert button(page.panel, "Keep: no call").hasFocus()
    QTest.keyClick(button(page.panel, "Keep: no call"), Qt.Key.Key_Escape)
    assert not page.panel.isVisible()
    assert table.hasFocus()
    choose(window, page, "a:5002")
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert not page.panel.isVisible()


def test_text_from_outside_stays_text(window: MainWindow, page: VisitsPage, program: FakeProgram) -> None:
    attack = "<img src='http://evil.example/x.png'><b>bold</b>"
    change(program, "a:5001", patient_name=attack, owner_name=attack, reason=attack, notes=attack, breed=attack,
           provider=attack, has_clinical_notes=True)  # fmt: skip
    page.refresh()
    settle(window)
    choose(window, page, "a:5001")
    shown = [label for label in window.findChildren(QLabel) if "evil.example" in label.text()]
    assert len(shown) >= 4
    assert {label.textFormat() for label in shown} == {Qt.TextFormat.PlainText}
    button(page.panel, "Don't call").click()
    settle(window)
    assert attack in window.toast.accessibleName()
    assert all("<img" not in label.toolTip() for label in shown)


def test_a_tooltip_of_the_table_stays_text(
    window: MainWindow, page: VisitsPage, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *__: shown.append(text))
    change(program, "a:5001", reason="<b>bold</b>")
    page.refresh()
    settle(window)
    table = page.pane.table
    line = page.model.line_of("a:5001")
    assert line is not None
    place = table.visualRect(page.model.index(line, 4)).center()
    QApplication.sendEvent(table.viewport(), _help(place, table.viewport().mapToGlobal(place)))
    assert shown
    assert "&lt;b&gt;bold&lt;/b&gt;" in shown[0]


def _help(place: QPoint, on_screen: QPoint) -> QHelpEvent:
    return QHelpEvent(QEvent.Type.ToolTip, place, on_screen)


def test_columns_are_chosen_and_remembered(
    qtbot: QtBot, window: MainWindow, page: VisitsPage, bridge: Bridge
) -> None:
    table, menu = page.pane.table, page.column_menu
    assert [table.isColumnHidden(number) for number in range(8)] == [False] * 5 + [True] * 3
    for line in (1, 3):  # without the provider, with the status in Neo
        menu.popup(QPoint(0, 0))
        menu.setActiveAction(menu.actions()[line])
        QTest.keyClick(menu, Qt.Key.Key_Space)
    menu.close()
    assert [number for number in range(8) if not table.isColumnHidden(number)] == [0, 1, 3, 4, 5]
    again = VisitsPage(window.desk)
    qtbot.addWidget(again)
    assert again.column_menu.chosen() == [1, 3, 5]


def test_columns_make_room_for_the_panel(window: MainWindow, page: VisitsPage) -> None:
    window.resize(1024, 640)
    choose(window, page, "a:5002")
    table = page.pane.table
    shown = [number for number in range(8) if not table.isColumnHidden(number)]
    assert shown[0] == 0
    assert 4 in shown  # the pet and what happens next are never left out
    assert sum(table.columnWidth(number) for number in shown) <= table.viewport().width()


def test_no_match_clears_its_filters(window: MainWindow, page: VisitsPage, program: FakeProgram) -> None:
    QTest.keyClicks(page.filters.search, "nobody")
    QTest.keyClick(page.filters.search, Qt.Key.Key_Return)
    settle(window)
    assert page.pane.notice
    assert page.pane.notice.title.text() == "Nothing matches"
    assert not page.save.isEnabled()
    button(page.pane, "Clear filters").click()
    settle(window)
    assert program.visits.asked[-1] == VisitFilter()
    assert len(pets(page)) == 10


def test_nothing_yet_and_not_loaded_differ(
    window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    rows, program.visits.all = program.visits.all, []
    page.refresh()
    settle(window)
    assert page.pane.notice
    assert page.pane.notice.title.text() == "No visits in the last two days"
    button(page.pane, "Show any time").click()
    settle(window)
    assert page.pane.notice.title.text() == "No visits yet"
    button(page.pane, "Sync now").click()
    assert program.syncer.started == [(Trigger.BUTTON, None)]
    program.visits.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    page.refresh()
    settle(window)
    assert page.pane.notice.title.text() == "Couldn't load this list"
    program.visits.failure, program.visits.all = None, rows
    button(page.pane, "Try again").click()
    settle(window)
    assert len(pets(page)) == 10

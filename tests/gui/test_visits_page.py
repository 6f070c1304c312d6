"""Visits: filters, the panel with its decisions, keys, empty states, columns; on a program in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.panels.choose_days import ChooseDaysDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import ZONE
from tests.gui.opening import button, opened
from tests.gui.visit_list import change, choose, pets

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


# filters


def test_it_opens_with_the_days_that_today_counts(page: VisitsPage, program: FakeProgram) -> None:
    assert program.visits.asked[-1] == VisitFilter(since=_FROM, until=_TO)
    assert page.count.text() == "9 visits"
    assert "<b>Tiger</b> & Co" not in pets(page)  # it came three days ago


def test_yesterday(window: MainWindow, page: VisitsPage, program: FakeProgram) -> None:
    days = page.filters.days
    QTest.keyClick(days, Qt.Key.Key_Return)
    pick(days.menu(), "Yesterday")
    settle(window)
    first = datetime(2026, 11, 21, tzinfo=ZONE)
    assert program.visits.asked[-1] == VisitFilter(since=first, until=datetime(2026, 11, 22, tzinfo=ZONE))
    assert days.accessibleName() == "Yesterday"
    assert page.filters.narrowed


def test_days_that_a_person_types(window: MainWindow, page: VisitsPage, program: FakeProgram) -> None:
    days = page.filters.days
    pick(days.menu(), "Choose days…")
    # until they are chosen, those from before hold
    assert days.accessibleName() == "Last 2 days"
    assert program.visits.asked[-1] == VisitFilter(since=_FROM, until=_TO)
    dialog = page.findChildren(ChooseDaysDialog)[0]
    assert dialog.days() == (date(2026, 11, 20), date(2026, 11, 22))
    QTest.keyClicks(dialog.first, "31 oct")
    dialog.last.selectAll()
    QTest.keyClicks(dialog.last, "1/11")
    QTest.keyClick(dialog.last, Qt.Key.Key_Return)
    settle(window)
    # the second of them has 25 hours in this zone
    since, until = datetime(2026, 10, 31, tzinfo=ZONE), datetime(2026, 11, 2, tzinfo=ZONE)
    assert program.visits.asked[-1] == VisitFilter(since=since, until=until)
    assert days.accessibleName() == "31 Oct to 1 Nov"
    pick(days.menu(), "Any time")
    settle(window)
    assert program.visits.asked[-1] == VisitFilter()


def pick(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text() == words).trigger()


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

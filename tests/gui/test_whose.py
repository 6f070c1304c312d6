"""An admin chooses whose rows are shown and only looks at those of others; nobody else sees anything of that."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, HistoryFilter, Whose
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pages.clinics_card import ClinicLine
from idexx_desktop.gui.pages.history import HistoryPage
from idexx_desktop.gui.pages.today import TodayPage
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.whose_chips import WhoseChips
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import OWN
from tests.gui.opening import button, has_button, opened, said
from tests.gui.several_clinics import COLLEAGUE, ELM, make_admin

PAGES = ("today", "attention", "visits", "calls", "history")
ListPage = AttentionPage | VisitsPage | CallsPage | HistoryPage


@pytest.fixture
def owner(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    """The window of an owner, who looks at three clinics."""
    make_admin(program, begins_with_all=True)
    with opened(qtbot, bridge, program, *PAGES) as made:
        yield made


@pytest.fixture
def manager(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    """The window of an admin who runs one clinic's own syncs."""
    make_admin(program, begins_with_all=False)
    with opened(qtbot, bridge, program, *PAGES) as made:
        yield made


def go(window: MainWindow, name: str, argument: object = None) -> ListPage:
    window.go(name, argument)
    settle(window)
    assert isinstance(window.current, AttentionPage | VisitsPage | CallsPage | HistoryPage)
    return window.current


def pick(window: MainWindow, page: ListPage, person: str | None, clinic: str | None) -> None:
    """Choose in both menus, as a person does."""
    for chip, value in ((page.whose.person, person), (page.whose.clinic, clinic)):
        next(action for action in chip.menu().actions() if action.data() == value).trigger()
    settle(window)


def owners(page: ListPage) -> set[Whose | None]:
    """Whose rows are listed."""
    rows = [page.model.row(line) for line in range(page.model.rowCount())]
    return {row.others for row in rows if row}


def cells(page: ListPage, key: str) -> list[str]:
    """What a row says in the columns that are shown."""
    line = page.model.line_of(key)
    assert line is not None
    shown = [
        number for number in range(page.model.columnCount()) if not page.pane.table.isColumnHidden(number)
    ]
    return [str(page.model.index(line, number).data()) for number in shown]


def choose(window: MainWindow, page: ListPage, key: str) -> None:
    assert page.pane.table.choose(key)
    settle(window)


LISTS = pytest.mark.parametrize("name", ["attention", "visits", "calls", "history"])


@LISTS
def test_nobody_else_sees_a_choice(qtbot: QtBot, bridge: Bridge, program: FakeProgram, name: str) -> None:
    with opened(qtbot, bridge, program, "today", name) as window:
        page = go(window, name, Whose())
        assert not page.whose.isVisible()
        assert page.whose.asked is None
        assert owners(page) == {None}
        assert page.pane.table.isColumnHidden(len(page.model.columns) - 1)
        window.go("today")
        assert isinstance(window.current, TodayPage)
        assert window.current.clinics is None


@LISTS
def test_an_owner_begins_with_all_and_narrows(owner: MainWindow, name: str) -> None:
    page = go(owner, name)
    assert page.whose.isVisible()
    assert owners(page) >= {None, ELM}
    assert (page.whose.person.text(), page.whose.clinic.text()) == ("Everyone", "All clinics")
    assert not page.pane.table.isColumnHidden(len(page.model.columns) - 1)
    pick(owner, page, None, ELM.clinic_id)
    assert {whose.clinic_id for whose in owners(page) if whose} == {ELM.clinic_id}
    assert None not in owners(page)
    pick(owner, page, "user-1", "clinic-1")
    assert page.whose.asked is None
    assert owners(page) == {None}
    assert page.pane.table.isColumnHidden(len(page.model.columns) - 1)
    pick(owner, page, "user-1", "clinic-3")
    assert owners(page) == set()
    button(page, "Clear filters").click()
    settle(owner)
    assert owners(page) >= {None, ELM}


@LISTS
def test_who_runs_a_clinics_syncs_begins_with_them(manager: MainWindow, name: str) -> None:
    page = go(manager, name)
    assert owners(page) == {None}
    assert page.whose.person.text() == "front@desk.example (you)"
    assert page.whose.clinic.text() == "Harbour Vet"
    assert not page.whose.narrowed
    pick(manager, page, None, None)
    assert owners(page) >= {None, ELM}
    assert page.whose.narrowed


def test_people_and_clinics_are_offered_by_name(owner: MainWindow) -> None:
    page = go(owner, "visits")
    people = [action.text() for action in page.whose.person.menu().actions()]
    assert people == ["Everyone", "front@desk.example (you)", "anna@elm.example", "colleague@desk.example"]
    clinics = [action.text() for action in page.whose.clinic.menu().actions()]
    assert clinics == ["All clinics", "Harbour Vet", "Elm Road Animal Hospital", "Pine Hill"]


def test_what_is_asked_of_the_records(owner: MainWindow, program: FakeProgram) -> None:
    go(owner, "calls")
    assert program.calls.asked[-1] == CallFilter("due", whose=Whose())
    pick(owner, go(owner, "history"), "user-2", None)
    assert program.history.asked[-1] == HistoryFilter(whose=Whose("user-2"))
    pick(owner, go(owner, "visits"), "user-3", "clinic-1")
    assert program.visits.asked[-1].whose == COLLEAGUE


def test_a_row_names_its_clinic_and_person_and_its_own_clock(owner: MainWindow) -> None:
    visits = go(owner, "visits")
    assert cells(visits, "elm-id-2")[1] == "21 Nov 12:30, EST"
    assert cells(visits, "elm-id-2")[-1] == "Elm Road Animal Hospital, anna@elm.example"
    assert cells(visits, "a:5002")[1] == "21 Nov 09:30"
    assert cells(visits, "a:5002")[-1] == "Harbour Vet, front@desk.example"
    assert cells(visits, "colleague-id-9")[-1] == "Harbour Vet, colleague@desk.example"
    assert cells(visits, "elm-id-1")[4] == "Call 22 Nov, 19:00"
    attention = go(owner, "attention")
    assert cells(attention, "elm-id-2")[1] == "21 Nov 12:30, EST · Dr. Kim"
    calls = go(owner, "calls")
    assert cells(calls, "elm-call-4")[0] == "Today 13:00, EST"
    history = go(owner, "history")
    assert cells(history, "elm-session")[0] == "Today 13:41, EST"
    missed = cells(history, f"missed 2026-11-22T15:00:00+00:00 {ELM.clinic_id}")
    assert missed[-1] == "Elm Road Animal Hospital"


def test_what_is_saved_says_whose_it_is(owner: MainWindow, tmp_path: Path) -> None:
    page = go(owner, "visits")
    assert isinstance(page, VisitsPage)
    button(page, "Save as CSV").click()
    page.dialog.fileSelected.emit(str(tmp_path / "all.csv"))
    page.dialog.close()
    settle(owner)
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [
            (row["Visit"], row["Clinic"], row["Person"], row["Time zone"]) for row in csv.DictReader(file)
        ]
    assert ("2026-11-21 09:30", "Harbour Vet", "front@desk.example", "America/Los_Angeles") in rows
    assert ("2026-11-21 12:30", "Elm Road Animal Hospital", "anna@elm.example", "America/New_York") in rows
    assert len(rows) == page.model.rowCount()


def test_whom_the_directory_does_not_know(owner: MainWindow, program: FakeProgram) -> None:
    stranger = Whose("user-9", "clinic-9")
    program.visits.all = [replace(row, others=stranger) for row in program.visits.all if not row.others]
    page = go(owner, "visits")
    assert cells(page, "id-2")[-1] == "Other clinic, Former user"


@pytest.mark.parametrize(("name", "key"), [("attention", "elm-id-2"), ("visits", "elm-id-2")])
def test_a_visit_of_another_is_only_looked_at(
    owner: MainWindow, program: FakeProgram, name: str, key: str
) -> None:
    page = go(owner, name)
    assert isinstance(page, AttentionPage | VisitsPage)
    choose(owner, page, key)
    words = said(page.panel)
    assert any("poor prognosis" in text for text in words)
    assert (
        "Read only: rows of anna@elm.example, Elm Road Animal Hospital."
        " Times are those of the clinic (America/New_York)." in words
    )
    assert program.visits.read[-1] == "a:5002"
    assert page.panel.buttons == {}
    assert not page.panel.neo.isVisible()
    choose(owner, page, "a:5002")
    assert page.panel.row
    assert page.panel.row.others is None
    assert page.panel.neo.isVisible()
    assert has_button(page.panel, "Keep: no call")
    assert not any(text.startswith("Read only") for text in said(page.panel))


def test_a_call_of_another_is_only_looked_at(owner: MainWindow, program: FakeProgram) -> None:
    page = go(owner, "calls")
    assert isinstance(page, CallsPage)
    choose(owner, page, "elm-call-4")
    assert any(text.startswith("Read only: rows of anna@elm.example") for text in said(page.panel))
    assert not page.panel.form.isVisible()
    assert not has_button(page.panel, "Don't call")
    assert not has_button(page.panel, "Another time…")
    program.calls.calls = [replace(row, status="completed") for row in program.calls.calls]
    page.chips["all"].click()
    settle(owner)
    choose(owner, page, "elm-call-4")
    assert not has_button(page.panel, "Take back")
    choose(owner, page, "call-1")
    assert has_button(page.panel, "Take back")


def test_a_sync_of_another_is_only_looked_at(owner: MainWindow) -> None:
    page = go(owner, "history")
    choose(owner, page, "elm-session")
    assert "1 visit is still left over" in said(page.panel)
    assert not has_button(page.panel, "Try again: Bella · 21 Nov, Dr. Kim")
    assert any(text.startswith("Read only: rows of anna@elm.example") for text in said(page.panel))
    choose(owner, page, f"missed 2026-11-22T15:00:00+00:00 {ELM.clinic_id}")
    assert any(text.startswith("Read only: rows of Elm Road Animal Hospital.") for text in said(page.panel))


def test_the_brake_names_the_clinic_that_it_is_for(
    qtbot: QtBot, owner: MainWindow, program: FakeProgram
) -> None:
    page = go(owner, "calls")
    button(page, "Pause calls of Harbour Vet").click()
    qtbot.waitUntil(lambda: page.has_bar("paused"))
    assert page.bar("paused").title.text() == "Harbour Vet: All calls are paused."
    assert has_button(page, "Resume calls of Harbour Vet")
    assert program.calls.pressed == ["pause_all"]


def test_what_today_counts_is_what_its_links_show(owner: MainWindow) -> None:
    owner.go("today")
    today = owner.current
    assert isinstance(today, TodayPage)
    today.sentence.ledger.chosen.emit(VisitState.HELD)
    today.attention.see_all.emit()
    today.calls.see_all.emit()
    settle(owner)
    for name in ("visits", "attention", "calls"):
        page = owner.pages[name]
        assert isinstance(page, AttentionPage | VisitsPage | CallsPage)
        assert owners(page) == {None}
    page = go(owner, "attention", "a:5003")
    assert isinstance(page, AttentionPage)
    assert page.panel.title.text() == "Bella"


def test_today_lists_the_clinics_with_what_is_urgent_first(owner: MainWindow) -> None:
    owner.go("today")
    settle(owner)
    today = owner.current
    assert isinstance(today, TodayPage)
    assert today.clinics
    assert [line.accessibleName() for line in today.clinics.findChildren(ClinicLine)] == [
        "Elm Road Animal Hospital: Not synced since Friday 16:00: IDEXX Neo didn't accept the password."
        " Syncing is paused so that the account isn't locked. Sign-in not accepted",
        "Pine Hill: Not synced yet. No Neo sign-in",
        "Harbour Vet: Up to date as of 10:42. Sign-in accepted",
    ]
    button(today, "Elm Road Animal Hospital: 4 need attention").click()
    settle(owner)
    page = owner.current
    assert isinstance(page, AttentionPage)
    assert owners(page) == {ELM}
    assert page.whose.clinic.text() == "Elm Road Animal Hospital"


def test_without_a_directory_there_are_ones_own_rows(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    make_admin(program, begins_with_all=True)
    program.directory.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    with opened(qtbot, bridge, program, *PAGES) as window:
        page = go(window, "visits")
        assert not page.whose.isVisible()
        assert owners(page) == {None}


def test_a_page_that_is_gone_to_early_waits_for_the_directory(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    make_admin(program, begins_with_all=True)
    window = MainWindow(bridge)
    qtbot.addWidget(window)
    window.show()
    window.attach(program)
    window.go("visits", VisitState.HELD)
    assert not window.current.attached
    settle(window)
    page = window.current
    assert isinstance(page, VisitsPage)
    assert owners(page) == {None}  # what Today counted
    assert all(which.whose is None for which in program.visits.asked)
    window.shut_down()


def test_own_rows_are_asked_for_as_ever(manager: MainWindow) -> None:
    chips = go(manager, "visits").whose
    assert isinstance(chips, WhoseChips)
    assert chips.asked is None
    chips.choose(OWN)
    assert chips.asked is None
    chips.choose(COLLEAGUE)
    assert chips.asked == COLLEAGUE
    chips.clear()
    assert chips.asked is None

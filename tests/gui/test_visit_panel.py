"""The panel of a visit, with what a person decides, and what a sync changes under it; on a program in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.checks import WINDOW
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.events import RecordsChanged, SyncFinished, SyncResult, Topic, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import visit_words
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, ZONE, local, visit
from tests.gui.opening import button, has_button, opened, said
from tests.gui.visit_list import change, choose, pets


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


def test_in_review_mode_a_person_says_yes_and_takes_it_back(
    qtbot: QtBot, window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    at = RuleStep(WINDOW, StepOutcome.PASSED, "22 Nov, 16:00")
    program.visits.all[0] = replace(
        program.visits.all[0], state=VisitState.HELD, reason_code=ReasonCode.REVIEW, trace=(at,)
    )
    key = program.visits.all[0].visit_key
    page.refresh()
    settle(window)
    choose(window, page, key)
    assert visit_words.happens_next(program.visits.all[0], NOW, ZONE).text == "Would call 22 Nov, 16:00"
    button(page.panel, "Yes, call").click()
    settle(window)
    assert program.visits.decisions == [(key, PersonChoice.CALL, "", None)]
    assert window.toast.accessibleName().startswith("Decided: call about ")
    qtbot.waitUntil(lambda: has_button(page.panel, "Take decision back"))
    assert not has_button(page.panel, "Yes, call")
    assert visit_words.happens_next(program.visits.all[0], NOW, ZONE).text == "Decided: call 22 Nov, 16:00"
    button(page.panel, "Take decision back").click()
    settle(window)
    assert program.visits.undone == [key]
    qtbot.waitUntil(lambda: has_button(page.panel, "Yes, call"))


def test_a_scheduled_call_is_moved_within_the_hours(
    window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    choose(window, page, "a:5001")
    button(page.panel, "Another time…").click()
    dialog = page.panel.findChildren(ChooseTimeDialog)[0]
    assert dialog.when() == local(22, 16)  # the time of the rules
    for hour, problem in ((9, "still to come"), (22, "between 08:00 and 21:00")):
        dialog.moment.time.set_value(time(hour))
        assert problem in dialog.hint.text()
        assert not dialog.verb.isEnabled()
    dialog.moment.set_local(datetime(2026, 11, 24, 11, 30, tzinfo=UTC))
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
    program.syncer.emit(RecordsChanged(Topic.VISITS))
    qtbot.waitUntil(lambda: has_button(page.panel, "Another time…"))
    qtbot.waitUntil(lambda: "Spayed." in said(page.panel))


def test_who_is_in_the_panel_when_its_details_come_stays_there(
    qtbot: QtBot, window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    """A row chosen and entered before its notes are read; then a sync changes it: the same button, the same place."""
    table = page.pane.table
    table.choose("a:5002")
    table.row_opened.emit(table.chosen_row())
    qtbot.waitUntil(lambda: QApplication.focusWidget() in page.panel.findChildren(QPushButton))
    words = focused_name()
    settle(window)
    assert any("poor prognosis" in text for text in said(page.panel))
    qtbot.waitUntil(lambda: focused_name() == words)
    bar = page.panel._scroll.verticalScrollBar()
    bar.setValue(30)
    change(program, "a:5002", owner_name="Edge Household")
    program.watcher.tell(Topic.VISITS, "2")
    qtbot.waitUntil(lambda: page.panel.subtitle.text().startswith("Edge Household"))
    qtbot.waitUntil(lambda: (focused_name(), bar.value()) == (words, min(30, bar.maximum())))
    assert bar.maximum() > 0


def focused_name() -> str:
    """What the widget with the focus is called."""
    focused = QApplication.focusWidget()
    return focused.accessibleName() if focused else ""


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


def test_a_row_is_shown_at_once_and_its_notes_once_somebody_rests_on_it(
    window: MainWindow, page: VisitsPage
) -> None:
    """Also the second of two rows in quick succession; who waits for the window waits for its notes, too."""
    for key, pet in (("a:5001", "Luna"), ("a:5002", "Max")):
        page.pane.table.choose(key)
        assert page.panel.title.text() == pet
    assert page.panel.waits
    settle(window)
    assert not page.panel.waits
    assert any("poor prognosis" in text for text in said(page.panel))


def test_notes_are_looked_at_once_for_each_opening(
    qtbot: QtBot, window: MainWindow, page: VisitsPage, program: FakeProgram
) -> None:
    choose(window, page, "a:5002")
    assert program.visits.read == ["a:5002"]
    # a sync that found nothing new
    change(program, "a:5002", last_read_at=local(22, 10, 43))
    program.syncer.emit(RecordsChanged(Topic.VISITS))
    qtbot.waitUntil(lambda: page.pane.table.chosen_row().last_read_at == local(22, 10, 43))
    settle(window)
    assert any("poor prognosis" in text for text in said(page.panel))
    assert program.visits.read == ["a:5002"]
    page.panel.closed.emit()
    choose(window, page, "a:5002")
    assert program.visits.read == ["a:5002", "a:5002"]

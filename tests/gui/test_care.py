"""A call with care in the window: how it is decided on, and what whoever calls sees; on a program in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.care import CARE_RULE
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.handed_over import CallTrouble
from idexx_desktop.domain.records import CallRecord, VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import activity_words, call_words, visit_words
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.today import TodayPage
from idexx_desktop.gui.pages.today_cards import CallsCard
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.panels.schedule_call import ScheduleCallDialog
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tokens import Tone
from tests.gui.calls_page import calls_page
from tests.gui.calls_page import choose as choose_call
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, ZONE, local, visit
from tests.gui.opening import button, has_button, opened, said
from tests.gui.visit_list import choose

SENTENCE = "Rex may not be well: “hospice talk <b>again</b>” (notes)."
REASON = "Rex may not be well, so call with care or not at all: “hospice talk <b>again</b>” (notes)."
HELD = visit(20, "Rex", "Tom Baker", VisitState.HELD, ReasonCode.MAY_NOT_BE_WELL, REASON, attention=True)
STEP = RuleStep(CARE_RULE, StepOutcome.PASSED, SENTENCE)


def with_care(row: VisitRecord) -> VisitRecord:
    return replace(row, trace=(*row.trace, STEP))


CALLED = with_care(
    visit(21, "Rex", "Tom Baker", VisitState.SCHEDULED, ReasonCode.BY_PERSON, "Call on 22 Nov.")
)


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    program.visits.all = [HELD, CALLED, *program.visits.all]
    with opened(qtbot, bridge, program, "today", "visits", "calls") as made:
        yield made


@pytest.fixture
def visits(window: MainWindow) -> VisitsPage:
    window.go("visits")
    settle(window)
    assert isinstance(window.current, VisitsPage)
    return window.current


def test_care_is_what_leads_to_a_call(
    qtbot: QtBot, window: MainWindow, visits: VisitsPage, program: FakeProgram
) -> None:
    choose(window, visits, HELD.visit_key)
    assert not has_button(visits.panel, "Schedule call…")
    button(visits.panel, "Call with care…").click()
    [dialog] = visits.panel.findChildren(ScheduleCallDialog)
    assert any(
        "Whoever calls is asked to look at the record first, and reads why." in each for each in said(dialog)
    )
    assert not any("against the rule" in each for each in said(dialog)), "it is what the rule asks for"
    assert dialog.verb.text() == "Call with care"
    dialog.verb.click()
    settle(window)
    assert program.visits.decisions == [(HELD.visit_key, PersonChoice.CALL_WITH_CARE, "", None)]
    assert window.toast.accessibleName() == "Decided: call about Rex, with care."
    button(window.toast, "Undo").click()
    qtbot.waitUntil(lambda: program.visits.undone == [HELD.visit_key])


def test_the_panel_of_a_visit_says_what_to_do_first(window: MainWindow, visits: VisitsPage) -> None:
    choose(window, visits, CALLED.visit_key)
    words = said(visits.panel)
    assert "Call with care" in words
    assert f"Look at the record before you call.\n{SENTENCE}" in words
    assert "".join(words).count(SENTENCE) == 1, "once"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (CALLED, "Call with care 22 Nov, 16:00"),
        (replace(CALLED, call_status="completed"), "Call 22 Nov, 16:00"),
        (replace(CALLED, call_with=("Nala",)), "Call with care 22 Nov, 16:00 · with Nala"),
        (HELD, "Held: may not be well"),
    ],
)
def test_what_happens_next(row: VisitRecord, words: str) -> None:
    pill = visit_words.happens_next(row, NOW, ZONE)
    assert pill.text == words
    assert (pill.tone is Tone.ATTENTION) == ("with care" in words)


def test_the_activity_record_says_that_it_was_with_care() -> None:
    assert activity_words.result_word(str(PersonChoice.CALL_WITH_CARE)) == "Call with care"


def test_in_review_mode_the_call_would_be_with_care() -> None:
    when = RuleStep("Call window", StepOutcome.PASSED, "22 Nov, 16:00")
    row = visit(20, "Rex", "Tom Baker", VisitState.HELD, ReasonCode.REVIEW, "")
    row = replace(row, trace=(when,))
    assert visit_words.happens_next(row, NOW, ZONE).text == "Would call 22 Nov, 16:00"
    assert visit_words.happens_next(with_care(row), NOW, ZONE).text == "Would call with care 22 Nov, 16:00"


def a_call(program: FakeProgram, **changes: object) -> CallRecord:
    """The call about Rex and Nala, with care."""
    call = next(each for each in program.calls.calls if each.patient_names == ("Rex", "Nala"))
    return replace(call, care=(SENTENCE,), **changes)  # type: ignore[arg-type]  # any of its fields


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "With care · Due now"),
        ({"scheduled_for": local(23, 16)}, "With care · Scheduled"),
        ({"status": "paused"}, "With care · Paused"),
        ({"status": "ringing"}, "With care · Calling now"),
        ({"status": "failed", "trouble": CallTrouble.FAILED}, "With care · Couldn't call"),
        ({"trouble": CallTrouble.NOT_TAKEN}, "With care · Past its time"),
        ({"status": "cancelled"}, "Not called"),
        ({"status": "completed"}, "Called"),
    ],
)
def test_the_state_of_a_call(program: FakeProgram, changes: dict[str, object], words: str) -> None:
    call = a_call(program, **changes)
    pill = call_words.state_pill(call, NOW)
    assert pill.text == words
    usual = call_words.state_pill(replace(call, care=()), NOW)
    assert f"With care · {usual.text}" == words or pill == usual


def test_whoever_calls_reads_it_first(window: MainWindow, program: FakeProgram) -> None:
    program.calls.calls = [
        a_call(program) if call.patient_names == ("Rex", "Nala") else call for call in program.calls.calls
    ]
    page = calls_page(window)
    choose_call(window, page, a_call(program).id)
    row = page.panel.row
    assert row is not None
    assert row.care == (SENTENCE,)
    words = said(page.panel)
    care = f"Look at the record before you call.\n{SENTENCE}"
    assert care in words
    assert words.index(care) < words.index(call_words.number(row.customer_phone))
    column = [each.text(row) for each in page.model.columns]
    assert any(text.startswith(SENTENCE) for text in column)
    never_left_out = [each.cell(row).second for each in page.model.columns if not each.drop]
    assert f"With care · {row.owner_name}" in never_left_out


def test_today_marks_it(window: MainWindow, program: FakeProgram) -> None:
    status = program.status.value
    calls = [replace(call, care=(SENTENCE,), owner_name="Long Name " * 9) for call in status.calls_today]
    program.status.value = replace(status, calls_today=calls)
    window.go("today")
    window.current.refresh()
    settle(window)
    assert isinstance(window.current, TodayPage)
    [card] = window.current.findChildren(CallsCard)
    assert said(card).count("Call with care") == 4
    marks = [label for label in card.findChildren(Text) if label.text() == "Call with care"]
    assert all(mark.width() >= mark.sizeHint().width() for mark in marks), "whatever the names are"
    assert window.current.area.verticalScrollBar().maximum() == 0, "it fits one screen"

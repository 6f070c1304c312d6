"""The questions of a call: ticked by mouse and keys, kept while the call is shown, recorded with its result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.call_questions import AskedSet, Choice, Question, QuestionSet
from idexx_desktop.domain.default_questions import default_questions
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import CallOutcome
from idexx_desktop.domain.visits import VisitKind
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.panels.call_panel import CallPanel
from idexx_desktop.gui.panels.call_questions import AnswerChip
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_page import calls_page, choose
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW
from tests.gui.opening import button, opened, said

TWO, SURGERY = "call-4", "call-7"


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "calls") as made:
        yield made


def shown(window: MainWindow, key: str) -> CallPanel:
    page = calls_page(window)
    choose(window, page, key)
    return page.panel


def chip(panel: CallPanel, words: str) -> AnswerChip:
    return next(each for row in panel.questions.rows for each in row if each.choice.text == words)


def ticked(panel: CallPanel) -> list[str]:
    return [each.choice.text for row in panel.questions.rows for each in row if each.isChecked()]


def last(program: FakeProgram, key: str) -> CallOutcome:
    return next(row for row in program.calls.calls if row.id == key).outcomes[-1]


def record(window: MainWindow, panel: CallPanel, outcome: CallOutcomeKind) -> None:
    panel.form.buttons[outcome].click()
    if panel.form.concern.isVisible():
        button(panel, "Note the concern").click()
    settle(window)


def again(window: MainWindow, program: FakeProgram, key: str, **changes: object) -> None:
    """Something of the row is another, and the page reads it."""
    [row] = [row for row in program.calls.calls if row.id == key]
    changed = replace(row, **changes)  # type: ignore[arg-type]  # any of its fields
    program.calls.calls = [changed if each is row else each for each in program.calls.calls]
    calls_page(window).refresh()
    settle(window)


def test_one_answer_of_each_question_and_none_again(window: MainWindow) -> None:
    panel = shown(window, SURGERY)
    chip(panel, "Less than usual").click()
    chip(panel, "Yes").click()
    chip(panel, "Dry and closed").click()
    assert ticked(panel) == ["Yes", "Dry and closed"]
    assert panel.is_being_typed_in()
    chip(panel, "Yes").click()
    chip(panel, "Dry and closed").click()
    assert ticked(panel) == []
    assert (panel.questions.ticked(), panel.is_being_typed_in()) == ((), False)


def test_what_is_ticked_stays_until_it_is_recorded(window: MainWindow, program: FakeProgram) -> None:
    panel = shown(window, SURGERY)
    chip(panel, "Dry and closed").click()
    asked = panel.questions.ticked()[0].set
    newer = QuestionSet(VisitKind.SURGERY, default_questions(VisitKind.DENTAL).questions, 1, "1")
    again(window, program, SURGERY, owner_name="Jo Parker", questions=(AskedSet(newer),))
    assert ticked(panel) == ["Dry and closed"], "to the questions that were asked"
    program.calls.failure = Failure(FailureCode.HANDED_OVER)
    record(window, panel, CallOutcomeKind.REACHED_WELL)
    assert ticked(panel) == ["Dry and closed"], "nothing is lost"
    program.calls.failure = None
    record(window, panel, CallOutcomeKind.REACHED_WELL)
    assert [(each.question, each.answer) for each in last(program, SURGERY).answers] == [
        ("How does the wound look?", "Dry and closed")
    ]
    assert asked == default_questions(VisitKind.SURGERY)
    assert panel.questions.ticked() == ()


def test_another_call_begins_anew(window: MainWindow, program: FakeProgram) -> None:
    panel = shown(window, SURGERY)
    chip(panel, "Dry and closed").click()
    shown(window, TWO)
    assert ticked(panel) == []
    record(window, panel, CallOutcomeKind.NO_ANSWER)
    assert last(program, TWO).answers == ()


def test_each_kind_once_with_its_pets(window: MainWindow, program: FakeProgram) -> None:
    panel = shown(window, TWO)
    words = said(panel)
    assert [each for each in words if each.startswith(("Rex (", "Nala ("))] == [
        "Rex (Vaccination)",
        "Nala (Sick visit)",
    ]
    both = [each for row in panel.questions.rows for each in row if each.choice.text == "Several times"]
    assert len(both) == 2, "both kinds ask it"
    both[0].click()
    assert [each.isChecked() for each in both] == [True, False]
    record(window, panel, CallOutcomeKind.REACHED_WELL)
    assert [each.answer for each in last(program, TWO).answers] == ["Several times"]


def test_a_red_answer_has_the_words_of_a_concern_ready(window: MainWindow, program: FakeProgram) -> None:
    panel = shown(window, SURGERY)
    assert "A vet should hear of this" not in said(panel)
    chip(panel, "Not at all").click()
    settle(window)
    words = "Is your pet eating and drinking? Not at all"
    assert "A vet should hear of this" in said(panel)
    assert any(words in each for each in said(panel))
    panel.form.note.setText("since Sunday")
    record(window, panel, CallOutcomeKind.REACHED_CONCERN)
    assert last(program, SURGERY).note == f"since Sunday · {words}"
    assert last(program, SURGERY).answers[0].red


def test_answers_are_read_below_their_result(window: MainWindow, program: FakeProgram) -> None:
    panel = shown(window, SURGERY)
    chip(panel, "Not at all").click()
    record(window, panel, CallOutcomeKind.REACHED_WELL)
    calls_page(window).chips["done"].click()
    settle(window)
    panel = shown(window, SURGERY)
    assert "Is your pet eating and drinking? Not at all" in said(panel)
    assert panel.questions.rows == [], "it can't be called any more"


def test_by_the_keyboard_alone(window: MainWindow, program: FakeProgram) -> None:
    panel = shown(window, SURGERY)
    rows = panel.questions.rows
    rows[0][0].setFocus(Qt.FocusReason.TabFocusReason)

    def press(key: Qt.Key) -> AnswerChip | None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)
        now = QApplication.focusWidget()
        return now if isinstance(now, AnswerChip) else None

    assert press(Qt.Key.Key_Left) is rows[0][0], "the first"
    assert press(Qt.Key.Key_Right) is rows[0][1]
    press(Qt.Key.Key_Space)
    assert press(Qt.Key.Key_Down) is rows[1][1]
    assert press(Qt.Key.Key_Tab) is rows[1][2]
    press(Qt.Key.Key_Space)
    assert ticked(panel) == ["Less than usual", "Open, wet or bleeding"]
    again(window, program, SURGERY, owner_name="Jo Parker")
    focused = QApplication.focusWidget()
    assert focused is panel.questions.rows[1][2], "made anew, where it was"
    rows = panel.questions.rows
    for _ in range(9):
        last_one = press(Qt.Key.Key_Down)
    assert last_one in rows[-1]
    for key in (Qt.Key.Key_1, Qt.Key.Key_9):
        press(key)
    assert len(ticked(panel)) == 2, "digits are the results'"


def test_long_and_many_questions_stay_inside(window: MainWindow, program: FakeProgram) -> None:
    """Six questions of five answers, of words without an end, in the narrowest panel."""
    choices = tuple(Choice(f"a{place}", f"{place} " + "W" * 78, place == 4) for place in range(5))
    many = tuple(Question(f"q{number}", f"{number} " + "<b>m</b>" * 24, choices) for number in range(6))
    asked = AskedSet(QuestionSet(VisitKind.SURGERY, many, 1, "1"), ("A very long name of a pet " * 4,))
    panel = shown(window, SURGERY)
    again(window, program, SURGERY, questions=(asked, replace(asked, pets=())))
    assert sum(len(row) for row in panel.questions.rows) == 60
    for row in panel.questions.rows:
        for each in row:
            assert each.mapTo(panel, each.rect().topRight()).x() <= panel.width() - 8
            assert each.height() >= 24
            assert each.toolTip(), "the whole is said on hover"


def test_until_a_vet_has_looked_the_panel_says_so(window: MainWindow, program: FakeProgram) -> None:
    panel = shown(window, SURGERY)
    hint = "Have your vet look over these questions, in Settings."
    assert hint in said(panel)
    seen = replace(default_questions(VisitKind.SURGERY), looked_over_at=NOW)
    again(window, program, SURGERY, questions=(AskedSet(seen),))
    assert hint not in said(panel)
    again(window, program, SURGERY, questions=())
    assert "Ask" not in said(panel)

"""Settings, questions on calls: changed, ordered, looked over, undone; nobody's are overwritten silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.default_questions import default_questions
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import VisitKind
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings_sections.questions import QuestionsSection
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, opened, said, settings_page

KIND, OTHER = VisitKind.SURGERY, VisitKind.DENTAL
OWN = default_questions(KIND).questions


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings") as made:
        made.go("settings")
        settle(made)
        yield made


@pytest.fixture
def section(window: MainWindow) -> QuestionsSection:
    current = settings_page(window, "questions").current
    assert isinstance(current, QuestionsSection)
    return current


def choose(section: QuestionsSection, kind: VisitKind) -> None:
    section.kind.set_value(kind)
    section.kind.picked.emit()


def retype(section: QuestionsSection, place: int, words: str) -> None:
    field = section.editor.parts[place].words
    field.selectAll()
    field.del_()
    QTest.keyClicks(field, words)


def press(window: MainWindow, host: QuestionsSection, words: str) -> QPushButton:
    found = button(host, words)
    QTest.keyClick(found, Qt.Key.Key_Space)
    settle(window)
    return found


def type_here(words: str) -> None:
    """Into the field that has the focus."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, words)


def save(window: MainWindow, section: QuestionsSection) -> None:
    section.foot.save.click()
    settle(window)


def test_words_answers_and_marks_are_saved_as_another_version(
    window: MainWindow, section: QuestionsSection, program: FakeProgram
) -> None:
    assert "The program's own questions" in said(section)
    retype(section, 0, "Eating well?")
    section.editor.parts[0].rows[1].red.click()
    press(window, section, "Add an answer to question 1")
    type_here("Only treats")
    assert section.unsaved
    choose(section, OTHER)
    settle(window)
    press(window, section, "Question 1: remove")
    choose(section, KIND)
    assert section.editor.parts[0].words.text() == "Eating well?", "kept while another kind is shown"
    save(window, section)
    assert [(each.kind, each.version) for each in program.questions.saved] == [(KIND, 1), (OTHER, 1)]
    saved = program.questions.of(KIND).questions
    assert (saved[0].key, saved[0].text) == (OWN[0].key, "Eating well?")
    assert [(each.text, each.red) for each in saved[0].answers] == [
        ("Yes", False),
        ("Less than usual", True),
        ("Not at all", True),
        ("Only treats", False),
    ]
    assert saved[1:] == OWN[1:]
    assert program.questions.of(OTHER).questions == default_questions(OTHER).questions[1:]
    assert not section.unsaved
    assert any(each.startswith("Version 1, saved by front") for each in said(section))
    press_undo(window)
    assert [program.questions.of(kind).version for kind in (KIND, OTHER)] == [0, 0]
    assert section.editor.value() == OWN


def press_undo(window: MainWindow) -> None:
    button(window, "Undo").click()
    settle(window)


def test_questions_and_answers_are_ordered_and_added_by_keys(
    window: MainWindow, section: QuestionsSection, program: FakeProgram
) -> None:
    press(window, section, "Question 1: move down")
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.accessibleName() == "Question 2: move down", "it can go on"
    press(window, section, "Question 2, answer 2: move up")
    press(window, section, "Question 5: remove")
    press(window, section, "Add a question")
    type_here("Anything else?")
    for row, words in zip(section.editor.parts[-1].rows, ("No", "Yes"), strict=True):
        QTest.keyClicks(row.words, words)
    save(window, section)
    saved = program.questions.of(KIND).questions
    assert [each.key for each in saved] == [OWN[1].key, OWN[0].key, OWN[2].key, OWN[3].key, "q1"]
    assert [each.text for each in saved[1].answers] == ["Less than usual", "Yes", "Not at all"]
    press(window, section, "Add a question")
    assert not section.editor.add.isEnabled(), "six are the most"


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    window: MainWindow, section: QuestionsSection, program: FakeProgram
) -> None:
    retype(section, 0, OWN[1].text.upper())
    retype(section, 2, "?")
    row = section.editor.parts[3].rows
    row[0].words.clear()
    row[1].words.setText("x" * 81)
    row[2].words.setText(row[3].words.text().upper())
    section.touch()
    choose(section, OTHER)
    save(window, section)
    assert program.questions.saved == []
    parts = section.editor.parts
    assert [part.field.problem.text() for part in parts] == [
        "This question is there twice.",
        "This question is there twice.",
        "Write the question: 3 letters or more.",
        "",
        "",
    ]
    assert [each.field.problem.text() for each in parts[3].rows] == [
        "Write the answer, or remove it.",
        "Write it shorter: up to 80 letters.",
        "",
        "This answer is there twice.",
    ]
    assert parts[3].rows[1].words.text() == "x" * 81
    assert section.unsaved


def test_somebody_elses_are_never_overwritten_silently(
    window: MainWindow, section: QuestionsSection, program: FakeProgram
) -> None:
    retype(section, 0, "Mine?")
    theirs = replace(program.questions.of(KIND), questions=OWN[:2])
    program.questions.save([theirs])
    program.questions.failure = Failure(FailureCode.HANDED_OVER, title="Somebody else has saved these.")
    save(window, section)
    assert any("Somebody else has saved these." in each for each in said(section))
    assert section.bar("changed") is not None
    assert section.editor.parts[0].words.text() == "Mine?", "what was typed is still there"
    program.questions.failure = None
    section.take_theirs()
    assert section.editor.value() == OWN[:2]
    assert not section.unsaved


def test_a_vet_has_looked_over_them(
    window: MainWindow, section: QuestionsSection, program: FakeProgram
) -> None:
    assert "Have your vet look over these" in said(section)
    retype(section, 0, "Eating well?")
    assert not section.look_over.isEnabled()
    assert "Save your changes first." in said(section)
    save(window, section)
    section.look_over.click()
    settle(window)
    assert program.questions.of(KIND).is_looked_over
    assert any(
        each.startswith("Your vet has looked over these, says front@desk.example") for each in said(section)
    )
    assert not section.look_over.isVisible()
    press_undo(window)
    assert not program.questions.of(KIND).is_looked_over
    assert "Have your vet look over these" in said(section)


def test_back_to_the_programs_own(
    window: MainWindow, section: QuestionsSection, program: FakeProgram
) -> None:
    assert not section.defaults.isEnabled()
    retype(section, 0, "Eating well?")
    save(window, section)
    section.defaults.click()
    assert section.editor.value() == OWN
    save(window, section)
    assert (program.questions.of(KIND).version, program.questions.of(KIND).questions) == (2, OWN)


def test_a_small_screen_is_enough(window: MainWindow, section: QuestionsSection) -> None:
    """What 1366 px at 150 % leave beside the side bar and the list of sections."""
    assert section.inner.minimumSizeHint().width() <= 407

"""The words of a call in its panel: sentences to tick, when to call, marks, the vet's notes folded away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import RecordsChanged, Topic
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.long_text import LongText
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.panels.words_to_say import WordsToSay, first_words
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_page import calls_page, choose
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened, said

TEXT = "Soft food for ten days. Call us if he vomits. Come back in XX days. Stop by for a free weigh-in."
SOAP = "S: BAR\nO: T 38.6\nA: otitis\nP: drops BID"


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "visits", "calls") as made:
        yield made


@pytest.fixture
def page(window: MainWindow) -> CallsPage:
    return calls_page(window)


def shows(window: MainWindow, page: CallsPage, program: FakeProgram, **changes: object) -> WordsToSay:
    """The words of a call with these changes."""
    program.calls.calls = [
        replace(row, **changes) if row.id == "call-4" else row  # type: ignore[arg-type]  # fields by name
        for row in program.calls.calls
    ]
    page.refresh()
    settle(window)
    choose(window, page, "call-4")
    assert page.panel.words is not None
    return page.panel.words


def test_sentences_marks_and_when_to_call(window: MainWindow, page: CallsPage, program: FakeProgram) -> None:
    words = shows(window, page, program, summary=TEXT, patient_names=("Rex",), from_notes=())
    assert words.sentences == [
        "Soft food for ten days.", "Come back in XX days.", "Stop by for a free weigh-in.", "Call us if he vomits.",
    ]  # fmt: skip
    marks = [box.accessibleDescription() for _, box in words.boxes]
    assert marks == ["", "Ask first: something wasn't filled in", "Ask first: this is an offer", ""]
    shown = said(page.panel)
    assert {"What is normal / call us if", *filter(None, marks)} <= set(shown)


def test_what_was_left_out_goes_along_with_the_note(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    """And what was ticked stays ticked when the list is read again."""
    words = shows(window, page, program, summary=TEXT, patient_names=("Rex",), from_notes=())
    assert "Tick what you said, if you like." in said(page.panel)
    words.boxes[0][1].click()
    assert "Left out: 3 of 4" in said(page.panel)
    changed = replace(program.calls._get("call-4"), owner_name="Tom A. Baker")
    program.calls._put(changed)
    program.syncer.emit(RecordsChanged(Topic.CALLS))
    qtbot.waitUntil(lambda: page.panel.row == changed)
    assert page.panel.words is not None
    assert [box.isChecked() for _, box in page.panel.words.boxes] == [True, False, False, False]
    page.panel.form.note.setText("well")
    page.panel.form.buttons[CallOutcomeKind.REACHED_WELL].click()
    qtbot.waitUntil(lambda: program.calls.done != [])
    assert program.calls.done[0][3] == "well · Left out: 3 of 4"


@pytest.mark.parametrize("ticked", [0, 4])
def test_nobody_has_to_tick(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram, ticked: int
) -> None:
    words = shows(window, page, program, summary=TEXT, patient_names=("Rex",), from_notes=())
    for _, box in words.boxes[:ticked]:
        box.click()
    assert ("Everything was said." in said(page.panel)) is (ticked == 4)
    page.panel.form.press(1)
    qtbot.waitUntil(lambda: program.calls.done != [])
    assert program.calls.done[0][3] == ""


@pytest.mark.parametrize("from_notes", [None, ("Rex",)])
def test_a_vets_record_is_not_said(
    qtbot: QtBot,
    window: MainWindow,
    page: CallsPage,
    program: FakeProgram,
    from_notes: tuple[str, ...] | None,
) -> None:
    """Neither in the panel nor in the list; the notes are read, and that is recorded, once they are unfolded."""
    words = shows(window, page, program, summary=SOAP, patient_names=("Rex",), from_notes=from_notes)
    assert words.boxes == []
    assert any("Nothing was written for the owner" in text for text in said(page.panel))
    assert not any("otitis" in text for text in said(page.panel))
    assert page.model.index(0, 4).data() == "No text for the owner"
    assert program.visits.read == []
    words.notes.button.click()
    settle(window)
    assert program.visits.read == ["a:5004", "a:5007"]
    assert "S: notes of a:5004" in said(page.panel)
    words.notes.button.click()
    assert "S: notes of a:5004" not in said(page.panel)


def test_each_pet_has_its_own(window: MainWindow, page: CallsPage, program: FakeProgram) -> None:
    words = shows(window, page, program, summary=f"Rex: Rest.\n\nNala: {SOAP}", from_notes=("Nala",))
    assert words.sentences == ["Rest."]
    texts = said(page.panel)
    assert texts.index("Rex") < texts.index("Nala")
    assert any("Nothing was written for the owner" in text for text in texts)
    row = page.panel.row
    assert row is not None
    assert first_words(row) == "Rex: Rest."


def test_many_sentences_are_text(window: MainWindow, page: CallsPage, program: FakeProgram) -> None:
    words = shows(window, page, program, summary=TEXT * 20, patient_names=("Rex",), from_notes=())
    assert words.boxes == []
    assert words.left_out() is None
    assert "Ask first: this is an offer" in said(page.panel)
    words = shows(window, page, program, summary=TEXT * 3_000, patient_names=("Rex",), from_notes=())
    assert words.findChildren(LongText)


def test_no_text_at_all(window: MainWindow, page: CallsPage, program: FakeProgram) -> None:
    words = shows(window, page, program, summary="", from_notes=())
    assert words.boxes == []
    assert "The notes in Neo hold no text for this call." in said(page.panel)


def test_notes_come_to_the_call_that_they_are_of(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    """Whoever has gone on meanwhile doesn't read another pet's; what is open stays open when the list is read again."""
    words = shows(window, page, program, summary=SOAP, patient_names=("Rex",))
    words.notes.button.click()
    page.pane.table.choose("call-5")
    settle(window)
    assert not any("notes of" in text for text in said(page.panel))
    choose(window, page, "call-4")
    assert page.panel.words is not None
    page.panel.words.notes.button.click()
    settle(window)
    shows(window, page, program, owner_name="Tom A. Baker")
    assert any("S: notes of a:5004" in text for text in said(page.panel))

"""Texts of any length are shown whole, and the window doesn't stand still for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.long_text import LongText, passage
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pictures import settle
from idexx_desktop.neo.notes import LONGEST
from tests.gui.every_place import table_of
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened

SENTENCE = "Give one tablet of Rimadyl with food every morning and look at the wound twice a day. "
END = "Bella died this morning."
TEXTS = {
    "many lines": f"{SENTENCE}\n" * (LONGEST // len(SENTENCE) - 1) + END,
    "one line": SENTENCE * (LONGEST // len(SENTENCE) - 1) + END,
    "one word": "x" * (LONGEST - len(END) - 1) + " " + END,
}
# of the processor; a label took 3.7 s, and 1.9 s more whenever the panel changed its width
LIMIT_SECONDS = 1.5


def seconds(*works: Callable[[], object]) -> float:
    """How long the window's thread works."""
    began = time.thread_time()
    for work in works:
        work()
    QApplication.processEvents()
    return time.thread_time() - began


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_of_two_million_characters(qtbot: QtBot, kind: str) -> None:
    text = TEXTS[kind]
    shown = passage(text, "Notes")
    qtbot.addWidget(shown)
    assert isinstance(shown, LongText)
    assert seconds(lambda: shown.resize(360, 400), shown.show, shown.grab) < LIMIT_SECONDS
    assert seconds(lambda: shown.resize(420, 400), shown.grab) < LIMIT_SECONDS
    assert shown.text() == text
    shown.selectAll()
    assert shown.createMimeDataFromSelection().text() == text
    bar = shown.verticalScrollBar()
    bar.setValue(bar.maximum())
    seen = shown.cursorForPosition(shown.viewport().rect().bottomRight())
    assert seen.atEnd(), "its end can be scrolled to"


def test_a_usual_text_is_a_label(qtbot: QtBot) -> None:
    shown = passage(SENTENCE * 20, "Notes")
    qtbot.addWidget(shown)
    assert isinstance(shown, Text)


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("(America/Los_Angeles)", ["(America/", "Los_", "Angeles)"]),
        ("C:\\Users\\front-desk\\backups", ["C:", "\\", "Users\\", "front-", "desk\\", "backups"]),
        ("Tachycardioventricularis", ["Tachycardi", "oventricul", "aris"]),
        ("Yesterday-afternoon", ["Yesterday-afternoon"]),  # it fits into a line
    ],
)
def test_a_long_word_breaks_where_its_parts_end(qtbot: QtBot, word: str, pieces: list[str]) -> None:
    words = Text(word, wrap=True)
    qtbot.addWidget(words)
    assert QLabel.text(words).split("\u200b") == pieces
    assert words.text() == word


def test_a_visit_with_such_notes_that_changed(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    notes = TEXTS["many lines"]
    changed = "\n".join(f"Day {number}: {line}" for number, line in enumerate(notes.splitlines()))
    row = replace(
        program.visits.all[0], notes=notes, previous_notes=changed, notes_changed_after_call=True,
        has_clinical_notes=True,
    )  # fmt: skip
    program.visits.all[0] = row
    with opened(qtbot, bridge, program, "visits") as window:
        window.go("visits")
        settle(window)
        took = seconds(lambda: table_of(window).selectRow(0), lambda: settle(window))
        difference, whole = window.current.findChildren(LongText)
        assert whole.text() == notes
        assert difference.text().count("\n") == 2 * notes.count("\n") + 1
        assert took < 2 * LIMIT_SECONDS

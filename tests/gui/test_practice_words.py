"""Settings, Calls: the practice's types of appointment are proposed, confirmed and asked again; none, no card."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.practice_words import PracticeWord, WordAbout
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings_sections.calls import CallsSection
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened, said, settings_page

WORDS = [
    PracticeWord("w1", WordAbout.TYPE, "Boarding <b>long</b>"),
    PracticeWord("w2", WordAbout.TYPE, "Dental"),
    PracticeWord("w3", WordAbout.PRODUCT, "Ink print"),
]


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings", "calls") as made:
        made.go("settings")
        settle(made)
        yield made


def section(window: MainWindow) -> CallsSection:
    found = settings_page(window, "calls").current
    assert isinstance(found, CallsSection)
    return found


def test_there_is_no_card_before_anything_occurs(window: MainWindow) -> None:
    assert not section(window).words_card.isVisible()


def test_a_proposal_is_confirmed_and_asked_again(window: MainWindow, program: FakeProgram) -> None:
    program.neo_words.practices = list(WORDS)
    calls = section(window)
    calls.words.refresh()
    settle(window)
    assert calls.words_card.isVisible()
    rows = calls.words.rows
    assert [row.choice.value for row in rows if row.choice] == ["no_call", "dental", "end_of_life"]
    assert "Product: Ink print" in said(calls.words)
    assert rows[1].button.accessibleName() == "Confirm what “Dental” means"
    assert rows[1].choice is not None
    rows[1].choice.set_value("surgery")
    rows[0].button.click()
    settle(window)
    assert [word.meaning for word in program.neo_words.practices] == ["no_call", None, None]
    first = calls.words.rows[0]
    assert first.word.id == "w2", "what is confirmed comes last"
    assert first.choice is not None
    assert first.choice.value == "surgery", "a choice that isn't confirmed yet stays"
    assert any(words.startswith("No call, says front@desk.example") for words in said(calls.words))
    calls.words.rows[-1].button.click()
    settle(window)
    assert program.neo_words.practices[0].meaning is None

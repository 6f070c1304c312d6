"""Settings, Calls: the practice's types of appointment are proposed, confirmed and asked again; none, no card."""

from __future__ import annotations

from idexx_desktop.domain.practice_words import PracticeWord, WordAbout
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_section import calls_section
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import said

WORDS = [
    PracticeWord("w1", WordAbout.TYPE, "Boarding <b>long</b>"),
    PracticeWord("w2", WordAbout.TYPE, "Dental"),
    PracticeWord("w3", WordAbout.PRODUCT, "Ink print"),
]


def test_there_is_no_card_before_anything_occurs(settings_window: MainWindow) -> None:
    assert not calls_section(settings_window).words_card.isVisible()


def test_a_proposal_is_confirmed_and_asked_again(settings_window: MainWindow, program: FakeProgram) -> None:
    program.neo_words.practices = list(WORDS)
    calls = calls_section(settings_window)
    calls.words.refresh()
    settle(settings_window)
    assert calls.words_card.isVisible()
    rows = calls.words.rows
    assert [row.choice.value for row in rows if row.choice] == ["no_call", "dental", "end_of_life"]
    assert "Product: Ink print" in said(calls.words)
    assert rows[1].button.accessibleName() == "Confirm what “Dental” means"
    assert rows[1].choice is not None
    rows[1].choice.set_value("surgery")
    rows[0].button.click()
    settle(settings_window)
    assert [word.meaning for word in program.neo_words.practices] == ["no_call", None, None]
    first = calls.words.rows[0]
    assert first.word.id == "w2", "what is confirmed comes last"
    assert first.choice is not None
    assert first.choice.value == "surgery", "a choice that isn't confirmed yet stays"
    assert any(words.startswith("No call, says front@desk.example") for words in said(calls.words))
    calls.words.rows[-1].button.click()
    settle(settings_window)
    assert program.neo_words.practices[0].meaning is None

"""A sentence that holds visits is answered once: in a visit's panel, for a group; and taken back in Settings."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from idexx_desktop.domain.known_sentences import Known
from idexx_desktop.gui.kit.bars import InlineBar
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_section import calls_section
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_sentences import STANDARD
from tests.gui.opening import button, has_button, said


def held_for(program: FakeProgram, count: int) -> list[str]:
    """So many visits are held for the same sentence; their keys."""
    places = [place for place, row in enumerate(program.visits.all) if row.needs_attention][:count]
    for place in places:
        program.visits.all[place] = replace(program.visits.all[place], asked_sentences=(STANDARD,))
    return [program.visits.all[place].visit_key for place in places]


def opened(window: MainWindow) -> AttentionPage:
    window.go("attention")
    settle(window)
    assert isinstance(window.current, AttentionPage)
    return window.current


def test_a_visit_says_for_which_words_it_is_held(window: MainWindow, program: FakeProgram) -> None:
    [key] = held_for(program, 1)
    page = opened(window)
    assert not [bar for bar in page.findChildren(InlineBar) if "same words" in bar.title.text()]
    page.pane.table.choose(key)
    settle(window)
    assert page.panel.asked is not None
    assert f"“{STANDARD.text}”" in said(page.panel.asked)
    first, second = page.panel.asked.buttons
    assert first.accessibleName() == f"Our standard text: “{STANDARD.text}”"
    second.click()
    settle(window)
    assert [(known.fingerprint, known.means) for known in program.sentences.known] == [
        ("b" * 64, Known.ANOTHER_ANIMAL)
    ]
    assert "Kept. 1 visit is decided anew." in said(window)
    button(window, "Undo").click()
    settle(window)
    assert program.sentences.known == []


def test_one_answer_for_several_visits(qtbot: QtBot, window: MainWindow, program: FakeProgram) -> None:
    held_for(program, 3)
    page = opened(window)
    assert "3 visits are held for the same words" in said(page)
    button(page, "Our standard text").click()
    settle(window)
    assert [known.means for known in program.sentences.known] == [Known.STANDARD_TEXT]
    assert not any(row.asked_sentences for row in program.visits.all)
    qtbot.waitUntil(lambda: not has_button(page, "Our standard text"))


def test_what_was_said_is_taken_back_in_settings(settings_window: MainWindow, program: FakeProgram) -> None:
    calls = calls_section(settings_window)
    assert not calls.known_card.isVisible()
    [key] = held_for(program, 1)
    program.sentences.say(key, STANDARD.fingerprints[Known.STANDARD_TEXT], Known.STANDARD_TEXT)
    calls.known.refresh()
    settle(settings_window)
    assert calls.known_card.isVisible()
    assert "Standard text, in all records" in said(calls.known)
    [row] = calls.known.rows
    row.button.click()
    settle(settings_window)
    assert program.sentences.known == []
    assert not calls.known_card.isVisible()

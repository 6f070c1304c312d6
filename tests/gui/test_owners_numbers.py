"""An owner's numbers in the panel of a visit: what was said is shown, said, and taken back."""

from __future__ import annotations

from dataclasses import replace

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.owner_numbers import Contact, PartOfDay
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.panels.owners_numbers import OwnersNumbers
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_numbers import IN_NEO, OTHER
from tests.gui.fake_program import FakeProgram


def shown(window: MainWindow, program: FakeProgram) -> OwnersNumbers:
    place = next(place for place, row in enumerate(program.visits.all) if row.needs_attention and row.phone)
    held = replace(program.visits.all[place], reason_code=ReasonCode.WRONG_NUMBER)
    program.visits.all[place] = held
    window.go("attention")
    settle(window)
    assert isinstance(window.current, AttentionPage)
    window.current.pane.table.choose(held.visit_key)
    settle(window)
    return window.current.findChildren(OwnersNumbers)[-1]


def press(window: MainWindow, words: str) -> OwnersNumbers:
    box = window.current.findChildren(OwnersNumbers)[-1]
    box.buttons[words].click()
    settle(window)
    return window.current.findChildren(OwnersNumbers)[-1]


def test_another_number_is_chosen_and_a_wrong_one_is_right_after_all(
    window: MainWindow, program: FakeProgram
) -> None:
    program.numbers.tell_wrong(IN_NEO)
    box = shown(window, program)
    assert {"It is right after all", "Use +1 415 555 0199"} <= box.buttons.keys()
    box = press(window, "Use +1 415 555 0199")
    assert program.numbers.kept == {IN_NEO: Contact(OTHER)}
    box = press(window, "evenings")
    assert program.numbers.kept == {IN_NEO: Contact(OTHER, PartOfDay.EVENING)}
    assert "evenings" not in box.buttons
    assert box.buttons["mornings"].accessibleName() == "Best time: mornings"
    press(window, "Take this back")
    assert program.numbers.kept == {}
    press(window, "It is right after all")
    assert program.numbers.told == {}

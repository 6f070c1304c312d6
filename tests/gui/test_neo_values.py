"""Settings, Calls: values of Neo's that aren't known are asked about once, and the card is there only for those."""

from __future__ import annotations

from idexx_desktop.domain.neo_fields import NeoValue
from idexx_desktop.domain.visits import About
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_section import calls_section
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW
from tests.gui.opening import said


def value(number: int, about: About = About.ANIMAL) -> NeoValue:
    return NeoValue(f"value-{number}", about, "patient.status", f"z{number}", NOW, NOW)


def test_nothing_is_asked_where_all_is_known(settings_window: MainWindow) -> None:
    assert not calls_section(settings_window).values_card.isVisible()


def test_a_value_is_answered_and_asked_again(settings_window: MainWindow, program: FakeProgram) -> None:
    program.neo_words.known = [value(1), value(2), value(3, About.VISIT)]
    calls = calls_section(settings_window)
    calls.values.refresh()
    settle(settings_window)
    assert calls.values_card.isVisible()
    assert [len(row.buttons) for row in calls.values.rows] == [2, 2, 0]
    assert "patient.status: “z1”" in said(calls.values)
    alive, _ = calls.values.rows[0].buttons
    assert alive.accessibleName() == "“z1” means that the animal is alive"
    alive.click()
    settle(settings_window)
    assert [row.is_alive for row in program.neo_words.known] == [True, None, None]
    assert any(words.startswith("Alive, says front@desk.example") for words in said(calls.values))
    [again] = calls.values.rows[0].buttons
    again.click()
    settle(settings_window)
    assert program.neo_words.known[0].is_alive is None
    calls.values.rows[1].buttons[1].click()
    settle(settings_window)
    assert program.neo_words.known[1].is_alive is False

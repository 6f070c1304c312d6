"""The rules of calls under Settings, and the numbers that opted out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.decisions import KindRule
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import OptOut
from idexx_desktop.domain.visits import VisitKind
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.calls import CallsSection
from idexx_desktop.gui.pages.settings_sections.clinic import ClinicSection
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, local
from tests.gui.opening import button, opened, said, settings_page
from tests.gui.test_fresh import MovedClock


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings", "calls") as made:
        made.go("settings")
        settle(made)
        yield made


@pytest.fixture
def calls(window: MainWindow) -> CallsSection:
    page = settings_page(window, "calls")
    assert isinstance(page.current, CallsSection)
    return page.current


def test_rules_of_calls_are_changed_and_saved(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    row = calls.kinds.rows[VisitKind.DENTAL]
    row.delay.setCurrentText("3 days")
    row.delay.picked.emit()
    row.hour.set_value(time(16))
    calls.kinds.rows[VisitKind.WELLNESS].enabled.click()
    calls.weekdays.chips[6].click()
    calls.slot_size.setValue(9)
    calls.attempts.setValue(5)
    calls.foot.save.click()
    settle(window)
    rules = program.settings.kept_rules
    assert (rules.slot_size, rules.max_attempts) == (9, 5)
    assert rules.kinds[VisitKind.DENTAL] == KindRule(3, time(16))
    assert not rules.kinds[VisitKind.WELLNESS].enabled
    assert not calls.kinds.rows[VisitKind.WELLNESS].hour.isEnabled()
    assert rules.closed_weekdays == frozenset({6})
    assert rules.kinds[VisitKind.END_OF_LIFE] == KindRule(1, time(14), enabled=False)


def test_nothing_is_scrolled_sideways_on_a_small_screen(calls: CallsSection) -> None:
    """What 1366 px at 150 % leave beside the side bar and the list of sections."""
    assert calls.inner.minimumSizeHint().width() <= 407


def test_a_new_day_without_calls_is_one_of_the_clinics_days(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the evening of a Sunday in Oakland it is Monday in UTC; and the window stays open past midnight."""
    clock = MovedClock()
    clock.moment = local(22, 18)
    monkeypatch.setattr(program, "clock", clock)
    with opened(qtbot, bridge, program, "settings") as window:
        page = settings_page(window, "calls")
        section = page.current
        assert isinstance(section, CallsSection)
        day = section.closed.day
        assert day.value == date(2026, 11, 22)
        for moment, tomorrow in ((clock.moment, date(2026, 11, 23)), (local(23, 0, 1), date(2026, 11, 24))):
            clock.moment = moment
            day.setFocus()
            day.selectAll()
            QTest.keyClicks(day, "tomorrow")
            assert day.value == tomorrow
        day.lineEdit().setText("22 Nov 2026")
        assert day.problem() == "Choose Mon 23 Nov 2026 or later."


def test_an_hour_that_is_none_leads_there_where_it_counts(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    row = calls.kinds.rows[VisitKind.DENTAL]
    row.hour.setFocus()
    row.hour.selectAll()
    QTest.keyClicks(row.hour, "late")
    calls.foot.save.setFocus()
    calls.foot.save.click()
    settle(window)
    assert QApplication.focusWidget() is row.hour
    row.enabled.click()
    assert row.problem.text() == ""
    calls.foot.save.click()
    settle(window)
    assert not program.settings.kept_rules.kinds[VisitKind.DENTAL].enabled


def test_times_are_written_as_in_the_country_that_was_chosen(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    """Though the section was made before; and a move of the clinic is no change of its rules by somebody else."""
    page = window.current
    assert isinstance(page, SettingsPage)
    assert calls.hours.start.text() == "09:00"
    window.go("settings", "clinic")
    settle(window)
    clinic = page.current
    assert isinstance(clinic, ClinicSection)
    clinic.country.set_value("US")
    clinic.touch()
    clinic.save()
    settle(window)
    assert page.current is clinic
    window.go("settings", "calls")
    settle(window)
    made = page.current
    assert isinstance(made, CallsSection)
    assert made.hours.start.text() == "9:00 am"
    made.touch()
    program.settings.kept_rules = replace(
        program.settings.kept_rules, country="CA", zone=ZoneInfo("America/Denver")
    )
    page.refresh()
    settle(window)
    assert made.bar("changed") is None


def test_no_setting_turns_calls_for_the_dead_on(calls: CallsSection) -> None:
    assert VisitKind.END_OF_LIFE not in calls.kinds.rows
    assert "Never called by itself; a person decides" in said(calls)


def test_an_hour_outside_the_preferred_ones_is_said(calls: CallsSection) -> None:
    calls.hours.end.set_value(time(12))
    assert calls.kinds.rows[VisitKind.WELLNESS].problem.text() == "outside the preferred hours"
    assert calls.kinds.rows[VisitKind.SURGERY].problem.text() == ""


def test_days_without_calls_are_added_and_taken_away(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    calls.closed.day.set_value(date(2026, 12, 25))
    button(calls, "Add date").click()
    settle(window)
    button(calls, "Take Thu 26 Nov 2026 away").click()
    calls.foot.save.click()
    settle(window)
    assert program.settings.kept_rules.closed_days == frozenset({date(2026, 12, 25)})


def test_public_holidays_are_added_where_a_person_asks_for_them(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    assert not calls.holidays.region.isVisible()
    button(calls, "Add public holidays…").click()
    settle(window)
    calls.holidays.region.setCurrentText("California")
    button(calls, "Add them").click()
    settle(window)
    assert any("Take away those on which you work" in each for each in said(calls))
    button(calls, "Take Fri 25 Dec 2026 away").click()
    calls.foot.save.click()
    settle(window)
    assert program.settings.kept_rules.closed_days == {date(2026, 11, 26), date(2027, 3, 31)}


def test_holidays_that_cannot_be_looked_up_are_said(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    program.settings.failure = Failure(FailureCode.INVALID_INPUT, title="No public holidays are known of XX.")
    offer = button(calls, "Add public holidays…")
    offer.click()
    settle(window)
    assert any("No public holidays are known of XX." in each for each in said(calls))
    assert offer.isEnabled()


def test_one_day_of_the_week_must_be_left(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    for chip in calls.weekdays.chips:
        chip.click()
    calls.foot.save.click()
    settle(window)
    assert "One day at least must be left." in said(calls)
    assert program.settings.kept_rules.closed_weekdays == frozenset()


def test_review_and_pause_lead_to_their_page(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    program.settings.kept_rules = replace(program.settings.kept_rules, review=True, paused=True)
    calls.refresh()
    settle(window)
    assert "All calls are paused." in said(calls)
    button(calls, "Discharge calls").click()
    assert window.current.page_id == "calls"


def test_a_number_opts_out(window: MainWindow, calls: CallsSection, program: FakeProgram) -> None:
    calls.opt_outs.add.click()
    assert "Enter a number." in said(calls)
    QTest.keyClicks(calls.opt_outs.number, "510 555 0199")
    QTest.keyClicks(calls.opt_outs.why, "asked at the desk")
    calls.opt_outs.add.click()
    settle(window)
    assert program.calls.all[0].phone == "510 555 0199"
    assert program.calls.all[0].why == "asked at the desk"
    assert calls.opt_outs.number.text() == ""


def test_a_number_that_cannot_be_called_is_said_beside_it(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    program.calls.failure = Failure(
        FailureCode.INVALID_INPUT, title="That is not a number that can be called."
    )
    QTest.keyClicks(calls.opt_outs.number, "12\r")
    settle(window)
    assert "That is not a number that can be called." in said(calls)
    assert calls.opt_outs.number.text() == "12"


def test_withdrawing_an_opt_out_asks_first(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    button(calls, "Withdraw the opt-out of +1 510 555 0142").click()
    calls.findChildren(ConfirmDialog)[0].verb.click()
    settle(window)
    assert [row.phone for row in program.calls.all] == ["+15105550177"]


def test_a_long_list_of_opt_outs_is_searched_by_digits(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    program.calls.all = [OptOut(f"+1510555{number:04}", NOW, "", "") for number in range(100)]
    calls.opt_outs.refresh()
    settle(window)
    assert "30 of 100 shown; find the others by their number." in said(calls)
    QTest.keyClicks(calls.opt_outs.search, "(555) 0077\r")
    settle(window)
    assert "+1 510 555 0077" in said(calls)
    assert "+1 510 555 0001" not in said(calls)
    calls.opt_outs.search.setText("999999")
    QTest.keyClick(calls.opt_outs.search, Qt.Key.Key_Return)
    settle(window)
    assert "No number matches." in said(calls)


def test_the_way_back_to_review_mode_says_what_it_takes(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    calls.back.click()
    settle(window)
    dialog = window.findChildren(ConfirmDialog)[-1]
    assert any("6 scheduled calls are taken back" in text for text in said(dialog))
    assert program.calls.pressed == []
    dialog.verb.click()
    settle(window)
    assert program.calls.pressed == ["turn_on_review"]
    program.settings.kept_rules = replace(program.settings.kept_rules, review=True)
    calls.refresh()
    settle(window)
    assert not calls.review_card.isVisible()
    button(calls, "Turn on discharge calls").click()
    settle(window)
    window.findChildren(ConfirmDialog)[-1].verb.click()
    settle(window)
    assert program.calls.pressed[-1] == "turn_on_calls"

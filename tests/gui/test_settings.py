"""Settings on a program in memory: what is typed is checked, tested, saved and never shown again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.clinic import ClinicSection
from idexx_desktop.gui.pages.settings_sections.neo import NeoSection
from idexx_desktop.gui.pages.settings_sections.schedule import ScheduleSection
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.preferences import Preferences
from idexx_desktop.gui.schedule_fields import every_words
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.theme import THEME, ThemeChoice
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import local
from tests.gui.opening import button, opened, said
from tests.gui.test_access import controls


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings", "calls") as made:
        made.go("settings")
        settle(made)
        yield made


@pytest.fixture
def page(window: MainWindow) -> SettingsPage:
    assert isinstance(window.current, SettingsPage)
    return window.current


def show(window: MainWindow, page: SettingsPage, key: str) -> Section:
    """Bring a section to the front by its button."""
    page.buttons[key].click()
    settle(window)
    return page.current


@pytest.fixture
def schedule(window: MainWindow, page: SettingsPage) -> ScheduleSection:
    section = show(window, page, "schedule")
    assert isinstance(section, ScheduleSection)
    return section


@pytest.mark.parametrize(
    "key", ["sign_in", "computers", "recovery", "schedule", "calls", "clinic", "neo", "appearance", "about"]
)
def test_every_control_of_a_section_has_a_name_and_is_large_enough(
    window: MainWindow, page: SettingsPage, key: str
) -> None:
    found = controls(show(window, page, key))
    assert [widget for widget in found if not widget.accessibleName()] == []
    assert [widget for widget in found if min(widget.width(), widget.height()) < 24] == []


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (FailureCode.WRONG_PASSWORD, "sign_in"),
        (FailureCode.NO_BROWSER, "neo"),
        (FailureCode.UNREACHABLE, "neo"),
        (FailureCode.NOT_APPROVED, "sign_in"),
        (FailureCode.COMPUTERS_CHANGED, "sign_in"),
        (FailureCode.KEY_MISSING, "sign_in"),
    ],
)
def test_a_failure_leads_to_the_section_that_mends_it(
    window: MainWindow, page: SettingsPage, code: FailureCode, key: str
) -> None:
    window.go("settings", "about")
    assert page.current.key == "about"
    window.go("settings", code)
    assert page.current.key == key


@pytest.mark.parametrize("code", [FailureCode.NOT_APPROVED, FailureCode.COMPUTERS_CHANGED])
def test_another_computer_can_approve_this_one_only_where_they_share_a_server(
    window: MainWindow, page: SettingsPage, program: FakeProgram, code: FailureCode
) -> None:
    program.records_here = False
    window.go("settings", code)
    assert page.current.key == "computers"


def test_arrow_keys_walk_through_the_sections(window: MainWindow, page: SettingsPage) -> None:
    page.buttons["sign_in"].setFocus()
    QTest.keyClick(page.buttons["sign_in"], Qt.Key.Key_Down)
    assert page.current.key == "computers"
    assert page.buttons["computers"].hasFocus()
    QTest.keyClick(page.buttons["computers"], Qt.Key.Key_Up)
    assert page.current.key == "sign_in"


def test_the_wheel_changes_nothing_without_focus(schedule: ScheduleSection) -> None:
    for box in (schedule.fields.every, schedule.fields.hours.start):
        before = box.value
        box.clearFocus()
        middle = QPointF(box.rect().center())
        down, none = QPoint(0, -120), Qt.MouseButton.NoButton
        event = QWheelEvent(
            middle,
            middle,
            QPoint(),
            down,
            none,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        box.wheelEvent(event)
        assert box.value == before
        assert not event.isAccepted()


def test_what_cannot_be_read_is_said(window: MainWindow, page: SettingsPage, program: FakeProgram) -> None:
    def unreachable() -> object:
        raise Failure(FailureCode.DATABASE_UNREACHABLE)

    program.settings.clinic = unreachable  # type: ignore[method-assign,assignment]  # this one question fails
    section = show(window, page, "clinic")
    assert "Can't reach your clinic's records. Syncing is paused." in said(section)


# schedule


def test_a_schedule_is_shown_changed_and_saved(
    window: MainWindow, schedule: ScheduleSection, program: FakeProgram
) -> None:
    assert schedule.next.text() == "Today 14:00"
    assert schedule.fields.every.currentText() == "Every 4 hours"
    assert not schedule.foot.save.isEnabled()
    schedule.fields.every.setCurrentText("Every 2 hours")
    schedule.fields.every.picked.emit()
    schedule.fields.hours.end.set_value(time(20, 30))
    schedule.fields.days.chips[6].click()
    schedule.foot.save.click()
    settle(window)
    kept = program.settings.kept_schedule
    assert (kept.every_hours, kept.close_time, kept.open_weekdays) == (2.0, time(20, 30), frozenset(range(6)))
    assert "Saved" in said(schedule)
    assert not schedule.foot.save.isEnabled()


def test_wrong_hours_and_no_day_are_said_beside_the_fields(
    window: MainWindow, schedule: ScheduleSection, program: FakeProgram
) -> None:
    before = program.settings.kept_schedule
    schedule.fields.hours.start.set_value(time(19))
    for chip in schedule.fields.days.chips:
        chip.click()
    schedule.foot.save.click()
    settle(window)
    assert "The end must be after the beginning." in said(schedule)
    assert "Choose at least one day." in said(schedule)
    assert program.settings.kept_schedule == before


def test_a_refresh_does_not_overwrite_what_is_being_typed(
    window: MainWindow, schedule: ScheduleSection, program: FakeProgram
) -> None:
    schedule.fields.hours.end.set_value(time(21))
    program.settings.kept_schedule = replace(program.settings.kept_schedule, close_time=time(18))
    schedule.refresh()
    settle(window)
    assert schedule.fields.hours.end.value == time(21)


def test_what_is_refused_is_said_and_can_be_saved_again(
    window: MainWindow, schedule: ScheduleSection, program: FakeProgram
) -> None:
    program.settings.failure = Failure(FailureCode.INVALID_INPUT, title="That is no schedule.")
    schedule.fields.enabled.click()
    schedule.foot.save.click()
    settle(window)
    assert any("That is no schedule." in each for each in said(schedule))
    program.settings.failure = None
    schedule.foot.save.click()
    settle(window)
    assert not program.settings.kept_schedule.enabled


def test_undoing_a_pause_brings_no_old_one_back(
    window: MainWindow, schedule: ScheduleSection, program: FakeProgram
) -> None:
    program.settings.kept_schedule = replace(program.settings.kept_schedule, paused_until=local(20, 0))
    schedule.refresh()
    settle(window)
    schedule.until_tomorrow.click()
    settle(window)
    button(window.toast, "Undo").click()
    settle(window)
    assert program.settings.kept_schedule.paused_until is None
    assert window.toast.accessibleName() == "Automatic syncing goes on."


def test_a_pause_lasts_until_the_clinics_midnight_and_can_be_ended(
    qtbot: QtBot, window: MainWindow, schedule: ScheduleSection, program: FakeProgram
) -> None:
    schedule.until_tomorrow.click()
    settle(window)
    assert program.settings.kept_schedule.paused_until == local(23, 0)
    schedule.refresh()
    settle(window)
    assert "Automatic syncing is paused until tomorrow 00:00." in said(schedule)
    schedule.resume.click()
    settle(window)
    assert program.settings.kept_schedule.paused_until is None
    schedule.for_a_week.click()
    settle(window)
    assert program.settings.kept_schedule.paused_until == local(29, 0)
    schedule.refresh()
    settle(window)
    schedule.until_tomorrow.click()
    settle(window)
    button(window.toast, "Undo").click()  # back to the week, not to no pause at all
    settle(window)
    assert program.settings.kept_schedule.paused_until == local(29, 0)


def test_starting_with_the_session_is_changed_at_once(
    window: MainWindow, schedule: ScheduleSection, program: FakeProgram
) -> None:
    box = schedule.autostart.box
    assert box.isEnabled()
    assert not box.isChecked()
    box.click()
    settle(window)
    assert program.autostart.on
    assert box.isChecked()
    assert not schedule.foot.save.isEnabled()
    program.autostart.failure = Failure(FailureCode.INVALID_INPUT, title="This computer refuses.")
    box.click()
    settle(window)
    assert box.isChecked()
    assert any("This computer refuses." in each for each in said(schedule))


@pytest.mark.parametrize(
    ("hours", "words"), [(1.0, "Every hour"), (4.0, "Every 4 hours"), (0.5, "Every 0.5 hours")]
)
def test_intervals_in_words(hours: float, words: str) -> None:
    assert every_words(hours) == words


# clinic and connection


def test_the_clinics_time_zone_holds_in_the_whole_window(
    window: MainWindow, page: SettingsPage, program: FakeProgram
) -> None:
    section = show(window, page, "clinic")
    assert isinstance(section, ClinicSection)
    section.zone.setEditText("America/New York")
    section.zone.picked.emit()
    QTest.keyClicks(section.phone, "+1 510 555 0100")
    section.foot.save.click()
    settle(window)
    kept = program.settings.kept_clinic
    assert (kept.timezone, kept.phone, kept.country) == ("America/New_York", "+1 510 555 0100", "GB")
    assert window.desk.zone.key == "America/New_York"


def test_the_clinics_name_is_corrected_by_those_who_may(
    window: MainWindow, page: SettingsPage, program: FakeProgram
) -> None:
    section = show(window, page, "clinic")
    assert isinstance(section, ClinicSection)
    assert section.new_name_field.isVisibleTo(section)
    assert not section.name_field.isVisibleTo(section)
    for typed in ("", "   "):
        section.new_name.selectAll()
        QTest.keyClick(section.new_name, Qt.Key.Key_Delete)
        QTest.keyClicks(section.new_name, typed)
        assert section.unsaved
        section.foot.save.click()
        settle(window)
        assert "Enter the clinic's name." in said(section)
    section.new_name.selectAll()
    QTest.keyClicks(section.new_name, " Oak Street Animal Clinic ")
    section.foot.save.click()
    settle(window)
    assert program.settings.kept_clinic.name == "Oak Street Animal Clinic"
    assert window.side.clinic.text() == "Oak Street Animal Clinic"
    assert window.desk.clinic_name == "Oak Street Animal Clinic"
    # and by nobody else
    program.settings.kept_clinic = replace(program.settings.kept_clinic, may_rename=False)
    section.refresh()
    settle(window)
    assert not section.new_name_field.isVisibleTo(section)
    assert section.name_field.isVisibleTo(section)
    assert any(words.startswith("An admin of your clinic") for words in said(section))


def test_a_time_zone_that_is_none_is_said_beside_it(
    window: MainWindow, page: SettingsPage, program: FakeProgram
) -> None:
    section = show(window, page, "clinic")
    assert isinstance(section, ClinicSection)
    section.zone.setEditText("Atlantis")
    section.zone.picked.emit()
    section.foot.save.click()
    settle(window)
    assert "Choose a time zone of the list." in said(section)
    assert program.settings.kept_clinic.timezone == "America/Los_Angeles"


def test_neos_address_is_a_region_or_ones_own(
    window: MainWindow, page: SettingsPage, program: FakeProgram
) -> None:
    section = show(window, page, "neo")
    assert isinstance(section, NeoSection)
    assert not section.address.own.isVisible()
    section.address.region.setCurrentText("Another address…")
    section.address.region.picked.emit()
    assert section.address.own.isVisible()
    for wrong in ("http://neo.example", "neo.example", "https://", "http://[", "javascript:alert(1)"):
        section.address.own.setText(wrong)
        section.foot.save.click()
        assert "It must start with https:// and name a site." in said(section)
    section.address.own.setText("https://neo.example")
    section.concurrency.setValue(3)
    section.pace.setValue(0)
    section.foot.save.click()
    settle(window)
    kept = program.settings.kept_sync
    assert (kept.neo_url, kept.concurrency, kept.requests_per_second) == ("https://neo.example", 3, 0)


# appearance


def test_the_theme_is_chosen_at_once_and_remembered(
    window: MainWindow, page: SettingsPage, tmp_path: Path
) -> None:
    window.desk.preferences = Preferences(tmp_path)
    section = show(window, page, "appearance")
    button(section, "Dark").click()
    assert THEME.choice is ThemeChoice.DARK
    assert Preferences(tmp_path).theme is ThemeChoice.DARK
    # of another length than "dark": Qt reads a file anew whose size or time of change is another
    (tmp_path / "window.ini").write_text("[General]\ntheme=purple\n")
    assert Preferences(tmp_path).theme is ThemeChoice.SYSTEM


def test_about_says_who_it_is_not(window: MainWindow, page: SettingsPage) -> None:
    words = " ".join(said(show(window, page, "about")))
    assert "not affiliated with" in words
    assert "Version " in words
    assert "never changes anything in Neo" in words


def test_the_chosen_section_is_in_sight_in_a_low_window(window: MainWindow, page: SettingsPage) -> None:
    window.resize(910, 440)
    for key in ("about", "sign_in", "appearance"):
        window.go("settings", key)
        settle(window)
        chosen = page.buttons[key]
        assert chosen.visibleRegion().boundingRect() == chosen.rect(), key


def test_what_went_wrong_is_in_sight_wherever_one_is_in_a_low_window(
    window: MainWindow, page: SettingsPage
) -> None:
    window.resize(910, 440)
    for key in page.buttons:
        section = show(window, page, key)
        scrolled = section.verticalScrollBar()
        scrolled.setValue(scrolled.maximum())
        section.show_failure(Failure(FailureCode.WRONG_PASSWORD))
        settle(window)
        bar = section.bar("failure")
        assert bar is not None
        assert bar.visibleRegion().boundingRect() == bar.rect(), key

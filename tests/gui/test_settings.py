"""Settings on a program in memory: what is typed is checked, tested, saved and never shown again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.decisions import KindRule
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import OptOut
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.domain.visits import VisitKind
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.calls import CallsSection
from idexx_desktop.gui.pages.settings_sections.clinic import ClinicSection
from idexx_desktop.gui.pages.settings_sections.neo import NeoSection
from idexx_desktop.gui.pages.settings_sections.schedule import ScheduleSection
from idexx_desktop.gui.pages.settings_sections.sign_in import SignInSection
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.preferences import Preferences
from idexx_desktop.gui.schedule_fields import every_words
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.theme import THEME, ThemeChoice
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, local
from tests.gui.opening import button, has_button, opened, said
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
def sign_in(page: SettingsPage) -> SignInSection:
    assert isinstance(page.current, SignInSection)
    return page.current


@pytest.fixture
def schedule(window: MainWindow, page: SettingsPage) -> ScheduleSection:
    section = show(window, page, "schedule")
    assert isinstance(section, ScheduleSection)
    return section


@pytest.fixture
def calls(window: MainWindow, page: SettingsPage) -> CallsSection:
    section = show(window, page, "calls")
    assert isinstance(section, CallsSection)
    return section


def type_login(section: SignInSection, password: str) -> None:
    """Replace user name and password, by keys."""
    section.fields.user.clear()
    QTest.keyClicks(section.fields.user, "new@harbour.example")
    QTest.keyClicks(section.fields.password, password)


# the page


@pytest.mark.parametrize("key", ["sign_in", "schedule", "calls", "clinic", "neo", "appearance", "about"])
def test_every_control_of_a_section_has_a_name_and_is_large_enough(
    window: MainWindow, page: SettingsPage, key: str
) -> None:
    found = controls(show(window, page, key))
    assert [widget for widget in found if not widget.accessibleName()] == []
    assert [widget for widget in found if min(widget.width(), widget.height()) < 24] == []


@pytest.mark.parametrize(
    ("code", "key"),
    [(FailureCode.WRONG_PASSWORD, "sign_in"), (FailureCode.NO_BROWSER, "neo"), (FailureCode.UNREACHABLE, "neo")],
)
def test_a_failure_leads_to_the_section_that_mends_it(
    window: MainWindow, page: SettingsPage, code: FailureCode, key: str
) -> None:
    window.go("settings", "about")
    assert page.current.key == "about"
    window.go("settings", code)
    assert page.current.key == key


def test_what_cannot_be_read_is_said(window: MainWindow, page: SettingsPage, program: FakeProgram) -> None:
    def unreachable() -> object:
        raise Failure(FailureCode.DATABASE_UNREACHABLE)

    program.settings.clinic = unreachable  # type: ignore[method-assign,assignment]  # this one question fails
    section = show(window, page, "clinic")
    assert "Can't reach your clinic's records. Syncing is paused." in said(section)


# Neo sign-in


def test_a_kept_sign_in_is_shown_without_its_password(sign_in: SignInSection) -> None:
    words = said(sign_in)
    assert "Last accepted 07:12" in words
    assert any("this computer's password store" in each for each in words)
    assert (sign_in.fields.company.text(), sign_in.fields.user.text()) == ("4242", "front@harbour.example")
    assert sign_in.fields.password.text() == ""
    assert sign_in.pill.accessibleName() == "Accepted by Neo"


def test_save_works_only_after_a_test_of_exactly_these_entries(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    type_login(sign_in, "right-horse")
    assert not sign_in.foot.save.isEnabled()
    sign_in.test.click()
    assert sign_in.test.accessibleName() == "Signing in…"
    assert not sign_in.test.isEnabled()
    settle(window)
    assert "Signed in as Harbour Vet. Save to use it." in said(sign_in)
    assert sign_in.foot.save.isEnabled()
    QTest.keyClicks(sign_in.fields.password, "x")
    assert not sign_in.foot.save.isEnabled()
    QTest.keyClick(sign_in.fields.password, "\b")
    sign_in.foot.save.click()
    settle(window)
    assert program.credentials.saved == [NeoLogin("4242", "new@harbour.example", "right-horse")]
    assert "Saved" in said(sign_in)
    assert sign_in.fields.password.text() == ""
    assert not sign_in.foot.save.isEnabled()


def test_a_rejected_sign_in_is_tried_once_and_not_saved(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    program.credentials.failure = Failure(FailureCode.WRONG_PASSWORD)
    type_login(sign_in, "wrong")
    QTest.keyClick(sign_in.fields.password, "\r")
    settle(window)
    assert len(program.credentials.tested) == 1
    assert any("didn't accept the password" in each for each in said(sign_in))
    assert not sign_in.foot.save.isEnabled()
    assert program.credentials.saved == []


def test_what_is_missing_is_said_beside_it(window: MainWindow, sign_in: SignInSection, program: FakeProgram) -> None:
    QTest.keyClicks(sign_in.fields.user, "x")
    sign_in.test.click()
    settle(window)
    words = "Enter the password, too: a saved one is never read back."
    assert words in said(sign_in)
    assert sign_in.fields.password.accessibleName() == f"Password: {words}"
    assert program.credentials.tested == []


def test_the_kept_sign_in_is_tested_without_typing_it(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram
) -> None:
    suspended = Failure(FailureCode.WRONG_PASSWORD)
    program.credentials.value = replace(program.credentials.value, state="invalid", suspended=suspended)
    sign_in.refresh()
    settle(window)
    assert sign_in.pill.accessibleName() == "Not accepted by Neo"
    button(sign_in, "Update password").click()
    assert sign_in.fields.password.hasFocus()
    sign_in.test.click()
    settle(window)
    assert "Signed in as Harbour Vet." in said(sign_in)
    sign_in.refresh()
    settle(window)
    assert not has_button(sign_in, "Update password")


def test_what_only_a_person_can_do_opens_neo(
    window: MainWindow, sign_in: SignInSection, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    program.credentials.failure = Failure(FailureCode.CODE_ASKED)
    sign_in.test.click()
    settle(window)
    button(sign_in, "Open Neo").click()
    settle(window)
    assert [url.toString() for url in shown] == ["https://us.idexxneo.com"]
    program.settings.kept_sync = replace(program.settings.kept_sync, neo_url="file:///etc/passwd")
    button(sign_in, "Open Neo").click()
    settle(window)
    assert len(shown) == 1


def test_forgetting_asks_first(window: MainWindow, sign_in: SignInSection, program: FakeProgram) -> None:
    button(sign_in, "Forget…").click()
    dialog = sign_in.findChildren(ConfirmDialog)[0]
    dialog.cancel.click()
    settle(window)
    assert program.credentials.forgotten == 0
    sign_in.forget.click()
    sign_in.findChildren(ConfirmDialog)[-1].verb.click()
    settle(window)
    assert program.credentials.forgotten == 1
    sign_in.refresh()
    settle(window)
    assert sign_in.pill.accessibleName() == "No sign-in yet"
    assert not sign_in.forget.isVisible()


def test_a_password_is_pasted_in_and_never_copied_out(sign_in: SignInSection) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("pasted-secret")
    field = sign_in.fields.password
    assert field.echoMode() is QLineEdit.EchoMode.Password
    field.paste()
    assert field.text() == "pasted-secret"
    clipboard.setText("before")
    field.selectAll()
    QTest.keySequence(field, QKeySequence(QKeySequence.StandardKey.Copy))
    assert clipboard.text() == "before"


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


@pytest.mark.parametrize(("hours", "words"), [(1.0, "Every hour"), (4.0, "Every 4 hours"), (0.5, "Every 0.5 hours")])
def test_intervals_in_words(hours: float, words: str) -> None:
    assert every_words(hours) == words


# calls


def test_rules_of_calls_are_changed_and_saved(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    row = calls.kinds.rows[VisitKind.DENTAL]
    row.delay.setCurrentText("3 days")
    row.delay.picked.emit()
    row.hour.set_value(time(16))
    calls.kinds.rows[VisitKind.WELLNESS].enabled.click()
    calls.weekdays.chips[6].click()
    calls.foot.save.click()
    settle(window)
    rules = program.settings.kept_rules
    assert rules.kinds[VisitKind.DENTAL] == KindRule(3, time(16))
    assert not rules.kinds[VisitKind.WELLNESS].enabled
    assert not calls.kinds.rows[VisitKind.WELLNESS].hour.isEnabled()
    assert rules.closed_weekdays == frozenset({6})
    assert rules.kinds[VisitKind.END_OF_LIFE] == KindRule(1, time(14), enabled=False)


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
    calls.closed.day.setDate(QDate(2026, 12, 25))
    button(calls, "Add date").click()
    button(calls, "Take Thu 26 Nov 2026 away").click()
    calls.foot.save.click()
    settle(window)
    assert program.settings.kept_rules.closed_days == frozenset({date(2026, 12, 25)})


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
    program.calls.failure = Failure(FailureCode.INVALID_INPUT, title="That is not a number that can be called.")
    QTest.keyClicks(calls.opt_outs.number, "12\r")
    settle(window)
    assert "That is not a number that can be called." in said(calls)
    assert calls.opt_outs.number.text() == "12"


def test_withdrawing_an_opt_out_asks_first(
    window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    button(calls, "Withdraw the opt-out of +15105550142").click()
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
    assert "+15105550077" in said(calls)
    assert "+15105550001" not in said(calls)
    calls.opt_outs.search.setText("999999")
    QTest.keyClick(calls.opt_outs.search, "\r")
    assert "No number matches." in said(calls)


# clinic and connection


def test_the_clinics_time_zone_holds_in_the_whole_window(
    window: MainWindow, page: SettingsPage, program: FakeProgram
) -> None:
    section = show(window, page, "clinic")
    assert isinstance(section, ClinicSection)
    section.zone.setEditText("America/New York")
    section.zone.picked.emit()
    QTest.keyClicks(section.phone, "510 555 0100")
    section.foot.save.click()
    settle(window)
    kept = program.settings.kept_clinic
    assert (kept.timezone, kept.phone, kept.country) == ("America/New_York", "510 555 0100", "US")
    assert window.desk.zone.key == "America/New_York"


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
    (tmp_path / "window.ini").write_text("[General]\ntheme=pink\n")
    assert Preferences(tmp_path).theme is ThemeChoice.SYSTEM


def test_about_says_who_it_is_not(window: MainWindow, page: SettingsPage) -> None:
    words = " ".join(said(show(window, page, "about")))
    assert "not affiliated with" in words
    assert "Version " in words
    assert "never changes anything in Neo" in words

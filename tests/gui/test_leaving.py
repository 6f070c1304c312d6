"""Leaving what was typed and not saved: Save, Discard or Stay, whatever the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.leaving import ENDING, UnsavedDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.clinic import ClinicSection
from idexx_desktop.gui.pages.settings_sections.neo import NeoSection
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tray import Tray
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened, settings_page


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings", "calls") as made:
        yield made


@pytest.fixture
def clinic(window: MainWindow) -> ClinicSection:
    """The clinic's settings with a number that was typed, not saved."""
    page = settings_page(window, "clinic")
    assert isinstance(page.current, ClinicSection)
    page.current.emergency.clear()
    QTest.keyClicks(page.current.emergency, "+1 510 555 0199")
    assert page.unsaved() == [page.current]
    return page.current


@pytest.fixture
def tray(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Tray:
    monkeypatch.setattr(QApplication, "quit", lambda: None)
    return Tray(window, available=lambda: True, notify=lambda *_: None)


def question(window: MainWindow) -> UnsavedDialog:
    dialog = window.leaving.dialog
    assert dialog is not None
    return dialog


def the_settings(window: MainWindow) -> SettingsPage:
    page = window.pages["settings"]
    assert isinstance(page, SettingsPage)
    return page


WAYS_OUT: dict[str, tuple[Callable[[MainWindow, Tray], object], Callable[[MainWindow, Tray], bool]]] = {
    "another page": (
        lambda window, _: window.go("calls"),
        lambda window, _: window.current.page_id == "calls",
    ),
    "another section": (
        lambda window, _: the_settings(window).buttons["calls"].click(),
        lambda window, _: the_settings(window).current.key == "calls",
    ),
    "a section by its failure": (
        lambda window, _: window.go("settings", FailureCode.NO_BROWSER),
        lambda window, _: the_settings(window).current.key == "neo",
    ),
    "closing": (lambda window, _: window.close(), lambda window, _: not window.isVisible()),
    "quitting": (lambda _, tray: tray.quit_action.trigger(), lambda _, tray: tray.quitting),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_staying_and_discarding(
    window: MainWindow, clinic: ClinicSection, tray: Tray, program: FakeProgram, way: str
) -> None:
    leave, has_left = WAYS_OUT[way]
    kept = program.settings.kept_clinic
    leave(window, tray)
    QTest.keyClick(question(window), Qt.Key.Key_Escape)
    settle(window)
    assert not has_left(window, tray)
    assert clinic.emergency.text() == "+1 510 555 0199", "Escape stays, and nothing is lost"
    assert window.side.buttons["settings"].isChecked()
    assert the_settings(window).buttons["clinic"].isChecked()
    leave(window, tray)
    question(window).discard.click()
    settle(window)
    assert has_left(window, tray)
    assert program.settings.kept_clinic == kept
    assert not clinic.unsaved


@pytest.mark.parametrize("way", WAYS_OUT)
def test_saving(
    window: MainWindow, clinic: ClinicSection, tray: Tray, program: FakeProgram, way: str
) -> None:
    leave, has_left = WAYS_OUT[way]
    leave(window, tray)
    question(window).verb.click()
    settle(window)
    assert has_left(window, tray)
    assert program.settings.kept_clinic.emergency_phone.endswith("0199")


def test_what_can_not_be_saved_keeps_one_here(
    window: MainWindow, clinic: ClinicSection, program: FakeProgram
) -> None:
    program.settings.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    window.go("calls")
    question(window).verb.click()
    settle(window)
    assert window.current.page_id == "settings"
    assert clinic.unsaved
    assert clinic.bar("failure") is not None


def test_a_sign_in_that_was_typed_is_asked_about_too(window: MainWindow) -> None:
    page = settings_page(window, "sign_in")
    assert page.unsaved() == []
    box = getattr(page.current, "fields").password  # noqa: B009 - sections differ
    QTest.keyClicks(box, "new-password")
    window.go("calls")
    question(window).discard.click()
    settle(window)
    assert window.current.page_id == "calls"
    assert box.text() == ""


def test_the_systems_end_asks_nobody(window: MainWindow, clinic: ClinicSection, qapp: QApplication) -> None:
    qapp.setProperty(ENDING, True)
    try:
        assert not window.leaving.must_ask
    finally:
        qapp.setProperty(ENDING, False)
    assert window.leaving.must_ask


def test_a_number_that_can_not_be_dialled_is_said_beside_it(
    window: MainWindow, clinic: ClinicSection, program: FakeProgram
) -> None:
    clinic.emergency.clear()
    QTest.keyClicks(clinic.emergency, "ask at the desk")
    clinic.foot.save.click()
    settle(window)
    assert clinic.emergency_field.problem.text() == "This number can't be dialled."
    assert clinic.unsaved
    assert program.settings.kept_clinic.emergency_phone == ""


def test_an_address_that_a_variable_says_is_kept_as_it_is(window: MainWindow, program: FakeProgram) -> None:
    program.neo_address.given_by = "IDEXX_DESKTOP_NEO_URL"
    page = settings_page(window, "neo")
    section = page.current
    assert isinstance(section, NeoSection)
    assert not section.address.region.isEnabled()
    assert "IDEXX_DESKTOP_NEO_URL" in section.address_field.hint.text()
    before = program.settings.kept_sync
    section.concurrency.setValue(before.concurrency + 1)
    section.foot.save.click()
    settle(window)
    assert program.settings.kept_sync.neo_url == before.neo_url
    assert program.settings.kept_sync.concurrency == before.concurrency + 1

"""Settings, Discharge calls: the law's hours with their sources, who calls, and what owners agreed to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.consents import ConsentScope, ConsentWay, NewConsent
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings_sections.calls import CallsSection
from idexx_desktop.gui.pages.settings_sections.consents import ConsentRow
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened, settings_page


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    program.settings.kept_clinic = replace(program.settings.kept_clinic, phone="(305) 555-0100")
    with opened(qtbot, bridge, program, "settings", "calls") as made:
        made.go("settings")
        settle(made)
        yield made


@pytest.fixture
def calls(window: MainWindow) -> CallsSection:
    page = settings_page(window, "calls")
    assert isinstance(page.current, CallsSection)
    return page.current


def test_what_holds_where_the_clinic_is(window: MainWindow, calls: CallsSection) -> None:
    names = [row.accessibleName() for row in calls.law.rows]
    assert len(names) == 2
    assert names[0].startswith("United States: 8:00 am to 9:00 pm")
    assert names[1].startswith("Florida: 8:00 am to 8:00 pm")
    assert "501.616" in names[1]
    assert "unverified" not in " ".join(names)
    calls.law.show_all.click()
    settle(window)
    every = [row.accessibleName() for row in calls.law.rows]
    assert len(every) > 30
    texas = next(each for each in every if each.startswith("Texas"))
    assert "unverified" in texas, "nobody has read it for this program"
    assert "Sundays 12:00 pm to 9:00 pm" in texas
    assert "2026-11-30" in calls.law.version.text()
    calls.law.show_all.click()
    settle(window)
    assert len(calls.law.rows) == 2


def test_who_calls_is_chosen_and_saved(window: MainWindow, calls: CallsSection, program: FakeProgram) -> None:
    caller = calls.caller
    assert caller.people.isChecked()
    assert caller.hold.isHidden()
    caller.system.click()
    assert not caller.hold.isHidden()
    assert not caller.warning.isHidden(), "an artificial voice without a consent: it is said"
    caller.hold.click()
    assert caller.warning.isHidden()
    calls.foot.save.click()
    settle(window)
    rules = program.settings.kept_rules
    assert (rules.automated, rules.hold_without_consent) == (True, True)


def test_a_consent_is_recorded_and_withdrawn(
    qtbot: QtBot, window: MainWindow, calls: CallsSection, program: FakeProgram
) -> None:
    listed = calls.consents
    listed.add.click()
    assert listed.number_field.problem.text()
    listed.number.setText("911")
    listed.add.click()
    settle(window)
    assert program.consents.known == []
    listed.number.setText("+15105550142")
    listed.given_by.setText("Ana Diaz")
    listed.scope.setCurrentText("calls")
    listed.how.setCurrentText("signed form")
    listed.add.click()
    settle(window)
    [known] = program.consents.known
    assert known.given == NewConsent("+15105550142", ConsentScope.CALLS, ConsentWay.FORM, "", "Ana Diaz")
    qtbot.waitUntil(lambda: len(calls.findChildren(ConsentRow)) == 1)
    [row] = calls.findChildren(ConsentRow)
    assert "Ana Diaz" in row.said
    row.button.click()
    window.findChildren(ConfirmDialog)[-1].verb.click()
    settle(window)
    assert program.consents.known == []

"""Settings that somebody is changing are never overwritten by what another computer saved: it is said, and offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.pages.settings_sections.clinic import ClinicSection
from idexx_desktop.gui.pages.settings_sections.schedule import ScheduleSection
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.sections import FormSection
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW
from tests.gui.opening import button, opened, settings_page
from tests.gui.test_fresh import Reads, waited


def another_sign_in(program: FakeProgram) -> None:
    program.credentials.value = replace(
        program.credentials.value, username_hint="kim@harbour.example", company_id="77"
    )


def another_schedule(program: FakeProgram) -> None:
    kept = program.settings.kept_schedule
    program.settings.kept_schedule = replace(kept, open_time=time(6), close_time=time(20))


def other_rules(program: FakeProgram) -> None:
    rules = program.settings.kept_rules
    kinds = {kind: replace(rule, preferred=time(11)) for kind, rule in rules.kinds.items()}
    program.settings.kept_rules = replace(rules, window_start=time(9, 30), kinds=kinds)


def another_clinic(program: FakeProgram) -> None:
    kept = program.settings.kept_clinic
    program.settings.kept_clinic = replace(kept, phone="+1 510 555 0199", timezone="America/Denver")


def another_neo(program: FakeProgram) -> None:
    kept = program.settings.kept_sync
    program.settings.kept_sync = replace(kept, neo_url="https://eu.idexxneo.com", concurrency=2)


SAVED: dict[str, Callable[[FakeProgram], None]] = {
    "sign_in": another_sign_in,
    "schedule": another_schedule,
    "calls": other_rules,
    "clinic": another_clinic,
    "neo": another_neo,
}


@pytest.mark.parametrize("key", SAVED)
def test_what_is_typed_in_settings_stays(
    qtbot: QtBot,
    bridge: Bridge,
    program: FakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
) -> None:
    """Though what the section shows was saved elsewhere, and the section has read it."""
    with opened(qtbot, bridge, program, "settings") as window:
        page = settings_page(window, key)
        fields = [
            each
            for each in page.current.findChildren(QLineEdit)
            if each.isVisible() and not each.isReadOnly() and each.isEnabled()
        ]
        assert fields
        for each in fields:
            each.setFocus()
            each.selectAll()
            QTest.keyClicks(each, "12:34")
        typed = [each.text() for each in fields]
        reads = Reads(page, monkeypatch)
        SAVED[key](program)
        for topic in page.topics:
            program.watcher.tell(topic, "2")
        waited(qtbot, page)
        assert reads.count == 1
        assert [each.text() for each in fields] == typed


@pytest.mark.parametrize("key", [key for key in SAVED if key != "sign_in"])
def test_a_refused_save_forgets_nobodys_change(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, key: str
) -> None:
    """What another computer saved is still said and offered, however often saving fails here."""
    with opened(qtbot, bridge, program, "settings") as window:
        page = settings_page(window, key)
        section = page.current
        assert isinstance(section, FormSection)
        section.touch()
        SAVED[key](program)
        program.watcher.tell(Topic.SETTINGS, "2")
        waited(qtbot, page)
        program.settings.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
        section.save()
        settle(window)
        assert section.bar("failure") is not None
        page.refresh()
        settle(window)
        assert section.bar("changed") is not None
        button(section, "Show theirs").click()
        assert section.kept == section.reading()()


def test_settings_that_somebody_else_saved_are_offered(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    with opened(qtbot, bridge, program, "settings") as window:
        page = settings_page(window, "clinic")
        section = page.current
        assert isinstance(section, ClinicSection)
        section.phone.setText("+1 510 555 0101")
        section.touch()
        program.settings.kept_clinic = replace(
            program.settings.kept_clinic, emergency_phone="+1 510 555 0102"
        )
        program.watcher.tell(Topic.SETTINGS, "2")
        waited(qtbot, page)
        assert section.bar("changed") is not None
        assert section.phone.text() == "+1 510 555 0101"
        button(section, "Show theirs").click()
        settle(window)
        assert section.bar("changed") is None
        assert (section.phone.text(), section.emergency.text()) == ("", "+1 510 555 0102")
        assert not section.changed
        # untouched, theirs come by themselves
        program.settings.kept_clinic = replace(
            program.settings.kept_clinic, emergency_phone="+1 510 555 0103"
        )
        program.watcher.tell(Topic.SETTINGS, "3")
        waited(qtbot, page)
        assert section.emergency.text() == "+1 510 555 0103"


def test_a_pause_elsewhere_is_no_change_of_what_is_typed(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    """The next sync and the pause aren't in fields: they follow, and are kept when the rest is saved."""
    with opened(qtbot, bridge, program, "settings") as window:
        page = settings_page(window, "schedule")
        section = page.current
        assert isinstance(section, ScheduleSection)
        section.touch()
        until = NOW + timedelta(days=1)
        program.settings.kept_schedule = replace(program.settings.kept_schedule, paused_until=until)
        program.watcher.tell(Topic.SETTINGS, "2")
        waited(qtbot, page)
        assert section.bar("changed") is None
        assert section.bar("paused") is not None
        section.save()
        settle(window)
        assert program.settings.kept_schedule.paused_until == until

"""Answers come in any order: an older one never takes the place of a newer one, on any page, in any section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import RecordsChanged, Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.bridge import Bridge, Ticket
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tables.view import Table
from idexx_desktop.gui.tray import Tray
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, some_days, today_status
from tests.gui.opening import opened

# those that read something
SECTIONS = ("sign_in", "computers", "recovery", "schedule", "calls", "clinic", "neo", "backup")
PLACES = [(entry.page_id, "") for entry in PAGES if entry.page_id != "settings"]
PLACES += [("settings", section) for section in SECTIONS]


class LateBridge(Bridge):
    """Keeps answers back until they are let go, the last one first."""

    def __init__(self) -> None:
        self.held: list[tuple[Ticket, Any, Failure | None]] | None = None
        super().__init__(CrashRoute())

    @property
    def has_all(self) -> bool:
        """Whether everything that was asked is answered and kept back."""
        return self.held is not None and len(self.held) == len(self._open)

    def let_go(self) -> None:
        """Deliver what was kept back, the newest answer first."""
        held, self.held = self.held or [], None
        for answer in reversed(held):
            self._deliver(*answer)

    def _deliver(self, ticket: Ticket, value: Any, failure: Failure | None) -> None:
        if self.held is None:
            super()._deliver(ticket, value, failure)
        else:
            self.held.append((ticket, value, failure))


@pytest.fixture
def late() -> Iterator[LateBridge]:
    made = LateBridge()
    yield made
    made.close()


def everything_changes(program: FakeProgram) -> None:
    """Whatever a page or a section shows is another."""
    program.visits.all = program.visits.all[1:]
    program.calls.calls = program.calls.calls[1:]
    program.history.all = program.history.all[1:]
    program.audit.all = program.audit.all[1:]
    program.status.value = today_status(
        attention=[], attention_count=9, calls_today=[], calls_today_count=0, day_counts=some_days()[:-3],
        counts={VisitState.SCHEDULED: 3}, paused=True, review=True, suspended=Failure(FailureCode.WRONG_PASSWORD),
    )  # fmt: skip
    program.credentials.value = replace(
        program.credentials.value, state="invalid", username_hint="kim", company_id="77"
    )
    program.allowed_hosts.kept = ["files.example"]
    program.computers.somebody_asks("Front Desk 3")
    program.computers.rotate_key()
    program.computers.make_kit()
    kept = program.settings
    kept.kept_schedule = replace(kept.kept_schedule, open_time=time(6), paused_until=NOW + timedelta(days=2))
    kept.kept_rules = replace(kept.kept_rules, window_start=time(9, 30), closed_days=frozenset(), review=True)
    kept.kept_clinic = replace(kept.kept_clinic, phone="+1 510 555 0199")
    kept.kept_sync = replace(kept.kept_sync, neo_url="https://eu.idexxneo.com", concurrency=2)
    program.autostart.on = True
    program.calls.all = program.calls.all[1:]
    program.backups.value = replace(program.backups.value, folder="/elsewhere", chosen_at=NOW)


def seen(host: QWidget) -> list[str]:
    """What somebody sees of a page: its rows, its words, its fields, what is ticked."""
    models = [table.rows for table in host.findChildren(Table)]
    rows = [str(model.row(line)) for model in models for line in range(model.rowCount())]
    words = [each.text() for each in host.findChildren(QLabel) if each.isVisible()]
    fields = [each.text() for each in host.findChildren(QLineEdit) if each.isVisible()]
    buttons = [each for each in host.findChildren(QAbstractButton) if each.isVisible()]
    return rows + words + fields + [f"{each.text()}: {each.isChecked()}" for each in buttons]


@pytest.mark.parametrize(("page_id", "section"), PLACES)
def test_what_was_read_last_is_what_is_shown(
    qtbot: QtBot, late: LateBridge, program: FakeProgram, page_id: str, section: str
) -> None:
    with opened(qtbot, late, program, page_id) as window:
        window.go(page_id, section or None)
        settle(window)
        page = window.current
        tray = Tray(window, available=lambda: True, notify=lambda *_: None)
        before = seen(page)
        late.held = []
        page.refresh()
        qtbot.waitUntil(lambda: late.has_all)
        everything_changes(program)
        late.heard.emit(RecordsChanged(Topic.VISITS, "2"))
        for rest in (page._settle, window.desk.standing._settle):
            rest.stop()  # by the same answers: another question would make good what they did
        page.refresh()
        qtbot.waitUntil(lambda: late.has_all)
        late.let_go()
        settle(window)
        shown, badge = seen(page), window.side.buttons[page_id].accessibleName()
        said = tray.sentence.text()
        page.refresh()
        settle(window)
        assert shown == seen(page)
        assert badge == window.side.buttons[page_id].accessibleName()
        assert said == tray.sentence.text()
        assert shown != before
        if section:
            assert isinstance(page, SettingsPage)
            assert page.current.key == section

"""Everything that the program can show, by name: pages in each state, panels, dialogs, sections and steps.

`DIALOGS`, `PANELS` and `PAGE_SCENES` name classes and pages; a test holds them against what there is, so that a new one
can't be forgotten here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QDialog, QWidget

import idexx_desktop.gui
from idexx_desktop.domain.backup import Backup, Contents, FoundBackup, ProvedBy, WhoseRecords
from idexx_desktop.domain.computers import RecoveryKit
from idexx_desktop.domain.events import Step, SyncProgress, SyncStarted, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.domain.people import HandOver
from idexx_desktop.domain.records import CallOutcome
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.first_run.flow import FirstRun
from idexx_desktop.gui.kit.dialogs import ConfirmDialog, DetailsDialog, OwnDialog, VerbDialog
from idexx_desktop.gui.kit.empty import EmptyState, loading, no_match, not_loaded
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.leaving import UnsavedDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.calls import CallsSection
from idexx_desktop.gui.panels.activity_panel import ActivityPanel
from idexx_desktop.gui.panels.add_person import AddPersonDialog, HandOverDialog
from idexx_desktop.gui.panels.backup_question import KitQuestion
from idexx_desktop.gui.panels.call_panel import CallPanel
from idexx_desktop.gui.panels.choose_days import ChooseDaysDialog
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog
from idexx_desktop.gui.panels.code_dialog import CodeDialog
from idexx_desktop.gui.panels.kit_dialog import KitDialog
from idexx_desktop.gui.panels.licences_dialog import LicencesDialog
from idexx_desktop.gui.panels.owner_dialog import OwnerDialog
from idexx_desktop.gui.panels.proxy_dialog import ProxyDialog
from idexx_desktop.gui.panels.schedule_call import ScheduleCallDialog
from idexx_desktop.gui.panels.session_panel import SessionPanel
from idexx_desktop.gui.panels.support_dialog import SupportDialog
from idexx_desktop.gui.panels.visit_panel import VisitPanel
from idexx_desktop.gui.panels.which_died import WhichDied
from idexx_desktop.gui.passphrase import PassphraseDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_concerns import a_concern
from tests.gui.fake_people import OWNER
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_set_up import FakeSetUp
from tests.gui.long_words import Fill, failure_of, stretch
from tests.gui.made_up import NOW, ZONE
from tests.gui.several_clinics import make_admin

Kind = TypeVar("Kind", bound=QWidget)
NOTHING_THERE = Failure(FailureCode.DATABASE_UNREACHABLE)


@dataclass
class Stage:
    """A window on a program whose texts are `fill`'s."""

    window: MainWindow
    program: FakeProgram
    fill: Fill
    few_rows: bool = False

    @classmethod
    def made(cls, fill: Fill, size: tuple[int, int], *, admin: bool = False) -> Stage:
        """With the program open."""
        program = FakeProgram()
        program.status.value = replace(
            program.status.value, review=True, paused=True, record_changed=True, last_failure=NOTHING_THERE
        )
        program.concerns.put(a_concern(1, waits=75, due_in=-5), a_concern(2))
        stretch(program, fill)
        if admin:
            make_admin(program, begins_with_all=True)
        window = MainWindow(Bridge(CrashRoute()))
        window.resize(*size)
        window.show()
        window.attach(program)
        settle(window)
        return cls(window, program, fill)

    def page(self, page_id: str, argument: object = None) -> Page:
        """A page with everything answered."""
        self.window.go(page_id, argument)
        settle(self.window)
        return self.window.current

    def read_again(self) -> None:
        """The page in front reads, and everything is answered."""
        self.window.current.refresh()
        settle(self.window)

    def failure(self) -> Failure:
        """One with this stage's words."""
        return failure_of(NOTHING_THERE, self.fill)

    def close(self) -> None:
        """Let go of it."""
        self.window.shut_down()
        self.window.close()
        self.window.deleteLater()


Scene = Callable[[Stage], Iterator[tuple[str, QWidget]]]


# pages


def _today(stage: Stage) -> Iterator[tuple[str, QWidget]]:
    page = stage.page("today")
    yield "full", stage.window
    desk = stage.window.desk
    stage.program.syncer.emit(SyncStarted("session-1", Trigger.BUTTON, datetime.now(UTC)))
    stage.program.syncer.emit(SyncProgress("session-1", Step.READING_CONSULTATIONS, 14, 38))
    settle(stage.window)
    yield "syncing", stage.window
    desk.syncing = False
    desk.run_changed.emit()
    page.show_failure(stage.failure())
    stage.program.status.value = replace(
        stage.program.status.value, attention=[], attention_count=0, calls_today=[], calls_today_count=0,
        day_counts=[], counts={},
    )  # fmt: skip
    stage.read_again()
    page.show_failure(stage.failure())
    settle(stage.window)
    yield "nothing", stage.window


def _table_page(page_id: str, empty: Callable[[Stage], object]) -> Scene:
    def show(stage: Stage) -> Iterator[tuple[str, QWidget]]:
        page = stage.page(page_id)
        table = page.pane.table  # type: ignore[attr-defined]  # every page with rows has one
        yield "rows", stage.window
        lines = range(table.rows.rowCount())
        for line in lines[:: max(1, len(lines) - 1)] if stage.few_rows else lines:
            table.selectRow(line)
            settle(stage.window)
            yield f"row {line}", stage.window
        table.clearSelection()
        page.show_failure(stage.failure())
        empty(stage)
        stage.read_again()
        yield "nothing", stage.window
        table.rows._first_failed(stage.failure())
        settle(stage.window)
        yield "not read", stage.window

    return show


def _empty_visits(stage: Stage) -> None:
    stage.program.visits.all = []


def _empty_calls(stage: Stage) -> None:
    stage.program.calls.calls = []


def _empty_history(stage: Stage) -> None:
    stage.program.history.all = []


def _empty_activity(stage: Stage) -> None:
    stage.program.audit.all = []


def _settings(stage: Stage) -> Iterator[tuple[str, QWidget]]:
    stage.program.computers.somebody_asks(stage.fill.name)
    stage.program.computers.make_kit()
    page = stage.page("settings")
    assert isinstance(page, SettingsPage)
    for key in page.buttons:
        stage.page("settings", key)
        if isinstance(page.current, CallsSection):
            page.current.agreement.show_them.click()
            settle(stage.window)
        yield key, stage.window
        page.current.show_failure(stage.failure())
        settle(stage.window)
        yield f"{key} with a failure", stage.window


def _first_run(stage: Stage) -> Iterator[tuple[str, QWidget]]:
    flow = FirstRun(stage.window.desk, FakeSetUp(stage.program))
    stage.window.show_instead(flow)
    stage.program.credentials.value = CredentialStatus("not_configured", None, "", "", None, "")
    for number, step in enumerate(flow.steps):
        flow.go(number)
        settle(stage.window)
        yield str(number), stage.window
        step.show_failure(stage.failure())
        settle(stage.window)
        yield f"{number} with a failure", stage.window
    stage.window.show_pages()


PAGE_SCENES: dict[str, Scene] = {
    "today": _today,
    "attention": _table_page("attention", _empty_visits),
    "visits": _table_page("visits", _empty_visits),
    "calls": _table_page("calls", _empty_calls),
    "history": _table_page("history", _empty_history),
    "activity": _table_page("activity", _empty_activity),
    "settings": _settings,
}
OTHER_SCENES: dict[str, Scene] = {"first run": _first_run}


# panels, on their own


def _visit_panel(stage: Stage) -> SidePanel:
    panel = VisitPanel(stage.window.desk, stage.page("visits").decisions)  # type: ignore[attr-defined]  # of that page
    row = replace(
        stage.program.visits.all[0], notes=stage.fill.text, previous_notes=f"{stage.fill.text} more",
        notes_changed_after_call=True, failure_title=stage.fill.text, failure_advice=stage.fill.text,
    )  # fmt: skip
    stage.program.visits.all[0] = row
    panel.show_visit(row)
    return panel


def _call_panel(stage: Stage) -> SidePanel:
    panel = CallPanel(stage.window.desk, stage.page("calls").actions_of_calls)  # type: ignore[attr-defined]  # of that page
    said = CallOutcome(str(CallOutcomeKind.REACHED_CONCERN), stage.fill.name, NOW, stage.fill.text)
    panel.show_call(replace(stage.program.calls.calls[3], outcomes=(said, said)))
    return panel


def _session_panel(stage: Stage) -> SidePanel:
    panel = SessionPanel(stage.window.desk)
    panel.show_row(stage.program.history.all[3])
    return panel


def _activity_panel(stage: Stage) -> SidePanel:
    panel = ActivityPanel(stage.window.desk)
    panel.show_row(replace(stage.program.audit.all[1], metadata={"why": stage.fill.text}))
    return panel


PANELS: dict[type[SidePanel], Callable[[Stage], SidePanel]] = {
    VisitPanel: _visit_panel,
    CallPanel: _call_panel,
    SessionPanel: _session_panel,
    ActivityPanel: _activity_panel,
}


# dialogs


def _found(stage: Stage) -> FoundBackup:
    whose = WhoseRecords(stage.fill.name, "clinic-1", stage.fill.name, practice_site=True)
    backup = Backup("b", Path(f"/x/{stage.fill.name}"), 1, NOW, whose, "1", "17", Contents("0001", {}, {}))
    return FoundBackup(backup, next(iter(ProvedBy)), signed=True, kit_can_prove=True)


DIALOGS: dict[type[QDialog], Callable[[Stage], QDialog]] = {
    WhichDied: lambda stage: WhichDied(stage.window, (stage.fill.name, f"{stage.fill.name} 2")),
    VerbDialog: lambda stage: VerbDialog(stage.window, stage.fill.name, stage.fill.text, "Call anyway"),
    ConfirmDialog: lambda stage: ConfirmDialog(
        stage.window, stage.fill.name, stage.fill.text, "Delete everything", "delete"
    ),
    DetailsDialog: lambda stage: DetailsDialog(stage.window, "Details for support", stage.fill.text),
    UnsavedDialog: lambda stage: UnsavedDialog(stage.window, ["Discharge calls", "Connection to Neo"]),
    PassphraseDialog: lambda stage: PassphraseDialog(stage.window, stage.fill.text),
    CodeDialog: lambda stage: CodeDialog(
        stage.window, stage.window.desk, (stage.fill.name, stage.fill.text, "Code", "Unlock"), str
    ),
    OwnerDialog: lambda stage: OwnerDialog(
        stage.window, stage.window.desk, (stage.fill.name, stage.fill.text, "Add"), lambda: None
    ),
    AddPersonDialog: lambda stage: AddPersonDialog(
        stage.window, stage.window.desk, stage.program.users.logins(OWNER)
    ),
    HandOverDialog: lambda stage: HandOverDialog(
        stage.window,
        HandOver("front", f"postgresql://{stage.fill.name}@db/clinic", "7k2m-q9xd-3hfa-p4tw-8nrc"),
    ),
    ProxyDialog: lambda stage: ProxyDialog(stage.window, stage.window.desk, stage.fill.name),
    KitQuestion: lambda stage: KitQuestion(stage.window, stage.window.desk, _found(stage), str),
    ChooseDaysDialog: lambda stage: ChooseDaysDialog(
        stage.window, date(2026, 11, 22), date(2026, 11, 20), lambda: date(2026, 11, 22)
    ),
    ChooseTimeDialog: lambda stage: ChooseTimeDialog(
        stage.window, stage.fill.name, stage.fill.text, NOW, NOW, ZONE
    ),
    ScheduleCallDialog: lambda stage: ScheduleCallDialog(
        stage.window, stage.program.visits.all[0], NOW, ZONE
    ),
    KitDialog: lambda stage: KitDialog(
        stage.window, stage.window.desk, RecoveryKit("ABCD-" * 12 + "ABCD", "K1", NOW, stage.fill.name)
    ),
    LicencesDialog: lambda stage: LicencesDialog(stage.window, stage.window.desk),
    SupportDialog: lambda stage: SupportDialog(stage.window, stage.window.desk, stage.fill.text),
}

EMPTY: dict[str, Callable[[Stage], EmptyState]] = {
    "plain": lambda stage: EmptyState("sun", stage.fill.name, stage.fill.text, "Try again", str),
    "no match": lambda _: no_match(str),
    "not loaded": lambda stage: not_loaded(stage.failure(), str),
    "loading": lambda _: loading(),
}


# what there is


def dialog_classes() -> set[type[QDialog]]:
    """Every dialog of the program that has something in it."""
    return {each for each in _all_of(QDialog) if each.__module__.startswith("idexx_desktop.")} - {OwnDialog}


def panel_classes() -> set[type[SidePanel]]:
    """Every side panel of the program."""
    return {each for each in _all_of(SidePanel) if each.__module__.startswith("idexx_desktop.")}


def page_ids() -> set[str]:
    """Every page of the side bar."""
    return {entry.page_id for entry in PAGES}


def _all_of(kind: type[Kind]) -> set[type[Kind]]:
    for module in pkgutil.walk_packages(idexx_desktop.gui.__path__, "idexx_desktop.gui."):
        importlib.import_module(module.name)
    found, open_ones = set(), [kind]
    while open_ones:
        for each in open_ones.pop().__subclasses__():
            found.add(each)
            open_ones.append(each)
    return found

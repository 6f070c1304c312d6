"""Every page, panel beside a table, section of the settings, dialog and step of the first run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.people import HandOver, Logins
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.first_run.flow import FirstRun
from idexx_desktop.gui.kit.dialogs import ConfirmDialog, DetailsDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.panels.add_person import AddPersonDialog, HandOverDialog
from idexx_desktop.gui.panels.choose_days import ChooseDaysDialog
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog
from idexx_desktop.gui.panels.code_dialog import recovery_dialog
from idexx_desktop.gui.panels.kit_dialog import KitDialog
from idexx_desktop.gui.panels.licences_dialog import LicencesDialog
from idexx_desktop.gui.panels.schedule_call import ScheduleCallDialog
from idexx_desktop.gui.panels.support_dialog import SupportDialog
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tables.view import Table
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_set_up import FakeSetUp
from tests.gui.made_up import ZONE
from tests.gui.opening import opened

TABLES = ("attention", "visits", "calls", "history", "activity")


def pages(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Each page as it opens, each with the panel of its first row, and each section of the settings."""
    for entry in PAGES:
        window.go(entry.page_id)
        settle(window)
        yield entry.page_id, window
        if entry.page_id in TABLES:
            table = table_of(window)
            table.selectRow(0)
            settle(window)
            yield f"{entry.page_id} with a panel", window
            table.clearSelection()
        if isinstance(window.current, SettingsPage):
            for key in window.current.buttons:
                window.go("settings", key)
                settle(window)
                yield f"settings: {key}", window


def table_of(window: MainWindow) -> Table:
    """The table of the page in front."""
    (table,) = [each for each in window.current.findChildren(Table) if each.isVisibleTo(window)]
    return table


def dialogs(window: MainWindow, program: FakeProgram) -> Iterator[tuple[str, QWidget]]:
    """Each dialog, open and in front."""
    desk, now, today = window.desk, window.desk.now(), window.desk.now().date()
    later, row = now + timedelta(days=1), program.visits.all[1]
    hand_over = HandOver("anna", "postgresql://anna@server/db", "made-up")
    made: dict[str, Callable[[], QDialog]] = {
        "choose a time": lambda: ChooseTimeDialog(window, "When?", "Words", later, now, ZONE),
        "choose days": lambda: ChooseDaysDialog(window, today, today, desk.today),
        "schedule a call": lambda: ScheduleCallDialog(window, row, now, ZONE),
        "confirm": lambda: ConfirmDialog(window, "Sure?", "Words", "Do it"),
        "type a word": lambda: ConfirmDialog(window, "Sure?", "Words", "Do it", "retry"),
        "details": lambda: DetailsDialog(window, "Details", "text"),
        "recovery code": lambda: recovery_dialog(window, desk),
        "recovery kit": lambda: KitDialog(window, desk, program.computers.make_kit()),
        "add a person": lambda: AddPersonDialog(window, desk, _no_logins(program)),
        "hand over": lambda: HandOverDialog(window, hand_over),
        "support": lambda: SupportDialog(window, desk),
        "licences": lambda: LicencesDialog(window, desk),
    }
    for name, make in made.items():
        dialog = make()
        dialog.open()
        settle(window)
        yield name, dialog
        dialog.done(0)


def _no_logins(program: FakeProgram) -> Logins:
    return Logins(program.connection.place(), (), ("Oak Street Vets",))


def steps(qtbot: QtBot, desk: Desk, program: FakeProgram) -> Iterator[tuple[str, QWidget]]:
    """Each step of the first run."""
    host = MainWindow(desk.bridge, entries=PAGES[:1])
    qtbot.addWidget(host)
    flow = FirstRun(host.desk, FakeSetUp(program))
    host.show_instead(flow)
    host.resize(1366, 768)
    host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    for number in range(len(flow.steps)):
        if number == 1:
            host.attach(program)
        flow.go(number)
        settle(host)
        yield f"step {number + 1}", host
    host.let_go()


def every_place(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[tuple[str, QWidget]]:
    """All of them, one after the other, in front and with everything answered."""
    with opened(qtbot, bridge, program, *(entry.page_id for entry in PAGES)) as window:
        yield from pages(window)
        yield from dialogs(window, program)
        yield from steps(qtbot, window.desk, program)
        window.activateWindow()

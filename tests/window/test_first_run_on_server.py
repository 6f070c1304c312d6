"""The first step with a clinic's server, on real parts: its address is typed, tested, used and kept in the vault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.app import Environment
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.desktop import Desktop
from idexx_desktop.gui.first_run.clinic_step import ClinicStep
from idexx_desktop.gui.first_run.flow import FirstRun
from idexx_desktop.gui.first_run.guide import FirstRunGuide
from idexx_desktop.gui.first_run.sign_in_step import SignInStep
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings_sections.records import RecordsSection
from idexx_desktop.gui.pages.settings_sections.users import UsersSection
from idexx_desktop.gui.panels.owner_dialog import OwnerDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.opening import said
from tests.support.postgres import OAK, PASSWORD, ClinicDatabase

WAIT_MS = 60_000


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An empty profile folder; no address is given from outside."""
    return Environment(tmp_path / "home")


@pytest.fixture
def window(qtbot: QtBot, environment: Environment) -> Iterator[MainWindow]:
    with ExitStack() as parts:
        made = MainWindow(Bridge(CrashRoute()), environment.home)
        qtbot.addWidget(made)
        parts.callback(made.shut_down)
        made.resize(1366, 768)
        made.show()
        yield made


def begin(qtbot: QtBot, window: MainWindow, environment: Environment) -> tuple[Desktop, FirstRun]:
    """The first start, with the clinic described and its server chosen."""
    desktop = Desktop(environment, window.desk.bridge)
    guide = FirstRunGuide(window, desktop.set_up)
    window.open(desktop.open)
    qtbot.waitUntil(lambda: guide.flow is not None, timeout=WAIT_MS)
    assert guide.flow is not None
    step = guide.flow.step
    assert isinstance(step, ClinicStep)
    step.allowed.click()
    QTest.keyClicks(step.practice, OAK)
    QTest.keyClicks(step.email, "reception@oak.example")
    step.on_server.click()
    return desktop, guide.flow


def test_a_servers_address_is_typed_tested_and_kept(
    qtbot: QtBot, window: MainWindow, environment: Environment, clinic_database: ClinicDatabase
) -> None:
    desktop, flow = begin(qtbot, window, environment)
    step = flow.step
    assert isinstance(step, ClinicStep)
    url = clinic_database.url(clinic_database.people.a)
    QTest.keyClicks(step.server.address, url.replace(f":{PASSWORD}", ""))
    QTest.keyClicks(step.server.password, "not-the-password")
    flow.next.click()
    settle(window)
    assert any("didn't accept the login “test_a”" in each for each in said(step))
    assert not (environment.home / "profile.json").exists()

    step.server.password.clear()
    QTest.keyClicks(step.server.password, PASSWORD)
    flow.next.click()
    qtbot.waitUntil(lambda: isinstance(flow.step, SignInStep), timeout=WAIT_MS)
    assert not window.desk.opened.records_here
    assert window.desk.opened.identity.login == "test_a"
    files = [file for file in environment.home.rglob("*") if file.is_file()]
    assert files
    assert not any(PASSWORD.encode() in file.read_bytes() for file in files)

    # from the vault, the next time
    with desktop.open() as again:
        assert again.connection.place().host == clinic_database.server.host
        assert all(found.ok for found in again.connection.test())


def test_settings_on_a_server(
    qtbot: QtBot, window: MainWindow, environment: Environment, clinic_database: ClinicDatabase
) -> None:
    """The sections for records and users, on the program itself."""
    _desktop, flow = begin(qtbot, window, environment)
    step = flow.step
    assert isinstance(step, ClinicStep)
    QTest.keyClicks(step.server.address, clinic_database.url(clinic_database.people.a))
    flow.next.click()
    qtbot.waitUntil(lambda: isinstance(flow.step, SignInStep), timeout=WAIT_MS)
    records, users = RecordsSection(window.desk), UsersSection(window.desk)
    for section in (records, users):
        qtbot.addWidget(section)
        section.show()
        section.refresh()
    records.test.click()
    settle(window)
    assert f"test_a@oak.example, for {OAK}." in said(records)
    users.show_users.click()
    [dialog] = users.findChildren(OwnerDialog)
    QTest.keyClicks(dialog.address, clinic_database.url(clinic_database.people.a))
    dialog.verb.click()
    settle(window)
    assert any("“test_a” may not manage people." in each for each in said(dialog))
    QTest.keyClicks(dialog.address, clinic_database.owner_url)
    dialog.verb.click()
    settle(window)
    assert "test_a@oak.example · you" in said(users)
    assert "test_admin · Admin · Elm Road Animal Hospital" in said(users)

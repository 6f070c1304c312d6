"""The four steps on real parts: a profile is made, the sign-in tested in a browser, the first sync only shows calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop import app
from idexx_desktop.app import Environment, Program
from idexx_desktop.domain.filters import CallFilter, VisitFilter
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.desktop import Desktop
from idexx_desktop.gui.first_run.clinic_step import ClinicStep
from idexx_desktop.gui.first_run.flow import FirstRun
from idexx_desktop.gui.first_run.guide import FirstRunGuide
from idexx_desktop.gui.first_run.sign_in_step import SignInStep
from idexx_desktop.gui.first_run.sync_step import SyncStep
from idexx_desktop.gui.first_run.times_step import TimesStep
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from idexx_desktop.simulator.scenarios import PRACTICE_COMPANY_ID, PRACTICE_PASSWORD, PRACTICE_USERNAME
from idexx_desktop.simulator.site import PracticeNeo

WAIT_MS = 60_000


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    """An empty profile folder, and a practice Neo to sign in to."""
    with PracticeNeo("ordinary-day") as site:
        made = Environment(tmp_path / "home", neo_url=site.url, vault_passphrase="only for this test")
        yield made
        app.remove_records(made)


def test_from_an_empty_computer_to_the_calls_that_would_be_made(
    qtbot: QtBot, environment: Environment
) -> None:
    with ExitStack() as parts:
        window = MainWindow(Bridge(CrashRoute()), environment.home)
        qtbot.addWidget(window)
        parts.callback(window.shut_down)
        desktop = Desktop(environment, window.desk.bridge)
        guide = FirstRunGuide(window, desktop.set_up)
        guide.ready.connect(desktop.start_schedule)
        window.resize(1366, 768)
        window.show()
        window.open(desktop.open)
        qtbot.waitUntil(lambda: guide.flow is not None, timeout=WAIT_MS)
        flow = guide.flow
        assert flow is not None

        describe_clinic(flow)
        flow.next.click()
        qtbot.waitUntil(lambda: isinstance(flow.step, SignInStep), timeout=WAIT_MS)
        settle(window)
        sign_in(flow)
        qtbot.waitUntil(lambda: flow.step.ready, timeout=WAIT_MS)
        flow.next.click()
        qtbot.waitUntil(lambda: isinstance(flow.step, TimesStep) and flow.step.ready, timeout=WAIT_MS)
        flow.next.click()
        qtbot.waitUntil(lambda: isinstance(flow.step, SyncStep), timeout=WAIT_MS)
        program = window.desk.opened
        assert isinstance(program, Program)
        assert "schedule_runner" not in vars(program), "nothing starts by itself before the first sync"
        qtbot.waitUntil(lambda: synced(program) and not window.desk.syncing, timeout=WAIT_MS)
        settle(window)

        assert program.calls.review_mode()
        assert program.visits.count(VisitFilter()) > 30
        assert program.calls.count(CallFilter("all")) == 0


def describe_clinic(flow: FirstRun) -> None:
    """Allow it, and say whose clinic it is."""
    step = flow.step
    assert isinstance(step, ClinicStep)
    step.allowed.click()
    QTest.keyClicks(step.practice, "Oak Street Vets")
    QTest.keyClicks(step.email, "manager@oakstreet.example")


def sign_in(flow: FirstRun) -> None:
    """Type the practice's sign-in, and test it."""
    step = flow.step
    assert isinstance(step, SignInStep)
    QTest.keyClicks(step.fields.company, PRACTICE_COMPANY_ID)
    QTest.keyClicks(step.fields.user, PRACTICE_USERNAME)
    QTest.keyClicks(step.fields.password, f"{PRACTICE_PASSWORD}\r")


def synced(program: Program) -> bool:
    """Whether a sync has finished."""
    last = program.status.today().last_session
    return last is not None and last.status == "completed"

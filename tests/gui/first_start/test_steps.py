"""The first start: four steps that can be left at any point and gone on with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.events import Step, SyncFinished, SyncProgress, SyncResult, SyncStarted, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.first_run.clinic_step import ClinicStep
from idexx_desktop.gui.first_run.flow import FirstRun
from idexx_desktop.gui.first_run.guide import FirstRunGuide
from idexx_desktop.gui.first_run.ports import STEP_REACHED, Practice, Server
from idexx_desktop.gui.first_run.sign_in_step import SignInStep
from idexx_desktop.gui.first_run.sync_step import SyncStep
from idexx_desktop.gui.first_run.times_step import TimesStep
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_people import untrusted_way
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_set_up import FakeSetUp
from tests.gui.first_start.walking import choose_server, fill_clinic, go_to, next_step, sign_in
from tests.gui.made_up import NOW, session, some_visits, today_status
from tests.gui.opening import button, said
from tests.gui.test_access import controls


def test_nothing_is_made_before_the_clinic_allows_it(
    window: MainWindow, flow: FirstRun, set_up: FakeSetUp
) -> None:
    next_step(window, flow)
    assert set_up.wanted == []
    words = said(flow)
    assert "The clinic must allow this first." in words
    assert "Enter the clinic's name." in words
    assert "Enter an address like name@clinic.com." in words
    assert isinstance(flow.step, ClinicStep)


def test_the_clinic_is_set_up_in_review_mode(
    window: MainWindow, flow: FirstRun, set_up: FakeSetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idexx_desktop.gui.first_run.clinic_step.system_zone", lambda: "Europe/London")
    monkeypatch.setattr("idexx_desktop.gui.first_run.clinic_step.system_country", lambda: "GB")
    fill_clinic(flow)
    next_step(window, flow)
    address = "https://uk.idexxneo.com"
    expected = Practice("Oak Street Vets", "manager@oakstreet.example", "Europe/London", "GB", address, True)
    assert set_up.wanted == [expected]
    assert isinstance(flow.step, SignInStep)
    assert not flow.next.isEnabled()


def test_what_cannot_be_set_up_is_said_and_tried_again(
    window: MainWindow, flow: FirstRun, set_up: FakeSetUp
) -> None:
    set_up.failure = Failure(FailureCode.VAULT_UNAVAILABLE)
    fill_clinic(flow)
    next_step(window, flow)
    assert any("no safe place for passwords" in each for each in said(flow))
    assert flow.next.isEnabled()
    next_step(window, flow)
    assert isinstance(flow.step, SignInStep)


def test_the_sign_in_begins_where_one_types(window: MainWindow, flow: FirstRun) -> None:
    flow.next.setFocus()
    go_to(window, flow, 1)
    assert isinstance(flow.step, SignInStep)
    assert not flow.next.isEnabled()
    assert flow.step.fields.company.hasFocus()


SERVER = "postgresql://front:server-secret-5@db.oak.example/clinic?sslmode=verify-full"


def test_a_server_needs_its_address(window: MainWindow, flow: FirstRun, set_up: FakeSetUp) -> None:
    step = choose_server(window, flow)
    next_step(window, flow)
    assert "Enter the server's address." in said(step)
    assert (set_up.tested, set_up.wanted) == ([], [])
    assert [widget for widget in controls(step) if not widget.accessibleName()] == []


def test_a_server_that_cannot_be_used_is_shown_and_nothing_is_made(
    window: MainWindow, flow: FirstRun, set_up: FakeSetUp
) -> None:
    set_up.steps = untrusted_way()
    step = choose_server(window, flow)
    QTest.keyClicks(step.server.address, SERVER)
    next_step(window, flow)
    assert set_up.wanted == []
    assert flow.step is step
    assert flow.next.isEnabled()
    assert not step.server.steps.visibleRegion().isEmpty()
    assert "This computer doesn't trust the server's certificate." in said(step)
    # what is changed after a test was not tested
    QTest.keyClicks(step.server.address, "&sslrootcert=system")
    assert "This computer doesn't trust the server's certificate." not in said(step)


def test_a_servers_address_is_tested_used_and_forgotten(
    window: MainWindow, flow: FirstRun, set_up: FakeSetUp, tmp_path: Path
) -> None:
    step = choose_server(window, flow)
    for box in (step.server.address, step.server.password):
        assert box.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(step.server.address, SERVER)
    QTest.keyClicks(step.server.password, "typed-beside-it")
    next_step(window, flow)
    expected = Server(SERVER, "typed-beside-it")
    assert set_up.tested == [expected]
    assert [practice.server for practice in set_up.wanted] == [expected]
    assert "secret" not in repr(set_up.wanted)
    assert "typed-beside-it" not in repr(set_up.wanted)
    assert isinstance(flow.step, SignInStep)
    for box in (step.server.address, step.server.password):
        box.undo()
        assert box.text() == ""
    kept = "".join(file.read_text(errors="replace") for file in tmp_path.rglob("*") if file.is_file())
    assert "secret" not in kept
    assert "typed-beside-it" not in kept


def test_records_on_this_computer_ask_for_no_server(
    window: MainWindow, flow: FirstRun, set_up: FakeSetUp
) -> None:
    step = choose_server(window, flow)
    QTest.keyClicks(step.server.address, SERVER)
    step.here.click()
    next_step(window, flow)
    assert set_up.tested == []
    assert [practice.server for practice in set_up.wanted] == [None]


def test_a_servers_address_that_was_given_is_used(window: MainWindow, program: FakeProgram) -> None:
    set_up = FakeSetUp(program, on_server=True)
    guide = FirstRunGuide(window, set_up)
    window.set_up_needed.emit()
    assert guide.flow is not None
    step = guide.flow.step
    assert isinstance(step, ClinicStep)
    assert step.on_server.isChecked()
    assert not step.server.address.isVisible()
    fill_clinic(guide.flow)
    next_step(window, guide.flow)
    assert set_up.tested == [None]
    assert [practice.server for practice in set_up.wanted] == [None]


def test_the_sign_in_is_tested_live_and_kept_at_once(
    window: MainWindow, flow: FirstRun, program: FakeProgram
) -> None:
    go_to(window, flow, 1)
    step = flow.step
    assert isinstance(step, SignInStep)
    step.address.region.setCurrentText("Canada (ca.idexxneo.com)")
    step.address.region.picked.emit()
    sign_in(window, flow)
    assert "Signed in as Harbour Vet. The sign-in is kept." in said(flow)
    assert any("this computer's password store" in each for each in said(flow))
    login = NeoLogin("", "practice@oakstreet.example", "right-horse")
    assert program.credentials.tested == program.credentials.saved == [login]
    assert program.settings.kept_sync.neo_url == "https://ca.idexxneo.com"
    assert step.fields.password.text() == ""
    assert flow.next.isEnabled()


def test_a_rejected_sign_in_keeps_the_step(window: MainWindow, flow: FirstRun, program: FakeProgram) -> None:
    go_to(window, flow, 1)
    program.credentials.failure = Failure(FailureCode.WRONG_PASSWORD)
    sign_in(window, flow)
    assert len(program.credentials.tested) == 1
    assert program.credentials.saved == []
    assert any("didn't accept the password" in each for each in said(flow))
    assert not flow.next.isEnabled()


def test_times_and_place_are_kept(window: MainWindow, flow: FirstRun, program: FakeProgram) -> None:
    go_to(window, flow, 2)
    step = flow.step
    assert isinstance(step, TimesStep)
    assert step.fields.every.currentText() == "Every 4 hours"
    step.zone.setEditText("nowhere")
    step.zone.picked.emit()
    next_step(window, flow)
    assert "Choose a time zone of the list." in said(flow)
    step.zone.setEditText("America/Denver")
    step.fields.days.chips[6].click()
    next_step(window, flow)
    assert program.settings.kept_clinic.timezone == "America/Denver"
    assert program.settings.kept_schedule.open_weekdays == frozenset(range(6))
    assert window.desk.zone.key == "America/Denver"
    assert isinstance(flow.step, SyncStep)


def test_the_first_sync_starts_by_itself_and_shows_the_calls(
    window: MainWindow, guide: FirstRunGuide, flow: FirstRun, program: FakeProgram
) -> None:
    go_to(window, flow, 3)
    assert program.syncer.started == [(Trigger.BUTTON, None)]
    assert not flow.next.isEnabled()
    ready: list[bool] = []
    guide.ready.connect(lambda: ready.append(True))
    program.syncer.emit(SyncStarted("s", Trigger.BUTTON, NOW))
    program.syncer.emit(SyncProgress("s", Step.READING_CONSULTATIONS, 14, 38))
    settle(window)
    assert "Reading consultations · 14 of 38" in said(flow)
    program.visits.all = [
        replace(row, state=VisitState.HELD, reason_code=ReasonCode.REVIEW) for row in some_visits()[:7]
    ]
    program.status.value = today_status(review=True)
    program.syncer.emit(SyncFinished(SyncResult("s", "completed")))
    settle(window)
    words = said(flow)
    assert "37 visits are in. 1 couldn't be read." in words
    assert "6 calls would be scheduled:" in words
    assert "… and more, all on the page Visits" in words
    assert any("Turn on discharge calls" in each for each in words)
    assert ready, "from here on syncs may start by themselves"
    next_step(window, flow)
    assert guide.flow is None
    assert window.current.isVisible()
    assert window.current.page_id == "today"
    assert window.desk.preferences.get(STEP_REACHED) == ""


def test_a_first_sync_that_fails_can_be_tried_again_or_left(
    window: MainWindow, flow: FirstRun, program: FakeProgram
) -> None:
    go_to(window, flow, 3)
    program.syncer.emit(SyncStarted("s", Trigger.BUTTON, NOW))
    program.status.value = replace(program.status.value, last_session=session("failed", 0))
    failure = Failure(FailureCode.UNREACHABLE)
    program.syncer.emit(SyncFinished(SyncResult("s", "failed", failure=failure)))
    settle(window)
    assert any("Can't reach IDEXX Neo." in each for each in said(flow))
    assert flow.next.isEnabled()
    button(flow, "Try again").click()
    assert len(program.syncer.started) == 2

"""The first start, left at any point and gone on with: nothing is lost, silent, or out of sight."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import SyncStarted, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import RunningSync
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.first_run.clinic_step import ClinicStep
from idexx_desktop.gui.first_run.flow import FirstRun
from idexx_desktop.gui.first_run.guide import FirstRunGuide
from idexx_desktop.gui.first_run.ports import STEP_REACHED
from idexx_desktop.gui.first_run.sign_in_step import SignInStep
from idexx_desktop.gui.first_run.sync_step import SyncStep
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_set_up import FakeSetUp
from tests.gui.first_start.walking import fill_clinic, go_to, next_step, sign_in
from tests.gui.made_up import NOW, session
from tests.gui.opening import button, said
from tests.gui.test_access import controls


def test_what_was_typed_is_there_after_closing(
    qtbot: QtBot, window: MainWindow, flow: FirstRun, set_up: FakeSetUp, tmp_path: Path, bridge: Bridge
) -> None:
    fill_clinic(flow)
    again = MainWindow(bridge, tmp_path, window.entries.values())  # type: ignore[arg-type]  # any iterable works
    qtbot.addWidget(again)
    guide = FirstRunGuide(again, set_up)
    again.set_up_needed.emit()
    assert guide.flow is not None
    step = guide.flow.step
    assert isinstance(step, ClinicStep)
    assert (step.practice.text(), step.email.text()) == ("Oak Street Vets", "manager@oakstreet.example")
    assert step.allowed.isChecked()
    again.shut_down()


@pytest.mark.parametrize(("reached", "number"), [("0", 1), ("1", 1), ("2", 2), ("3", 3), ("9", 3)])
def test_it_goes_on_where_it_was_left(
    window: MainWindow, set_up: FakeSetUp, program: FakeProgram, reached: str, number: int
) -> None:
    window.desk.preferences.put(STEP_REACHED, reached)
    guide = FirstRunGuide(window, set_up)
    window.attach(program)
    settle(window)
    assert guide.flow is not None
    assert guide.flow.steps.index(guide.flow.step) == number


def test_a_profile_made_by_command_is_left_alone(
    window: MainWindow, set_up: FakeSetUp, program: FakeProgram
) -> None:
    guide = FirstRunGuide(window, set_up)
    window.attach(program)
    settle(window)
    assert guide.flow is None
    assert window.current.page_id == "today"


def test_going_back_shows_what_exists(window: MainWindow, flow: FirstRun) -> None:
    go_to(window, flow, 1)
    flow.back.click()
    settle(window)
    step = flow.step
    assert isinstance(step, ClinicStep)
    assert not step.practice.isEnabled()
    assert "This computer is set up for Harbour Vet." in said(flow)
    next_step(window, flow)
    assert isinstance(flow.step, SignInStep)


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_every_control_has_a_name_and_is_large_enough(
    window: MainWindow, flow: FirstRun, number: int
) -> None:
    if number:
        go_to(window, flow, number)
    found = controls(flow)
    assert found
    assert [widget for widget in found if not widget.accessibleName()] == []
    assert [widget for widget in found if min(widget.width(), widget.height()) < 24] == []


def test_no_sync_starts_by_itself_before_the_first_one(
    window: MainWindow, guide: FirstRunGuide, flow: FirstRun
) -> None:
    ready: list[bool] = []
    guide.ready.connect(lambda: ready.append(True))
    go_to(window, flow, 3)
    assert window.desk.program is not None
    assert ready == []


def test_a_profile_that_was_made_by_command_syncs_at_once(
    window: MainWindow, program: FakeProgram, set_up: FakeSetUp
) -> None:
    guide, ready = FirstRunGuide(window, set_up), list[bool]()
    guide.ready.connect(lambda: ready.append(True))
    window.attach(program)
    assert ready == [True]


_CRASHED = Failure(FailureCode.CRASHED)


@pytest.mark.parametrize(
    ("changes", "shown", "starts"),
    [
        ({}, None, True),
        ({"last_session": session("failed", 0), "last_failure": Failure(FailureCode.PAGE_CHANGED)},
         "looks different", False),
        ({"last_session": session("failed", 0, failure_code="cancelled")}, "Stopped by you", False),
        ({"last_session": session("timeout", 0), "last_failure": _CRASHED}, "stopped in the middle", False),
        ({"last_session": session("failed", 0), "suspended": Failure(FailureCode.WRONG_PASSWORD)},
         "didn't accept the password", False),
        ({"last_session": session("running", 0)}, None, True),
        ({"last_session": session("running", 0), "running": RunningSync("Front Desk 2", NOW, False)},
         "Front Desk 2 is syncing this clinic now.", False),
        ({"last_session": session("completed", 0), "up_to_date_as_of": NOW},
         "37 visits are in. 1 couldn't be read.", False),
    ],
)  # fmt: skip
def test_a_resumed_last_step_is_never_silent(
    window: MainWindow, program: FakeProgram, set_up: FakeSetUp, changes: dict[str, object], shown: str | None,
    starts: bool,
) -> None:  # fmt: skip
    window.desk.preferences.put(STEP_REACHED, "3")
    program.status.value = replace(program.status.value, **changes)  # type: ignore[arg-type]  # fields of it
    guide = FirstRunGuide(window, set_up)
    window.attach(program)
    settle(window)
    flow = guide.flow
    assert flow is not None
    assert bool(program.syncer.started) is starts
    if shown is None:
        program.syncer.emit(SyncStarted("s", Trigger.BUTTON, NOW))
        settle(window)
        assert isinstance(flow.step, SyncStep)
        assert flow.step.progress.isVisible()
        return
    assert any(shown in each for each in said(flow))
    assert flow.next.isEnabled()
    if "visits are in" not in shown:
        button(flow, "Try again").click()
        settle(window)


def test_a_last_step_that_can_not_read_the_records_says_so(
    window: MainWindow, program: FakeProgram, set_up: FakeSetUp
) -> None:
    window.desk.preferences.put(STEP_REACHED, "3")
    program.status.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    guide = FirstRunGuide(window, set_up)
    window.attach(program)
    settle(window)
    assert guide.flow is not None
    assert any("Can't reach your clinic's records" in each for each in said(guide.flow))
    program.status.failure = None
    button(guide.flow, "Try again").click()
    settle(window)
    assert program.syncer.started == [(Trigger.BUTTON, None)]


def test_next_leads_to_a_problem_that_is_out_of_sight(window: MainWindow, flow: FirstRun) -> None:
    window.resize(1024, 640)
    settle(window)
    step = flow.step
    assert isinstance(step, ClinicStep)
    bar = step.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert step.allowed.visibleRegion().isEmpty(), "the test needs it out of sight"
    next_step(window, flow)
    assert not step.allowed.visibleRegion().isEmpty()
    assert step.allowed.hasFocus()
    step.allowed.click()
    bar.setValue(bar.maximum())
    next_step(window, flow)
    assert step.practice.hasFocus()
    assert not step.practice.visibleRegion().isEmpty()


def test_no_words_lead_to_a_page_that_is_not_there_yet(
    window: MainWindow, flow: FirstRun, program: FakeProgram
) -> None:
    go_to(window, flow, 3)
    for step in flow.steps:
        for code in FailureCode:
            step.show_failure(Failure(code))
            bar = step.bar("failure")
            assert bar is not None
            assert not re.search(r"\bSettings\b", f"{bar.title.text()} {bar.more.text()}"), code
    for number in range(4):
        flow.go(number)
        settle(window)
        assert not any("Settings" in each for each in said(flow))


def test_what_a_variable_says_can_not_be_changed_here(
    window: MainWindow, flow: FirstRun, program: FakeProgram
) -> None:
    program.neo_address.given_by = "IDEXX_DESKTOP_NEO_URL"
    go_to(window, flow, 1)
    step = flow.step
    assert isinstance(step, SignInStep)
    assert not step.address.region.isEnabled()
    hint = step.address_field.hint
    settle(window)
    assert hint.height() >= hint.heightForWidth(hint.width()), "nothing of it is cut"
    assert any("IDEXX_DESKTOP_NEO_URL" in each for each in said(flow))
    before = program.settings.kept_sync.neo_url
    sign_in(window, flow)
    assert program.credentials.saved
    assert program.settings.kept_sync.neo_url == before

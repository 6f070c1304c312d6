"""What a person does on the way through the first start."""

from __future__ import annotations

from PySide6.QtTest import QTest

from idexx_desktop.gui.first_run.clinic_step import ClinicStep
from idexx_desktop.gui.first_run.flow import FirstRun
from idexx_desktop.gui.first_run.sign_in_step import SignInStep
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle


def fill_clinic(flow: FirstRun) -> None:
    """Allow it, and say whose clinic it is."""
    step = flow.step
    assert isinstance(step, ClinicStep)
    step.allowed.click()
    QTest.keyClicks(step.practice, "Oak Street Vets")
    QTest.keyClicks(step.email, "manager@oakstreet.example")


def next_step(window: MainWindow, flow: FirstRun) -> None:
    flow.next.click()
    settle(window)


def sign_in(window: MainWindow, flow: FirstRun) -> None:
    """Type a sign-in and test it."""
    step = flow.step
    assert isinstance(step, SignInStep)
    QTest.keyClicks(step.fields.user, "practice@oakstreet.example")
    QTest.keyClicks(step.fields.password, "right-horse\r")
    settle(window)


def go_to(window: MainWindow, flow: FirstRun, number: int) -> None:
    """Walk to a step, as a person does."""
    fill_clinic(flow)
    next_step(window, flow)
    if number > 1:
        sign_in(window, flow)
        next_step(window, flow)
    if number > 2:
        next_step(window, flow)


def choose_server(window: MainWindow, flow: FirstRun) -> ClinicStep:
    """The records are on a server; nothing is entered yet."""
    fill_clinic(flow)
    step = flow.step
    assert isinstance(step, ClinicStep)
    assert not step.server.isVisible()
    step.on_server.click()
    settle(window)
    # scrolled to, and not only somewhere below
    assert not step.server.address.visibleRegion().isEmpty()
    return step

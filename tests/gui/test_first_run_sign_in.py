"""The first start on a further computer of a clinic: the sign-in is there, and this computer is let in to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.first_run.sign_in_step import SignInStep
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, has_button, opened, said


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    program.records_here = False
    program.computers.shut_out()
    with opened(qtbot, bridge, program, "today") as made:
        yield made


@pytest.fixture
def step(qtbot: QtBot, window: MainWindow) -> SignInStep:
    """The second step, as the person comes to it."""
    made = SignInStep(window.desk)
    qtbot.addWidget(made)
    made.resize(848, 700)
    made.show()
    made.entered()
    settle(window)
    return made


def sign_in(window: MainWindow, step: SignInStep) -> None:
    """Type a sign-in and test it."""
    QTest.keyClicks(step.fields.user, "practice@oakstreet.example")
    QTest.keyClicks(step.fields.password, "right-horse\r")
    settle(window)


def test_nothing_is_typed_where_another_computer_approves(
    window: MainWindow, step: SignInStep, program: FakeProgram
) -> None:
    assert not step.ready
    assert "This computer isn't approved yet" in said(step)
    assert not has_button(step, "Start over with the password")
    button(step, "Ask for approval").click()
    settle(window)
    assert step.join.code.isVisible()
    program.computers.answer()
    step.join.looking.timeout.emit()
    settle(window)
    assert step.ready
    assert not step.join_card.isVisible()
    assert "A sign-in that Neo accepted is kept. Go on, or enter another." in said(step)


def test_starting_over_asks_first_and_keeps_what_was_tested(
    window: MainWindow, step: SignInStep, program: FakeProgram
) -> None:
    sign_in(window, step)
    assert (step.ready, program.credentials.saved) == (False, [])
    button(step, "Start over").click()
    dialog = step.findChildren(ConfirmDialog)[-1]
    assert any("All other computers stop syncing" in words for words in said(dialog))
    dialog.verb.click()
    settle(window)
    assert step.ready
    assert len(program.credentials.tested) == len(program.credentials.saved) == 1
    assert step.fields.password.text() == ""
    assert not step.join_card.isVisible()
    assert not has_button(step, "Start over")


def test_the_offer_to_start_over_goes_with_what_was_tested(window: MainWindow, step: SignInStep) -> None:
    sign_in(window, step)
    assert has_button(step, "Start over")
    QTest.keyClicks(step.fields.password, "x")
    assert not has_button(step, "Start over")


def test_an_approved_computer_sees_none_of_this(
    window: MainWindow, step: SignInStep, program: FakeProgram
) -> None:
    program.computers.start_over()
    step.entered()
    settle(window)
    assert step.ready
    assert not step.join_card.isVisible()

"""A profile that a passphrase opens, started without it: the window asks, until it is right or the person gives up."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.hidden import OpensAgain
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.passphrase import Passphrase, PassphraseDialog
from idexx_desktop.gui.strings import shell
from tests.gui.fake_program import FakeProgram

RIGHT = "correct horse battery staple 9"


class Locked:
    """A profile that this passphrase opens, or none does."""

    def __init__(self, program: FakeProgram, *, wants_passphrase: bool = True) -> None:
        self.wants_passphrase = wants_passphrase
        self._program = program

    def open(self) -> FakeProgram:
        raise Failure(FailureCode.VAULT_LOCKED)

    def open_with(self, passphrase: str, /) -> FakeProgram:
        if passphrase != RIGHT:
            raise Failure(FailureCode.VAULT_LOCKED)
        return self._program


class Asked:
    """The window on such a profile."""

    def __init__(self, window: MainWindow, profile: Locked) -> None:
        self.raised: list[bool] = []
        self.window = window
        self.again = OpensAgain(window)
        self.asks = Passphrase(window, profile, lambda: self.raised.append(True), self.again.timer.stop)

    @property
    def dialog(self) -> PassphraseDialog:
        assert self.asks.dialog is not None
        return self.asks.dialog


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge) -> MainWindow:
    made = MainWindow(bridge)
    qtbot.addWidget(made)
    return made


def test_it_asks_until_it_is_right(qtbot: QtBot, window: MainWindow, program: FakeProgram) -> None:
    profile = Locked(program)
    asked = Asked(window, profile)
    with qtbot.waitSignal(window.not_opened):
        window.open(profile.open)
    assert asked.raised == [True]
    assert not asked.again.timer.isActive()
    first = asked.dialog
    assert first.field.problem.text() == ""
    first.accept()  # nothing was entered: it stays
    assert first.isVisible()
    first.input.setText("another one")
    with qtbot.waitSignal(window.not_opened):
        first.accept()
    assert first.entered == ""
    assert asked.dialog is not first
    assert asked.dialog.field.problem.text() == shell.PASSPHRASE_OTHER
    asked.dialog.input.setText(RIGHT)
    with qtbot.waitSignal(window.program_opened):
        asked.dialog.accept()
    assert window.notice is None
    window.shut_down()


def test_whoever_gives_up_is_left_alone(qtbot: QtBot, window: MainWindow, program: FakeProgram) -> None:
    profile = Locked(program)
    asked = Asked(window, profile)
    with qtbot.waitSignal(window.not_opened):
        window.open(profile.open)
    asked.dialog.reject()
    assert window.notice is not None
    assert not asked.again.timer.isActive()
    window.shut_down()


def test_a_computers_own_store_is_no_matter_of_a_passphrase(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    profile = Locked(program, wants_passphrase=False)
    asked = Asked(window, profile)
    with qtbot.waitSignal(window.not_opened):
        window.open(profile.open)
    assert asked.asks.dialog is None
    assert asked.again.timer.isActive()
    window.shut_down()

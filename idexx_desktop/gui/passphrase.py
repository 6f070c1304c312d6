"""Asking for the passphrase of a profile that has one, where it was not given from outside."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.secret import SecretInput
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.strings import shell, tr


class Opens(Protocol):
    """What a passphrase opens."""

    @property
    def wants_passphrase(self) -> bool: ...
    def open_with(self, passphrase: str, /) -> Program: ...


class PassphraseDialog(VerbDialog):
    """`accepted` once something was entered, which is `entered`; the field is empty from then on."""

    def __init__(self, parent: QWidget, problem: str) -> None:
        super().__init__(
            parent, tr(shell.PASSPHRASE_ASK), tr(shell.PASSPHRASE_TEXT), tr(shell.PASSPHRASE_OPEN)
        )
        self.entered = ""
        self.input = SecretInput()
        self.field = Field(tr(shell.PASSPHRASE), self.input)
        self.field.set_problem(problem)
        self.form.addWidget(self.field)
        self.finished.connect(self.input.clear)
        self.input.setFocus()

    def accept(self) -> None:
        """The verb."""
        self.entered = self.input.text()
        if self.entered:
            super().accept()


class Passphrase(QObject):
    """One per window: asks, and asks again, as long as the profile's passwords are closed. Cancel asks no more until
    the person presses "Try again".
    """

    def __init__(
        self,
        window: MainWindow,
        profile: Opens,
        raise_window: Callable[[], object],
        no_more_by_itself: Callable[[], object],
    ) -> None:
        """`no_more_by_itself`: nothing is tried again without the person."""
        super().__init__(window)
        self._window, self._profile = window, profile
        self._raise, self._no_more = raise_window, no_more_by_itself
        self._tried = False
        self.dialog: PassphraseDialog | None = None
        window.not_opened.connect(self._not_opened)

    def _not_opened(self, failure: Failure) -> None:
        if failure.code is not FailureCode.VAULT_LOCKED or not self._profile.wants_passphrase:
            return
        self._no_more()
        self._raise()
        self.dialog = PassphraseDialog(self._window, tr(shell.PASSPHRASE_OTHER) if self._tried else "")
        self.dialog.accepted.connect(self._entered)
        self.dialog.open()

    def _entered(self) -> None:
        if self.dialog is not None:
            self._tried = True
            self._window.open(partial(self._profile.open_with, self.dialog.entered))
            self.dialog.entered = ""

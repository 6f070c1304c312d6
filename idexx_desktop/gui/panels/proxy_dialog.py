"""What this computer's proxy asks for: asked of the person, tried once, and kept."""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.asking import AsksAndTells
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.bars import BarAction
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.kit.secret import SecretInput
from idexx_desktop.gui.strings import settings, tr


class ProxyDialog(VerbDialog):
    """`accepted` once the proxy's sign-in is kept. It stays open, and says why, where the proxy doesn't accept it.

    The password is forgotten when the dialog closes.
    """

    def __init__(self, parent: QWidget, desk: Desk, user: str = "") -> None:
        super().__init__(parent, tr(settings.PROXY_ASK), tr(settings.PROXY_TEXT), tr(settings.PROXY_VERB))
        self._desk = desk
        self.user, self.password = TextInput(), SecretInput()
        self.user.setText(user)
        self.field = Field(tr(settings.PROXY_PASSWORD), self.password)
        self.form.addWidget(Field(tr(settings.PROXY_USER), self.user))
        self.form.addWidget(self.field)
        for box in (self.user, self.password):
            box.textEdited.connect(self._typed)
        self.finished.connect(self.password.clear)
        (self.password if user else self.user).setFocus()

    def accept(self) -> None:
        """The verb: try them."""
        user, password, service = self.user.text().strip(), self.password.text(), self._desk.opened.proxy
        if not user or ":" in user or not password:
            self._say(tr(settings.PROXY_MISSING))
            return
        self._say("")
        self._set_busy(True)
        self._desk.bridge.ask(lambda: service.keep(user, password), self._kept, self._refused)

    def _kept(self, _: object) -> None:
        super().accept()

    def _refused(self, failure: Failure) -> None:
        self._set_busy(False)
        refused = failure.code is FailureCode.PROXY_SIGN_IN
        self._say(failure.title if refused else f"{failure.title} {failure.advice}")
        self.password.setFocus()
        self.password.selectAll()

    def _typed(self, _: str) -> None:
        if self.field.problem.text():
            self._say("")

    def _set_busy(self, busy: bool) -> None:
        for part in (self.user, self.password, self.verb):
            part.setEnabled(not busy)
        self.verb.set_words(tr(settings.PROXY_TRYING if busy else settings.PROXY_VERB))

    def _say(self, problem: str) -> None:
        self.field.set_problem(problem)
        self.fit()


class SignsInToProxy(AsksAndTells):
    """Mixed into whatever shows failures of the way to Neo: offers to sign in to the proxy that asks for it."""

    def proxy_actions(self, failure: Failure) -> tuple[BarAction, ...]:
        """The offer, where the proxy asks for a sign-in."""
        if failure.code is not FailureCode.PROXY_SIGN_IN:
            return ()
        return (BarAction(tr(settings.PROXY_ENTER), self.ask_proxy),)

    def ask_proxy(self) -> None:
        """Ask the person."""
        dialog = ProxyDialog(cast("QWidget", self), self.desk)
        dialog.accepted.connect(self.proxy_kept)
        dialog.open()

    def proxy_kept(self) -> None:
        """It is used from now on."""
        self.set_bar("failure", None)
        self.desk.say(tr(settings.PROXY_ACCEPTED))

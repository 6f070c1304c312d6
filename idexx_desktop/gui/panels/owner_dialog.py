"""Asks for the owner's address, uses it once, and keeps nothing of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.secret import SecretInput
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import people, tr

Work = Callable[[str], object]
_WIDE = 412


class OwnerDialog(VerbDialog):
    """`answered` with what the work with the address returned, off this thread; the dialog closes then.

    `prepare` gives that work, or None where something else is missing, which it says itself. The field is emptied
    before the address is used; what is wrong is said at the foot, and it is entered again.
    """

    answered = Signal(object)

    def __init__(
        self, parent: QWidget, desk: Desk, words: tuple[str, str, str], prepare: Callable[[], Work | None]
    ) -> None:
        """`words`: title, text, the verb."""
        super().__init__(parent, *words)
        self._desk, self._prepare, self._verb_words = desk, prepare, words[2]
        self.busy = False
        self.address = SecretInput(wide=_WIDE)
        self.address_field = Field(tr(people.OWNER_ADDRESS), self.address, tr(people.OWNER_HINT), wide=True)
        self.form.addWidget(self.address_field)
        self.problem = Text("", Style.SECONDARY, "act", wrap=True)
        self.form.addWidget(self.problem)
        self.problem.hide()
        self.finished.connect(self._forget)
        self.address.setFocus()

    def accept(self) -> None:
        """The verb."""
        work, address = self._prepare(), self.address.text().strip()
        self.address_field.set_problem("" if address else tr(people.OWNER_MISSING))
        self._say("")
        if work is None or not address or self.busy:
            return
        self._forget()
        self._set_busy(True)
        self._desk.bridge.ask(lambda: work(address), self._done, self._refused)

    def reject(self) -> None:
        """Cancel and Escape; what has begun is waited for, so that nobody takes it for cancelled."""
        if not self.busy:
            super().reject()

    def _forget(self) -> None:
        # setText drops the history of what was typed, too; clear would keep it
        self.address.setText("")

    def _done(self, answer: object) -> None:
        self._set_busy(False)
        super().accept()
        self.answered.emit(answer)

    def _refused(self, failure: Failure) -> None:
        self._set_busy(False)
        self._say(f"{failure.title} {failure.advice}")
        self.address.setFocus()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.fit()

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        for part in self.findChildren(Field):
            part.setEnabled(not busy)
        self.verb.setEnabled(not busy)
        self.cancel.setEnabled(not busy)
        self.verb.set_words(tr(people.WORKING) if busy else self._verb_words)

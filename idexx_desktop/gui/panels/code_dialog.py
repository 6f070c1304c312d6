"""Asks for a code, and stays until it is right or the person gives up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.codes import CodeInput
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.strings import recovery, tr

_WIDE = 412


class CodeDialog(VerbDialog):
    """`accepted` once `use(code)`, which is called off this thread, went through.

    What is wrong with a code is said below it. The code is forgotten when the dialog closes.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        words: tuple[str, str, str, str],
        use: Callable[[str], object],
    ) -> None:
        """`words`: title, text, the field's label, the verb."""
        title, text, label, verb = words
        super().__init__(parent, title, text, verb)
        self._desk, self._use, self._verb_words = desk, use, verb
        self.code = CodeInput(wide=_WIDE)
        self.field = Field(label, self.code, wide=True)
        self.form.addWidget(self.field)
        self.code.textEdited.connect(self._typed)
        self.finished.connect(self.code.clear)
        self.code.setFocus()

    def accept(self) -> None:
        """The verb: try the code."""
        code, use = self.code.text(), self._use
        if not code:
            self._say(tr(recovery.ENTER_CODE))
            return
        self._say("")
        self._set_busy(True)
        self._desk.bridge.ask(lambda: use(code), self._went_through, self._refused)

    def _went_through(self, _: object) -> None:
        super().accept()

    def _refused(self, failure: Failure) -> None:
        self._set_busy(False)
        # for a code that isn't right the title says it all; other failures need their advice
        known = failure.code in (FailureCode.CODE_REFUSED, FailureCode.INVALID_INPUT)
        self._say(failure.title if known else f"{failure.title} {failure.advice}")
        self.code.setFocus()
        self.code.selectAll()

    def _typed(self, _: str) -> None:
        if self.field.problem.text():
            self._say("")

    def _set_busy(self, busy: bool) -> None:
        self.code.setEnabled(not busy)
        self.verb.setEnabled(not busy)
        self.verb.set_words(tr(recovery.CHECKING) if busy else self._verb_words)

    def _say(self, problem: str) -> None:
        self.field.set_problem(problem)
        self.fit()


def recovery_dialog(parent: QWidget, desk: Desk) -> CodeDialog:
    """Asks for the code of the recovery kit, and unlocks the sign-in on this computer with it."""
    words = (
        tr(recovery.ENTER_ASK),
        tr(recovery.ENTER_TEXT),
        tr(recovery.CODE),
        tr(recovery.UNLOCK),
    )
    return CodeDialog(parent, desk, words, desk.opened.computers.recover)

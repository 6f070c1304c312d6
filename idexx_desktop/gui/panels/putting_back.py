"""A backup is chosen, asked about where nothing proves it, and put back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from idexx_desktop.domain.backup import FoundBackup
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.panels.backup_question import KitQuestion, unproved_dialog
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.strings import backup, tr


class PutsBack(Protocol):
    """Makes the records those of a backup. Blocks for some seconds, off the window's thread."""

    def look(self, backup: Path, kit_code: str | None = None, /) -> FoundBackup:
        """What is known of a backup, proved by the code where one is given. CODE_REFUSED where it isn't the kit's."""
        ...

    def restore(self, backup: Path, kit_code: str | None = None, *, unverified: bool = False) -> Program:
        """Put it back and open it. BACKUP_NOT_PROVED where it takes a code, or a person's yes."""
        ...


class PuttingBack(QObject):
    """`began` each time that something is done, `ended` when it is over or a person is asked; then perhaps
    `opened(Program)` or `failed(Failure)`. Cancel leaves everything as it was.
    """

    began = Signal()
    ended = Signal()
    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, puts_back: PutsBack) -> None:
        super().__init__(parent)
        self._parent, self._desk, self._puts_back = parent, desk, puts_back
        self._backup = Path()
        self.dialog: QFileDialog | None = None
        self.question: VerbDialog | None = None

    def choose(self) -> None:
        """Ask which one."""
        self.dialog = dialog = QFileDialog(
            self._parent, tr(backup.RESTORE_CHOOSE), str(Path.home()), tr(backup.RESTORE_FILES)
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _chosen(self, name: str) -> None:
        puts_back, self._backup = self._puts_back, Path(name)
        self._begin(lambda: puts_back.restore(Path(name)))

    def _begin(self, restore: Callable[[], Program]) -> None:
        self.began.emit()
        self._desk.bridge.ask(restore, self._opened, self._refused)

    def _opened(self, program: Program) -> None:
        self.ended.emit()
        self.opened.emit(program)

    def _failed(self, failure: Failure) -> None:
        self.ended.emit()
        self.failed.emit(failure)

    def _refused(self, failure: Failure) -> None:
        if failure.code is not FailureCode.BACKUP_NOT_PROVED:
            self._failed(failure)
            return
        puts_back, path = self._puts_back, self._backup
        self._desk.bridge.ask(lambda: puts_back.look(path), self._ask, self._failed)

    def _ask(self, found: FoundBackup) -> None:
        self.ended.emit()
        if not found.kit_can_prove:
            self._ask_without_proof(found)
            return
        puts_back, path = self._puts_back, self._backup
        self.question = question = KitQuestion(
            self._parent, self._desk, found, lambda code: puts_back.look(path, code)
        )
        question.proved.connect(self._proved)
        question.insisted.connect(self._ask_without_proof)
        question.open()

    def _ask_without_proof(self, found: FoundBackup) -> None:
        self.question = unproved_dialog(self._parent, self._desk, found)
        self.question.accepted.connect(self._insisted)
        self.question.open()

    def _proved(self, code: str) -> None:
        puts_back, path = self._puts_back, self._backup
        self._begin(lambda: puts_back.restore(path, code))

    def _insisted(self) -> None:
        puts_back, path = self._puts_back, self._backup
        self._begin(lambda: puts_back.restore(path, unverified=True))

"""Asks about a backup that this computer can't prove: the recovery kit's code, or a person's own yes."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.backup import Backup, FoundBackup
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.buttons import LinkButton
from idexx_desktop.gui.kit.dialogs import ConfirmDialog, VerbDialog
from idexx_desktop.gui.panels.code_dialog import CodeDialog
from idexx_desktop.gui.panels.facts import Facts
from idexx_desktop.gui.places import system_zone
from idexx_desktop.gui.strings import backup, recovery, tr, tr_count


class KitQuestion(CodeDialog):
    """`proved(str)` with the code that has proved it; `insisted(FoundBackup)` where a person has none, and says so."""

    proved = Signal(str)
    insisted = Signal(object)

    def __init__(
        self, parent: QWidget, desk: Desk, found: FoundBackup, prove: Callable[[str], object]
    ) -> None:
        words = (tr(backup.ASK), tr(backup.ASK_KIT), tr(recovery.CODE), tr(backup.CHECK_CODE))
        super().__init__(parent, desk, words, prove)
        self._found, self._tried = found, ""
        self.form.insertWidget(0, _facts(found.backup, desk))
        self.all_the_same = LinkButton(tr(backup.USE_UNPROVED), self._insist)
        self.form.addWidget(self.all_the_same, 0, Qt.AlignmentFlag.AlignLeft)
        self.accepted.connect(self._proved)

    def accept(self) -> None:
        """The verb: try the code."""
        self._tried = self.code.text()
        super().accept()

    def _proved(self) -> None:
        self.proved.emit(self._tried)

    def _insist(self) -> None:
        self.reject()
        self.insisted.emit(self._found)


def unproved_dialog(parent: QWidget, desk: Desk, found: FoundBackup) -> VerbDialog:
    """Asks before one is used that nobody can prove. Connect `accepted`; Cancel is what Return does."""
    why = backup.ASK_NO_KIT if found.signed else backup.ASK_UNSIGNED
    if found.kit_can_prove:
        why = backup.ASK_WITHOUT
    dialog = ConfirmDialog(parent, tr(backup.ASK), tr(why), tr(backup.USE_UNPROVED))
    dialog.form.addWidget(_facts(found.backup, desk))
    dialog.verb.setDefault(False)
    dialog.verb.setAutoDefault(False)
    dialog.cancel.setDefault(True)
    return dialog


def _facts(of: Backup, desk: Desk) -> Facts:
    """What it says of itself; nobody has shown yet that it is so."""
    # the clinic's own zone isn't known before its records are here
    now, zone = desk.now(), ZoneInfo(system_zone())
    return Facts(
        (
            (tr(backup.FILE), of.path.name),
            (tr(backup.SAYS_CLINIC), of.whose.practice),
            (tr(backup.SAYS_MADE), timewords.full(of.made_at, now, zone)),
            (tr(backup.SAYS_HOLDS), tr_count(backup.HOLDS_ONE, backup.HOLDS_MANY, of.contents.visits)),
        )
    )

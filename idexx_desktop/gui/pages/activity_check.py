"""The button that checks whether the activity record is whole, and what it says."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import AuditVerification
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.dialogs import DetailsDialog
from idexx_desktop.gui.strings import activity, tr, tr_count
from idexx_desktop.gui.tokens import Tone


class RecordCheckButton(SecondaryButton):
    """`told(InlineBar | None)` says what was found; `failed(Failure)` where it couldn't be checked."""

    told = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(tr(activity.CHECK), self._check, icon_name="shield-check", parent=parent)
        self._desk = desk
        self._found: AuditVerification | None = None

    def _check(self) -> None:
        self.setEnabled(False)
        self.set_words(tr(activity.CHECKING))
        self.told.emit(None)
        self._desk.bridge.ask(self._desk.opened.audit.verify, self._checked, self._not_checked)

    def _ended(self) -> None:
        self.setEnabled(True)
        self.set_words(tr(activity.CHECK))

    def _checked(self, found: AuditVerification) -> None:
        self._ended()
        self._found = found
        if found.ok:
            more = tr_count(activity.WHOLE_MORE_ONE, activity.WHOLE_MORE_MANY, found.rows)
            words = f"{more} {self._signed(found)}"
            self.told.emit(InlineBar(Tone.GOOD, tr(activity.WHOLE), words, closable=True))
        else:
            details = BarAction(tr(activity.DETAILS), self._show_problem)
            self.told.emit(InlineBar(Tone.ACT, tr(activity.BROKEN), tr(activity.BROKEN_MORE), (details,)))

    def _not_checked(self, failure: Failure) -> None:
        self._ended()
        self.failed.emit(failure)

    def _signed(self, found: AuditVerification) -> str:
        if found.signed_since is None or found.signed_at is None:
            return tr(activity.NOT_SIGNED)
        now, zone = self._desk.now(), self._desk.zone
        day = timewords.short_day(found.signed_since, now, zone)
        return tr(activity.SIGNED, day=day, last=timewords.spoken(found.signed_at, now, zone))

    def _show_problem(self) -> None:
        if self._found:
            words = tr(
                activity.BROKEN_DETAILS,
                rows=f"{self._found.rows:,}",
                problem=self._found.problem or "",
                signed=self._signed(self._found),
            )
            DetailsDialog(self.window(), tr(activity.BROKEN), words).open()

"""In a call's panel: "I'm calling", or who is, about this call or another to the same number. It locks nothing."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.claims import Claim
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import KeyButton, RowButton
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import deaths, tr


class ClaimLine(QWidget):
    """Of a call of one's own that can be made. `claim()` is what its button, its key and dialling do."""

    def __init__(self, row: CallRecord, desk: Desk) -> None:
        super().__init__()
        self._row, self._desk = row, desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.said = Text("", Style.SECONDARY, "attention", wrap=True)
        self.button: RowButton | KeyButton
        if row.claim is None:
            self.said.hide()
            self.button = KeyButton(tr(deaths.CALLING), self.claim, "phone-call", tr(deaths.CALLING_KEY))
        elif self.is_mine(row.claim):
            self.said.setText(tr(deaths.YOU_ARE_CALLING, when=self._when(row.claim)))
            self.button = RowButton(tr(deaths.NOT_CALLING), self.release)
        else:
            self.said.setText(self._words(row.claim))
            self.button = RowButton(tr(deaths.ALL_THE_SAME), self.claim_anyway)
        column.addWidget(self.said)
        column.addWidget(self.button)

    def is_mine(self, claim: Claim) -> bool:
        """Whether whoever sits here is calling."""
        return claim.is_made_at(self._desk.opened.claims.device)

    def claim(self) -> None:
        """Say that one is calling; where somebody else is, that is shown, and nothing is claimed."""
        if self._row.claim is None or not self.is_mine(self._row.claim):
            self._claim(anyway=False)

    def claim_anyway(self) -> None:
        """Having read who else is calling."""
        self._claim(anyway=True)

    def release(self) -> None:
        """One isn't calling any more."""
        service, call_id = self._desk.opened.claims, self._row.id
        self._desk.bridge.ask(lambda: service.release(call_id), self._changed, self._changed)

    def _claim(self, *, anyway: bool) -> None:
        service, call_id = self._desk.opened.claims, self._row.id
        self._desk.bridge.ask(lambda: service.claim(call_id, anyway=anyway), self._claimed, self._changed)

    def _claimed(self, other: Claim | None) -> None:
        if other is not None:
            self._desk.say(self._words(other))
        self._changed(None)

    def _changed(self, _: object) -> None:
        self._desk.bridge.records_changed(Topic.CALLS)

    def _words(self, claim: Claim) -> str:
        when = self._when(claim)
        if claim.device:
            return tr(deaths.IS_CALLING_AT, who=claim.by, when=when, place=claim.device)
        return tr(deaths.IS_CALLING, who=claim.by, when=when)

    def _when(self, claim: Claim) -> str:
        return timewords.spoken(claim.since, self._desk.now(), self._desk.zone)

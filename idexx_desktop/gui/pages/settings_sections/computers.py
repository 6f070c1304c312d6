"""Computers: which may use the Neo sign-in, those that ask, this one where it can't, and the key of the sign-in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from idexx_desktop.domain.computers import ComputerRecord, ComputerRequest, ComputersOverview
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.access import Access, reading
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.joining import JoinPanel
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.cards import Card, clear_layout
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.text import Line, Text
from idexx_desktop.gui.pages.settings_sections.computer_rows import ComputerRow, RequestRow
from idexx_desktop.gui.pages.settings_sections.key_card import KeyCard
from idexx_desktop.gui.panels.code_dialog import CodeDialog
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.strings import computers, shell, tr
from idexx_desktop.gui.tokens import Tone

_EVERY_MS = 5000


class ComputersSection(Section):
    """While it is visible it looks every few seconds whether another computer asks."""

    key = "computers"
    title = computers.COMPUTERS
    icon = "monitor"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._seen: Access | None = None
        self._concerned: ComputerRecord | ComputerRequest | None = None
        self.join = JoinPanel(desk)
        self.join.joined.connect(self._joined)
        self.join.start_over.connect(self._go_to_sign_in)
        self.join.changed.connect(self.refresh)
        self.join.failed.connect(self.show_failure)
        self.join_card = Card()
        self.join_card.body.addWidget(self.join)
        self.column.addWidget(self.join_card)
        self.more = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.list_card = self.add_card(tr(computers.COMPUTERS), self.more)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        self.enter = SecondaryButton(tr(computers.ENTER_SIGN_IN), self._go_to_sign_in)
        self.list_card.body.addLayout(self.rows)
        self.list_card.body.addWidget(self.enter, 0, Qt.AlignmentFlag.AlignLeft)
        self.key_card = KeyCard(desk)
        self.key_card.failed.connect(self.show_failure)
        self.column.addWidget(self.key_card)
        for part in (self.join_card, self.list_card, self.key_card):
            part.hide()
        self.looking = QTimer(self)
        self.looking.setInterval(_EVERY_MS)
        self.looking.timeout.connect(self.refresh)

    def refresh(self) -> None:
        self.ask_anew(reading(self.desk.opened), self._arrived)

    def attend(self, failure_code: object) -> None:
        if failure_code is FailureCode.COMPUTERS_CHANGED:
            failure = Failure(FailureCode.COMPUTERS_CHANGED)
            self.set_bar("changed", InlineBar(Tone.ACT, failure.title, failure.advice))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.looking.stop()

    # what is known

    def _arrived(self, seen: Access) -> None:
        # only then: rows that are made anew take the focus from a person on the keyboard
        if seen != self._seen:
            self._seen = seen
            self._show(seen)
        self._follow()

    def _follow(self) -> None:
        open_here = self._seen is not None and self._seen.failure is None
        if open_here and self._seen and not self._seen.alone and self.isVisible():
            self.looking.start()
        else:
            self.looking.stop()

    def _show(self, seen: Access) -> None:
        self.join_card.setVisible(seen.failure is not None)
        self.list_card.setVisible(seen.failure is None)
        self.key_card.setVisible(seen.failure is None and seen.sign_in_there)
        if seen.failure:
            self.join.show_access(seen)
            return
        self.more.setText(_more(seen))
        self.enter.setVisible(not seen.sign_in_there)
        clear_layout(self.rows)
        self.set_bar("changed", None)
        self.key_card.show_made(seen.overview.key_made_at)
        if not seen.alone:
            self._add_requests(seen.overview)
        self._add_computers(seen.overview)

    def _add_requests(self, overview: ComputersOverview) -> None:
        for request in overview.requests:
            row = RequestRow(request, self.desk)
            row.approve_asked.connect(self._ask_approve)
            row.dismiss_asked.connect(self._dismiss)
            self.rows.addWidget(Line())
            self.rows.addWidget(row)

    def _add_computers(self, overview: ComputersOverview) -> None:
        # before computers had a list, the one with the key was approved by nobody
        for record in overview.approved or ((None,) if overview.is_approved else ()):
            row = ComputerRow(record, overview.this_name, self.desk)
            row.remove_asked.connect(self._ask_remove)
            self.rows.addWidget(Line())
            self.rows.addWidget(row)

    # others that ask

    def _ask_approve(self, request: ComputerRequest) -> None:
        name, service = request.name, self.desk.opened.computers
        self._concerned = request
        words = (
            tr(computers.APPROVE_ASK, name=name),
            tr(computers.APPROVE_TEXT, name=name),
            tr(computers.CODE_THERE, name=name),
            tr(computers.APPROVE_VERB),
        )
        dialog = CodeDialog(self, self.desk, words, partial(service.approve, request.id))
        dialog.accepted.connect(self._approved)
        dialog.open()

    def _approved(self) -> None:
        self._say(computers.APPROVED_NOW)

    def _dismiss(self, request: ComputerRequest) -> None:
        self._concerned = request
        self.ask(partial(self.desk.opened.computers.dismiss, request.id), self._dismissed)

    def _dismissed(self, _: object) -> None:
        self._say(computers.DISMISSED)

    # taking one out

    def _ask_remove(self, record: ComputerRecord) -> None:
        self._concerned = record
        dialog = ConfirmDialog(
            self,
            tr(computers.REMOVE_ASK, name=record.name),
            tr(computers.REMOVE_TEXT, name=record.name),
            tr(computers.REMOVE_VERB),
        )
        dialog.accepted.connect(self._remove)
        dialog.open()

    def _remove(self) -> None:
        if isinstance(self._concerned, ComputerRecord):
            self.ask(partial(self.desk.opened.computers.remove, self._concerned.id), self._removed)

    def _removed(self, _: object) -> None:
        if self._concerned:
            title = tr(computers.REMOVED, name=self._concerned.name)
            action = BarAction(tr(computers.NEW_PASSWORD), self._go_to_sign_in)
            bar = InlineBar(Tone.GOOD, title, tr(computers.REMOVED_MORE), (action,), closable=True)
            self.set_bar("done", bar)
        self.desk.bridge.records_changed(Topic.COMPUTERS)

    def _say(self, phrase: str) -> None:
        if self._concerned:
            self.desk.say(tr(phrase, name=self._concerned.name))
        self.desk.bridge.records_changed(Topic.COMPUTERS)

    # this one

    def _joined(self) -> None:
        self.set_bar("failure", None)
        sync = BarAction(tr(shell.SYNC_NOW), self.desk.sync_now)
        self.set_bar("done", InlineBar(Tone.GOOD, tr(computers.JOINED), "", (sync,), closable=True))
        self.refresh()
        self.desk.bridge.records_changed(Topic.SETTINGS)

    def _go_to_sign_in(self) -> None:
        self.desk.go("settings", "sign_in")


def _more(seen: Access) -> str:
    if not seen.sign_in_there:
        return tr(computers.NO_SIGN_IN)
    return tr(computers.COMPUTERS_HERE if seen.alone else computers.COMPUTERS_MORE)

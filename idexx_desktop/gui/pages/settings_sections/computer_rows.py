"""Rows of the section Computers: one that is approved, and one that asks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.computers import ComputerRecord, ComputerRequest
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.kit.pills import IconTile
from idexx_desktop.gui.kit.text import ElidedText
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import computers, tr
from idexx_desktop.gui.tokens import SPACE, Tone


class _Row(QWidget):
    def __init__(self, icon: str, tone: Tone, title: str, more: str, tip: str = "") -> None:
        super().__init__()
        self.setMinimumHeight(SPACE.row)
        self.title = ElidedText(title, Style.MEDIUM, parent=self)
        self.more = ElidedText(more, Style.SECONDARY, "secondary", parent=self)
        self.more.setVisible(bool(more))
        self.setToolTip(shown(tip))
        self.setAccessibleName(shown(f"{title}, {more}" if more else title))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        if more:
            words.addWidget(self.more)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 6, 0, 6)
        self.line.setSpacing(12)
        self.line.addWidget(IconTile(icon, tone))
        self.line.addLayout(words, 1)


class ComputerRow(_Row):
    """`remove_asked(ComputerRecord)`; this computer itself (also where there is no record) isn't removed here."""

    remove_asked = Signal(object)

    def __init__(self, record: ComputerRecord | None, this_name: str, desk: Desk) -> None:
        is_this = record is None or record.is_this
        name = record.name if record else this_name
        more = exact = ""
        # alone with its records, a computer was approved by nobody
        if record and not desk.opened.records_here:
            when = timewords.spoken(record.approved_at, desk.now(), desk.zone)
            more, exact = tr(computers.APPROVED, when=when), timewords.exact(record.approved_at, desk.zone)
        title = tr(computers.THIS_COMPUTER, name=name) if is_this else name
        super().__init__("monitor", Tone.GOOD, title, more, exact)
        self._record = record
        if not is_this:
            self.remove = RowButton(tr(computers.REMOVE), self._remove)
            self.remove.setAccessibleName(tr(computers.REMOVE_NAMED, name=name))
            self.line.addWidget(self.remove)

    def _remove(self) -> None:
        self.remove_asked.emit(self._record)


class RequestRow(_Row):
    """`approve_asked(ComputerRequest)`, `dismiss_asked(ComputerRequest)`."""

    approve_asked = Signal(object)
    dismiss_asked = Signal(object)

    def __init__(self, request: ComputerRequest, desk: Desk) -> None:
        when = timewords.spoken(request.requested_at, desk.now(), desk.zone)
        super().__init__(
            "hand",
            Tone.ATTENTION,
            tr(computers.ASKS, name=request.name),
            tr(computers.ASKED, when=when),
            timewords.exact(request.requested_at, desk.zone),
        )
        self._request = request
        self.approve = RowButton(tr(computers.APPROVE), self._approve)
        self.approve.setAccessibleName(tr(computers.APPROVE_NAMED, name=request.name))
        self.dismiss = RowButton(tr(computers.DISMISS), self._dismiss)
        self.dismiss.setAccessibleName(tr(computers.DISMISS_NAMED, name=request.name))
        self.line.addWidget(self.approve)
        self.line.addWidget(self.dismiss)

    def _approve(self) -> None:
        self.approve_asked.emit(self._request)

    def _dismiss(self) -> None:
        self.dismiss_asked.emit(self._request)

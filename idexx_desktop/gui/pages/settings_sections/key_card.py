"""The key of the Neo sign-in: when it was made, and a new one on request."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.cards import Card
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import computers, tr
from idexx_desktop.gui.tokens import Tone


class KeyCard(Card):
    """`failed(Failure)` where the key couldn't be changed."""

    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setAccessibleName(tr(computers.KEY))
        self.body.setSpacing(12)
        self.made = Text("", Style.BODY)
        self.change = SecondaryButton(tr(computers.CHANGE_KEY), self._change)
        self.mark = Icon("check", 16, Tone.GOOD)
        self.said = Text("", Style.SECONDARY, "good", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(tr(computers.KEY), Style.CARD_TITLE))
        words.addWidget(Text(tr(computers.KEY_MORE), Style.SECONDARY, "secondary", wrap=True))
        self.body.addLayout(words)
        self.body.addWidget(self.made)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.change)
        row.addWidget(self.mark)
        row.addWidget(self.said, 1)
        row.addStretch(0)
        self.body.addLayout(row)
        self._say("")

    def show_made(self, made_at: datetime | None) -> None:
        """When the key was made; nothing where that isn't known."""
        now, zone = self._desk.now(), self._desk.zone
        words = tr(computers.KEY_MADE, when=timewords.spoken(made_at, now, zone)) if made_at else ""
        self.made.setText(words)
        self.made.setToolTip(timewords.exact(made_at, zone))
        self.made.setVisible(bool(words))

    def _change(self) -> None:
        self._say("")
        self._set_busy(True)
        self._desk.bridge.ask(self._desk.opened.computers.rotate_key, self._changed, self._not_changed)

    def _changed(self, _: object) -> None:
        self._set_busy(False)
        alone = self._desk.opened.records_here
        self._say(tr(computers.KEY_CHANGED_HERE if alone else computers.KEY_CHANGED))
        self._desk.bridge.records_changed(Topic.COMPUTERS)

    def _not_changed(self, failure: Failure) -> None:
        self._set_busy(False)
        self.failed.emit(failure)

    def _set_busy(self, busy: bool) -> None:
        self.change.setEnabled(not busy)
        self.change.set_words(tr(computers.CHANGING_KEY if busy else computers.CHANGE_KEY))

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.mark.setVisible(bool(words))

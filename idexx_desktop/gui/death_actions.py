"""What people tell of pets that died, from any page: with Undo, the line for Neo's record and the card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import attention, deaths, tr

_Answer = tuple[str, Callable[[], object] | None]


class DeathActions(QObject):
    """`failed(Failure)` when an action couldn't be carried out; a page shows it."""

    failed = Signal(object)
    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def mark(self, visit_keys: Sequence[str], pet: str) -> None:
        """That the pet of these visits has died."""
        service = self._desk.opened.deaths

        def work() -> _Answer:
            return tr(deaths.MARKED, pet=pet), partial(self._undo, service.tell(visit_keys))

        self._desk.bridge.ask(work, self._done, self._refused)

    def take_back(self, visit_key: str) -> None:
        """It lives, whoever told otherwise."""
        service = self._desk.opened.deaths

        def work() -> _Answer:
            service.take_back(visit_key)
            return tr(deaths.LIVES_SAID), None

        self._desk.bridge.ask(work, self._done, self._refused)

    def copy_line(self, visit_key: str) -> None:
        """One line for the record in Neo, where this program writes nothing."""
        service = self._desk.opened.deaths
        self._desk.bridge.ask(lambda: service.line_for_record(visit_key), self._copy, self._refused)

    def card_sent(self, death: ToldDeath) -> None:
        """Its owner was sent a card; with Undo."""
        service = self._desk.opened.deaths

        def work() -> _Answer:
            service.note_card(death.id, sent=True)
            return tr(deaths.CARD_SAID), partial(self._ask_again, death)

        self._desk.bridge.ask(work, self._done, self._refused)

    def _ask_again(self, death: ToldDeath) -> None:
        service = self._desk.opened.deaths

        def work() -> _Answer:
            service.note_card(death.id, sent=False)
            return tr(attention.UNDONE), None

        self._desk.bridge.ask(work, self._done, self._refused)

    def _undo(self, what: Undo) -> None:
        service = self._desk.opened.deaths

        def work() -> _Answer:
            service.undo(what)
            return tr(attention.UNDONE), None

        self._desk.bridge.ask(work, self._done, self._refused)

    def _done(self, answer: _Answer) -> None:
        said, undo = answer
        self.changed.emit()
        self._desk.bridge.records_changed(Topic.VISITS)
        self._desk.bridge.records_changed(Topic.CALLS)
        self._desk.say(said, undo)

    def _refused(self, failure: Failure) -> None:
        self.failed.emit(failure)

    def _copy(self, line: str) -> None:
        QGuiApplication.clipboard().setText(shown(line))
        self._desk.say(tr(deaths.LINE_COPIED))

"""What a person can do about a visit, from any page: decide (with Undo), try again, look at it in Neo."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.events import Topic, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.known_sentences import AskedSentence, Known
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.gui import visit_words
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.strings import attention, sentences, tr, tr_count, visit

_SAID = {
    PersonChoice.CALL: attention.SCHEDULED_SAID,
    PersonChoice.CALL_WITH_CARE: attention.CARE_SAID,
    PersonChoice.NO_CALL: attention.NO_CALL_SAID,
    PersonChoice.IGNORE: attention.IGNORED,
}


class VisitActions(QObject):
    """`failed(Failure)` when an action couldn't be carried out; a page shows it."""

    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def decide(
        self, row: VisitRecord, choice: PersonChoice, why: str = "", when: datetime | None = None
    ) -> None:
        """Decide, then offer to undo it."""
        visits = self._desk.opened.visits
        said = tr(_SAID[choice], pet=visit_words.pet(row))

        def work() -> tuple[str, Undo]:
            return said, visits.decide(row.visit_key, choice, why, when)

        self._desk.bridge.ask(work, self._decided, self._refused)

    def say(self, visit_key: str, sentence: AskedSentence, means: Known) -> None:
        """What a sentence is for which a visit is held; then offer to take that back."""
        known, fingerprint = self._desk.opened.sentences, sentence.fingerprints[means]

        def work() -> tuple[str, Callable[[], object]]:
            count = known.say(visit_key, fingerprint, means)
            return _kept(count), lambda: known.take_back(fingerprint)

        self._desk.bridge.ask(work, self._said, self._refused)

    def take_back(self, row: VisitRecord) -> None:
        """Take back whatever was decided; the rules decide again."""
        visits = self._desk.opened.visits
        self._desk.bridge.ask(lambda: visits.let_rules_decide(row.visit_key), self._undone, self._refused)

    def try_again(self, row: VisitRecord) -> None:
        """Read one visit again."""
        self._retry(frozenset({row.visit_key}), tr(attention.TRYING, pet=visit_words.pet(row)))

    def try_these(self, visit_keys: Collection[str]) -> None:
        """Read several visits again."""
        if visit_keys:
            self._retry(frozenset(visit_keys), tr(attention.TRYING_ALL))

    def open_in_neo(self, row: VisitRecord) -> None:
        """Open the visit in the system's browser."""
        visits = self._desk.opened.visits
        self._desk.bridge.ask(lambda: visits.neo_link(row.visit_key), self._open_link, self._refused)

    def _retry(self, visit_keys: frozenset[str], said: str) -> None:
        started = self._desk.start(Trigger.RETRY, visit_keys)
        self._desk.say(said if started else tr(attention.SYNC_FIRST))

    def _decided(self, answer: tuple[str, Undo]) -> None:
        said, what = answer
        self._desk.bridge.records_changed(Topic.VISITS)
        self._desk.say(said, partial(self._undo, what))

    def _undo(self, what: Undo) -> None:
        visits = self._desk.opened.visits
        self._desk.bridge.ask(lambda: visits.undo(what), self._undone, self._refused)

    def _said(self, answer: tuple[str, Callable[[], object]]) -> None:
        said, take_back = answer
        self._desk.bridge.records_changed(Topic.VISITS)
        self._desk.say(said, partial(self._desk.bridge.ask, take_back, self._undone, self._refused))

    def _undone(self, _: object) -> None:
        self._desk.bridge.records_changed(Topic.VISITS)
        self._desk.say(tr(attention.UNDONE))

    def _open_link(self, link: str) -> None:
        address = QUrl(link)
        if address.scheme() in ("https", "http"):
            QDesktopServices.openUrl(address)
        else:
            self._refused(Failure(FailureCode.INVALID_INPUT, "scheme", title=tr(visit.NO_LINK)))

    def _refused(self, failure: Failure) -> None:
        self.failed.emit(failure)


def _kept(count: int) -> str:
    return tr_count(sentences.SAID_ONE, sentences.SAID_MANY, count) if count else tr(sentences.SAID_NONE)

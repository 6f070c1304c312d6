"""What a person can do about a discharge call: note what came of it, move it, not make it; each with Undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.call_questions import Ticked
from idexx_desktop.domain.calls_ahead import CallsAhead
from idexx_desktop.domain.concerns import NewConcern
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import CallOutcome, CallRecord
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.gui import call_words, timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.panels.call_noted import Noted
from idexx_desktop.gui.strings import attention, calls, tr, tr_count

_Answer = tuple[str, Callable[[], object] | None, Noted | None]


class CallActions(QObject):
    """`failed(Failure)` when an action couldn't be carried out; the page shows it."""

    failed = Signal(object)
    # what was noted of a call is kept; and the id of a call whose result was taken back
    noted = Signal(object)
    undone = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._page: QWidget | None = None

    def record(
        self,
        call: CallRecord,
        outcome: CallOutcomeKind,
        note: str = "",
        answers: Sequence[Ticked] = (),
        pets: tuple[str, ...] = (),
        concern: NewConcern | None = None,
    ) -> None:
        """Note what came of a call that was made, with what was answered; of a death which of its pets, of a concern
        what it is.
        """
        service, owner = self._desk.opened.calls, call_words.owner(call)
        if outcome is CallOutcomeKind.OPTED_OUT:
            said = tr(calls.OPTED_OUT_SAID, owner=owner)
        else:
            said = tr(calls.OUTCOME_SAID, owner=owner, outcome=call_words.OUTCOME_LOOKS[outcome].label)
        given = tuple(answer for ticked in answers for answer in ticked.given())
        noted = Noted(call, CallOutcome(outcome, self._desk.email, self._desk.now(), note, given))
        record = partial(
            service.record_outcome, call.id, outcome, note, concern=concern, answers=answers, pets=pets
        )
        self._do(record, said, noted)

    def take_back(self, call: CallRecord, *, opted_out: str = "") -> None:
        """The outcome was a slip: the call is as it was. `opted_out` is the number that opted out by the same slip."""
        self._undo(Undo(outcome_of=call.id, opted_out=opted_out))

    def dont_call(self, call: CallRecord) -> None:
        """No call for these visits, by a person's decision."""
        service = self._desk.opened.calls
        said = tr(calls.DONT_CALL_SAID, owner=call_words.owner(call))
        self._do(lambda: service.cancel(call.id, ""), said)

    def another_time(self, call: CallRecord, when: datetime) -> None:
        """Call at an instant that a person chose."""
        service = self._desk.opened.calls
        words = timewords.spoken(when, self._desk.now(), self._desk.zone)
        said = tr(calls.MOVED_SAID, owner=call_words.owner(call), when=words)
        self._do(lambda: service.reschedule(call.id, when), said)

    def agree(self, call_ids: Collection[str]) -> None:
        """The owners of these calls couldn't be reached, and that is all."""
        service = self._desk.opened.calls
        said = tr_count(calls.AGREED_ONE, calls.AGREED_MANY, len(call_ids))
        self._do(lambda: service.agree_unreached(call_ids), said)

    def pause_all(self) -> None:
        """Nobody is called until `resume_all`."""
        service = self._desk.opened.calls
        self._do(service.pause_all, tr(calls.PAUSED_SAID))

    def resume_all(self) -> None:
        """Calls go on."""
        self._do(self._desk.opened.calls.resume_all, tr(calls.RESUMED_SAID))

    def ask_turn_on(self, page: QWidget) -> None:
        """Leave review mode, after a question that says what follows."""
        service = self._desk.opened.calls
        self._page = page

        def work() -> tuple[CallsAhead, bool]:
            return service.foreseen(), service.paused()

        self._desk.bridge.ask(work, self._question_turn_on, self._refused)

    def ask_review(self, page: QWidget) -> None:
        """Go back to review mode, after a question that says what follows."""
        service = self._desk.opened.calls
        self._page = page
        self._desk.bridge.ask(service.ahead, self._question_review, self._refused)

    def _question_turn_on(self, found: tuple[CallsAhead, bool]) -> None:
        ahead, paused = found
        if paused:
            follows = tr(calls.TURN_ON_PAUSED)
        elif ahead.first is None:
            follows = tr(calls.TURN_ON_NONE)
        else:
            when = timewords.spoken(ahead.first, self._desk.now(), self._desk.zone)
            follows = tr_count(calls.TURN_ON_ONE, calls.TURN_ON_MANY, ahead.count, when=when)
        self._ask(
            tr(calls.TURN_ON_ASK), f"{follows}\n{tr(calls.TURN_ON_BACK)}", tr(calls.TURN_ON), self._turn_on
        )

    def _question_review(self, ahead: CallsAhead) -> None:
        if ahead.count:
            taken = tr_count(calls.REVIEW_TAKES_ONE, calls.REVIEW_TAKES_MANY, ahead.count)
            text = f"{taken}\n{tr(calls.REVIEW_GIVES_BACK)}"
        else:
            text = tr(calls.REVIEW_TAKES_NONE)
        self._ask(tr(calls.REVIEW_ASK), text, tr(calls.REVIEW_VERB), self._back_to_review)

    def _ask(self, title: str, text: str, verb: str, then: Callable[[], object]) -> None:
        if self._page is not None:
            dialog = ConfirmDialog(self._page, title, text, verb)
            dialog.accepted.connect(then)
            dialog.open()

    def _turn_on(self) -> None:
        self._do(self._desk.opened.calls.turn_on_calls, tr(calls.TURNED_ON))

    def _back_to_review(self) -> None:
        self._do(self._desk.opened.calls.turn_on_review, tr(calls.REVIEW_SAID))

    def _undo(self, what: Undo) -> None:
        service = self._desk.opened.calls

        def work() -> str:
            service.undo(what)
            return what.outcome_of or ""

        self._desk.bridge.ask(work, self._taken_back, self._refused)

    def _taken_back(self, call_id: str) -> None:
        self._done((tr(attention.UNDONE), None, None))
        if call_id:
            self.undone.emit(call_id)

    def _do(self, work: Callable[[], object], said: str, noted: Noted | None = None) -> None:
        """Work, then say so; with Undo where the work tells what it changed."""

        def and_say() -> _Answer:
            changed = work()
            if not isinstance(changed, Undo):
                return said, None, noted
            told = replace(noted, next_attempt_at=changed.next_attempt_at) if noted else None
            return said, partial(self._undo, changed), told

        self._desk.bridge.ask(and_say, self._done, self._refused)

    def _done(self, answer: _Answer) -> None:
        said, undo, noted = answer
        if noted:
            self.noted.emit(replace(noted, undo=undo))
        self._desk.bridge.records_changed(Topic.CALLS)
        self._desk.say(said, undo)

    def _refused(self, failure: Failure) -> None:
        # somebody else may have been faster: what is shown is read again
        self._desk.bridge.records_changed(Topic.CALLS)
        self.failed.emit(failure)

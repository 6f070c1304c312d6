"""Discharge calls as a work list: what is due, what came of it, and the brakes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.call_questions import Ticked
from idexx_desktop.domain.calls_ahead import CallsAhead
from idexx_desktop.domain.careful_calls import with_its_care
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.concerns import NewConcern
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind, Whose
from idexx_desktop.domain.phones import dialable
from idexx_desktop.domain.ranks import PAUSED
from idexx_desktop.domain.records import CallRecord, OptOut, Page
from idexx_desktop.domain.undoing import Undo, moved
from idexx_desktop.services.deciding import earlier_reason
from idexx_desktop.services.directory import looking_at, zone_of
from idexx_desktop.services.outcomes import TryMade, opt_out, record, require_call
from idexx_desktop.services.undoing import give_back
from idexx_desktop.sync.deciding import redecide


@dataclass(frozen=True, slots=True)
class CallService:
    """Every method blocks. Nothing here reaches an owner: it changes what is scheduled.

    DATABASE_REFUSED for a call that an admin may only look at, and for `whose` by a login that is no admin.
    """

    records: ClinicRecords
    clock: Clock

    def rows(self, which: CallFilter, page: Page) -> list[CallRecord]:
        """One page of calls: what is to be made earliest first, what is over newest first."""
        with looking_at(self.records, which.whose) as tx:
            return tx.calls.page(which, page, zone=zone_of(tx, which.whose), now=self.clock.now())

    def get(self, call_id: str) -> CallRecord:
        """One of this login's calls. INVALID_INPUT where there is none of this id."""
        with self.records.transaction() as tx:
            return require_call(tx, call_id)

    def to_agree(self) -> list[str]:
        """The calls whose owners couldn't be reached, which nobody has agreed to yet; the last one first."""
        with self.records.transaction() as tx:
            return tx.outcomes.to_agree()

    def count(self, which: CallFilter) -> int:
        """How many calls there are of this filter."""
        with looking_at(self.records, which.whose) as tx:
            return tx.calls.count(which, zone=zone_of(tx, which.whose), now=self.clock.now())

    def group_counts(self, whose: Whose | None = None) -> dict[str, int]:
        """How many calls are due, upcoming, done, and all."""
        with looking_at(self.records, whose) as tx:
            which = CallFilter("all", whose=whose)
            return tx.calls.group_counts(which, zone=zone_of(tx, whose), now=self.clock.now())

    def undo(self, what: Undo) -> None:
        """Give back exactly what held before: see `services.undoing.give_back`."""
        give_back(self.records, self.clock, what)

    def record_outcome(
        self,
        call_id: str,
        outcome: CallOutcomeKind,
        note: str = "",
        *,
        by: str = "",
        at: datetime | None = None,
        concern: NewConcern | None = None,
        answers: Iterable[Ticked] = (),
        pets: Iterable[str] = (),
    ) -> Undo:
        """What came of a try of a call, at any hour. "Opted out" and "wrong number" stop every other call to
        that number at once.

        Where nobody was reached it is tried again on the next open day, as often as the clinic wants. `by` and `at` say
        who called, and when, where that isn't whoever records it now. A concern stands from then on until somebody
        answers: `concern` says how urgent it is and in which words. `answers` are kept with the result, and go with it
        where it is taken back. "Died" is told of the call's `pets` of these names, of all where none is named.
        HANDED_OVER where a calling system has the call already, or it is over; INVALID_INPUT for a time that can't be,
        or a name that is none of its pets'.
        """
        made = TryMade(outcome, note, by, at, concern, tuple(answers), tuple(pets))
        return record(self.records, self.clock, call_id, made)

    def undo_outcome(self, call_id: str) -> CallRecord:
        """Take an outcome back that a person recorded; the call is due again. An opt-out stays."""
        with self.records.transaction() as tx:
            require_call(tx, call_id)
        give_back(self.records, self.clock, Undo(outcome_of=call_id))
        with self.records.transaction() as tx:
            return require_call(tx, call_id)

    def agree_unreached(self, call_ids: Collection[str]) -> Undo:
        """A person has seen that the owners of these calls couldn't be reached; what is agreed of already stays so."""
        with self.records.transaction() as tx:
            return Undo(agreed=tuple(tx.outcomes.agree(call_ids)))

    def reschedule(self, call_id: str, when: datetime) -> Undo:
        """Another instant, chosen by a person; it stays when the next sync comes."""
        if when <= self.clock.now():
            raise Failure(FailureCode.INVALID_INPUT, "time", title="Choose a time that is still to come.")
        return self._decide_for(call_id, PersonChoice.CALL, "", when)

    def hold(self, call_id: str, why: str) -> Undo:
        """Take the call back; its visits say that a person decided so."""
        return self._decide_for(call_id, PersonChoice.NO_CALL, why, hold=True)

    def cancel(self, call_id: str, why: str) -> Undo:
        """No call for these visits."""
        return self._decide_for(call_id, PersonChoice.NO_CALL, why)

    def paused(self) -> bool:
        """Whether all calls are paused."""
        with self.records.transaction() as tx:
            return tx.settings.paused()

    def review_mode(self) -> bool:
        """Whether calls are only shown, none scheduled."""
        with self.records.transaction() as tx:
            return tx.settings.review()

    def pause_all(self) -> Undo:
        """Take every queued call back until `resume_all`."""
        with self.records.transaction() as tx:
            due, were = tx.visits.queued_for(), tx.settings.paused()
            tx.settings.set_paused(True, now=self.clock.now())
            redecide(tx, self.clock.now())
            taken_back = moved(due, tx.visits.queued_for())
            return Undo(due=taken_back, paused=not were, paused_at=tx.settings.changed_at())

    def resume_all(self) -> int:
        """Go on: the calls that are still ahead are queued again as they were, and the rules decide about the rest."""
        return self._switch(lambda tx: tx.settings.set_paused(False, now=self.clock.now()))

    def turn_on_review(self) -> int:
        """Back to review mode: queued calls are taken back, and come back at their times once calls are turned on."""
        return self._switch(lambda tx: tx.settings.set_review(True, now=self.clock.now()))

    def ahead(self) -> CallsAhead:
        """The calls that are queued."""
        with self.records.transaction() as tx:
            return tx.calls.ahead()

    def foreseen(self) -> CallsAhead:
        """The calls that there would be at once if review mode were left now; tried, and taken back as a whole."""
        now = self.clock.now()
        with self.records.transaction() as tx, tx.tried():
            tx.settings.set_review(False, now=now)
            redecide(tx, now)
            return tx.calls.ahead()

    def turn_on_calls(self) -> int:
        """Leave review mode: what was only shown is scheduled; returns how many visits changed."""
        return self._switch(lambda tx: tx.settings.set_review(False, now=self.clock.now()))

    def opt_out(self, phone: str, why: str = "") -> None:
        """No more calls to this number, at once."""
        with self.records.transaction() as tx:
            rules = tx.settings.call_rules()
            number = dialable(phone, rules.country).e164
            if number is None:
                raise Failure(
                    FailureCode.INVALID_INPUT, "phone", title="That is not a number that can be called."
                )
            opt_out(tx, self.clock.now(), number, why)

    def withdraw_opt_out(self, phone: str) -> None:
        """The owner wants calls again."""
        with self.records.transaction() as tx:
            tx.opt_outs.withdraw(phone)
            redecide(tx, self.clock.now())

    def opt_outs(self) -> list[OptOut]:
        """The numbers that opted out, newest first."""
        with self.records.transaction() as tx:
            return tx.opt_outs.list()

    def _switch(self, throw: Callable[[Transaction], None]) -> int:
        """Throw a switch that holds all calls, or lets them go on as they were; how many visits changed."""
        with self.records.transaction() as tx:
            throw(tx)
            return redecide(tx, self.clock.now()).visits

    def _decide_for(
        self,
        call_id: str,
        choice: PersonChoice,
        why: str,
        when: datetime | None = None,
        *,
        hold: bool = False,
    ) -> Undo:
        """The same decision for every visit of a call, and what the rules make of it; `hold`: it was asked for so."""
        with self.records.transaction() as tx:
            call = require_call(tx, call_id)
            for key in sorted(call.visit_keys):
                tx.visits.lock(key)
            call = require_call(tx, call_id)
            if call.status != "queued" and not (call.status == PAUSED and choice is PersonChoice.NO_CALL):
                raise Failure(FailureCode.HANDED_OVER, call.status)
            due, decisions = tx.visits.queued_for(), {}
            for key in call.visit_keys:
                visit = tx.visits.get(key)
                decision = tx.decisions.add(
                    key,
                    with_its_care(choice, visit) if visit else choice,
                    content_hash=visit.content_hash if visit else "",
                    why=why.strip() or (earlier_reason(tx, visit, choice) if visit else ""),
                    scheduled_for=when,
                    consultation_id=visit.consultation_id if visit else None,
                )
                decisions[key] = decision.id
            redecide(tx, self.clock.now(), call.visit_keys)
            if hold:
                tx.audit.record(Action.CALL_HELD, str(choice), metadata={"call_id": call_id})
            return Undo(decisions, moved(due, tx.visits.queued_for()))

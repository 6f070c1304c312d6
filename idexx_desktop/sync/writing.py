"""Writing one visit: everything that belongs to it, and its audit rows last.

A sync writes each visit in a transaction of its own, under its lease. What a person decides is written by the same
function inside the transaction of the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.changes import JoinCall, LeaveCall, VisitChange
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.decisions import CallRules, PersonDecision, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.sync.lease import Lease

# these end the run; whatever else goes wrong while saving concerns one visit
_ENDS_THE_RUN = {
    FailureCode.DATABASE_UNREACHABLE,
    FailureCode.DATABASE_REFUSED,
    FailureCode.DATABASE_OUTDATED,
    FailureCode.LEASE_LOST,
}
_Audited = list[tuple[Action, dict[str, Any]]]


class Overtaken(Exception):  # noqa: N818 - not an error: a person was faster, so the rules run once more
    """A person decided, opted out or paused after the facts were read on which this change rests."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did. `failure` is set where the visit could not be saved."""

    calls_scheduled: int = 0
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class VisitWriter:
    """Writes the changes of one run, each under its lease."""

    records: ClinicRecords
    lease: Lease
    session_id: str
    clock: Clock

    def write(self, change: VisitChange, rules: CallRules, person: PersonDecision | None) -> Written:
        """Save one visit in a transaction. A problem of this visit alone is noted on the visit and returned.

        `rules` and `person` are the facts that the change rests on: raises `Overtaken` where they hold no more.
        """
        try:
            with self.records.transaction() as tx:
                self.lease.hold(tx)
                require_current(tx, change, rules, person)
                calls = write_visit(tx, change, self.clock.now(), self.session_id)
            return Written(calls)
        except Failure as failure:
            if failure.code in _ENDS_THE_RUN:
                raise
            refused = Failure(FailureCode.VISIT_NOT_SAVED, failure.detail)
            self._note_failure(change, refused)
            return Written(failure=refused)

    def _note_failure(self, change: VisitChange, failure: Failure) -> None:
        with self.records.transaction() as tx:
            self.lease.hold(tx)
            tx.visits.note_failure(change, failure, session_id=self.session_id, now=self.clock.now())
            tx.audit.record(
                Action.VISIT_FAILED,
                "not_saved",
                session_id=self.session_id,
                metadata={"visit_key": change.visit_key, "code": str(failure.code)},
            )


def require_current(
    tx: Transaction, change: VisitChange, rules: CallRules, person: PersonDecision | None
) -> None:
    """Lock the visit, then make sure that nobody has decided otherwise since the facts were read."""
    tx.visits.lock(change.visit_key)
    if tx.decisions.active(change.visit_key) != person:
        raise Overtaken
    if isinstance(change.call, JoinCall):
        paused, review = tx.settings.lock_call_flags()
        if (paused, review) != (rules.paused, rules.review) or tx.opt_outs.has(change.call.phone):
            raise Overtaken


def write_visit(tx: Transaction, change: VisitChange, now: datetime, session_id: str | None) -> int:
    """Write one visit with its case, notes, reading, call and audit rows; returns how many calls were scheduled."""
    audited: _Audited = []
    calls = 0
    claim = tx.calls.claim(change.visit_key)
    case_id: str | None = None
    if claim.is_mine:
        case_id = _write_case(tx, change, now)
        calls = _apply_call(tx, change, case_id, audited)
    tx.visits.write(change, session_id=session_id, case_id=case_id, now=now)
    if change.decision.state is not VisitState.FAILED and change.decision.reason_code is not ReasonCode.VANISHED:
        tx.readings.put(change.visit, now)
        tx.notes.put(
            change.visit_key, change.visit.discharge_text, now, after_call=tx.calls.is_on_call(change.visit_key)
        )
    tx.consultations.upsert(change, case_id=case_id, now=now)
    for action, metadata in audited:
        tx.audit.record(action, "ok", session_id=session_id, metadata=metadata)
    _audit_visit(tx, change, session_id)
    return calls


def _write_case(tx: Transaction, change: VisitChange, now: datetime) -> str:
    if change.decision.reason_code is ReasonCode.VANISHED:
        return tx.cases.soft_close(change.visit, change.why, now)
    return tx.cases.upsert(change.visit, change.case_status, now)


def _apply_call(tx: Transaction, change: VisitChange, case_id: str, audited: _Audited) -> int:
    """Join the household's call or leave one; returns 1 where that scheduled a new call."""
    if isinstance(change.call, JoinCall):
        call_id, created = tx.calls.join(change.call, change, case_id)
        action = Action.CALL_SCHEDULED if created else Action.CALL_CHANGED
        audited.append((action, {"call_id": call_id, "visit_key": change.visit_key}))
        return int(created)
    if isinstance(change.call, LeaveCall):
        call_id, cancel = change.call.call_id, change.call.cancel
        if tx.calls.leave(call_id, change.visit_key, cancel=cancel, why=change.call.why):
            action = Action.CALL_CANCELLED if cancel else Action.CALL_CHANGED
            audited.append((action, {"call_id": call_id, "visit_key": change.visit_key}))
    return 0


def _audit_visit(tx: Transaction, change: VisitChange, session_id: str | None) -> None:
    failed = change.decision.state is VisitState.FAILED
    tx.audit.record(
        Action.VISIT_FAILED if failed else Action.VISIT_SYNCED,
        str(change.decision.state),
        session_id=session_id,
        metadata={
            "visit_key": change.visit_key,
            "consultation_id": change.visit.consultation_id,
            "reason_code": str(change.decision.reason_code),
        },
    )

"""Writing one visit: everything that belongs to it, and its audit rows last.

A sync writes each visit in a transaction of its own, under its lease. What a person decides is written by the same
function inside the transaction of the decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.repositories.standing import Standing
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.changes import JoinCall, LeaveCall, NoCallChange, VisitChange
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.decisions import CallRules, PersonDecision, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.routing import consequence
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.sync.lease import Lease

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

    def write(
        self,
        change: VisitChange,
        rules: CallRules,
        person: PersonDecision | None,
        read_failure: Failure | None,
        noted: Mapping[str, str] | None = None,
    ) -> Written:
        """Save one visit in a transaction. A problem of this visit alone is noted on the visit and returned.

        `rules` and `person` are the facts that the change rests on: raises `Overtaken` where they hold no more.
        """
        try:
            with self.records.transaction() as tx:
                standing = self._standing(tx, change, rules, person)
                now = self.clock.now()
                calls = write_visit(tx, change, standing, now, self.session_id, read_failure, noted)
            return Written(calls, read_failure)
        except Failure as failure:
            decided = consequence(failure.code)
            # what is ours while one visit is saved is about that visit: the others go on
            if decided.ends_run and not decided.surfaces:
                raise
            refused = Failure(FailureCode.VISIT_NOT_SAVED, failure.detail)
            self._note_failure(change, rules, refused)
            return Written(failure=refused)

    def _standing(
        self, tx: Transaction, change: VisitChange, rules: CallRules, person: PersonDecision | None
    ) -> Standing:
        """Lock the visit and make sure that nobody has decided otherwise since the facts were read."""
        phone = change.call.phone if isinstance(change.call, JoinCall) else ""
        standing = tx.standing.of(change.visit, phone, (self.lease.holder_id, self.lease.epoch))
        if standing.person != person:
            raise Overtaken
        if phone and (standing.flags != (rules.paused, rules.review) or standing.opted_out):
            raise Overtaken
        return standing

    def _note_failure(self, change: VisitChange, rules: CallRules, failure: Failure) -> None:
        now = self.clock.now()
        decision = decide(change.visit, rules, now, failure=failure)
        failed = replace(change, decision=decision, call=NoCallChange(), needs_attention=True)
        with self.records.transaction() as tx:
            self.lease.hold(tx)
            if isinstance(change.call, LeaveCall):
                # what could not be saved must not leave a call behind that the rules had taken back
                leave = change.call
                tx.calls.leave(leave.call_id, change.visit_key, cancel=leave.cancel, why=leave.why, now=now)
            tx.visits.write(failed, session_id=self.session_id, case_id=None, now=now, failure=failure)
            _audit_visit(tx, failed, self.session_id)


def write_visit(
    tx: Transaction,
    change: VisitChange,
    standing: Standing,
    now: datetime,
    session_id: str | None,
    read_failure: Failure | None = None,
    noted: Mapping[str, str] | None = None,
) -> int:
    """Write one visit with its case, notes, reading, call and audit rows; returns how many calls were scheduled.

    `noted`: what `cases.noted` says; None to look it up.
    """
    claim = standing.claim
    case_id = _write_case(tx, change, standing, now, noted) if claim.is_mine else None
    # to count the attempts at a visit asks how many there were, and has to wait for the answer
    with tx.one_trip() if read_failure is None else nullcontext():
        if change.decision.state is VisitState.FAILED and read_failure is None:
            # decided on again without a reading: that was no attempt
            tx.visits.restate(
                change.visit_key, change.decision, needs_attention=change.needs_attention, now=now
            )
        else:
            tx.visits.write(change, session_id=session_id, case_id=case_id, now=now, failure=read_failure)
        if read_failure is None and _was_read(change):
            tx.readings.put(change.visit, now)
            under_way = claim.call_status is not None and claim.call_status != "cancelled"
            tx.notes.put(
                change.visit_key, change.visit.discharge_text, now=now, call_already_scheduled=under_way
            )
    audited: _Audited = []
    call_id, calls = claim.call_id, 0
    if claim.is_mine and case_id is not None:
        call_id, calls = _apply_call(tx, change, claim.call_id, case_id, now, audited)
    with tx.one_trip():
        tx.consultations.put(change, case_id=case_id, call_id=call_id if claim.is_mine else None, now=now)
        for action, metadata in audited:
            tx.audit.add(action, "ok", session_id=session_id, metadata=metadata)
        _audit_visit(tx, change, session_id)
    return calls


def _was_read(change: VisitChange) -> bool:
    gone = change.decision.reason_code is ReasonCode.VANISHED
    return not gone and change.decision.state is not VisitState.FAILED


def _write_case(
    tx: Transaction, change: VisitChange, standing: Standing, now: datetime, noted: Mapping[str, str] | None
) -> str | None:
    found, visit = standing.case_id, change.visit
    if found is None and visit.consultation_id is not None:
        noted = tx.cases.noted([visit]) if noted is None else noted
        found = noted.get(visit.consultation_id)
    case_id = tx.cases.upsert(visit, change.case_status, found, kind=change.decision.kind, now=now)
    if case_id is not None and change.decision.reason_code is ReasonCode.VANISHED:
        tx.cases.soft_close(case_id, change.why, now=now)
    return case_id


def _apply_call(
    tx: Transaction, change: VisitChange, current: str | None, case_id: str, now: datetime, audited: _Audited
) -> tuple[str | None, int]:
    """Join the household's call or leave one: the visit's call afterwards, and 1 where it was newly scheduled."""
    if isinstance(change.call, JoinCall):
        call_id, created = tx.calls.join(change.call, change.visit_key, case_id, now=now)
        if call_id is None:
            return current, 0
        action = Action.CALL_SCHEDULED if created else Action.CALL_CHANGED
        audited.append((action, {"call_id": call_id, "visit_key": change.visit_key}))
        return call_id, int(created)
    if isinstance(change.call, LeaveCall):
        leave = change.call
        if tx.calls.leave(leave.call_id, change.visit_key, cancel=leave.cancel, why=leave.why, now=now):
            action = Action.CALL_CANCELLED if leave.cancel else Action.CALL_CHANGED
            audited.append((action, {"call_id": leave.call_id, "visit_key": change.visit_key}))
            return None, 0
    return current, 0


def _audit_visit(tx: Transaction, change: VisitChange, session_id: str | None) -> None:
    failed = change.decision.state is VisitState.FAILED
    tx.audit.add(
        Action.VISIT_FAILED if failed else Action.VISIT_SYNCED,
        str(change.decision.state),
        session_id=session_id,
        metadata={
            "visit_key": change.visit_key,
            "consultation_id": change.visit.consultation_id,
            "reason_code": str(change.decision.reason_code),
        },
    )

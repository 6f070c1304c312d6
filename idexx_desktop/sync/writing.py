"""Writing visits: everything that belongs to them, and their audit rows last.

A sync writes several visits in one transaction, under its lease, because what a transaction and a statement cost is
then paid once for all. Where anything comes in between, it writes the same visits one after the other, each in a
transaction of its own, so that a bad one fails alone. What a person decides is written by the same function inside
the transaction of the decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime

from idexx_desktop.db.audit import AuditEntry
from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.repositories.case_details import external_ids
from idexx_desktop.db.repositories.cases import CaseOf
from idexx_desktop.db.repositories.consultation_status import StatusOf
from idexx_desktop.db.repositories.standing import Standing
from idexx_desktop.db.repositories.visits import VisitWriting
from idexx_desktop.db.transaction import Busy, Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.changes import JoinCall, KnownVisit, LeaveCall, NoCallChange, VisitChange
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.decisions import CallRules, PersonChoice, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.holding import lost_to_another
from idexx_desktop.domain.often_called import NOTHING_BEFORE, CallsBefore
from idexx_desktop.domain.others_calls import LIVE
from idexx_desktop.domain.routing import consequence
from idexx_desktop.domain.rules import SWITCHED_OFF, decide
from idexx_desktop.domain.visits import Visit, VisitState
from idexx_desktop.sync.lease import Lease

# so few that nobody waits long for what a transaction locks, and a stop not for its end
TOGETHER = 40


class Overtaken(Exception):  # noqa: N818 - not an error: a person was faster, so the rules run once more
    """A person decided, opted out or paused after the facts were read on which this change rests."""


class Entangled(Exception):  # noqa: N818 - not an error: these are written one after the other
    """What one of these visits writes depends on what another has written."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """The facts that changes rest on. `failures`: why visits could not be read; `noted`: see `CaseRepository.noted`.

    `calls`: those that there are to the owners' numbers.
    """

    rules: CallRules
    known: Mapping[str, KnownVisit] = field(default_factory=dict)
    noted: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    calls: CallsBefore = NOTHING_BEFORE


@dataclass(frozen=True, slots=True)
class Written:
    """What the write of one change did. `failure` is set where the visit could not be read, or not be saved."""

    change: VisitChange
    calls_scheduled: int = 0
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class VisitWriter:
    """Writes the changes of one run, each under its lease."""

    records: ClinicRecords
    lease: Lease
    session_id: str
    clock: Clock

    def write(self, changes: Sequence[VisitChange], grounds: Grounds) -> Iterator[tuple[Written, ...]]:
        """Save visits in their order, so many at a time as come out of the iterator together.

        A problem of one visit alone is noted on the visit. Raises `Overtaken` where the grounds hold no more.
        """
        for batch in _batches(changes):
            written = self._together(batch, grounds) if len(batch) > 1 else None
            if written is not None:
                yield written
            else:
                yield from ((self._alone(change, grounds),) for change in batch)

    def note_read(self, unchanged: Sequence[VisitChange]) -> None:
        """That these visits were read, where that is all there is to write."""
        read = {change.visit_key: change.read_at for change in unchanged if change.read_at is not None}
        if not read:
            return
        read_at = min(read.values())
        try:
            with self.records.transaction() as tx, tx.in_passing():
                self.lease.hold(tx)
                tx.visits.seen(read, read_at=read_at)
        except Busy:
            # waiting with one visit in hand, nobody waits for another of them meanwhile
            for key in sorted(read):
                with self.records.transaction() as tx:
                    self.lease.hold(tx)
                    tx.visits.seen([key], read_at=read_at)

    def _together(self, changes: Sequence[VisitChange], grounds: Grounds) -> tuple[Written, ...] | None:
        """None where nothing was written, because of any of them, or of somebody who is writing one of them."""
        try:
            with self.records.transaction() as tx, tx.in_passing():
                return self._save(tx, changes, grounds)
        except (Busy, Entangled, Overtaken):
            return None
        except Failure as failure:
            if _ends_run(failure):
                raise
            return None

    def _alone(self, change: VisitChange, grounds: Grounds) -> Written:
        try:
            with self.records.transaction() as tx:
                return self._save(tx, [change], grounds)[0]
        except Failure as failure:
            if _ends_run(failure):
                raise
            refused = Failure(FailureCode.VISIT_NOT_SAVED, failure.detail)
            self._note_failure(change, grounds, refused)
            return Written(change, failure=refused)

    def _save(self, tx: Transaction, changes: Sequence[VisitChange], grounds: Grounds) -> tuple[Written, ...]:
        standings = self._standings(tx, changes, grounds)
        calls = write_visits(tx, changes, standings, self.clock.now(), self.session_id, grounds)
        return tuple(
            Written(change, calls.get(change.visit_key, 0), grounds.failures.get(change.visit_key))
            for change in changes
        )

    def _standings(
        self, tx: Transaction, changes: Sequence[VisitChange], grounds: Grounds
    ) -> dict[str, Standing]:
        """Lock the visits and make sure that nobody has decided otherwise since the facts were read."""
        phones = {
            change.visit_key: change.call.phone for change in changes if isinstance(change.call, JoinCall)
        }
        lease = (self.lease.holder_id, self.lease.epoch)
        standings = tx.standing.of([change.visit for change in changes], phones, lease)
        flags = grounds.rules.paused, grounds.rules.review
        for key, standing in standings.items():
            before = grounds.known.get(key)
            if standing.person != (before.person if before else None):
                raise Overtaken
            if key in phones and (standing.flags != flags or standing.never_called):
                raise Overtaken
        return standings

    def _note_failure(self, change: VisitChange, grounds: Grounds, failure: Failure) -> None:
        now, known = self.clock.now(), grounds.known.get(change.visit_key)
        failed = not_saved(change, known, grounds.rules, failure, now)
        with self.records.transaction() as tx:
            self.lease.hold(tx)
            if isinstance(change.call, LeaveCall):
                # what could not be saved must not leave a call behind that the rules had taken back
                leave = change.call
                tx.calls.leave(leave.call_id, change.visit_key, cancel=leave.cancel, why=leave.why, now=now)
            tx.visits.write([VisitWriting(failed, failure=failure)], session_id=self.session_id, now=now)
            tx.audit.add([_visit_entry(failed)], session_id=self.session_id)


def not_saved(
    change: VisitChange, known: KnownVisit | None, rules: CallRules, failure: Failure, now: datetime
) -> VisitChange:
    """What is kept of a visit that the records don't take: that it failed, unless nobody is called about it anyway."""
    person = known.person if known else None
    decision = decide(change.visit, rules, now, person=person, failure=failure)
    ignored = person is not None and person.choice is PersonChoice.IGNORE
    attention = decision.state is VisitState.FAILED and not ignored
    return replace(change, decision=decision, call=NoCallChange(), needs_attention=attention)


def _ends_run(failure: Failure) -> bool:
    """What is ours while a visit is saved is about that visit: the others go on."""
    decided = consequence(failure.code)
    return decided.ends_run and not decided.surfaces


def _batches(changes: Sequence[VisitChange]) -> Iterator[list[VisitChange]]:
    """What may be written together. Whoever takes a call back is alone: others may be on that call."""
    batch: list[VisitChange] = []
    taken: set[str] = set()
    for change in changes:
        ids = external_ids(change.visit)
        alone = isinstance(change.call, LeaveCall) or not ids
        if batch and (alone or len(batch) == TOGETHER or not taken.isdisjoint(ids)):
            yield batch
            batch, taken = [], set()
        if alone:
            yield [change]
        else:
            batch.append(change)
            taken.update(ids)
    if batch:
        yield batch


def write_visits(
    tx: Transaction,
    changes: Sequence[VisitChange],
    standings: Mapping[str, Standing],
    now: datetime,
    session_id: str | None,
    grounds: Grounds | None = None,
) -> dict[str, int]:
    """Write visits with their cases, notes, readings, calls and audit rows; how many calls were scheduled, by key.

    Without `grounds` all was read, and which other cases name the visits is looked up. `Entangled` where two of them
    stand for the same case.
    """
    failures = grounds.failures if grounds else {}
    cases = _write_cases(tx, changes, standings, now, grounds.noted if grounds else None)
    writings = [
        VisitWriting(change, cases.get(change.visit_key), failures.get(change.visit_key))
        for change in changes
    ]
    _write_contents(tx, writings, standings, now, session_id, is_read=grounds is not None)
    calls = _apply_calls(tx, changes, now)
    changes = _called_in_truth(tx, changes, calls, now)
    statuses, entries = [], []
    for change in changes:
        claim = standings[change.visit_key].claim
        is_own = claim.is_mine and claim.call_status in LIVE
        call = calls.get(change.visit_key) or _Call(claim.call_id if is_own else None)
        statuses.append(StatusOf(change, cases.get(change.visit_key), call.call_id))
        if call.action is not None:
            metadata = {"call_id": call.about, "visit_key": change.visit_key}
            entries.append(AuditEntry(call.action, "ok", metadata))
        entries.append(_visit_entry(change))
    with tx.one_trip():
        tx.consultations.put(statuses, now=now)
        tx.audit.add(entries, session_id=session_id)
    return {key: int(call.action is Action.CALL_SCHEDULED) for key, call in calls.items()}


@dataclass(frozen=True, slots=True)
class _Call:
    """A visit's call after its write; what happened (`action`), and to which call (`about`)."""

    call_id: str | None
    action: Action | None = None
    about: str | None = None


def _write_cases(
    tx: Transaction,
    changes: Sequence[VisitChange],
    standings: Mapping[str, Standing],
    now: datetime,
    noted: Mapping[str, str] | None,
) -> dict[str, str]:
    found = {change.visit_key: standings[change.visit_key].case_id for change in changes}
    unknown = [
        change.visit for change in changes if found[change.visit_key] is None and change.visit.consultation_id
    ]
    if unknown:
        noted = tx.cases.noted(unknown) if noted is None else noted
        found |= {visit.visit_key: noted.get(visit.consultation_id or "") for visit in unknown}
    there = [case_id for case_id in found.values() if case_id is not None]
    if len(set(there)) < len(there):
        raise Entangled
    wanted = [
        CaseOf(change.visit, change.case_status, change.decision.kind, found[change.visit_key])
        for change in changes
    ]
    cases = tx.cases.upsert(wanted, now=now)
    for change in changes:
        if change.visit_key in cases and change.decision.reason_code is ReasonCode.VANISHED:
            tx.cases.soft_close(cases[change.visit_key], change.why, now=now)
    return cases


def _write_contents(
    tx: Transaction,
    writings: Sequence[VisitWriting],
    standings: Mapping[str, Standing],
    now: datetime,
    session_id: str | None,
    *,
    is_read: bool,
) -> None:
    """The visits themselves, what was read of them, and their notes.

    What was only decided on again is kept as it was read: there may be more in it than this version knows.
    """
    anew: list[VisitWriting] = []
    again: list[VisitWriting] = []
    read: list[Visit] = []
    for writing in writings:
        failed = writing.change.decision.state is VisitState.FAILED
        # failed without a reading: decided on again, which was no attempt
        (again if failed and writing.failure is None else anew).append(writing)
        gone = writing.change.decision.reason_code is ReasonCode.VANISHED
        if not (failed or gone or writing.failure):
            read.append(writing.change.visit)
    texts: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for visit in read:
        status = standings[visit.visit_key].claim.call_status
        under_way = status is not None and status != "cancelled"
        texts[under_way][visit.visit_key] = visit.discharge_text
    # to count the attempts at a visit asks how many there were, and has to wait for the answer
    with nullcontext() if any(writing.failure for writing in anew) else tx.one_trip():
        for change in (writing.change for writing in again):
            attention = change.needs_attention
            tx.visits.restate(change.visit_key, change.decision, needs_attention=attention, now=now)
        tx.visits.write(anew, session_id=session_id, now=now)
        tx.readings.put(read if is_read else (), now)
        for under_way, kept in texts.items():
            tx.notes.put(kept, now=now, call_already_scheduled=under_way)


def _apply_calls(tx: Transaction, changes: Sequence[VisitChange], now: datetime) -> dict[str, _Call]:
    """Join the households' calls or leave them; the calls of the visits for which anything changed."""
    joins = {change.visit_key: change.call for change in changes if isinstance(change.call, JoinCall)}
    calls = {
        key: _Call(call_id, Action.CALL_SCHEDULED if created else Action.CALL_CHANGED, call_id)
        for key, (call_id, created) in (tx.calls.join(joins, now=now) if joins else {}).items()
        if call_id is not None
    }
    for change in changes:
        leave = change.call
        if isinstance(leave, LeaveCall) and tx.calls.leave(
            leave.call_id, change.visit_key, cancel=leave.cancel, why=leave.why, now=now
        ):
            if leave.cancel and _comes_back(tx, change):
                tx.set_aside.put(leave.call_id)
            action = Action.CALL_CANCELLED if leave.cancel else Action.CALL_CHANGED
            calls[change.visit_key] = _Call(None, action, leave.call_id)
    return calls


def _comes_back(tx: Transaction, change: VisitChange) -> bool:
    """Whether a switch of the clinic takes the call back, and nothing else."""
    decision = change.decision
    could_not_be_read = decision.state is VisitState.FAILED
    return decision.reason_code in SWITCHED_OFF or (could_not_be_read and any(tx.settings.lock_flags()))


def _called_in_truth(
    tx: Transaction, changes: Sequence[VisitChange], calls: Mapping[str, _Call], now: datetime
) -> list[VisitChange]:
    """The changes, but for those whose call somebody else was quicker with: they are not scheduled."""
    true: list[VisitChange] = []
    for change in changes:
        if isinstance(change.call, JoinCall) and change.visit_key not in calls:
            change = replace(change, decision=lost_to_another(change.decision), needs_attention=False)
            tx.visits.restate(change.visit_key, change.decision, needs_attention=False, now=now)
        true.append(change)
    return true


def _visit_entry(change: VisitChange) -> AuditEntry:
    failed = change.decision.state is VisitState.FAILED
    return AuditEntry(
        Action.VISIT_FAILED if failed else Action.VISIT_SYNCED,
        str(change.decision.state),
        {
            "visit_key": change.visit_key,
            "consultation_id": change.visit.consultation_id,
            "reason_code": str(change.decision.reason_code),
        },
    )

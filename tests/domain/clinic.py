"""A clinic's records in memory: applies the changes of a reconcile as the database would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from idexx_desktop.domain.changes import JoinCall, KnownCall, KnownVisit, LeaveCall, VisitChange, VisitRead
from idexx_desktop.domain.decisions import CallRules, PersonChoice
from idexx_desktop.domain.often_called import NOTHING_BEFORE, CallsBefore, CallTo
from idexx_desktop.domain.others_calls import HANDED_OVER, QUEUED
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.rules import decision_hash
from idexx_desktop.domain.visits import Visit
from tests.domain.builders import NOW, RULES, person


@dataclass
class Clinic:
    """Visits and calls as stored. A call keeps its members; only a queued one changes."""

    rules: CallRules = RULES
    now: datetime = NOW
    known: dict[str, KnownVisit] = field(default_factory=dict)
    calls: dict[str, KnownCall] = field(default_factory=dict)
    read: dict[str, Visit] = field(default_factory=dict)
    # how many calls other accounts have in each quarter of an hour
    elsewhere: Mapping[datetime, int] = field(default_factory=dict)
    # calls to numbers that none of these visits tells of
    before: CallsBefore = NOTHING_BEFORE

    def sync(self, *visits: Visit | VisitRead, stop_after: int | None = None) -> tuple[VisitChange, ...]:
        """Read these visits, reconcile and save; `stop_after` is a crash after so many writes."""
        reads = [self._now_read(item) for item in visits]
        changes = reconcile(
            reads, self.stored(), self.rules, self.now, (), self.elsewhere, self.calls_before()
        )
        self.read |= {read.visit.visit_key: read.visit for read in reads}
        for change in changes[:stop_after]:
            if not change.unchanged:
                self._apply(change)
            elif change.read_at is not None:
                known = self.known[change.visit_key]
                self.known[change.visit_key] = replace(known, last_read_at=change.read_at)
        return changes

    def _now_read(self, item: Visit | VisitRead) -> VisitRead:
        read = item if isinstance(item, VisitRead) else VisitRead(item)
        return read if read.failure else replace(read, read_at=self.now)

    def stored(self) -> dict[str, KnownVisit]:
        """What a run is told: every visit with its call as it is now."""
        return {key: replace(visit, call=self.call_of(key)) for key, visit in self.known.items()}

    def call_of(self, key: str) -> KnownCall | None:
        """The visit's call."""
        return next((call for call in self.calls.values() if key in call.visit_keys), None)

    def calls_before(self) -> CallsBefore:
        """What the records hold of calls to any number, as they tell it to a run."""
        there = (
            call for call in self.calls.values() if call.status in (QUEUED, *HANDED_OVER) and call.visit_keys
        )
        own = [CallTo(call.call_id, call.phone, call.scheduled_for) for call in there]
        return replace(self.before, own=(*self.before.own, *own))

    def queued(self) -> list[KnownCall]:
        """Every call that would be made."""
        return [call for call in self.calls.values() if call.status == "queued"]

    def decide(self, key: str, choice: PersonChoice, when: datetime | None = None) -> None:
        """Ana decides, having seen the visit as it was last read."""
        decided = person(choice, self.read[key], at=self.now, when=when)
        self.known[key] = replace(self.known[key], person=decided)

    def set_status(self, call_id: str, status: str) -> None:
        """The calling system, or somebody in the shared records, moves a call on."""
        cancelled_at = self.now if status == "cancelled" else None
        self.calls[call_id] = replace(self.calls[call_id], status=status, cancelled_at=cancelled_at)

    def _apply(self, change: VisitChange) -> None:
        self._apply_call(change)
        visit, decision, old = change.visit, change.decision, self.known.get(change.visit_key)
        hashed = decision_hash(decision)
        stored = KnownVisit(
            visit_key=change.visit_key,
            state=decision.state,
            reason_code=decision.reason_code,
            reason=decision.reason,
            content_hash=visit.content_hash(),
            decision_hash=hashed,
            visit_at=visit.visit_at,
            first_seen_at=old.first_seen_at if old else self.now,
            changed_at=old.changed_at if old and old.decision_hash == hashed else self.now,
            consultation_id=visit.consultation_id,
            patient_id=visit.patient_id,
            patient_name=visit.patient_name,
            client_id=visit.client_id,
            owner_name=visit.owner_name,
            branch=visit.branch,
            phone=decision.phone,
            needs_attention=change.needs_attention,
            trace=decision.trace,
            last_read_at=change.read_at or (old.last_read_at if old else None),
        )
        if old is not None:
            stored = replace(
                stored,
                person=old.person,
                call_enabled=old.call_enabled,
                claimed_elsewhere=old.claimed_elsewhere,
            )
        self.known[change.visit_key] = stored

    def _apply_call(self, change: VisitChange) -> None:
        if isinstance(change.call, LeaveCall):
            if change.call.cancel:
                self._remove(change.call.call_id, self.calls[change.call.call_id].visit_keys)
            else:
                self._remove(change.call.call_id, {change.visit_key})
        if isinstance(change.call, JoinCall):
            self._join(change.call, change.visit_key)

    def _join(self, join: JoinCall, key: str) -> None:
        if join.leaves is not None:
            self._remove(join.leaves, {key})
        old = self.call_of(key)
        if old is not None and old.status == "cancelled":
            self._remove(old.call_id, {key})
        existing = (call for call in self.queued() if call.visit_keys & join.household)
        call = self.calls.get(join.call_id or "") or next(existing, None)
        call_id = call.call_id if call else f"call-{len(self.calls) + 1}"
        members = (call.visit_keys if call else frozenset()) | {key}
        self.calls[call_id] = KnownCall(
            call_id, "queued", join.scheduled_for, join.phone, members, terms=join.terms
        )

    def _remove(self, call_id: str, keys: Iterable[str]) -> None:
        call = self.calls[call_id]
        left = call.visit_keys - frozenset(keys)
        status = call.status if left or call.status != "queued" else "cancelled"
        self.calls[call_id] = replace(call, visit_keys=left, status=status)

"""A clinic's records in memory: what the database keeps of visits, calls, decisions and runs, and how it is written.

Reconcile, rules and plans are the program's own; this stands for the SQL around them. That it does what the SQL does
is shown by playing the same weeks on both (`test_week.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from idexx_desktop.domain import reconcile as rules_over_days
from idexx_desktop.domain.cases import DEATHS, tells_of_death
from idexx_desktop.domain.changes import (
    JoinCall,
    KnownCall,
    KnownVisit,
    LeaveCall,
    VisitChange,
    VisitRead,
    seen_first_now,
)  # fmt: skip
from idexx_desktop.domain.decisions import (
    CallRules,
    PersonDecision,
    ReasonCode,
)  # fmt: skip
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.others_calls import CALL_GONE, LIVE, kept_until
from idexx_desktop.domain.same_visit import Identity
from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.domain.visits import Visit, VisitState
from idexx_desktop.sync.claims import numbers_by_visit
from tests.simulation.often import calls_before
from tests.simulation.persons import decided_on
from tests.simulation.reaching import failure_mark, reason_mark
from tests.simulation.rows import (
    CANCELLED,
    QUEUED,
    Call,
    Run,
    as_told,
    by_quarter,
    decided,
    stored,
    stored_failed,
)  # fmt: skip
from tests.simulation.standing import Standing
from tests.simulation.told import with_deaths_told
from tests.simulation.tried import tries

OPEN = (VisitState.HELD, VisitState.WAITING, VisitState.FAILED)


@dataclass(slots=True)
class MemoryRecords:
    """One clinic. `visits`, `readings` and `on_call` are each user's own, by user and key; all else is shared.

    `cases`: whose the case of a visit is, by its key. `resting`: to which number, and until when, a visit's state rests
    on a colleague's call. `suspended`: why a sign-in is. `made`: how many calls there were ever. `outcomes`: what came
    of each try that people made, and when. `ever`: every call that a visit was on.
    """

    rules: CallRules
    visits: dict[tuple[str, str], KnownVisit] = field(default_factory=dict)
    readings: dict[tuple[str, str], Visit] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    on_call: dict[tuple[str, str], str] = field(default_factory=dict)
    outcomes: dict[str, list[tuple[CallOutcomeKind, datetime]]] = field(default_factory=dict)
    told_deaths: list[ToldDeath] = field(default_factory=list)
    ever: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    decisions: dict[str, PersonDecision] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    runs: list[Run] = field(default_factory=list)
    suspended: dict[str, FailureCode] = field(default_factory=dict)
    reached: Counter[str] = field(default_factory=Counter)
    standing: Standing = field(default_factory=Standing)
    resting: dict[tuple[str, str], tuple[str | None, datetime | None]] = field(default_factory=dict)
    made: int = 0

    def of(self, user: str) -> dict[str, KnownVisit]:
        """Every visit of a user as a run is told of it, by key."""
        return {key: self.one(user, key) for owner, key in self.visits if owner == user}

    def one(self, user: str, key: str) -> KnownVisit:
        """One visit with its call and what a person decided."""
        stored = self.visits[user, key]
        call, person = self.call_of(user, key), self.person(user, key, stored.consultation_id)
        enabled = not (key in self.disabled and self.cases.get(key, user) == user)
        claimed = stored.reason_code is ReasonCode.COLLEAGUE
        tried = tries(self, user, key, stored.consultation_id)
        as_stored = (stored.call, stored.person, stored.call_enabled, stored.claimed_elsewhere, stored.tries)
        if (call, person, enabled, claimed, tried) == as_stored:
            return stored
        return replace(
            stored, call=call, person=person, call_enabled=enabled, claimed_elsewhere=claimed, tries=tried
        )

    def person(self, user: str, key: str, consultation_id: str | None) -> PersonDecision | None:
        """The decision that holds for a visit: see `decided_on`."""
        stored = self.visits.get((user, key))
        return decided_on(self.decisions, key, {consultation_id, stored.consultation_id if stored else None})

    def call_of(self, user: str, key: str) -> KnownCall | None:
        """The call that a visit is on, where it is this user's."""
        call_id = self.on_call.get((user, key))
        if call_id is None:
            return None
        call = self.calls[call_id]
        ended = call.ended_at if call.status == CANCELLED else None
        return KnownCall(
            call_id, call.status, call.scheduled_for, call.phone, self.members(call_id), ended, call.terms
        )

    def members(self, call_id: str) -> frozenset[str]:
        """The visits on a call."""
        return frozenset(key for (_, key), on in self.on_call.items() if on == call_id)

    def others(self, user: str, visit: Visit) -> list[tuple[str, Call]]:
        """The calls that are not cancelled which other users have for a visit, under whatever key."""
        walk_in = f"c:{visit.consultation_id}" if visit.consultation_id else ""
        found = set()
        for (owner, key), call_id in self.on_call.items():
            stored = self.visits.get((owner, key))
            theirs = f"c:{stored.consultation_id}" if stored and stored.consultation_id else "none"
            if owner != user and (key == visit.visit_key or theirs == walk_in):
                found.add(call_id)
        calls = [(call_id, self.calls[call_id]) for call_id in sorted(found)]
        live = [(call_id, call) for call_id, call in calls if call.status != CANCELLED]
        return sorted(live, key=lambda each: each[1].scheduled_for)

    def reads_as(self, user: str, key: str) -> tuple[VisitState, str]:
        """State and reason of a visit as pages show them: what has no call any more doesn't read as scheduled."""
        stored = self.visits[user, key]
        on_call = self.on_call.get((user, key), "")
        own, shared = self.calls.get(on_call), self.calls.get(stored.others_call or "")
        called = (own is not None and (own.status in LIVE or on_call in self.outcomes)) or (
            shared is not None and self._rests(user, key, shared)
        )
        if stored.state is not VisitState.SCHEDULED or called:
            return stored.state, stored.reason_code
        return VisitState.HELD, CALL_GONE.get(own.status if own else None, CALL_GONE[None])[0]

    def _rests(self, user: str, key: str, shared: Call) -> bool:
        phone, until = self.resting[user, key]
        is_there = shared.user not in self.standing.gone and shared.phone == phone
        in_time = shared.status != QUEUED or (until is not None and shared.scheduled_for <= until)
        return is_there and in_time and shared.status in LIVE

    def count_missing(self) -> None:
        """Count the visits that read as called no more, by the reason that they show."""
        there = ((user, key) for user, key in self.visits if user not in self.standing.gone)
        for user, key in there:
            state, reason = self.reads_as(user, key)
            if state is not self.visits[user, key].state:
                self.reached[reason_mark(ReasonCode(reason))] += 1

    def uncalled(self, user: str) -> frozenset[str]:
        """The visits that were decided to be called, and whose call is there no more."""
        mine = [(key, visit) for (owner, key), visit in self.visits.items() if owner == user]
        scheduled = (key for key, visit in mine if visit.state is VisitState.SCHEDULED)
        return frozenset(key for key in scheduled if self.reads_as(user, key)[0] is VisitState.HELD)

    def queued(self, user: str) -> dict[str, Call]:
        """The calls of a user that would be made."""
        return {key: call for key, call in self.calls.items() if (call.user, call.status) == (user, QUEUED)}

    def is_due_by(self, user: str, until: datetime) -> bool:
        """Whether any queued call of a user is due until then."""
        return any(call.scheduled_for <= until for call in self.queued(user).values())

    def known(
        self, user: str, start: datetime, end: datetime, also: Collection[str] = ()
    ) -> dict[str, KnownVisit]:
        """The visits of a window, those `also` asked for by key, and every open one."""
        return {
            key: self.one(user, key)
            for (owner, key), stored in self.visits.items()
            if owner == user
            if stored.state in OPEN
            or key in also
            or (stored.visit_at is not None and start <= stored.visit_at < end)
            or self._is_queued(user, key)
        }

    def deaths(self, user: str, since: datetime) -> dict[str, KnownVisit]:
        """The visits since an instant that are closed and tell of the pet's death."""
        closed = (*DEATHS, ReasonCode.NO_CALL_BY_PERSON)
        return {
            key: visit
            for (owner, key), stored in self.visits.items()
            if owner == user and stored.reason_code in closed
            if stored.visit_at is not None and stored.visit_at >= since
            if tells_of_death(visit := self.one(user, key))
        }

    def claimed(
        self, user: str, reads: Iterable[VisitRead], known: Mapping[str, KnownVisit], now: datetime
    ) -> dict[str, KnownVisit]:
        """Says of each visit that was read which calls others have for it."""
        result, reads = dict(known), list(reads)
        found = {read.visit.visit_key: self.others(user, read.visit) for read in reads}
        numbers = numbers_by_visit(reads, known, self.rules, now) if any(found.values()) else {}
        for read in reads:
            key = read.visit.visit_key
            of_owner = numbers.get(key, frozenset()) if found[key] else frozenset()
            before, person = result.get(key), self.person(user, key, read.visit.consultation_id)
            off = key in self.disabled and self.cases.get(key, user) != user
            if before is None and (found[key] or person is not None or off):
                before = seen_first_now(read.visit, now)
            if before is not None:
                others = tuple(as_told(each, of_owner, before, self.standing.gone) for each in found[key])
                result[key] = replace(
                    before,
                    claimed_elsewhere=False,
                    others=others,
                    numbers=of_owner,
                    off_elsewhere=off,
                    person=person,
                )
        return result

    def reconcile(
        self,
        user: str,
        reads: list[VisitRead],
        known: Mapping[str, KnownVisit],
        now: datetime,
        taken: Iterable[datetime] = (),
    ) -> tuple[VisitChange, ...]:
        """What has to be written for these readings; `taken`: when calls are that `known` doesn't tell of."""
        claimed = with_deaths_told(self, reads, self.claimed(user, reads, known, now), now)
        elsewhere = by_quarter(self.calls.values(), user, now)
        before = calls_before(self, user)
        return rules_over_days.reconcile(reads, claimed, self.rules, now, taken, elsewhere, before)

    def write(self, user: str, change: VisitChange, now: datetime, failure: Failure | None = None) -> int:
        """Write one visit with its call; returns how many calls were scheduled.

        A visit that could not be read, and is decided on again without a `failure`, was not tried again.
        """
        key = change.visit_key
        old = self.visits.get((user, key))
        if failure is not None:
            self.visits[user, key] = stored_failed(change, old, failure, now)
        elif change.decision.state is VisitState.FAILED and old is not None:
            self.visits[user, key] = replace(old, **decided(change, old, now))
        else:
            self.visits[user, key] = stored(change, old, now)
            if change.decision.reason_code is not ReasonCode.VANISHED:
                self.readings[user, key] = change.visit
        others = change.others
        self.resting[user, key] = (others.phone, kept_until(others)) if others else (None, None)
        if failure is None or failure.code is not FailureCode.VISIT_NOT_SAVED:
            self.cases.setdefault(key, user)
        self.reached[reason_mark(change.decision.reason_code)] += 1
        if failure is not None:
            self.reached[failure_mark(failure.code)] += 1
        if isinstance(change.call, JoinCall):
            return self._join(user, change.call, key, now)
        if isinstance(change.call, LeaveCall):
            self._leave(change.call, key, now)
        return 0

    def seen(self, user: str, key: str, read_at: datetime) -> None:
        """A visit was read, and nothing about it changed."""
        stored = self.visits[user, key]
        self.visits[user, key] = replace(
            stored, last_read_at=read_at, last_attempt_at=read_at, attempts=0, next_try_at=None
        )

    def identities(self, user: str, since: datetime) -> list[Identity]:
        """By what this user's visits from an instant on are known again."""
        found = []
        for (whose, key), visit in self.visits.items():
            if whose != user or visit.visit_at is None or visit.visit_at < since:
                continue
            read = self.readings.get((user, key))
            appointment_id = read.appointment_id if read else None
            if appointment_id is None and key.startswith("a:"):
                appointment_id = key.removeprefix("a:")
            found.append(Identity(key, appointment_id, visit.consultation_id))
        return found

    def follow_walk_ins(self, user: str, listed: Iterable[Visit]) -> frozenset[str]:
        """A walk-in that has an appointment now goes on under it; returns those that cannot."""
        superseded = set()
        for visit in listed:
            old, new = f"c:{visit.consultation_id}", visit.visit_key
            if visit.consultation_id is None or new.startswith("c:"):
                continue
            if old in self.cases:
                self.cases.setdefault(new, self.cases[old])
            if (user, old) not in self.visits:
                continue
            if (user, new) in self.visits:
                superseded.add(old)
            else:
                self._rename(user, old, new)
        return frozenset(superseded)

    def add_call(self, call: Call) -> str:
        """A new call; its id."""
        self.made += 1
        call_id = f"{self.made:04d}"
        self.calls[call_id] = call
        return call_id

    def remove_call(self, call_id: str) -> None:
        """As if it had never been."""
        self._take_off(call_id, self.members(call_id))
        del self.calls[call_id]
        self.outcomes.pop(call_id, None)

    def cancel(self, call_id: str, now: datetime) -> None:
        """Take a queued call back for every visit on it."""
        call = self.calls[call_id]
        if call.status != QUEUED:
            return
        call.status, call.ended_at = CANCELLED, now
        self._take_off(call_id, self.members(call_id))

    def _is_queued(self, user: str, key: str) -> bool:
        call_id = self.on_call.get((user, key))
        return call_id is not None and self.calls[call_id].status == QUEUED

    def _rename(self, user: str, old: str, new: str) -> None:
        self.visits[user, new] = replace(self.visits.pop((user, old)), visit_key=new)
        self.resting[user, new] = self.resting.pop((user, old))
        if (user, old) in self.readings:
            self.readings[user, new] = replace(self.readings.pop((user, old)), visit_key=new)
        if (user, old) in self.on_call:
            self._put_on(user, new, self.on_call.pop((user, old)))
        if old in self.disabled and self.cases.get(old) == user:
            self.disabled = (self.disabled - {old}) | {new}

    def _join(self, user: str, join: JoinCall, key: str, now: datetime) -> int:
        own = self.on_call.get((user, key))
        if own is not None and self.calls[own].status not in (QUEUED, CANCELLED):
            return 0
        household = [(user, each) for each in {*join.household, key}]
        together = sorted({self.on_call[each] for each in household if each in self.on_call})
        existing = (each for each in together if self.calls[each].status == QUEUED and each != join.leaves)
        target = join.call_id or next(existing, None)
        if own is not None and own != target:
            self._take_off(own, {key})
            self._settle(own, now)
        created = target is None
        if target is None:
            target = self.add_call(Call(user, join.phone, join.scheduled_for))
        self._put_on(user, key, target)
        call = self.calls[target]
        call.phone, call.scheduled_for, call.terms = join.phone, join.scheduled_for, join.terms
        return int(created)

    def _leave(self, leave: LeaveCall, key: str, now: datetime) -> None:
        if leave.cancel:
            self.cancel(leave.call_id, now)
        elif self.calls[leave.call_id].status == QUEUED:
            self._take_off(leave.call_id, {key})
            self._settle(leave.call_id, now)

    def _put_on(self, user: str, key: str, call_id: str) -> None:
        self.on_call[user, key] = call_id
        self.ever.setdefault((user, key), set()).add(call_id)

    def _take_off(self, call_id: str, keys: Collection[str]) -> None:
        user = self.calls[call_id].user
        for key in keys:
            if self.on_call.get((user, key)) == call_id:
                del self.on_call[user, key]

    def _settle(self, call_id: str, now: datetime) -> None:
        if not self.members(call_id):
            self.cancel(call_id, now)

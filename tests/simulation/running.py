"""A run over the records in memory: which days, in which order, with what goes wrong, as the engine does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from idexx_desktop.domain.call_backs import CallBacks
from idexx_desktop.domain.cases import member_of
from idexx_desktop.domain.changes import (
    KnownVisit,
    LeaveCall,
    NoCallChange,
    VisitChange,
    VisitRead,
    from_known,
)
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.freshness import LIMIT, SEEMS_TO_COME
from idexx_desktop.domain.joining import as_one
from idexx_desktop.domain.looks import to_hold, to_read
from idexx_desktop.domain.reconcile import also_concerned, new_calls_at, with_household
from idexx_desktop.domain.routing import consequence
from idexx_desktop.domain.same_visit import going_on, replaced
from idexx_desktop.domain.visits import Visit, VisitState
from idexx_desktop.sync import plan
from idexx_desktop.sync.deciding import as_last_read
from idexx_desktop.sync.parts import DEATHS_REMEMBERED, DEFAULT_HOURS, SEEN_BEFORE
from idexx_desktop.sync.reading import Listed
from idexx_desktop.sync.writing import not_saved
from tests.simulation.held_call import hold_call
from tests.simulation.memory import OPEN, MemoryRecords
from tests.simulation.neo import NeoModel
from tests.simulation.rows import QUEUED, Run


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ends early: with this code, after so many visits were written; -1: before the lists were read.

    Without a code: it finished, and only its lease was not given back. `has_row`: it was begun in the history.
    `keeps_lease`: nobody gave the lease back. `noted`: on how many days it was noted what was read; None: on all.
    """

    code: FailureCode | None
    writes: int
    has_row: bool = True
    keeps_lease: bool = False
    noted: int | None = None


@dataclass(slots=True)
class MemoryRun:
    """One run of a user. `unchanged` and `changed` say what became of each visit; `read` what was asked of Neo.

    `refused`: the visits that the records don't take. `ahead`: how far the computer's clock is.
    """

    records: MemoryRecords
    neo: NeoModel
    user: str
    now: datetime
    only: frozenset[str] | None = None
    whole: bool = True
    ending: Ending | None = None
    meanwhile: Callable[[], object] | None = None
    refused: frozenset[str] = frozenset()
    ahead: timedelta = timedelta()
    changed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    read: dict[str, VisitRead] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    listed: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    whole_rows: frozenset[str] = frozenset()
    noted: int = 0
    call_backs: CallBacks = field(default_factory=CallBacks)

    def run(self) -> None:
        """From start to end."""
        if self.ending is not None and not self.ending.has_row:
            return
        records = self.records
        for row in records.runs:
            if row.user == self.user and row.status == "running":
                row.status, row.code = "timeout", str(FailureCode.CRASHED)
        run = Run(self.user, self.now, self.only is None)
        window = plan.window(self.now, records.rules.zone, DEFAULT_HOURS, last_completed(records, self.user))
        records.runs.append(run)
        if self.ending is None or self.ending.writes >= 0:
            self._work(window, run)
        self._close(run)

    def _work(self, window: plan.Span, run: Run) -> None:
        for _, visits in sorted(self._days(window).items(), reverse=True):
            day = [self._read(visit, listed) for visit, listed in visits]
            if not self._save(day, window, run):
                return
        waiting = held_unread(self.records, self.user)
        if waiting and not self._ends(run):
            written, calls = redecide(self.records, self.user, self.now, waiting)
            run.written, run.calls = run.written + written, run.calls + calls

    def _days(self, window: plan.Span) -> dict[date, list[tuple[Visit, bool]]]:
        """What is to be read of each day: each visit, and whether the lists show it."""
        records, zone = self.records, self.records.rules.zone
        uncalled = records.uncalled(self.user)
        known = records.known(self.user, window.start, window.end, uncalled)
        times = [visit.visit_at for visit in known.values() if visit.visit_at is not None]
        asked_for = frozenset(known)
        if self.meanwhile is not None:
            self.meanwhile()
        listed = self._lists(plan.spans_to_read(window, times, zone))
        told = [at for at in self._told_by_pages(known, listed) if at < window.start]
        if told:
            listed = self._lists(plan.spans_to_read(window, [*times, *told], zone))
        self.call_backs = self.neo.open_call_backs()
        identities = records.identities(self.user, window.start - SEEN_BEFORE)
        listed.visits = as_one(listed.visits)
        first_keys = going_on(listed.visits.values(), identities)
        renamed = (replace(visit, visit_key=first_keys.get(key, key)) for key, visit in listed.visits.items())
        listed.visits = {visit.visit_key: visit for visit in renamed}
        superseded = records.follow_walk_ins(self.user, listed.visits.values())
        superseded |= replaced(listed.visits.values(), identities)
        self.listed = frozenset(listed.visits)
        self.also = self.listed | uncalled
        self.whole_rows = frozenset(
            key
            for key, visit in listed.visits.items()
            if self.whole or visit.appointment is not None or visit.appointment_id is None
        )
        known = records.known(self.user, window.start, window.end, self.also)
        new = [
            member_of(visit, None, None, records.rules, self.now)
            for key, visit in listed.visits.items()
            if key not in known
        ]
        wanted = None if self.only is None else with_household(self.only, known, zone, new)
        today = self.now.astimezone(zone).date()
        days: dict[date, list[tuple[Visit, bool]]] = {}
        for visit, is_listed in self._entries(listed, known, superseded, asked_for):
            if wanted is None and self._waits(visit, known):
                self.waiting.add(visit.visit_key)
            elif wanted is None or visit.visit_key in wanted:
                day = plan.local_day(visit.visit_at, zone, today)
                days.setdefault(day, []).append((visit, is_listed))
        return days

    def _lists(self, spans: Iterable[plan.Span]) -> Listed:
        listed = Listed()
        for span in spans:
            found = self.neo.lists(span.start, span.end, whole=self.whole)
            listed.visits.update((visit.visit_key, visit) for visit in found.visits)
        return listed

    def _told_by_pages(self, known: Mapping[str, KnownVisit], listed: Listed) -> list[datetime]:
        """When the visits without a time are that no list shows."""
        shown = {visit.consultation_id for visit in listed.visits.values()}
        told = []
        for key, stored in known.items():
            visit = from_known(key, stored)
            gone = stored.reason_code is ReasonCode.VANISHED or visit.consultation_id in shown
            if stored.visit_at is None and self.whole and not gone:
                read = self._ask(visit, listed=False)
                told += [read.visit.visit_at] if read.visit.visit_at is not None else []
        return told

    def _entries(
        self,
        listed: Listed,
        known: dict[str, KnownVisit],
        superseded: Collection[str],
        asked_for: Collection[str],
    ) -> list[tuple[Visit, bool]]:
        entries = [(visit, True) for visit in listed.visits.values()]
        for key, stored in known.items():
            if key in listed.visits or stored.reason_code is ReasonCode.VANISHED:
                continue
            if key in superseded:
                self.read[key] = VisitRead(from_known(key, stored), vanished=True)
            if (self.whole and key in asked_for) or key in superseded:
                entries.append((from_known(key, stored), False))
        return entries

    def _waits(self, visit: Visit, known: dict[str, KnownVisit]) -> bool:
        """Whether a visit failed so often that it is not read in this run."""
        stored = known.get(visit.visit_key)
        if stored is None or stored.next_try_at is None or visit.visit_key in self.read:
            return False
        same = visit.as_listed().content_hash() == stored.failed_hash
        return stored.next_try_at > self.now and same and stored.call is None

    def _read(self, visit: Visit, listed: bool) -> VisitRead:
        read = self.read.get(visit.visit_key) or self._ask(visit, listed)
        self.read[visit.visit_key] = read
        return read

    def _ask(self, visit: Visit, listed: bool) -> VisitRead:
        read_at = self.now if visit.visit_key in self.whole_rows or not listed else None
        if visit.consultation_id is None:
            return VisitRead(visit, vanished=not listed, read_at=read_at)
        try:
            page = self.neo.page(visit.consultation_id)
        except Failure as failure:
            if not listed and failure.code is FailureCode.CONSULTATION_MISSING:
                return VisitRead(visit, vanished=True, read_at=read_at)
            return VisitRead(visit, failure=failure)
        self.neo.pages_read[self.user, visit.consultation_id] = self.now - self.ahead
        whole = replace(visit, consultation=page)
        return VisitRead(replace(whole, callbacks=self.call_backs.about(whole)), read_at=read_at)

    def _save(self, day: list[VisitRead], window: plan.Span, run: Run) -> bool:
        """Write what changed of one day; False where the run ends in it."""
        records = self.records
        known = records.known(self.user, window.start, window.end, self.also)
        zone = records.rules.zone
        for day_before in plan.days_before(window, [read.visit.visit_at for read in day], zone):
            known |= records.known(self.user, *plan.day_bounds(day_before, zone))
        known |= records.deaths(self.user, self.now - DEATHS_REMEMBERED)
        concerned: set[str] = set()
        changes = records.reconcile(self.user, day, known, self.now)
        self._note(changes)
        for change in changes:
            failure = self.read[change.visit_key].failure
            to_write = change
            if self._is_refused(change):
                failure = Failure(FailureCode.VISIT_NOT_SAVED)
                claimed = records.claimed(self.user, day, known, self.now)
                to_write = self._not_saved(change, claimed, failure)
            if not change.unchanged or failure is not None:
                if self._ends(run):
                    return False
                run.calls += records.write(self.user, to_write, self.now, failure)
                run.written += 1
            concerned |= also_concerned([change], known, records.rules.zone)
            if failure is not None:
                self.failed.add(change.visit_key)
            elif not change.unchanged:
                self.changed.add(change.visit_key)
            run.synced += failure is None
        concerned -= {read.visit.visit_key for read in day}
        if concerned:
            if self._ends(run):
                return False
            written, calls = redecide(records, self.user, self.now, concerned)
            run.written, run.calls = run.written + written, run.calls + calls
        return True

    def _is_refused(self, change: VisitChange) -> bool:
        """Whether the records don't take what was read of a visit."""
        return change.visit_key in self.refused and not change.unchanged and change.read_at is not None

    def _not_saved(
        self, change: VisitChange, known: Mapping[str, KnownVisit], failure: Failure
    ) -> VisitChange:
        """That it failed; a call is taken back all the same."""
        kept = not_saved(change, known.get(change.visit_key), self.records.rules, failure, self.now)
        call = change.call if isinstance(change.call, LeaveCall) else NoCallChange()
        return replace(kept, call=call, read_at=None)

    def _note(self, changes: Sequence[VisitChange]) -> None:
        """That what did not change was read."""
        self.noted += 1
        if self.ending is not None and self.ending.noted is not None and self.noted > self.ending.noted:
            return
        for change in changes:
            if change.unchanged and change.read_at is not None:
                self.records.seen(self.user, change.visit_key, change.read_at)

    def _ends(self, run: Run) -> bool:
        ending = self.ending
        return ending is not None and ending.code is not None and run.written >= ending.writes

    def _close(self, run: Run) -> None:
        run.failed = len(self.failed | self.waiting)
        if self.ending is None or self.ending.code is None:
            run.status = "completed"
        elif self.ending.code is not FailureCode.CRASHED:
            run.status = consequence(self.ending.code).closes_as
            run.code = str(self.ending.code)


def last_completed(records: MemoryRecords, user: str) -> datetime | None:
    """When the newest run of a user began that read everything."""
    found = (
        run.started_at
        for run in records.runs
        if run.user == user and run.status == "completed" and run.everything
    )
    return max(found, default=None)


def hold_unread(records: MemoryRecords, user: str, now: datetime, of_server: datetime) -> None:
    """Hold what is nearly due, and was not read shortly before: one's own by the rules, then what colleagues have.

    `now` is the time of the user's computer, by which readings that seem yet to come are forgotten first.
    """
    zone = records.rules.zone
    for (owner, key), visit in records.visits.items():
        to_come = visit.last_read_at is not None and visit.last_read_at > now + SEEMS_TO_COME
        if owner == user and to_come:
            records.visits[owner, key] = replace(visit, last_read_at=None)
    if now == of_server:
        records.standing.unnoticed.discard(user)
    if records.is_due_by(user, now + LIMIT):
        doomed = to_hold(records.known(user, now, now), zone, now)
        if doomed:
            redecide(records, user, now, frozenset().union(*doomed.values()))
    for other in sorted({owner for owner, _ in records.visits} - {user}):
        if records.is_due_by(other, of_server + LIMIT):
            for call_id in to_hold(records.known(other, of_server, of_server), zone, of_server):
                hold_call(records, other, call_id, of_server)


def held_unread(records: MemoryRecords, user: str) -> frozenset[str]:
    """The visits whose calls wait for a reading."""
    return frozenset(
        key
        for (owner, key), visit in records.visits.items()
        if owner == user and visit.reason_code is ReasonCode.NOT_LOOKED_AT
    )


def wanted_looks(records: MemoryRecords, user: str, now: datetime) -> frozenset[str]:
    """The visits that the schedule reads now, because of their calls."""
    if not held_unread(records, user) and not records.is_due_by(user, now + LIMIT):
        return frozenset()
    return to_read(records.known(user, now, now), records.rules.zone, now)


def redecide(
    records: MemoryRecords, user: str, now: datetime, keys: Collection[str] | None = None
) -> tuple[int, int]:
    """The rules once more over what was read before, as after a person's decision: visits changed, calls made."""
    zone = records.rules.zone
    today = now.astimezone(zone).date()
    wanted: set[date] | None = None
    if keys is not None:
        times = [records.visits[user, key].visit_at for key in keys if (user, key) in records.visits]
        wanted = {plan.local_day(moment, zone, today) for moment in times}
    known = records.deaths(user, now - DEATHS_REMEMBERED)
    for day in {today} if wanted is None else wanted:
        known |= records.known(user, *plan.day_bounds(day, zone))
    days: dict[date, list[str]] = {}
    for key, visit in known.items():
        day = plan.local_day(visit.visit_at, zone, today)
        queued = visit.call is not None and visit.call.status == QUEUED
        is_open = visit.state in OPEN or queued or day == today
        if (is_open if wanted is None else day in wanted) and visit.reason_code is not ReasonCode.VANISHED:
            days.setdefault(day, []).append(key)
    written = calls = 0
    taken: list[datetime] = []
    for _, day_keys in sorted(days.items(), reverse=True):
        reads = [
            read for key in sorted(day_keys) if (read := _as_read(records, user, known[key], now)) is not None
        ]
        decided = records.reconcile(user, reads, known, now, taken)
        taken += new_calls_at(decided)
        for change in decided:
            if _matters(change, known[change.visit_key]):
                calls += records.write(user, change, now)
                written += 1
    return written, calls


def _as_read(records: MemoryRecords, user: str, known: KnownVisit, now: datetime) -> VisitRead | None:
    reading = records.readings.get((user, known.visit_key))
    return as_last_read(known.visit_key, known, reading, records.rules, now)


def _matters(change: VisitChange, known: KnownVisit) -> bool:
    if change.decision.state is not VisitState.FAILED:
        return not change.unchanged
    return not isinstance(change.call, NoCallChange) or known.needs_attention != change.needs_attention

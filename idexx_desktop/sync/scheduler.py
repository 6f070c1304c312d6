"""When syncs run by themselves: our own schedule table is the truth, the ticker only makes us look.

Each tick compares the wall clock with the instant that is due. A due instant that passed while the computer slept or
was off is a missed run with its reason, caught up by one run, whatever the number of misses.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.clock import seconds_with_sleep
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.misses import Miss, MissReason, Tick, misses
from idexx_desktop.sync.due import plan_of
from idexx_desktop.sync.looking import hold_unread, judge_queued, wanted_looks
from idexx_desktop.sync.network import network_is_there
from idexx_desktop.sync.parts import SyncParts
from idexx_desktop.sync.recovery import close_stale_runs, is_alive
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.sync.ticking import Ticker
from idexx_desktop.sync.told_deaths import follow_deaths
from idexx_desktop.sync.worker import Syncer

log = structlog.get_logger()

TICK_SECONDS = 20
# two looks that are further apart (in seconds that count sleep) had the computer's sleep between them
_SLEPT = 60
# so many seconds after waking or starting, a run waits for the network to come up; then it fails, and says so
NETWORK_PATIENCE = 300
# so long after a look before calls, or a run that didn't finish, no other look starts by itself
LOOKS_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Wish:
    """A run that ought to start; `only_visits` None reads everything."""

    trigger: Trigger
    only_visits: frozenset[str] | None = None


class ScheduleRunner:
    """Starts the syncs that are due. `start` and `stop` once each.

    `chores` are what a program that stays open does besides: each is called at each tick and knows when it is due.
    `elapsed` counts seconds, those of the computer's sleep too; `network` says whether Neo can be reached at all.
    """

    def __init__(
        self,
        parts: SyncParts,
        syncer: Syncer,
        chores: Sequence[Callable[[], object]] = (),
        *,
        elapsed: Callable[[], float] = seconds_with_sleep,
        network: Callable[[], bool] | None = None,
    ) -> None:
        self._parts = parts
        self._syncer = syncer
        self._chores = chores
        self._elapsed = elapsed
        self._network = network or partial(network_is_there, parts)
        self._last_tick: Tick | None = None
        self._awake_since = 0.0
        # what kept the last tick from starting a run that was due
        self._hindrance = MissReason.BUSY
        self._lock = threading.Lock()
        self._ticker = Ticker(self.tick, TICK_SECONDS)

    def start(self) -> None:
        """Begin to tick, at once and then every 20 seconds."""
        self._ticker.start()

    def stop(self) -> None:
        """Stop ticking; a run that is under way is the syncer's to stop."""
        self._ticker.stop()

    def tick(self) -> None:
        """Look once: note misses, start what is due, and write down when the next one is."""
        with self._lock:
            now = Tick(self._parts.clock.now(), self._elapsed())
            last, self._last_tick = self._last_tick, now
            if last is None or now.elapsed - last.elapsed > _SLEPT:
                self._awake_since = now.elapsed
            try:
                self._hold(now, last)
                self._tidy(now.wall)
                wish = self._decide(last, now)
                self._hindrance = self._start(wish, now) if wish else MissReason.BUSY
            except Failure as failure:
                self._hindrance = MissReason.RECORDS
                log.warning("schedule.tick", code=str(failure.code))
                return
            for chore in self._chores:
                chore()

    def _hold(self, now: Tick, last: Tick | None) -> None:
        """Calls that must not be made unread are held first of all, whatever keeps a run from starting."""
        if not self._parts.read_only:
            anew = last is None or now.is_set_back_since(last)
            hold_unread(self._parts.records, now.wall, anew=anew)
            follow_deaths(self._parts.records, now.wall)
            if last is None:
                judge_queued(self._parts.records, now.wall)

    def _tidy(self, now: datetime) -> None:
        """Close the runs that nobody carries on: this program's own once the records are back, and stale ones."""
        self._syncer.settle()
        if not self._parts.read_only:
            close_stale_runs(self._parts.records, self._parts.holder, now)

    def _start(self, wish: Wish, now: Tick) -> MissReason:
        """Start a run where that is possible; otherwise, what hinders it."""
        hindrance = self._hindered()
        if hindrance is not None:
            return hindrance
        if now.elapsed - self._awake_since < NETWORK_PATIENCE and not self._network():
            return MissReason.OFFLINE
        everything = wish.only_visits is None
        self._syncer.start(wish.trigger, only_visits=wish.only_visits, if_due=everything)
        return MissReason.BUSY

    def _hindered(self) -> MissReason | None:
        """Why the sign-in isn't for this computer to use now; where others have it, they sync. None where it is."""
        try:
            SealedSignIn(self._parts.records, self._parts.sharing, self._parts.clock).require()
        except Failure as failure:
            if failure.code is FailureCode.DATABASE_UNREACHABLE:
                raise
            log.info("schedule.not_here", code=str(failure.code))
            asked = failure.code is FailureCode.ADDRESS_CHANGED
            return MissReason.SUSPENDED if asked else MissReason.LOCKED
        return None

    def _decide(self, last: Tick | None, now: Tick) -> Wish | None:
        if self._syncer.running is not None:
            return None
        with self._parts.records.transaction() as tx:
            plan = plan_of(tx, now.wall)
            credentials = tx.credentials.get()
            if plan.due != plan.schedule.next_due_at:
                tx.schedule.set_next_due(plan.due)
            if plan.due is None or credentials is None or self._is_syncing(tx):
                return None
            suspended = credentials.suspended_code is not None
            if plan.due > now.wall:
                return None if suspended or plan.rests(now.wall) else _before_calls(tx, now.wall)
            changed_at = tx.schedule.changed_at()
            missed = misses(
                plan.schedule, plan.zone, plan.due, last, now, self._hindrance, changed_at=changed_at
            )
            self._note(
                tx, [replace(miss, reason=MissReason.SUSPENDED) for miss in missed] if suspended else missed
            )
            if suspended:
                return None
            return Wish(Trigger.CATCH_UP if missed else Trigger.SCHEDULE)

    def _is_syncing(self, tx: Transaction) -> bool:
        """Whether another program is at it: it isn't disturbed, and what is due is not missed yet."""
        lease = tx.leases.state()
        return lease is not None and is_alive(lease, self._parts.holder)

    def _note(self, tx: Transaction, missed: Sequence[Miss]) -> None:
        fresh = tx.missed.add(missed, self._parts.holder.device)
        for reason, count in Counter(miss.reason for miss in fresh).items():
            tx.audit.record(Action.SYNC_MISSED, reason, metadata={"count": count, "reason": reason})


def _before_calls(tx: Transaction, now: datetime) -> Wish | None:
    """Shortly before calls are due their visits are read again; so are those whose calls were held unread.

    A sign of death, a cancellation or an opt-out that came meanwhile takes the call back.
    """
    last = tx.sessions.last(now)
    is_look = last is not None and (last.trigger == Trigger.BEFORE_CALL or last.status != "completed")
    if last is not None and is_look and now - last.started_at < LOOKS_APART:
        return None
    visits = wanted_looks(tx, now)
    return Wish(Trigger.BEFORE_CALL, visits) if visits else None

"""When syncs run by themselves: our own schedule table is the truth, APScheduler only ticks.

Each tick compares the wall clock with the instant that is due. A due instant that passed while the computer slept or
was off is a missed run with its reason, caught up by one run, whatever the number of misses.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backing_off import earliest_retry, outage
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.domain.schedule import missed_between, next_due
from idexx_desktop.sync.parts import SyncParts
from idexx_desktop.sync.recovery import close_stale_runs
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.sync.worker import Syncer

log = structlog.get_logger()

TICK_SECONDS = 20
# a run that starts this late is a missed one that is caught up
LATE = timedelta(minutes=5)
# the visits of calls that are due within this time are read again, unless the last run is as fresh as this
AHEAD, FRESH = timedelta(minutes=30), timedelta(minutes=45)
_JUST_BEFORE = timedelta(seconds=1)
ASLEEP, OFF, PAUSED, BUSY = "asleep", "off", "suspended", "busy"


@dataclass(frozen=True, slots=True)
class Tick:
    """One look at the clock: wall time and the monotonic seconds beside it."""

    wall: datetime
    monotonic: float


@dataclass(frozen=True, slots=True)
class Wish:
    """A run that ought to start; `only_visits` None reads everything."""

    trigger: Trigger
    only_visits: frozenset[str] | None = None


class ScheduleRunner:
    """Starts the syncs that are due. `start` and `stop` once each.

    `chores` are what a program that stays open does besides: each is called at each tick and knows when it is due.
    """

    def __init__(self, parts: SyncParts, syncer: Syncer, chores: Sequence[Callable[[], None]] = ()) -> None:
        self._parts = parts
        self._syncer = syncer
        self._chores = chores
        self._last_tick: Tick | None = None
        self._lock = threading.Lock()
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            # APScheduler's own defaults drop a run that is a second late
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone="UTC",
        )

    def start(self) -> None:
        """Begin to tick, at once and then every 20 seconds."""
        self._scheduler.add_job(
            self.tick, "interval", seconds=TICK_SECONDS, id="tick", next_run_time=self._parts.clock.now()
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking; a run that is under way is the syncer's to stop."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def tick(self) -> None:
        """Look once: note misses, start what is due, and write down when the next one is."""
        with self._lock:
            now = Tick(self._parts.clock.now(), self._parts.clock.monotonic())
            last, self._last_tick = self._last_tick, now
            try:
                self._tidy(now.wall)
                wish = self._decide(last, now)
            except Failure as failure:
                log.warning("schedule.tick", code=str(failure.code))
                return
            if wish is not None and self._may_sync():
                self._syncer.start(wish.trigger, only_visits=wish.only_visits)
            for chore in self._chores:
                chore()

    def _tidy(self, now: datetime) -> None:
        """Close the runs that nobody carries on: this program's own once the records are back, and stale ones."""
        self._syncer.settle()
        if not self._parts.read_only:
            close_stale_runs(self._parts.records, self._parts.holder, now)

    def _may_sync(self) -> bool:
        """Whether the sign-in is for this computer to use; where others have it, they sync."""
        try:
            SealedSignIn(self._parts.records, self._parts.sharing, self._parts.clock).require()
        except Failure as failure:
            log.info("schedule.not_here", code=str(failure.code))
            return False
        return True

    def _decide(self, last: Tick | None, now: Tick) -> Wish | None:
        if self._syncer.running is not None:
            return None
        with self._parts.records.transaction() as tx:
            schedule = tx.schedule.get()
            zone = tx.settings.call_rules().zone
            credentials = tx.credentials.get()
            due = _due(tx, schedule, zone, now.wall)
            if due != schedule.next_due_at:
                tx.schedule.set_next_due(due)
            if due is None or credentials is None:
                return None
            suspended = credentials.suspended_code is not None
            if due > now.wall:
                return None if suspended or _is_open(tx, schedule, now.wall) else _before_calls(tx, now.wall)
            missed = missed_between(schedule, zone, due - _JUST_BEFORE, now.wall - LATE)
            reason = PAUSED if suspended else _reason(last, due)
            fresh = [moment for moment in missed if tx.missed.add(moment, reason, self._parts.holder.device)]
            if fresh:
                self._note(tx, fresh, reason)
            if suspended:
                return None
            return Wish(Trigger.CATCH_UP if missed else Trigger.SCHEDULE)

    def _note(self, tx: Transaction, missed: list[datetime], reason: str) -> None:
        tx.audit.record(Action.SYNC_MISSED, reason, metadata={"count": len(missed), "reason": reason})


def _due(tx: Transaction, schedule: ScheduleRecord, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the schedule wants the next run, but not before a run that didn't finish may be tried again."""
    due = next_due(schedule, zone, now)
    retry = earliest_retry(tx.sessions.unfinished(), schedule)
    return due if due is None or retry is None else max(due, retry)


def _is_open(tx: Transaction, schedule: ScheduleRecord, now: datetime) -> bool:
    """Whether the circuit is open: after several outages in a row one run a pause is let through, for any reason."""
    lasting = outage(tx.sessions.unfinished(), schedule)
    return lasting is not None and lasting.is_open and now < lasting.next_try


def _before_calls(tx: Transaction, now: datetime) -> Wish | None:
    """Shortly before calls are due their visits are read again, unless a run has just looked.

    A sign of death, a cancellation or an opt-out that came meanwhile takes the call back.
    """
    last = tx.sessions.last()
    if last is not None and now - last.started_at < FRESH:
        return None
    visits = tx.calls.due_between(now, now + AHEAD)
    return Wish(Trigger.BEFORE_CALL, visits) if visits else None


def _reason(last: Tick | None, due: datetime) -> str:
    """Off, where this program was not running when it was due; asleep, where it was and the clock jumped."""
    if last is None:
        return OFF
    return BUSY if last.wall > due else ASLEEP

"""A schedule on real PCs (SAFETY 29): each due sync once, within a minute of waking, every miss with its reason."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.misses import Miss, MissReason, Tick, misses
from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.domain.schedule import next_due
from idexx_desktop.sync.scheduler import ScheduleRunner
from idexx_desktop.sync.worker import Syncer
from tests.support.practice import Practice, Practices
from tests.sync.clocks import a_computer

SEEDS = 1_000
RUNNER_SEEDS = 3
LONG_SEEDS = 50_000


@dataclass
class Rules:
    """A program of nothing but the schedule's rules, with its records in memory; syncs end at once."""

    schedule: ScheduleRecord
    zone: ZoneInfo
    last: Tick | None = None
    noted: set[datetime] = field(default_factory=set)

    def restart(self) -> None:
        """The records stay."""
        self.last = None

    def look(self, now: Tick) -> tuple[list[Miss], bool]:
        """What a tick does."""
        last, self.last = self.last, now
        due = next_due(self.schedule, self.zone, now.wall)
        assert due is not None
        self.schedule = replace(self.schedule, next_due_at=due)
        if due > now.wall:
            return [], False
        missed = misses(self.schedule, self.zone, due, last, now, MissReason.BUSY)
        self.schedule = replace(self.schedule, last_completed_at=now.wall)
        fresh = [miss for miss in missed if miss.due_at not in self.noted]
        self.noted.update(miss.due_at for miss in fresh)
        return fresh, True


def rules(schedule: ScheduleRecord, zone: ZoneInfo, start: datetime) -> Rules:
    return Rules(schedule, zone)


def live(first: int, count: int) -> tuple[int, int]:
    """Let computers live; how many syncs ran and how many were missed. A seed that fails is named."""
    runs = missed = 0
    for seed in range(first, first + count):
        computer = a_computer(seed, rules)
        try:
            computer.live(events=3)
        except AssertionError as problem:
            raise AssertionError(f"seed {seed} at {computer.wall}: {problem}") from problem
        runs += computer.runs
        missed += len(computer.noted)
    return runs, missed


def test_every_sync_once_and_every_miss_with_its_reason() -> None:
    runs, missed = live(0, SEEDS)
    assert runs > 15 * SEEDS
    assert missed > 5 * SEEDS


@dataclass
class Runner:
    """The real thing on real records; only the syncs are left out: they end at once."""

    practice: Practice
    wall: datetime
    elapsed: float = 0.0
    asked: int = 0
    noted: set[datetime] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Another program on the same records."""
        syncer = Ended(self.practice.parts())
        syncer.told = self._ended
        self.runner = ScheduleRunner(
            self.practice.parts(), syncer, elapsed=lambda: self.elapsed, network=lambda: True
        )

    def look(self, now: Tick) -> tuple[list[Miss], bool]:
        """Tick, and see what the history says."""
        self.practice.clock.at, self.elapsed = now.wall, now.elapsed
        before = self.asked
        self.runner.tick()
        rows = self.practice.query(
            "SELECT due_at, reason, caught_up_at FROM public.missed_runs ORDER BY due_at"
        )
        fresh = [
            Miss(row["due_at"], MissReason(row["reason"])) for row in rows if row["due_at"] not in self.noted
        ]
        self.noted.update(miss.due_at for miss in fresh)
        ran = self.asked > before
        assert not fresh or ran
        assert all(row["caught_up_at"] for row in rows)
        return fresh, ran

    def _ended(self) -> None:
        self.asked += 1
        now = self.practice.clock.now()
        with self.practice.program.records.transaction() as tx:
            tx.schedule.mark_completed(now, None)
            tx.missed.caught_up(now)


class Ended(Syncer):
    """A sync that was started has ended."""

    told: Callable[[], None]

    def start(self, trigger: Trigger, **how: object) -> bool:
        """See `Syncer.start`."""
        assert trigger is not Trigger.BEFORE_CALL, "no call is due"
        assert how["if_due"]
        self.told()
        return True


def test_the_program_does_so_too(practices: Practices) -> None:
    practice = practices()
    for seed in range(RUNNER_SEEDS):

        def program(schedule: ScheduleRecord, zone: ZoneInfo, start: datetime) -> Runner:
            settings, clock = practice.program.settings, practice.clock
            clock.at = start
            practice.query("DELETE FROM public.missed_runs")
            settings.save_clinic(replace(settings.clinic(), timezone=zone.key))
            settings.save_call_rules(replace(settings.call_rules(), closed_days=schedule.closed_days))
            with practice.program.records.transaction() as tx:
                tx.schedule.save(schedule, now=start)
                tx.schedule.mark_completed(start, None)
            return Runner(practice, start)

        computer = a_computer(seed, program)
        try:
            computer.live(events=3)
        except AssertionError as problem:
            raise AssertionError(f"seed {seed} at {computer.wall}: {problem}") from problem


@pytest.mark.long(item=29)
def test_every_sync_once_for_long() -> None:
    first = int(time.time())
    print(f"seeds {first} to {first + LONG_SEEDS - 1}")
    runs, missed = live(first, LONG_SEEDS)
    print(f"{runs} syncs, {missed} missed")

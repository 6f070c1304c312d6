"""A computer that sleeps, is switched off, and whose clock is set, with what may be expected of its schedule.

What is expected is worked out by walking through the half hours of the clinic's days, in the clinic's local time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from idexx_desktop.domain.misses import LATE, Miss, MissReason, Tick
from idexx_desktop.domain.records import ScheduleRecord

TICK = timedelta(seconds=20)
HALF_HOUR, MINUTE = timedelta(minutes=30), timedelta(minutes=1)
# clocks of several computers differ: a last sync that is this far ahead is still believed
BELIEVED = timedelta(minutes=15)
# the nights on which clocks change; Lord Howe's by half an hour, Santiago's at midnight, four of them in the south
CHANGES = {
    "America/Los_Angeles": ("2026-03-08", "2026-11-01"),
    "America/St_Johns": ("2026-03-08", "2026-11-01"),
    "Europe/London": ("2026-03-29", "2026-10-25"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "America/Santiago": ("2026-04-05", "2026-09-06"),
    "Pacific/Auckland": ("2026-04-05", "2026-09-27"),
}
HOURS = ((7, 19), (0, 0), (22, 6), (8, 12), (18, 13))


class Program(Protocol):
    """What ticks. `look` returns the misses that it noted, and whether a sync ran; `restart` is a new program's."""

    def look(self, now: Tick) -> tuple[list[Miss], bool]: ...
    def restart(self) -> None: ...


@dataclass
class Computer:
    """Real time goes on; `wall` is what its clock shows. Every expectation is asserted as it goes."""

    rng: random.Random
    zone: ZoneInfo
    schedule: ScheduleRecord
    program: Program
    real: datetime
    off_by: timedelta = timedelta()
    ran_wall: datetime = field(init=False)
    last: Tick | None = None
    awake_since: datetime = field(init=False)
    clock_set: bool = False
    was_off: bool = False
    runs: int = 0
    noted: dict[datetime, MissReason] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ran_wall = self.awake_since = self.real

    @property
    def wall(self) -> datetime:
        """What the clock shows."""
        return self.real + self.off_by

    def live(self, events: int) -> None:
        """Be awake, then let something happen, so many times; awake at the end."""
        self.tick()
        for _ in range(events):
            self.awake(timedelta(minutes=self.rng.choice((1, 5, 45, 300, 900))))
            self.rng.choice((self.sleep, self.sleep, self.switch_off, self.set_clock))()
        self.awake(timedelta(hours=30))

    def sleep(self) -> None:
        """A minute to three days; now and then the clock is put right at once on waking."""
        self.real += self._a_while()
        if self.rng.random() < 0.2:
            self.set_clock()
        self.awake_since = self.real

    def switch_off(self) -> None:
        """As long, and another program afterwards."""
        self.real += self._a_while()
        self.program.restart()
        self.last, self.awake_since = None, self.real

    def set_clock(self) -> None:
        """By a minute up to 25 hours, either way."""
        span = timedelta(minutes=self.rng.choice((1, 4, 10, 20, 60, 300, self.rng.randint(1, 25 * 60))))
        self.off_by += span * self.rng.choice((1, -1))
        self.clock_set, self.awake_since = True, self.real

    def awake(self, span: timedelta) -> None:
        """Tick every 20 seconds; where nothing can be due, the ticks between are left out."""
        end = self.real + span
        while self.real < end:
            self.tick()
            idle = self._until_due() // TICK - 1
            self.real += TICK * max(1, min(idle, (end - self.real) // TICK))

    def tick(self) -> None:
        """One look, and whether it did what it should."""
        now = Tick(self.wall, self.real.timestamp())
        due = self._expected()
        noted, ran = self.program.look(now)
        self._check_misses(noted, due, now)
        if ran:
            assert self.clock_set or self._next() <= self.wall, "it ran too soon"
            self.ran_wall, self.clock_set = self.wall, False
            self.runs += 1
        elif self.real - self.awake_since >= MINUTE:
            assert not self._overdue(), "it did not run"
        self.last = now

    def _overdue(self) -> bool:
        """What was due is caught up at whatever hour; a last sync that is yet to come, by the clock, counts as none."""
        if self.ran_wall - self.wall <= BELIEVED:
            return self.wall - self._next() >= MINUTE
        return all(is_open(self.schedule, self.zone, self.wall - ago) for ago in (timedelta(), MINUTE))

    def _next(self) -> datetime:
        return first_open(self.schedule, self.zone, self.ran_wall + interval(self.schedule))

    def _expected(self) -> list[datetime] | None:
        """When syncs were due since the last one, up to now; None where the clock's setting leaves that open."""
        if self.clock_set and self.ran_wall > self.wall:
            return None
        due, found = self._next(), []
        while due < self.wall - LATE:
            found.append(due)
            due = first_open(self.schedule, self.zone, due + interval(self.schedule))
        return found

    def _check_misses(self, noted: list[Miss], due: list[datetime] | None, now: Tick) -> None:
        if due is not None:
            # a clock that was set back shows the same time twice; it is missed once
            assert [miss.due_at for miss in noted] == [moment for moment in due if moment not in self.noted]
        for miss in noted:
            assert miss.due_at not in self.noted
            assert miss.due_at < now.wall - LATE
            self.noted[miss.due_at] = miss.reason
        reasons = {miss.reason for miss in noted}
        if self.last is None:
            assert reasons <= {MissReason.OFF}
        elif not self.clock_set:
            assert reasons <= {MissReason.ASLEEP}
        elif now.elapsed - self.last.elapsed < 60:
            assert reasons <= {MissReason.CLOCK}

    def _until_due(self) -> timedelta:
        if self.ran_wall - self.wall > BELIEVED:
            return first_open(self.schedule, self.zone, self.wall) - self.wall
        return self._next() - self.wall

    def _a_while(self) -> timedelta:
        minutes = self.rng.choice((1, 4, 6, 30, 120, 600, self.rng.randint(1, 72 * 60)))
        return timedelta(minutes=minutes, seconds=self.rng.randint(0, 59))


def a_computer(seed: int, make: Callable[[ScheduleRecord, ZoneInfo, datetime], Program]) -> Computer:
    """A computer two or three days before clocks change somewhere, whose clinic has just synced."""
    rng = random.Random(seed)  # noqa: S311 - a test's
    name = rng.choice(list(CHANGES))
    zone, night = ZoneInfo(name), date.fromisoformat(rng.choice(CHANGES[name]))
    opens, closes = rng.choice(HOURS)
    weekdays = frozenset(rng.sample(range(7), rng.choice((7, 7, 5, 3))))
    closed = frozenset(night + timedelta(days=rng.randint(-3, 9)) for _ in range(rng.choice((0, 0, 1, 3))))
    schedule = ScheduleRecord(
        every_hours=rng.choice((0.25, 1.0, 2.5, 4.0, 8.0, 24.0)),
        open_time=time(opens),
        close_time=time(closes),
        open_weekdays=weekdays,
        closed_days=closed,
    )
    early = datetime.combine(night - timedelta(days=3), time(), tzinfo=UTC)
    start = first_open(schedule, zone, early + timedelta(seconds=rng.randint(0, 48 * 3600)))
    schedule = replace(schedule, last_completed_at=start)
    return Computer(rng, zone, schedule, make(schedule, zone, start), start)


def interval(schedule: ScheduleRecord) -> timedelta:
    """The time between two syncs."""
    return timedelta(hours=schedule.every_hours)


def is_open(schedule: ScheduleRecord, zone: ZoneInfo, moment: datetime) -> bool:
    """Whether the clinic is open, by what its clock on the wall shows; the instant of closing is inside."""
    return _has_begun(schedule, moment.astimezone(zone)) or _has_begun(
        schedule, (moment - timedelta(microseconds=1)).astimezone(zone)
    )


def _has_begun(schedule: ScheduleRecord, local: datetime) -> bool:
    clock, opens, closes = local.time(), schedule.open_time, schedule.close_time
    day_before = local.date() - timedelta(days=1)
    if opens < closes:
        begun_on = [local.date()] if opens <= clock < closes else []
    else:
        begun_on = [local.date()] * (clock >= opens) + [day_before] * (clock < closes)
    return any(
        day.weekday() in schedule.open_weekdays and day not in schedule.closed_days for day in begun_on
    )


def first_open(schedule: ScheduleRecord, zone: ZoneInfo, moment: datetime) -> datetime:
    """This moment if the clinic is open then, else the next half hour at which it is."""
    if is_open(schedule, zone, moment):
        return moment
    since_epoch = moment - datetime.min.replace(tzinfo=UTC)
    moment += HALF_HOUR - since_epoch % HALF_HOUR
    while not is_open(schedule, zone, moment):
        moment += HALF_HOUR
    return moment

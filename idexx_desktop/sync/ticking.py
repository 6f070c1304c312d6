"""Calls something every few seconds, come what may of the clock and of the computer's sleep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger


class Ticker:
    """One APScheduler with one job. `start` and `stop` once each."""

    def __init__(self, tick: Callable[[], None], seconds: float) -> None:
        self._every = timedelta(seconds=seconds)
        self.scheduler = BackgroundScheduler(
            jobstores={"default": _Store(self._every)},
            executors={"default": ThreadPoolExecutor(1)},
            # APScheduler's own defaults drop a run that is a second late
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone="UTC",
        )
        self._tick = tick

    def start(self) -> None:
        """Tick at once, and from then on."""
        first = datetime.now(UTC)
        self.scheduler.add_job(self._tick, _FromNow(self._every), id="tick", next_run_time=first)
        self.scheduler.start()

    def stop(self) -> None:
        """Tick no more; one that is under way ends first."""
        if self.scheduler.running:
            self.scheduler.shutdown(wait=True)


class _FromNow(BaseTrigger):  # type: ignore[misc]  # APScheduler publishes no types
    """The next time is counted from now: an interval from the last one would walk through every tick slept through."""

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """See `BaseTrigger`; called without keywords."""
        return now + self._every


class _Store(MemoryJobStore):  # type: ignore[misc]  # APScheduler publishes no types
    """Where the clock was set back, a job would wait until it is as late again; here it is due at once."""

    def __init__(self, every: timedelta) -> None:
        super().__init__()
        self._every = every

    def get_due_jobs(self, now: datetime) -> list[Any]:
        """See `MemoryJobStore`."""
        for job in self.get_all_jobs():
            if job.next_run_time > now + self._every:
                job.modify(next_run_time=now)
        due: list[Any] = super().get_due_jobs(now)
        return due

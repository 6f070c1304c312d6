"""When the next run is due, by what the records say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.backing_off import earliest_retry
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import ScheduleRecord, SessionRecord
from idexx_desktop.domain.schedule import next_due

_STOPPED_HERE = (FailureCode.CANCELLED, FailureCode.LEASE_LOST, FailureCode.CRASHED)


@dataclass(frozen=True, slots=True)
class Plan:
    """The schedule with its clinic's zone, when the next run is due (None: never), and until when even looks wait."""

    schedule: ScheduleRecord
    zone: ZoneInfo
    due: datetime | None
    rests_until: datetime | None

    def rests(self, now: datetime) -> bool:
        """Whether nothing may start by itself, not even a look before calls."""
        return self.rests_until is not None and now < self.rests_until


def plan_of(tx: Transaction, now: datetime) -> Plan:
    """What the schedule wants, but not before a run that didn't finish may be tried again."""
    schedule, zone, unfinished = tx.schedule.get(), tx.settings.zone(), tx.sessions.unfinished(now)
    due, retry = next_due(schedule, zone, now), earliest_retry(unfinished, schedule)
    latest = due if due is None or retry is None else max(due, retry)
    return Plan(schedule, zone, latest, _rests_until(unfinished, schedule))


def _rests_until(unfinished: Sequence[SessionRecord], schedule: ScheduleRecord) -> datetime | None:
    """A person paused the schedule, Neo is out, or is to be mended; a run stopped here says nothing of Neo."""
    retry = earliest_retry(unfinished, schedule)
    if unfinished and unfinished[0].failure_code in _STOPPED_HERE:
        retry = None
    return max((at for at in (retry, schedule.paused_until) if at is not None), default=None)


def check_due(tx: Transaction, now: datetime) -> None:
    """OTHER_COMPUTER where nothing is due any more: between a look at the clock and the lease, another run ended."""
    due = plan_of(tx, now).due
    if due is None or due > now:
        raise Failure(FailureCode.OTHER_COMPUTER, "no longer due", title="Another computer has just synced.")

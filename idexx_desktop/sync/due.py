"""When the next run is due, by what the records say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.backing_off import Outage, earliest_retry, outage
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.domain.schedule import next_due


@dataclass(frozen=True, slots=True)
class Plan:
    """The schedule with its clinic's zone, the outage that lasts, and when the next run is due (None: never)."""

    schedule: ScheduleRecord
    zone: ZoneInfo
    outage: Outage | None
    due: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether the circuit is open: after several outages in a row, one run a pause is let through."""
        return self.outage is not None and self.outage.is_open and now < self.outage.next_try


def plan_of(tx: Transaction, now: datetime) -> Plan:
    """What the schedule wants, but not before a run that didn't finish may be tried again."""
    schedule, zone, unfinished = tx.schedule.get(), tx.settings.call_rules().zone, tx.sessions.unfinished(now)
    due, retry = next_due(schedule, zone, now), earliest_retry(unfinished, schedule)
    latest = due if due is None or retry is None else max(due, retry)
    return Plan(schedule, zone, outage(unfinished, schedule), latest)


def check_due(tx: Transaction, now: datetime) -> None:
    """OTHER_COMPUTER where nothing is due any more: between a look at the clock and the lease, another run ended."""
    due = plan_of(tx, now).due
    if due is None or due > now:
        raise Failure(FailureCode.OTHER_COMPUTER, "no longer due", title="Another computer has just synced.")

"""What came of the visits of some days, and of the tries to reach their owners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.ledger import Ledger
from idexx_desktop.domain.reports import Days, Report, last_days, report
from idexx_desktop.services.directory import looking_at, zone_of

_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ReportService:
    """Every method blocks. `whose`: DATABASE_REFUSED for a login that is no admin."""

    records: ClinicRecords
    clock: Clock

    def report(self, days: Days) -> Report:
        """How many were tried and reached; the hours are those of the clinic that was asked for."""
        now = self.clock.now()
        with looking_at(self.records, days.whose) as tx:
            zone = zone_of(tx, days.whose)
            tx.ledger.plan_for_many()
            visits, tries = tx.ledger.visit_groups(days, zone, now), tx.ledger.try_groups(days, zone)
            return report(visits, tries, tx.ledger.concerns(days))

    def ledger(self, days: Days) -> Ledger:
        """Which end each visit has, and those that have none."""
        with looking_at(self.records, days.whose) as tx:
            tx.ledger.plan_for_many()
            return tx.ledger.ledger(days, self.clock.now())


def days_of(
    since: datetime | None, until: datetime | None, whose: Whose | None, zone: ZoneInfo, now: datetime
) -> Days:
    """The days asked for; what is left open is as in the last days up to today. INVALID_INPUT where there are none."""
    if since is None:
        since = last_days(until - _A_MOMENT if until else now, zone)[0]
    until = until or last_days(now, zone)[1]
    if since >= until:
        raise Failure(FailureCode.INVALID_INPUT, "range", title="The range ends before it begins.")
    return Days(since, until, whose)

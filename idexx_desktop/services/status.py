"""Can I rely on yesterday's list, and what must I do? Everything that Today and `status` say, read at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, VisitFilter
from idexx_desktop.domain.overview import RunningSync, TodayStatus
from idexx_desktop.domain.records import Page, SessionRecord
from idexx_desktop.domain.schedule import is_stale
from idexx_desktop.sync.parts import DEFAULT_HOURS, Holder, is_dead
from idexx_desktop.sync.plan import window
from idexx_desktop.sync.signin import suspension

_DAYS_SHOWN = 30
_CANCELLED = str(FailureCode.CANCELLED)


@dataclass(frozen=True, slots=True)
class StatusService:
    """Blocks; one transaction."""

    records: ClinicRecords
    clock: Clock
    holder: Holder

    def today(self) -> TodayStatus:
        """See `TodayStatus`."""
        now = self.clock.now()
        with self.records.transaction() as tx:
            rules = tx.settings.call_rules()
            schedule = tx.schedule.get()
            completed = tx.sessions.last_completed()
            last = tx.sessions.last()
            credentials = tx.credentials.get()
            configured = credentials is not None and bool(credentials.encrypted_password)
            suspended_code = credentials.suspended_code if credentials else None
            shown = window(now, rules.zone, DEFAULT_HOURS, None)
            recent = VisitFilter(since=shown.start, until=shown.end + timedelta(seconds=1))
            due = CallFilter("due")
            return TodayStatus(
                up_to_date_as_of=completed.completed_at if completed else None,
                credential_status=credentials.validation_status
                if credentials and configured
                else "not_configured",
                suspended=suspension(suspended_code) if suspended_code else None,
                last_session=last,
                last_failure=_failure_of(last),
                running=self._running(tx),
                next_due_at=schedule.next_due_at,
                counts=tx.visits.counts_by_state(recent),
                attention=tx.visits.page(VisitFilter(attention_only=True), Page(limit=3)),
                attention_count=tx.visits.count(VisitFilter(attention_only=True)),
                calls_today=tx.calls.page(due, Page(limit=5), zone=rules.zone, now=now),
                calls_today_count=tx.calls.count(due, zone=rules.zone, now=now),
                day_counts=tx.visits.day_counts(rules.zone, _DAYS_SHOWN, _day(now, rules.zone)),
                paused=rules.paused,
                review=rules.review,
                stale=is_stale(schedule, rules.zone, now),
                schedule=schedule,
            )

    def _running(self, tx: Transaction) -> RunningSync | None:
        lease = tx.leases.state()
        if lease is None or not lease.is_held or lease.acquired_at is None:
            return None
        here = lease.device == self.holder.device
        if here and is_dead(lease.process):
            return None
        return RunningSync(lease.device, lease.acquired_at, here)


def _failure_of(session: SessionRecord | None) -> Failure | None:
    """Why the last run did not finish; None where it did, or where a person stopped it."""
    if session is None or session.failure_code in (None, _CANCELLED):
        return None
    try:
        return Failure(FailureCode(session.failure_code), title=session.failure_title)
    except ValueError:
        return Failure(FailureCode.OURS, session.failure_code or "", title=session.failure_title)


def _day(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()

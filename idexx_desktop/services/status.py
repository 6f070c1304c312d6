"""Can I rely on yesterday's list, and what must I do? Everything that Today and `status` say, read at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backing_off import outage
from idexx_desktop.domain.backup import BackupState
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, CallFilter, VisitFilter, Whose
from idexx_desktop.domain.neo_address import Question
from idexx_desktop.domain.overview import ClinicState, RunningSync, SignInState, TodayStatus
from idexx_desktop.domain.records import ClinicRef, Page, ScheduleRecord, SealedCredentials, SessionRecord
from idexx_desktop.domain.reports import Days, last_days
from idexx_desktop.domain.schedule import is_stale
from idexx_desktop.services.directory import looking_at
from idexx_desktop.sync.lease import is_left_by_dead, shown_holder
from idexx_desktop.sync.neo_place import standing
from idexx_desktop.sync.parts import DEFAULT_HOURS, Holder
from idexx_desktop.sync.plan import window
from idexx_desktop.sync.sharing import Sharing
from idexx_desktop.sync.signin import suspension

_DAYS_SHOWN = 30
_CHECKS_SHOWN = timedelta(days=30)
_CANCELLED = str(FailureCode.CANCELLED)


@dataclass(frozen=True, slots=True)
class StatusService:
    """Every method blocks, and reads in one transaction."""

    records: ClinicRecords
    clock: Clock
    holder: Holder
    sharing: Sharing
    # what this computer knows of its backups; None where the records are on a shared server
    backup: Callable[[], BackupState] | None = None

    def today(self) -> TodayStatus:
        """See `TodayStatus`."""
        now = self.clock.now()
        with self.records.transaction() as tx:
            rules = tx.settings.call_rules()
            schedule = tx.schedule.get()
            completed = tx.sessions.last_completed(now)
            last = tx.sessions.last(now)
            credentials = tx.credentials.get()
            configured = credentials is not None and bool(credentials.encrypted_password)
            suspended_code = credentials.suspended_code if credentials else None
            shown = window(now, rules.zone, DEFAULT_HOURS, None)
            recent = VisitFilter(since=shown.start, until=shown.end + timedelta(seconds=1))
            due = CallFilter("due")
            month = Days(*last_days(now, rules.zone))
            ledger = tx.ledger.ledger(month, now)
            return TodayStatus(
                up_to_date_as_of=completed.completed_at if completed else None,
                credential_status=credentials.validation_status
                if credentials and configured
                else "not_configured",
                suspended=_suspended(suspended_code, _failure_of(last)),
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
                outage=outage(tx.sessions.unfinished(now), schedule),
                record_changed=_record_changed(tx, self.records.user_id, now),
                asked=self._asked(tx, credentials, rules),
                backup=self.backup() if self.backup else None,
                troubles=tx.calls.troubles(rules.zone, now),
                today=_day(now, rules.zone),
                concerns=tuple(tx.concerns.open()),
                ledger=ledger,
                to_agree=tuple(tx.outcomes.to_agree(month.since)),
                lost_lately=sum(
                    shown.start <= each.visit_at <= shown.end for each in ledger.leaked if each.visit_at
                ),
            )

    def clinics(self) -> list[ClinicState]:
        """How every clinic stands, by name. DATABASE_REFUSED for a login that is no admin."""
        now = self.clock.now()
        with looking_at(self.records, Whose()) as tx:
            newest = tx.sessions.newest_by_clinic()
            completed = tx.sessions.newest_by_clinic(completed=True)
            schedules, sign_ins = tx.schedule.by_clinic(), tx.directory.sign_ins()
            attention = tx.visits.attention_by_clinic()

            def state(clinic: ClinicRef) -> ClinicState:
                key = clinic.clinic_id
                schedule, signed_in = schedules.get(key, ScheduleRecord()), sign_ins.get(key, [])
                return ClinicState(
                    clinic=clinic,
                    up_to_date_as_of=completed[key].completed_at if key in completed else None,
                    suspended=_all_suspended(signed_in),
                    last_failure=_failure_of(newest.get(key)),
                    stale=is_stale(schedule, ZoneInfo(clinic.timezone or "UTC"), now),
                    attention_count=attention.get(key, 0),
                    sign_ins=tuple(signed_in),
                )

            return [state(clinic) for clinic in tx.directory.clinics()]

    def _asked(self, tx: Transaction, row: SealedCredentials | None, rules: CallRules) -> Failure | None:
        """What a person on this computer has to say about Neo's address before anything syncs here."""
        try:
            found = standing(tx, self.sharing, row)
        except Failure as failure:
            return failure  # the choice that was made here can't be used
        return found.failure(rules.zone, rules.country) if isinstance(found, Question) else None

    def _running(self, tx: Transaction) -> RunningSync | None:
        lease = tx.leases.state()
        if lease is None or not lease.is_held or lease.acquired_at is None:
            return None
        if is_left_by_dead(lease, self.holder):
            return None
        shown = shown_holder(lease.device, lease)
        return RunningSync(shown, lease.acquired_at, lease.is_of(self.holder.device))


def _record_changed(tx: Transaction, user_id: str, now: datetime) -> bool:
    """What the last check of the activity record found; a change is written down again after each sync."""
    checks = AuditFilter(action=str(Action.AUDIT_VERIFIED), user_id=user_id, since=now - _CHECKS_SHOWN)
    return [row.status for row in tx.audit.page(checks, Page(limit=1))] == ["changed"]


def _failure_of(session: SessionRecord | None) -> Failure | None:
    """Why the last run did not finish; None where it did, or where a person stopped it."""
    if session is None or session.failure_code in (None, _CANCELLED):
        return None
    try:
        code, detail = FailureCode(session.failure_code), session.failure_detail
        return Failure(code, detail, title=session.failure_title, advice=session.failure_advice)
    except ValueError:
        return Failure(FailureCode.OURS, session.failure_code or "", title=session.failure_title)


def _suspended(code: str | None, last: Failure | None) -> Failure | None:
    """What keeps the sign-in from being used, in the words of the run that found it."""
    if code is None:
        return None
    return last if last is not None and last.code == code else suspension(code)


def _all_suspended(states: Sequence[SignInState]) -> Failure | None:
    """What keeps a clinic from syncing; None where one of its sign-ins still may."""
    codes = [state.suspended_code for state in states if state.suspended_code]
    return suspension(codes[0]) if codes and len(codes) == len(states) else None


def _day(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()

"""History, activity record, sign-in and settings in memory, with made-up rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from idexx_desktop.domain.audit import BY_PROGRAM, Action
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.exports import ExportedRecord, ExportFormat
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import AuditFilter, AuditVerification, HistoryFilter, Whose
from idexx_desktop.domain.places import history_place
from idexx_desktop.domain.records import (
    AuditCounts,
    AuditPerson,
    AuditRecord,
    Clinic,
    MissedRun,
    OptOut,
    Page,
    ScheduleRecord,
    SessionRecord,
    SyncSettings,
    VisitRecord,
)
from idexx_desktop.domain.visits import VisitState
from tests.gui.in_order import in_order
from tests.gui.made_up import NOW, ZONE, is_asked_for, local, session, some_visits


def some_history() -> list[SessionRecord | MissedRun]:
    """Two days of a clinic with two computers, newest first: every kind of result."""
    page_changed = "IDEXX Neo's page looks different, so we stopped before saving anything wrong."

    def run(number: int, day: int, hour: int, minute: int = 0, **changes: object) -> SessionRecord:
        start = local(day, hour, minute)
        values = {"id": f"session-{number}", "started_at": start, "completed_at": start + timedelta(seconds=21),
                  "trigger": "schedule", "consultations_failed": 0} | changes  # fmt: skip
        return session(**values)  # type: ignore[arg-type]  # fields of SessionRecord

    return [
        run(9, 22, 7, 12, device="Front Desk 2", trigger="catch_up", consultations_synced=38,
            discharge_calls_scheduled=31),
        MissedRun(local(22, 7), "asleep", local(22, 7, 12), "Front Desk 2"),
        run(8, 21, 19, consultations_synced=36, discharge_calls_scheduled=29),
        run(7, 21, 15, consultations_synced=35, consultations_failed=2, signed_in=True),
        run(6, 21, 11, status="failed", consultations_synced=0, consultations_seen=0, discharge_calls_scheduled=0,
            visits_written=0, failure_code="page_changed", failure_title=page_changed,
            failure_advice="Nothing was changed. Prepare details for support."),
        run(5, 21, 7, device="Front Desk 2", consultations_synced=33, discharge_calls_scheduled=26),
        run(4, 20, 19, consultations_synced=1, discharge_calls_scheduled=1, trigger="button"),
        run(3, 20, 17, status="failed", trigger="button", failure_code="cancelled", consultations_synced=12,
            discharge_calls_scheduled=4, failure_title="Stopped by you. What was already saved is kept."),
        MissedRun(local(20, 15), "off", None, "Reception"),
        run(2, 20, 11, status="timeout", failure_code="crashed", consultations_synced=0, discharge_calls_scheduled=0,
            failure_title="This program or its computer stopped in the middle of this sync."),
    ]  # fmt: skip


def some_activity() -> list[AuditRecord]:
    """A morning's rows, newest first; one holds markup that must stay inert."""
    rows: list[tuple[int, int, str, Action, str, dict[str, Any]]] = [
        (10, 41, "front", Action.AUDIT_EXAMINED, "ok", {"rows": 100}),
        (10, 12, "front", Action.VISIT_DECIDED, "no_call", {"visit_key": "a:5002", "choice": "no_call"}),
        (9, 58, "owner", Action.CREDENTIALS_SAVED, "ok", {"version": 3}),
        (9, 57, "owner", Action.CREDENTIALS_TESTED, "accepted", {}),
        (9, 55, "owner", Action.CREDENTIALS_TESTED, "rejected", {"code": "wrong_password"}),
        (7, 13, "front", Action.SYNC_FINISHED, "completed", {"seen": 38, "synced": 38, "failed": 0, "seconds": 21.4}),
        (7, 12, "front", Action.CALL_SCHEDULED, "ok", {"visit_keys": ["a:5004", "a:5007"], "calls": 1}),
        (7, 12, "front", Action.SYNC_STARTED, "ok", {"trigger": "catch_up"}),
        (7, 11, "front", Action.SYNC_MISSED, "asleep", {"count": 1, "due_at": "2026-11-22T07:00-08:00"}),
        (7, 10, "front", Action.VISIT_FAILED, "<b>failed</b>", {"code": "<i>consultation_unavailable</i>"}),
    ]  # fmt: skip
    return [
        AuditRecord(
            f"row-{number}", 1204 - number, local(22, hour, minute), "user-1", who, str(action), status,
            "127.0.0.1", "session-9" if action.startswith("sync") else None, dict(extra),
            {"code": "wrong_password"} if status == "rejected" else None,
            pets=("Max",) if extra.get("visit_key") == "a:5002" else (),
            owner="Tom Baker" if extra.get("visit_key") == "a:5002" else "",
        )
        for number, (hour, minute, who, action, status, extra) in enumerate(rows)
    ]  # fmt: skip


class FakeHistory:
    """Rows in a list; `asked` keeps the filters."""

    def __init__(self) -> None:
        self.all = some_history()
        self.asked: list[HistoryFilter] = []
        self.left = [row for row in some_visits() if row.state is VisitState.FAILED]
        self.failure: Failure | None = None

    def rows(self, which: HistoryFilter, page: Page) -> list[SessionRecord | MissedRun]:
        self.asked.append(which)
        rows = in_order(self._matching(which), which.order, history_place)
        if page.before is not None:
            rows = rows[[history_place(row, which.order) for row in rows].index(page.before) + 1 :]
        return rows[: page.limit]

    def count(self, which: HistoryFilter) -> int:
        return len(self._matching(which))

    def first_at(self, whose: Whose | None = None) -> datetime | None:
        rows = (row for row in self.all if isinstance(row, SessionRecord) and is_asked_for(row.others, whose))
        return min((row.started_at for row in rows), default=None)

    def devices(self, whose: Whose | None = None) -> list[str]:
        return sorted({row.device for row in self.all if is_asked_for(row.others, whose)})

    def failures_of(self, session_id: str, whose: Whose | None = None) -> list[VisitRecord]:
        found = (row for row in self.all if isinstance(row, SessionRecord) and row.id == session_id)
        return [
            replace(left, others=row.others) for row in found if row.others == whose for left in self.left
        ]

    def _matching(self, which: HistoryFilter) -> list[SessionRecord | MissedRun]:
        if self.failure:
            raise self.failure
        return [
            row
            for row in self.all
            if which.device in (None, row.device)
            and _is_kind(row, which.kind)
            and is_asked_for(row.others, which.whose)
        ]


def _is_kind(row: SessionRecord | MissedRun, kind: str) -> bool:
    if isinstance(row, MissedRun):
        return kind in ("all", "missed")
    bad = row.status in ("failed", "timeout") or row.consultations_failed > 0
    return kind == "all" or (kind == "problems" and bad)


class FakeAudit:
    """Rows in a list, newest first. `asked` keeps each filter with whether it would be recorded.

    `verification` is what checking finds; `revealed` and `exported` list what was asked for. `failure` makes every
    question fail, `refusal` saving.
    """

    def __init__(self) -> None:
        self.all = some_activity()
        self.asked: list[tuple[AuditFilter, bool]] = []
        self.everybody: list[AuditPerson] = []
        self.counted: AuditCounts | None = None
        self.revealed: list[str] = []
        self.exported: list[tuple[str, datetime | None, datetime | None, ExportFormat]] = []
        self.refusal: Failure | None = None
        self.verification = AuditVerification(True, 1204, None, local(3, 9), local(22, 10, 42))
        self.failure: Failure | None = None

    @property
    def recorded(self) -> list[AuditFilter]:
        """The filters that the record would hold as looked at."""
        return [which for which, recorded in self.asked if recorded]

    def rows(self, which: AuditFilter, page: Page, *, again: bool = False) -> list[AuditRecord]:
        self.asked.append((which, page.before is None and not again))
        rows = self._matching(which)[:: 1 if which.order is None else -1]
        if page.before is not None:
            places = [(row.timestamp, row.seq) for row in rows]
            place = places.index((page.before[0], page.before[1]))
            rows = rows[:place] if page.backwards else rows[place + 1 :]
        return rows[-page.limit :] if page.backwards else rows[: page.limit]

    def counts(self, which: AuditFilter) -> AuditCounts:
        return self.counted or AuditCounts(len(self._matching(which)))

    def people(self) -> list[AuditPerson]:
        return self.everybody

    def reveal(self, row_id: str) -> AuditRecord:
        if self.failure:
            raise self.failure
        self.revealed.append(row_id)
        return replace(next(row for row in self.all if row.id == row_id), hash="ab" * 32)

    def verify(self) -> AuditVerification:
        if self.failure:
            raise self.failure
        return self.verification

    def export(
        self,
        path: Path,
        since: datetime | None,
        until: datetime | None,
        form: ExportFormat,
        *,
        replace: bool,
        progress: Callable[[int], object],
    ) -> ExportedRecord:
        if self.failure:
            raise self.failure
        assert replace, "the dialog has asked"
        progress(2000)
        if self.refusal:
            raise self.refusal
        self.exported.append((path.name, since, until, form))
        if form is ExportFormat.TABLE:
            return ExportedRecord(path, 3000)
        manifest = path.with_name(f"{path.name}.manifest.json")
        return ExportedRecord(path, 3000, (), manifest, "00", "aa:bb")

    def _matching(self, which: AuditFilter) -> list[AuditRecord]:
        if self.failure:
            raise self.failure
        return [
            row
            for row in self.all
            if which.action in (None, row.action)
            and which.status in (None, row.status)
            and which.actor in (None, row.actor)
            and which.user_id in (None, row.user_id)
            and which.visit_key in (None, row.metadata.get("visit_key"))
            and not (which.people_only and row.action in BY_PROGRAM)
            and (which.since is None or row.timestamp >= which.since)
            and (which.until is None or row.timestamp < which.until)
            and which.text.casefold() in f"{row.action} {row.actor} {row.metadata}".casefold()
        ]


class FakeSettings:
    """What the clinic chose; saving replaces it. `failure` makes every saving fail."""

    def __init__(self, clinic: Clinic) -> None:
        self.kept_schedule = ScheduleRecord(next_due_at=local(22, 14), open_time=time(7), close_time=time(19))
        self.kept_sync = SyncSettings("https://us.idexxneo.com")
        self.kept_rules = CallRules(ZONE, closed_days=frozenset({local(26, 12).astimezone(ZONE).date()}))
        self.kept_clinic = replace(clinic, may_rename=True)
        self.failure: Failure | None = None

    def schedule(self) -> ScheduleRecord:
        return self.kept_schedule

    def save_schedule(self, schedule: ScheduleRecord) -> ScheduleRecord:
        self._check()
        self.kept_schedule = schedule
        return schedule

    def pause_until(self, instant: datetime | None) -> ScheduleRecord:
        self._check()
        self.kept_schedule = replace(self.kept_schedule, paused_until=instant)
        return self.kept_schedule

    def holidays_are_offered(self) -> bool:
        return True

    def holiday_regions(self) -> list[tuple[str, str]]:
        self._check()
        return [("CA", "California"), ("TX", "Texas")]

    def public_holidays(self, region: str | None) -> frozenset[date]:
        self._check()
        return frozenset({date(2026, 12, 25), date(2027, 3, 31) if region == "CA" else date(2027, 3, 2)})

    def sync_settings(self) -> SyncSettings:
        return self.kept_sync

    def save_sync_settings(self, settings: SyncSettings) -> None:
        self._check()
        self.kept_sync = settings

    def call_rules(self) -> CallRules:
        return self.kept_rules

    def save_call_rules(self, rules: CallRules) -> None:
        self._check()
        self.kept_rules = rules

    def clinic(self) -> Clinic:
        return self.kept_clinic

    def save_clinic(self, clinic: Clinic) -> None:
        self._check()
        self.kept_clinic = clinic

    def _check(self) -> None:
        if self.failure:
            raise self.failure


class FakeAutostart:
    """One flag; `failure` makes every change fail."""

    def __init__(self) -> None:
        self.on = False
        self.failure: Failure | None = None

    def is_on(self) -> bool:
        return self.on

    def turn_on(self) -> None:
        self._turn(True)

    def turn_off(self) -> None:
        self._turn(False)

    def _turn(self, on: bool) -> None:
        if self.failure:
            raise self.failure
        self.on = on


class FakeOptOuts:
    """Numbers that opted out, newest first."""

    def __init__(self) -> None:
        self.all = [
            OptOut("+15105550142", local(18, 11), "", "said so in a call"),
            OptOut("+15105550177", local(3, 9), "", ""),
        ]

    def opt_outs(self) -> list[OptOut]:
        return list(self.all)

    def opt_out(self, phone: str, why: str = "") -> None:
        self.all.insert(0, OptOut(phone, NOW, "", why))

    def withdraw_opt_out(self, phone: str) -> None:
        self.all = [row for row in self.all if row.phone != phone]

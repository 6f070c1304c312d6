"""A sync, or a missed one, in the words of the history's table and panel. Pure: rows in, words out."""

from __future__ import annotations

import platform
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.events import SyncProgress, Trigger
from idexx_desktop.domain.misses import MissReason
from idexx_desktop.domain.records import MissedRun, SessionRecord
from idexx_desktop.gui import timewords
from idexx_desktop.gui.strings import history, tr, tr_count

HistoryRow = SessionRecord | MissedRun

_TRIGGERS: dict[str, str] = {
    Trigger.SCHEDULE: history.BY_SCHEDULE,
    Trigger.CATCH_UP: history.BY_CATCH_UP,
    Trigger.BUTTON: history.BY_BUTTON,
    Trigger.RETRY: history.BY_RETRY,
    Trigger.BEFORE_CALL: history.BY_CALL,
    Trigger.COMMAND: history.BY_COMMAND,
}
_REASONS: dict[str, str] = {
    MissReason.ASLEEP: history.WAS_ASLEEP,
    MissReason.OFF: history.WAS_OFF,
    MissReason.CLOCK: history.CLOCK_SET,
    MissReason.SUSPENDED: history.WAS_SUSPENDED,
    MissReason.LOCKED: history.WAS_LOCKED,
    MissReason.OFFLINE: history.WAS_OFFLINE,
    MissReason.RECORDS: history.NO_RECORDS,
    MissReason.BUSY: history.WAS_BUSY,
}


def computer(name: str) -> str:
    """A computer's name; "This computer" for the one in front of the person."""
    if not name:
        return tr(history.NO_COMPUTER)
    return tr(history.THIS_COMPUTER) if name == platform.node() else name


def key_of(row: HistoryRow) -> str:
    """What names a row: of missed runs, only one of a clinic was due at an instant."""
    if isinstance(row, SessionRecord):
        return row.id
    clinic = row.others.clinic_id if row.others else ""
    return f"missed {row.due_at.isoformat()} {clinic}"


def instant_of(row: HistoryRow) -> datetime:
    """When it started, or was due."""
    return row.due_at if isinstance(row, MissedRun) else row.started_at


def started_by(row: HistoryRow) -> str:
    """What started it; a missed run would have been the schedule's."""
    return trigger(Trigger.SCHEDULE if isinstance(row, MissedRun) else row.trigger)


def trigger(code: str) -> str:
    """What starts a sync, in words."""
    return tr(_TRIGGERS[code]) if code in _TRIGGERS else code


def visits(row: HistoryRow, progress: SyncProgress | None = None) -> str:
    """`38 in, 31 calls`, `35 in, 1 couldn't be read`, `14 of 38`, …; `progress` is that of this very sync."""
    if isinstance(row, MissedRun):
        return tr(history.NOT_STARTED)
    if row.status == "running":
        known = progress is not None and progress.session_id == row.id and progress.total
        return tr(history.PROGRESS, done=progress.done, total=progress.total) if progress and known else ""
    if row.failure_code and not row.consultations_synced and not row.consultations_failed:
        return tr(history.NOTHING_SAVED)
    parts = [tr_count(history.IN_ONE, history.IN_MANY, row.consultations_synced)]
    if row.consultations_failed:
        parts.append(tr_count(history.UNREAD_ONE, history.UNREAD_MANY, row.consultations_failed))
    elif row.discharge_calls_scheduled:
        parts.append(tr_count(history.CALLS_ONE, history.CALLS_MANY, row.discharge_calls_scheduled))
    return ", ".join(parts)


def note(row: HistoryRow, now: datetime, zone: ZoneInfo) -> str:
    """Why it was missed, or what went wrong; "" where all went well."""
    if isinstance(row, MissedRun):
        return missed_note(row, now, zone)
    return row.failure_title or ""


def reason(row: MissedRun) -> str:
    """Why a sync did not start."""
    words = _REASONS.get(row.reason)
    return tr(words) if words else row.reason


def missed_note(row: MissedRun, now: datetime, zone: ZoneInfo) -> str:
    """`The PC was asleep. Caught up at 08:12`."""
    if row.caught_up_at is None:
        return reason(row)
    same_day = row.caught_up_at.astimezone(zone).date() == row.due_at.astimezone(zone).date()
    if same_day:
        when = timewords.clock(row.caught_up_at, zone)
        return tr(history.CAUGHT_UP_SAME_DAY, reason=reason(row), when=when)
    return tr(history.CAUGHT_UP_AT, reason=reason(row), when=timewords.spoken(row.caught_up_at, now, zone))


def duration(span: timedelta) -> str:
    """`12 seconds`, `3 minutes`, `2 hours`: the one unit that says enough."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 90:
        return tr_count(history.SECONDS_ONE, history.SECONDS_MANY, seconds)
    if seconds < 90 * 60:
        return tr_count(history.MINUTES_ONE, history.MINUTES_MANY, round(seconds / 60))
    return tr_count(history.HOURS_ONE, history.HOURS_MANY, round(seconds / 3600))

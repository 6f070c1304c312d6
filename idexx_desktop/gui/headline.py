"""The one sentence of Today: can I rely on it, and if not, which button helps? Pure: status in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.backup import BackupState
from idexx_desktop.domain.events import unaccounted
from idexx_desktop.domain.failures import WORDS, Failure, FailureCode, Route
from idexx_desktop.domain.needs import still_stands
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.domain.records import SessionRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import timewords
from idexx_desktop.gui.strings import backup, today, tr, tr_count
from idexx_desktop.gui.tokens import Tone

_ABOUT_NEO = WORDS[FailureCode.UNREACHABLE].exit_code


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence with its tone and icon; `failure` is what the button (`failure.button`) is for."""

    tone: Tone
    icon: str
    sentence: str
    failure: Failure | None = None


def headline(status: TodayStatus, now: datetime, zone: ZoneInfo, *, syncing: bool) -> Headline:
    """What Today says first."""
    as_of = status.up_to_date_as_of
    failure = status.sign_in_problem or still_stands(status.last_failure)
    lasting = lasting_line(status, now, zone, syncing=syncing)
    if failure and failure is status.last_failure and lasting:
        return _retrying(status, failure, lasting, now, zone)
    if syncing:
        words = (
            tr(today.SYNCING_HERE, when=timewords.spoken(as_of, now, zone))
            if as_of
            else tr(today.SYNCING_FIRST)
        )
        return Headline(Tone.ACCENT, "refresh-cw", words)
    if status.running and not status.running.is_this_computer:
        started = timewords.spoken(status.running.started_at, now, zone)
        words = tr(today.SYNCING_THERE, device=status.running.device, when=started)
        return Headline(Tone.ACCENT, "refresh-cw", words)
    if failure and failure.route is not Route.RETRY:
        return Headline(Tone.ACT, "circle-x", not_synced(as_of, failure, now, zone), failure)
    if failure:
        return _retrying(status, failure, failure.title, now, zone)
    if as_of is None:
        return Headline(Tone.OFF, "info", f"{tr(today.NEVER_SYNCED)} {tr(today.FIRST_SYNC)}")
    if status.stale:
        words = tr(today.LATE_SINCE, when=timewords.spoken(as_of, now, zone))
        return Headline(Tone.ATTENTION, "circle-alert", words)
    return _up_to_date(status, as_of, now, zone)


def next_line(status: TodayStatus, now: datetime, zone: ZoneInfo) -> str:
    """Below the sentence: when the next sync is due, and how many visits are accounted for."""
    total = sum(status.counts.values())
    visits = tr_count(today.VISITS_ONE, today.VISITS_MANY, total) if total else tr(today.VISITS_NONE)
    failed = status.counts.get(VisitState.FAILED, 0)
    lost = _unaccounted(status.last_session) + status.lost_lately
    if lost or failed:
        said = tr_count(today.OF_VISITS_ONE, today.OF_VISITS_MANY, total)
        words = (today.LOST_ONE, today.LOST_MANY) if lost else (today.UNREAD_ONE, today.UNREAD_MANY)
        visits = f"{said}, {tr_count(*words, lost or failed)}"
    return f"{_next_sync(status, now, zone)} · {visits}"


def _unaccounted(session: SessionRecord | None) -> int:
    """How many visits the last sync saw, if it came to its end, and neither saved nor named as not read."""
    if session is None or session.status != "completed":
        return 0
    return unaccounted(session.consultations_seen, session.consultations_synced, session.consultations_failed)


def open_yesterday(status: TodayStatus, now: datetime, zone: ZoneInfo) -> int:
    """How many of yesterday's visits aren't in yet: those that wait for notes or couldn't be read."""
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    counts = next((day.counts for day in status.day_counts if day.day == yesterday), {})
    return counts.get(VisitState.WAITING, 0) + counts.get(VisitState.FAILED, 0)


def no_backup(state: BackupState, now: datetime, zone: ZoneInfo) -> str:
    """What Today says where no good backup was made for days."""
    if state.last is None:
        since = state.chosen_at or now
        return tr(backup.OVERDUE_NEVER, when=timewords.spoken(since, now, zone))
    return tr(backup.OVERDUE, when=timewords.spoken(state.last.made_at, now, zone))


def greeting(now: datetime, zone: ZoneInfo) -> str:
    """Good morning, until noon; good afternoon, until 18:00; good evening."""
    hour = now.astimezone(zone).hour
    return tr(today.MORNING if hour < 12 else today.AFTERNOON if hour < 18 else today.EVENING)


def not_synced(as_of: datetime | None, failure: Failure, now: datetime, zone: ZoneInfo) -> str:
    """`Not synced since Monday 16:00: Neo didn't accept the password.`"""
    if as_of is None:
        return tr(today.NOT_SYNCED_BECAUSE, why=failure.title)
    return tr(today.NOT_SYNCED_SINCE, when=timewords.spoken(as_of, now, zone), why=failure.title)


def lasting_line(status: TodayStatus, now: datetime, zone: ZoneInfo, *, syncing: bool) -> str | None:
    """`Can't reach IDEXX Neo since 10:42. Next try 10:58.`, the same from try to try until one gets through."""
    outage, failure = status.outage, status.last_failure
    if outage is None or failure is None or failure.words.exit_code != _ABOUT_NEO or status.waits_for:
        return None
    said = today.CANT_REACH_SINCE if failure.code is FailureCode.UNREACHABLE else today.CANT_READ_SINCE
    since = tr(said, when=timewords.spoken(outage.since, now, zone))
    next_try = max(outage.next_try, status.next_due_at or outage.next_try)
    if syncing or next_try <= now:
        return f"{since} {tr(today.TRYING_NOW)}"
    return f"{since} {tr(today.NEXT_TRY, when=timewords.spoken(next_try, now, zone))}"


def _retrying(status: TodayStatus, failure: Failure, why: str, now: datetime, zone: ZoneInfo) -> Headline:
    as_of = status.up_to_date_as_of
    if as_of and not status.stale:
        words = f"{tr(today.UP_TO_DATE, when=timewords.spoken(as_of, now, zone))} {why}"
        return Headline(Tone.OFF, "rotate-cw", words, failure)
    if as_of is None:
        words = tr(today.NOT_SYNCED_BECAUSE, why=why)
    else:
        words = tr(today.NOT_SYNCED_SINCE, when=timewords.spoken(as_of, now, zone), why=why)
    return Headline(Tone.ATTENTION, "circle-alert", words, failure)


def _up_to_date(status: TodayStatus, as_of: datetime, now: datetime, zone: ZoneInfo) -> Headline:
    left = open_yesterday(status, now, zone)
    yesterday = (
        tr_count(today.YESTERDAY_BUT_ONE, today.YESTERDAY_BUT_MANY, left)
        if left
        else tr(today.YESTERDAY_COMPLETE)
    )
    words = f"{tr(today.UP_TO_DATE, when=timewords.spoken(as_of, now, zone))} {yesterday}"
    if left or status.counts.get(VisitState.FAILED):
        return Headline(Tone.ATTENTION, "circle-alert", words)
    return Headline(Tone.GOOD, "circle-check", words)


def _next_sync(status: TodayStatus, now: datetime, zone: ZoneInfo) -> str:
    if status.waits_for or status.credential_status == "not_configured":
        return tr(today.NEXT_WAITS)
    paused_until = status.schedule.paused_until
    if paused_until and paused_until > now:
        return tr(today.PAUSED_UNTIL, when=timewords.spoken(paused_until, now, zone))
    due = status.next_due_at
    if not status.schedule.enabled or due is None:
        return tr(today.NO_NEXT)
    when = timewords.spoken(due, now, zone)
    same_day = due.astimezone(zone).date() == now.astimezone(zone).date()
    return tr(today.NEXT_AT if same_day else today.NEXT_SYNC, when=when)

"""What an owner was concerned about in a call: how urgent it is, until when somebody answers, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.handed_over import one_line, report_of
from idexx_desktop.domain.local_time import instant
from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.domain.schedule import openings

ANSWER_NOW = timedelta(minutes=15)
NO_WORDS = "No words were noted."
LONGEST_WORDS, LONGEST_WHAT, LONGEST_FOR = 2000, 1000, 200
_LONGEST_CLOSURE = 59  # days; no concern waits longer
_LONGEST_SAID, _LONGEST_SEVERITY = 1000, 40
_ACUTE = frozenset({"critical", "high", "emergency", "emergent", "urgent", "severe"})
_CALM = frozenset({"", "none", "no", "0", "false", "null"})


class Urgency(StrEnum):
    """Until when somebody answers."""

    NOW = "now"
    TODAY = "today"
    NEXT_DAY = "next_day"


class ConcernSource(StrEnum):
    """Who found it: the person who called, or the calling system."""

    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class NewConcern:
    """What whoever called says of it. Without `for_whom` it is for the provider of the visit."""

    urgency: Urgency = Urgency.TODAY
    words: str = ""
    for_whom: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Concern:
    """One concern of the clinic's, as everybody in it sees it.

    `call_id` is None where the call's row is gone. `is_mine`: this login's own call, which alone it can open.
    `closed_*`: how it ended last, None and "" while it is open. `end_id`: what taking its last end back names.
    """

    id: str
    call_id: str | None
    urgency: Urgency
    words: str
    for_whom: str
    patient_names: tuple[str, ...]
    owner_name: str
    phone: str
    due_at: datetime
    opened_at: datetime
    opened_by: str
    source: ConcernSource
    severity: str = ""
    is_mine: bool = True
    closed_at: datetime | None = None
    closed_by: str = ""
    what: str = ""
    end_id: str | None = None
    undone: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.closed_at is None and not self.undone

    def is_late(self, now: datetime) -> bool:
        """Whether an answer is overdue."""
        return self.is_open and now >= self.due_at

    def waits(self, now: datetime) -> timedelta:
        """From the concern to its answer, or until now; never less than nothing."""
        return max(timedelta(), (self.closed_at or now) - self.opened_at)


def due_time(urgency: Urgency, now: datetime, schedule: ScheduleRecord, rules: CallRules) -> datetime:
    """Until when somebody answers, in UTC: in 15 minutes, by closing time today, or by that of the next open day.

    Where the clinic has closed already, or is closed today, "today" is until midnight. A day is open if the clinic's
    hours say so and calls are made on it.
    """
    soonest = now + ANSWER_NOW
    if urgency is Urgency.NOW:
        return soonest
    zone = rules.zone
    today = now.astimezone(zone).date()
    hours = replace(schedule, open_weekdays=schedule.open_weekdays - rules.closed_weekdays)
    if urgency is Urgency.TODAY:
        # yesterday's hours may run past midnight
        closings = (closes for _, closes in openings(today - timedelta(days=1), 1, hours, zone))
        midnight = instant(today + timedelta(days=1), time(), zone)
        return max(soonest, min(midnight, next((each for each in closings if each >= soonest), midnight)))
    later = openings(today + timedelta(days=1), _LONGEST_CLOSURE - 2, hours, zone)
    return next((closes for _, closes in later), instant(today + timedelta(days=2), time(), zone))


def flagged(found: Mapping[str, object]) -> NewConcern | None:
    """The concern that a calling system found, by the columns of its row; None where it found none.

    Whatever stands there, text comes out: one line, bounded, and harmless.
    """
    report = report_of(found)
    summary = one_line(str(found.get("attention_summary") or ""), _LONGEST_SAID)
    severity = report.severity.casefold()
    if not report.attention and not summary and severity in _CALM:
        return None
    urgency = Urgency.NOW if severity in _ACUTE else Urgency.TODAY
    said = ": ".join(filter(None, (", ".join(report.attention), summary or report.summary)))
    words = one_line(said, _LONGEST_SAID) or NO_WORDS
    return NewConcern(urgency, words, severity=report.severity[:_LONGEST_SEVERITY])


def due_first(concern: Concern) -> tuple[datetime, datetime, str]:
    """The order in which they are answered: what is due first, first."""
    return concern.due_at, concern.opened_at, concern.id

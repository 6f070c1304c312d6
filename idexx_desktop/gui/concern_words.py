"""A concern in words: its clock, whom it is about, for whom it is; the same on the page, on paper and in a notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.concerns import Concern, ConcernSource, Urgency
from idexx_desktop.gui import call_words, timewords
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import concerns, tr, tr_count
from idexx_desktop.gui.tokens import Tone

URGENCIES = {Urgency.NOW: concerns.NOW, Urgency.TODAY: concerns.TODAY, Urgency.NEXT_DAY: concerns.NEXT_DAY}
_HOUR, _DAY = 60, 24 * 60


def waited(span: timedelta) -> str:
    """`12 min`, `3 h 5 min`, `2 d 4 h`."""
    minutes = int(span.total_seconds()) // 60
    if minutes < _HOUR:
        return tr(concerns.MINUTES, count=minutes)
    if minutes < _DAY:
        return tr(concerns.HOURS, hours=minutes // _HOUR, minutes=minutes % _HOUR)
    return tr(concerns.DAYS, days=minutes // _DAY, hours=minutes % _DAY // _HOUR)


def clock(concern: Concern, now: datetime) -> PillLook:
    """How long it has waited, and whether it is late."""
    minutes = waited(concern.waits(now))
    if concern.is_late(now):
        return PillLook("circle-alert", tr(concerns.LATE, minutes=minutes), Tone.ACT)
    return PillLook("clock", minutes, Tone.ATTENTION)


def pets(concern: Concern) -> str:
    """The pets' names."""
    return " & ".join(concern.patient_names) or tr(concerns.NO_PET)


def whose(concern: Concern) -> str:
    """Owner and number, as far as they are known."""
    number = call_words.number(concern.phone) if concern.phone else ""
    return " · ".join(filter(None, (concern.owner_name, number)))


def origin(concern: Concern, now: datetime, zone: ZoneInfo) -> str:
    """Until when it is answered, for whom it is, and who found it."""
    due = tr(concerns.DUE, due=timewords.spoken(concern.due_at, now, zone))
    whom = tr(concerns.FOR, whom=concern.for_whom) if concern.for_whom else ""
    by_system = concern.source is ConcernSource.SYSTEM
    who = tr(concerns.FROM_SYSTEM) if by_system else tr(concerns.FROM_PERSON, who=concern.opened_by)
    return " · ".join(filter(None, (due, whom, who)))


def summary(waiting: Sequence[Concern], now: datetime) -> tuple[str, str] | None:
    """How many wait, and how many of them are late; None where none waits. Free of names."""
    if not waiting:
        return None
    late = sum(each.is_late(now) for each in waiting)
    more = tr_count(concerns.LATE_ONE, concerns.LATE_MANY, late) if late else ""
    return tr_count(concerns.WAIT_ONE, concerns.WAIT_MANY, len(waiting)), more

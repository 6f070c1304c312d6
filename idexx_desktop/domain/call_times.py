"""When an owner may be called, and when a call is due (DETAILS.md, "When a call is due").

Times of day are local; what comes out are instants in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from idexx_desktop.domain.areas import of_clinic
from idexx_desktop.domain.calling_hours import Area, HoursLaw, day_spans
from idexx_desktop.domain.decisions import CallRules, KindRule
from idexx_desktop.domain.local_time import instant

LATEST_DELAY = timedelta(days=3)
# a call takes a while, so the last one starts this long before the end of a window, or halfway through a short one
_LAST_START = timedelta(minutes=15)
_GRID = 300  # seconds: calls that are due at once start at a whole five minutes
_LONGEST_CLOSURE = 31  # days


class SlotProblem(StrEnum):
    """Why there is no time for a call."""

    TOO_LATE = "too_late"
    NO_SLOT = "no_slot"


@dataclass(frozen=True, slots=True)
class Span:
    """Instants at which a call may start, both included."""

    first: datetime
    last: datetime


def next_slot(
    visit_at: datetime, kind_rule: KindRule, rules: CallRules, owner: Sequence[Area], now: datetime
) -> datetime | SlotProblem:
    """When the call of a visit is due, in UTC, never in the past.

    `owner` is where the owner's numbers may ring; none means where the clinic is.
    """
    base = visit_at.astimezone(rules.zone).date() + timedelta(days=kind_rule.delay_days)
    due_day = next((day for day in _days(base, _LONGEST_CLOSURE) if is_open_day(day, rules)), None)
    if due_day is None:
        return SlotProblem.NO_SLOT
    earliest = max(now, visit_at).astimezone(UTC)
    spans = _spans(due_day, rules, owner)
    if spans:
        due = _nearest(spans, instant(due_day, kind_rule.preferred, rules.zone))
        if due > earliest:
            return due
    some_slot = bool(spans)
    for day in _days(due_day, LATEST_DELAY.days):
        later = _spans(day, rules, owner) if is_open_day(day, rules) else []
        some_slot = some_slot or bool(later)
        start = _first_from(later, _round_up(earliest))
        if start is not None:
            return start
    return SlotProblem.TOO_LATE if some_slot else SlotProblem.NO_SLOT


def is_allowed(moment: datetime, rules: CallRules, owner: Sequence[Area]) -> bool:
    """Whether a call that the rules chose may start at this instant."""
    return any(span.first <= moment <= span.last for span in spans_of(moment, rules, owner))


def spans_of(moment: datetime, rules: CallRules, owner: Sequence[Area]) -> list[Span]:
    """When calls may start on the clinic's day of this instant, earliest first; none on a closed day."""
    day = moment.astimezone(rules.zone).date()
    return _spans(day, rules, owner) if is_open_day(day, rules) else []


def is_decent(moment: datetime, rules: CallRules, owner: Sequence[Area]) -> bool:
    """Whether owners may be called then, for them and by their law: a limit for times that a person chose, too."""
    return all(
        any(
            first <= moment < last for first, last in _legal(area, moment.astimezone(area.zone).date(), rules)
        )
        for area in owner or (of_clinic(rules),)
    )


def forbidden_by(moment: datetime, rules: CallRules, owner: Sequence[Area]) -> HoursLaw | None:
    """The law that forbids a call at this instant; None where none does, though the hour may be none for anybody."""
    found = (
        rules.hours.narrows(area.place, moment, area.zone, automated=rules.automated)
        for area in owner or (of_clinic(rules),)
    )
    return next((law for law in found if law is not None), None)


def is_open_day(day: date, rules: CallRules) -> bool:
    """Whether the clinic has calls made on this local day."""
    return day.weekday() not in rules.closed_weekdays and day not in rules.closed_days


def _days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(count + 1))


def _spans(day: date, rules: CallRules, owner: Sequence[Area]) -> list[Span]:
    """The preferred window of a clinic's day, cut down to the hours in which owners may be called wherever they are."""
    starts, ends = instant(day, rules.window_start, rules.zone), instant(day, rules.window_end, rules.zone)
    pieces = [(starts, ends)] if starts < ends else []
    for area in owner or (of_clinic(rules),):
        pieces = [piece for window in pieces for piece in _legal_pieces(window, area, rules)]
    spans = [Span(first, end - min(_LAST_START, (end - first) / 2)) for first, end in sorted(pieces)]
    return [span for span in spans if span.first.astimezone(rules.zone).date() == day]


def _legal_pieces(
    window: tuple[datetime, datetime], area: Area, rules: CallRules
) -> list[tuple[datetime, datetime]]:
    starts, ends = window
    first_day = starts.astimezone(area.zone).date()
    days = _days(first_day, (ends.astimezone(area.zone).date() - first_day).days)
    spans = [span for day in days for span in _legal(area, day, rules)]
    pieces = ((max(starts, first), min(ends, last)) for first, last in spans)
    return [(first, last) for first, last in pieces if first < last]


def _legal(area: Area, day: date, rules: CallRules) -> tuple[tuple[datetime, datetime], ...]:
    return day_spans(rules.hours, area, day, rules.automated)


def _nearest(spans: list[Span], wished: datetime) -> datetime:
    """The first allowed instant from the wished one on, else the last before it."""
    later = _first_from(spans, wished)
    return later if later is not None else spans[-1].last


def _first_from(spans: list[Span], moment: datetime) -> datetime | None:
    return next((max(span.first, moment) for span in spans if span.last >= moment), None)


def _round_up(moment: datetime) -> datetime:
    """The next whole five minutes, strictly later."""
    seconds = int(moment.timestamp()) // _GRID * _GRID + _GRID
    return datetime.fromtimestamp(seconds, UTC)

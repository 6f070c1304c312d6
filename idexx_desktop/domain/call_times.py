"""When an owner may be called, and when a call is due (DETAILS.md, "When a call is due").

Times of day are local; what comes out are instants in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from idexx_desktop.domain.decisions import CallRules, KindRule
from idexx_desktop.domain.local_time import instant

NEVER_BEFORE, NEVER_AFTER = time(8), time(21)
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
    visit_at: datetime, kind_rule: KindRule, rules: CallRules, owner_zones: Sequence[ZoneInfo], now: datetime
) -> datetime | SlotProblem:
    """When the call of a visit is due, in UTC, never in the past.

    `owner_zones` are the zones where the owner's number may ring; none means the clinic's.
    """
    base = visit_at.astimezone(rules.zone).date() + timedelta(days=kind_rule.delay_days)
    due_day = next((day for day in _days(base, _LONGEST_CLOSURE) if is_open_day(day, rules)), None)
    if due_day is None:
        return SlotProblem.NO_SLOT
    earliest = max(now, visit_at).astimezone(UTC)
    spans = _spans(due_day, rules, owner_zones)
    if spans:
        due = _nearest(spans, instant(due_day, kind_rule.preferred, rules.zone))
        if due > earliest:
            return due
    some_slot = bool(spans)
    for day in _days(due_day, LATEST_DELAY.days):
        later = _spans(day, rules, owner_zones) if is_open_day(day, rules) else []
        some_slot = some_slot or bool(later)
        start = _first_from(later, _round_up(earliest))
        if start is not None:
            return start
    return SlotProblem.TOO_LATE if some_slot else SlotProblem.NO_SLOT


def is_allowed(moment: datetime, rules: CallRules, owner_zones: Sequence[ZoneInfo]) -> bool:
    """Whether a call that the rules chose may start at this instant."""
    return any(span.first <= moment <= span.last for span in spans_of(moment, rules, owner_zones))


def spans_of(moment: datetime, rules: CallRules, owner_zones: Sequence[ZoneInfo]) -> list[Span]:
    """When calls may start on the clinic's day of this instant, earliest first; none on a closed day."""
    day = moment.astimezone(rules.zone).date()
    return _spans(day, rules, owner_zones) if is_open_day(day, rules) else []


def is_decent(moment: datetime, rules: CallRules, owner_zones: Sequence[ZoneInfo]) -> bool:
    """Whether it is between 08:00 and 21:00 for the owner: a limit for times that a person chose, too."""
    zones = owner_zones or (rules.zone,)
    return all(NEVER_BEFORE <= moment.astimezone(zone).time() < NEVER_AFTER for zone in zones)


def is_open_day(day: date, rules: CallRules) -> bool:
    """Whether the clinic has calls made on this local day."""
    return day.weekday() not in rules.closed_weekdays and day not in rules.closed_days


def _days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(count + 1))


def _spans(day: date, rules: CallRules, owner_zones: Sequence[ZoneInfo]) -> list[Span]:
    """The preferred window of a clinic's day, cut down to decent hours in every zone of the owner."""
    starts, ends = instant(day, rules.window_start, rules.zone), instant(day, rules.window_end, rules.zone)
    pieces = [(starts, ends)] if starts < ends else []
    for zone in owner_zones or (rules.zone,):
        pieces = [piece for window in pieces for piece in _decent_pieces(window, zone)]
    spans = [Span(first, end - min(_LAST_START, (end - first) / 2)) for first, end in sorted(pieces)]
    return [span for span in spans if span.first.astimezone(rules.zone).date() == day]


def _decent_pieces(window: tuple[datetime, datetime], zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    starts, ends = window
    pieces = []
    first_day = starts.astimezone(zone).date()
    for day in _days(first_day, (ends.astimezone(zone).date() - first_day).days):
        first = max(starts, instant(day, NEVER_BEFORE, zone))
        last = min(ends, instant(day, NEVER_AFTER, zone))
        if first < last:
            pieces.append((first, last))
    return pieces


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

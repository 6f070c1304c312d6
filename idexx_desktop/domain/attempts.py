"""A call is tried until somebody is reached, or as often as the clinic wants: when next, and what it ends as.

A try after which nobody was reached is followed by one on the next open day, at another part of the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from idexx_desktop.domain.call_times import is_decent, is_open_day, next_slot
from idexx_desktop.domain.calling_hours import Area
from idexx_desktop.domain.decisions import CallRules, KindRule
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.local_time import instant
from idexx_desktop.domain.others_calls import HANDED_OVER

DEFAULT_MAX_ATTEMPTS, MOST_ATTEMPTS = 3, 10
# after these nobody has spoken to the owner: the call is tried again
NOBODY_REACHED = frozenset({CallOutcomeKind.NO_ANSWER, CallOutcomeKind.VOICEMAIL})
# these count as tries
TRIES = NOBODY_REACHED | {CallOutcomeKind.WRONG_NUMBER}
NOT_AGAIN = frozenset({CallOutcomeKind.OPTED_OUT, CallOutcomeKind.DIED})


class ClosedAs(StrEnum):
    """What a call ended as."""

    REACHED = "reached"
    COULDNT_REACH = "couldnt_reach"
    NOT_TO_BE_CALLED = "not_to_be_called"


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the day, by the clinic's clock: from `begins` on, best at `best`."""

    begins: time
    best: time


# who works in the morning is at home in the evening, so that comes first after it
_MORNING, _AFTERNOON, _EVENING = (
    _Part(time(0), time(10)),
    _Part(time(12), time(14)),
    _Part(time(16), time(17, 30)),
)
_AFTER = {
    _MORNING: (_EVENING, _AFTERNOON, _MORNING),
    _AFTERNOON: (_EVENING, _MORNING, _AFTERNOON),
    _EVENING: (_MORNING, _AFTERNOON, _EVENING),
}
_DAYS_LOOKED_AHEAD = 32


def next_attempt(
    tries: Sequence[datetime], rules: CallRules, areas: Sequence[Area], now: datetime
) -> datetime | None:
    """When to try again after `tries` (instants, not empty), in UTC; None where no time fits within days.

    `areas` is where the owner may be. Whether there is a next one at all is for `are_left` to say.
    """
    slot = next_slot(max(tries), day_after(tries, rules), rules, areas, now)
    return slot if isinstance(slot, datetime) else _outside_of_window(max(tries), rules, areas, now)


def _outside_of_window(
    last: datetime, rules: CallRules, areas: Sequence[Area], now: datetime
) -> datetime | None:
    """Where the clinic's own hours hold no time for this owner: on an open day at an hour that the law allows.

    The first call was at such a time, too, because a person chose it.
    """
    of_day = (
        last.astimezone(rules.zone).time().replace(second=0, microsecond=0),
        *(part.best for part in _AFTER),
    )
    first = max(last, now).astimezone(rules.zone).date()
    days = [first + timedelta(days=more) for more in range(1, _DAYS_LOOKED_AHEAD)]
    wanted = (instant(day, each, rules.zone) for day in days if is_open_day(day, rules) for each in of_day)
    return next((moment for moment in wanted if is_decent(moment, rules, areas)), None)


def are_left(tries: Sequence[datetime], rules: CallRules) -> bool:
    """Whether the clinic wants the call tried again after these."""
    return len(tries) < rules.max_attempts


def closed_as(status: str, ended_reason: str) -> ClosedAs | None:
    """What a call ended as, by its row; None while it is open, was cancelled, or didn't get through.

    A calling system says with words of its own why a completed call ended.
    """
    if status != HANDED_OVER[-1]:
        return None
    if ended_reason in NOT_AGAIN:
        return ClosedAs.NOT_TO_BE_CALLED
    said = ended_reason.casefold().replace("-", "_").replace(" ", "_")
    return ClosedAs.COULDNT_REACH if said in UNREACHED else ClosedAs.REACHED


# how calling systems name it, beside our own words; their spaces and hyphens are underscores here
UNREACHED = {str(kind) for kind in TRIES} | {
    "customer_did_not_answer", "did_not_answer", "noanswer", "busy", "customer_busy", "line_busy", "machine",
    "answering_machine", "machine_detected", "voicemail_reached", "left_voicemail", "silence_timed_out", "unreachable",
}  # fmt: skip


def day_after(tries: Sequence[datetime], rules: CallRules) -> KindRule:
    """The next day, at a part of it that wasn't tried yet, as far as the clinic calls at more than one."""
    parts = [_part(moment.astimezone(rules.zone).time()) for moment in sorted(tries)]
    usable = [part for part in _AFTER[parts[-1]] if _is_in_window(part, rules)] or [parts[-1]]
    fewest = min(parts.count(part) for part in usable)
    return KindRule(1, next(part.best for part in usable if parts.count(part) == fewest))


def _part(moment: time) -> _Part:
    return next(part for part in (_EVENING, _AFTERNOON, _MORNING) if moment >= part.begins)


def _is_in_window(part: _Part, rules: CallRules) -> bool:
    """Whether the clinic's hours for calls hold its best time."""
    return rules.window_start <= part.best < rules.window_end

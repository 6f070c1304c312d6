"""What a call that another account of the clinic has for a visit is worth: as much as the call itself, no more.

Anybody in the clinic can write rows that look like a call. One counts where it would reach this owner, and in time, by
what we have read ourselves; another is as if it weren't there, so that it can't keep the owner from being called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from idexx_desktop.domain.call_times import LATEST_DELAY
from idexx_desktop.domain.decisions import KindRule, PersonDecision, ReasonCode

QUEUED, CANCELLED, FAILED = "queued", "cancelled", "failed"
HANDED_OVER = ("ringing", "in_progress", "completed")
# what a visit can rest on that reads "call scheduled"
LIVE = (QUEUED, *HANDED_OVER)
# what it reads where that is gone since it was decided, by the state of its own call, if there is one: why, in words
CALL_GONE: Mapping[str | None, tuple[str, str]] = {
    CANCELLED: (
        ReasonCode.CALL_CANCELLED,
        "The call was cancelled in the clinic's records, outside of this program.",
    ),
    FAILED: (ReasonCode.CALL_FAILED, "The call was made, and didn't get through."),
    None: (
        ReasonCode.CALL_MISSING,
        "The call of this visit isn't there any more. The next sync decides again.",
    ),
}


@dataclass(frozen=True, slots=True)
class OthersCall:
    """A call that is not cancelled. `phone`: which of the owner's numbers it goes to, None for any other number.

    `is_left`: its account doesn't work for the clinic any more, so nobody keeps or takes back the call.
    """

    call_id: str
    status: str
    scheduled_for: datetime | None
    phone: str | None
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class VisitClaim:
    """The call that a visit has, this user's own or else a colleague's. `is_mine`: no other account has one alone.

    `others`: what other accounts have, whatever it is worth.
    """

    is_mine: bool
    call_id: str | None = None
    call_status: str | None = None
    call_scheduled_for: datetime | None = None
    others: tuple[OthersCall, ...] = ()


def binding(calls: Sequence[OthersCall], due: datetime, now: datetime) -> OthersCall | None:
    """The call that stands for ours, which would be `due` then; None where ours has to be made.

    What was made goes before what will be, that before what failed, and an account that is there before one that left.
    """
    counting = [call for call in calls if counts(call, due, now)]
    return min(counting, key=_rank, default=None)


def counts(call: OthersCall, due: datetime, now: datetime) -> bool:
    """Whether it is about this owner, and neither so late nor so long overdue that the rules would let none be made."""
    if call.phone is None:
        return False
    if call.status != QUEUED:
        return True
    when = call.scheduled_for
    return when is not None and now - LATEST_DELAY <= when <= due + LATEST_DELAY


def due_by_rules(
    due: datetime, person: PersonDecision | None, visit_at: datetime | None, kind: KindRule
) -> datetime:
    """When ours is due; where a person chose that time, when it would be by the rules, if that is later.

    A colleague's call that the rules made is in time, however much earlier somebody wants one.
    """
    if person is None or person.scheduled_for != due or visit_at is None:
        return due
    return max(due, visit_at + timedelta(days=kind.delay_days + 1))


def kept_until(call: OthersCall) -> datetime | None:
    """Until when such a call may be moved and still be the one that was found."""
    return call.scheduled_for + LATEST_DELAY if call.scheduled_for else None


def _rank(call: OthersCall) -> tuple[object, ...]:
    order = 0 if call.status in HANDED_OVER else 2 if call.status == FAILED else 1
    when = call.scheduled_for.timestamp() if call.scheduled_for else 0.0
    return call.is_left, order, when, call.call_id

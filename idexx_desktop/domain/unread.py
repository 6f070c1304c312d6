"""Calls that have to wait, because a visit that they depend on was not looked at shortly before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from idexx_desktop.domain.cases import Case, held
from idexx_desktop.domain.decisions import CallRules, Decision, ReasonCode
from idexx_desktop.domain.freshness import LAST_CHANCE, is_fresh, is_last_chance
from idexx_desktop.domain.holding import too_late_without_call, without_time
from idexx_desktop.domain.households import is_same_pet

LOOK_RULE = "Looked at before the call"
LOOK_REASON = (
    "Its record in Neo wasn't looked at shortly before the call was due, so the call was held. "
    "Once it has been read, the call is scheduled again."
)


class Unread:
    """The open visits of a reconcile without a reading that would do for a call at the last chance."""

    def __init__(self, cases: Iterable[Case], now: datetime) -> None:
        self._now = now
        soon = now + LAST_CHANCE
        self._suspects = [
            case for case in cases if case.is_open and not is_fresh(case.last_read_at, soon, now)
        ]

    def hold(self, called: Sequence[Case], household: Sequence[Case], due: datetime) -> bool:
        """Whether a call for these visits of a household, due then, must not be made now.

        Nor is a call that was held for this scheduled for another time before all that it depends on has been read.
        """
        is_held = any(case.known and case.known.reason_code is ReasonCode.NOT_LOOKED_AT for case in called)
        is_near = is_last_chance(due, self._now)
        if not self._suspects or not (is_held or is_near):
            return False
        needed = due if is_near else self._now
        own = {case.key for case in household}
        return any(
            not is_fresh(case.last_read_at, needed, self._now)
            and (case.key in own or any(is_same_pet(case.member, other.member) for other in called))
            for case in self._suspects
        )


def not_looked_at(case: Case, rules: CallRules, now: datetime) -> Decision | None:
    """What is decided about a visit whose call is held for that; once the call is too late for that alone, so it is."""
    late = too_late_without_call(case, rules, now)
    if late is not None or case.decision is None:
        return late
    return without_time(held(case.decision, ReasonCode.NOT_LOOKED_AT, LOOK_REASON, LOOK_RULE))

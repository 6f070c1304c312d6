"""A person calls where a calling system couldn't, or never came back: between the events of a week, and in memory."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from tests.simulation import events as ev
from tests.simulation.numbers_said import tell_wrong
from tests.simulation.reaching import CALLED_BY_HAND
from tests.simulation.tried import TOLD

if TYPE_CHECKING:
    from tests.simulation.playing import Clinic

# by hand: what the clinic is promised of a call that rings, or is under way
_LONGEST_CALL = timedelta(hours=1)
_STOPPED = ("failed", "ringing")


def with_calls_by_hand(events: Sequence[ev.Event], seed: int, users: Sequence[str]) -> tuple[ev.Event, ...]:
    """The same events, with somebody who calls by hand now and then once a call has been handed over.

    Drawn beside the events, which are those of the seed whatever is added here.
    """
    chance = random.Random(f"{seed} by hand")  # noqa: S311 - made to be repeated
    made: list[ev.Event] = []
    is_over = False
    for event in events:
        made.append(event)
        is_over = is_over or (isinstance(event, ev.CallMovesOn) and event.status in _STOPPED)
        if is_over and chance.random() < 0.3:
            kind = chance.choice(TOLD)
            made.append(ev.CallByHand(chance.choice(users), chance.randrange(3), kind))
    return tuple(made)


def call_at(clinic: Clinic, user: str, place: int) -> str | None:
    """The id of one of a user's calls that were handed over and are not known to have got through."""
    calls = clinic.records.calls.items()
    found = sorted(key for key, call in calls if call.user == user and call.status in _STOPPED)
    return found[place % len(found)] if found else None


def may_be_called(clinic: Clinic, call_id: str) -> bool:
    """Whether a person may record that they called: it failed, or rings for more than an hour, and nobody has yet."""
    records, call = clinic.records, clinic.records.calls[call_id]
    begun = call.begun_at or call.scheduled_for
    is_stuck = call.status == "ringing" and begun < clinic.now - _LONGEST_CALL
    return (call.status == "failed" or is_stuck) and call_id not in records.outcomes


def refused(clinic: Clinic, event: ev.CallByHand) -> FailureCode | None:
    """Why the program doesn't take what came of the call that is meant; None where it does, or there is none."""
    call_id = call_at(clinic, event.user, event.call)
    return None if call_id is None or may_be_called(clinic, call_id) else FailureCode.HANDED_OVER


def play(clinic: Clinic, event: ev.Event, opt_out: Callable[[Clinic, str, str, bool], None]) -> bool:
    """What came of it stands beside the call, which stays as it is. False for an event of another kind."""
    if not isinstance(event, ev.CallByHand):
        return False
    call_id = call_at(clinic, event.user, event.call)
    if code := refused(clinic, event):
        clinic.meet(code)
    elif call_id is not None:
        clinic.records.outcomes.setdefault(call_id, []).append((event.kind, clinic.time_of(event.user)))
        clinic.records.reached[CALLED_BY_HAND] += 1
        if event.kind is CallOutcomeKind.OPTED_OUT:
            opt_out(clinic, event.user, clinic.records.calls[call_id].phone, True)
        if event.kind is CallOutcomeKind.WRONG_NUMBER:
            tell_wrong(clinic, event.user, clinic.records.calls[call_id].phone)
    return True

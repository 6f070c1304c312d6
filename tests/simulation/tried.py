"""Tries of calls in memory: what came of each, how often an owner was tried, and when the next try is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from idexx_desktop.domain.areas import areas_of
from idexx_desktop.domain.attempts import next_attempt
from idexx_desktop.domain.changes import KnownVisit
from idexx_desktop.domain.decisions import CallRules, ReasonCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.phones import dialable
from tests.simulation import events as ev
from tests.simulation.rows import QUEUED

if TYPE_CHECKING:
    from tests.simulation.memory import MemoryRecords

# a death is told by an event of its own (`told.py`)
TOLD = tuple(kind for kind in CallOutcomeKind if kind is not CallOutcomeKind.DIED)
ONE_TRY, THREE_TRIES = "one try", "three tries"
# after these the owner is tried again
GOES_ON = (CallOutcomeKind.NO_ANSWER, CallOutcomeKind.VOICEMAIL, CallOutcomeKind.WRONG_NUMBER)


def with_tries(events: Sequence[ev.Event], seed: int, users: Sequence[str]) -> tuple[ev.Event, ...]:
    """The same events, with more tries of calls, one or several, and a clinic that wants fewer of them.

    Drawn beside the events, which are those of the seed whatever is added here.
    """
    chance = random.Random(f"{seed} tries")  # noqa: S311 - made to be repeated
    made: list[ev.Event] = []
    for event in events:
        made.append(event)
        if not isinstance(event, ev.Sync | ev.Outcome) or chance.random() < 0.7:
            continue
        user, call = chance.choice(users), chance.randrange(2)
        made += [ev.Outcome(user, call, chance.choice(GOES_ON)) for _ in range(chance.choice((1, 1, 2, 4)))]
        if chance.random() < 0.2:
            made.append(ev.NewRules(user, chance.choice((ONE_TRY, THREE_TRIES, THREE_TRIES))))
    return tuple(made)


def tries(records: MemoryRecords, user: str, key: str, consultation_id: str | None) -> tuple[datetime, ...]:
    """When the owner of a visit was tried and not reached, on whatever call of this user's the visit ever was."""
    return tuple(sorted(at for _, at in _tries(records, user, key, consultation_id)))


def _tries(
    records: MemoryRecords, user: str, key: str, consultation_id: str | None
) -> set[tuple[tuple[str, int], datetime]]:
    """The same, each with which try of which call it was: two may be of one instant."""
    keys = {key, f"c:{consultation_id}"}
    calls = {call_id for each in keys for call_id in records.ever.get((user, each), ())}
    return {
        ((call_id, place), at)
        for call_id in calls
        for place, (kind, at) in enumerate(records.outcomes.get(call_id, ()))
        if kind in GOES_ON
    }


def record(records: MemoryRecords, call_id: str, kind: CallOutcomeKind, now: datetime) -> None:
    """What came of a try of a queued call; it stays queued where it is tried again."""
    call = records.calls[call_id]
    before: set[tuple[tuple[str, int], datetime]] = set()
    for key in records.members(call_id):
        stored = records.visits.get((call.user, key))
        before |= _tries(records, call.user, key, stored.consultation_id if stored else None)
    records.outcomes.setdefault(call_id, []).append((kind, now))
    if kind not in GOES_ON or len(before) + 1 >= records.rules.max_attempts:
        call.status, call.ended_at = "completed", now
        return
    areas = areas_of(dialable(call.phone, records.rules.country), records.rules)
    at = next_attempt([*(moment for _, moment in before), now], records.rules, areas, now)
    call.scheduled_for = at or call.scheduled_for


def is_tried_enough(stored: KnownVisit, rules: CallRules) -> bool:
    """Whether its owner was tried as often as the clinic wants, and is left in peace for that."""
    return stored.reason_code is ReasonCode.UNREACHED and len(stored.tries) >= rules.max_attempts


def next_try_problem(known: KnownVisit) -> str:
    """What is wrong with a queued call of a visit whose owner was tried; "" where nothing is."""
    call, person = known.call, known.person
    if call is None or call.status != QUEUED or not known.tries:
        return ""
    last = max(known.tries)
    if person is not None and person.choice.calls and person.decided_at > last:
        return ""
    if call.scheduled_for <= last:
        return f"tried at {last}, and the next try is at {call.scheduled_for}"
    return ""

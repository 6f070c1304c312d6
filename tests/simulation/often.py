"""How often numbers are called in a simulated week: its clinic's caps, what the records tell, and what must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.often_called import CallsBefore, CallTo
from idexx_desktop.domain.visits import VisitState
from tests.simulation.rows import QUEUED, Call

if TYPE_CHECKING:
    from tests.simulation.memory import MemoryRecords

COUNTED = (QUEUED, "ringing", "in_progress", "completed")
# by what is left of the seed
CAPS = {1: (1, 1), 3: (1, 3)}
GENEROUS = (20, 100)


def caps_of(seed: int) -> tuple[int, int]:
    """How often a number is called at most in a day, and in 30 days: in every fourth week as a new clinic has it."""
    return CAPS.get(seed % 4, GENEROUS)


def calls_before(records: MemoryRecords, user: str) -> CallsBefore:
    """What the records tell a user of calls to any number: of others' only how many a day."""
    own: list[CallTo] = []
    others = Counter[tuple[str, date]]()
    for call_id, call in _counted(records).items():
        at = call.ended_at or call.scheduled_for
        if call.user == user:
            own.append(CallTo(call_id, call.phone, at))
        else:
            others[call.phone, at.astimezone(records.rules.zone).date()] += 1
    return CallsBefore(own, others)


def check_often(records: MemoryRecords, user: str, now: datetime) -> None:
    """After a run no number has one call more a day than the clinic wants, unless a person decided so.

    Of what is held for that, a person is told, and no call of it is queued.
    """
    most = records.rules.calls_per_day
    assert most is not None
    days: Counter[tuple[str, object]] = Counter()
    for call_id, call in _counted(records).items():
        if (
            call.user == user
            and call.status == QUEUED
            and call.scheduled_for > now
            and _by_rules(records, call_id)
        ):
            days[call.phone, call.scheduled_for.astimezone(records.rules.zone).date()] += 1
    assert max(days.values(), default=0) <= most, f"one number too often a day: {days}"
    for key, visit in records.of(user).items():
        if visit.reason_code is ReasonCode.CALLED_ENOUGH and visit.state is VisitState.HELD:
            assert visit.call is None or visit.call.status != QUEUED, f"{key} is held, and has a call"


def _counted(records: MemoryRecords) -> Mapping[str, Call]:
    active = set(records.on_call.values())
    return {
        call_id: call
        for call_id, call in records.calls.items()
        if call_id in active and call.status in COUNTED
    }


def _by_rules(records: MemoryRecords, call_id: str) -> bool:
    """Whether no person decided that this owner be called."""
    visits = [whose for whose, on in records.on_call.items() if on == call_id]
    persons = [records.one(user, key).person for user, key in visits if (user, key) in records.visits]
    return not any(person is not None and person.choice.calls for person in persons)

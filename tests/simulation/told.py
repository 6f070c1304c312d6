"""Deaths that people tell the program of, in memory: nothing is queued for such a pet from then on.

Told in the weeks that are played in memory alone; what the database does then has tests of its own
(tests/services/test_deaths.py, tests/db_repositories/test_deaths.py).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from idexx_desktop.domain.bereaved import members_of, with_told_deaths
from idexx_desktop.domain.cases import known_case
from idexx_desktop.domain.changes import KnownVisit, VisitRead
from idexx_desktop.domain.decisions import ReasonCode
from tests.simulation import events as ev

if TYPE_CHECKING:
    from tests.simulation.memory import MemoryRecords


def with_deaths(events: Sequence[ev.Event], seed: int, users: Sequence[str]) -> tuple[ev.Event, ...]:
    """The same events, with a person who is told of a death now and then, and sometimes takes it back.

    Drawn beside the events, which are those of the seed whatever is added here.
    """
    chance = random.Random(f"{seed} deaths")  # noqa: S311 - made to be repeated
    made: list[ev.Event] = []
    for event in events:
        made.append(event)
        if isinstance(event, ev.Sync) and chance.random() < 0.08:
            made.append(ev.TellDeath(chance.choice(users), chance.randrange(6), chance.random() < 0.8))
    return tuple(made)


def without_deaths(week: ev.Week) -> ev.Week:
    """The same week where nobody tells of any."""
    return replace(week, events=tuple(each for each in week.events if not isinstance(each, ev.TellDeath)))


def with_deaths_told(
    records: MemoryRecords, reads: Sequence[VisitRead], known: Mapping[str, KnownVisit], now: datetime
) -> dict[str, KnownVisit]:
    """Say of each visit that was read what was told of its pet, and of its owner's others."""
    if not records.told_deaths:
        return dict(known)
    return with_told_deaths(
        reads, known, members_of(reads, known, records.rules, now), records.told_deaths, now
    )


def queued_for_the_dead(records: MemoryRecords, user: str, key: str, now: datetime) -> bool:
    """Whether a visit of a pet that died, as somebody told, is on a queued call."""
    known = records.one(user, key)
    member = known_case(known, records.rules.zone, now).member
    queued = known.call is not None and known.call.status == "queued"
    return queued and any(death.is_of(member, known.consultation_id) for death in records.told_deaths)


def is_for_a_death(records: MemoryRecords, stored: KnownVisit, now: datetime) -> bool:
    """Whether a visit isn't called about because somebody told of a death: its pet's, or another's of its owner."""
    member = known_case(stored, records.rules.zone, now).member
    if stored.reason_code is ReasonCode.TOLD_DEAD:
        return any(death.is_of(member, stored.consultation_id) for death in records.told_deaths)
    at = stored.visit_at or now
    is_held = stored.reason_code in (ReasonCode.HOUSEHOLD_HELD, ReasonCode.MAY_HAVE_DIED)
    return is_held and any(death.concerns(member, at) for death in records.told_deaths)

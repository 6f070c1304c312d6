"""A person tells the program that a pet has died, or takes that back, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idexx_desktop.domain.cases import known_case
from idexx_desktop.domain.told_deaths import ToldDeath
from tests.simulation import events as ev
from tests.simulation.rows import MALLORY
from tests.simulation.running import redecide

if TYPE_CHECKING:
    from tests.simulation.playing import Clinic


def play(clinic: Clinic, event: ev.Event) -> bool:
    """What is told, or taken back. False for an event of another kind."""
    if not isinstance(event, ev.TellDeath):
        return False
    records = clinic.records
    key = clinic.key_at(event.user, event.visit)
    if key is None:
        return True
    now = clinic.time_of(event.user)
    known = records.one(event.user, key)
    member = known_case(known, records.rules.zone, now).member
    standing = [death for death in records.told_deaths if death.is_of(member, known.consultation_id)]
    if event.on and not standing:
        records.told_deaths.append(
            ToldDeath(f"{len(records.told_deaths):04}", member, event.user, clinic.now)
        )
    elif not event.on:
        records.told_deaths = [death for death in records.told_deaths if death not in standing]
    _decide_again(clinic)
    return True


def _decide_again(clinic: Clinic) -> None:
    """Every program of the clinic follows at its next look, which is seconds away."""
    records = clinic.records
    for user in sorted({owner for owner, _ in records.visits} - records.standing.gone - {MALLORY}):
        redecide(records, user, clinic.time_of(user), [key for owner, key in records.visits if owner == user])

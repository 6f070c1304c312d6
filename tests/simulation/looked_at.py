"""What must hold of the looks before calls, judged from Neo's model and the records alone, without the rules' code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from idexx_desktop.domain.changes import KnownVisit
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.visits import VisitState
from tests.simulation.invariants import require
from tests.simulation.memory import OPEN
from tests.simulation.neo import NeoVisit
from tests.simulation.playing import Clinic
from tests.simulation.rows import MALLORY, QUEUED

# by hand: what the clinic is promised
_SHORTLY_BEFORE, _OLDEST_LOOK = timedelta(minutes=10), timedelta(minutes=45)
_BETWEEN_TRIES = timedelta(minutes=10)
# what a reading may be dated in the future, because computers' clocks differ
_CLOCKS_DIFFER = timedelta(minutes=15)


def check_due(clinic: Clinic) -> None:
    """At the instant at which a call is due, where a program of the clinic was there shortly before, whoever's."""
    for call_id, call in clinic.records.calls.items():
        if call.status != QUEUED or call.scheduled_for != clinic.now or call.user == MALLORY:
            continue
        looked_at = max(clinic.looked_at.values(), default=None)
        if looked_at is None or clinic.now - looked_at > _SHORTLY_BEFORE:
            continue
        members = clinic.records.members(call_id)
        for key, stored in _concerned(clinic, call.user, call_id).items():
            at = stored.last_read_at
            noted = at is not None and clinic.now - _OLDEST_LOOK <= at <= clinic.now + _CLOCKS_DIFFER
            if key in members:
                require(noted, f"call {call_id} is due, and {key} is said to have been read at {at}")
            if call.user in clinic.records.standing.unnoticed:
                continue  # dated by a clock of which their program hasn't seen yet that it was wrong
            read_at = _asked_at(clinic, call.user, stored)
            fresh = read_at is not None and clinic.now - read_at <= _OLDEST_LOOK
            require(fresh, f"call {call_id} is due, and {key} was read at {read_at}")


def check_held(clinic: Clinic, user: str) -> None:
    """After a look at the clock: what is nearly due was read, or is not queued any more."""
    for call_id, call in clinic.records.queued(user).items():
        if call.scheduled_for - clinic.now <= _SHORTLY_BEFORE:
            members = clinic.records.members(call_id)
            for key, stored in _concerned(clinic, user, call_id).items():
                at = stored.last_read_at
                fresh = at is not None and call.scheduled_for - at <= _OLDEST_LOOK
                # the run that decided with it may have been ended before it was noted
                asked_at = None if key in members else _asked_at(clinic, user, stored)
                fresh = fresh or (asked_at is not None and call.scheduled_for - asked_at <= _OLDEST_LOOK)
                require(fresh, f"call {call_id} is nearly due, and {key} is said to have been read at {at}")


def check_looked(clinic: Clinic, user: str) -> None:
    """After a look at the clock that nothing hindered: what is due within 20 minutes, and can be read, was."""
    neo = {key: seen for seen in clinic.neo.visits.values() for key in seen.keys}
    for call_id, call in clinic.records.queued(user).items():
        seen = [neo[key] for key in clinic.records.members(call_id) if key in neo]
        until = call.scheduled_for - clinic.now
        if not timedelta() < until <= timedelta(minutes=20) or _unreadable(clinic, seen):
            continue
        for visit in seen:
            read_at = clinic.neo.pages_read.get((user, visit.consultation_id or ""))
            fresh = read_at is not None and call.scheduled_for - read_at <= _OLDEST_LOOK
            require(fresh, f"call {call_id} is due soon, and a:{visit.number} was read at {read_at}")
    _check_none_waits(clinic, user)


def check_tried(clinic: Clinic, user: str, keys: frozenset[str]) -> None:
    """Before a look at these visits: Neo isn't asked again and again for what it didn't answer just before."""
    due = [call.scheduled_for for call in clinic.records.queued(user).values()]
    is_near = any(timedelta() < at - clinic.now <= timedelta(minutes=30) for at in due)
    together = [list(_together(clinic, user, key)) for key in keys]
    tried = all(_was_tried(clinic, each) for group in together for each in group)
    require(not tried, f"{sorted(keys)} are read again, a moment after they were tried")
    rest = all(any(_rests(clinic, each) for each in group) for group in together)
    require(is_near or not rest, f"{sorted(keys)} are read, though they were unreadable often")


def _check_none_waits(clinic: Clinic, user: str) -> None:
    """No call is held for a reading that could be had, unless that was tried in vain within ten minutes."""
    neo = {key: seen for seen in clinic.neo.visits.values() for key in seen.keys}
    broken_off = {run.started_at for run in clinic.records.runs if run.status != "completed"}
    for key, visit in clinic.records.of(user).items():
        if visit.reason_code is not ReasonCode.NOT_LOOKED_AT or key not in neo:
            continue
        together = _together(clinic, user, key)
        lately = any(
            _was_tried(clinic, each) and (not _is_fresh(clinic, each) or each.last_attempt_at in broken_off)
            for each in together
        )
        rests = any(_rests(clinic, each) for each in together)
        new = clinic.now - visit.changed_at <= _BETWEEN_TRIES
        waits = not (new or lately or rests or _unreadable(clinic, [neo[key]]))
        require(not waits, f"{key} waits for a reading that nobody makes")


def _was_tried(clinic: Clinic, visit: KnownVisit) -> bool:
    at = visit.last_attempt_at
    return at is not None and clinic.now - _BETWEEN_TRIES < at <= clinic.now


def _rests(clinic: Clinic, visit: KnownVisit) -> bool:
    """Whether it was unreadable so often that it is left in peace for a while."""
    return visit.next_try_at is not None and visit.next_try_at > clinic.now


def _is_fresh(clinic: Clinic, visit: KnownVisit) -> bool:
    return visit.last_read_at is not None and clinic.now - visit.last_read_at <= _OLDEST_LOOK


def waiting(clinic: Clinic) -> set[tuple[str, str]]:
    """The visits whose calls are held until they have been read, each with its user."""
    return {
        place
        for place, visit in clinic.records.visits.items()
        if visit.reason_code is ReasonCode.NOT_LOOKED_AT
    }


def check_released(before: set[tuple[str, str]], clinic: Clinic) -> None:
    """What was held until it is read is scheduled again only once it was."""
    for user, key in before & clinic.records.visits.keys():
        stored = clinic.records.visits[user, key]
        if stored.state is VisitState.SCHEDULED and stored.others_call is None:
            at = stored.last_read_at
            fresh = at is not None and stored.changed_at - at <= _OLDEST_LOOK
            require(fresh, f"{key} was held until it is read, and is scheduled, as it was read at {at}")


def _concerned(clinic: Clinic, user: str, call_id: str) -> dict[str, KnownVisit]:
    """The visits of a call, and those that may stop it."""
    found: dict[str, KnownVisit] = {}
    for key in clinic.records.members(call_id):
        known = any(key in seen.keys for seen in clinic.neo.visits.values())
        require(known, f"call {call_id} is due about {key}, which Neo doesn't have")
        found |= {each.visit_key: each for each in _together(clinic, user, key)}
    return found


def _together(clinic: Clinic, user: str, key: str) -> Iterator[KnownVisit]:
    """A visit, and the owner's others of that day and those of the pet, as long as they are open."""
    neo = {each: seen for seen in clinic.neo.visits.values() for each in seen.keys}
    records = clinic.records
    one, day = neo[key], _day(clinic, records.visits[user, key])
    for (owner, other), stored in records.visits.items():
        seen = neo.get(other)
        # of what was never read the program may not know whose it is
        if owner != user or seen is None or (stored.client_id is None and other != key):
            continue
        call = records.call_of(user, other)
        is_open = stored.state in OPEN or (call is not None and call.status == QUEUED)
        of_day = seen.pet[0] == one.pet[0] and _day(clinic, stored) == day
        if other == key or (is_open and (seen.pet == one.pet or of_day)):
            yield stored


def _day(clinic: Clinic, stored: KnownVisit) -> date | None:
    at = stored.visit_at
    return at.astimezone(clinic.records.rules.zone).date() if at else None


def _asked_at(clinic: Clinic, user: str, stored: KnownVisit) -> datetime | None:
    """When Neo was asked for the visit's page, or its rows where it has none."""
    if stored.consultation_id is None:
        return stored.last_read_at
    return clinic.neo.pages_read.get((user, stored.consultation_id))


def _unreadable(clinic: Clinic, visits: list[NeoVisit]) -> bool:
    """Whether any visit of these owners can't be read."""
    owners = {seen.pet[0] for seen in visits}
    return any(seen.unreadable and seen.pet[0] in owners for seen in clinic.neo.visits.values())

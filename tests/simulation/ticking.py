"""The time that passes while programs are open: they look at the clock, hold what was not read, and read before calls.

Of all the looks at the clock those are played that matter: around each call, and while a held call waits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.freshness import AHEAD, LAST_CHANCE
from tests.simulation import events as ev
from tests.simulation import looked_at
from tests.simulation.playing import Clinic
from tests.simulation.rows import MALLORY, QUEUED
from tests.simulation.running import wanted_looks

Look = Callable[[ev.Sync], object]
Hold = Callable[[str], None]
# a look at the clock comes within seconds; those of the model come at these times before a call
_BEFORE = (AHEAD, timedelta(minutes=20), LAST_CHANCE)
_BETWEEN_TRIES = timedelta(minutes=11)
_MOST_TRIES = 3


def pass_time(clinic: Clinic, event: ev.Pass, hold: Hold, look: Look) -> None:
    """Until the end of this time; `hold` and `look` are what a user's program does at a look at the clock."""
    end = clinic.now + timedelta(minutes=event.minutes)
    troubles = list(event.troubles)
    tries = 0
    _tick_all(clinic, troubles, hold, look)
    while True:
        waiting = tries < _MOST_TRIES and _waits(clinic)
        moments = _moments(clinic, end)
        if waiting:
            moments.add(clinic.now + _BETWEEN_TRIES)
        clinic.now = min(moments)
        tries += waiting
        looked_at.check_due(clinic)
        if clinic.now >= end:
            clinic.now = end
            break
        _tick_all(clinic, troubles, hold, look)
    _tick_all(clinic, troubles, hold, look)


def _moments(clinic: Clinic, end: datetime) -> set[datetime]:
    """When something comes to pass before the end, and the end."""
    moments = {end}
    for call in clinic.records.calls.values():
        if call.status != QUEUED or call.user == MALLORY:
            continue
        befores = (timedelta(), *_BEFORE) if clinic.at_work_on else (timedelta(),)
        moments |= {at for before in befores if clinic.now < (at := call.scheduled_for - before) < end}
    return moments


def _waits(clinic: Clinic) -> bool:
    """Whether a call of an open program waits for a reading that can be had."""
    return any(
        visit.reason_code is ReasonCode.NOT_LOOKED_AT
        for (user, _), visit in clinic.records.visits.items()
        if user in clinic.at_work_on and not _rests(clinic, user)
    )


def _rests(clinic: Clinic, user: str) -> bool:
    """Whether a user's program can't read Neo, whatever the time is."""
    records = clinic.records
    signed_in = user not in records.suspended and user not in records.standing.without_sign_in
    return not signed_in or records.standing.refusal(user) is not None


def _tick_all(clinic: Clinic, troubles: list[ev.Trouble], hold: Hold, look: Look) -> None:
    for user, computer in sorted(clinic.at_work_on.items()):
        if clinic.records.standing.refusal(user) is None:
            if not clinic.records.standing.wrong_by(user):
                clinic.looked_at[user] = clinic.now
            hold(user)
        if _rests(clinic, user) or (clinic.lease is not None and clinic.lease.user != user):
            continue
        keys = wanted_looks(clinic.records, user, clinic.time_of(user))
        trouble = ev.Trouble.NONE
        if keys:
            looked_at.check_tried(clinic, user, keys)
            trouble = troubles.pop(0) if troubles else ev.Trouble.NONE
            code = int(clinic.now.timestamp()) // 60
            look(ev.Sync(user, computer, trouble, len(troubles), look=keys, code=code))
        if (
            trouble is ev.Trouble.NONE
            and clinic.lease is None
            and user not in clinic.records.standing.unnoticed
        ):
            looked_at.check_looked(clinic, user)

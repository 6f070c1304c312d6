"""Whether a visit may wait for a person because of other visits of its pet, judged from Neo's model."""

from __future__ import annotations

from datetime import timedelta

from idexx_desktop.domain.changes import KnownVisit
from idexx_desktop.domain.decisions import ReasonCode
from tests.simulation.neo import NO_VISITS, OFF, NeoVisit, patient_id
from tests.simulation.playing import Clinic

# a call waits for at most so long: a closed weekday, a night
_LONGEST = timedelta(days=7)


def is_asked_about(clinic: Clinic, key: str, stored: KnownVisit) -> bool:
    """Whether the pet is back before the call would be, or its owner was called about another visit of that day."""
    neo = clinic.neo.by_key()
    mine = neo[key]
    if stored.reason_code is ReasonCode.NEO_CALL_BACK:
        return patient_id(mine.pet) in clinic.neo.ever_called_back
    others = {each: seen for each, seen in neo.items() if seen.pet == mine.pet and each != key}
    if stored.reason_code is ReasonCode.BACK_IN_CLINIC:
        return any(_is_later(clinic, seen, mine) for seen in others.values())
    if stored.reason_code is ReasonCode.ALREADY_CALLED:
        records = clinic.records
        calls = [records.calls[call] for (_, each), call in records.on_call.items() if each in others]
        return any(call.status in ("ringing", "in_progress", "completed") for call in calls)
    return False


def _is_later(clinic: Clinic, seen: NeoVisit, mine: NeoVisit) -> bool:
    zone = clinic.records.rules.zone
    is_off = (seen.appointment and seen.planned in OFF) or seen.consultation in NO_VISITS
    later = seen.at.astimezone(zone).date() > mine.at.astimezone(zone).date()
    return later and not is_off and not seen.gone and seen.at <= clinic.now + _LONGEST

"""Each visit is in one end, or open with a next step and its time; and nothing that this program does loses one.

Only others can: who cancels or removes a call in the shared records, or a calling system that never says how one ended;
and a run that is broken off after it took back a call for one of its visits. What is lost is named until the next whole
run of that account, which decides again.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.ledger import Call, End, Facts, standing
from idexx_desktop.domain.reports import Days
from idexx_desktop.domain.visits import VisitState
from tests.simulation import events as ev
from tests.simulation import rows
from tests.simulation.invariants import require
from tests.simulation.memory import MemoryRecords
from tests.simulation.playing import Clinic
from tests.simulation.program import Program

_EVER = Days(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
# what others do with the records; of a calling system that says nothing the time alone tells
_BY_OTHERS = (ev.CallMovesOn, ev.Hostile, ev.Pass)
Lost = dict[tuple[str, str], str]


def lost(clinic: Clinic) -> Lost:
    """The visits, by user and key, that say that a call is scheduled and have none; each by the name that stays."""
    records, found = clinic.records, {}
    for (user, key), visit in records.visits.items():
        call = records.calls.get(records.on_call.get((user, key), ""))
        is_there = call is not None and call.status != rows.CANCELLED
        person = records.person(user, key, visit.consultation_id)
        if (
            visit.state is VisitState.SCHEDULED
            and not is_there
            and not visit.others_call
            and not _is_closed(person)
        ):
            found[user, key] = visit.consultation_id or key
    return found


def check_nothing_is_lost(before: Lost, clinic: Clinic, event: ev.Event) -> None:
    """After every event: what is lost now was lost before, unless others did it; all else has an end or a next step."""
    now = lost(clinic)
    if not _may_lose(event):
        was = {(user, name) for (user, _), name in before.items()}
        new = sorted(key for (user, key), name in now.items() if (user, name) not in was)
        require(not new, f"{event} lost {new}")
    for user, key in clinic.records.visits:
        stands = standing(facts(clinic.records, user, key), clinic.now)
        is_open = stands.end is End.OPEN
        told = (stands.step is not None, stands.due is not None)
        require(told == (is_open, is_open), f"{key} is {stands.end}, and what comes next is {stands.step}")
        call = clinic.records.calls.get(clinic.records.on_call.get((user, key), ""))
        is_silent = call is not None and call.status in ("ringing", "in_progress")
        if stands.end is End.LEAK:
            require((user, key) in now or is_silent, f"{key} is a leak, and nobody took its call")


def check_found_again(clinic: Clinic, user: str) -> None:
    """After a whole run nothing of this user's is lost any more."""
    left = sorted(key for owner, key in lost(clinic) if owner == user)
    require(not left, f"{left} are lost after a whole run")


def require_same_ledger(program: Program, user: str) -> None:
    """The records count the same ends, and name the same leaks."""
    memory, now = program.clinic.records, program.clinic.now
    stands = {
        key: standing(facts(memory, user, key), now).end for owner, key in memory.visits if owner == user
    }
    with program.records(user).transaction() as tx:
        found = tx.ledger.ledger(_EVER, now)
    counts, ends = Counter(stands.values()), found.ends
    require(all(ends[end] == counts[end] for end in End), f"the ledger says {ends}, and it is {stands}")
    leaks = {key for key, end in stands.items() if end is End.LEAK}
    require(
        {each.visit_key for each in found.leaked} == leaks, f"leaks are {leaks}, named are {found.leaked}"
    )


def _may_lose(event: ev.Event) -> bool:
    """Whether it is others' doing, or a run that may break off between two visits of one call."""
    if isinstance(event, ev.Sync):
        return event.trouble is not ev.Trouble.NONE or isinstance(event.meanwhile, _BY_OTHERS)
    return isinstance(event, _BY_OTHERS)


def facts(records: MemoryRecords, user: str, key: str) -> Facts:
    """What the end of a visit depends on."""
    visit = records.visits[user, key]
    own, other = records.on_call.get((user, key), ""), visit.others_call or ""
    person = records.person(user, key, visit.consultation_id)
    return Facts(
        visit.state,
        visit.visit_at or visit.first_seen_at,
        _told(records, own),
        _told(records, other) if _is_shared(records, user, key, other) else None,
        rests_on_colleague=visit.others_call is not None,
        closed_by_person=_is_closed(person),
        next_try_at=visit.next_try_at,
    )


def _told(records: MemoryRecords, call_id: str) -> Call | None:
    call = records.calls.get(call_id)
    if call is None:
        return None
    last = records.outcomes.get(call_id)
    return Call(call.status, call.scheduled_for, outcome=str(last[-1][0]) if last else "")


def _is_shared(records: MemoryRecords, user: str, key: str, call_id: str) -> bool:
    """Whether a colleague's call is there, as it was found: to that number, and not later than it may be."""
    call = records.calls.get(call_id)
    if call is None or call.status == rows.CANCELLED:
        return False
    phone, until = records.resting[user, key]
    in_time = call.status != rows.QUEUED or (until is not None and call.scheduled_for <= until)
    return call.user not in records.standing.gone and call.phone == phone and in_time


def _is_closed(person: object) -> bool:
    return getattr(person, "choice", None) in (PersonChoice.NO_CALL, PersonChoice.IGNORE)

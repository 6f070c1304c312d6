"""Running the rules again over what was read before: a person decided, a rule changed, a number opted out.

The same reconcile and the same write as in a sync, so that a decision takes effect at once and in no other way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.changes import KnownVisit, NoCallChange, VisitChange, VisitRead, from_known
from idexx_desktop.domain.decisions import CallRules, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.newer import read_as
from idexx_desktop.domain.reconcile import new_calls_at, reconcile
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.visits import Visit, VisitState
from idexx_desktop.sync.claims import with_claims
from idexx_desktop.sync.often import calls_before
from idexx_desktop.sync.parts import DEATHS_REMEMBERED
from idexx_desktop.sync.plan import day_bounds, local_day
from idexx_desktop.sync.writing import write_visits

_NO_TIMES: Mapping[str, datetime] = {}


@dataclass(frozen=True, slots=True)
class Decided:
    """How many visits changed, and how many calls were scheduled."""

    visits: int = 0
    calls: int = 0


def redecide(
    tx: Transaction,
    now: datetime,
    visit_keys: Iterable[str] | None = None,
    session_id: str | None = None,
    formerly_for: Mapping[str, datetime] = _NO_TIMES,
) -> Decided:
    """Decide again on the days of these visits; None: on every open or scheduled visit.

    `formerly_for`: when calls were due, by visit, before what is taken back now; that is kept where the rules allow it.

    A visit that has vanished stays as it is; one that could not be read stays
    failed, unless a person decided otherwise, but keeps no call that must not be made. Calls that a switch of the
    clinic had set aside are queued again before, where it is off.
    """
    rules = tx.settings.call_rules()
    taken_back = [] if rules.paused or rules.review else tx.set_aside.take_back(now)
    if taken_back:
        visit_keys = None  # whatever was asked for: no call is queued that nobody has decided on
    today = now.astimezone(rules.zone).date()
    days: set[date] | None = None
    if visit_keys is not None:
        found = [visit.visit_at for visit in map(tx.visits.get, visit_keys) if visit is not None]
        days = {local_day(moment, rules.zone, today) for moment in found}
    known = _known(tx, rules, now, {today} if days is None else days)
    for key, when in formerly_for.items():
        if key in known:
            known[key] = replace(known[key], formerly_for=when)
    by_day: dict[date, list[str]] = {}
    for key, visit in known.items():
        day = local_day(visit.visit_at, rules.zone, today)
        is_asked_for = (_is_open(visit) or day == today) if days is None else day in days
        if is_asked_for and visit.reason_code is not ReasonCode.VANISHED:
            by_day.setdefault(day, []).append(key)
    # the newest day first, as in a sync: a pet's later visit decides about the call for its earlier one
    in_order = [keys for _, keys in sorted(by_day.items(), reverse=True)]
    taken: list[datetime] = []
    elsewhere = tx.calls.of_others_by_slot(now)
    days_decided = [
        _decide_day(tx, now, rules, known, keys, session_id, taken, elsewhere) for keys in in_order
    ]
    for call_id in taken_back:
        tx.audit.record(
            Action.CALL_SCHEDULED, "taken_back", session_id=session_id, metadata={"call_id": call_id}
        )
    return Decided(sum(day.visits for day in days_decided), sum(day.calls for day in days_decided))


def tell_anew(tx: Transaction, now: datetime, session_id: str | None = None) -> int:
    """Let queued calls say how the clinic is called and reached now; how many said something else."""
    told = tx.calls.tell_anew(now)
    for call_id in told:
        tx.audit.record(Action.CALL_CHANGED, "ok", session_id=session_id, metadata={"call_id": call_id})
    return len(told)


def _known(tx: Transaction, rules: CallRules, now: datetime, days: Collection[date]) -> dict[str, KnownVisit]:
    """All visits of these days, every open one, and those that tell of a pet's death."""
    known = tx.visits.deaths(now - DEATHS_REMEMBERED)
    for day in days:
        known |= tx.visits.known(*day_bounds(day, rules.zone))
    return known


def _decide_day(
    tx: Transaction,
    now: datetime,
    rules: CallRules,
    known: Mapping[str, KnownVisit],
    keys: list[str],
    session_id: str | None,
    taken: list[datetime],
    elsewhere: Mapping[datetime, int],
) -> Decided:
    """Decide on one day. `taken` grows by the times of its calls, for the days after it."""
    readings = tx.readings.get(keys)
    newers = [key for key, visit in readings.items() if visit is None]
    known = {**known, **{key: replace(known[key], is_newers=True) for key in newers}}
    last_read = (as_last_read(key, known[key], readings.get(key), rules, now) for key in sorted(keys))
    reads = [read for read in last_read if read is not None]
    claimed = with_claims(tx, reads, known, rules, now)
    before = calls_before(tx, reads, claimed, rules, now)
    decided = reconcile(reads, claimed, rules, now, taken, elsewhere, before)
    taken += new_calls_at(decided)
    changes = [change for change in decided if _matters(change, known)]
    # one after the other: what one write does to a household's call is what the next one finds
    calls = [
        write_visits(tx, [change], tx.standing.of([change.visit]), now, session_id) for change in changes
    ]
    return Decided(len(changes), sum(sum(scheduled.values()) for scheduled in calls))


def as_last_read(
    key: str, known: KnownVisit, reading: Visit | None, rules: CallRules, now: datetime
) -> VisitRead | None:
    """What was last read; None where it is no longer kept. A visit that could not be read still cannot.

    Nor is it over because an earlier reading said so: the lists have said otherwise since, else it had not failed.
    """
    if known.state is not VisitState.FAILED and known.failure_code is None:
        if reading is None and known.is_newers:
            return VisitRead(from_known(key, known))
        return VisitRead(reading) if reading is not None else None
    unreadable = FailureCode.CONSULTATION_UNREADABLE
    failure = Failure(read_as(FailureCode, known.failure_code or unreadable, unreadable))
    if reading is not None and known.state is VisitState.FAILED:
        is_over = decide(reading, rules, now, failure=failure).state is VisitState.EXCLUDED
        reading = None if is_over else reading
    return VisitRead(reading or from_known(key, known), failure)


def _matters(change: VisitChange, known: Mapping[str, KnownVisit]) -> bool:
    if change.unchanged or change.decision.state is not VisitState.FAILED:
        return not change.unchanged
    attention = known[change.visit_key].needs_attention
    return not isinstance(change.call, NoCallChange) or attention != change.needs_attention


def _is_open(visit: KnownVisit) -> bool:
    if visit.state is VisitState.SCHEDULED and not visit.claimed_elsewhere:
        return visit.call is None or visit.call.status in ("queued", "cancelled")
    closed = visit.state in (VisitState.SCHEDULED, VisitState.EXCLUDED)
    return not closed or (visit.call is not None and visit.call.status == "queued")

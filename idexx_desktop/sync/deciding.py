"""Running the rules again over what was read before: a person decided, a rule changed, a number opted out.

The same reconcile and the same write as in a sync, so that a decision takes effect at once and in no other way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.changes import KnownVisit, VisitRead
from idexx_desktop.domain.decisions import CallRules, ReasonCode
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.sync.claims import with_claims
from idexx_desktop.sync.plan import day_bounds, local_day
from idexx_desktop.sync.writing import write_visit


def redecide(tx: Transaction, now: datetime, visit_keys: Iterable[str] | None = None) -> int:
    """Decide again on the days of these visits; None: on every open or scheduled visit.

    Returns how many visits changed. A visit that could not be read, or that has vanished, stays as it is.
    """
    rules = tx.settings.call_rules()
    today = now.astimezone(rules.zone).date()
    if visit_keys is None:
        start, end = day_bounds(today, rules.zone)
        known = tx.visits.known(start, end)
        wanted = None
    else:
        times = [visit.visit_at for visit in map(tx.visits.get, visit_keys) if visit is not None]
        wanted = {local_day(moment, rules.zone, today) for moment in times}
        known = {}
        for day in wanted:
            known |= tx.visits.known(*day_bounds(day, rules.zone))
    days: dict[date, list[str]] = {}
    for key, visit in known.items():
        day = local_day(visit.visit_at, rules.zone, today)
        if _can_be_decided(visit) and (wanted is None or day in wanted):
            days.setdefault(day, []).append(key)
    # the newest day first, as in a sync: a pet's later visit decides about the call for its earlier one
    return sum(_decide_day(tx, now, rules, known, keys) for _, keys in sorted(days.items(), reverse=True))


def _decide_day(
    tx: Transaction, now: datetime, rules: CallRules, known: Mapping[str, KnownVisit], keys: list[str]
) -> int:
    readings = tx.readings.get(keys)
    reads = [VisitRead(readings[key]) for key in sorted(keys) if key in readings]
    claimed = with_claims(tx, reads, known, now)
    changes = [change for change in reconcile(reads, claimed, rules, now) if not change.unchanged]
    for change in changes:
        write_visit(tx, change, now, None)
    return len(changes)


def _can_be_decided(visit: KnownVisit) -> bool:
    return visit.state is not VisitState.FAILED and visit.reason_code is not ReasonCode.VANISHED

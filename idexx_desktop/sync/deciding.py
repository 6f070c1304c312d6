"""Running the rules again over what was read before: a person decided, a rule changed, a number opted out.

The same reconcile and the same write as in a sync, so that a decision takes effect at once and in no other way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.changes import KnownVisit, VisitRead
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.sync.plan import local_day
from idexx_desktop.sync.writing import write_visit


def redecide(tx: Transaction, now: datetime, visit_keys: Iterable[str] | None = None) -> int:
    """Decide again on these visits and on all of their days; None: on every open or scheduled visit.

    Returns how many visits changed. A visit that could not be read, or that has vanished, stays as it is.
    """
    rules = tx.settings.call_rules()
    today = now.astimezone(rules.zone).date()
    known = tx.visits.known(now, now) if visit_keys is None else tx.visits.known_with_days(visit_keys, rules.zone)
    days: dict[date, list[str]] = {}
    for key, visit in known.items():
        if _can_be_decided(visit):
            days.setdefault(local_day(visit.visit_at, rules.zone, today), []).append(key)
    readings = tx.readings.get(key for keys in days.values() for key in keys)
    written = 0
    for _, keys in sorted(days.items()):
        reads = [VisitRead(readings[key]) for key in sorted(keys) if key in readings]
        for change in reconcile(reads, known, rules, now):
            if not change.unchanged:
                write_visit(tx, change, now, None)
                written += 1
    return written


def _can_be_decided(visit: KnownVisit) -> bool:
    return visit.state is not VisitState.FAILED and visit.reason_code is not ReasonCode.VANISHED

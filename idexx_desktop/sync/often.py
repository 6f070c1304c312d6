"""The calls there are to the numbers of what is decided on: asked of the records before the rules run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.changes import KnownVisit, VisitRead
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.findings import numbers_of
from idexx_desktop.domain.often_called import NOTHING_BEFORE, SPAN, CallsBefore

# a call that was queued so long ago may have been made later
_LATER = timedelta(days=15)


def calls_before(
    tx: Transaction,
    reads: Iterable[VisitRead],
    known: Mapping[str, KnownVisit],
    rules: CallRules,
    now: datetime,
) -> CallsBefore:
    """Of the owners of these visits."""
    if rules.calls_per_day is None and rules.calls_per_month is None:
        return NOTHING_BEFORE
    numbers: set[str] = set()
    for read in reads:
        before = known.get(read.visit.visit_key)
        numbers |= numbers_of(read.visit, rules) | {before.phone if before and before.phone else ""}
    return tx.numbers.calls_before(numbers - {""}, now - SPAN - _LATER)

"""Whose visit it is, where several users of a clinic sync it: the first to claim a visit has its case and its call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.changes import KnownVisit, VisitRead
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.visits import Visit, VisitState


def with_claims(
    tx: Transaction, reads: Iterable[VisitRead], known: Mapping[str, KnownVisit], now: datetime
) -> dict[str, KnownVisit]:
    """Claim what was read, and say of each visit whether a colleague's account was first.

    A visit that this user never read may be decided on already: decisions are the clinic's.
    """
    visits = {read.visit.visit_key: read.visit for read in reads}
    persons = tx.decisions.of(visits.values())
    result = dict(known)
    for key, claim in tx.calls.claim(visits).items():
        before = result.get(key)
        if before is not None:
            result[key] = replace(before, claimed_elsewhere=not claim.is_mine, person=persons.get(key))
        elif key in persons or not claim.is_mine:
            seen = _seen_first_now(visits[key], now)
            result[key] = replace(seen, claimed_elsewhere=not claim.is_mine, person=persons.get(key))
    return result


def _seen_first_now(visit: Visit, now: datetime) -> KnownVisit:
    """A visit that this user never read, and that a colleague has, or has decided on."""
    return KnownVisit(
        visit_key=visit.visit_key,
        state=VisitState.WAITING,
        reason_code=ReasonCode.NOT_YET,
        reason="",
        content_hash="",
        decision_hash="",
        visit_at=visit.visit_at,
        first_seen_at=now,
        changed_at=now,
    )

"""Rows of the records in memory, and what a write makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from idexx_desktop.domain.backing_off import next_visit_try
from idexx_desktop.domain.call_terms import UNJUDGED, CallTerms
from idexx_desktop.domain.changes import KnownVisit, VisitChange
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.others_calls import OthersCall
from idexx_desktop.domain.rules import decision_hash

QUEUED, CANCELLED = "queued", "cancelled"
# a member of the clinic who writes rows by hand, and never syncs
MALLORY = "mallory"
# what a visit was when it was last read stays when it can't be read now
_KEPT_ON_FAILURE = (
    "content_hash", "phone", "patient_id", "patient_name", "client_id", "owner_name", "branch",
)  # fmt: skip


@dataclass(slots=True)
class Call:
    """A call as stored."""

    user: str
    phone: str
    scheduled_for: datetime
    status: str = QUEUED
    ended_at: datetime | None = None
    begun_at: datetime | None = None
    terms: CallTerms = UNJUDGED


@dataclass(slots=True)
class Run:
    """A row of the history. `status` as in the database; `code` says why it did not finish."""

    user: str
    started_at: datetime
    everything: bool
    status: str = "running"
    code: str | None = None
    synced: int = 0
    failed: int = 0
    calls: int = 0
    written: int = 0


def by_quarter(calls: Iterable[Call], user: str, now: datetime) -> Counter[datetime]:
    """How many calls others have queued from now on, in each quarter of an hour."""
    queued = (call for call in calls if call.user != user and call.status == QUEUED)
    return Counter(
        (call.scheduled_for - timedelta(seconds=call.scheduled_for.timestamp() % 900)).astimezone(UTC)
        for call in queued
        if now - timedelta(minutes=15) <= call.scheduled_for < now + timedelta(days=60)
    )


def decided(change: VisitChange, old: KnownVisit | None, now: datetime) -> dict[str, Any]:
    """What a decision writes."""
    decision = change.decision
    hashed = decision_hash(decision)
    same = old is not None and old.decision_hash == hashed
    return {
        "state": decision.state,
        "reason_code": decision.reason_code,
        "reason": decision.reason,
        "trace": decision.trace,
        "decision_hash": hashed,
        "needs_attention": change.needs_attention,
        "others_call": change.others.call_id if change.others else None,
        "changed_at": old.changed_at if old and same else now,
    }


def stored(change: VisitChange, old: KnownVisit | None, now: datetime) -> KnownVisit:
    visit = change.visit
    return KnownVisit(
        visit_key=change.visit_key,
        content_hash=visit.content_hash(),
        visit_at=visit.visit_at,
        first_seen_at=old.first_seen_at if old else now,
        consultation_id=visit.consultation_id or (old.consultation_id if old else None),
        patient_id=visit.patient_id,
        patient_name=visit.patient_name,
        client_id=visit.client_id,
        owner_name=visit.owner_name,
        branch=visit.branch,
        phone=change.decision.phone,
        last_read_at=change.read_at or (old.last_read_at if old else None),
        last_attempt_at=change.read_at or (old.last_attempt_at if old else None),
        **decided(change, old, now),
    )


def stored_failed(change: VisitChange, old: KnownVisit | None, failure: Failure, now: datetime) -> KnownVisit:
    kept = {name: getattr(old, name) for name in _KEPT_ON_FAILURE} if old else {}
    attempts = (old.attempts if old else 0) + 1
    return replace(
        stored(change, old, now),
        **kept,
        attempts=attempts,
        last_attempt_at=now,
        failure_code=str(failure.code),
        next_try_at=next_visit_try(attempts, now),
        failed_hash=change.visit.as_listed().content_hash(),
    )


def as_told(
    found: tuple[str, Call], numbers: frozenset[str], before: KnownVisit, gone: Collection[str]
) -> OthersCall:
    """A colleague's call as the database tells of it: which of the owner's numbers, now or before, it goes to."""
    call_id, call = found
    known = numbers if call.status == QUEUED else {*numbers, before.phone}
    phone = call.phone if call.phone in known else None
    return OthersCall(call_id, call.status, call.scheduled_for, phone, call.user in gone)

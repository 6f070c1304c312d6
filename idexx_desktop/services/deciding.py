"""What a person decides about a visit, carried out at once by the same rules and writes as in a sync."""

from __future__ import annotations

from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.services.directory import belongs_to_others
from idexx_desktop.sync.deciding import redecide

_UNDER_WAY = {"ringing", "in_progress", "completed", "failed"}


def apply_decision(
    records: ClinicRecords,
    clock: Clock,
    visit_key: str,
    choice: PersonChoice | None,
    *,
    why: str = "",
    scheduled_for: datetime | None = None,
) -> VisitRecord:
    """Keep the decision (None: take the last one back), run the rules for the visit's day; returns the visit as it is.

    INVALID_INPUT for a visit that does not exist or an instant that has passed; DATABASE_REFUSED for one that an
    admin may only look at; HANDED_OVER where the visit's call is under way or done.
    """
    now = clock.now()
    if scheduled_for is not None and scheduled_for <= now:
        raise Failure(FailureCode.INVALID_INPUT, "time", title="Choose a time that is still to come.")
    with records.transaction() as tx:
        tx.visits.lock(visit_key)
        before = _require(tx, visit_key)
        if before.call_status in _UNDER_WAY and choice is not PersonChoice.IGNORE:
            raise Failure(FailureCode.HANDED_OVER, before.call_status or "")
        if choice is None:
            tx.decisions.undo(visit_key, before.consultation_id)
        else:
            tx.decisions.add(
                visit_key,
                choice,
                content_hash=before.content_hash,
                why=why.strip(),
                scheduled_for=scheduled_for,
                consultation_id=before.consultation_id,
            )
        redecide(tx, now, [visit_key])
        return _require(tx, visit_key)


def no_such_visit() -> Failure:
    """Where a key names no visit that this login may see."""
    return Failure(FailureCode.INVALID_INPUT, "visit", title="There is no such visit.")


def _require(tx: Transaction, visit_key: str) -> VisitRecord:
    visit = tx.visits.get(visit_key)
    if visit is None:
        raise belongs_to_others() if tx.visits.is_anothers(visit_key) else no_such_visit()
    return visit

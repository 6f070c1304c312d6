"""What a person decides about a visit, carried out at once by the same rules and writes as in a sync."""

from __future__ import annotations

from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.careful_calls import with_its_care
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overriding import overrides_death
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.undoing import Undo, moved
from idexx_desktop.services.directory import belongs_to_others
from idexx_desktop.sync.deciding import redecide

UNDER_WAY = {"ringing", "in_progress", "completed", "failed"}


def apply_decision(
    records: ClinicRecords,
    clock: Clock,
    visit_key: str,
    choice: PersonChoice,
    *,
    why: str = "",
    scheduled_for: datetime | None = None,
) -> Undo:
    """Keep the decision, run the rules for the visit's day; returns what takes it back.

    INVALID_INPUT for a visit that does not exist, an instant that has passed, or a call against signs of death without
    a reason; DATABASE_REFUSED for one that an
    admin may only look at; HANDED_OVER where the visit's call is under way or done.
    """
    now = clock.now()
    if scheduled_for is not None and scheduled_for <= now:
        raise Failure(FailureCode.INVALID_INPUT, "time", title="Choose a time that is still to come.")
    with records.transaction() as tx:
        before = _lock(tx, visit_key, choice)
        choice = with_its_care(choice, before)
        why = why.strip() or earlier_reason(tx, before, choice)
        if choice.calls and not why and overrides_death(before):
            title = "Say why this owner is to be called although there are signs that a pet has died."
            raise Failure(FailureCode.INVALID_INPUT, "why", title=title)
        if choice.calls and before.reason_code == ReasonCode.TOLD_DEAD:
            title = f"{before.reason} Take that back first, if it isn't so."
            raise Failure(FailureCode.INVALID_INPUT, "death", title=title)
        due = tx.visits.queued_for()
        decision = tx.decisions.add(
            visit_key,
            choice,
            content_hash=before.content_hash,
            why=why,
            scheduled_for=scheduled_for,
            consultation_id=before.consultation_id,
        )
        redecide(tx, now, [visit_key])
        return Undo({visit_key: decision.id}, moved(due, tx.visits.queued_for()))


def take_back(records: ClinicRecords, clock: Clock, visit_key: str, *, all_of_them: bool) -> VisitRecord:
    """Take the last decision about a visit back, so that the one before it holds again; or all, so that none does.

    Returns the visit as it is then; failures as of `apply_decision`.
    """
    with records.transaction() as tx:
        before = _lock(tx, visit_key)
        (tx.decisions.withdraw if all_of_them else tx.decisions.undo)(visit_key, before.consultation_id)
        redecide(tx, clock.now(), [visit_key])
        return require_visit(tx, visit_key)


def earlier_reason(tx: Transaction, visit: VisitRecord, choice: PersonChoice) -> str:
    """Why the owner is called, as somebody said it before: it holds for another time of the same call, too."""
    if not choice.calls:
        return ""
    earlier = tx.decisions.active(visit.visit_key, visit.consultation_id)
    return earlier.why if earlier and earlier.choice.calls else ""


def no_such_visit() -> Failure:
    """Where a key names no visit that this login may see."""
    return Failure(FailureCode.INVALID_INPUT, "visit", title="There is no such visit.")


def _lock(tx: Transaction, visit_key: str, choice: PersonChoice | None = None) -> VisitRecord:
    tx.visits.lock(visit_key)
    visit = require_visit(tx, visit_key)
    if visit.call_status in UNDER_WAY and choice is not PersonChoice.IGNORE:
        raise Failure(FailureCode.HANDED_OVER, visit.call_status or "")
    return visit


def require_visit(tx: Transaction, visit_key: str) -> VisitRecord:
    """The visit; INVALID_INPUT where there is none of this key, DATABASE_REFUSED where it is somebody else's."""
    visit = tx.visits.get(visit_key)
    if visit is None:
        raise belongs_to_others() if tx.visits.is_anothers(visit_key) else no_such_visit()
    return visit

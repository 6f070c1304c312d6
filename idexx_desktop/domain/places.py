"""Where a row stands in the order of its table: `Page.before` is the place of the last row shown.

Without an `order` it is the usual one, which is by time.
"""

from __future__ import annotations

from typing import Any

from idexx_desktop.domain.orders import STATE_RANKS, By, Order
from idexx_desktop.domain.records import AuditRecord, CallRecord, MissedRun, SessionRecord, VisitRecord

Place = tuple[Any, ...]
# the number of failed visits of a sync that was missed
NEVER_RAN = -1


def visit_place(row: VisitRecord, order: Order | None = None) -> Place:
    """Visits without a time are the newest, and those never read were read last of all."""
    usual = (row.visit_at, row.visit_key, row.id)
    if order is None or order.by is By.TIME:
        return usual
    values = {
        By.PET: row.patient_name,
        By.OWNER: row.owner_name,
        By.PROVIDER: row.provider,
        By.STATE: STATE_RANKS[row.state],
        By.READ: row.last_read_at,
    }
    return (values[order.by], *usual)


def call_place(row: CallRecord, order: Order | None = None) -> Place:
    """By the time that they are scheduled for, or first by their owner."""
    usual = (row.scheduled_for, row.id)
    return (row.owner_name, *usual) if order and order.by is By.OWNER else usual


def history_place(row: SessionRecord | MissedRun, order: Order | None = None) -> Place:
    """Of the same instant missed syncs come first; they failed for fewer visits than any sync."""
    missed = isinstance(row, MissedRun)
    usual = (row.due_at if isinstance(row, MissedRun) else row.started_at, int(not missed), row.id)
    if order is None or order.by is By.TIME:
        return usual
    return (NEVER_RAN if isinstance(row, MissedRun) else row.consultations_failed, *usual)


def audit_place(row: AuditRecord) -> Place:
    """By time."""
    return (row.timestamp, row.seq)

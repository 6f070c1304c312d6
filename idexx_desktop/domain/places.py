"""Where a row stands in the order of its table: `Page.before` is the place of the last row shown.

Without an `order` it is the usual one, which is by time.
"""

from __future__ import annotations

from typing import Any

from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.kinds import kind_words
from idexx_desktop.domain.orders import STATE_RANKS, By, Order
from idexx_desktop.domain.ranks import (
    CALL_RANKS,
    ENDING_RANKS,
    OTHER_TRIGGER,
    TRIGGER_RANKS,
    call_reads,
    ending,
)
from idexx_desktop.domain.records import AuditRecord, CallRecord, MissedRun, SessionRecord, VisitRecord

Place = tuple[Any, ...]
# the number of failed visits of a sync that was missed
NEVER_RAN = -1
# the clinic of a row that is one's own
OWN_CLINIC = "own"


def visit_place(row: VisitRecord, order: Order | None = None) -> Place:
    """Visits without a time are the newest, and those never read were read last of all."""
    values = {
        By.PET: row.patient_name,
        By.OWNER: row.owner_name,
        By.PROVIDER: row.provider,
        By.KIND: row.kind_label,
        By.IN_NEO: row.neo_status,
        By.BRANCH: row.branch,
        By.STATE: STATE_RANKS[row.state],
        By.READ: row.last_read_at,
        By.CLINIC: _clinic(row.others),
    }
    return _place(order, values, (row.visit_at, row.visit_key, row.id))


def call_place(row: CallRecord, order: Order | None = None) -> Place:
    """By the time that they are scheduled for, or first by something else; the pet is the one that is named first."""
    values = {
        By.PET: next(iter(row.patient_names), ""),
        By.OWNER: row.owner_name,
        By.KIND: kind_words(row.kind),
        By.STATE: CALL_RANKS[call_reads(row)],
        By.CLINIC: _clinic(row.others),
    }
    return _place(order, values, (row.scheduled_for, row.id))


def history_place(row: SessionRecord | MissedRun, order: Order | None = None) -> Place:
    """Of the same instant missed syncs come first; they failed for fewer visits than any sync."""
    missed = isinstance(row, MissedRun)
    trigger = Trigger.SCHEDULE if isinstance(row, MissedRun) else row.trigger
    values = {
        By.COMPUTER: row.device,
        By.STARTED_BY: TRIGGER_RANKS.get(trigger, OTHER_TRIGGER),
        By.RESULT: ENDING_RANKS[ending(row)],
        By.FAILED: NEVER_RAN if isinstance(row, MissedRun) else row.consultations_failed,
        By.CLINIC: _clinic(row.others),
    }
    instant = row.due_at if isinstance(row, MissedRun) else row.started_at
    return _place(order, values, (instant, int(not missed), row.id))


def audit_place(row: AuditRecord) -> Place:
    """By time."""
    return (row.timestamp, row.seq)


def _place(order: Order | None, values: dict[By, Any], usual: Place) -> Place:
    return usual if order is None or order.by is By.TIME else (values[order.by], *usual)


def _clinic(others: Whose | None) -> str:
    """The id of a row's clinic, "" where it has none."""
    return OWN_CLINIC if others is None else others.clinic_id or ""

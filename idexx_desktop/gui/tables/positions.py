"""Where the next page of each kind of row starts: the keyset of the last row shown (`Page.before`)."""

from __future__ import annotations

from typing import Any

from idexx_desktop.domain.records import AuditRecord, CallRecord, MissedRun, SessionRecord, VisitRecord


def visit_position(row: VisitRecord) -> tuple[Any, ...]:
    """Newest first; visits without a time come before all others."""
    return (row.visit_at, row.visit_key, row.id)


def call_position(row: CallRecord) -> tuple[Any, ...]:
    """Earliest first."""
    return (row.scheduled_for, row.id)


def history_position(row: SessionRecord | MissedRun) -> tuple[Any, ...]:
    """Newest first; of the same instant missed syncs come first."""
    missed = isinstance(row, MissedRun)
    return (row.due_at if isinstance(row, MissedRun) else row.started_at, row.id, missed)


def audit_position(row: AuditRecord) -> tuple[Any, ...]:
    """Newest first."""
    return (row.timestamp, row.seq)

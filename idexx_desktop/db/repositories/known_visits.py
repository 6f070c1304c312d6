"""A stored visit as rules read it. What only a newer version understands is marked as that, and stands for a hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from idexx_desktop.db.repositories.base import text_id
from idexx_desktop.db.repositories.decisions import person_decision
from idexx_desktop.db.repositories.visit_pages import is_newers, trace
from idexx_desktop.domain.call_terms import CARRIED, terms_in
from idexx_desktop.domain.changes import KnownCall, KnownVisit
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.newer import is_known, read_as
from idexx_desktop.domain.visits import VisitState


def known_visit(row: Any, members: Mapping[UUID, frozenset[str]]) -> KnownVisit:
    """A row of a visit with its call, case and decision; `members`: the visits of each call."""
    return KnownVisit(
        visit_key=row.visit_key,
        state=read_as(VisitState, row.state, VisitState.HELD),
        reason_code=read_as(ReasonCode, row.reason_code, ReasonCode.UNKNOWN_STATUS),
        reason=row.reason,
        content_hash=row.content_hash,
        decision_hash=row.decision_hash,
        visit_at=row.visit_at,
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        consultation_id=row.consultation_id,
        case_id=text_id(row.case_id),
        patient_id=row.patient_id,
        patient_name=row.patient_name,
        client_id=row.client_id,
        owner_name=row.owner_name,
        branch=row.branch,
        phone=row.phone,
        call=_known_call(row, members),
        person=person_decision(row, "decision_") if row.decision_choice is not None else None,
        call_enabled=row.call_enabled,
        attempts=row.attempts,
        needs_attention=row.needs_attention,
        claimed_elsewhere=row.reason_code == ReasonCode.COLLEAGUE,
        trace=trace(row.trace),
        failure_code=row.failure_code,
        next_try_at=row.next_try_at,
        failed_hash=row.failed_hash,
        last_read_at=row.last_read_at,
        last_attempt_at=row.last_attempt_at,
        others_call=text_id(row.others_call),
        tries=tuple(sorted(row.tries)),
        is_newers=is_newers(row) or not is_known(PersonChoice, row.decision_choice or PersonChoice.CALL),
    )


def _known_call(row: Any, members: Mapping[UUID, frozenset[str]]) -> KnownCall | None:
    if row.call_id is None:
        return None
    return KnownCall(
        call_id=str(row.call_id),
        status=row.call_status,
        scheduled_for=row.call_scheduled_for,
        phone=row.call_phone,
        visit_keys=members[row.call_id],
        cancelled_at=row.call_ended_at if row.call_status == "cancelled" else None,
        terms=terms_in({name: getattr(row, f"call_{name}") for name in CARRIED}),
    )

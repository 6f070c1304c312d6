"""A call that is held in memory, as the database holds one of a colleague's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from idexx_desktop.domain.decisions import PersonChoice, ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.unread import LOOK_REASON, LOOK_RULE
from idexx_desktop.domain.visits import VisitState
from tests.simulation.reaching import reason_mark

if TYPE_CHECKING:
    from tests.simulation.memory import MemoryRecords

_UNREAD = (ReasonCode.NOT_LOOKED_AT, LOOK_RULE, LOOK_REASON)


def hold_call(
    records: MemoryRecords, user: str, call_id: str, now: datetime, why: tuple[ReasonCode, str, str] = _UNREAD
) -> None:
    """Hold a call that a colleague's program found unread, or knows another reason for (code, rule, words)."""
    code, rule, words = why
    for key in records.members(call_id):
        if (user, key) not in records.visits:  # rows that look like a call, of visits that were never read
            continue
        known = records.one(user, key)
        if known.state is not VisitState.SCHEDULED:
            continue
        trace = tuple(step for step in known.trace if step.rule != rule)
        ignored = known.person is not None and known.person.choice is PersonChoice.IGNORE
        records.visits[user, key] = replace(
            records.visits[user, key],
            state=VisitState.HELD,
            reason_code=code,
            reason=words,
            trace=(*trace, RuleStep(rule, StepOutcome.HELD, words)),
            decision_hash="",
            needs_attention=not ignored and (known.visit_at is None or known.visit_at <= now),
            changed_at=now,
        )
        records.reached[reason_mark(code)] += 1
    records.cancel(call_id, now)

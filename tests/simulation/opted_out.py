"""An opt-out reaches the calls of everybody in the clinic, by hand: colleagues' programs decide later, as held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from idexx_desktop.domain.decisions import ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.visits import VisitState
from tests.simulation.memory import MemoryRecords
from tests.simulation.rows import QUEUED

RULE, REASON = "Owner wants calls", "The owner doesn't want to be called."


def stop_calls(records: MemoryRecords, user: str, now: datetime) -> None:
    """Take back what others have queued for numbers that opted out."""
    for call_id, call in sorted(records.calls.items()):
        members = records.members(call_id)
        is_theirs = call.user != user and call.status == QUEUED and bool(members)
        if not is_theirs or call.phone not in records.rules.opted_out:
            continue
        for key in members:
            known = records.visits.get((call.user, key))
            if known is not None:
                kept = tuple(step for step in known.trace if step.rule != RULE)
                records.visits[call.user, key] = replace(
                    known,
                    state=VisitState.HELD,
                    reason_code=ReasonCode.OPTED_OUT,
                    reason=REASON,
                    trace=(*kept, RuleStep(RULE, StepOutcome.HELD, REASON)),
                    decision_hash="",
                    needs_attention=False,
                    changed_at=now,
                )
        records.cancel(call_id, now)

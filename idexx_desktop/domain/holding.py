"""What is decided about a visit whose call is taken back because of something else: the same from run to run."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from idexx_desktop.domain.cases import CALL_RULE, Case, held, read_case, with_step
from idexx_desktop.domain.checks import WINDOW
from idexx_desktop.domain.decisions import CallRules, Decision, ReasonCode, RuleStep, StepOutcome


def without_time(decision: Decision) -> Decision:
    """A time at which no call will be made would change from run to run, and with it what is stored."""
    if not any(step.rule == WINDOW for step in decision.trace):
        return decision
    return replace(decision, trace=with_step(decision.trace, RuleStep(WINDOW, StepOutcome.PASSED)))


def lost_to_another(decision: Decision) -> Decision:
    """Where another account was quicker with the call between deciding and writing: it isn't scheduled by us."""
    reason = "Another account was quicker with this call. The next sync decides again."
    return held(decision, ReasonCode.CALL_MISSING, reason, CALL_RULE)


def too_late_without_call(case: Case, rules: CallRules, now: datetime) -> Decision | None:
    """The decision where a call is only due because it was queued in time: once it is taken back there is none to hold.

    The visit is then decided on as it will be from the next run on. None where another call could be scheduled.
    """
    call = case.queued
    if call is None or call.scheduled_for > now or case.read is None or case.known is None:
        return None
    without = read_case(case.read, replace(case.known, call=None), rules, now)
    return None if without.could_be_called else without.decision

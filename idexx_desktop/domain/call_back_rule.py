"""The rule that a call-back which staff planned in Neo holds our call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from idexx_desktop.domain.cases import Case, held
from idexx_desktop.domain.decisions import CallRules, ReasonCode
from idexx_desktop.domain.findings import moment_words
from idexx_desktop.domain.holding import too_late_without_call, without_time
from idexx_desktop.domain.visits import CallBack

CALL_BACK_RULE = "No call-back in Neo"


def hold_for_call_backs(cases: dict[str, Case], rules: CallRules, now: datetime) -> None:
    """Hold what would be called about a pet whose owner Neo has a call-back for."""
    for key in sorted(cases):
        case = cases[key]
        reason = call_back_reason(case, rules) if case.could_be_called else None
        if reason is None or case.decision is None:
            continue
        late = too_late_without_call(case, rules, now)
        if late is not None:
            cases[key] = replace(case, decision=late)
            continue
        decision = held(case.decision, ReasonCode.NEO_CALL_BACK, reason, CALL_BACK_RULE)
        cases[key] = replace(case, decision=without_time(decision))


def call_back_reason(case: Case, rules: CallRules) -> str | None:
    """Why a visit's call waits for a person; None where nothing of Neo's stands against it.

    What a person decided seeing the call-back holds. One that is gone may have been made: that is asked, too.
    """
    if case.read is None:
        return None
    visit, known = case.read.visit, case.known
    person = known.person if known else None
    if person is not None and person.choice.calls and visit.is_as(person.content_hash):
        return None
    if visit.callbacks:
        return (
            f"IDEXX Neo already has a call-back planned for {case.pet}: {_words(visit.callbacks[0], rules)}."
        )
    if known is not None and known.reason_code is ReasonCode.NEO_CALL_BACK and case.called_at is None:
        return f"IDEXX Neo had a call-back planned for {case.pet} that isn't open any more: it may have been made."
    return None


def _words(planned: CallBack, rules: CallRules) -> str:
    when = moment_words(planned.due, rules.zone, rules.country) if planned.due else "without a time"
    by = f", {planned.who}" if planned.who else ""
    return f"{when}{by}{f' (“{planned.what}”)' if planned.what else ''}"

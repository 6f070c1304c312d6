"""Calls with care: a person decided to call although the record sounds as if an animal might not be well.

What says so stands in the visit's trace, a step for each sentence, so that whoever calls reads it; and it is not asked
again as long as the record stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from idexx_desktop.domain.decisions import RuleStep, StepOutcome

CARE_RULE = "Call with care"
MAY_NOT_BE_WELL = "may not be well"
OR_NOT_AT_ALL = ", so call with care or not at all"


def care_in(trace: Iterable[RuleStep]) -> tuple[str, ...]:
    """Why a call is made with care: a sentence for each animal. Empty for a call like any other."""
    return tuple(step.detail for step in trace if step.rule == CARE_RULE)


def with_care(trace: Iterable[RuleStep], sentences: Iterable[str]) -> tuple[RuleStep, ...]:
    """The trace with these sentences beside its own, each once."""
    steps = tuple(trace)
    new = dict.fromkeys(sentence for sentence in sentences if sentence not in care_in(steps))
    return (*steps, *(RuleStep(CARE_RULE, StepOutcome.PASSED, sentence) for sentence in new))

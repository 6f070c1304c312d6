"""Which decision of a person holds for a visit, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from idexx_desktop.domain.decisions import PersonChoice, PersonDecision
from idexx_desktop.domain.visits import keys_of

# of two decisions the more careful one holds
_CARE = {
    PersonChoice.NO_CALL: 0,
    PersonChoice.IGNORE: 1,
    PersonChoice.CALL_WITH_CARE: 2,
    PersonChoice.CALL: 3,
}


def decided_on(
    decisions: Mapping[str, PersonDecision], key: str, consultations: Collection[str | None]
) -> PersonDecision | None:
    """The most careful under the visit's key or that of a walk-in, or the last one."""
    keys = {key}.union(*(keys_of(key, each) for each in consultations))
    # of two of the same instant the one under the visit's own key, which comes first
    found = [decisions[each] for each in sorted(keys) if each in decisions]
    return min(found, key=lambda each: (_CARE[each.choice], -each.decided_at.timestamp()), default=None)

"""What needs a person, in words, and where the button of each problem leads."""

from __future__ import annotations

from idexx_desktop.domain.needs import OF_CALLS, Needs, Problem, ProblemKind
from idexx_desktop.gui.strings import attention, backup, concerns, kit, today, tr, tr_count

_VERBS = {
    ProblemKind.NOT_SYNCED: attention.SYNC_NOW,
    ProblemKind.RECORD: today.SEE_RECORD,
    ProblemKind.BACKUP: backup.SEE,
    ProblemKind.PAUSED: attention.SEE_CALLS,
    ProblemKind.LOST: attention.SEE_VISITS,
    **dict.fromkeys(OF_CALLS, attention.CALL_BY_HAND),
}


def things(needs: Needs) -> str:
    """`4 pets`, `1 problem and 4 pets`, `2 concerns, 1 problem and 4 pets`; pets where there is nothing."""
    counted = (
        (concerns.ONE, concerns.MANY, needs.concerns),
        (attention.PROBLEM_ONE, attention.PROBLEM_MANY, len(needs.problems)),
        (attention.COUNT_ONE, attention.COUNT_MANY, needs.visits),
    )
    parts = [tr_count(one, many, count) for one, many, count in counted if count]
    if not parts:
        return tr_count(attention.COUNT_ONE, attention.COUNT_MANY, 0)
    *first, last = parts
    return tr(attention.BOTH, first=", ".join(first), last=last) if first else last


def verb(problem: Problem) -> str:
    """The words of the button that helps with a problem."""
    if problem.kind in _VERBS:
        return tr(_VERBS[problem.kind])
    return (problem.failure.button if problem.failure else "") or tr(kit.TRY_AGAIN)

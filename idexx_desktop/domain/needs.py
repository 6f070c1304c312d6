"""What needs a person: the one list that every sentence, number and badge is made from.

"Nothing needs you" is said where this list is empty, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from idexx_desktop.domain.failures import Failure, FailureCode, Route
from idexx_desktop.domain.handed_over import CallTrouble, TroubledCalls
from idexx_desktop.domain.ledger import End, Ledger

# what a person did, or another computer does: nobody has to act on it
PASSING = frozenset({FailureCode.CANCELLED, FailureCode.OTHER_COMPUTER, FailureCode.LEASE_LOST})


class ProblemKind(StrEnum):
    """What a problem is about; no two of one kind are listed."""

    SIGN_IN = "sign_in"
    SYNC = "sync"
    NOT_SYNCED = "not_synced"
    RECORD = "record"
    BACKUP = "backup"
    PAUSED = "paused"
    CALLS_FAILED = "calls_failed"
    CALLS_STUCK = "calls_stuck"
    CALLS_NOT_TAKEN = "calls_not_taken"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something besides the visits that only a person can mend. `failure`: what stands behind it, if anything does."""

    kind: ProblemKind
    title: str
    advice: str
    failure: Failure | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Needs:
    """Everything that needs a person: problems, the gravest first, how many visits, and how many owners' concerns."""

    problems: tuple[Problem, ...] = ()
    visits: int = 0
    concerns: int = 0

    @property
    def count(self) -> int:
        """How many things there are; the number of every badge and sentence."""
        return len(self.problems) + self.visits + self.concerns


def still_stands(failure: Failure | None) -> Failure | None:
    """The last failure, unless a person caused it or it passed with another computer's sync."""
    return failure if failure and failure.code not in PASSING else None


def sync_problem(
    waits_for: Failure | None, last_failure: Failure | None, *, never: bool, late: bool, running: bool
) -> Problem | None:
    """What keeps the list from being up to date, if only a person can mend it or it has lasted.

    `waits_for`: no sync starts before a person has acted. `never`: none has ever succeeded. `late`: none has for long.
    """
    if waits_for is not None:
        return _of(ProblemKind.SIGN_IN, waits_for)
    last = still_stands(last_failure)
    if last is not None and last.route is not Route.RETRY:
        return _of(ProblemKind.SYNC, last)
    if not (never or late):
        return None
    title = "Not synced yet." if never else "No sync has succeeded for long, so the list may not be complete."
    advice = f"{last.title} {last.advice}" if last else "Sync now, and look at the times of automatic syncs."
    if running:
        # a try is no success: until one gets through, the list is as old as before
        advice = "A sync is running now."
    return Problem(ProblemKind.NOT_SYNCED, title, advice, last)


def record_problem() -> Problem:
    """The activity record isn't what this program wrote."""
    return _of(ProblemKind.RECORD, Failure(FailureCode.AUDIT_CHANGED))


def backup_problem(standing: Failure | None) -> Problem | None:
    """What there is to do about backups, of `BackupState.standing`."""
    return _of(ProblemKind.BACKUP, standing) if standing else None


def paused_problem() -> Problem:
    """A brake that is forgotten keeps every owner from being called."""
    return Problem(ProblemKind.PAUSED, "All calls are paused.", "No owner is called until you resume them.")


def call_problems(troubles: Sequence[TroubledCalls], today: date) -> list[Problem]:
    """The calls that nobody was reached by, in groups: a list of them all would hide what they have in common."""
    return [Problem(_OF_CALLS[each.trouble], each.title(today), each.advice) for each in troubles]


def lost_problem(ledger: Ledger) -> Problem | None:
    """The visits of the last days that have neither an end nor a next step."""
    lost = ledger.count(End.LEAK)
    if not lost:
        return None
    # a title has no names in it: it is read on a lock screen, too
    title = f"{lost:,} {'visit is' if lost == 1 else 'visits are'} not accounted for."
    named = [f"{each.patient_name or '-'}: {each.why}" for each in ledger.leaked[:_NAMED]]
    return Problem(ProblemKind.LOST, title, " ".join([*named, *(["And others."] if lost > _NAMED else [])]))


_NAMED = 3
_OF_CALLS = {
    CallTrouble.FAILED: ProblemKind.CALLS_FAILED,
    CallTrouble.STUCK: ProblemKind.CALLS_STUCK,
    CallTrouble.NOT_TAKEN: ProblemKind.CALLS_NOT_TAKEN,
}
OF_CALLS = tuple(_OF_CALLS.values())


def _of(kind: ProblemKind, failure: Failure) -> Problem:
    return Problem(kind, failure.title, failure.advice, failure)

"""What a failure does, decided here, once, by its code: to the run, to the visit, and to the next try."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.domain.failures import WORDS, FailureCode, Route


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a failure.

    `ends_run`: the run stops, else only the visit is put aside with its code and its next try.
    `suspends`: nothing signs in again before a person acts.
    `asks_again`: the same request may be asked again within the run, after a pause.
    `passes`: by itself, so runs are tried again after growing pauses, and not only at the usual interval.
    `surfaces`: a bug of ours, logged whole.
    `closes_as`: the status of a run that it ends.
    """

    ends_run: bool
    suspends: bool = False
    asks_again: bool = False
    passes: bool = False
    surfaces: bool = False
    closes_as: str = "failed"


_BY_ROUTE = {
    Route.SUSPEND: Consequence(ends_run=True, suspends=True),
    Route.STOP: Consequence(ends_run=True),
    Route.RETRY: Consequence(ends_run=True, asks_again=True, passes=True),
    Route.ITEM: Consequence(ends_run=False),
    Route.REFUSE: Consequence(ends_run=True),
    Route.OURS: Consequence(ends_run=True, surfaces=True),
}
_BY_CODE = {
    # asking again with the same cookies can't help: the reader signs in instead
    FailureCode.SESSION_EXPIRED: Consequence(ends_run=True, passes=True),
    # a check that is asked over and over takes it for what it checks for
    FailureCode.SOMETHING_BETWEEN: Consequence(ends_run=True, passes=True),
    # nothing can be written any more, but the server comes back without anybody's doing
    FailureCode.DATABASE_UNREACHABLE: Consequence(ends_run=True, passes=True),
    # somebody closes it there
    FailureCode.RECORDS_OPEN_ELSEWHERE: Consequence(ends_run=True, passes=True),
    # these runs did not end by themselves: somebody else found them
    FailureCode.LEASE_LOST: Consequence(ends_run=True, closes_as="timeout"),
    FailureCode.CRASHED: Consequence(ends_run=True, passes=True, closes_as="timeout"),
}


def consequence(code: FailureCode) -> Consequence:
    """The one place that decides."""
    return _BY_CODE.get(code) or _BY_ROUTE[WORDS[code].route]


def consequence_of(code: str | None) -> Consequence | None:
    """As `consequence`, for a code as stored; None for one of a newer version."""
    try:
        return consequence(FailureCode(code)) if code is not None else consequence(FailureCode.CRASHED)
    except ValueError:
        return None

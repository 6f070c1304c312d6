"""A full disk has words of its own: the records' server is there, and what a person has to do is another thing."""

from __future__ import annotations

from idexx_desktop.domain.failures import Failure, FailureCode


def disk_full(detail: str) -> Failure:
    """DATABASE_UNREACHABLE that says so."""
    return Failure(
        FailureCode.DATABASE_UNREACHABLE,
        detail,
        title="The disk with your clinic's records is full. Syncing is paused; what was saved is kept.",
        advice="Make room on the disk of the records' server, then sync again.",
    )

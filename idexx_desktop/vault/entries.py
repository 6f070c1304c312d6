"""What every store can hold, so that any store can replace any other."""

from __future__ import annotations

from idexx_desktop.domain.failures import Failure, FailureCode

ENTRY_LIMIT = 1000  # characters; Windows holds 2,560 bytes and stores two for each character


def check_entry(value: str) -> None:
    """INVALID_INPUT for a secret of `ENTRY_LIMIT` characters or more."""
    if len(value) >= ENTRY_LIMIT:
        raise Failure(FailureCode.INVALID_INPUT, f"a secret must be shorter than {ENTRY_LIMIT} characters")

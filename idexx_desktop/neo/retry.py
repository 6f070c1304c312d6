"""Trying again: how often, and after how long."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.routing import consequence

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 20.0
_LONGEST_ASKED_SECONDS = 60.0
_Result = TypeVar("_Result")


async def with_retries(
    ask: Callable[[], Awaitable[_Result]], *, tries: int, clock: Clock, chance: random.Random
) -> _Result:
    """Ask up to `tries` times, waiting in between; the last failure is raised.

    Only what passes by itself is tried again. An expired sign-in is raised at once (the caller signs in),
    and so is a pause of more than a minute that the site asked for (the next run is soon enough).
    """
    for attempt in range(1, tries):
        try:
            return await ask()
        except Failure as failure:
            if not consequence(failure.code).asks_again:
                raise
            if (failure.retry_after or 0) > _LONGEST_ASKED_SECONDS:
                raise
            pause = max(failure.retry_after or 0.0, backoff(attempt, chance))
        await clock.sleep(pause)
    return await ask()


def backoff(attempt: int, chance: random.Random) -> float:
    """Seconds before the next try after the given failed one (1, 2, ...): doubling, half of it by chance.

    By chance, so that a clinic's computers that failed together don't come back together.
    """
    longest = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** (attempt - 1))
    return longest / 2 + chance.uniform(0, longest / 2)


def retry_after(header: str | None, now: datetime) -> float | None:
    """The seconds of a `Retry-After` header (a number or an HTTP date), None where it says nothing usable."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        asked = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if asked.tzinfo is None:  # an HTTP date is GMT, also when it says "-0000"
        asked = asked.replace(tzinfo=UTC)
    return max(0.0, (asked - now).total_seconds())

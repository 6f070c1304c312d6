"""What is tried again, how often, and after how long."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.retry import backoff, retry_after, with_retries
from tests.neo.support import SteppedClock


class Site:
    """Fails with these, in turn, then answers."""

    def __init__(self, *failures: Failure) -> None:
        self.failures = list(failures)
        self.asked = 0

    async def ask(self) -> str:
        """One request."""
        self.asked += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


def run(site: Site, clock: SteppedClock, tries: int = 3) -> str:
    """Ask with retries."""
    chance = random.Random(3)  # noqa: S311 - jitter - spreads retries
    return asyncio.run(with_retries(site.ask, tries=tries, clock=clock, chance=chance))


def test_what_passes_is_tried_again() -> None:
    site, clock = Site(Failure(FailureCode.SERVER_PROBLEM), Failure(FailureCode.TOO_SLOW)), SteppedClock()
    assert run(site, clock) == "answer"
    assert len(clock.sleeps) == 2
    assert 0.25 <= clock.sleeps[0] <= 0.5 <= clock.sleeps[1] <= 1


def test_the_last_failure_is_raised_after_the_last_try() -> None:
    site = Site(*(Failure(FailureCode.SERVER_PROBLEM, str(number)) for number in range(9)))
    with pytest.raises(Failure, match="4"):
        run(site, SteppedClock(), tries=5)
    assert site.asked == 5


@pytest.mark.parametrize(
    "code",
    [
        FailureCode.SESSION_EXPIRED, FailureCode.WRONG_PASSWORD, FailureCode.PAYLOAD_CHANGED,
        FailureCode.CONSULTATION_MISSING, FailureCode.SIGN_IN_REDIRECTED, FailureCode.OURS,
    ],
)  # fmt: skip
def test_what_does_not_pass_by_itself_is_asked_once(code: FailureCode) -> None:
    site = Site(Failure(code))
    with pytest.raises(Failure):
        run(site, SteppedClock())
    assert site.asked == 1


def test_a_pause_that_is_asked_for_is_kept() -> None:
    clock = SteppedClock()
    run(Site(Failure(FailureCode.TOO_MANY_REQUESTS, retry_after=30)), clock)
    assert clock.sleeps == [30]


def test_a_pause_beyond_a_minute_is_left_to_the_next_run() -> None:
    site = Site(Failure(FailureCode.MAINTENANCE, retry_after=3600))
    with pytest.raises(Failure):
        run(site, SteppedClock())
    assert site.asked == 1


def test_a_bug_is_not_swallowed() -> None:
    async def ask() -> str:
        raise KeyError("bug")

    with pytest.raises(KeyError):
        asyncio.run(with_retries(ask, tries=3, clock=SteppedClock(), chance=random.Random(1)))  # noqa: S311 - jitter


@given(st.integers(1, 60), st.randoms(use_true_random=False))
def test_the_backoff_grows_and_stays_bounded(attempt: int, chance: random.Random) -> None:
    assert 0.25 <= backoff(attempt, chance) <= 20


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0), (" 0 ", 0.0), ("Mon, 02 Mar 2026 12:01:30 GMT", 90.0), ("Mon, 02 Mar 2026 12:01:30 -0000", 90.0),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0), ("soon", None), ("", None), (None, None), ("-5", None), ("٣", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, datetime(2026, 3, 2, 12, tzinfo=UTC)) == seconds


@given(st.text())
def test_any_header_is_survived(header: str) -> None:
    seconds = retry_after(header, datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert seconds is None or seconds >= 0

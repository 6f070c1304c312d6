"""Never too many requests at once, never too many within any second."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.neo.pace import Pace
from tests.neo.support import SteppedClock


async def start_all(pace: Pace, clock: SteppedClock, count: int, took: float = 0.0) -> list[float]:
    """When each of `count` requests started; each takes `took` seconds."""
    starts: list[float] = []

    async def request() -> None:
        async with pace:
            starts.append(clock.monotonic())
            if took:
                await clock.sleep(took)

    await asyncio.gather(*(request() for _ in range(count)))
    return starts


@given(st.floats(0.2, 50), st.integers(1, 60), st.sampled_from([0.0, 0.013, 0.4]))
def test_no_span_of_a_second_holds_more_starts_than_allowed(rate: float, count: int, took: float) -> None:
    clock = SteppedClock()
    starts = asyncio.run(start_all(Pace(clock, 5, rate), clock, count, took))
    allowed = max(1, int(rate))
    assert len(starts) == count
    for first, next_allowed in zip(starts, starts[allowed:], strict=False):
        assert next_allowed - first > 1
    if rate < 1:
        assert all(later - earlier >= 1 / rate for earlier, later in pairwise(starts))


def test_a_rate_is_used_to_the_full() -> None:
    clock = SteppedClock()
    asyncio.run(start_all(Pace(clock, 5, 10), clock, 100))
    assert clock.seconds == pytest.approx(9 * 1.02)


def test_no_limit_waits_for_nothing() -> None:
    clock = SteppedClock()
    assert asyncio.run(start_all(Pace(clock, 5, 0), clock, 1000)) == [0.0] * 1000
    assert clock.sleeps == []


def test_no_more_run_at_once_than_allowed_and_all_of_them_do() -> None:
    async def watch() -> int:
        pace = Pace(SteppedClock(), 3, 0)
        running = most = 0

        async def request() -> None:
            nonlocal running, most
            async with pace:
                running += 1
                most = max(most, running)
                await asyncio.sleep(0)
                running -= 1

        await asyncio.gather(*(request() for _ in range(20)))
        return most

    assert asyncio.run(watch()) == 3


def test_a_pause_holds_everybody() -> None:
    clock = SteppedClock()
    pace = Pace(clock, 5, 0)
    pace.pause(7)
    pace.pause(2)
    assert asyncio.run(start_all(pace, clock, 3)) == [7.0, 7.0, 7.0]


def test_a_cancelled_wait_leaves_its_place_to_others() -> None:
    async def cancel_one() -> None:
        pace = Pace(SteppedClock(), 1, 0)
        async with pace:
            waiting = asyncio.ensure_future(pace.__aenter__())
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        async with asyncio.timeout(5), pace:
            return

    asyncio.run(cancel_one())


async def most_at_once(pace: Pace, count: int = 20) -> int:
    """How many of `count` requests ran at once at most."""
    running = most = 0

    async def request() -> None:
        nonlocal running, most
        async with pace:
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(request() for _ in range(count)))
    return most


def test_signs_of_too_many_halve_and_good_answers_add_one_by_one() -> None:
    async def watch() -> list[int]:
        clock = SteppedClock()
        pace = Pace(clock, 8, 0)
        seen = []
        for _ in range(5):
            await clock.sleep(2)
            pace.too_many()
            pace.too_many()  # of the same moment: counts once
            await most_at_once(pace)  # those that are under way still end
            seen.append(await most_at_once(pace))
        for _ in range(4):
            for _ in range(seen[-1]):
                pace.went_well()
            seen.append(await most_at_once(pace))
        for _ in range(100):
            pace.went_well()
        return [*seen, await most_at_once(pace)]

    assert asyncio.run(watch()) == [4, 2, 1, 1, 1, 2, 2, 3, 4, 8]

"""The ticker: at once, again and again, and at once where the clock was set back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Semaphore

from idexx_desktop.sync.ticking import Ticker


@contextmanager
def running(ticker: Ticker) -> Iterator[None]:
    ticker.start()
    try:
        yield
    finally:
        ticker.stop()


def test_it_ticks_at_once_and_again() -> None:
    ticks = Semaphore(0)
    with running(Ticker(ticks.release, 0.02)):
        assert all(ticks.acquire(timeout=10) for _ in range(5))


def test_a_clock_that_was_set_back_holds_no_tick_back() -> None:
    ticks = Semaphore(0)
    ticker = Ticker(ticks.release, 3600)
    with running(ticker):
        assert ticks.acquire(timeout=10)
        # as it stands after the clock went back by a day: the next tick is a day and an hour away
        ticker.scheduler.modify_job("tick", next_run_time=datetime.now(UTC) + timedelta(days=1, hours=1))
        assert ticks.acquire(timeout=10)


def test_after_years_of_sleep_it_ticks_once() -> None:
    ticks = Semaphore(0)
    ticker = Ticker(ticks.release, 3600)
    with running(ticker):
        assert ticks.acquire(timeout=10)
        ticker.scheduler.modify_job("tick", next_run_time=datetime(1990, 1, 1, tzinfo=UTC))
        assert ticks.acquire(timeout=10)
        assert not ticks.acquire(timeout=0.2)


def test_stopping_one_that_never_started_is_nothing() -> None:
    Ticker(lambda: None, 1).stop()

"""Manners: how many requests run at once, and how many start within a second."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType

from idexx_desktop.domain.clock import Clock

# A computer's clock ticks in steps (15.6 ms on Windows): two starts could be a tick too close.
_MARGIN_SECONDS = 0.02
# requests that run at once meet the same trouble: it counts once
_SAME_SIGN_SECONDS = 1.0


class Pace:
    """`async with pace:` around each request.

    A sliding window rather than a bucket: in *any* span of one second no more than `per_second` requests
    start, not only on average. `per_second` 0 means no limit. Waiting requests start in the order in which
    they came. The site says how many at once are welcome: half as many after each sign that it is too many, and
    one more after each round of good answers, up to `concurrency`.
    """

    def __init__(self, clock: Clock, concurrency: int, per_second: float) -> None:
        self._clock = clock
        self._most = max(1, concurrency)
        self._welcome = float(self._most)
        self._running = 0
        self._room = asyncio.Event()
        self._halved_at = -_SAME_SIGN_SECONDS
        self._turn = asyncio.Lock()
        self._window = max(1.0, 1 / per_second) + _MARGIN_SECONDS if per_second > 0 else 0.0
        self._starts: deque[float] = deque(maxlen=max(1, int(per_second)))
        self._not_before = clock.monotonic()

    def pause(self, seconds: float) -> None:
        """Start nothing for so many seconds: a site that asks for a pause means all requests, not one."""
        self._not_before = max(self._not_before, self._clock.monotonic() + seconds)

    def too_many(self) -> None:
        """The site asked for less, or answers slowly: half as many at once from now on."""
        now = self._clock.monotonic()
        if now - self._halved_at >= _SAME_SIGN_SECONDS:
            self._halved_at = now
            self._welcome = max(1.0, self._welcome / 2)

    def went_well(self) -> None:
        """A good answer in good time."""
        self._welcome = min(self._most, self._welcome + 1 / self._welcome)
        self._room.set()

    async def __aenter__(self) -> None:
        async with self._turn:
            await self._wait_for_room()
            await self._wait_for_turn()
            self._running += 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running -= 1
        self._room.set()

    async def _wait_for_room(self) -> None:
        while self._running >= int(self._welcome):
            self._room.clear()
            await self._room.wait()

    async def _wait_for_turn(self) -> None:
        while (wait := self._next_start() - self._clock.monotonic()) > 0:
            await self._clock.sleep(wait)
        if self._window:
            self._starts.append(self._clock.monotonic())

    def _next_start(self) -> float:
        if len(self._starts) < (self._starts.maxlen or 1):
            return self._not_before
        return max(self._not_before, self._starts[0] + self._window)

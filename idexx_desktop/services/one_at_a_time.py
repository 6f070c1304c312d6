"""Work in an event loop of its own, one at a time, that another thread may end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.sync.beside import tell

_Result = TypeVar("_Result")


class OneAtATime:
    """What `run` runs is ended, and taken down, by `end`; nothing runs any more after that.

    `busy`: what is said to whoever comes while something runs.
    """

    def __init__(self, busy: str) -> None:
        self._busy = busy
        self._lock = threading.Lock()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None
        self._over = False

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Its result. INVALID_INPUT where something runs already; CANCELLED where it was ended."""
        try:
            return asyncio.run(self._held(work))
        except asyncio.CancelledError:
            raise Failure(FailureCode.CANCELLED) from None
        finally:
            work.close()

    def end(self) -> None:
        """For good; whoever waits for the work sees it end."""
        with self._lock:
            self._over = True
            if self._running is not None:
                loop, task = self._running
                tell(loop, task.cancel)

    async def _held(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        task = asyncio.current_task()
        with self._lock:
            if self._running is not None:
                raise Failure(FailureCode.INVALID_INPUT, "runs already", title=self._busy)
            if self._over or task is None:
                raise Failure(FailureCode.CANCELLED)
            self._running = asyncio.get_running_loop(), task
        try:
            return await work
        finally:
            with self._lock:
                self._running = None

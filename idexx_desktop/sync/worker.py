"""The one thread that syncs: it takes one request at a time, runs it in an event loop of its own, tells listeners."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from idexx_desktop.domain.events import Step, SyncEvent, SyncFinished, SyncProgress, SyncResult, Trigger
from idexx_desktop.domain.failures import Failure
from idexx_desktop.sync.beside import beside, tell
from idexx_desktop.sync.parts import DEFAULT_HOURS, SyncParts, SyncRequest

if TYPE_CHECKING:
    from idexx_desktop.neo.sign_in_browser import SignInBrowser
    from idexx_desktop.sync.early import EarlyBrowser
    from idexx_desktop.sync.run import SyncRun

log = structlog.get_logger()
Listener = Callable[[SyncEvent], None]


class Syncer:
    """Starts, watches and stops syncs; safe to call from any thread.

    Listeners are called on the worker's thread. What a run needs (a browser driver above all) is imported when the
    first one starts, so that a program that only shows records stays small.
    """

    def __init__(self, parts: SyncParts) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()
        # not the thread itself: one whose `join` is interrupted counts as ended in Python 3.11 and 3.12
        self._idle = threading.Event()
        self._idle.set()
        self._progress: SyncProgress | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[SyncResult] | None = None
        self._stop_asked = False
        self._closed = False
        self._last: SyncResult | None = None
        self._settling = threading.Lock()
        self._left_over: list[SyncRun] = []

    @property
    def running(self) -> SyncProgress | None:
        """Where the run is, None when nothing runs."""
        return self._progress

    @property
    def last_result(self) -> SyncResult | None:
        """How the last run of this program ended."""
        return self._last

    def start(
        self,
        trigger: Trigger,
        *,
        hours: float = DEFAULT_HOURS,
        only_visits: frozenset[str] | None = None,
        asked_at: float | None = None,
        if_due: bool = False,
        early: EarlyBrowser | None = None,
        take_back: bool = False,
    ) -> bool:
        """Start a run. False where one is under way already (the caller attaches to it) or the program is closing.

        `early`: a browser that starts already, should the run have to sign in. `take_back`: see `SyncRequest`.
        """
        moment = self._parts.clock.monotonic() if asked_at is None else asked_at
        request = SyncRequest(trigger, moment, hours, only_visits, if_due, take_back)
        with self._lock:
            if self._progress is not None or self._closed:
                return False
            self._stop_asked = False
            self._progress = SyncProgress("", Step.STARTING)
            self._idle.clear()
            threading.Thread(target=self._work, args=(request, early), name="sync", daemon=True).start()
        return True

    def settle(self) -> None:
        """Close the runs that ended while the records were away; raises a `Failure` while they still are.

        Their leases are given back with them, so that this program never waits for itself.
        """
        with self._settling:
            while self._left_over:
                self._left_over[0].close_again()
                self._left_over.pop(0)

    def cancel(self) -> None:
        """Ask the run to stop at its next await; what is saved stays saved."""
        with self._lock:
            self._stop_asked = True
            if self._loop is not None and self._task is not None:
                tell(self._loop, self._task.cancel)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until nothing runs; False if it still does after so many seconds."""
        return self._idle.wait(seconds)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told of every event from now on; call what is returned to be told no more."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(known for known in self._listeners if known is not listener)

        return unsubscribe

    def close(self, seconds: float = 5.0) -> bool:
        """Stop what runs and start nothing more; False if it had not stopped after so many seconds."""
        with self._lock:
            self._closed = True
        self.cancel()
        return self.wait(seconds)

    def _work(self, request: SyncRequest, early: EarlyBrowser | None) -> None:
        result: SyncResult | None = None
        try:
            run = self._run(request, early.browser if early else None)
            result = early.run(run) if early else asyncio.run(run)
            self._last = result
        finally:
            with self._lock:
                self._progress = self._loop = self._task = None
            if result is not None:
                self._tell(SyncFinished(result))
            self._rest()

    def _rest(self) -> None:
        """Nothing runs any more, unless a listener has started the next run already."""
        with self._lock:
            if self._progress is None:
                self._idle.set()

    async def _run(self, request: SyncRequest, browser: SignInBrowser | None) -> SyncResult:
        from idexx_desktop.sync.run import SyncRun  # heavy: only when a sync is wanted

        with suppress(Failure):  # the new run will say it, too
            await beside(self.settle)
        run = SyncRun(self._parts, request, self._emit, browser)
        task = asyncio.ensure_future(run.run())
        await asyncio.sleep(0)  # a task that is cancelled before it begins would end without a result
        with self._lock:
            self._loop, self._task = asyncio.get_running_loop(), task
            if self._stop_asked:
                task.cancel()
        result = await task
        if run.left_over is not None:
            self._left_over.append(run)
        return result

    def _emit(self, event: SyncEvent) -> None:
        if isinstance(event, SyncProgress):
            self._progress = event
        self._tell(event)

    def _tell(self, event: SyncEvent) -> None:
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                # one page that is gone must not end a sync
                log.exception("sync.listener", kind=type(event).__name__)

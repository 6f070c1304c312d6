"""The single place where work leaves the window's thread, and where its answers and a sync's events come back."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from idexx_desktop.domain.events import RecordsChanged, SyncEvent
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.ports import Program

T = TypeVar("T")
_THREADS = 3
_CLOSE_MS = 4000


class Ticket:
    """One question that was asked; cancelled, its answer is dropped (work that has begun runs to its end)."""

    def __init__(
        self, number: int, done: Callable[[Any], object], failed: Callable[[Failure], object]
    ) -> None:
        self.number = number
        self.cancelled = False
        self._done = weakref.WeakMethod(done)
        self._failed = weakref.WeakMethod(failed)

    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        self.cancelled = True

    def deliver(self, answer: Any, failure: Failure | None) -> None:
        """Call back, on the window's thread, unless the one who asked is gone."""
        method = self._failed() if failure else self._done()
        if self.cancelled or method is None or not _alive(method):
            return
        method(failure if failure else answer)


class _Work(QRunnable):
    def __init__(self, bridge: Bridge, ticket: Ticket, work: Callable[[], Any]) -> None:
        super().__init__()
        self._bridge, self._ticket, self._work = bridge, ticket, work

    def run(self) -> None:
        if self._ticket.cancelled:
            self._bridge.answer(self._ticket, None, None)
            return
        try:
            self._bridge.answer(self._ticket, self._work(), None)
        except Failure as failure:
            self._bridge.answer(self._ticket, None, failure)
        except Exception as bug:
            self._bridge.crashes.report(bug)
            self._bridge.answer(self._ticket, None, Failure(FailureCode.OURS, type(bug).__name__))


class Bridge(QObject):
    """Asks services off the window's thread, and turns events of the sync worker into one signal.

    Everything here is called on the window's thread, except `answer` and the listener of the syncer.
    Callbacks are bound methods of QObjects: they are held weakly, and dropped with their page.
    """

    event = Signal(object)
    _answered = Signal(object, object, object)

    def __init__(self, crashes: CrashRoute, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.crashes = crashes
        self._numbers = count(1)
        self._open: dict[int, Ticket] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_THREADS)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """True when no question is open."""
        return not self._open

    def ask(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[Failure], object]
    ) -> Ticket:
        """Run `work` on a worker thread, then `done` or `failed` on this one.

        A bug in `work` goes to the crash route, and to `failed` as Failure(OURS).
        """
        ticket = Ticket(next(self._numbers), done, failed)
        self._open[ticket.number] = ticket
        self._pool.start(_Work(self, ticket, work))
        return ticket

    def attach(self, program: Program) -> None:
        """Listen to the syncer of the open program."""
        self._unsubscribe = program.syncer.subscribe(self._heard)

    def records_changed(self, topic: str) -> None:
        """Something of this window's own was written: let every page read again."""
        self.event.emit(RecordsChanged(topic))

    def close(self) -> None:
        """Stop listening, drop what is open, and wait a few seconds for work that has begun."""
        if self._unsubscribe:
            self._unsubscribe()
            self._unsubscribe = None
        for ticket in self._open.values():
            ticket.cancel()
        self._pool.clear()
        self._pool.waitForDone(_CLOSE_MS)

    def answer(self, ticket: Ticket, value: Any, failure: Failure | None) -> None:
        """From a worker thread: hand an answer over; nothing where the window is gone meanwhile."""
        if shiboken6.isValid(self):
            self._answered.emit(ticket, value, failure)

    def _heard(self, event: SyncEvent) -> None:
        if shiboken6.isValid(self):
            self.event.emit(event)

    @Slot(object, object, object)
    def _deliver(self, ticket: Ticket, value: Any, failure: Failure | None) -> None:
        self._open.pop(ticket.number, None)
        ticket.deliver(value, failure)


def _alive(method: Callable[..., object]) -> bool:
    owner = getattr(method, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)

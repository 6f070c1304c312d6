"""The one place where work leaves the window's thread, and where answers and a sync's events come back."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import count
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from idexx_desktop.domain.events import RecordsChanged, SyncEvent, Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.ports import Program

T = TypeVar("T")
_THREADS = 3
_CLOSE_SECONDS = 4.0


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

    def answers(self, done: Callable[[Any], object]) -> bool:
        """Whether this is who would be called back."""
        return self._done() == done

    def deliver(self, answer: Any, failure: Failure | None) -> None:
        """Call back, on the window's thread, unless the one who asked is gone."""
        method = self._failed() if failure else self._done()
        if self.cancelled or method is None or not _alive(method):
            return
        method(failure if failure else answer)


class Bridge(QObject):
    """Asks services off the window's thread, and turns events of the sync worker into one signal.

    Everything is called on the window's thread, except `_run` and the listener of the syncer. The threads are
    Python's own: PySide6 now and then keeps a finished QRunnable for ever. Signal: `heard(SyncEvent)`.
    Callbacks are bound methods of QObjects: they are held weakly, and dropped with their page.
    Once it is closed nothing is heard and nobody is answered, also of what was on its way; asking then is no mistake.
    """

    heard = Signal(object)
    _answered = Signal(object, object, object)
    _told = Signal(object)

    def __init__(self, crashes: CrashRoute, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.crashes = crashes
        self._numbers = count(1)
        self._open: dict[int, tuple[Ticket, Future[None]]] = {}
        self._unsubscribe: list[Callable[[], None]] = []
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="bridge")
        # held while another thread hands over: after `close` none of them touches this object, which may be gone
        self._handing_over = threading.Lock()
        self._home = threading.get_ident()
        self._closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self.tell, Qt.ConnectionType.QueuedConnection)

    @property
    def closed(self) -> bool:
        """True once nothing can be asked any more."""
        return self._closed

    @property
    def idle(self) -> bool:
        """True when no question is open."""
        return not self._open

    def ask(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[Failure], object]
    ) -> Ticket:
        """Run `work` on a worker thread, then `done` or `failed` on this one.

        A bug in `work` goes to the crash route, and to `failed` as Failure(OURS). Once the bridge is closed nothing
        is done: the ticket is cancelled already.
        """
        ticket = Ticket(next(self._numbers), done, failed)
        if self._closed:
            ticket.cancel()
            return ticket
        self._open[ticket.number] = (ticket, self._pool.submit(self._run, ticket, work))
        return ticket

    def ask_anew(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[Failure], object]
    ) -> Ticket:
        """Like `ask`, for what is only read: an earlier question with the same `done` is dropped.

        Answers come in any order, and that to a filter of a moment ago must not take the place of the newer one.
        """
        for earlier, _ in self._open.values():
            if earlier.answers(done):
                earlier.cancel()
        return self.ask(work, done, failed)

    def attach(self, program: Program) -> None:
        """Listen to the syncer of the open program, and to what others write."""
        if self._closed:
            return
        sources = (program.syncer, program.watcher)
        self._unsubscribe = [source.subscribe(self._heard) for source in sources]

    def records_changed(self, topic: Topic) -> None:
        """Something of this window's own was written: let the pages that show it read again."""
        self.tell(RecordsChanged(topic))

    @Slot(object)
    def tell(self, event: SyncEvent) -> None:
        """Let all who listen to `heard` know at once; on the window's thread."""
        if not self._closed:
            self.heard.emit(event)

    def close(self) -> None:
        """Stop listening, drop what is open, and wait a few seconds for work that has begun."""
        with self._handing_over:
            self._closed = True
        for timer in self.findChildren(QTimer):  # of those who would ask in a moment
            timer.stop()
        while self._unsubscribe:
            self._unsubscribe.pop()()
        for ticket, _ in self._open.values():
            ticket.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        # what had not begun never ends: `wait` would wait for it
        begun = [future for _, future in self._open.values() if not future.cancelled()]
        wait(begun, timeout=_CLOSE_SECONDS)
        self._open.clear()

    def _run(self, ticket: Ticket, work: Callable[[], Any]) -> None:
        """On a worker thread: do the work and hand its answer over."""
        try:
            answer, failure = (None if ticket.cancelled else work()), None
        except Failure as known:
            answer, failure = None, known
        except Exception as bug:
            self.crashes.report(bug)
            answer, failure = None, Failure(FailureCode.OURS, type(bug).__name__)
        with self._handing_over:
            if not self._closed:
                self._answered.emit(ticket, answer, failure)

    def _heard(self, event: SyncEvent) -> None:
        """On whichever thread it happened."""
        if threading.get_ident() == self._home:
            self.tell(event)
            return
        with self._handing_over:
            if not self._closed:
                self._told.emit(event)

    @Slot(object, object, object)
    def _deliver(self, ticket: Ticket, value: Any, failure: Failure | None) -> None:
        self._open.pop(ticket.number, None)
        ticket.deliver(value, failure)


def _alive(method: Callable[..., object]) -> bool:
    owner = getattr(method, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)

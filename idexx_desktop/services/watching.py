"""Tells what of the records is another than before, whoever wrote it: a thread looks now and then."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.watching import RevisionReader
from idexx_desktop.domain.events import RecordsChanged, Topic
from idexx_desktop.domain.failures import Failure

log = structlog.get_logger(__name__)

LOOK_SECONDS, REST_SECONDS = 2.0, 30.0
# whoever writes, or wakes others for nothing, can't make anybody look more often than that
_LEAST_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_END_SECONDS = 3.0
Listener = Callable[[RecordsChanged], None]


def watcher_of(records: ClinicRecords) -> RecordsWatcher:
    """One for these records, that has not begun."""
    return RecordsWatcher(RevisionReader(records.database.single(), records.clinic_id))


class RecordsWatcher:
    """`known`: the revisions that were told last. Listeners are called on the watcher's thread, and never raise.

    It looks every two seconds, at once when it is asked to or woken, and rarely while it rests, when nobody looks at
    what is shown. Records that can't be reached are looked for less and less often, without a word: whoever reads
    them says so. Once they are there again everything is told anew.
    """

    def __init__(self, reader: RevisionReader) -> None:
        self._reader = reader
        self._listeners: list[Listener] = []
        self._thread: threading.Thread | None = None
        self._bell, self._ears = socket.socketpair()
        self._bell.setblocking(False)
        self._ears.setblocking(False)
        self._ending = self._resting = self._asked = False
        self._failures = 0
        self.known: dict[Topic, str] = {}

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell this one, too; returns what ends that. The first one starts the looking."""
        self._listeners.append(listener)
        if self._thread is None and not self._ending:
            self._thread = threading.Thread(target=self._run, name="records-watcher", daemon=True)
            self._thread.start()
        return lambda: self._listeners.remove(listener)

    def look(self) -> None:
        """Look at once; returns before that."""
        self._asked = True
        self._ring()

    def rest(self, resting: bool) -> None:
        """Whether to look rarely."""
        self._resting = resting

    def look_first(self) -> None:
        """Look here and now, before anybody listens: what is read after this is at least as new as `known`."""
        with suppress(Failure):
            self.known = self._reader.read()

    def close(self) -> None:
        """End; safe to call twice. Waits for a question under way, but not long."""
        self._ending = True
        self._ring()
        if self._thread is not None:
            self._thread.join(_END_SECONDS)
            if self._thread.is_alive():
                return
        self._reader.close()
        self._bell.close()
        self._ears.close()

    def _ring(self) -> None:
        with suppress(OSError):  # it rings already, or is closed
            self._bell.send(b"!")

    def _run(self) -> None:
        while not self._ending:
            self._asked = False
            began = time.monotonic()
            self._look()
            self._wait(began)

    def _look(self) -> None:
        try:
            found = self._reader.read()
        except Failure as failure:
            if not self._failures:
                log.info("watch.lost", code=str(failure.code))
            self._failures += 1
            self.known = {}
            return
        self._failures = 0
        before, self.known = self.known, found
        for topic, revision in found.items():
            if before.get(topic) != revision:
                for listener in list(self._listeners):
                    listener(RecordsChanged(topic, revision))

    def _wait(self, began: float) -> None:
        """Until it is time for the next look, by the clock or because somebody asks or wrote."""
        while not self._ending and not self._asked:
            left = began + self._pause() - time.monotonic()
            if left <= 0:
                return
            woken = self._sleep(left)
            if woken and not self._resting and not self._failures:
                self._sleep(began + _LEAST_SECONDS - time.monotonic(), only_bell=True)
                return

    def _pause(self) -> float:
        if self._failures:
            return min(_LONGEST_PAUSE_SECONDS, float(2 ** min(self._failures, 5)))
        return REST_SECONDS if self._resting else LOOK_SECONDS

    def _sleep(self, seconds: float, *, only_bell: bool = False) -> bool:
        """So long, or until the bell rings or the server has something to say; whether it was the server."""
        server = None if only_bell or self._resting else self._reader.socket()
        waiting: list[socket.socket | int] = [self._ears] if server is None else [self._ears, server]
        ready, _, _ = select.select(waiting, [], [], max(0.0, seconds))
        if self._ears in ready:
            with suppress(OSError):
                self._ears.recv(4096)
        return server is not None and server in ready

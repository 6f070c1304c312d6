"""What a test leaves behind fails it, by name: temporary files, threads, processes, sockets that listen. What only the
end of a run shows fails the run."""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from pathlib import Path

import psutil

from tests.support.run_folder import COMPILED_FOLDER, PYTESTS, RunFolder

_SECONDS = 10.0  # until what was told to end has ended, on a busy computer
_IS_LINUX = sys.platform == "linux"
_PYTHONS_OWN = "multiprocessing.resource_tracker"  # ends with the process that it serves
_OWN = frozenset({"lock", PYTESTS, COMPILED_FOLDER})


class Watch:
    """Looks after each test of this process at what was not there after the one before."""

    def __init__(self, folder: RunFolder, worker: str) -> None:
        self._folder, self._worker = folder, worker
        pytests = folder.path / PYTESTS
        self._places = [folder.path / worker, pytests if worker == "main" else pytests / f"popen-{worker}"]
        self._shared = False
        self._known = self._latest = self._seen()

    def share(self) -> None:
        """What the test that runs now makes is for others, too."""
        self._shared = True

    def left(self) -> list[str]:
        """What the test that ended left, in words. Of one that made what others share only the run's end can tell."""
        self._clear_away()
        if self._shared:
            found, self._known = [], self._seen()
        else:
            found = _once_it_is_quiet(self._new)
            self._known = self._latest
        self._shared = False
        return found

    def left_by_all(self) -> list[str]:
        """What the whole run left, once all its workers have ended."""
        self._clear_away()
        workers = [path.name for path in self._folder.path.iterdir() if path.name not in _OWN]
        files = [f"the file {path}" for worker in workers for path in self._folder.left_in(worker)]
        return files + _once_it_is_quiet(lambda: list(_programs([self._folder.path], _process_ids())))

    def _clear_away(self) -> None:
        """What a program that was killed leaves of its browser is cleared away by the next start of one, as here."""
        for base in self._folder.path.glob("*/tmp/idexx-browser-*"):
            from idexx_desktop.neo.browser_files import clear_away  # Playwright: where it was used

            clear_away(base)

    def _seen(self) -> _Seen:
        return _Seen(self._folder.left_in(self._worker))

    def _new(self) -> list[str]:
        known, now = self._known, self._seen()
        if now.listening - known.listening:
            gc.collect()  # one that nothing holds but a circle is closed by this
            now = self._seen()
        self._latest = now
        files = [f"the file {path}" for path in now.files - known.files]
        threads = [f"the thread {thread.name}" for thread in now.threads - known.threads]
        sockets = [f"a socket that listens at {address}" for _, address in now.listening - known.listening]
        return [*files, *threads, *sockets, *_programs(self._places, now.processes - known.processes)]


class _Seen:
    """What there is: temporary files, threads, processes of the whole computer, sockets that listen."""

    def __init__(self, files: frozenset[Path]) -> None:
        self.files = files
        # those of Python; Qt's own, which once ran a line of Python, have no end that could be seen
        self.threads = frozenset(
            t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)
        )
        self.processes = _process_ids()
        self.listening = _listening()


def _once_it_is_quiet(look: Callable[[], list[str]]) -> list[str]:
    """What is still there after what was told to end has had time to."""
    pause, deadline = threading.Event(), time.monotonic() + _SECONDS
    while (found := look()) and time.monotonic() < deadline:
        pause.wait(0.01)
    return found


def _process_ids() -> frozenset[int]:
    """Of the whole computer."""
    return frozenset(psutil.pids()) if _IS_LINUX else frozenset()


def _programs(places: list[Path], process_ids: Set[int]) -> Iterator[str]:
    """Those of these processes that were started for one of these places, or by this process; not their children."""
    for process_id in process_ids - {os.getpid()}:
        with suppress(psutil.Error, OSError):
            process = psutil.Process(process_id)
            if process.status() == psutil.STATUS_ZOMBIE or not _is_ours(process, places):
                continue
            parent = process.parent()
            begins = parent is None or parent.pid == os.getpid() or not _is_ours(parent, places)
            command = " ".join(process.cmdline())
            if begins and _PYTHONS_OWN not in command:
                yield f"the process {process_id}: {command[:200]}"


def _is_ours(process: psutil.Process, places: list[Path]) -> bool:
    """Whether the process's arguments, folder or environment name one of the places, as far as we may know them."""
    try:
        if process.ppid() == os.getpid():
            return True
        told = [*process.cmdline(), process.cwd(), *process.environ().values()]
    except (psutil.Error, OSError):
        return False
    return any(str(place) in text for text in told for place in places)


def _listening() -> frozenset[tuple[str, str]]:
    """This process's sockets that wait for somebody to connect: each with its address."""
    if not _IS_LINUX:
        return frozenset()
    found = set()
    for descriptor in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers are wanted
        with suppress(OSError):
            link = os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115 - a name, no path
            if link.startswith("socket:"):
                with socket.socket(fileno=os.dup(int(descriptor))) as copy:
                    if copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                        found.add((link, str(copy.getsockname())))
    return frozenset(found)

"""The running server: found, started, stopped, and got going again after it was killed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from idexx_desktop.db.server import ports
from idexx_desktop.db.server.cluster import Cluster
from idexx_desktop.db.server.holding import Holding, inherited, open_elsewhere
from idexx_desktop.db.server.locks import FileLock
from idexx_desktop.ending import unbroken

_TRIES, _PAUSE_SECONDS = 80, 0.25  # what a killed server leaves is gone after about ten seconds
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
# what ends is looked at so often: pg_ctl itself would look ten times a second
_STEP_SECONDS = 0.01
_LAST_SECONDS = 2.0  # after the server its writer of logs ends, which has the lock as well
_PORT_LINE, _READY_LINE = 3, 7  # of postmaster.pid, counted from 0

_NO_PROCESS = 0


@dataclass(frozen=True, slots=True)
class _LockFile:
    """What PostgreSQL writes into postmaster.pid, line by line while it starts."""

    process_id: int
    port: int | None
    ready: bool

    @classmethod
    def of(cls, data: Path) -> _LockFile | None:
        try:
            # not `splitlines`: a path may hold any sign that ends a line anywhere but here
            lines = (data / "postmaster.pid").read_bytes().decode("utf-8", "replace").split("\n")
        except OSError:
            return None
        process_id = _number(lines[0])
        ready = len(lines) > _READY_LINE and lines[_READY_LINE].strip() == "ready"
        port = _number(lines[_PORT_LINE]) if len(lines) > _PORT_LINE else None
        # emptied by a power cut, or cut short
        possible = process_id is not None and 0 < process_id < 2**31
        return cls(process_id if process_id and possible else _NO_PROCESS, port, ready)


def _number(text: str) -> int | None:
    return int(text) if text.strip().isascii() and text.strip().isdigit() else None


class ServerProcess:
    """The server of one cluster. The caller holds the server's lock around start and stop."""

    def __init__(
        self, cluster: Cluster, port_record: Path, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """`port_record` is the file that keeps the port from one start to the next."""
        self._cluster = cluster
        self._port_record = port_record
        self._pause = pause
        self._holding = Holding(cluster.place)

    def port(self) -> int | None:
        """Where it accepts connections; None when it isn't running, or isn't ready."""
        found = self._living()
        if found is None or not found.ready:
            return None
        port = self._port_of(found)
        return port if port is not None and ports.answers(port) else None

    def start(self) -> int:
        """Start it, however its last run ended. Returns the port.

        DATABASE_UNREACHABLE with the reason; RECORDS_OPEN_ELSEWHERE, RECORDS_NOT_LOCAL as of `Holding`.
        """
        for _ in range(_TRIES):
            port = self.port()
            if port is not None:
                return port
            started = False
            if self._living() is None:
                with self._held() as lock:
                    started = lock is not None and self._try_start(lock)
            if not started:
                self._pause(_PAUSE_SECONDS)
        raise self._cluster.failure("PostgreSQL did not start")

    def stop(self) -> None:
        """Stop it, ending its connections; nothing happens when it isn't running.

        RECORDS_OPEN_ELSEWHERE where it runs on another computer.
        """
        for mode in ("fast", "immediate"):
            if self._living() is None:
                break
            self._pg_ctl_stop(mode)
        if self._living() is not None:
            raise self._cluster.failure("PostgreSQL did not stop")
        if self._cluster.exists():
            self._give_back()

    def _pg_ctl_stop(self, mode: str) -> None:
        cluster, found = self._cluster, _LockFile.of(self._cluster.data)
        cluster.programs.run(
            "pg_ctl", "stop", "-D", cluster.data.name, "-W", "-m", mode, folder=cluster.place
        )
        if found is not None:
            self._wait(_STOP_SECONDS, lambda: not self._is_ours(found.process_id))

    def _wait(self, seconds: float, came_true: Callable[[], bool]) -> None:
        """Until that, or for so long."""
        deadline = time.monotonic() + seconds
        while not came_true() and time.monotonic() < deadline:
            self._pause(_STEP_SECONDS)

    @contextmanager
    def idle(self) -> Iterator[None]:
        """Nobody's server runs on the data, nor can one start; for work on the folder itself."""
        for _ in range(_TRIES):
            with self._held() as lock:
                if lock is not None:
                    yield
                    return
            self._pause(_PAUSE_SECONDS)
        raise self._cluster.failure("the data folder is in use")

    def require_here(self) -> None:
        """RECORDS_OPEN_ELSEWHERE where the data are another computer's, as far as can be told without waiting."""
        if self._living() is None and self._holding.elsewhere() is not None:
            with self._held():
                """Nobody has them."""

    def take_over(self) -> None:
        """The lease is this computer's from now on; see `EmbeddedServer.take_over`."""
        lease = self._holding.elsewhere()
        if lease is None:
            return
        lock = self._holding.take()
        try:
            if lock is None or self._holding.is_renewed(self._pause):
                raise open_elsewhere(lease, certain=True)
            self._holding.renew()
        finally:
            if lock is not None:
                lock.release()

    def end(self) -> None:
        """Stop whatever runs here, at once, though the data are another computer's by now."""
        found = _LockFile.of(self._cluster.data)
        if found is not None and self._is_ours(found.process_id):
            self._pg_ctl_stop("immediate")

    @contextmanager
    def _held(self) -> Iterator[FileLock | None]:
        """The data folder's lock, where it is nobody's; None where some process of this computer still has it."""
        lock = self._holding.take()
        if lock is None:
            lease = self._holding.elsewhere()
            if lease is not None:
                raise open_elsewhere(lease, certain=True)
            yield None
            return
        try:
            self._holding.require_free()
            yield lock
        finally:
            lock.release()

    def _give_back(self) -> None:
        self._wait(_LAST_SECONDS, self._gives_back)

    def _gives_back(self) -> bool:
        with self._held() as lock:
            if lock is not None:
                self._holding.give_back()
            return lock is not None

    def _try_start(self, lock: FileLock) -> bool:
        """One attempt; False when another may help, a Failure when none will.

        Whoever has the lock knows that no server and no child of one is left: so the lock file that a dead one has left
        goes, whatever its process number belongs to by now. PostgreSQL itself would take any living process for it.
        """
        cluster = self._cluster
        port = ports.choose_port(self._port_record)
        cluster.configure(port)
        cluster.tidy_logs()
        cluster.start_log.unlink(missing_ok=True)
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)
        self._holding.renew()
        said = self._launch(lock)
        if said is None:
            return True
        if cluster.memory_in_use() or not ports.is_free(port):
            return False
        raise cluster.failure("PostgreSQL did not start", said)

    def _launch(self, lock: FileLock) -> str | None:
        """What it said where it did not start; None where it runs. No shell is asked, so no sign in a path is read."""
        cluster = self._cluster
        tag = f"cluster_name={cluster.tag}"
        if sys.platform == "win32":  # only pg_ctl can give up an administrator's rights
            result = cluster.programs.run(
                "pg_ctl", "start", "-D", cluster.data.name, "-l", cluster.start_log.name,
                "-o", f"-c {tag}", "-w", "-t", f"{_START_SECONDS:.0f}", folder=cluster.place,
            )  # fmt: skip
            return None if result.ok else result.output
        # unbroken: nobody could stop a server that hasn't said yet that it is there
        with unbroken():
            process = cluster.programs.launch(
                "postgres", "-D", cluster.data.name, "-c", tag,
                folder=cluster.place, output=cluster.start_log, keep=inherited(lock),
            )  # fmt: skip
            for _ in range(round(_START_SECONDS / _PAUSE_SECONDS)):
                if self.port() is not None:
                    return None
                if process.poll() is not None:
                    break
                self._pause(_PAUSE_SECONDS / 5)
            return ""

    def _port_of(self, found: _LockFile) -> int | None:
        """Line ends in the path move the lines of the lock file; what was chosen for this start is kept as well."""
        return ports.recorded(self._port_record) if "\n" in str(self._cluster.data.resolve()) else found.port

    def _living(self) -> _LockFile | None:
        """The lock file of a server that runs here, ready or not."""
        found = _LockFile.of(self._cluster.data)
        if found is None or not self._is_ours(found.process_id):
            return None
        return None if self._holding.elsewhere() else found  # a number of another computer's

    def _is_ours(self, process_id: int) -> bool:
        """Whether it is a living server on this data folder, whose tag is in its command line."""
        try:
            process = psutil.Process(process_id)
            if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
                return False
            # another user of the computer may give a process that name, and wait for an id that is used again
            return self._runs_as_ours(process) and f"cluster_name={self._cluster.tag}" in process.cmdline()
        except (psutil.Error, ValueError):
            return False

    def _runs_as_ours(self, process: psutil.Process) -> bool:
        """Windows doesn't show another user's command line in the first place."""
        if sys.platform == "win32":
            return True
        account = self._cluster.programs.account
        expected: int = os.geteuid() if account is None else account.user_id
        return bool(process.uids().effective == expected)

"""The running server: found, started, stopped, and got going again after it was killed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from idexx_desktop.db.server import ports
from idexx_desktop.db.server.cluster import Cluster

_TRIES, _PAUSE_SECONDS = 60, 0.25  # what a killed server leaves is gone after about ten seconds
_TRIES_BEFORE_UNLOCKING = 4  # a dead process is soon collected, and then PostgreSQL sees by itself that it is

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
            lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return None
        try:
            process_id, port = int(lines[0]), int(lines[3]) if len(lines) > 3 else None
        except (ValueError, IndexError):
            process_id, port = _NO_PROCESS, None  # emptied by a power cut
        possible = 0 < process_id < 2**31
        ready = [line.strip() for line in lines[7:]] == ["ready"]
        return cls(process_id if possible else _NO_PROCESS, port, ready)


class ServerProcess:
    """The server of one cluster. The caller holds the server's lock around start and stop."""

    def __init__(
        self, cluster: Cluster, port_record: Path, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """`port_record` is the file that keeps the port from one start to the next."""
        self._cluster = cluster
        self._port_record = port_record
        self._pause = pause

    def port(self) -> int | None:
        """Where it accepts connections; None when it isn't running, or isn't ready."""
        found = self._living()
        if found is None or not found.ready or found.port is None:
            return None
        return found.port if ports.answers(found.port) else None

    def start(self) -> int:
        """Start it, however its last run ended. Returns the port. DATABASE_UNREACHABLE with the reason."""
        for attempt in range(_TRIES):
            port = self.port()
            if port is not None:
                return port
            if attempt >= _TRIES_BEFORE_UNLOCKING:
                self._unlock()
            still_starting = self._living() is not None
            if still_starting or not self._try_start():
                self._pause(_PAUSE_SECONDS)
        raise self._cluster.failure("the server did not start")

    def stop(self) -> None:
        """Stop it, ending its connections; nothing happens when it isn't running."""
        data = self._cluster.data
        for mode in ("fast", "immediate"):
            if self._living() is None:
                return
            self._cluster.programs.run("pg_ctl", "stop", "-D", data, "-w", "-t", "30", "-m", mode)
        if self._living() is not None:
            raise self._cluster.failure("the server did not stop")

    def _try_start(self) -> bool:
        """One attempt; False when another may help, a Failure when none will."""
        cluster = self._cluster
        port = ports.choose_port(self._port_record)
        cluster.configure(port)
        cluster.start_log.unlink(missing_ok=True)
        # pg_ctl hands all this to a shell, which would read signs in a path: so only names, inside the place
        result = cluster.programs.run(
            "pg_ctl", "start", "-D", cluster.data.name, "-l", cluster.start_log.name,
            "-o", f"-c cluster_name={cluster.tag}", "-w", "-t", "60", folder=cluster.place,
        )  # fmt: skip
        if result.ok:
            return True
        left_over = _LockFile.of(cluster.data) is not None or cluster.memory_in_use()
        if left_over or not ports.is_free(port):
            return False
        raise cluster.failure("the server did not start", result.output)

    def _unlock(self) -> None:
        """Remove the lock file of a server whose id is another program's by now: PostgreSQL can't tell.

        Should children of the dead server live on, their shared memory still keeps a second server out.
        """
        found = _LockFile.of(self._cluster.data)
        if found is not None and _is_certainly_no_server(found.process_id):
            (self._cluster.data / "postmaster.pid").unlink()

    def _living(self) -> _LockFile | None:
        """The lock file of a server that runs, ready or not."""
        found = _LockFile.of(self._cluster.data)
        return found if found is not None and self._is_ours(found.process_id) else None

    def _is_ours(self, process_id: int) -> bool:
        """Whether it is a living server on this data folder, whose tag is in its command line."""
        try:
            if _is_certainly_no_server(process_id):
                return False
            process = psutil.Process(process_id)
            # another user of the computer may give a process that name, and wait for an id that is used again
            return self._runs_as_ours(process) and f"cluster_name={self._cluster.tag}" in process.cmdline()
        except psutil.Error:
            return False

    def _runs_as_ours(self, process: psutil.Process) -> bool:
        """Windows doesn't show another user's command line in the first place."""
        if sys.platform == "win32":
            return True
        account = self._cluster.programs.account
        expected: int = os.geteuid() if account is None else account.user_id
        return bool(process.uids().effective == expected)


def _is_certainly_no_server(process_id: int) -> bool:
    """Whether that process is gone, dead but not yet collected, or another program."""
    try:
        process = psutil.Process(process_id)
        return process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres")
    except psutil.NoSuchProcess:
        return True

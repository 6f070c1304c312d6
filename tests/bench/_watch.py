"""Running a command while its whole process tree is looked at: seconds, memory, processor, which programs."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Watched:
    """What one command took. Memory in MB and processor in seconds, of all its processes and its database server.

    `peak_mb` leaves out pages of program files, which the system drops as it likes and which another window of the
    same browser shares; `peak_with_files_mb` counts them. `browser` says whether one ever ran. Processes are looked at
    ten times a second: what lives shorter may be missed.
    """

    output: str
    seconds: float
    peak_mb: float
    peak_with_files_mb: float
    cpu_seconds: float
    browser: bool


def run_watched(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    said: str = "",
    server: Path | None = None,
) -> Watched:
    """Run a command to its end with `said` on its standard input, in this environment or in its own.

    `server` is the data folder of the database server that it starts or uses.

    Raises `CalledProcessError` where it fails, with what it said in its notes.
    """
    started = time.monotonic()
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        tree = _Tree(process.pid, server)
        watching = threading.Thread(target=tree.watch)
        watching.start()
        output, complaints = process.communicate(said)
        seconds = time.monotonic() - started
        tree.over.set()
        watching.join()
    if process.returncode != 0:
        problem = subprocess.CalledProcessError(process.returncode, command)
        problem.add_note(output + complaints)
        raise problem
    return Watched(
        output, seconds, tree.peak / 1e6, tree.peak_with_files / 1e6, tree.cpu_seconds, tree.browser
    )


class _Tree:
    def __init__(self, pid: int, server: Path | None) -> None:
        self.over = threading.Event()
        self.peak = 0
        self.peak_with_files = 0
        self.browser = False
        self._pid = pid
        self._server = server
        # of a server that ran before, what it had used by then doesn't count
        self._used_before = {each: _cpu_of(each) for each in self._servers()}
        self._used: dict[psutil.Process, float] = {}

    @property
    def cpu_seconds(self) -> float:
        return sum(self._used.values()) - sum(self._used_before.values())

    def watch(self) -> None:
        while not self.over.wait(_EVERY_SECONDS):
            memory = with_files = 0
            for process in [*_family(self._pid), *self._servers()]:
                with suppress(psutil.Error, OSError):
                    own, whole = _memory(process)
                    memory, with_files = memory + own, with_files + whole
                    self._used[process] = _cpu_of(process)
                    self.browser = self.browser or "chrom" in process.name()
            self.peak = max(self.peak, memory)
            self.peak_with_files = max(self.peak_with_files, with_files)

    def _servers(self) -> list[psutil.Process]:
        if self._server is None:
            return []
        try:
            first_line = (self._server / "postmaster.pid").read_text().partition("\n")[0]
        except OSError:
            return []
        return _family(int(first_line))


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _memory(process: psutil.Process) -> tuple[int, int]:
    """Bytes that nothing else uses and the system can't drop; and with the pages of files that the process has open.

    Pages that several processes share count once in all, where the system can tell.
    """
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        info = process.memory_full_info()
        return info.uss, info.rss
    found = {
        name: int(value.split()[0]) * 1024 for name, _, value in (line.partition(":") for line in lines[1:])
    }
    return found.get("Pss_Anon", 0) + found.get("Pss_Shmem", 0), found.get("Pss", 0)

"""Locks on files, which the operating system releases when their holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE_SECONDS = 0.02
_BEYOND_ANY_CONTENT = 1 << 30  # Windows forbids reading a locked byte: lock one that holds nothing


class FileLock:
    """An exclusive lock that this process holds until `release`, or until it dies."""

    def __init__(self, descriptor: int) -> None:
        """Use `take`."""
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> FileLock | None:
        """Lock the file `path`, made if needed; None at once when anybody holds it, this process included."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except (BlockingIOError, PermissionError):
            os.close(descriptor)
            return None
        return cls(descriptor)

    @property
    def descriptor(self) -> int:
        """Of the locked file, for a process that is to have the lock, too."""
        return self._descriptor

    def release(self) -> None:
        """Let go of it; the file stays."""
        os.close(self._descriptor)


@contextmanager
def locked(path: Path, *, seconds: float, pause: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Hold the lock file `path`; TimeoutError when others hold it for longer than `seconds`."""
    for _ in range(round(seconds / _PAUSE_SECONDS)):
        lock = FileLock.take(path)
        if lock is not None:
            break
        pause(_PAUSE_SECONDS)
    else:
        raise TimeoutError(f"{path.name} is held by another process")
    try:
        yield
    finally:
        lock.release()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _BEYOND_ANY_CONTENT, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

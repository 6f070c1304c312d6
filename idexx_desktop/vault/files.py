"""Two operations on files that must be right: an exclusive lock, and a replacement that survives a crash."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PAUSE_SECONDS = 0.02
_BEYOND_ANY_CONTENT = 1 << 30  # Windows forbids reading a locked byte: lock one that holds nothing


@contextmanager
def locked(
    path: Path, *, seconds: float = 30.0, pause: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Hold the lock file `path` against every other process and thread; TimeoutError after `seconds`.

    The operating system releases the lock when its holder dies, so nothing stale is ever left.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for _ in range(max(1, round(seconds / _PAUSE_SECONDS))):
            if _try_lock(descriptor):
                break
            pause(_PAUSE_SECONDS)
        else:
            raise TimeoutError(f"{path.name} is held by another process")
        yield
    finally:
        os.close(descriptor)  # releases the lock


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _BEYOND_ANY_CONTENT, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def replace_private(path: Path, data: bytes) -> None:
    """Put `data` at `path`, readable by this user only: a crash leaves all of the old or all of the new.

    The caller holds the lock of this file.
    """
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)  # left by a crash
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable. Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # some network file systems refuse it
            os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Who uses the server now: one file for each user, locked for as long as the user lives.

A lock needs no trust in process ids, which are used again, nor in start times, which move with the clock.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from pathlib import Path

from idexx_desktop.db.server.locks import FileLock


@dataclass(frozen=True, slots=True)
class User:
    """One entry of `Users`."""

    path: Path
    lock: FileLock


class Users:
    """The users of one server. The caller holds the server's lock around every call."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds nothing else."""
        self._folder = folder

    def enter(self) -> User:
        """Be counted until `leave`, or until this process ends in whatever way."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for number in itertools.count():
            path = self._folder / f"{os.getpid()}-{number}"
            lock = FileLock.take(path)
            if lock is not None:
                return User(path, lock)
        raise AssertionError("the numbers have no end")

    def leave(self, user: User) -> None:
        """Be counted no more."""
        user.lock.release()
        user.path.unlink(missing_ok=True)

    def count(self) -> int:
        """How many there are; the files of those who died are removed."""
        return sum(self._lives(path) for path in self._files())

    def _files(self) -> list[Path]:
        return list(self._folder.iterdir()) if self._folder.is_dir() else []

    def _lives(self, path: Path) -> bool:
        lock = FileLock.take(path)
        if lock is None:
            return True
        lock.release()  # before the removal: Windows does not remove an open file
        path.unlink(missing_ok=True)
        return False

"""The one folder that all temporary files of a run of the tests lie in: in memory where there is plenty."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

PREFIX = "idexx-tests-"
PYTESTS = "pytest"
TEMPORARY = "TMPDIR"
SYSTEM_DATA = "IDEXX_DESKTOP_SYSTEM_DATA"
COMPILED, COMPILED_FOLDER = "NODE_COMPILE_CACHE", "compiled"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
_ENOUGH_MEMORY = 4 << 30


class RunFolder:
    """Each worker has its own folder for temporary files in it, so that what a test leaves there is that test's.

    Nothing in it need survive a power cut, and writing costs a fraction of what it costs on a disk. It goes with
    the run; what a run left that was killed goes with the next one. To keep the tests' own folders, give pytest
    `--basetemp`.
    """

    def __init__(self, path: Path, held: IO[bytes] | None) -> None:
        self.path = path
        self._held = held

    @classmethod
    def made(cls) -> RunFolder:
        """A new one."""
        parent = _MEMORY if _is_fit(_MEMORY) else Path(tempfile.gettempdir())
        _clear_away(parent)
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        path.chmod(0o711)  # whoever runs PostgreSQL goes through it
        return cls(path, _hold(path))

    def use(self, worker: str) -> None:
        """Let this process, and all that it starts, put temporary files and records where nobody else does."""
        temporary, data = (self.path / worker / name for name in ("tmp", "data"))
        for folder in (temporary.parent, temporary, data):
            folder.mkdir(mode=0o755)
        os.environ[TEMPORARY] = tempfile.tempdir = str(temporary)
        os.environ[SYSTEM_DATA] = str(data)
        # a browser's driver, started over and over, need not be compiled each time
        os.environ[COMPILED] = str(self.path / COMPILED_FOLDER)

    def left_in(self, worker: str) -> frozenset[Path]:
        """What lies there."""
        return frozenset(path for place in (self.path / worker).iterdir() for path in place.iterdir())

    def remove(self) -> None:
        """With all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._held is not None:
            self._held.close()


def prepare(config: pytest.Config) -> tuple[RunFolder, str]:
    """The run's folder, in use by this process, and the name of this process in it.

    The process that was started makes it, and its workers find it.
    """
    of_worker: dict[str, str] | None = getattr(config, "workerinput", None)
    if of_worker is not None:
        folder = RunFolder(Path(os.environ[TEMPORARY]).parent.parent, None)
        folder.use(of_worker["workerid"])
        return folder, of_worker["workerid"]
    folder = RunFolder.made()
    folder.use("main")
    if config.option.basetemp is None:
        config.option.basetemp = str(folder.path / PYTESTS)
    return folder, "main"


def _is_fit(folder: Path) -> bool:
    """Whether it is there, has room, and what lies in it can be run."""
    if sys.platform == "win32" or not os.access(folder, os.W_OK):
        return False
    can_run = not os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0)
    return can_run and shutil.disk_usage(folder).free > _ENOUGH_MEMORY


def _hold(folder: Path) -> IO[bytes] | None:
    """A lock that ends with this process, however that ends; None where somebody else has it."""
    if sys.platform == "win32":
        return None
    import fcntl

    held = (folder / "lock").open("ab")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        return None
    return held


def _clear_away(parent: Path) -> None:
    """What earlier runs left that were killed."""
    for left in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if (left / "lock").exists() and (held := _hold(left)) is not None:
                RunFolder(left, held).remove()

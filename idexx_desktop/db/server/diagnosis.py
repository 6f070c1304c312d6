"""Why the server on this computer can't be started or used: by what the system, PostgreSQL or its programs said."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path

from idexx_desktop.domain.failures import Failure, records_trouble
from idexx_desktop.domain.records_words import Trouble

# of what PostgreSQL and its programs say, in English (`lc_messages`); the first that fits decides
_SAID: tuple[tuple[Trouble, tuple[str, ...]], ...] = (
    # before the full disk: the system says the same of its own tables
    (Trouble.NO_MEMORY, ("could not create semaphores", "cannot allocate memory", "out of memory",
                         "could not fork", "could not create shared memory", "could not map anonymous")),
    (Trouble.DISK_FULL, ("no space left on device", "check free disk space", "disk quota exceeded")),
    (Trouble.INCOMPLETE, ("error while loading shared libraries", "library not loaded", "was not found by",
                          "could not load library", "invalid elf header", "could not access file",
                          "could not open directory \"timezone", "configuration file contains errors",
                          "invalid value for parameter", "input file \"")),
    (Trouble.DENIED, ("permission denied", "read-only file system", "operation not permitted")),
    (Trouble.DISK_BROKEN, ("input/output error",)),
    (Trouble.DAMAGED, ("checkpoint", "control file", "pg_control", "invalid page", "invalid magic number",
                       "invalid record length", "could not open file \"", "could not open directory \"",
                       "could not read file \"", "could not access status of transaction", "could not stat file",
                       "pg_filenode.map", "directory lacks", "required wal directory", "is not a valid data directory",
                       "checksum")),
)  # fmt: skip
_NUMBERS: dict[Trouble, tuple[int, ...]] = {
    Trouble.DISK_FULL: (errno.ENOSPC, errno.EDQUOT),
    Trouble.DENIED: (errno.EACCES, errno.EPERM, errno.EROFS),
    Trouble.DISK_BROKEN: (errno.EIO,),
    Trouble.GONE: (errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.ESTALE),
    Trouble.NO_MEMORY: (errno.ENOMEM, errno.EAGAIN),
}


def trouble_said(said: str) -> Trouble:
    """By what PostgreSQL said when it didn't do what it was started for."""
    lower = said.lower()
    return next(
        (trouble for trouble, signs in _SAID if any(sign in lower for sign in signs)), Trouble.NOT_STARTED
    )


def trouble_with_files(error: OSError) -> Trouble:
    """By what the system said of the server's own files."""
    if isinstance(error, TimeoutError):  # of our own lock
        return Trouble.IN_USE
    return next(
        (trouble for trouble, numbers in _NUMBERS.items() if error.errno in numbers), Trouble.NOT_STARTED
    )


def not_run(program: Path, error: OSError | subprocess.TimeoutExpired, folder: Path | None) -> Failure:
    """A program of PostgreSQL's that the system didn't start, to work in `folder`, or that didn't end."""
    detail = f"{program.name} could not be run: {type(error).__name__}"
    if isinstance(error, subprocess.TimeoutExpired):
        return records_trouble(Trouble.NOT_STARTED, detail)
    trouble = trouble_with_files(error)
    if folder is None or (folder.is_dir() and str(error.filename) != str(folder)):
        # it is the program that was meant; what can't be executed at all has a number of its own
        trouble = {Trouble.GONE: Trouble.INCOMPLETE, Trouble.DENIED: Trouble.BLOCKED}.get(trouble, trouble)
        if error.errno == errno.ENOEXEC:
            trouble = Trouble.INCOMPLETE
    return records_trouble(trouble, detail)

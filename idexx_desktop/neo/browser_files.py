"""Where the browser and its driver put their temporary files: in a folder of this program's own.

They are told apart from everybody else's there. What a killed program left is gone with the next start of a browser.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

import playwright._impl.transport as driver_transport
import psutil

_NAMES = ("TMPDIR", "TMP", "TEMP")
_TRIES = 3
_LONGEST = (
    60  # of the 107 characters of a socket's path; /org.chromium.Chromium.XXXXXX/SingletonSocket are the rest
)
# of whatever starts a driver now
_FOLDER: ContextVar[Path | None] = ContextVar("browser-files", default=None)
_given_environment: Callable[[], dict[str, str]] = driver_transport.__dict__["get_driver_env"]


@contextmanager
def folder_of_its_own() -> Iterator[None]:
    """A driver that is started in this block keeps its files, and its browsers theirs, in one folder that ends with it.

    It blocks a little: it clears away what killed programs have left.
    """
    clear_away(_base())
    folder = _made()
    before = _FOLDER.get()
    _FOLDER.set(folder)
    try:
        yield
    finally:
        _FOLDER.set(before)
        shutil.rmtree(folder, ignore_errors=True)
        _remove_empty(folder.parent)


def clear_away(base: Path) -> None:
    """Remove what programs that live no more have left in there."""
    with suppress(OSError):
        if _is_ours(base):
            for folder in base.iterdir():
                if not _lives(folder.name):
                    shutil.rmtree(folder, ignore_errors=True)
            _remove_empty(base)


def told_to_driver() -> dict[str, str]:
    """What a driver that is started now is told; nothing outside of such a block."""
    folder = _FOLDER.get()
    return dict.fromkeys(_NAMES, str(folder)) if folder is not None else {}


def told_to_browser() -> dict[str, str]:
    """The same for its browser, which doesn't start where the path of its socket would be too long."""
    told = told_to_driver()
    return told if all(len(os.fsencode(folder)) <= _LONGEST for folder in told.values()) else {}


def _environment_of_driver() -> dict[str, str]:
    return {**_given_environment(), **told_to_driver()}


# the driver names its folders itself, and asks nothing but its environment where they belong
driver_transport.__dict__["get_driver_env"] = _environment_of_driver


def _base() -> Path:
    """Short: the paths of sockets are."""
    user = os.getuid() if sys.platform != "win32" else "user"
    return Path(tempfile.gettempdir()) / f"idexx-browser-{user}"


def _made() -> Path:
    me = psutil.Process()
    prefix = f"{me.pid}-{int(me.create_time())}-"
    for _ in range(_TRIES):  # whoever ends at this moment takes the empty one away
        with suppress(OSError):
            _base().mkdir(mode=0o700, exist_ok=True)
            if _is_ours(_base()):
                return Path(tempfile.mkdtemp(prefix=prefix, dir=_base()))
    return Path(tempfile.mkdtemp(prefix=f"idexx-browser-{prefix}"))  # somebody else sits on the name


def _is_ours(folder: Path) -> bool:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    return sys.platform == "win32" or (found.st_uid == os.geteuid() and not found.st_mode & 0o077)


def _remove_empty(base: Path) -> None:
    with suppress(OSError):  # others are in there
        base.rmdir()


def _lives(name: str) -> bool:
    """Whether the program that made a folder of this name runs; the number may be another's by now."""
    number, _, rest = name.partition("-")
    began = rest.partition("-")[0]
    if not number.isdecimal() or not began.isdecimal():
        return False
    try:
        return abs(int(psutil.Process(int(number)).create_time()) - int(began)) <= 1
    except psutil.NoSuchProcess:
        return False
    except (psutil.Error, OverflowError):
        return True

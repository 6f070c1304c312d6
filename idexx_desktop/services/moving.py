"""A profile that other computers can reach, moved to this computer's own disk: copied whole, and nothing is deleted.

Where it was a mark stays, so that a start by the old way finds it here, and another computer learns where it is.
"""

from __future__ import annotations

import filecmp
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from idexx_desktop.db.server.computer import this_computer
from idexx_desktop.db.server.drives import require_local, why_shared
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.autostart import autostart_of
from idexx_desktop.services.environment import Environment, default_home
from idexx_desktop.services.places import server_of, store_of
from idexx_desktop.services.profile import EMBEDDED, MOVED
from idexx_desktop.vault.files import replace_private

_BEFORE = "moved-from"
_SPARE = 64 << 20
# of the programs that have it open: made anew where they are needed
_NOT_COPIED = shutil.ignore_patterns(
    "lock", "*.lock", "held", "lease.json*", "users", "window", "socket", "backup"
)
_BY_HAND = "Name an empty folder on this computer's own disk: idexx-desktop move --to FOLDER"


@dataclass(frozen=True, slots=True)
class Moved:
    """`home`: where the profile is from now on; `before`: where its files stay as they were, None for the same."""

    home: Path
    before: Path | None


def move_here(environment: Environment, to: Path | None = None) -> Moved:
    """Make the profile this computer's alone, in the folder `to`, or in the usual one; in place where it is local.

    RECORDS_OPEN_ELSEWHERE, with nothing changed, where another computer has it; INVALID_INPUT, RECORDS_NOT_LOCAL for a
    folder that can't be used.
    """
    home = environment.home
    profile = profiles.existing(home)
    if profile.records != EMBEDDED:
        title = "Your clinic's records are on its server, so there is nothing to move."
        raise Failure(FailureCode.INVALID_INPUT, "records on a server", title=title)
    server = server_of(environment, store_of(environment, profile))
    target = None if to is None and why_shared(home) is None else _usable(home, to or default_home())
    server.take_over()
    if target is None:
        return Moved(home, None)
    with server.closed():
        _copy(home, target)
        _mark(home, target)
    if autostart_of(home).is_on():
        autostart_of(target).turn_on()
        autostart_of(home).turn_off()
    return Moved(target, home)


def _usable(home: Path, target: Path) -> Path:
    target = target.expanduser().absolute()
    if target.is_relative_to(home) or home.is_relative_to(target):
        raise _unusable(f"The folder {target} is a part of the one that is to be moved.")
    try:
        require_local(target)
    except Failure as failure:
        raise Failure(failure.code, failure.detail, title=failure.title, advice=_BY_HAND) from None
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise _unusable(f"There is something in the folder {target} already, which stays as it is.")
    return target


def _copy(home: Path, target: Path) -> None:
    """All of it or nothing: the folder gets its name when every file was read back."""
    draft = target.with_name(f"{target.name}.moving")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)  # left by a crash
        needed = sum(path.lstat().st_size for path in _files(home))
        if shutil.disk_usage(target.parent).free < needed + _SPARE:
            raise _unusable(f"The disk of {target} is too full: {needed >> 20:,} MB are needed.")
        shutil.copytree(home, draft, symlinks=True, ignore=_NOT_COPIED)
        for path in _files(draft):
            if not filecmp.cmp(path, home / path.relative_to(draft), shallow=False):
                raise _unusable(f"The folder {target} didn't give back what was written to it.")
        (draft / _BEFORE).write_bytes(os.fsencode(home))
        if hasattr(os, "sync"):
            os.sync()
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except OSError as error:  # shutil's own error is one, too
        reason = error.strerror or type(error).__name__
        raise _unusable(f"{home} couldn't be copied to {target}: {reason}.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _mark(home: Path, target: Path) -> None:
    here = this_computer()
    said = {"to": str(target), "computer": here.key, "name": here.name, "at": datetime.now(UTC).isoformat()}
    replace_private(home / MOVED, json.dumps(said).encode())


def moved_from(home: Path) -> Path | None:
    """Where the profile was before it was moved to this folder; None where it wasn't."""
    with suppress(OSError):
        return Path(os.fsdecode((home / _BEFORE).read_bytes()))
    return None


def _unusable(title: str) -> Failure:
    return Failure(FailureCode.INVALID_INPUT, "move", title=title, advice=f"Nothing was changed. {_BY_HAND}")

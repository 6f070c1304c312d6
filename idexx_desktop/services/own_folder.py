"""Whose a profile's folder is: nobody changes owners or modes in somebody else's, not even root who may."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from idexx_desktop.domain.failures import Failure, FailureCode

_FOLDERS = ("server", "server/postgresql", "window")


def require_own(home: Path) -> None:
    """ANOTHERS_PROFILE where the folder, or the home in which it would be made, is another user's; nothing is touched.

    On Windows the system itself keeps others out of a profile.
    """
    if sys.platform == "win32":
        return
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    owner = there.stat().st_uid
    if owner == os.geteuid() or (there != home and not _is_in_home_of(owner, there)):
        return
    name = user_name(owner)
    raise Failure(
        FailureCode.ANOTHERS_PROFILE,
        f"{there} belongs to {name}",
        title=f"The folder {there} belongs to another user of this computer: {name}.",
        advice=f"Nothing was touched. Use this program as {name} (without sudo), or choose a folder of your own with"
        f" --home. If the folder is yours and was copied by {name}: sudo chown -R {user_name(os.geteuid())} FOLDER.",
    )


def mend(home: Path) -> None:
    """What is this user's own gets the rights that this program gives it: a copy or a restored folder has others.

    ANOTHERS_PROFILE where a part of it belongs to somebody else, named, with nothing changed.
    """
    if sys.platform == "win32" or not home.is_dir():
        return
    parts = [home, *_entries(home), *(part for folder in _FOLDERS for part in _entries(home / folder))]
    if os.geteuid() != 0:  # whose server another user runs
        for part in parts:
            _require_part(part)
    copied = [data for data in home.glob("server/postgresql*/data") if _is_own(data) and _as_copied(data)]
    for part in (*parts, *(part for data in copied for part in data.rglob("*"))):
        _give_rights(part)


def user_name(user_id: int) -> str:
    """As the computer calls that user; the number of one that it doesn't know."""
    if sys.platform == "win32":
        return str(user_id)
    import pwd

    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user {user_id}"


def _entries(folder: Path) -> list[Path]:
    with suppress(OSError):
        _give_rights(folder)
        return [part for part in folder.iterdir() if not part.is_symlink()]
    return []


def _is_own(path: Path) -> bool:
    return sys.platform != "win32" and path.exists() and path.lstat().st_uid == os.geteuid()


def _as_copied(data: Path) -> bool:
    """PostgreSQL's own are private, and its user may write them."""
    version = data / "PG_VERSION"
    return (
        bool(data.stat().st_mode & 0o077) or not os.access(version, os.W_OK) or not os.access(data, os.W_OK)
    )


def _give_rights(path: Path) -> None:
    """To its user all, to others none; what isn't this user's, or is as it should be, is left alone."""
    if path.is_symlink() or not _is_own(path):
        return
    right = 0o700 if path.is_dir() else 0o600
    mode = stat.S_IMODE(path.lstat().st_mode)
    if mode & right != right or (path.is_dir() and mode & 0o077):
        with suppress(OSError):  # a drive that knows no rights: whoever needs them says so
            path.chmod(right)


def _require_part(path: Path) -> None:
    owner = path.lstat().st_uid
    if sys.platform != "win32" and owner != os.geteuid():
        name, own = user_name(owner), user_name(os.geteuid())
        raise Failure(
            FailureCode.ANOTHERS_PROFILE,
            f"{path} belongs to {name}",
            title=f"A part of this profile belongs to another user of this computer: {path} ({name}).",
            advice=f"Nothing was changed. Whoever looks after this computer gives it back: sudo chown -R {own} FOLDER",
        )


def _is_in_home_of(owner: int, folder: Path) -> bool:
    if sys.platform == "win32":
        return False
    import pwd

    try:
        return folder.is_relative_to(pwd.getpwuid(owner).pw_dir)
    except KeyError:
        return False

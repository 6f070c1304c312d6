"""Whose a profile's folder is: nobody changes owners or modes in somebody else's, not even root who may."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from idexx_desktop.domain.failures import Failure, FailureCode


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


def user_name(user_id: int) -> str:
    """As the computer calls that user; the number of one that it doesn't know."""
    if sys.platform == "win32":
        return str(user_id)
    import pwd

    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user {user_id}"


def _is_in_home_of(owner: int, folder: Path) -> bool:
    if sys.platform == "win32":
        return False
    import pwd

    try:
        return folder.is_relative_to(pwd.getpwuid(owner).pw_dir)
    except KeyError:
        return False

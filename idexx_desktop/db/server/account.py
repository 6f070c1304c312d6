"""Which user of the operating system runs PostgreSQL: it refuses to run as root."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from idexx_desktop.domain.failures import records_trouble
from idexx_desktop.domain.records_words import Trouble


@dataclass(frozen=True, slots=True)
class Account:
    """A user without rights of its own, for servers and build machines where this program runs as root."""

    name: str
    user_id: int
    group_id: int

    def can_reach(self, path: Path) -> bool:
        """Whether it may enter every folder down to `path`, and enter or run `path` itself."""
        path = path.resolve()
        return all(self._may_enter(part.stat()) for part in (path, *path.parents))

    def _may_enter(self, found: os.stat_result) -> bool:
        if found.st_uid == self.user_id:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.group_id:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_account() -> Account | None:
    """`nobody`, else the first system user that cannot log in; None wherever this program isn't root."""
    if sys.platform == "win32":
        return None
    if os.geteuid() != 0:
        return None
    import pwd

    for entry in sorted(pwd.getpwall(), key=lambda entry: entry.pw_name != "nobody"):
        no_login = entry.pw_shell.endswith(("/nologin", "/false"))
        if entry.pw_uid != 0 and (no_login or entry.pw_name == "nobody"):
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise records_trouble(Trouble.AS_ROOT, "PostgreSQL can't run as root, and no other user was found")


def make_private(folder: Path, account: Account | None) -> None:
    """Make `folder` where it isn't there yet, for the server's user alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    give_to(folder, account)


def give_to(path: Path, account: Account | None) -> None:
    """Make the server's user the owner of what is this program's own; what is somebody else's stays theirs."""
    if account is not None and sys.platform != "win32" and path.lstat().st_uid == os.geteuid():
        os.chown(path, account.user_id, account.group_id, follow_symlinks=False)

"""A PostgreSQL that is installed on this computer, in place of the one that the program brings along.

A person on this computer chooses it, and the choice stays on this computer: what is executed is never read from
records that others can write. Nothing is run before it is certain that nobody else could have put it there.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from idexx_desktop.db.server.account import Account
from idexx_desktop.db.server.programs import Programs, is_read_by_shells
from idexx_desktop.domain.failures import Failure, FailureCode

OLDEST = 15
_RECORD = "programs"
_NEEDED = ("postgres", "initdb", "pg_ctl", "pg_controldata", "pg_basebackup", "pg_verifybackup", "pg_waldump")
_SYSTEM = (Path("/usr"), Path("/usr/local"))
_ADMINISTRATORS = {0, 80} if sys.platform == "darwin" else {0}  # groups; on a Mac 80 is "admin"
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def kept_choice(server_folder: Path) -> Path | None:
    """The folder of programs that was chosen for this server; None for those that the program brings along."""
    try:
        return Path(os.fsdecode((server_folder / _RECORD).read_bytes()))
    except FileNotFoundError:
        return None


def keep_choice(server_folder: Path, programs: Path | None) -> None:
    """Use these from now on; a crash leaves the choice of before, or this one."""
    record = server_folder / _RECORD
    if programs is None:
        record.unlink(missing_ok=True)
        return
    draft = record.with_name(f"{_RECORD}.new")
    with draft.open("wb") as file:
        file.write(os.fsencode(programs))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(record)


def checked_programs(folder: Path, account: Account | None) -> Programs:
    """The programs in `folder`, of PostgreSQL 15 or newer. INVALID_INPUT, in words, where they aren't to be used."""
    programs = installed_programs(folder, account, whole=True)
    if account is not None and not account.can_reach(programs.path("postgres")):
        raise _unusable(
            f"PostgreSQL is run by the user {account.name} here, who can't reach {folder}.",
            "Choose a folder that every user of this computer may read.",
        )
    version = Programs(folder, None).version()
    major = version.partition(".")[0]
    if not major.isdecimal():
        raise _unusable(f"The PostgreSQL programs in {folder} can't be run.")
    if int(major) < OLDEST:
        raise _unusable(f"PostgreSQL {version} is too old: {OLDEST} or newer is needed.")
    return programs


def installed_programs(folder: Path, account: Account | None, *, whole: bool) -> Programs:
    """The same, as it is asked for before each use: what can't change after a choice is not looked at again.

    `whole`: the libraries and scripts, too, which a running program need not look at twice.
    """
    _require_all(folder)
    programs = Programs(folder, account)
    for path in (programs.path(name) for name in _NEEDED):
        _require_safe(path)
    for place in _libraries_and_scripts(folder) if whole else ():
        for path in (place, *place.rglob("*")):
            _require_safe(path)
    return programs


def kept_programs(folder: Path, account: Account | None, *, whole: bool) -> Programs:
    """Those of the kept choice. DATABASE_UNREACHABLE where they are gone, or others could change them by now."""
    try:
        return installed_programs(folder, account, whole=whole)
    except Failure as failure:
        raise Failure(
            FailureCode.DATABASE_UNREACHABLE,
            "the PostgreSQL programs that were chosen can't be used",
            title=f"{failure.title} The clinic's records run on them.",
            advice="Put that right, or choose others of the same version: idexx-desktop db programs --use FOLDER",
        ) from None


def _require_all(folder: Path) -> None:
    programs = Programs(folder, None)
    if is_read_by_shells(folder):
        raise _unusable(
            f"The name of {folder} holds signs that act in a shell, which PostgreSQL's tools use."
        )
    missing = [name for name in _NEEDED if not programs.path(name).is_file()]
    if not folder.is_absolute() or missing:
        raise _unusable(
            f"{folder} doesn't hold the programs of a PostgreSQL server ({', '.join(missing) or 'a whole path'}).",
            "Name the folder in which postgres, initdb and pg_ctl are, such as /usr/lib/postgresql/17/bin.",
        )


def _libraries_and_scripts(folder: Path) -> Iterator[Path]:
    """What these programs load and carry out: PostgreSQL's own libraries, and the SQL that makes a data folder."""
    if Programs(folder, None).path("pg_config").is_file():
        _require_safe(Programs(folder, None).path("pg_config"))
        answers = [Programs(folder, None).run("pg_config", each) for each in ("--pkglibdir", "--sharedir")]
        if all(answer.ok for answer in answers):
            yield from (Path(answer.output.strip()) for answer in answers)
            return
    if folder.parent not in _SYSTEM:  # there the system keeps them, among everything else
        yield from (place for name in ("lib", "share") if (place := folder.parent / name).is_dir())


def _require_safe(path: Path) -> None:
    """INVALID_INPUT where another user of this computer could change it, or what leads to it."""
    if sys.platform == "win32":
        _require_protected_place(path)
        return
    for passed in sorted(_way_to(path)):
        if _is_changeable(passed.lstat()):
            raise _unusable(
                f"Other users of this computer could change {passed}, so nothing is run from there.",
                "See that only you, or the computer's administrator, may write there; or choose another folder.",
            )


def _is_changeable(found: os.stat_result) -> bool:
    if sys.platform == "win32" or found.st_uid not in (0, os.geteuid()):
        return True
    if stat.S_ISLNK(found.st_mode) or (stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX):
        return False  # a link's own rights mean nothing; in a folder such as /tmp others can't rename what is there
    writable = found.st_mode & _WRITABLE_BY_OTHERS
    return bool(writable & stat.S_IWOTH) or (bool(writable) and found.st_gid not in _ADMINISTRATORS)


def _way_to(path: Path) -> set[Path]:
    """Itself, every folder above, and the same of whatever a link on the way points to, as far as it is there."""
    seen: set[Path] = set()
    to_see = [path]
    while to_see:
        passed = to_see.pop()
        if passed not in seen and os.path.lexists(passed):
            seen.add(passed)
            to_see.append(passed.parent)
            if passed.is_symlink():
                to_see.append(passed.parent / passed.readlink())
    return seen


def _require_protected_place(path: Path) -> None:
    """On Windows rights are lists; what holds there by default is that only administrators write in these places."""
    names = ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")
    places = [Path(os.environ[name]) for name in names if os.environ.get(name)]
    if not any(path.resolve().is_relative_to(place) for place in (*places, Path.home())):
        raise _unusable(
            f"{path} is not below Program Files, where only administrators may change programs.",
            "Install PostgreSQL in its usual place and choose the folder bin of that.",
        )


def _unusable(title: str, advice: str | None = None) -> Failure:
    return Failure(FailureCode.INVALID_INPUT, "postgres programs", title=title, advice=advice)

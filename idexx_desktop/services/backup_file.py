"""A backup as one file: what it holds as JSON, and the copy of the data folder, in a ZIP archive without compression.

A file gets its name only when it was written whole, read back, and its copy was tried; one that is unfinished has
another ending, and is never taken for a backup.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from idexx_desktop.domain.audit_chain import ChainEnd
from idexx_desktop.domain.backup import Backup, Contents, WhoseRecords
from idexx_desktop.domain.failures import Failure, FailureCode

ENDING = ".idexx-backup"
_UNFINISHED = ".unfinished"
_FORMAT = 1
_ABOUT = "backup.json"
_CHUNK = 1 << 20
# what can go wrong in reading what may be anything
_UNREADABLE = (
    zipfile.BadZipFile,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    NotImplementedError,
)


def name_of(backup: Backup) -> str:
    """Such as `oak-street-vets-20261122T101500Z.idexx-backup`."""
    words = re.sub(r"[^a-z0-9]+", "-", backup.whose.practice.lower()).strip("-")[:40] or "clinic"
    return f"{words}-{backup.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDING}"


def pack(path: Path, backup: Backup, parts: Mapping[str, Path]) -> None:
    """Write the file. OSError as the disk says."""
    about = {
        "format": _FORMAT,
        "id": backup.id,
        "made_at": backup.made_at.astimezone(UTC).isoformat(),
        "program": backup.program,
        "postgres": backup.postgres,
        "whose": asdict(backup.whose),
        "revision": backup.contents.revision,
        "rows": dict(backup.contents.rows),
        "chains": {chain: [end.seq, end.hash.hex()] for chain, end in backup.contents.chains.items()},
        "problem": backup.contents.problem,
        "sha256": {name: _digest(part) for name, part in parts.items()},
    }
    with zipfile.ZipFile(path, "x", zipfile.ZIP_STORED) as archive:
        archive.writestr(_ABOUT, json.dumps(about, indent=1))
        for name, part in parts.items():
            archive.write(part, name)


def read(path: Path) -> Backup:
    """What a file says that it holds. BACKUP_UNUSABLE where it is no backup, or can't be read."""
    return _understood(path, _about(path))


def backups_in(folder: Path) -> list[Backup]:
    """The backups of every clinic in a folder, newest first; what is unfinished or can't be read is none."""
    found = []
    for path in folder.glob(f"*{ENDING}"):
        with suppress(Failure):
            found.append(read(path))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def check(path: Path, names: tuple[str, ...], stopped: Callable[[], bool]) -> None:
    """Read every part, and compare it with what the file says of it: BACKUP_UNUSABLE. CANCELLED where stopped."""
    about = _about(path)
    with _reading(path) as archive:
        for name in names:
            with archive.open(name) as part:
                if _digest_of(part, stopped) != about["sha256"][name]:
                    raise _unusable(f"{name} was changed")


def parts_of(path: Path, names: tuple[str, ...]) -> Mapping[str, Callable[[], BinaryIO]]:
    """What opens each part."""

    def opening(name: str) -> Callable[[], BinaryIO]:
        return lambda: cast(BinaryIO, zipfile.ZipFile(path).open(name))

    return {name: opening(name) for name in names}


@contextmanager
def delivered(source: Path, target: Path, mark: str, stopped: Callable[[], bool]) -> Iterator[None]:
    """Copy a file to its folder and read it back; it gets its name when the block ends well. OSError as the disk says.

    `mark` tells the unfinished files of one profile from those of another that uses the same folder: what an earlier
    attempt has left is removed. BACKUP_NOT_MADE where something else was read back, CANCELLED where stopped.
    """
    for left in target.parent.glob(f"*.{mark}{_UNFINISHED}"):
        left.unlink()
    draft = target.with_name(f"{target.name}.{mark}{_UNFINISHED}")
    try:
        with source.open("rb") as original, os.fdopen(_created(draft), "wb") as file:
            while chunk := original.read(_CHUNK):
                _go_on(stopped)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if _digest(draft, stopped) != _digest(source, stopped):
            title = "The folder didn't give back what was written to it, so this backup doesn't count."
            raise Failure(FailureCode.BACKUP_NOT_MADE, "another content was read back", title=title)
        yield
        draft.rename(target)
    finally:
        with suppress(OSError):  # the folder itself may be gone
            draft.unlink(missing_ok=True)


def _created(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def _about(path: Path) -> dict[str, Any]:
    with _reading(path) as archive:
        about: dict[str, Any] = json.loads(archive.read(_ABOUT))
        if not isinstance(about["format"], int):
            raise ValueError("format")
    if about["format"] > _FORMAT:
        raise newer_program(str(about.get("program", "")))
    return about


def _understood(path: Path, about: Mapping[str, Any]) -> Backup:
    try:
        chains = {
            str(chain): ChainEnd(int(seq), bytes.fromhex(end))
            for chain, (seq, end) in about["chains"].items()
        }
        rows = {str(table): int(count) for table, count in about["rows"].items()}
        problem = about["problem"]
        contents = Contents(str(about["revision"]), rows, chains, None if problem is None else str(problem))
        made_at = datetime.fromisoformat(about["made_at"]).astimezone(UTC)
        whose = WhoseRecords(**about["whose"])
        about = {key: str(about[key]) for key in ("id", "program", "postgres")}
        return Backup(
            about["id"],
            path,
            path.stat().st_size,
            made_at,
            whose,
            about["program"],
            about["postgres"],
            contents,
        )
    except _UNREADABLE as error:
        raise _unusable(type(error).__name__) from error


@contextmanager
def _reading(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        title = "There is no such backup."
        raise Failure(FailureCode.BACKUP_UNUSABLE, "no such file", title=title) from error
    except OSError as error:
        title = "The backup can't be read."
        raise Failure(FailureCode.BACKUP_UNUSABLE, error.strerror or "OSError", title=title) from error
    except _UNREADABLE as error:
        raise _unusable(type(error).__name__) from error


def newer_program(version: str) -> Failure:
    """The backup was made by a version of this program that knows more than this one."""
    return Failure(
        FailureCode.BACKUP_UNUSABLE,
        f"made by version {version}" if re.fullmatch(r"[\d.]+", version) else "made by a newer version",
        title="This backup was made by a newer version of this program.",
        advice="Install that version, or a newer one, on this computer and restore again.",
    )


def _unusable(detail: str) -> Failure:
    return Failure(FailureCode.BACKUP_UNUSABLE, detail)


def _go_on(stopped: Callable[[], bool] | None) -> None:
    if stopped is not None and stopped():
        raise Failure(FailureCode.CANCELLED)


def _digest(path: Path, stopped: Callable[[], bool] | None = None) -> str:
    with path.open("rb") as file:
        return _digest_of(file, stopped)


def _digest_of(file: IO[bytes], stopped: Callable[[], bool] | None = None) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        _go_on(stopped)
        digest.update(chunk)
    return digest.hexdigest()

"""A backup as one file: what it holds as JSON with its proof, and the copy of the data folder, in a ZIP archive.

A file gets its name only when it was written whole, read back, and its copy was tried; one that is unfinished has
another ending, and is never taken for a backup.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from idexx_desktop.domain.audit_chain import ChainEnd
from idexx_desktop.domain.backup import Backup, Contents, WhoseRecords
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.backup_proof import BackupProof, changed, read_proof, require_unchanged

ENDING = ".idexx-backup"
_UNFINISHED = ".unfinished"
_FORMAT = 1
_ABOUT = "backup.json"
_PROOF = "proof"
_CHUNK = 1 << 20  # nor is what a backup says of itself longer than that
_LONGEST_TEXT = 1_000
_ENCRYPTED = 0x1
Sign = Callable[[dict[str, Any]], BackupProof]
# what can go wrong in reading what may be anything
_UNREADABLE = (
    zipfile.BadZipFile,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    NotImplementedError,  # what zipfile says of a compression that it doesn't know
    OverflowError,
    RecursionError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def name_of(backup: Backup) -> str:
    """Such as `oak-street-vets-20261122T101500Z.idexx-backup`."""
    words = re.sub(r"[^a-z0-9]+", "-", backup.whose.practice.lower()).strip("-")[:40] or "clinic"
    return f"{words}-{backup.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDING}"


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A file as it was read: `about` is what it says of itself, and what `proof` (None: there is none) is over."""

    backup: Backup
    about: Mapping[str, Any]
    proof: BackupProof | None

    @property
    def digests(self) -> Mapping[str, str]:
        """The SHA-256 of each part, by its name."""
        found: Mapping[str, str] = self.about["sha256"]
        return found


def pack(path: Path, backup: Backup, parts: Mapping[str, Path], sign: Sign) -> BackupProof:
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
    proof = sign(about)
    with zipfile.ZipFile(path, "x", zipfile.ZIP_STORED) as archive:
        archive.writestr(_ABOUT, json.dumps(about | {_PROOF: proof.as_facts()}, indent=1))
        for name, part in parts.items():
            archive.write(part, name)
    return proof


def read(path: Path) -> BackupFile:
    """What a file says that it holds. BACKUP_UNUSABLE where it is no backup, can't be read, or isn't what was signed.

    That it was signed says nothing yet: whose key it was says `proving`.
    """
    with _reading(path) as archive:
        with archive.open(_ABOUT) as said:
            about: dict[str, Any] = json.loads(said.read(_CHUNK))  # what was cut is no JSON
        if not isinstance(about["format"], int):
            raise ValueError("format")
        if about["format"] > _FORMAT:
            raise newer_program(str(about.get("program", "")))
        kept = about.pop(_PROOF, None)
        proof = None if kept is None else read_proof(kept)
        backup = _understood(path, about)
        if sorted(archive.namelist()) != sorted([_ABOUT, *about["sha256"]]):
            raise ValueError("other parts than it says")
        if proof is not None:
            require_unchanged(proof, about)
        return BackupFile(backup, about, proof)


def backups_in(folder: Path) -> list[BackupFile]:
    """The backups of every clinic in a folder, the newest by what they say first; what can't be read is none.

    BACKUP_UNUSABLE where the folder itself can't be read: that isn't the same as an empty one.
    """
    found = []
    try:
        there = sorted(folder.iterdir())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        title = f"The folder {folder} can't be read, so nothing is known of the backups in it: {reason}."
        advice = "Plug the drive in, or connect to the network, and look again."
        raise Failure(FailureCode.BACKUP_UNUSABLE, reason, title=title, advice=advice) from error
    for path in (path for path in there if path.name.endswith(ENDING)):
        with suppress(Failure):
            found.append(read(path))
    return sorted(found, key=lambda file: file.backup.made_at, reverse=True)


def check(file: BackupFile, names: tuple[str, ...], stopped: Callable[[], bool]) -> None:
    """Read every part, and compare it with what the file says of it: BACKUP_UNUSABLE. CANCELLED where stopped."""
    for opening in parts_of(file, names).values():
        with opening() as part:
            while part.read(_CHUNK):
                _go_on(stopped)


def parts_of(file: BackupFile, names: tuple[str, ...]) -> Mapping[str, Callable[[], BinaryIO]]:
    """What opens each part. At the end of its `with` all of it was read, and BACKUP_UNUSABLE where it isn't the same as
    when the backup was made: another program may write where it lies, so what counts is what was read.
    """

    def opening(name: str) -> Callable[[], BinaryIO]:
        return lambda: cast(BinaryIO, _Part(file, name))

    return {name: opening(name) for name in names}


class _Part:
    """One part, hashed while it is read."""

    def __init__(self, file: BackupFile, name: str) -> None:
        self._name, self._expected = name, file.digests.get(name)
        self._digest = hashlib.sha256()
        self._closing = ExitStack()
        archive = self._closing.enter_context(_reading(file.backup.path))
        try:
            self._part = self._closing.enter_context(archive.open(name))
        except BaseException as error:
            self._closing.close()
            raise _unusable(f"{name} is missing") from error

    def __enter__(self) -> _Part:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._closing:
            if kind is not None:
                return
            while self.read(_CHUNK):
                """To the end."""
            if self._digest.hexdigest() != self._expected:
                raise changed(f"{self._name} was changed")

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            found = self._part.read(size)
        except (OSError, *_UNREADABLE) as error:
            raise _unusable(type(error).__name__) from error
        self._digest.update(found)
        return found


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


def _understood(path: Path, about: Mapping[str, Any]) -> Backup:
    chains = {
        str(chain): ChainEnd(int(seq), bytes.fromhex(end)) for chain, (seq, end) in about["chains"].items()
    }
    rows = {str(table): int(count) for table, count in about["rows"].items()}
    problem = None if about["problem"] is None else _shown(about["problem"])
    whose = WhoseRecords(**about["whose"])
    if not isinstance(whose.practice_site, bool):
        raise TypeError("practice site")
    for text in (whose.practice, whose.clinic_id, whose.email, *about["sha256"].values()):
        _shown(text)
    return Backup(
        _shown(about["id"]),
        path,
        path.stat().st_size,
        datetime.fromisoformat(about["made_at"]).astimezone(UTC),
        whose,
        _shown(about["program"]),
        _shown(about["postgres"]),
        Contents(_shown(about["revision"]), rows, chains, problem),
    )


def _shown(text: object) -> str:
    """A text that a person may get to see; ValueError for anything else, and for a long one."""
    if not isinstance(text, str) or not text.isprintable() or len(text) > _LONGEST_TEXT:
        raise ValueError("no text")
    return text


class _Bounded(io.FileIO):
    """A file of which nobody reads much at once: no archive's directory is long, and no part is read whole."""

    def read(self, size: int | None = -1) -> bytes:
        wanted = _CHUNK + 1 if size is None or size < 0 else size
        found = super().read(min(wanted, _CHUNK + 1)) or b""
        if len(found) > _CHUNK:
            raise ValueError("too much at once")
        return found


@contextmanager
def _reading(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        if path.exists() and not path.is_file():
            raise ValueError("no file")
        with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
            if any(info.flag_bits & _ENCRYPTED for info in archive.infolist()):
                raise ValueError("encrypted")
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

"""Backups as somebody makes them who holds one, knows this program, and has its server: everything fits again."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from idexx_desktop import app
from idexx_desktop.app import Environment, Wanted
from idexx_desktop.db import embedded
from idexx_desktop.db.backup_contents import checked_contents_of
from idexx_desktop.db.server.backup import DATA, FILE_LIST, LOG, never, workshop
from idexx_desktop.services.backup_file import ENDING, pack, read
from idexx_desktop.vault.backup_proof import BackupSigner, read_proof
from idexx_desktop.vault.keyring_store import KeyringStore
from tests.support.embedded_clinic import do, server_of

_ABOUT = "backup.json"


@dataclass
class Copy:
    """A copy of a data folder, taken apart. `raw`: members of the archive that are nothing that belongs there."""

    files: dict[str, bytes]
    folders: list[str]
    log: dict[str, bytes]
    listed: dict[str, dict[str, Any]]
    heading: dict[str, Any]
    about: dict[str, Any]
    raw: list[tuple[tarfile.TarInfo, bytes]] = field(default_factory=list)

    def put(self, name: str, content: str | bytes) -> None:
        """Put a file there, or in the place of one, and into the list of files with its checksum."""
        data = content.encode() if isinstance(content, str) else content
        self.files[name] = data
        self.listed[name] = {
            "Path": name,
            "Size": len(data),
            "Last-Modified": "2026-11-22 10:00:00 GMT",
            "Checksum-Algorithm": "SHA256",
            "Checksum": hashlib.sha256(data).hexdigest(),
        }

    def add(self, name: str, content: str) -> None:
        """Lines at the end of a file."""
        self.put(name, self.files[name] + b"\n" + content.encode() + b"\n")

    def parts(self) -> dict[str, bytes]:
        """As the parts of a backup."""
        whole = [(_file(name), content) for name, content in self.files.items()]
        folders = [(_folder(name), b"") for name in self.folders]
        return {
            DATA: _packed([*folders, *whole, *self.raw]),
            LOG: _packed([(_file(name), content) for name, content in self.log.items()]),
            FILE_LIST: self._file_list(),
        }

    def _file_list(self) -> bytes:
        body = json.dumps(self.heading | {"Files": list(self.listed.values())})[:-1].encode() + b",\n"
        return body + f'"Manifest-Checksum": "{hashlib.sha256(body).hexdigest()}"}}\n'.encode()


def taken_apart(path: Path) -> Copy:
    """The copy inside of a backup."""
    with zipfile.ZipFile(path) as archive:
        data, log = (_members(archive.read(name)) for name in (DATA, LOG))
        listed = json.loads(archive.read(FILE_LIST))
        about = json.loads(archive.read(_ABOUT))
    files = {member.name: content for member, content in data if member.isreg()}
    folders = [member.name for member, _ in data if member.isdir()]
    del listed["Manifest-Checksum"]
    return Copy(
        files,
        folders,
        {member.name: content for member, content in log},
        {each["Path"]: each for each in listed.pop("Files")},
        listed,
        about,
    )


def written(folder: Path, about: dict[str, Any], parts: dict[str, bytes], proof: str) -> Path:
    """A backup with these parts, whose hashes it says. `proof`: "kept", "none", or "foreign" (of the thief's key)."""
    about = about | {"sha256": {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}}
    kept = about.pop("proof", None)
    if proof == "kept":
        about["proof"] = kept
    elif proof == "foreign":
        # what leads from the clinic's kit to its own key is public, so it is shown with the thief's
        lead = read_proof(kept).lead
        about["proof"] = BackupSigner(KeyringStore("thief")).sign(about, lambda _: lead).as_facts()
    path = folder / f"{proof}{ENDING}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(_ABOUT, json.dumps(about))
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


@contextmanager
def stolen(environment: Environment, backup: Path) -> Iterator[Path]:
    """The thief's computer, on which the backup was put back; see `changed_by`."""
    app.restore(environment, Wanted(backup, unverified=True))
    with server_of(environment).attached():
        yield environment.home


def changed_by(environment: Environment, original: Path, *statements: str) -> Copy:
    """A copy of the thief's server once these statements ran there, which says of itself what is in it."""
    server, file = server_of(environment), read(original)
    with server.attached() as address, workshop(server) as shop:
        do(address, *statements)
        parts = shop.take(address)
        contents = checked_contents_of(embedded.owner_url(address), never)
        path = shop.folder / "changed"
        signer = BackupSigner(KeyringStore("thief"))
        lead = file.proof.lead if file.proof else None
        pack(
            path,
            replace(file.backup, contents=contents),
            parts,
            lambda about: signer.sign(about, lambda _: lead),
        )
        return taken_apart(path)


def member(name: str, kind: bytes, **facts: Any) -> tuple[tarfile.TarInfo, bytes]:
    """A member of an archive that is no plain file."""
    info = tarfile.TarInfo(name)
    info.type = kind
    for fact, value in facts.items():
        setattr(info, fact, value)
    return info, b""


def _file(name: str) -> tarfile.TarInfo:
    return tarfile.TarInfo(name)


def _folder(name: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = tarfile.DIRTYPE
    return info


def _packed(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for info, content in members:
            info.size = len(content) or info.size
            archive.addfile(info, io.BytesIO(content) if content else None)
    return gzip.compress(buffer.getvalue(), 1)


def _members(packed: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
        found = []
        for info in archive:
            content = archive.extractfile(info)
            found.append((info, content.read() if content else b""))
        return found

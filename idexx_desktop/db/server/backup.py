"""Copies of a running server's data folder, and running servers made of such copies.

A copy is what pg_basebackup writes: the data folder and its write-ahead log, packed, and the list of every file with
its checksum. Everything is made in a working folder inside the server's private place, which is empty again
afterwards; what a crash has left there, a server that still runs included, is cleared away the next time.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from idexx_desktop.db.server.account import give_to, make_private
from idexx_desktop.db.server.cluster import SUPERUSER, Cluster
from idexx_desktop.db.server.embedded import EmbeddedServer, PasswordStore, ServerAddress
from idexx_desktop.db.server.locks import FileLock
from idexx_desktop.db.server.ports import HOST
from idexx_desktop.db.server.process import ServerProcess
from idexx_desktop.domain.failures import Failure, FailureCode

DATA, LOG, FILE_LIST = "base.tar.gz", "pg_wal.tar.gz", "backup_manifest"
PARTS = (DATA, LOG, FILE_LIST)
_LOCK = "backup.lock"
_CHUNK = 1 << 20
_ROOM = 1.5  # of the data folder's size
Parts = Mapping[str, Callable[[], BinaryIO]]


def never() -> bool:
    """For work that nobody stops."""
    return False


@contextmanager
def workshop(server: EmbeddedServer, stopped: Callable[[], bool] = never) -> Iterator[Workshop]:
    """The working folder of a server, for one at a time: BACKUP_NOT_MADE while another has it."""
    cluster = server.cluster()
    lock = FileLock.take(cluster.place / _LOCK)
    if lock is None:
        title = "Another backup, or a restore, is under way on this computer."
        raise Failure(FailureCode.BACKUP_NOT_MADE, "the working folder is locked", title=title)
    made = Workshop(cluster, stopped)
    try:
        made.clear()
        make_private(made.folder, cluster.programs.account)
        yield made
    finally:
        with suppress(OSError):  # of what can't be removed now the next one gets rid
            made.clear()
        lock.release()


@dataclass(frozen=True, slots=True)
class Workshop:
    """Use `workshop`. Where `stopped` says so, work ends with CANCELLED."""

    cluster: Cluster
    stopped: Callable[[], bool]

    @property
    def folder(self) -> Path:
        """Private, and gone when the work is done."""
        return self.cluster.place / "backup"

    @property
    def trial(self) -> Cluster:
        """The cluster that is made of a copy; to be kept it needs `sync`."""
        return Cluster(self.folder / "trial", self.cluster.programs, durable=False)

    def take(self, address: ServerAddress) -> Mapping[str, Path]:
        """Copy the server at `address` while it runs: the files, by the names in `PARTS`."""
        self.cluster.check()
        self._require_room()
        secret, copy = self.folder / "password", self.folder / "copy"
        self.cluster.write(secret, f"*:*:*:*:{address.password()}\n")
        way = f"host={HOST} port={address.port} user={SUPERUSER} passfile={_quoted(secret)}"
        try:
            result = self.cluster.programs.run_long(
                "pg_basebackup", "--dbname", way, "--pgdata", copy, "--format=tar", "--compress=client-gzip:1",
                "--wal-method=stream", "--checkpoint=fast", "--no-password", "--no-sync", stopped=self.stopped,
            )  # fmt: skip
        finally:
            secret.unlink(missing_ok=True)
        if not result.ok:
            raise self.cluster.failure("the records could not be copied", result.output)
        return {name: copy / name for name in PARTS}

    def unpack(self, parts: Parts) -> None:
        """Make the data folder of `trial`, and compare every file with the list. BACKUP_UNUSABLE where one differs."""
        data, account = self.trial.data, self.cluster.programs.account
        make_private(self.trial.place, account)
        make_private(data, account)
        try:
            self._extract(parts[DATA], data)
            self._extract(parts[LOG], data / "pg_wal")
            with parts[FILE_LIST]() as source:
                self._put(source, data / FILE_LIST)
        except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
            raise _damaged(type(error).__name__) from error
        result = self.cluster.programs.run_long(
            "pg_verifybackup", "--quiet", "--exit-on-error", data, stopped=self.stopped
        )
        if not result.ok:
            raise _damaged("pg_verifybackup found a difference")
        (data / FILE_LIST).unlink()

    @contextmanager
    def running(self, passwords: PasswordStore) -> Iterator[ServerAddress]:
        """Start `trial`, whose superuser has the password that is kept there; stopped when the block ends."""
        process = ServerProcess(self.trial, self.folder / "port")
        port = process.start()
        try:
            yield ServerAddress(HOST, port, SUPERUSER, passwords)
        finally:
            process.stop()

    def clear(self) -> None:
        """Stop what a crash has left running, and remove everything."""
        if self.trial.exists():
            ServerProcess(self.trial, self.folder / "port").stop()
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def _require_room(self) -> None:
        """For the packed copy, and for the data folder that is made of it to try it."""
        sizes = (path.lstat().st_size for path in self.cluster.data.rglob("*") if path.is_file())
        needed = int(sum(sizes) * _ROOM)
        if shutil.disk_usage(self.cluster.place).free < needed:
            title = (
                f"This computer's disk is too full to make and try a backup: {needed >> 20:,} MB are needed."
            )
            raise Failure(FailureCode.BACKUP_NOT_MADE, "the disk is full", title=title)

    def _extract(self, opening: Callable[[], BinaryIO], folder: Path) -> None:
        """Unpack folders and plain files, private to the server's user; a data folder of ours holds nothing else."""
        account = self.cluster.programs.account
        # not tarfile's own way to read gzip: it stops at the end of the first of several streams
        with (
            opening() as source,
            gzip.GzipFile(fileobj=source) as packed,
            tarfile.open(fileobj=packed, mode="r|") as archive,
        ):
            for member in archive:
                target = folder / member.name
                if ".." in target.parts or not target.is_relative_to(folder):
                    raise _damaged("a name that leads elsewhere")
                content = archive.extractfile(member) if member.isreg() else None
                if member.isdir():
                    make_private(target, account)
                elif content is not None:
                    self._put(content, target)
                else:
                    raise _damaged("a link in a data folder")
            while packed.read(_CHUNK):
                """To the end, where the checksum is."""

    def _put(self, source: IO[bytes], target: Path) -> None:
        if self.stopped():
            raise Failure(FailureCode.CANCELLED)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(source, file, _CHUNK)
        give_to(target, self.cluster.programs.account)


def _quoted(path: Path) -> str:
    """As a connection string takes it."""
    return "'" + str(path).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _damaged(detail: str) -> Failure:
    return Failure(FailureCode.BACKUP_UNUSABLE, detail)

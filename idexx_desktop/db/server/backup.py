"""Copies of a running server's data folder, and running servers made of such copies.

A copy is what pg_basebackup writes: the data folder and its write-ahead log, packed, and the list of every file with
its checksum. Everything is made in a working folder inside the server's private place, which is empty again
afterwards; what a crash has left there, a server that still runs included, is cleared away the next time.
"""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from idexx_desktop.db.server import data_folder, ports
from idexx_desktop.db.server.account import give_to, make_private
from idexx_desktop.db.server.cluster import SUPERUSER, Cluster
from idexx_desktop.db.server.embedded import EmbeddedServer, PasswordStore, ServerAddress
from idexx_desktop.db.server.locks import FileLock
from idexx_desktop.db.server.plain_tar import PlainTar
from idexx_desktop.db.server.ports import HOST
from idexx_desktop.db.server.process import ServerProcess
from idexx_desktop.domain.failures import Failure, FailureCode

DATA, LOG, FILE_LIST = "base.tar.gz", "pg_wal.tar.gz", "backup_manifest"
PARTS = (DATA, LOG, FILE_LIST)
_LABEL, _TABLESPACES = "backup_label", "tablespace_map"
# the first version whose programs can be told how the server has to ask for the password
_KNOWS_REQUIRE_AUTH = 16
_LOCK = "backup.lock"
_ROOM = 1.5  # of the data folder's size
_SPARE = 64 << 20
_MOST_LEFT_OUT = 100
_MAKE_ROOM = "Nothing was changed. Make room on the disk, and restore again."
# what can go wrong in reading what may be anything
_DAMAGES = (
    gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError, TypeError, FileExistsError, RecursionError,
)  # fmt: skip
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

    @property
    def _fresh(self) -> Cluster:
        return Cluster(self.folder / "fresh", self.cluster.programs, durable=False)

    def take(self, address: ServerAddress) -> Mapping[str, Path]:
        """Copy the server at `address` while it runs: the files, by the names in `PARTS`."""
        self.cluster.check()
        self._require_room()
        secret, copy = self.folder / "password", self.folder / "copy"
        self.cluster.write(secret, f"*:*:*:*:{address.password()}\n")
        way = f"port={address.port} user={SUPERUSER} passfile={secret.name} {self._proving_way()}"
        try:
            result = self.cluster.programs.run_long(
                "pg_basebackup", "--dbname", way, "--pgdata", copy.name, "--format=tar", "--compress=client-gzip:1",
                "--wal-method=stream", "--checkpoint=fast", "--no-password", "--no-sync",
                stopped=self.stopped, folder=self.folder,
            )  # fmt: skip
        finally:
            secret.unlink(missing_ok=True)
        if not result.ok:
            raise self.cluster.failure("the records could not be copied", result.output)
        return {name: copy / name for name in PARTS}

    def _proving_way(self) -> str:
        """Whatever has taken the server's port gets no password. Programs before 16 can't insist on that themselves,
        so they go by the socket, in a folder that nobody else can enter; BACKUP_NOT_MADE where there is none."""
        if int(self.cluster.programs.major_version()) >= _KNOWS_REQUIRE_AUTH:
            return f"host={HOST} require_auth=scram-sha-256 gssencmode=disable"
        folder = self.cluster.socket_folder
        if folder is None:
            title = (
                "The installed PostgreSQL is too old to make a backup safely here: version 16 or newer can."
            )
            raise Failure(FailureCode.BACKUP_NOT_MADE, "no private socket", title=title)
        return f"host={_quoted(folder)}"

    def unpack(self, parts: Parts) -> None:
        """Make the data folder of `trial`, and compare every file with the list. BACKUP_UNUSABLE where one differs.

        None of its settings is used (see `data_folder`): those of a new server are written in their place.
        """
        data, account = self.trial.data, self.cluster.programs.account
        for folder in (self.trial.place, data, *(data / name for name in data_folder.FOLDERS)):
            make_private(folder, account)
        try:
            with parts[FILE_LIST]() as source:
                file_list = source.read(data_folder.LIST_BYTES)
            sizes = data_folder.listed_sizes(file_list)
            left_out = [name for name in sizes if not data_folder.is_used(name)]
            if len(left_out) > _MOST_LEFT_OUT:
                raise ValueError("more than a server leaves lying about")
            self._require_room_for(sum(sizes.values()))
            self._extract(parts[DATA], sizes)
            self._extract_log(parts[LOG])
        except _DAMAGES as error:
            raise _damaged(str(error) or type(error).__name__) from error
        self._compare(file_list, left_out)
        self.trial.configure(ports.UNUSED)

    def _compare(self, file_list: bytes, left_out: list[str]) -> None:
        listed = self.trial.data / FILE_LIST
        self._put([file_list], listed)
        ignored = [f"--ignore={name}" for name in left_out]
        result = self.cluster.programs.run_long(
            "pg_verifybackup", "--quiet", "--exit-on-error", *ignored, self.trial.data.name,
            stopped=self.stopped, folder=self.trial.place,
        )  # fmt: skip
        if not result.ok:
            raise _damaged("pg_verifybackup found a difference")
        listed.unlink()

    @contextmanager
    def running(self, passwords: PasswordStore) -> Iterator[ServerAddress]:
        """Start `trial`, whose superuser has the password that is kept there; stopped when the block ends."""
        process = ServerProcess(self.trial, self.folder / "port")
        try:
            yield ServerAddress(HOST, process.start(), SUPERUSER, passwords)
        finally:
            process.stop()

    @contextmanager
    def fresh(self, passwords: PasswordStore) -> Iterator[ServerAddress]:
        """A new server with nothing in it, to compare with; gone when the block ends."""
        make_private(self._fresh.place, self.cluster.programs.account)
        address = ServerAddress(HOST, ports.UNUSED, SUPERUSER, passwords)
        self._fresh.create(address.password())
        process = ServerProcess(self._fresh, self._fresh.place / "port")
        try:
            yield replace(address, port=process.start())
        finally:
            process.stop()
            shutil.rmtree(self._fresh.place)

    def clear(self) -> None:
        """Stop what a crash has left running, and remove everything."""
        for cluster in (self.trial, self._fresh):
            if cluster.exists():
                ServerProcess(cluster, self.folder / "port").stop()
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

    def _require_room_for(self, needed: int) -> None:
        if shutil.disk_usage(self.cluster.place).free < needed + _SPARE:
            title = (
                f"This computer's disk is too full to put the backup back: {needed >> 20:,} MB are needed."
            )
            raise Failure(FailureCode.BACKUP_NOT_MADE, "the disk is full", title=title, advice=_MAKE_ROOM)

    def _extract(self, opening: Callable[[], BinaryIO], sizes: Mapping[str, int]) -> None:
        """Unpack what is used of the data folder: each file once, and as long as the list says."""
        seen: set[str] = set()
        with opening() as source, gzip.GzipFile(fileobj=source) as packed:
            archive = PlainTar(packed)
            for member in archive.members():
                name = member.name
                if member.size is None:
                    if data_folder.is_folder(name):
                        make_private(self.trial.data / name, self.cluster.programs.account)
                elif name in seen or sizes.get(name) != member.size:
                    raise ValueError("another file than in the list")
                elif data_folder.is_used(name):
                    self._put(_looked_at(name, archive.chunks()), self.trial.data / name)
                elif name == _TABLESPACES and member.size:
                    raise ValueError("records in another place than the data folder")
                seen.add(name)

    def _extract_log(self, opening: Callable[[], BinaryIO]) -> None:
        """Unpack the write-ahead log, which the list doesn't name."""
        with opening() as source, gzip.GzipFile(fileobj=source) as packed:
            archive = PlainTar(packed)
            for member in archive.members():
                if member.size is None or not data_folder.is_segment(member.name):
                    continue
                if member.size != data_folder.SEGMENT_BYTES:
                    raise ValueError("a damaged write-ahead log")
                self._require_room_for(member.size)
                self._put(archive.chunks(), self.trial.data / "pg_wal" / member.name)

    def _put(self, chunks: Iterable[bytes], target: Path) -> None:
        if self.stopped():
            raise Failure(FailureCode.CANCELLED)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks)
        give_to(target, self.cluster.programs.account)


def _looked_at(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same content; ValueError where it would make the server begin somewhere else."""
    if name != _LABEL:
        yield from chunks
        return
    label = next(chunks, b"")  # a longer one than a chunk is none
    data_folder.check_label(label)
    yield label


def _quoted(path: Path) -> str:
    """As a connection string takes it."""
    return "'" + str(path).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _damaged(detail: str) -> Failure:
    return Failure(FailureCode.BACKUP_UNUSABLE, detail)

"""Backups of the records on this computer: made while it works, tried before they count, daily, the newest kept.

What a backup holds is not sealed: owners' numbers and notes are in it in clear. The Neo sign-in in it stays sealed,
and no key is in it.
"""

from __future__ import annotations

import errno
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import structlog

from idexx_desktop import __version__
from idexx_desktop.db import embedded
from idexx_desktop.db.backup_contents import checked_contents_of, contents_of
from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.server import EmbeddedServer
from idexx_desktop.db.server.backup import PARTS, Workshop, workshop
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backup import (
    Backup,
    BackupState,
    Contents,
    LastBackup,
    MadeBackup,
    ProvedBy,
    WhoseRecords,
    differences,
    superfluous,
)
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.ending import unbroken
from idexx_desktop.services import backup_file, backup_state
from idexx_desktop.services.backup_file import BackupFile
from idexx_desktop.services.backup_proving import Proving, Signing
from idexx_desktop.services.places import LOGIN
from idexx_desktop.services.profile import EMBEDDED, Profile
from idexx_desktop.vault.backup_proof import BackupProof

log = structlog.get_logger()
_CLOSE_SECONDS = 4.0


class BackupService:
    """The backups of one profile. Every method but `daily` and `close` blocks and may raise `Failure`."""

    def __init__(
        self,
        records: ClinicRecords,
        profile: Profile,
        home: Path,
        server: Callable[[], EmbeddedServer],
        clock: Clock,
        signing: Signing,
    ) -> None:
        """`server` gives the profile's own server; it is not asked for where the records are on a shared one."""
        self._signing = signing
        self._records = records
        self._profile = profile
        self._home = home
        self._server = server
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._tidied = False

    def state(self) -> BackupState:
        """What this computer knows of its backups, or why it doesn't know any more (`unreadable`)."""
        return backup_state.known(self._home)

    def choose(self, folder: Path | None) -> BackupState:
        """Back up daily into this folder from now on; None: no longer. BACKUP_NOT_MADE where it can't be used."""
        if folder is not None:
            folder = self._usable(folder, make=True)
        now = self._clock.now()
        with self._records.transaction() as tx:
            tx.audit.record(Action.COMPUTER_SETTINGS_CHANGED, "ok", metadata={"setting": "backup"})

        def chosen(state: BackupState) -> BackupState:
            if folder is None:
                return replace(state, folder=None, chosen_at=None, problem=None)
            return replace(state, folder=str(folder), chosen_at=now, tried_at=None, problem=None)

        # whoever chooses has read that the old choice is lost, if it is
        return backup_state.change(self._home, chosen, anew=True)

    def make(self, folder: Path | None = None) -> LastBackup:
        """Make one now, in the chosen folder or in this one, which is made where only itself is missing.

        BACKUP_NOT_MADE with the reason; it is kept in the state, and recorded when it is another one than before.
        BACKUP_STATE_UNREADABLE until a folder was chosen again.
        """
        state = backup_state.load(self._home)
        target = folder or (Path(state.folder) if state.folder else None)
        if target is None:
            raise Failure(FailureCode.INVALID_INPUT, "folder", title="Choose a folder for the backups first.")
        with ExitStack() as finishing:
            try:
                target = self._usable(target, make=folder is not None)
                made, last = self._make(target, finishing)
            except Failure as failure:
                if failure.code not in (FailureCode.CANCELLED, FailureCode.INVALID_INPUT):
                    self._note(failure)
                raise
            backup_state.change(
                self._home,
                lambda state: replace(
                    state, last=last, tried_at=last.made_at, problem=None, made=(*state.made, made)
                ),
            )
            self._prune(target)
        return last

    def kept(self, folder: Path | None = None) -> list[Backup]:
        """The good backups in the chosen folder, or in this one, newest first: whole, and made by this computer."""
        good = []
        for file in self._signed_here(folder):
            with suppress(Failure):
                backup_file.check(file, PARTS, self._stop.is_set)
                good.append(file.backup)
        return good

    def others(self, folder: Path | None = None) -> list[Backup]:
        """The backups there that this computer can't prove: of an older version, of other computers, or changed."""
        ours = {file.backup.path for file in self._signed_here(folder)}
        return [file.backup for file in self._in(folder) if file.backup.path not in ours]

    def _in(self, folder: Path | None) -> list[BackupFile]:
        chosen = self.state().folder
        where = folder or (Path(chosen) if chosen else None)
        return [] if where is None else backup_file.backups_in(where)

    def _signed_here(self, folder: Path | None) -> list[BackupFile]:
        proving = Proving(self._signing.signer.known_key())
        return [file for file in self._in(folder) if proving.found(file).proved_by is ProvedBy.THIS_COMPUTER]

    def daily(self) -> None:
        """Begin what is due, in a thread of its own, and return at once: a drive may take long to say it is gone."""
        if self._profile.records != EMBEDDED or (self._thread is not None and self._thread.is_alive()):
            return
        if not self._tidied:
            self._tidied = True
            with suppress(Failure), workshop(self._server()):
                pass  # what a crash has left of a backup is gone now
        if self.state().is_due(self._clock.now()):
            self._thread = threading.Thread(target=self._make_daily, name="backup", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop what is being made; nothing of it stays."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)

    def _make_daily(self) -> None:
        try:
            self.make()
        except Failure as failure:
            log.warning("backup.daily", code=str(failure.code))

    def _usable(self, folder: Path, *, make: bool) -> Path:
        """The folder as an absolute path; where only its last part is missing it is made if `make`."""
        if self._profile.records != EMBEDDED:
            title = (
                "Your clinic's records are on its server; whoever looks after the server backs them up there."
            )
            raise Failure(FailureCode.INVALID_INPUT, "records on a server", title=title)
        folder = folder.expanduser().absolute()
        if folder.is_relative_to(self._home):
            title = "Choose a folder outside of this program's own."
            raise Failure(FailureCode.INVALID_INPUT, "folder", title=title)
        with _in_words(f"The folder {folder}"):
            if make and folder.parent.is_dir():
                folder.mkdir(exist_ok=True)
            if not folder.is_dir():
                raise FileNotFoundError
        return folder

    def _make(self, folder: Path, finishing: ExitStack) -> tuple[MadeBackup, LastBackup]:
        from idexx_desktop.db.backup_catalogue import require_ours  # Alembic: only where a backup is made

        begun, made_at, server = self._clock.monotonic(), self._clock.now(), self._server()
        with (
            _in_words("This computer's disk"),
            server.attached(made=True) as address,
            workshop(server, self._stop.is_set) as shop,
        ):
            owner = embedded.owner_url(address)
            before = contents_of(owner)
            parts = shop.take(address)
            after = contents_of(owner)
            self._unpack(shop, parts)
            with shop.running(address.passwords) as trial:
                _in_terms_of_making(lambda: require_ours(shop, trial, before.revision, LOGIN, whole=False))
                contents = checked_contents_of(embedded.owner_url(trial), self._stop.is_set)
            self._require_same(owner, before, after, contents)
            backup = self._describe(shop, folder, made_at, contents)
            packed = shop.folder / "packed"
            proof = backup_file.pack(packed, backup, parts, self._signing.sign)
            same_disk = _same_disk(folder, shop.cluster.place)
            size = packed.stat().st_size
            self._deliver(packed, backup, size, finishing)
        log.info("backup.made", bytes=size)
        seconds = self._clock.monotonic() - begun
        last = LastBackup(made_at, str(backup.path), size, contents.visits, seconds, same_disk)
        return _made(backup, proof), last

    def _unpack(self, shop: Workshop, parts: Mapping[str, Path]) -> None:
        opened = {name: _opening(path) for name, path in parts.items()}
        _in_terms_of_making(lambda: shop.unpack(opened))

    def _require_same(self, owner: str, before: Contents, after: Contents, copy: Contents) -> None:
        """The copy holds what was there while it was made. A record that isn't whole here isn't whole there, either."""
        found = differences(before, after, copy)
        if copy.problem is not None and copy.problem != checked_contents_of(owner, self._stop.is_set).problem:
            found.append("the activity record")
        if found:
            title = "The backup was tried and wasn't the same as the records, so it doesn't count."
            raise Failure(FailureCode.BACKUP_NOT_MADE, "; ".join(found), title=title)

    def _describe(self, shop: Workshop, folder: Path, made_at: datetime, contents: Contents) -> Backup:
        profile = self._profile
        whose = WhoseRecords(
            profile.practice, profile.clinic_id, profile.email, practice_site=profile.practice_site
        )
        postgres = shop.cluster.programs.major_version()
        backup = Backup(uuid.uuid4().hex, folder, 0, made_at, whose, __version__, postgres, contents)
        return replace(backup, path=folder / backup_file.name_of(backup))

    def _deliver(self, packed: Path, backup: Backup, size: int, finishing: ExitStack) -> None:
        """Once it is there, no word to end breaks off what belongs to it, until `finishing` is closed."""
        told = {"backup_id": backup.id, "bytes": size, "visits": backup.contents.visits}
        with (
            _in_words(f"The folder {backup.path.parent}"),
            backup_file.delivered(packed, backup.path, self._profile.id[:8], self._stop.is_set),
        ):
            finishing.enter_context(unbroken(last=True))
            with self._records.transaction() as tx:
                tx.audit.record(Action.BACKUP_MADE, "ok", metadata=told)

    def _prune(self, folder: Path) -> None:
        """Only now that a newer one is good. One that can't be removed is tried again tomorrow.

        Only what this computer knows that it has made, and still is what it was: files of others, and what any file
        says of itself, neither count nor go.
        """
        gone: set[str] = set()
        there = []
        for made in backup_state.load(self._home).made:
            path = Path(made.file)
            if path.parent != folder:
                continue
            if _is_gone(path):
                gone.add(made.file)
            elif self._is_still(made):
                there.append(made)
        for old in superfluous(there):
            try:
                Path(old.file).unlink()
                gone.add(old.file)
            except OSError as error:
                log.warning("backup.prune", reason=type(error).__name__)

        def without(state: BackupState) -> BackupState:
            return replace(state, made=tuple(each for each in state.made if each.file not in gone))

        if gone:
            backup_state.change(self._home, without)

    def _is_still(self, made: MadeBackup) -> bool:
        """Whether the file is the one that was put there."""
        path = Path(made.file)
        try:
            if path.is_symlink():
                return False
            file = backup_file.read(path)
        except (OSError, Failure):
            return False
        proof = file.proof
        if proof is None or proof.key != self._signing.signer.known_key():
            return False
        return _made(file.backup, proof) == made

    def _note(self, failure: Failure) -> None:
        now, known = self._clock.now(), backup_state.load(self._home).problem
        backup_state.change(self._home, lambda state: replace(state, tried_at=now, problem=failure))
        if known is None or known.title != failure.title:
            with suppress(Failure), self._records.transaction() as tx:  # it may be the records that are away
                tx.audit.record(
                    Action.BACKUP_MADE,
                    "failed",
                    metadata={"code": str(failure.code)},
                    error=failure.as_dict(),
                )


def _made(backup: Backup, proof: BackupProof) -> MadeBackup:
    """What is noted of a file that was just made, and found again in it later."""
    return MadeBackup(str(backup.path), backup.id, backup.made_at, proof.signature, proof.lead is not None)


def _is_gone(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _in_terms_of_making(work: Callable[[], None]) -> None:
    """A copy that could not be put back doesn't count as a backup."""
    try:
        work()
    except Failure as failure:
        if failure.code is not FailureCode.BACKUP_UNUSABLE:
            raise
        title = "The backup was tried and couldn't be put back, so it doesn't count."
        raise Failure(FailureCode.BACKUP_NOT_MADE, failure.detail, title=title) from failure


def _opening(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def _same_disk(folder: Path, place: Path) -> bool:
    return folder.stat().st_dev == place.stat().st_dev


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    """What the operating system says of a folder or disk, as BACKUP_NOT_MADE."""
    try:
        yield
    except FileNotFoundError as error:
        title = f"{what} isn't there."
        advice = "Plug the drive in, or connect to the network. The daily backup is tried again by itself."
        raise Failure(FailureCode.BACKUP_NOT_MADE, "no such folder", title=title, advice=advice) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        title = f"{what} has no room left." if full else f"{what} can't be written."
        detail = error.strerror or type(error).__name__
        raise Failure(FailureCode.BACKUP_NOT_MADE, detail, title=title) from error

"""Backups: what one holds, when the next is due, which are kept, when the clinic has to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from idexx_desktop.domain.audit_chain import ChainEnd
from idexx_desktop.domain.failures import Failure, FailureCode

KEPT = 14
OVERDUE = timedelta(days=3)
_DAILY = timedelta(days=1)
# a stick that is plugged in, or a drive that comes back, is found soon
TRY_AGAIN = timedelta(minutes=15)
VISITS = "public.visits"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: its revision, the rows of each table, how each chain of the activity record ends.

    `problem`: what the check of the chains found, None where they are whole.
    """

    revision: str
    rows: Mapping[str, int]
    chains: Mapping[str, ChainEnd]
    problem: str | None = None

    @property
    def visits(self) -> int:
        """How many visits there are."""
        return self.rows.get(VISITS, 0)


@dataclass(frozen=True, slots=True)
class WhoseRecords:
    """The profile that a backup belongs to, as it is written into the backup; nothing of it is secret."""

    practice: str
    clinic_id: str
    email: str
    practice_site: bool


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was verified when it was made. `postgres` is a major version, `size` in bytes."""

    id: str
    path: Path
    size: int
    made_at: datetime
    whose: WhoseRecords
    program: str
    postgres: str
    contents: Contents


class ProvedBy(StrEnum):
    """What shows that a computer of the clinic made a backup, and that nobody has changed it since."""

    THIS_COMPUTER = "this_computer"
    KIT = "recovery_kit"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class FoundBackup:
    """A backup that somebody chose. What it says of itself is worth as much as what it is proved by.

    `signed`: some computer has signed it, as none of an older version of this program is; `kit_can_prove`: the code of
    the recovery kit that there was when it was made would prove it.
    """

    backup: Backup
    proved_by: ProvedBy
    signed: bool
    kit_can_prove: bool


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """One that this computer has made: what it knows of it without the file. `kit`: a recovery kit can prove it."""

    file: str
    id: str
    made_at: datetime
    signature: str
    kit: bool


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest good backup that this computer has made. `same_disk`: on the disk that holds the records, too."""

    made_at: datetime
    file: str
    size: int
    visits: int
    seconds: float
    same_disk: bool

    @property
    def folder(self) -> str:
        """Where it was put."""
        return str(Path(self.file).parent)


@dataclass(frozen=True, slots=True)
class BackupState:
    """What this computer knows of its backups.

    `folder`: where the daily one goes, since `chosen_at`; None where the clinic chose none. `problem`: why the last
    attempt, at `tried_at`, came to nothing. `restored_from`: when the backup was made that the records came from.
    `made`: those that this computer has made, in this order; no other is ever removed. `unreadable`: why nothing of all
    this could be read.
    """

    folder: str | None = None
    chosen_at: datetime | None = None
    last: LastBackup | None = None
    tried_at: datetime | None = None
    problem: Failure | None = field(default=None, compare=False)
    restored_from: datetime | None = None
    made: tuple[MadeBackup, ...] = field(default=(), compare=False)
    unreadable: Failure | None = field(default=None, compare=False)

    @property
    def kit_advised(self) -> bool:
        """Whether the last one that was made could be proved by nobody once this computer is gone."""
        return bool(self.made) and not self.made[-1].kit

    def is_due(self, now: datetime) -> bool:
        """Whether the daily backup is to be tried now. A clock that went back makes it due, too."""
        just_tried = self.tried_at is not None and abs(now - self.tried_at) < TRY_AGAIN
        if self.folder is None or self.unreadable is not None or just_tried:
            return False
        last = self.last
        return last is None or last.folder != self.folder or abs(now - last.made_at) >= _DAILY

    def is_overdue(self, now: datetime) -> bool:
        """Whether a folder was chosen, and none was good for three days, by a clock that may be wrong."""
        if self.folder is None or self.chosen_at is None:
            return False
        return abs(now - max(self.chosen_at, self.last.made_at if self.last else self.chosen_at)) >= OVERDUE

    def standing(self, now: datetime) -> Failure | None:
        """What there is to do about backups: they stopped, or none was good for days. None where all is well."""
        if self.unreadable is not None:
            return self.unreadable
        if not self.is_overdue(now):
            return None
        if self.problem is not None:
            return self.problem
        title = "No good backup was made for three days."
        return Failure(FailureCode.BACKUP_NOT_MADE, "overdue", title=title)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done.

    `aside`: the data folder of the records before; None where there were none. `copies_renewed`: the signed copies of
    the activity record knew more than the backup, and were set aside. `sign_in`: what keeps this computer from using
    the Neo sign-in.
    """

    found: FoundBackup
    aside: Path | None
    copies_renewed: bool
    calls_paused: bool
    sign_in: Failure | None

    @property
    def backup(self) -> Backup:
        """What was put back."""
        return self.found.backup


def superfluous(there: Sequence[MadeBackup]) -> Sequence[MadeBackup]:
    """Of those that this computer has made and that are there, in this order: all but the newest `KEPT`.

    By the order in which they were made here, and never by a date: a clock can be wrong, and a file can say anything.
    """
    return there[:-KEPT]


def differences(before: Contents, after: Contents, copy: Contents) -> list[str]:
    """In what a copy can't be what was there between two moments: free of anything but names of tables and numbers."""
    found = [] if copy.revision == before.revision else ["revision"]
    if copy.rows.keys() != before.rows.keys():
        found.append("tables")
    for table in sorted(copy.rows.keys() & before.rows.keys() & after.rows.keys()):
        ends = before.rows[table], after.rows[table]
        if not min(ends) <= copy.rows[table] <= max(ends):
            found.append(f"{table}: {copy.rows[table]} rows, not {ends[0]} to {ends[1]}")
    for chain, end in before.chains.items():
        last, there = after.chains.get(chain), copy.chains.get(chain)
        if there is None or last is None or not end.seq <= there.seq <= last.seq:
            found.append(f"chain {chain}")
    return found

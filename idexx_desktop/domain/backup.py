"""Backups: what one holds, when the next is due, which are kept, when the clinic has to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from idexx_desktop.domain.audit_chain import ChainEnd
from idexx_desktop.domain.failures import Failure

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
    """

    folder: str | None = None
    chosen_at: datetime | None = None
    last: LastBackup | None = None
    tried_at: datetime | None = None
    problem: Failure | None = field(default=None, compare=False)
    restored_from: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether the daily backup is to be tried now. A clock that went back makes it due, too."""
        if self.folder is None or (self.tried_at and abs(now - self.tried_at) < TRY_AGAIN):
            return False
        last = self.last
        return last is None or last.folder != self.folder or abs(now - last.made_at) >= _DAILY

    def is_overdue(self, now: datetime) -> bool:
        """Whether a folder was chosen, and no good backup was made for three days."""
        if self.folder is None or self.chosen_at is None:
            return False
        return now - max(self.chosen_at, self.last.made_at if self.last else self.chosen_at) >= OVERDUE


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done.

    `aside`: the data folder of the records before; None where there were none. `copies_renewed`: the signed copies of
    the activity record knew more than the backup, and were set aside. `sign_in`: what keeps this computer from using
    the Neo sign-in.
    """

    backup: Backup
    aside: Path | None
    copies_renewed: bool
    calls_paused: bool
    sign_in: Failure | None


def superfluous(backups: list[Backup]) -> list[Backup]:
    """Those beyond the newest `KEPT`."""
    return sorted(backups, key=lambda backup: backup.made_at, reverse=True)[KEPT:]


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

"""Who has a data folder: a lock that its server holds as long as it lives, and a lease that says who that is.

The lock is on the file system, so it holds against every other computer that sees it there; the server's processes
inherit it, so it falls when the last of them ends, whatever happened to whoever started them. Not every shared folder
carries locks, and none says whose they are: so a lease lies beside it, with the computer, its start and the time, and
it is renewed while the server runs. What another computer hasn't given back is taken by a person's word only.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from idexx_desktop.db.server.computer import Computer, this_computer
from idexx_desktop.db.server.locks import FileLock
from idexx_desktop.domain.failures import Failure, FailureCode

RENEW_SECONDS = 10.0
# a lease of another computer that stayed as it was for so long isn't renewed by anybody who can be seen
WATCH_SECONDS = 2.5 * RENEW_SECONDS
_LOCK, _LEASE = "held", "lease.json"


@dataclass(frozen=True, slots=True)
class Lease:
    """Whose server runs on the data, or ran when it fell; `at`: renewed last, by that computer's clock."""

    computer: Computer
    at: str

    @property
    def words(self) -> str:
        """`on Front Desk 2 (last seen 22 Nov 2026 16:00 UTC)`."""
        with suppress(ValueError):
            return (
                f"{self.computer.name} (last seen there {datetime.fromisoformat(self.at):%d %b %Y %H:%M} UTC)"
            )
        return self.computer.name


class Holding:
    """The lock and the lease of one data folder, in the private place around it."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def lease(self) -> Lease | None:
        """None where there is none, or where what a power cut has left of one can't be read."""
        try:
            kept = json.loads((self._place / _LEASE).read_bytes())
            return Lease(Computer(**kept["computer"]), str(kept["at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def elsewhere(self) -> Lease | None:
        """The lease, where it is another computer's, or of another count of processes on this one."""
        lease = self.lease()
        return None if lease is None or this_computer().counts_like(lease.computer) else lease

    def take(self) -> FileLock | None:
        """The lock, to be handed to the server; None while a server, or what is left of one, has it.

        RECORDS_NOT_LOCAL where this file system knows no locks.
        """
        try:
            return FileLock.take(self._place / _LOCK)
        except OSError as error:
            if not knows_no_locks(error):
                raise
            raise without_locks(self._place, error) from error

    def require_free(self) -> None:
        """With the lock in hand: RECORDS_OPEN_ELSEWHERE where another computer hasn't given the data back.

        A lock alone proves nothing there: a folder that is kept in step carries none, and a computer that sleeps has
        lost its own. One of this running system can't have lost it, nor can an earlier start of this computer.
        """
        lease, here = self.elsewhere(), this_computer()
        if lease is None or here.runs_with(lease.computer) or here.was(lease.computer):
            return
        raise open_elsewhere(lease, certain=False)

    def renew(self) -> None:
        """Write the lease in this computer's name."""
        draft = self._place / f"{_LEASE}.new"
        said = {"computer": asdict(this_computer()), "at": datetime.now(UTC).isoformat(timespec="seconds")}
        with draft.open("w", encoding="utf-8") as file:
            json.dump(said, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._place / _LEASE)

    def give_back(self) -> None:
        """The server was stopped: whoever comes next is free. What another computer has by now stays."""
        if self.elsewhere() is None:
            (self._place / _LEASE).unlink(missing_ok=True)

    def is_renewed(self, pause: Callable[[float], None]) -> bool:
        """Whether somebody renews the lease: looks at it for `WATCH_SECONDS`."""
        before = self.lease()
        for _ in range(round(WATCH_SECONDS)):
            pause(1.0)
            if self.lease() != before:
                return True
        return False


class Renewing:
    """Renews the lease while this program uses the server; ends the server where another computer has the data."""

    def __init__(self, holding: Holding, lost: Callable[[], None], seconds: float | None = None) -> None:
        """`lost` is called once, on a thread of its own, when the lease is another's."""
        self._holding = holding
        self._lost = lost
        self._seconds = RENEW_SECONDS if seconds is None else seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="records-lease", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """No more; the lease itself stays until the server is stopped."""
        self._ended.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds):
            if self._holding.elsewhere() is not None:
                self._lost()
                return
            with suppress(OSError):  # a drive that is away for a moment: the next time
                self._holding.renew()


def open_elsewhere(lease: Lease, *, certain: bool) -> Failure:
    """`certain`: a server runs there now; else it wasn't closed there, as far as can be seen here."""
    name = lease.computer.name
    if certain:
        return Failure(
            FailureCode.RECORDS_OPEN_ELSEWHERE, lease.words, title=f"These records are open on {name}."
        )
    return Failure(
        FailureCode.RECORDS_OPEN_ELSEWHERE,
        f"not given back by {lease.words}",
        title=f"These records are open on {name}, or weren't closed there.",
        advice=f"Close the program on {name}. Where that computer is gone or switched off: Move it to this computer,"
        " or idexx-desktop move.",
    )


def knows_no_locks(error: OSError) -> bool:
    """Whether a drive said that it can't lock at all."""
    return error.errno in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


def without_locks(place: Path, error: OSError) -> Failure:
    """RECORDS_NOT_LOCAL, with the drive's own word."""
    return Failure(
        FailureCode.RECORDS_NOT_LOCAL,
        f"no locks: {error.strerror or type(error).__name__}",
        title=f"The drive that holds {place} can't keep two programs out of the same records (it knows no locks).",
    )


def inherited(lock: FileLock) -> tuple[int, ...]:
    """What the server's process has to be started with so that the lock is its own. On Windows locks aren't inherited:
    there PostgreSQL's shared memory keeps a second server out, and the lease another computer's.
    """
    return () if sys.platform == "win32" else (lock.descriptor,)

"""The one lease of a clinic: who may sync now. Everything is decided by the database, by its own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, text

from idexx_desktop.db.repositories.base import ClinicRepository

_TAKE = text(
    "SELECT * FROM idexx_app.take_lease(:clinic, :holder, :device, :process, :seconds, :dead_process)"
)
_RENEW = text("SELECT idexx_app.renew_lease(:clinic, :holder, :epoch, :seconds, CAST(:progress AS bigint))")
_RELEASE = text("SELECT idexx_app.release_lease(:clinic, :holder, :epoch)")
# The server starts no clock of "idle in transaction" after a trip of several statements, because of the driver's last
# word in it; so that a program that is frozen there holds nobody up, the transaction itself has a limit, from 17 on
HOLD = text("""
    SELECT idexx_app.hold_lease(:clinic, :holder, :epoch),
      CASE WHEN current_setting('server_version_num')::int >= 170000
        THEN set_config('transaction_timeout', '25000', true) END
""")
_STATE = text("SELECT * FROM idexx_app.lease_state(:clinic)")


@dataclass(frozen=True, slots=True)
class LeaseTaken:
    """The lease is ours until `expires_at`, under this epoch."""

    epoch: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LeaseHeld:
    """Another run has it: on which device, since when, and until when unless it is renewed.

    `held_by` is the e-mail address of whose login took it, as the database knows it; `is_mine` if it was this user's.
    """

    device: str
    acquired_at: datetime
    expires_at: datetime
    held_by: str = ""
    is_mine: bool = True


@dataclass(frozen=True, slots=True)
class LeaseState:
    """The lease as it is now. `epoch` is the last holder's; `is_held` is False once it is free or expired.

    `process` is the word that its holder gave for its process, `device` the name that it gave itself; `is_mine` says
    whether this user took it, `held_by` whose login did. `is_stalled`: it isn't renewed any more (see `renew`).
    """

    epoch: int
    device: str
    process: str
    acquired_at: datetime | None
    expires_at: datetime | None
    is_held: bool
    is_mine: bool
    held_by: str = ""
    is_stalled: bool = False

    def is_of(self, device: str) -> bool:
        """Whether this user took it on this computer: a name alone is what anybody may give."""
        return self.is_mine and self.device == device


class LeaseRepository(ClinicRepository):
    """Takes, keeps and gives back the lease. `holder` is a random UUID of one run."""

    def take(
        self, holder: str, device: str, process: str, seconds: float, dead_process: str = ""
    ) -> LeaseTaken | LeaseHeld:
        """Take the lease for `seconds` (1 to 300) if it is free or expired.

        A holder `dead_process` of the same device and user, whom the caller has seen to be gone, is taken over
        at once. Waits for a write that is going on under the lease.
        """
        row = self._session.execute(
            _TAKE,
            {
                "clinic": self._clinic,
                "holder": UUID(holder),
                "device": device,
                "process": process,
                "seconds": seconds,
                "dead_process": dead_process,
            },
        ).one()
        if row.taken:
            return LeaseTaken(row.epoch, row.expires_at)
        state = self.state()
        who = ("", True) if state is None else (state.held_by, state.is_mine)
        return LeaseHeld(row.device, row.acquired_at, row.expires_at, *who)

    def renew(self, holder: str, epoch: int, seconds: float, progress: int | None = None) -> bool:
        """Keep it for `seconds` from now on; False when it was lost or has expired.

        So it is, by the database's clock, after 15 minutes without progress, and after 4 hours: `progress` is a
        number that has grown where there was any; a write under the lease is progress by itself.
        """
        return self._tell(_RENEW, holder=UUID(holder), epoch=epoch, seconds=seconds, progress=progress)

    def release(self, holder: str, epoch: int) -> bool:
        """Give it back; False when it was no longer ours."""
        return self._tell(_RELEASE, holder=UUID(holder), epoch=epoch)

    def hold(self, holder: str, epoch: int) -> None:
        """First in each write transaction: nobody takes the lease over until it ends. LEASE_LOST if it is gone."""
        self._session.execute(HOLD, {"clinic": self._clinic, "holder": UUID(holder), "epoch": epoch})

    def state(self) -> LeaseState | None:
        """Who has it now; None where this clinic has never been synced."""
        row = self._session.execute(_STATE, {"clinic": self._clinic}).first()
        if row is None:
            return None
        return LeaseState(
            epoch=row.epoch,
            device=row.device,
            process=row.process,
            acquired_at=row.acquired_at,
            expires_at=row.expires_at,
            is_held=bool(row.held),
            is_mine=bool(row.mine),
            held_by=row.held_by or "",
            is_stalled=row.stalled,
        )

    def _tell(self, statement: TextClause, **values: object) -> bool:
        return bool(self._session.execute(statement, {"clinic": self._clinic, **values}).scalar_one())

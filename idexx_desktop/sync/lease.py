"""The lease of one clinic: taken before a run, renewed while it lasts, checked in each write, released at its end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.leases import LeaseHeld
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.sync.parts import Holder, is_dead


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that this process holds."""

    records: ClinicRecords
    seconds: float
    epoch: int
    holder_id: str

    def hold(self, tx: Transaction) -> None:
        """First in each write transaction: LEASE_LOST where another run took over; nobody can until it ends."""
        tx.leases.hold(self.holder_id, self.epoch)

    async def keep(self, clock: Clock) -> None:
        """Renew three times per lease, until cancelled; raises LEASE_LOST once another run has taken over."""
        while True:
            await clock.sleep(self.seconds / 3)
            with self.records.transaction() as tx:
                renewed = tx.leases.renew(self.holder_id, self.epoch, self.seconds)
            if not renewed:
                raise Failure(FailureCode.LEASE_LOST)

    def release(self) -> None:
        """Let the next one in at once. Nothing happens where the lease was lost."""
        with self.records.transaction() as tx:
            tx.leases.release(self.holder_id, self.epoch)


def new_holder_id() -> str:
    """Of one run."""
    return str(uuid.uuid4())


def take_lease(records: ClinicRecords, holder: Holder, seconds: float, holder_id: str | None = None) -> Lease:
    """Take the clinic's lease. OTHER_COMPUTER with its name and start where another run holds it.

    A holder on this computer whose process is gone is taken over at once. Whoever gives a `holder_id` can give the
    lease back also where the connection was lost before the answer came: see `give_back`.
    """
    holder_id = holder_id or new_holder_id()
    with records.transaction() as tx:
        state = tx.leases.state()
        same_computer = state is not None and state.device == holder.device
        dead = state.process if state is not None and same_computer and is_dead(state.process) else ""
        taken = tx.leases.take(holder_id, holder.device, holder.process, seconds, dead)
    if isinstance(taken, LeaseHeld):
        raise Failure(FailureCode.OTHER_COMPUTER, "the lease is held", title=held_words(taken, holder))
    return Lease(records, seconds, taken.epoch, holder_id)


def give_back(records: ClinicRecords, holder_id: str) -> None:
    """Release the lease if this holder has it, whether or not it ever heard so."""
    with records.transaction() as tx:
        state = tx.leases.state()
        if state is not None:
            tx.leases.release(holder_id, state.epoch)


def held_words(held: LeaseHeld, holder: Holder) -> str:
    """Who is syncing now, and since when."""
    started = f" (started {held.acquired_at.astimezone():%H:%M})"
    who = "This computer" if held.device == holder.device else held.device or "Another computer"
    return f"{who} is syncing now{started}."

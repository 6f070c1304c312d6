"""The lease of one clinic: taken before a run, renewed while it lasts, checked in each write, released at its end."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.leases import LeaseHeld, LeaseState
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import Clock, seconds_with_sleep
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.habits import Habits, habits_of
from idexx_desktop.sync.beside import beside
from idexx_desktop.sync.parts import Holder, is_dead

_STALLED = "This sync got no further for 15 minutes, so it was stopped to let another one begin."
_STALLED_ADVICE = "What was already saved is kept, and the next sync catches up."


_SLEPT = "This computer was asleep in the middle of this sync, so the sync ended there."


class _Pause:
    """Since when a renewal is waited for, in seconds that count the computer's sleep; None while it is under way."""

    since: float | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that this process holds."""

    records: ClinicRecords
    seconds: float
    epoch: int
    holder_id: str
    _pause: _Pause = field(default_factory=_Pause, compare=False)

    def hold(self, tx: Transaction) -> None:
        """First in each write transaction: LEASE_LOST where another run took over; nobody can until it ends."""
        tx.leases.hold(self.holder_id, self.epoch)

    async def keep(self, clock: Clock, progress: Callable[[], int]) -> None:
        """Renew three times per lease, until cancelled; raises LEASE_LOST once it isn't renewed.

        That is where another run has taken over, and where `progress` hasn't grown for so long that others come first.
        """
        while True:
            self._pause.since = seconds_with_sleep()
            await clock.sleep(self.seconds / 3)
            if not self._has_slept():
                self._pause.since = None
            await beside(self._renew, progress())

    def _renew(self, progress: int) -> None:
        with self.records.transaction() as tx:
            if not tx.leases.renew(self.holder_id, self.epoch, self.seconds, progress):
                raise self._lost(tx)

    def _lost(self, tx: Transaction) -> Failure:
        state = tx.leases.state()
        if state is not None and state.epoch == self.epoch and state.is_stalled:
            return Failure(FailureCode.LEASE_LOST, "no progress", title=_STALLED, advice=_STALLED_ADVICE)
        return Failure(FailureCode.LEASE_LOST)

    def explained(self, failure: Failure) -> Failure:
        """The same; where the lease was lost because this computer slept, in those words."""
        if failure.code is FailureCode.LEASE_LOST and self._has_slept():
            return Failure(failure.code, "slept", title=_SLEPT, advice=_STALLED_ADVICE)
        return failure

    def _has_slept(self) -> bool:
        since = self._pause.since
        return since is not None and seconds_with_sleep() - since > self.seconds

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
        dead = state.process if state is not None and is_left_by_dead(state, holder) else ""
        taken = tx.leases.take(holder_id, holder.device, holder.process, seconds, dead)
        if isinstance(taken, LeaseHeld):
            rules = tx.settings.call_rules()
            title = held_words(taken, holder, rules.zone, habits_of(rules.country))
            raise Failure(FailureCode.OTHER_COMPUTER, "the lease is held", title=title)
    return Lease(records, seconds, taken.epoch, holder_id)


def give_back(records: ClinicRecords, holder_id: str) -> None:
    """Release the lease if this holder has it, whether or not it ever heard so."""
    with records.transaction() as tx:
        state = tx.leases.state()
        if state is not None:
            tx.leases.release(holder_id, state.epoch)


def is_left_by_dead(state: LeaseState, holder: Holder) -> bool:
    """Whether a process of this computer's that runs no more has it; what others call themselves counts for nothing."""
    return state.is_of(holder.device) and is_dead(state.process)


def held_words(held: LeaseHeld, holder: Holder, zone: ZoneInfo, habits: Habits) -> str:
    """Who is syncing now, and since when, by the clinic's clock."""
    here = held.is_mine and held.device == holder.device
    who = "This computer" if here else shown_holder(held.device or "Another computer", held)
    return f"{who} is syncing now (started {habits.clock(held.acquired_at.astimezone(zone).time())})."


def shown_holder(device: str, held: LeaseHeld | LeaseState) -> str:
    """A computer by the name that it gave itself, and by whose login, which it can't choose."""
    return device if held.is_mine or not held.held_by else f"{device} (by {held.held_by})"

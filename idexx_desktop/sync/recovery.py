"""Runs that nobody carries on: their program or computer stopped, or froze past its lease. They are closed as such."""

from __future__ import annotations

from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.leases import LeaseState
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.sync.lease import is_left_by_dead
from idexx_desktop.sync.parts import Holder


def close_stale_runs(records: ClinicRecords, holder: Holder, now: datetime) -> int:
    """Close this user's runs that are still `running` and that no live lease stands for, on whatever computer.

    They become `timeout` with the reason. Returns how many.
    """
    with records.transaction() as tx:
        lease = tx.leases.state()
        # a run that takes the lease from now on has a later epoch
        live_from = 0 if lease is None else lease.epoch + int(not is_alive(lease, holder))
        return tx.sessions.close_stale(live_from, FailureCode.CRASHED, now=now)


def is_alive(lease: LeaseState, holder: Holder) -> bool:
    """Whether a lease stands for a run that goes on, as far as can be seen from here."""
    return lease.is_held and not is_left_by_dead(lease, holder)

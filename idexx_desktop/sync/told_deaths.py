"""What people told of pets that died, followed up by every program of the clinic, whoever told it."""

from __future__ import annotations

from datetime import datetime

from idexx_desktop.db.database import ClinicRecords


def follow_deaths(records: ClinicRecords, now: datetime) -> int:
    """Stop what is still queued for the dead, and decide on what another program stopped, or gave back; how many.

    A program that was writing a call in the very moment in which the death was told leaves it to the next look. So
    it is with calls of colleagues to a number that opted out.
    """
    with records.transaction() as tx:
        stopped = tx.deaths.stop_calls() + tx.opt_outs.stop_calls()
        keys = tx.deaths.misjudged()
    if not keys:
        return stopped
    from idexx_desktop.sync.deciding import redecide  # with all rules: where there is something to decide

    with records.transaction() as tx:
        for key in sorted(keys):
            tx.visits.lock(key)
        return stopped + redecide(tx, now, keys).visits

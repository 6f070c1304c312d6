"""A program that takes the lease, saves visits, and is frozen in the middle: run as a process of its own.

Its environment names the records (`RECORDS`, an address), after how many visits it freezes (`FREEZE_AFTER`), and
whether it does so in the middle of a write (`IN_MID_WRITE`). It says at the end which failure stopped it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from zoneinfo import ZoneInfo

from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.changes import VisitRead
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.visits import Appointment, Visit
from idexx_desktop.sync.lease import take_lease
from idexx_desktop.sync.parts import Holder
from idexx_desktop.sync.writing import Grounds, VisitWriter

# who is frozen in the middle of a write keeps its lease's row locked: that lease must run out by itself
SHORT_LEASE, LEASE_SECONDS = 1.0, 60.0
HOLDER = Holder("Front Desk 2", "17@1.00")
CLOCK = SystemClock()


class FreezingRecords(ClinicRecords):
    """Records whose user is stopped just before its last write is committed."""

    freeze = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction() as tx:
            yield tx
            if self.freeze:
                stop_here()


def stop_here() -> None:
    """As a closed lid stops a program."""
    os.kill(os.getpid(), signal.SIGSTOP)


def main() -> None:
    """Save visits until something ends it."""
    database = Database(os.environ["RECORDS"])
    identity, clinic = database.identity(), database.clinics()[0]
    records = FreezingRecords(database, identity.user_id, clinic.clinic_id)
    freeze_after, in_mid_write = int(os.environ["FREEZE_AFTER"]), os.environ["IN_MID_WRITE"] == "yes"
    lease = take_lease(records, HOLDER, SHORT_LEASE if in_mid_write else LEASE_SECONDS)
    with records.transaction() as tx:
        now = CLOCK.now()
        session = tx.sessions.start(Trigger.BUTTON, HOLDER.device, now, now, lease.epoch, now=now)
    writer = VisitWriter(records, lease, session.id, CLOCK)
    grounds = Grounds(CallRules(zone=ZoneInfo("UTC")))
    try:
        for number in count(1):
            if number > freeze_after and not in_mid_write:
                stop_here()
            records.freeze = in_mid_write and number > freeze_after
            visit = Visit(f"a:{number}", appointment=Appointment(str(number), CLOCK.now()))
            [change] = reconcile([VisitRead(visit)], {}, grounds.rules, CLOCK.now())
            for _ in writer.write([change], grounds):
                pass
    except Failure as failure:
        print(failure.code)


if __name__ == "__main__":
    main()

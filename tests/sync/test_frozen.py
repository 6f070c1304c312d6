"""A holder that is frozen past its lease and goes on later writes nothing; of many starts at once one runs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psutil
import psycopg
import pytest

from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.sync.lease import Lease, take_lease
from idexx_desktop.sync.parts import Holder
from tests.support.dump import dump_of
from tests.support.postgres import AllRecords
from tests.support.waiting import wait_until
from tests.sync import frozen_program

BACK_OFFICE = Holder("Back Office", "18@1.00")
STOPS = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system can't stop a process")


def takes(records: ClinicRecords, holder: Holder, seconds: float = 60) -> Lease | None:
    """The lease, if it is to be had."""
    try:
        return take_lease(records, holder, seconds)
    except Failure as failure:
        if failure.code is not FailureCode.OTHER_COMPUTER:
            raise
        return None


def freeze_and_thaw(everybody: AllRecords, freeze_after: int, *, in_mid_write: bool) -> None:
    """Start the other program, take over while it is frozen, let it go on: nothing changes any more."""
    given = {
        "RECORDS": everybody.database.url(everybody.database.people.a),
        "FREEZE_AFTER": str(freeze_after),
        "IN_MID_WRITE": "yes" if in_mid_write else "no",
    }
    child = subprocess.Popen(
        [sys.executable, "-m", frozen_program.__name__],
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        text=True,
    )
    process = psutil.Process(child.pid)
    wait_until(lambda: process.status() == psutil.STATUS_STOPPED)
    if not in_mid_write:
        expire(everybody)
    wait_until(lambda: takes(everybody.a, BACK_OFFICE) is not None)
    before = dump_of(everybody.database.owner_url)
    process.send_signal(signal.SIGCONT)
    said, _ = child.communicate(timeout=60)
    assert said.strip() in ("lease_lost", "database_unreachable")
    assert dump_of(everybody.database.owner_url) == before
    with everybody.a.transaction() as tx:
        state = tx.leases.state()
    assert state is not None
    assert (state.device, state.is_held) == (BACK_OFFICE.device, True)


def expire(everybody: AllRecords) -> None:
    """As if the holder's time had passed."""
    with psycopg.connect(everybody.database.owner_url) as owner:
        owner.execute("UPDATE idexx_app.sync_leases SET expires_at = now() - interval '1 second'")


@STOPS
def test_a_frozen_holder_writes_nothing_afterwards(clinic_records: AllRecords) -> None:
    freeze_and_thaw(clinic_records, 3, in_mid_write=False)


@STOPS
@pytest.mark.long(item=25)
def test_frozen_anywhere_long(clinic_records: AllRecords) -> None:
    seed = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)
    print(f"SEED={seed}")
    chance = random.Random(seed)  # noqa: S311 - where to freeze
    for _ in range(20):
        freeze_and_thaw(clinic_records, chance.randrange(20), in_mid_write=chance.random() < 0.3)
        expire(clinic_records)


@pytest.mark.parametrize("starts", [200, pytest.param(1000, marks=pytest.mark.long(item=26))])
def test_of_simultaneous_starts_exactly_one_runs_each_time(clinic_records: AllRecords, starts: int) -> None:
    address = clinic_records.database.url(clinic_records.database.people.a)
    person = clinic_records.database.people.a
    ready = threading.Barrier(2, timeout=60)
    taken: list[list[Lease]] = [[] for _ in range(starts)]

    def program(number: int) -> None:
        with closing(Database(address)) as database:
            records = ClinicRecords(database, person.user_id, person.clinic_id)
            holder = Holder(f"Front Desk {number}", f"{number}@1.00")
            for leases in taken:
                ready.wait()
                if (lease := takes(records, holder)) is not None:
                    leases.append(lease)
                ready.wait()
                if lease is not None:
                    lease.release()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(program, number) for number in (1, 2)]:
            each.result()
    assert [len(leases) for leases in taken] == [1] * starts
    epochs = [leases[0].epoch for leases in taken]
    assert epochs == sorted(set(epochs))

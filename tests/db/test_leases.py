"""One lease a clinic: who gets it, how it is kept, and that whoever lost it writes nothing."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.leases import LeaseHeld, LeaseTaken
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.computers import plain_name
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.postgres import AllRecords

LONG = 60.0


def take(
    records: ClinicRecords, holder: str, *, device: str = "Front Desk 1", process: str = "1:1", dead: str = ""
) -> LeaseTaken | LeaseHeld:
    with records.transaction() as tx:
        return tx.leases.take(holder, device, process, LONG, dead)


def taken(records: ClinicRecords, holder: str, **who: str) -> LeaseTaken:
    lease = take(records, holder, **who)
    assert isinstance(lease, LeaseTaken)
    return lease


def expire(everybody: AllRecords) -> None:
    """As if the holder's time had passed."""
    with psycopg.connect(everybody.database.owner_url) as owner:
        owner.execute("UPDATE idexx_app.sync_leases SET expires_at = now() - interval '1 second'")


def loses(records: ClinicRecords, holder: str, epoch: int) -> bool:
    """Whether a write under the lease is refused."""
    try:
        with records.transaction() as tx:
            tx.leases.hold(holder, epoch)
    except Failure as failure:
        return failure.code == FailureCode.LEASE_LOST
    return False


def test_one_holder_at_a_time(clinic_records: AllRecords) -> None:
    first, second = str(uuid4()), str(uuid4())
    with clinic_records.a.transaction() as tx:
        assert tx.leases.state() is None
    mine = taken(clinic_records.a, first)
    held = take(clinic_records.colleague, second, device="Front Desk 2")
    assert isinstance(held, LeaseHeld)
    assert held.device == "Front Desk 1"
    with clinic_records.colleague.transaction() as tx:
        state = tx.leases.state()
    assert state is not None
    assert (state.is_held, state.is_mine, state.epoch) == (True, False, mine.epoch)
    with clinic_records.a.transaction() as tx:
        assert tx.leases.renew(first, mine.epoch, LONG)
        assert not tx.leases.renew(second, mine.epoch, LONG)
        assert not tx.leases.release(second, mine.epoch)
        assert tx.leases.release(first, mine.epoch)
        assert not tx.leases.release(first, mine.epoch)
    assert taken(clinic_records.colleague, second, device="Front Desk 2").epoch == mine.epoch + 1


def test_another_clinic_is_another_lease(clinic_records: AllRecords) -> None:
    taken(clinic_records.a, str(uuid4()))
    taken(clinic_records.b, str(uuid4()))


def test_who_lost_it_writes_nothing(clinic_records: AllRecords) -> None:
    first, second = str(uuid4()), str(uuid4())
    old = taken(clinic_records.a, first)
    assert not loses(clinic_records.a, first, old.epoch)
    assert loses(clinic_records.a, first, old.epoch - 1)
    assert loses(clinic_records.a, second, old.epoch)
    expire(clinic_records)
    assert loses(clinic_records.a, first, old.epoch)
    with clinic_records.a.transaction() as tx:
        assert not tx.leases.renew(first, old.epoch, LONG)
    new = taken(clinic_records.colleague, second)
    assert loses(clinic_records.a, first, old.epoch)
    assert not loses(clinic_records.colleague, second, new.epoch)


def test_a_dead_process_of_the_same_computer_is_taken_over(clinic_records: AllRecords) -> None:
    taken(clinic_records.a, str(uuid4()), process="77:1700000000")
    for who, device, dead in (
        (clinic_records.a, "Front Desk 1", "78:1700000000"),
        (clinic_records.a, "Front Desk 2", "77:1700000000"),
        (clinic_records.colleague, "Front Desk 1", "77:1700000000"),
        (clinic_records.a, "Front Desk 1", ""),
    ):
        assert isinstance(take(who, str(uuid4()), device=device, dead=dead), LeaseHeld)
    taken(clinic_records.a, str(uuid4()), process="79:1", dead="77:1700000000")


def earlier(everybody: AllRecords, **minutes: int) -> None:
    """As if so much time had passed since."""
    with psycopg.connect(everybody.database.owner_url) as owner:
        for column, count in minutes.items():
            owner.execute(
                f"UPDATE idexx_app.sync_leases SET {column} = {column} - make_interval(mins => %s)".encode(),
                (count,),
            )


def test_who_makes_no_progress_does_not_keep_it(clinic_records: AllRecords) -> None:
    """However often it is renewed: another computer's turn comes. What is held until then ends by itself."""
    holder = str(uuid4())
    mine = taken(clinic_records.a, holder)

    def renew(progress: int | None) -> bool:
        with clinic_records.a.transaction() as tx:
            return tx.leases.renew(holder, mine.epoch, LONG, progress)

    earlier(clinic_records, acquired_at=14)
    assert renew(None)
    assert renew(0)
    earlier(clinic_records, acquired_at=2)
    assert not renew(None)
    assert not renew(0)
    with clinic_records.colleague.transaction() as tx:
        state = tx.leases.state()
    assert state is not None
    assert (state.is_held, state.is_stalled) == (True, True)
    expire(clinic_records)
    assert isinstance(take(clinic_records.colleague, str(uuid4())), LeaseTaken)


def test_progress_keeps_it(clinic_records: AllRecords) -> None:
    """A number that has grown, or a write under the lease; not the same number again, nor a smaller one."""
    holder = str(uuid4())
    mine = taken(clinic_records.a, holder)

    def renew(progress: int | None) -> bool:
        with clinic_records.a.transaction() as tx:
            return tx.leases.renew(holder, mine.epoch, LONG, progress)

    earlier(clinic_records, acquired_at=16)
    assert renew(5)
    earlier(clinic_records, progressed_at=16)
    for same in (5, 4, None):
        assert not renew(same)
    assert renew(6)
    earlier(clinic_records, progressed_at=16)
    with clinic_records.a.transaction() as tx:
        tx.leases.hold(holder, mine.epoch)
    assert renew(6)
    # a program before 0.2.0 knows no number
    with psycopg.connect(clinic_records.database.url(clinic_records.database.people.a)) as connection:
        query = "SELECT idexx_app.renew_lease(%s, %s, %s, 60)"
        given = (clinic_records.a.clinic_id, holder, mine.epoch)
        assert connection.execute(query, given).fetchone() == (True,)
        connection.commit()
        earlier(clinic_records, progressed_at=16)
        assert connection.execute(query, given).fetchone() == (False,)


def test_nobody_keeps_it_for_ever(clinic_records: AllRecords) -> None:
    """A number can be made up: after four hours the next one may try."""
    holder = str(uuid4())
    mine = taken(clinic_records.a, holder)
    for hours, expected in ((239, True), (2, False)):
        earlier(clinic_records, acquired_at=hours)
        with clinic_records.a.transaction() as tx:
            assert tx.leases.renew(holder, mine.epoch, LONG, hours * 1000) is expected


def test_progress_is_noted_without_waiting(clinic_records: AllRecords) -> None:
    """Two writes of one run at the same time never wait for each other because of it."""
    holder = str(uuid4())
    mine = taken(clinic_records.a, holder)
    with clinic_records.a.transaction() as first, clinic_records.a.transaction() as second:
        first.leases.hold(holder, mine.epoch)
        # as if a minute had passed: this write would be noted, and finds the row in use
        second.session.execute(text("SET LOCAL lock_timeout = '100ms'"))
        with psycopg.connect(clinic_records.database.owner_url) as owner:
            owner.execute("SELECT FROM idexx_app.sync_leases FOR KEY SHARE")
        second.leases.hold(holder, mine.epoch)


def test_who_has_it_says_the_database(clinic_records: AllRecords) -> None:
    """A computer's name is what it says itself; whose login it is can't be chosen."""
    posing = "Front Desk 1\u202e\u200b (by test_a@oak.example)\n" + "x" * 100
    taken(clinic_records.colleague, str(uuid4()), device=posing)
    held = take(clinic_records.a, str(uuid4()))
    assert isinstance(held, LeaseHeld)
    assert held.device == plain_name(posing) == "Front Desk 1 by test_aoak.example" + "x" * 27
    assert (held.held_by, held.is_mine) == ("test_colleague@oak.example", False)
    with clinic_records.a.transaction() as tx:
        state = tx.leases.state()
    assert state is not None
    assert (state.held_by, state.is_of(held.device)) == ("test_colleague@oak.example", False)


def test_names_of_computers_are_plain_in_every_row(clinic_records: AllRecords) -> None:
    a = clinic_records.database.people.a
    odd = "\u202eDesk\t\x1b[31m <b>2</b>\u2066"
    with psycopg.connect(clinic_records.database.url(a)) as connection:
        for statement in (
            "INSERT INTO public.idexx_sync_sessions (user_id, clinic_id, device)"
            " VALUES (%(user)s, %(clinic)s, %(odd)s)",
            "INSERT INTO public.missed_runs (clinic_id, due_at, reason, device)"
            " VALUES (%(clinic)s, now(), 'off', %(odd)s)",
        ):
            found = connection.execute(
                statement.encode() + b" RETURNING device",
                {"user": a.user_id, "clinic": a.clinic_id, "odd": odd},
            ).fetchone()
            assert found == (plain_name(odd),) == ("Desk[31m b2/b",)


def test_the_program_and_the_database_mean_the_same_plain_name(clinic_records: AllRecords) -> None:
    """Every sign there is, one by one and together: else a computer would not know itself again."""
    signs = [chr(code) for code in range(1, 0xE0FFF) if not 0xD800 <= code <= 0xDFFF]
    names = ["x".join(signs[start : start + 40]) for start in range(0, len(signs), 40)]
    with psycopg.connect(clinic_records.database.owner_url) as owner:
        found = owner.execute("SELECT idexx_app.plain_name(n) FROM unnest(%s::text[]) n", (names,)).fetchall()
    assert [row[0] for row in found] == [plain_name(name) for name in names]
    unseen = {sign for sign in signs if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp")}
    assert {sign for sign in unseen if plain_name(sign)} <= {chr(code) for code in range(0x110BD, 0x13440)}


def test_it_expires_by_the_databases_clock(clinic_records: AllRecords) -> None:
    """With the shortest time there is, and nobody's help."""
    with clinic_records.a.transaction() as tx:
        lease = tx.leases.take(str(uuid4()), "Front Desk 1", "1:1", 1.0)
    assert isinstance(lease, LeaseTaken)
    is_free = wait_until(lambda: isinstance(take(clinic_records.colleague, str(uuid4())), LeaseTaken))
    assert is_free


def test_a_write_that_is_going_on_is_waited_for(clinic_records: AllRecords) -> None:
    holder, taker = str(uuid4()), str(uuid4())
    mine = taken(clinic_records.a, holder, process="1:1")
    with ThreadPoolExecutor(1) as pool:
        with clinic_records.a.transaction() as tx:
            tx.leases.hold(holder, mine.epoch)
            # its process is said to be dead, so the other one need not wait for the time to pass
            other = pool.submit(take, clinic_records.a, taker, process="2:2", dead="1:1")
            assert wait_until(lambda: waiting_for_a_lock(clinic_records))
            assert not other.done()
            tx.session.execute(text("UPDATE public.clinic_settings SET calls_paused = true"))
        assert isinstance(other.result(timeout=10), LeaseTaken)
    assert loses(clinic_records.a, holder, mine.epoch)


def test_a_frozen_write_is_reported_as_held(clinic_records: AllRecords) -> None:
    holder = str(uuid4())
    mine = taken(clinic_records.a, holder, process="1:1")
    with clinic_records.a.transaction() as frozen:
        frozen.leases.hold(holder, mine.epoch)
        with clinic_records.a.transaction() as tx:
            tx.session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            assert isinstance(tx.leases.take(str(uuid4()), "Front Desk 1", "2:2", LONG, "1:1"), LeaseHeld)


def test_simultaneous_starts(clinic_records: AllRecords) -> None:
    """However many start at once, one runs; SAFETY 26 at the level of the lease, in small."""
    together = threading.Barrier(4)

    def start(records: ClinicRecords) -> LeaseTaken | LeaseHeld:
        together.wait()
        return take(records, str(uuid4()))

    with ThreadPoolExecutor(4) as pool:
        for _ in range(10):
            runs = pool.map(start, [clinic_records.a, clinic_records.colleague] * 2)
            assert sum(isinstance(run, LeaseTaken) for run in runs) == 1
            expire(clinic_records)


def test_only_for_members(clinic_records: AllRecords) -> None:
    clinic = clinic_records.a.clinic_id
    stranger = ClinicRecords(clinic_records.b.database, clinic_records.b.user_id, clinic)
    attempts: list[Callable[[Transaction], object]] = [
        lambda tx: tx.leases.take(str(uuid4()), "x", "1:1", LONG),
        lambda tx: tx.leases.renew(str(uuid4()), 1, LONG),
        lambda tx: tx.leases.release(str(uuid4()), 1),
        lambda tx: tx.leases.hold(str(uuid4()), 1),
        lambda tx: tx.leases.state(),
    ]
    for attempt in attempts:
        with pytest.raises(Failure) as refused, stranger.transaction() as tx:
            attempt(tx)
        assert refused.value.code == FailureCode.DATABASE_REFUSED


def waiting_for_a_lock(everybody: AllRecords) -> bool:
    with psycopg.connect(everybody.database.owner_url) as owner:
        row = owner.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return row is not None and row[0] > 0


def wait_until(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Whether it comes true in time."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return True
        pause.wait(0.02)
    return False

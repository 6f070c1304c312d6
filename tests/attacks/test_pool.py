"""Threads share few connections, while statements fail, are cancelled, and connections are killed: nobody is mistaken.

Two programs' own pools, one of A's login and one of B's, on one database. Some transactions poison their connection
with B's or A's claims, roles, search paths and temporary tables, and hand it back.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.attacks.rows import fill
from tests.support.postgres import ClinicDatabase, Person

THREADS, POOL = 8, 2
KILL_EVERY, CANCEL_EVERY = 200, 50
# what the database's own troubles are called; anything else fails the test
TROUBLE = {FailureCode.DATABASE_UNREACHABLE}
WHO = text("""
    SELECT session_user::text, idexx_app.current_user_id()::text, idexx_app.is_admin(),
      ARRAY(SELECT DISTINCT user_id::text FROM public.cases), ARRAY(SELECT DISTINCT clinic_id::text FROM public.visits)
""")
Work = Callable[[Transaction, "Shared", random.Random], None]


class Shared:
    """What the threads of one login work with, and what they saw."""

    def __init__(self, database: ClinicDatabase, me: Person, other: Person) -> None:
        self.me, self.other = me, other
        self.records = ClinicRecords(
            Database(database.url(me), pool_size=POOL, application_name="pooled"), me.user_id, me.clinic_id
        )
        self.counts: Counter[str] = Counter()
        self.counting = threading.Lock()
        self.expected = (me.login, me.user_id, False, [me.user_id], [me.clinic_id])

    def count(self, what: str) -> None:
        with self.counting:
            self.counts[what] += 1


def look(tx: Transaction, shared: Shared, _: random.Random) -> None:
    assert tuple(tx.session.execute(WHO).one()) == shared.expected


def fail(tx: Transaction, _: Shared, __: random.Random) -> None:
    tx.session.execute(text("SELECT 1 / 0"))


def write_for_another(tx: Transaction, shared: Shared, _: random.Random) -> None:
    insert = text("INSERT INTO public.cases (user_id) VALUES (:user)")
    tx.session.execute(insert, {"user": shared.other.user_id})


def write(tx: Transaction, shared: Shared, _: random.Random) -> None:
    changed = tx.session.execute(text("UPDATE public.cases SET external_id = :key RETURNING user_id::text"),
                                 {"key": str(uuid4())})  # fmt: skip
    assert {row[0] for row in changed} == {shared.me.user_id}


def poison(tx: Transaction, shared: Shared, chance: random.Random) -> None:
    """Kept by the connection: it is set for the session, and committed."""
    claims = json.dumps({"sub": shared.other.user_id, "role": "service_role"})
    ways = (
        f"SELECT set_config('request.jwt.claims', '{claims}', false)",
        "SET SESSION ROLE idexx_user",
        "SET SESSION search_path = pg_temp, public",
        "CREATE TEMP TABLE IF NOT EXISTS cases AS SELECT gen_random_uuid() AS user_id",
        f"SELECT set_config('idexx_app.user_id', '{shared.other.user_id}', false)",
    )
    tx.session.connection().exec_driver_sql(chance.choice(ways))


# how often each is done, of a hundred
WORK: tuple[tuple[Work, int], ...] = ((look, 80), (write, 8), (poison, 6), (fail, 3), (write_for_another, 3))


def run(shared: list[Shared], count: int, seed: int, root_url: str) -> None:
    """`count` transactions of A's and B's by turns, each with a fresh look at who one is at its start."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    kinds, weights = zip(*WORK, strict=True)
    with psycopg.connect(root_url, autocommit=True) as root:
        for number in range(count):
            if number % CANCEL_EVERY == 0:
                disturb(root, "pg_cancel_backend")
            if number % KILL_EVERY == 0:
                disturb(root, "pg_terminate_backend")
            work = chance.choices(kinds, weights)[0]
            mine = chance.choice(shared)
            mine.count(one(mine, work, chance))


def one(shared: Shared, work: Work, chance: random.Random) -> str:
    """What became of one transaction."""
    try:
        with shared.records.transaction() as tx:
            look(tx, shared, chance)
            if work is not look:
                work(tx, shared, chance)
    except Failure as failure:
        if work is fail and failure.code == FailureCode.OURS:
            return "failed"
        if work is write_for_another and failure.code == FailureCode.DATABASE_REFUSED:
            return "refused"
        if failure.code not in TROUBLE:
            raise
        return "disturbed"
    assert work not in (fail, write_for_another)
    return "done"


def disturb(root: psycopg.Connection, how: str) -> None:
    """Cancel or kill any of the pools' connections, rather one that is at work."""
    root.execute(
        f"SELECT {how}(pid) FROM (SELECT pid FROM pg_stat_activity WHERE application_name = 'pooled'"
        " AND datname = current_database() ORDER BY state = 'active' DESC, random() LIMIT 1) any_of_them".encode()
    )


@pytest.fixture
def shared(clinic_database: ClinicDatabase) -> Iterator[list[Shared]]:
    people = clinic_database.people
    with psycopg.connect(clinic_database.owner_url) as owner:
        fill(owner, people.a)
        fill(owner, people.b)
    both = [Shared(clinic_database, people.a, people.b), Shared(clinic_database, people.b, people.a)]
    with closing(both[0].records.database), closing(both[1].records.database):
        yield both


@pytest.mark.parametrize("count", [1_000, pytest.param(20_000, marks=pytest.mark.long(item=15))])
def test_nobody_is_mistaken(clinic_database: ClinicDatabase, shared: list[Shared], count: int) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        running = [
            pool.submit(run, shared, count // THREADS, seed, clinic_database.owner_url)
            for seed in range(THREADS)
        ]
        for thread in running:
            thread.result()
    counts = shared[0].counts + shared[1].counts
    assert counts.total() == count
    assert min(counts["failed"], counts["refused"]) > count * 0.02
    assert 0 < counts["disturbed"] < count * 0.1
    with psycopg.connect(clinic_database.owner_url) as owner:
        rows = owner.execute("SELECT count(*), count(DISTINCT user_id) FROM public.cases").fetchone()
    assert rows == (2, 2)

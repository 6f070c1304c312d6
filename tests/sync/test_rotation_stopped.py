"""SAFETY 5: a rotation that is stopped anywhere leaves every sign-in readable, and ends right when it runs again."""

from __future__ import annotations

import random
import secrets
import signal
import threading
from collections import Counter
from pathlib import Path

import pytest

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.stores import SecretStore
from tests.support.postgres import ClinicDatabase
from tests.sync.rotating import (
    CountedStore,
    MemoryStore,
    SignIns,
    Tables,
    counted_statements,
    file_store,
    sign_ins,
    start_child,
)

SECONDS = 120.0


class Stop(BaseException):
    """As final as a crash: nothing catches it."""


class Countdown:
    """Counts operations, and stops at the one of this number."""

    def __init__(self, last: int | None = None) -> None:
        self.last = last
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        if self.count == self.last:
            raise Stop


def stopped_at(made: SignIns, store: SecretStore, number: int) -> bool:
    """Whether a rotation was stopped before this operation; False where it had ended by then."""
    countdown = Countdown(number)
    with counted_statements(made.database, countdown):
        try:
            made.rotate(CountedStore(store, countdown))
        except Stop:
            return True
    return False


def ends_right(made: SignIns, tables: Tables, store: SecretStore) -> str:
    """Run again: every row on the new key, and no other key left; that key's id."""
    again = made.rotate(store)
    assert (again.rows, again.left_behind) == (len(made.records), 0)
    assert set(tables.keys(store).values()) == {again.key_id}
    assert KeyRing(store, SystemClock()).key_ids() == {again.key_id}
    return again.key_id


def fresh(store: SecretStore, key_id: str) -> MemoryStore:
    """A store that holds this key and nothing else, so that each rotation has the same operations."""
    keys, new = KeyRing(store, SystemClock()), MemoryStore()
    KeyRing(new, SystemClock()).keep_key(key_id, keys.key(key_id), keys.created_at(key_id))
    return new


def test_stopped_at_every_operation(clinic_database: ClinicDatabase) -> None:
    """Each look at the store, each change of it, each statement and each commit."""
    store = MemoryStore()
    stops = 0
    with sign_ins(clinic_database, store, 2) as (made, tables):
        while True:
            store = fresh(store, ends_right(made, tables, store))
            before, recorded = tables.keys(store), tables.audited()
            if not stopped_at(made, store, stops + 1):
                break
            stops += 1
            after = tables.keys(store)
            # what was done is in the activity record, and nothing else is
            assert tables.audited() - recorded == Counter(dict(after.items() - before.items()).values())
    assert stops > 40


def killed_at_random(
    clinic_database: ClinicDatabase, path: Path, *, rows: int, kills: int, chance: random.Random
) -> None:
    """Kill a process that rotates again and again, with the keys in a file; each kill follows some operation."""
    store = file_store(path)
    with sign_ins(clinic_database, store, rows) as (made, tables):
        operations = Countdown()
        with counted_statements(made.database, operations):
            made.rotate(CountedStore(store, operations))
        in_use: set[str] = set()
        for _ in range(kills):
            kill_after(made, path, chance.randint(1, operations.count))
            in_use |= set(tables.keys(store).values())
        # the kills hit something: rows were left on keys of several rotations
        assert len(in_use) > kills // 4
        ends_right(made, tables, store)


def kill_after(made: SignIns, store: Path, operations: int) -> None:
    """Start a process that rotates, and kill it once it has begun its operation of this number."""
    child = start_child(made, store)
    too_late = threading.Timer(SECONDS, child.kill)
    too_late.start()
    try:
        assert child.stdout is not None
        seen = 0
        while seen < operations and (read := child.stdout.read(operations - seen)):
            seen += len(read)
        assert seen == operations
    finally:
        child.kill()
        too_late.cancel()
        child.communicate()
    assert child.returncode == -signal.SIGKILL


def test_killed_four_times(clinic_database: ClinicDatabase, tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - chooses when to kill
    killed_at_random(clinic_database, tmp_path / "vault.json", rows=40, kills=4, chance=chance)


@pytest.mark.long(item=5)
def test_killed_two_hundred_times(clinic_database: ClinicDatabase, tmp_path: Path) -> None:
    seed = secrets.randbits(32)
    print(f"\nrotation killed: seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - chooses when to kill
    killed_at_random(clinic_database, tmp_path / "vault.json", rows=1000, kills=200, chance=chance)

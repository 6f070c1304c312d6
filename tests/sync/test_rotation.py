"""A new key for sealed sign-ins: what it changes, what it leaves alone, and who else may be writing meanwhile."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.sync.rotation import Rotated, rotate
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer
from tests.support.postgres import NEO_URL, ClinicDatabase
from tests.support.waiting import wait_for_lock
from tests.sync.rotating import MemoryStore, SignIns, Tables, sign_ins

USERS = 3


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def keys(store: MemoryStore) -> KeyRing:
    return KeyRing(store, SystemClock())


@pytest.fixture
def kept(clinic_database: ClinicDatabase, store: MemoryStore) -> Iterator[tuple[SignIns, Tables]]:
    """Three sign-ins on one key; the first is without cookies."""
    with sign_ins(clinic_database, store, USERS) as both:
        yield both


def rows_of(made: SignIns) -> list[SealedCredentials]:
    rows = []
    for each in made.records:
        with each.transaction() as tx:
            row = tx.credentials.get()
            assert row is not None
            rows.append(row)
    return rows


def test_every_sign_in_gets_the_new_key_and_stays_the_same(
    kept: tuple[SignIns, Tables], store: MemoryStore, keys: KeyRing
) -> None:
    made, tables = kept
    before = rows_of(made)
    done = made.rotate(store)
    assert done == Rotated(done.key_id, USERS, 0)
    assert list(tables.keys(store).values()) == [done.key_id] * USERS
    assert keys.active_key_id() == done.key_id
    assert keys.key_ids() == {done.key_id}
    for old, new in zip(before, rows_of(made), strict=True):
        assert old.encrypted_password != new.encrypted_password
        assert old == replace(
            new,
            encrypted_company_id=old.encrypted_company_id,
            encrypted_username=old.encrypted_username,
            encrypted_password=old.encrypted_password,
            encryption_key_id=old.encryption_key_id,
            updated_at=old.updated_at,
        )


def test_what_this_computer_cannot_open_is_left_as_it_is(
    kept: tuple[SignIns, Tables], store: MemoryStore, keys: KeyRing
) -> None:
    """One row is on another computer's key, one was changed; the key that it names stays."""
    made, tables = kept
    old = keys.active_key_id()
    foreign, broken, good = (each.user_id for each in made.records)
    tables.ask("UPDATE idexx_credentials SET encryption_key_id = 'ffffffffffff' WHERE user_id = %s", foreign)
    tables.ask(
        "UPDATE idexx_credentials SET encrypted_username = encrypted_password WHERE user_id = %s", broken
    )
    before = rows_of(made)
    done = made.rotate(store)
    assert done == Rotated(done.key_id, 1, 2)
    after = rows_of(made)
    assert after[:2] == before[:2]
    assert (after[2].user_id, after[2].encryption_key_id) == (good, done.key_id)
    assert keys.key_ids() == {old, done.key_id}
    assert sum(tables.audited().values()) == 1


@pytest.mark.parametrize(
    "change",
    ["encrypted_cookies = 'changed'", "encryption_key_id = 'ffffffffffff'", "credential_version = 1"],
)
def test_cookies_that_are_of_no_use_go(
    kept: tuple[SignIns, Tables], store: MemoryStore, keys: KeyRing, change: str
) -> None:
    made, tables = kept
    last = made.records[-1].user_id
    tables.ask(f"UPDATE neo_cookies SET {change} WHERE user_id = %s", last)
    done = made.rotate(store)
    assert (done.rows, done.left_behind) == (USERS, 0)
    left = tables.ask("SELECT user_id::text AS id, encryption_key_id AS key FROM neo_cookies")
    assert left == [{"id": made.records[1].user_id, "key": done.key_id}]
    assert keys.key_ids() == {done.key_id}


def test_an_effect_that_is_not_recorded_does_not_happen(
    kept: tuple[SignIns, Tables], store: MemoryStore, keys: KeyRing
) -> None:
    made, tables = kept
    before = tables.keys(store)

    def refuse(_tx: Transaction, _row: SealedCredentials, _key_id: str) -> None:
        raise Failure(FailureCode.DATABASE_REFUSED, "no room in the activity record")

    with pytest.raises(Failure, match="no room"):
        rotate(made.records, keys, Sealer(keys), SystemClock(), refuse)
    assert tables.keys(store) == before
    assert set(before.values()) < keys.key_ids()


def test_without_a_sign_in_every_key_stays(
    clinic_database: ClinicDatabase, store: MemoryStore, keys: KeyRing
) -> None:
    """The very first sign-in may be on its way, sealed with the key that was in use when it began."""
    with sign_ins(clinic_database, store, 1) as (made, tables):
        before = keys.key_ids()
        tables.ask("DELETE FROM idexx_credentials")
        done = made.rotate(store)
    assert done == Rotated(done.key_id, 0, 0)
    assert keys.key_ids() == before | {done.key_id}


def test_a_sign_in_that_is_being_saved_is_waited_for(
    kept: tuple[SignIns, Tables], store: MemoryStore, keys: KeyRing
) -> None:
    """It was sealed with the old key, which must not be dropped from under it."""
    made, tables = kept
    old = keys.active_key_id()
    with ThreadPoolExecutor(1) as pool:
        with made.records[0].transaction() as tx:
            assert tx.credentials.reserve()
            rotating = pool.submit(made.rotate, store)
            wait_for_lock(tables.ask)
            assert keys.active_key_id() != old
            made.put(tx, made.records[0], keys, old, NEO_URL, with_cookies=False)
        done = rotating.result(timeout=30)
    assert done == Rotated(done.key_id, USERS, 0)
    assert set(tables.keys(store).values()) == {done.key_id}


def test_a_key_that_somebody_makes_meanwhile_is_theirs(
    kept: tuple[SignIns, Tables], store: MemoryStore, keys: KeyRing
) -> None:
    """A sign-in that is saved while the rotation is under way stays on its own, newer key."""
    made, tables = kept
    newer: list[str] = []

    def save_another(_tx: Transaction, row: SealedCredentials, _key_id: str) -> None:
        if row.user_id == made.records[0].user_id:
            newer.append(keys.add_key())
            with made.records[1].transaction() as tx:
                made.put(tx, made.records[1], keys, newer[0], NEO_URL, with_cookies=True)

    done = rotate(made.records, keys, Sealer(keys), SystemClock(), save_another)
    assert done == Rotated(done.key_id, 2, 1)
    assert Counter(tables.keys(store).values()) == {done.key_id: 2, newer[0]: 1}
    assert keys.key_ids() == {done.key_id, newer[0]}


def test_rotations_at_the_same_time_lose_nothing(
    kept: tuple[SignIns, Tables], store: MemoryStore, keys: KeyRing
) -> None:
    made, tables = kept
    together = threading.Barrier(2)

    def start(_: int) -> Rotated:
        together.wait()
        return made.rotate(store)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            both = list(pool.map(start, range(2)))
            in_use = set(tables.keys(store).values())
            assert in_use <= {each.key_id for each in both}
            assert in_use <= keys.key_ids()
    done = made.rotate(store)
    assert (done.rows, done.left_behind) == (USERS, 0)

"""Sealed data keys are kept for each computer and dropped with it or with their key; one kit counts."""

from __future__ import annotations

from datetime import timedelta

from idexx_desktop.db.repositories.sealed_keys import StoredKey, StoredKit
from idexx_desktop.db.transaction import Transaction
from tests.db_repositories.made_up import NOW


def sealed(key_id: str, computer_id: str, text: str = "sealed") -> StoredKey:
    return StoredKey(key_id, computer_id, f"{text} {key_id} {computer_id}", "computer-1", "signature")


def kept(tx: Transaction, credential: str) -> set[tuple[str, str]]:
    return {
        (key, computer)
        for key in ("key-1", "key-2", "key-3")
        for computer in ("computer-1", "computer-2")
        if tx.sealed_keys.get(credential, key, computer) is not None
    }


def test_each_computer_finds_its_own(tx: Transaction) -> None:
    credential = tx.credentials.reserve()
    tx.sealed_keys.put(credential, [])
    assert kept(tx, credential) == set()
    keys = [sealed(key, computer) for key in ("key-1", "key-2") for computer in ("computer-1", "computer-2")]
    tx.sealed_keys.put(credential, keys)
    for key in keys:
        assert tx.sealed_keys.get(credential, key.key_id, key.computer_id) == key


def test_a_key_that_is_sealed_again_takes_the_old_ones_place(tx: Transaction) -> None:
    credential = tx.credentials.reserve()
    other = sealed("key-1", "computer-2")
    tx.sealed_keys.put(credential, [sealed("key-1", "computer-1"), other])
    again = sealed("key-1", "computer-1", "again")
    tx.sealed_keys.put(credential, [again])
    assert tx.sealed_keys.get(credential, "key-1", "computer-1") == again
    assert tx.sealed_keys.get(credential, "key-1", "computer-2") == other


def test_old_keys_and_removed_computers_go(tx: Transaction) -> None:
    credential = tx.credentials.reserve()
    places = [
        (key, computer) for key in ("key-1", "key-2", "key-3") for computer in ("computer-1", "computer-2")
    ]
    tx.sealed_keys.put(credential, [sealed(*place) for place in places])
    assert tx.sealed_keys.keep_only(credential, {"key-2", "key-3"}) == 2
    assert kept(tx, credential) == set(places[2:])
    assert tx.sealed_keys.drop_computer(credential, "computer-2") == 2
    assert kept(tx, credential) == {("key-2", "computer-1"), ("key-3", "computer-1")}
    assert tx.sealed_keys.keep_only(credential, ()) == 2
    assert kept(tx, credential) == set()


def test_one_kit_counts(tx: Transaction) -> None:
    credential = tx.credentials.reserve()
    assert tx.recovery_kit.get(credential) is None
    assert not tx.recovery_kit.drop(credential)
    first = StoredKit("kit-1", "anchor", NOW)
    second = StoredKit("kit-2", "another anchor", NOW + timedelta(days=1))
    for kit in (first, second):
        tx.recovery_kit.put(credential, kit)
        assert tx.recovery_kit.get(credential) == kit
    assert tx.recovery_kit.drop(credential)
    assert tx.recovery_kit.get(credential) is None

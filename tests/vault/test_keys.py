"""Keys by id: made at first use, never replaced silently, missing when missing, locked when locked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from keyring.errors import KeyringLocked

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer
from tests.vault.conftest import CONTEXT, MemoryKeyring


class NoonClock(SystemClock):
    """Always the same noon."""

    def now(self) -> datetime:
        return datetime(2026, 3, 1, 12, tzinfo=UTC)


def code_of(keys: KeyRing, key_id: str) -> FailureCode:
    with pytest.raises(Failure) as caught:
        keys.key(key_id)
    return caught.value.code


def test_first_use_makes_one_key_and_keeps_it(keys: KeyRing, memory: MemoryKeyring) -> None:
    key_id = keys.active_key_id()
    again = KeyRing(KeyringStore("profile-1"), SystemClock())
    assert again.active_key_id() == key_id
    assert again.key(key_id) == keys.key(key_id)
    assert len(keys.key(key_id)) == 32
    assert {name for _, name in memory.entries} == {f"key:{key_id}", "active-key"}


def test_added_key_is_in_use_and_the_old_one_stays(keys: KeyRing) -> None:
    old = keys.active_key_id()
    old_bytes = keys.key(old)
    new = keys.add_key()
    assert keys.active_key_id() == new != old
    assert keys.key(old) == old_bytes != keys.key(new)


def test_profiles_do_not_see_each_other(keys: KeyRing) -> None:
    key_id = keys.active_key_id()
    other = KeyRing(KeyringStore("profile-2"), SystemClock())
    assert code_of(other, key_id) is FailureCode.KEY_MISSING


@pytest.mark.parametrize(
    "damage", [None, "", "{}", "[]", "null", '{"key": "AA", "created": "2026-03-01"}', '{"key": 1}']
)
def test_lost_or_damaged_key_is_missing_and_sealing_goes_on(
    keys: KeyRing, memory: MemoryKeyring, damage: str | None
) -> None:
    sealer = Sealer(keys)
    sealed = sealer.seal("secret", CONTEXT)
    entry = ("idexx-desktop:profile-1", f"key:{sealed.key_id}")
    del memory.entries[entry]
    if damage is not None:
        memory.entries[entry] = damage
    assert code_of(keys, sealed.key_id) is FailureCode.KEY_MISSING
    again = sealer.seal("secret", CONTEXT)
    assert again.key_id != sealed.key_id
    assert sealer.open(again.text, again.key_id, CONTEXT) == "secret"
    assert code_of(keys, sealed.key_id) is FailureCode.KEY_MISSING


def test_locked_is_not_missing_and_makes_no_key(keys: KeyRing, memory: MemoryKeyring) -> None:
    key_id = keys.active_key_id()
    memory.error = KeyringLocked()
    assert code_of(keys, key_id) is FailureCode.VAULT_LOCKED
    with pytest.raises(Failure) as caught:
        keys.active_key_id()
    assert caught.value.code is FailureCode.VAULT_LOCKED
    memory.error = None
    assert keys.active_key_id() == key_id


def test_key_says_when_it_was_made(memory: MemoryKeyring) -> None:
    keys = KeyRing(KeyringStore("profile-1"), NoonClock())
    assert keys.created_at(keys.active_key_id()) == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_entries_fit_every_computer(keys: KeyRing, memory: MemoryKeyring) -> None:
    keys.active_key_id()
    assert max(len(value) for value in memory.entries.values()) < 200

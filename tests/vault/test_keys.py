"""Keys by id: made at first use, never replaced silently, missing when missing, locked when locked."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from keyring.errors import KeyringLocked

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer
from tests.vault.computers import code_of as refusal_of
from tests.vault.conftest import CONTEXT, MemoryKeyring


class NoonClock(SystemClock):
    """Always the same noon."""

    def now(self) -> datetime:
        return datetime(2026, 3, 1, 12, tzinfo=UTC)


class StoppingStore(KeyringStore):
    """The program dies right before change number `steps` of its store."""

    def __init__(self, steps: int) -> None:
        super().__init__("profile-1")
        self._steps = steps

    def set(self, name: str, value: str) -> None:
        self._step()
        super().set(name, value)

    def delete(self, name: str) -> None:
        self._step()
        super().delete(name)

    def _step(self) -> None:
        if self._steps == 0:
            raise Stopped
        self._steps -= 1


class Stopped(Exception):  # noqa: N818 - no error, a crash
    """The crash of `StoppingStore`."""


def code_of(keys: KeyRing, key_id: str) -> FailureCode:
    return refusal_of(keys.key, key_id)


def kept_keys(memory: MemoryKeyring) -> set[str]:
    """The ids of all keys that really lie in the store."""
    return {name.removeprefix("key:") for _, name in memory.entries if name.startswith("key:")}


def test_first_use_makes_one_key_and_keeps_it(keys: KeyRing, memory: MemoryKeyring) -> None:
    key_id = keys.active_key_id()
    again = KeyRing(KeyringStore("profile-1"), SystemClock())
    assert again.active_key_id() == key_id
    assert again.key(key_id) == keys.key(key_id)
    assert len(keys.key(key_id)) == 32
    assert {name for _, name in memory.entries} == {f"key:{key_id}", "active-key", f"key-ids:{key_id[0]}"}


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
    assert refusal_of(keys.active_key_id) is FailureCode.VAULT_LOCKED
    assert refusal_of(keys.key_ids) is FailureCode.VAULT_LOCKED
    memory.error = None
    assert keys.active_key_id() == key_id


def test_key_says_when_it_was_made(memory: MemoryKeyring) -> None:
    keys = KeyRing(KeyringStore("profile-1"), NoonClock())
    assert keys.created_at(keys.active_key_id()) == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_entries_fit_every_computer(keys: KeyRing, memory: MemoryKeyring) -> None:
    keys.active_key_id()
    assert max(len(value) for value in memory.entries.values()) < 200


def test_all_keys_are_known_and_entries_stay_small(keys: KeyRing, memory: MemoryKeyring) -> None:
    made = {keys.add_key() for _ in range(200)}
    assert keys.key_ids() == made == kept_keys(memory)
    assert KeyRing(KeyringStore("profile-1"), SystemClock()).key_ids() == made
    assert KeyRing(KeyringStore("profile-2"), SystemClock()).key_ids() == set()
    assert max(len(value) for value in memory.entries.values()) < 500


def test_dropped_key_is_gone_and_the_one_in_use_stays(keys: KeyRing, memory: MemoryKeyring) -> None:
    old, new = keys.add_key(), keys.add_key()
    keys.drop_key(old)
    assert code_of(keys, old) is FailureCode.KEY_MISSING
    assert keys.key_ids() == {new} == kept_keys(memory)
    assert not any(old in value for value in memory.entries.values())
    assert refusal_of(keys.drop_key, new) is FailureCode.INVALID_INPUT
    assert keys.active_key_id() == new


@pytest.mark.parametrize("key_id", ["", "0" * 12, "active-key", "key:", "../x", "é"])
def test_dropping_what_is_no_key_changes_nothing(keys: KeyRing, memory: MemoryKeyring, key_id: str) -> None:
    keys.add_key()
    before = dict(memory.entries)
    keys.drop_key(key_id)
    assert memory.entries == before


def test_key_from_before_ids_were_noted_is_known(keys: KeyRing, memory: MemoryKeyring) -> None:
    old = keys.active_key_id()
    del memory.entries["idexx-desktop:profile-1", f"key-ids:{old[0]}"]
    assert keys.key_ids() == {old}
    new = keys.add_key()
    assert keys.key_ids() == {old, new}
    keys.drop_key(old)
    assert kept_keys(memory) == {new}


def test_damaged_note_of_ids_heals(keys: KeyRing, memory: MemoryKeyring) -> None:
    for digit in "0123456789abcdef":
        memory.entries["idexx-desktop:profile-1", f"key-ids:{digit}"] = "é ../x key: 0 " + "0" * 12
    assert keys.key_ids() == set()
    memory.entries["idexx-desktop:profile-1", "active-key"] = "damaged"
    made = {keys.add_key(), keys.add_key()}
    assert keys.key_ids() == made


def test_key_of_another_computer_is_kept_and_put_in_use(keys: KeyRing, memory: MemoryKeyring) -> None:
    own, shared, made = keys.active_key_id(), "0123456789ab", datetime(2026, 2, 1, tzinfo=UTC)
    for _ in range(2):  # a second time changes nothing
        keys.keep_key(shared, bytes(32), made)
        assert keys.active_key_id() == shared
        assert (keys.key(shared), keys.created_at(shared)) == (bytes(32), made)
        assert keys.key_ids() == {own, shared}
    memory.entries["idexx-desktop:profile-1", f"key:{shared}"] = "damaged"
    keys.keep_key(shared, bytes(32), made)
    assert keys.key(shared) == bytes(32)


def test_no_key_takes_the_place_of_another(keys: KeyRing, memory: MemoryKeyring) -> None:
    own = keys.active_key_id()
    before = dict(memory.entries)
    other, made = bytes(32), datetime(2026, 2, 1, tzinfo=UTC)
    assert refusal_of(keys.keep_key, own, other, made) is FailureCode.SEAL_BROKEN
    for key_id, key in (("active-key", other), ("", other), ("0" * 12, b"short"), ("0" * 12, bytes(33))):
        refused = refusal_of(keys.keep_key, key_id, key, made)
        assert refused is FailureCode.INVALID_INPUT
    assert memory.entries == before


@pytest.mark.parametrize("steps", range(6))
@pytest.mark.parametrize("action", ["add", "keep", "drop"])
def test_crash_at_any_step_leaves_every_key_known_and_one_in_use(
    keys: KeyRing, memory: MemoryKeyring, action: str, steps: int
) -> None:
    old, active = keys.add_key(), keys.add_key()
    before = {key_id: keys.key(key_id) for key_id in (old, active)}
    dying = KeyRing(StoppingStore(steps), SystemClock())
    with suppress(Stopped):
        if action == "add":
            dying.add_key()
        elif action == "keep":
            dying.keep_key("0123456789ab", bytes(32), datetime(2026, 2, 1, tzinfo=UTC))
        else:
            dying.drop_key(old)
    assert keys.key_ids() == kept_keys(memory)
    assert keys.key(keys.active_key_id())
    for key_id in keys.key_ids() & before.keys():
        assert keys.key(key_id) == before[key_id]
    assert keys.key_ids() >= before.keys() - ({old} if action == "drop" else set())
    keys.drop_key(old)  # once more, as the next rotation does
    assert keys.key_ids() == kept_keys(memory)
    assert not any(old in value for value in memory.entries.values())

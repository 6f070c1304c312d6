"""A computer's identity: made once, kept in its store, known to others by what cannot be pretended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.errors import KeyringLocked

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.vault.computer import (
    NAME_LIMIT,
    Computer,
    ComputerKind,
    PublicComputer,
    clean_name,
    has_own,
    own_computer,
)
from idexx_desktop.vault.keyring_store import KeyringStore
from tests.vault.computers import code_of, new_computer
from tests.vault.conftest import MemoryKeyring

ENTRY = ("idexx-desktop:pc-1", "computer")


class Rival(KeyringStore):
    """Another program of this profile writes right after each write of this one."""

    def __init__(self, rival_value: str) -> None:
        super().__init__("pc-1")
        self._value = rival_value

    def set(self, name: str, value: str) -> None:
        super().set(name, value)
        super().set(name, self._value)


def test_identity_is_made_at_first_use_and_stays(memory: MemoryKeyring) -> None:
    store = KeyringStore("pc-1")
    assert not has_own(store)
    computer = own_computer(store, "Front Desk 1")
    assert has_own(store)
    assert own_computer(store, "Front Desk 1").public == computer.public
    assert own_computer(store, "Reception").id == computer.id
    assert own_computer(KeyringStore("pc-2"), "Front Desk 1").id != computer.id
    assert list(memory.entries) == [ENTRY, ("idexx-desktop:pc-2", "computer")]
    assert max(len(value) for value in memory.entries.values()) < 200


@pytest.mark.parametrize("damage", [None, "", "{}", "null", '{"sealing":"AA","signing":"AA"}', "é"])
def test_lost_or_damaged_identity_is_another_computer(memory: MemoryKeyring, damage: str | None) -> None:
    store = KeyringStore("pc-1")
    before = own_computer(store, "Front Desk 1")
    del memory.entries[ENTRY]
    if damage is not None:
        memory.entries[ENTRY] = damage
    assert not has_own(store)
    assert own_computer(store, "Front Desk 1").id != before.id


def test_locked_store_makes_no_other_identity(memory: MemoryKeyring) -> None:
    store = KeyringStore("pc-1")
    before = own_computer(store, "Front Desk 1")
    memory.error = KeyringLocked()
    assert code_of(own_computer, store, "Front Desk 1") is FailureCode.VAULT_LOCKED
    assert code_of(has_own, store) is FailureCode.VAULT_LOCKED
    memory.error = None
    assert own_computer(store, "Front Desk 1").public == before.public


def test_two_programs_that_start_at_once_are_one_computer(memory: MemoryKeyring) -> None:
    elsewhere = own_computer(KeyringStore("pc-2"), "Front Desk 1")
    rival_value = memory.entries["idexx-desktop:pc-2", "computer"]
    assert own_computer(Rival(rival_value), "Front Desk 1").public == elsewhere.public


def test_private_keys_are_never_printed(memory: MemoryKeyring) -> None:
    computer = own_computer(KeyringStore("pc-1"), "Front Desk 1")
    assert "Private" not in repr(computer)
    assert "_sealing" not in repr(computer)
    assert "_signing" not in repr(computer)


def test_signature_is_its_own() -> None:
    one, other = new_computer("Front Desk 1"), new_computer("Front Desk 1")
    assert one.public.verifies(b"data", one.sign(b"data"))
    assert not other.public.verifies(b"data", one.sign(b"data"))
    assert not one.public.verifies(b"other", one.sign(b"data"))


def test_id_follows_from_both_keys() -> None:
    one, other = new_computer("Front Desk 1").public, new_computer("Front Desk 1").public
    mixed = PublicComputer(one.name, one.kind, one.sealing_key, other.signing_key)
    assert len({one.id, other.id, mixed.id}) == 3
    renamed = PublicComputer("Reception", ComputerKind.KIT, one.sealing_key, one.signing_key)
    assert renamed.id == one.id
    assert len(one.id) == 32


@given(name=st.text(st.characters(), max_size=100))
def test_any_computer_can_be_named_and_read_back(name: str) -> None:
    computer = Computer.from_seeds(name, ComputerKind.COMPUTER, bytes(32), bytes(32)).public
    assert PublicComputer.from_text(computer.as_text()) == computer
    assert 0 < len(computer.name) <= NAME_LIMIT
    assert computer.name.isprintable()


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("  Front\tDesk \n 2 ", "Front Desk 2"),
        ("Front Desk\u00a01", "Front Desk 1"),
        ("Desk\u202e 1\u200b\0", "Desk 1"),
        ("Réception 1", "Réception 1"),
        ("", "Computer"),
        ("\u200b \ud800", "Computer"),
        ("x" * 61, "x" * 60),
        ("x" * 59 + " y", "x" * 59),
    ],
)
def test_name_is_what_people_can_see(name: str, seen: str) -> None:
    assert clean_name(name) == seen == clean_name(seen)


def test_only_one_text_is_read() -> None:
    text = new_computer("Front Desk 1").public.as_text()
    others = [
        text.replace(",", ", "),
        text.replace("Front Desk 1", "Front  Desk 1"),
        text.replace("Front Desk 1", "x" * 61),
        text.replace('"name":"Front Desk 1"', '"name":1'),
        text.replace('"computer"', '"printer"'),
        text[:-1] + ',"more":1}',
        '{"kind":"kit",' + text[1:],
        text.replace('"signing_key":"', '"signing_key":"AAAA'),
        f"[{text}]",
        "[" * 100_000,
        "null",
        "",
    ]
    for other in others:
        with pytest.raises(ValueError):  # noqa: PT011 - each room's caller says what it means
            PublicComputer.from_text(other)

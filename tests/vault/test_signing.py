"""The profile's own signature: one key, kept; anybody can verify, nobody else can sign."""

from __future__ import annotations

import pytest
from keyring.errors import KeyringLocked

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.vault.encoding import from_text, to_text
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.signing import RecordSigner, fingerprint_of, verify
from tests.vault.computers import code_of
from tests.vault.conftest import MemoryKeyring

ENTRY = ("idexx-desktop:profile-1", "record-signing-key")


@pytest.fixture
def signer(memory: MemoryKeyring) -> RecordSigner:
    return RecordSigner(KeyringStore("profile-1"))


def test_signature_is_verified_with_the_public_key_alone(signer: RecordSigner) -> None:
    signature = signer.sign(b"head 7")
    assert verify(signer.public_key, b"head 7", signature)
    assert not verify(signer.public_key, b"head 8", signature)


def test_key_is_made_once_and_belongs_to_the_profile(signer: RecordSigner, memory: MemoryKeyring) -> None:
    assert signer.public_key == RecordSigner(KeyringStore("profile-1")).public_key
    assert signer.public_key != RecordSigner(KeyringStore("profile-2")).public_key
    assert max(len(value) for value in memory.entries.values()) < 100


@pytest.mark.parametrize("damage", [None, "", "AA", "no base64 at all", "é"])
def test_lost_or_damaged_key_is_made_anew(
    signer: RecordSigner, memory: MemoryKeyring, damage: str | None
) -> None:
    old, signature = signer.public_key, signer.sign(b"head")
    del memory.entries[ENTRY]
    if damage is not None:
        memory.entries[ENTRY] = damage
    assert signer.public_key != old
    assert signer.public_key == signer.public_key
    assert not verify(signer.public_key, b"head", signature)


def test_locked_store_makes_no_new_key(signer: RecordSigner, memory: MemoryKeyring) -> None:
    before = signer.public_key
    memory.error = KeyringLocked()
    assert code_of(signer.sign, b"head") is FailureCode.VAULT_LOCKED
    memory.error = None
    assert signer.public_key == before


def test_every_flipped_bit_of_the_signature_is_refused(signer: RecordSigner) -> None:
    public_key = signer.public_key
    signature = from_text(signer.sign(b"head"))
    for bit in range(len(signature) * 8):
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not verify(public_key, b"head", to_text(bytes(flipped)))


@pytest.mark.parametrize("text", ["", "A", "AA", "=", "é", "\0", "A" * 43 + "=", "\ud800"])
def test_what_is_no_key_or_no_signature_is_refused(signer: RecordSigner, text: str) -> None:
    assert not verify(text, b"head", signer.sign(b"head"))
    assert not verify(signer.public_key, b"head", text)


def test_fingerprint_is_short_and_follows_from_the_public_key(signer: RecordSigner) -> None:
    # printed once and compared for years: it must never change
    assert fingerprint_of(to_text(bytes(32))) == "6668-7aad-f862-bd77-6c8f"
    assert signer.fingerprint == fingerprint_of(signer.public_key)

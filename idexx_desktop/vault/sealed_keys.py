"""Data keys on their way from one computer to another: sealed to one member of the list, signed by another."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.computer import Computer, PublicComputer
from idexx_desktop.vault.computer_list import ComputerList
from idexx_desktop.vault.encoding import from_text, joined, to_text

_PURPOSE = "idexx-desktop sealed key 1"
_VERSION = b"\x01"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_PUBLIC = slice(1, 33)  # after the version byte: the public key that was made for this sealing alone
_BODY = slice(33, None)


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key that seals the sign-in: its id, its 32 bytes, and when it was made (UTC)."""

    id: str
    key: bytes = field(repr=False)
    created: datetime


@dataclass(frozen=True, slots=True)
class SealedKey:
    """For the database: base64url of version byte, one-time public key, ciphertext and tag; and who signed it."""

    key_id: str
    computer_id: str
    text: str
    signed_by: str
    signature: str


def seal_key(
    key: DataKey,
    recipient_id: str,
    signer: Computer,
    computers: ComputerList,
    token_bytes: Callable[[int], bytes] = os.urandom,
) -> SealedKey:
    """Seal a data key to a member of a verified list. NOT_APPROVED when either isn't a member of it."""
    recipient = computers.member(recipient_id)
    if recipient is None or computers.member(signer.id) is None:
        raise Failure(FailureCode.NOT_APPROVED, "keys are sealed by members to members")
    one_time = X25519PrivateKey.from_private_bytes(token_bytes(_KEY_BYTES))
    public = one_time.public_key().public_bytes_raw()
    bound = _bound(key.id, recipient, computers, public)
    try:
        secret = one_time.exchange(X25519PublicKey.from_public_bytes(from_text(recipient.sealing_key)))
    except ValueError:
        raise Failure(FailureCode.COMPUTERS_CHANGED, "a member's key keeps no secret") from None
    cipher, nonce = _cipher(secret, bound)
    body = cipher.encrypt(nonce, key.key + key.created.isoformat().encode(), bound)
    text = to_text(_VERSION + public + body)
    return SealedKey(key.id, recipient.id, text, signer.id, signer.sign(_statement(bound, text)))


def open_key(sealed: SealedKey, own: Computer, computers: ComputerList) -> DataKey:
    """The data key that a member has sealed to this computer (or to a kit). `computers` is a verified list.

    NOT_APPROVED when this computer isn't a member; COMPUTERS_CHANGED when no member has sealed it; SEAL_BROKEN,
    the same whatever was changed.
    """
    if computers.member(own.id) is None:
        raise Failure(FailureCode.NOT_APPROVED, "this computer is not in the list")
    signer = computers.member(sealed.signed_by)
    if signer is None:
        raise Failure(FailureCode.COMPUTERS_CHANGED, "a key that no member has sealed")
    try:
        data = from_text(sealed.text)
        bound = _bound(sealed.key_id, own.public, computers, data[_PUBLIC])
        if data[:1] != _VERSION or not signer.verifies(_statement(bound, sealed.text), sealed.signature):
            raise ValueError("changed")
        cipher, nonce = _cipher(own.shared_secret(data[_PUBLIC]), bound)
        plain = cipher.decrypt(nonce, data[_BODY], bound)
        created = datetime.fromisoformat(plain[_KEY_BYTES:].decode())
    except (ValueError, InvalidTag):
        # no cause attached: which check failed would help only who changed it
        raise Failure(FailureCode.SEAL_BROKEN, "a sealed key did not open") from None
    return DataKey(sealed.key_id, plain[:_KEY_BYTES], created)


def _bound(key_id: str, recipient: PublicComputer, computers: ComputerList, public: bytes) -> bytes:
    """Everything that a sealed key belongs to: it opens nowhere else."""
    sign_in = computers.sign_in
    place = (sign_in.credential_id, sign_in.user_id, computers.lineage)
    return joined(_PURPOSE, *place, key_id, recipient.id, recipient.sealing_key, public)


def _cipher(secret: bytes, bound: bytes) -> tuple[AESGCM, bytes]:
    """The cipher and its nonce. Both follow from a one-time key, so that no nonce is ever used twice with a key."""
    derived = HKDF(SHA256(), _KEY_BYTES + _NONCE_BYTES, salt=None, info=bound).derive(secret)
    return AESGCM(derived[:_KEY_BYTES]), derived[_KEY_BYTES:]


def _statement(bound: bytes, text: str) -> bytes:
    return joined(_PURPOSE, bound, text)

"""Signatures of this profile over the activity record (heads of its chains, exports), and over its backups."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.encoding import from_text, to_text
from idexx_desktop.vault.stores import SecretStore

_ENTRY = "record-signing-key"
_SEED_BYTES = 32
_FINGERPRINT_BYTES = 10
_GROUP = 4


class RecordSigner:
    """Signs with an Ed25519 key of this profile, which is made at first use and never leaves its store.

    Where the key was lost a new one is made: who verifies must know which public keys to expect. What is signed
    begins with words that say what it is, so that no signature can be shown for another thing. Each call may raise
    VAULT_LOCKED or VAULT_UNAVAILABLE, as the store does.
    """

    def __init__(
        self,
        store: SecretStore,
        token_bytes: Callable[[int], bytes] = os.urandom,
        *,
        entry: str = _ENTRY,
    ) -> None:
        """`entry` names the key in the store: each purpose has its own."""
        self._store = store
        self._token_bytes = token_bytes
        self._entry = entry

    @property
    def public_key(self) -> str:
        """The public key as text: base64url of its 32 bytes."""
        return to_text(self._key().public_key().public_bytes_raw())

    @property
    def fingerprint(self) -> str:
        """See `fingerprint_of`."""
        return fingerprint_of(self.public_key)

    def sign(self, data: bytes) -> str:
        """The signature over `data` as text: base64url of its 64 bytes."""
        return to_text(self._key().sign(data))

    def _key(self) -> Ed25519PrivateKey:
        seed = self._stored()
        if seed is None:
            self._store.set(self._entry, to_text(self._token_bytes(_SEED_BYTES)))
            # read back: of two programs that start at once one has written last, and both use its key
            seed = self._stored()
        if seed is None:
            raise Failure(FailureCode.VAULT_UNAVAILABLE, "the store does not keep what it is given")
        return Ed25519PrivateKey.from_private_bytes(seed)

    def _stored(self) -> bytes | None:
        try:
            seed = from_text(self._store.get(self._entry) or "")
        except ValueError:
            return None
        return seed if len(seed) == _SEED_BYTES else None


def fingerprint_of(public_key: str) -> str:
    """A public key, short for people: the first 80 bits of its SHA-256 in groups of four hexadecimal digits.

    ValueError for a text that isn't base64url.
    """
    digits = hashlib.sha256(from_text(public_key)).digest()[:_FINGERPRINT_BYTES].hex()
    return "-".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def verify(public_key: str, data: bytes, signature: str) -> bool:
    """Whether `signature` is that of `public_key` over `data`; False for whatever is no key or no signature."""
    try:
        Ed25519PublicKey.from_public_bytes(from_text(public_key)).verify(from_text(signature), data)
    except (ValueError, InvalidSignature):
        return False
    return True

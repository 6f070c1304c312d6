"""Texts sealed with AES-256-GCM, each bound to the one place where it belongs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.redaction import keep_out
from idexx_desktop.vault.encoding import from_text, joined, to_text
from idexx_desktop.vault.keys import KeyRing

_VERSION = b"\x01"
_NONCE_BYTES = 12
_PASSWORD_BYTES = 32


@dataclass(frozen=True, slots=True)
class SealContext:
    """The place that a sealed text belongs to; it opens nowhere else.

    `extra` is for what a table adds, such as the version of the credential that cookies came from.
    """

    table: str
    column: str
    row_id: str
    user_id: str
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """For the database: base64url of version byte, nonce (12 bytes), ciphertext and tag; and the key's id."""

    text: str
    key_id: str


class Sealer:
    """Seals with the key in use; opens with the named key and no other."""

    def __init__(self, keys: KeyRing, token_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._keys = keys
        self._token_bytes = token_bytes

    def seal(self, text: str, context: SealContext, key_id: str | None = None) -> Sealed:
        """Seal `text` for this place, with the key in use or with the named one.

        KEY_MISSING when the named one isn't here; VAULT_LOCKED or VAULT_UNAVAILABLE when the keys can't be reached.
        """
        keep_out(text)
        if key_id is None:
            key_id = self._keys.active_key_id()
        cipher = AESGCM(self._keys.key(key_id))
        nonce = self._token_bytes(_NONCE_BYTES)
        body = cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), _associated(context, key_id))
        return Sealed(to_text(_VERSION + nonce + body), key_id)

    def open(self, sealed_text: str, key_id: str, context: SealContext) -> str:
        """The text. SEAL_BROKEN, the same whatever was changed; KEY_MISSING for a key that is not here."""
        key = self._keys.key(key_id)
        try:
            data = from_text(sealed_text)
            if data[:1] != _VERSION:
                raise ValueError("unknown version")
            nonce, body = data[1 : 1 + _NONCE_BYTES], data[1 + _NONCE_BYTES :]
            plain = AESGCM(key).decrypt(nonce, body, _associated(context, key_id))
        except (ValueError, InvalidTag):
            # no cause attached: which check failed would help only who changed it
            raise Failure(FailureCode.SEAL_BROKEN, "a sealed text did not open") from None
        text = plain.decode("utf-8", "surrogatepass")
        keep_out(text)
        return text


def new_password(token_bytes: Callable[[int], bytes] = os.urandom) -> str:
    """A password for programs: 256 random bits, safe in URLs, SQL and configuration files."""
    password = to_text(token_bytes(_PASSWORD_BYTES))
    keep_out(password)
    return password


def _associated(context: SealContext, key_id: str) -> bytes:
    """All of the context: no two contexts give the same bytes."""
    return _VERSION + joined(
        context.table, context.column, context.row_id, context.user_id, key_id, context.extra
    )

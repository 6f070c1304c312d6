"""The keys that seal secrets: one entry each in the secret store, and a pointer to the one in use."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.encoding import from_text, to_text
from idexx_desktop.vault.stores import SecretStore

_ACTIVE = "active-key"
_KEY_BYTES = 32
_KEY_ID = re.compile(r"[0-9a-f]{12}")


class KeyRing:
    """AES-256 keys by id. Ids are random, so that two computers or two starts at once never share one."""

    def __init__(
        self, store: SecretStore, clock: Clock, token_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._store = store
        self._clock = clock
        self._token_bytes = token_bytes

    def active_key_id(self) -> str:
        """The key to seal with now. A new one where there is none, or where the one in use was lost.

        Only sealing asks for it: what a lost key sealed stays closed and is entered again.
        """
        key_id = self._store.get(_ACTIVE)
        if key_id is not None and self._read(key_id) is not None:
            return key_id
        return self.add_key()

    def key(self, key_id: str) -> bytes:
        """The 32 bytes of exactly this key; KEY_MISSING when it is unknown, removed or damaged."""
        return self._entry(key_id)[0]

    def created_at(self, key_id: str) -> datetime:
        """When this key was made (UTC); KEY_MISSING as in `key`."""
        return self._entry(key_id)[1]

    def add_key(self) -> str:
        """Make a new key and put it in use; the others still open what they sealed. Returns its id."""
        key_id = self._token_bytes(6).hex()
        entry = {"key": to_text(self._token_bytes(_KEY_BYTES)), "created": self._clock.now().isoformat()}
        self._store.set(_name(key_id), json.dumps(entry))
        # after the key: a crash in between leaves an unused key, never a pointer to none
        self._store.set(_ACTIVE, key_id)
        return key_id

    def _entry(self, key_id: str) -> tuple[bytes, datetime]:
        entry = self._read(key_id)
        if entry is None:
            raise Failure(FailureCode.KEY_MISSING, "no such key in this computer's vault")
        return entry

    def _read(self, key_id: str) -> tuple[bytes, datetime] | None:
        # ids come from the database too: nothing but an id may become the name of an entry
        text = self._store.get(_name(key_id)) if _KEY_ID.fullmatch(key_id) else None
        if text is None:
            return None
        try:
            entry: dict[str, Any] = json.loads(text)
            key, created = from_text(entry["key"]), datetime.fromisoformat(entry["created"])
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        return (key, created) if len(key) == _KEY_BYTES else None


def _name(key_id: str) -> str:
    return f"key:{key_id}"

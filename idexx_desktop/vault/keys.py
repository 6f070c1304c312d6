"""The keys that seal secrets: one entry each in the secret store, and a pointer to the one in use.

Password stores can't be listed, so the ids are kept too, in one entry for each first digit: an entry is small. An id
is noted before its key is kept and forgotten after its key is gone: after a crash an id may lack its key, which does
no harm, but no key lacks its id.
"""

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
_DIGITS = "0123456789abcdef"
_KEY_ID = re.compile(rf"[{_DIGITS}]{{12}}")


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
        self._keep(key_id, self._token_bytes(_KEY_BYTES), self._clock.now())
        return key_id

    def keep_key(self, key_id: str, key: bytes, created: datetime) -> None:
        """Keep a key that came from another computer, and put it in use: both seal with the same one.

        Nothing changes for a key that is here already. SEAL_BROKEN for another key under the same id, INVALID_INPUT
        for what is no key.
        """
        if not _KEY_ID.fullmatch(key_id) or len(key) != _KEY_BYTES:
            raise Failure(FailureCode.INVALID_INPUT, "no key")
        known = self._read(key_id)
        if known is not None and known[0] != key:
            raise Failure(FailureCode.SEAL_BROKEN, "another key has this id")
        self._keep(key_id, key, created if known is None else known[1])

    def key_ids(self) -> frozenset[str]:
        """The ids of all keys that are here."""
        noted = {key_id for digit in _DIGITS for key_id in self._noted(digit)}
        active = self._store.get(_ACTIVE)  # one that was made before ids were noted
        return frozenset(key_id for key_id in noted | {active or ""} if self._read(key_id) is not None)

    def drop_key(self, key_id: str) -> None:
        """Remove a key that nothing is sealed with any more. INVALID_INPUT for the one in use; none is fine."""
        if key_id == self._store.get(_ACTIVE):
            raise Failure(FailureCode.INVALID_INPUT, "the key in use stays")
        if _KEY_ID.fullmatch(key_id):
            self._store.delete(_name(key_id))
            noted = self._noted(key_id[0])
            if key_id in noted:
                self._store.set(_ids_name(key_id[0]), " ".join(sorted(noted - {key_id})))

    def forget_all(self) -> None:
        """Remove every key and every id."""
        for key_id in self.key_ids():
            self._store.delete(_name(key_id))
        for digit in _DIGITS:
            self._store.delete(_ids_name(digit))
        self._store.delete(_ACTIVE)

    def _keep(self, key_id: str, key: bytes, created: datetime) -> None:
        self._note(self._store.get(_ACTIVE) or "")  # one that was made before ids were noted
        self._note(key_id)
        entry = {"key": to_text(key), "created": created.isoformat()}
        self._store.set(_name(key_id), json.dumps(entry))
        # after the key: a crash in between leaves an unused key, never a pointer to none
        self._store.set(_ACTIVE, key_id)

    def _noted(self, digit: str) -> frozenset[str]:
        ids = (self._store.get(_ids_name(digit)) or "").split()
        return frozenset(key_id for key_id in ids if _KEY_ID.fullmatch(key_id) and key_id[0] == digit)

    def _note(self, key_id: str) -> None:
        if not _KEY_ID.fullmatch(key_id):
            return
        noted = self._noted(key_id[0])
        if key_id not in noted:
            # two programs that note at once may lose one id: its key then stays when it is no longer needed
            self._store.set(_ids_name(key_id[0]), " ".join(sorted(noted | {key_id})))

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


def _ids_name(digit: str) -> str:
    return f"key-ids:{digit}"

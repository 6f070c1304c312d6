"""The data keys of a sign-in, sealed to each computer that may use it, and the recovery kit that counts now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from idexx_desktop.db.models import computers, table_of
from idexx_desktop.db.repositories.computers import SharingRepository

_KEYS = table_of(computers.SealedKeyRow)
_KITS = table_of(computers.RecoveryKitRow)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A data key, sealed to the computer or kit `computer_id` and signed by the one that sealed it."""

    key_id: str
    computer_id: str
    sealed_key: str
    signed_by: str
    signature: str


@dataclass(frozen=True, slots=True)
class StoredKit:
    """The kit that counts now; `anchor` is the list of the day it was made, authenticated with its code."""

    kit_id: str
    anchor: str
    made_at: datetime


class SealedKeyRepository(SharingRepository):
    """Sealed data keys."""

    def get(self, credential_id: str, key_id: str, computer_id: str) -> StoredKey | None:
        """This key for this computer; None where nobody has sealed it to that one."""
        mine = self._mine(_KEYS, credential_id)
        row = self._first(
            select(_KEYS).where(mine, _KEYS.c.key_id == key_id, _KEYS.c.computer_id == computer_id)
        )
        if row is None:
            return None
        return StoredKey(row.key_id, row.computer_id, row.sealed_key, row.signed_by, row.signature)

    def put(self, credential_id: str, keys: Iterable[StoredKey]) -> None:
        """Keep these, each in place of what was kept for the same key and computer."""
        new = list(keys)
        if not new:
            return
        places = [(key.key_id, key.computer_id) for key in new]
        replaced = tuple_(_KEYS.c.key_id, _KEYS.c.computer_id).in_(places)
        self._session.execute(delete(_KEYS).where(self._mine(_KEYS, credential_id), replaced))
        rows: list[dict[str, Any]] = [
            {
                **self._owner(credential_id),
                "key_id": key.key_id,
                "computer_id": key.computer_id,
                "sealed_key": key.sealed_key,
                "signed_by": key.signed_by,
                "signature": key.signature,
            }
            for key in new
        ]
        # two computers may seal the same key to a third one at once: either text opens
        self._session.execute(insert(_KEYS).values(rows).on_conflict_do_nothing())

    def keep_only(self, credential_id: str, key_ids: Collection[str]) -> int:
        """Remove every sealed key but these, for every computer; how many were removed."""
        others = _KEYS.c.key_id.not_in(key_ids)
        return self._changed(delete(_KEYS).where(self._mine(_KEYS, credential_id), others))

    def drop_computer(self, credential_id: str, computer_id: str) -> int:
        """Remove what is sealed to this computer; how many were removed."""
        of_it = _KEYS.c.computer_id == computer_id
        return self._changed(delete(_KEYS).where(self._mine(_KEYS, credential_id), of_it))


class RecoveryKitRepository(SharingRepository):
    """At most one kit counts for a sign-in."""

    def get(self, credential_id: str) -> StoredKit | None:
        """The kit that counts; None where none was made."""
        row = self._first(select(_KITS).where(self._mine(_KITS, credential_id)))
        return None if row is None else StoredKit(row.kit_id, row.anchor, row.made_at)

    def put(self, credential_id: str, kit: StoredKit) -> None:
        """Let this kit count, and no other any more."""
        values = {"kit_id": kit.kit_id, "anchor": kit.anchor, "made_at": kit.made_at}
        self._session.execute(
            insert(_KITS)
            .values(**self._owner(credential_id), **values)
            .on_conflict_do_update(index_elements=["credential_id"], set_=values)
        )

    def drop(self, credential_id: str) -> bool:
        """No kit counts any more. False where there was none."""
        return self._changed(delete(_KITS).where(self._mine(_KITS, credential_id))) > 0

"""Every entry of a profile's secrets removed, for when the profile itself goes. Password stores can't be listed."""

from __future__ import annotations

from collections.abc import Iterable

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.vault import approval, backup_proof, computer, computer_list, put_back, signing
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.stores import SecretStore

_NAMES = (
    approval._ENTRY, backup_proof._ENTRY, computer._ENTRY, computer_list._ENTRY, put_back.ENTRY, signing._ENTRY,
)  # fmt: skip


def forget_all(store: SecretStore, others: Iterable[str]) -> None:
    """Remove what this room keeps, and the entries `others` of other rooms. What was sealed with them stays shut."""
    KeyRing(store, SystemClock()).forget_all()
    for name in (*_NAMES, *others):
        store.delete(name)

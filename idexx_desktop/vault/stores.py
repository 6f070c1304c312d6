"""Where secrets lie: the computer's own password store, or a file that a passphrase opens."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from idexx_desktop.vault.troubles import no_passphrase

PASSPHRASE_FILE = "vault.json"  # noqa: S105 - the name of a file


class SecretStore(Protocol):
    """Named secrets of one profile. Every method may raise VAULT_LOCKED or VAULT_UNAVAILABLE."""

    @property
    def description(self) -> str:
        """Words for a person: where these secrets are."""
        ...

    def get(self, name: str) -> str | None:
        """The secret; None when there is none of this name. A locked store raises, it never answers None."""
        ...

    def set(self, name: str, value: str) -> None:
        """Keep `value` under `name`; INVALID_INPUT at `entries.ENTRY_LIMIT` characters or more."""
        ...

    def delete(self, name: str) -> None:
        """Remove it; nothing happens when there is none."""
        ...

    def is_put_back(self) -> bool:
        """Whether somebody has put an older copy of it in its place, and nobody has said yet that it is meant."""
        ...

    def accept(self) -> None:
        """A person says that an older copy is meant: it counts from now on."""
        ...


def open_store(profile_id: str, folder: Path, passphrase: str | None) -> SecretStore:
    """The store of a profile: `vault.json` in `folder` when a passphrase is given, else the computer's own.

    VAULT_LOCKED: the passphrase is wrong, or there is such a file and none was given. VAULT_UNAVAILABLE: there is
    no store that keeps secrets safely, or the file is damaged. Neither ever falls back to the other.
    """
    file = folder / PASSPHRASE_FILE
    # each brings libraries that the other doesn't need
    if passphrase is None:
        if file.exists():
            raise no_passphrase(file)
        from idexx_desktop.vault.keyring_store import KeyringStore

        return KeyringStore(profile_id)
    from idexx_desktop.vault.passphrase_store import PassphraseStore

    store = PassphraseStore(file, profile_id, passphrase)
    store.verify()
    return store

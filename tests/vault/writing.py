"""What other processes write into a passphrase's file; they load nothing but that."""

from __future__ import annotations

from pathlib import Path

from idexx_desktop.vault.passphrase_store import PassphraseStore, ScryptCost

WRITERS, ENTRIES = 4, 10
# quickly opened: what is looked at is the file
QUICK = ScryptCost(n=2**15)


def store_at(folder: Path, passphrase: str = "open sesame", profile_id: str = "profile-1") -> PassphraseStore:
    """The file of that folder."""
    return PassphraseStore(folder / "vault.json", profile_id, passphrase, cost=QUICK)


def write_many(folder: Path, writer: int) -> None:
    """Some entries, and the end."""
    store = store_at(folder)
    for number in range(ENTRIES):
        store.set(f"{writer}-{number}", f"value {writer}-{number}")


def write_for_ever(folder: Path) -> None:
    """Until it is killed."""
    store = store_at(folder)
    while True:
        store.set("padding", "x" * 900)

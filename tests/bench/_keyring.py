"""A password store in a file, for commands that are measured: a clinic's computer has one, a bench has none.

With a passphrase in its place, deriving the key (128 MiB, a third of a second) would stand above everything else.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend

PLACE = "BENCH_KEYRING_FILE"


class FileKeyring(KeyringBackend):
    """Keeps what it is given in the file that `BENCH_KEYRING_FILE` names."""

    viable = False  # keyring must never choose it by itself
    priority = 1.0  # but may be told to

    def __init__(self) -> None:
        self._place = Path(os.environ[PLACE])

    def get_password(self, service: str, username: str) -> str | None:
        """See `KeyringBackend.get_password`."""
        return self._entries().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """See `KeyringBackend.set_password`."""
        self._save({**self._entries(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """See `KeyringBackend.delete_password`."""
        self._save(
            {name: value for name, value in self._entries().items() if name != f"{service} {username}"}
        )

    def _entries(self) -> dict[str, str]:
        return dict(json.loads(self._place.read_text(encoding="utf-8"))) if self._place.exists() else {}

    def _save(self, entries: dict[str, str]) -> None:
        self._place.write_text(json.dumps(entries), encoding="utf-8")

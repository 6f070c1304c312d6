"""A password store in memory, so that no test ever touches this computer's own."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Holds what it is given, for as long as it lives."""

    viable = False  # keyring must never choose it by itself

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """See `KeyringBackend.get_password`."""
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """See `KeyringBackend.set_password`."""
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """See `KeyringBackend.delete_password`."""
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("none of this name")

"""A store in memory behind keyring's own interface, and keys on it."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import SealContext, Sealer

CONTEXT = SealContext("idexx_credentials", "encrypted_password", "row-1", "user-1")


class MemoryKeyring(KeyringBackend):
    """Holds what it is given; `error` is raised instead, where one is set."""

    viable = False  # keyring must never choose it by itself

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("none of this name")

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


@pytest.fixture
def restored_keyring() -> Iterator[None]:
    """Puts keyring's own choice back afterwards."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def memory(restored_keyring: None) -> MemoryKeyring:
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    return backend


@pytest.fixture
def keys(memory: MemoryKeyring) -> KeyRing:
    return KeyRing(KeyringStore("profile-1"), SystemClock())


@pytest.fixture
def sealer(keys: KeyRing) -> Sealer:
    return Sealer(keys)

"""The computer's own password store: Windows Credential Manager, macOS Keychain, Secret Service, KWallet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import keyring
from keyring.backend import KeyringBackend, get_all_keyring
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.core import init_backend
from keyring.errors import KeyringError, KeyringLocked, NoKeyringError

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.entries import check_entry
from idexx_desktop.vault.troubles import store_failed

_REFUSED = ("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")  # forgets, refuses, plain text
_LOCKED = ("LockedException", "PromptDismissedException")  # Secret Service's own, which keyring lets through
_NAMES = {
    "keyring.backends.Windows": "Windows Credential Manager",
    "keyring.backends.macOS": "Keychain",
    "keyring.backends.SecretService": "SecretService",
    "keyring.backends.libsecret": "SecretService",
    "keyring.backends.kwallet": "KWallet",
}


class KeyringStore:
    """Secrets in the computer's password store, under one service name for each profile."""

    def __init__(self, profile_id: str) -> None:
        """VAULT_UNAVAILABLE when this computer has no store that keeps secrets safely."""
        self._service = f"idexx-desktop:{profile_id}"
        with _translated():
            self._backend = _safe_backend()

    @property
    def description(self) -> str:
        """See `SecretStore.description`."""
        module = type(self._backend).__module__
        return f"this computer's password store ({_NAMES.get(module, self._backend.name)})"

    def get(self, name: str) -> str | None:
        """See `SecretStore.get`."""
        with _translated():
            return self._backend.get_password(self._service, name)

    def set(self, name: str, value: str) -> None:
        """See `SecretStore.set`."""
        check_entry(value)
        with _translated():
            self._backend.set_password(self._service, name, value)

    def delete(self, name: str) -> None:
        """See `SecretStore.delete`."""
        with _translated():
            # keyring reports "none of this name" and "could not delete" by the same error: ask first
            if self._backend.get_password(self._service, name) is not None:
                self._backend.delete_password(self._service, name)

    def is_put_back(self) -> bool:
        """See `SecretStore.is_put_back`: what the computer's own store holds is the computer's to guard."""
        return False

    def accept(self) -> None:
        """See `SecretStore.accept`."""


def would_ask() -> bool:
    """Whether the store is locked, so that its use would ask a person to unlock it; this itself asks nobody.

    False for a store of which that can't be told, and where there is none.
    """
    with _translated():
        if not type(_safe_backend()).__module__.endswith(".SecretService"):
            return False
        import secretstorage  # comes with that backend, on the systems that have it

        with closing(secretstorage.dbus_init()) as connection:
            return bool(secretstorage.get_default_collection(connection).is_locked())


def _safe_backend() -> KeyringBackend:
    """The backend to use. Of a chain only its first safe link: a chain falls back to the others."""
    backend = keyring.get_keyring()
    if isinstance(backend, NoKeyring):
        # it looks once, and at the start of a session the store may come up after this program
        vars(get_all_keyring).pop("saved_result", None)
        init_backend()
        backend = keyring.get_keyring()
    candidates = type(backend).backends if isinstance(backend, ChainerBackend) else [backend]
    safe = next((candidate for candidate in candidates if not _is_refused(candidate)), None)
    if safe is None:
        kind = type(backend)
        raise Failure(FailureCode.VAULT_UNAVAILABLE, f"keyring backend {kind.__module__}.{kind.__qualname__}")
    return safe


def _is_refused(backend: KeyringBackend) -> bool:
    """Whether it is, or is built upon, one that loses secrets or writes them in clear."""
    modules = (base.__module__ for base in type(backend).__mro__)
    return any(
        module == refused or module.startswith(refused + ".") for module in modules for refused in _REFUSED
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Backends raise keyring's errors and whatever their platform raises: name both, without their text."""
    try:
        yield
    except Failure:
        raise
    except KeyringLocked as error:
        raise Failure(FailureCode.VAULT_LOCKED, type(error).__name__) from error
    except KeyringError as error:
        if isinstance(error, NoKeyringError):
            raise Failure(FailureCode.VAULT_UNAVAILABLE, type(error).__name__) from error
        raise store_failed(type(error).__name__) from error
    except Exception as error:
        name = type(error).__name__
        raise (Failure(FailureCode.VAULT_LOCKED, name) if name in _LOCKED else store_failed(name)) from error

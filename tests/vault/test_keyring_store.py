"""The computer's own password store: safe ones only, and "locked" is told from "missing"."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.core import load_keyring
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordSetError

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault import keyring_store
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.stores import open_store
from tests.vault.conftest import MemoryKeyring

SESSION_TOOLS = ("dbus-run-session", "gnome-keyring-daemon")


class PlainTextKeyring(MemoryKeyring):
    """Stands where keyrings.alt's plaintext file backend stands."""

    __module__ = "keyrings.alt.file"


class DerivedKeyring(PlainTextKeyring):
    """A plaintext backend under another name."""


class PromptDismissedException(Exception):  # noqa: N818 - the name that Secret Service uses
    """What Secret Service raises past keyring when a person closes the unlock prompt."""


class EmptyChain(ChainerBackend):
    """A chainer that has found nothing."""

    viable = False
    backends: tuple[KeyringBackend, ...] = ()

    def __init__(self) -> None:
        """Reads no environment."""


def chain(*links: KeyringBackend) -> KeyringBackend:
    """A chainer with these links, first the preferred one."""
    kind: type[EmptyChain] = type("Chain", (EmptyChain,), {"backends": links})
    return kind()


def code_of_opening(backend: KeyringBackend, folder: Path) -> FailureCode:
    keyring.set_keyring(backend)
    with pytest.raises(Failure) as caught:
        open_store("profile-1", folder, None)
    return caught.value.code


@pytest.mark.usefixtures("restored_keyring")
@pytest.mark.parametrize(
    "backend",
    [
        load_keyring("keyring.backends.null.Keyring"),
        load_keyring("keyring.backends.fail.Keyring"),
        PlainTextKeyring(),
        DerivedKeyring(),
        chain(),
        chain(PlainTextKeyring(), load_keyring("keyring.backends.null.Keyring")),
    ],
    ids=["null", "fail", "plaintext", "derived", "empty chain", "chain of these"],
)
def test_unsafe_backends_are_refused(backend: KeyringBackend, tmp_path: Path) -> None:
    assert code_of_opening(backend, tmp_path) is FailureCode.VAULT_UNAVAILABLE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("restored_keyring")
def test_a_store_that_came_up_after_the_program_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the start of a session: keyring itself looks once, and remembers that there was none."""
    keyring.set_keyring(load_keyring("keyring.backends.fail.Keyring"))
    came_up = MemoryKeyring()
    monkeypatch.setattr(keyring_store, "init_backend", lambda: keyring.set_keyring(came_up))
    store = KeyringStore("profile-1")
    store.set("name", "value")
    assert came_up.entries == {("idexx-desktop:profile-1", "name"): "value"}
    assert not keyring_store.would_ask()


@pytest.mark.usefixtures("restored_keyring")
def test_of_a_chain_only_the_safe_link_is_used() -> None:
    plain, safe = PlainTextKeyring(), MemoryKeyring()
    keyring.set_keyring(chain(plain, safe))
    store = KeyringStore("profile-1")
    store.set("name", "value")
    plain.entries["idexx-desktop:profile-1", "other"] = "planted"
    assert safe.entries == {("idexx-desktop:profile-1", "name"): "value"}
    assert store.get("other") is None


def test_round_trip_and_deleting_twice(memory: MemoryKeyring) -> None:
    store = KeyringStore("profile-1")
    assert store.get("name") is None
    store.set("name", "value")
    assert store.get("name") == "value"
    store.delete("name")
    store.delete("name")
    assert store.get("name") is None


def test_long_entries_are_refused(memory: MemoryKeyring) -> None:
    store = KeyringStore("profile-1")
    store.set("name", "x" * 999)
    with pytest.raises(Failure) as caught:
        store.set("name", "y" * 1000)
    assert caught.value.code is FailureCode.INVALID_INPUT
    assert store.get("name") == "x" * 999


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyringLocked("hidden"), FailureCode.VAULT_LOCKED),
        (PromptDismissedException("hidden"), FailureCode.VAULT_LOCKED),
        (NoKeyringError("hidden"), FailureCode.VAULT_UNAVAILABLE),
        (InitError("hidden"), FailureCode.VAULT_UNAVAILABLE),
        (PasswordSetError("hidden"), FailureCode.VAULT_UNAVAILABLE),
        (KeyringError("hidden"), FailureCode.VAULT_UNAVAILABLE),
        (OSError("hidden"), FailureCode.VAULT_UNAVAILABLE),
    ],
)
def test_errors_are_named_without_their_text(
    memory: MemoryKeyring, error: Exception, code: FailureCode
) -> None:
    store = KeyringStore("profile-1")
    memory.error = error
    attempts: list[Callable[[], object]] = [
        lambda: store.get("name"),
        lambda: store.set("name", "value"),
        lambda: store.delete("name"),
    ]
    for attempt in attempts:
        with pytest.raises(Failure) as caught:
            attempt()
        assert (caught.value.code, caught.value.detail) == (code, type(error).__name__)


def test_description_names_the_store(memory: MemoryKeyring) -> None:
    assert KeyringStore("profile-1").description.startswith("this computer's password store (")


@pytest.mark.skipif(
    not all(map(shutil.which, SESSION_TOOLS)), reason=f"needs {' and '.join(SESSION_TOOLS)} on this computer"
)
def test_real_secret_service(tmp_path: Path) -> None:
    import tests.vault.secret_service_session as session

    result = _in_a_session_of_its_own(session, tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split("\n")[:7] == [
        "this computer's password store (SecretService)",
        "missing: None",
        "kept: 999",
        "deleted: None",
        "would ask: False",
        "would ask: True",
        "locked: vault_locked",
    ]


def _in_a_session_of_its_own(script: ModuleType, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a module on a private D-Bus with an empty home, so that nobody's real keyring is touched."""
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
    }
    command = ["dbus-run-session", "--", sys.executable, "-m", script.__name__]
    root = Path(__file__).parents[2]
    return subprocess.run(
        command, env=environment, cwd=root, capture_output=True, text=True, timeout=60, check=False
    )

"""An older file of secrets that somebody puts in place of the last one is noticed, and a crash never looks like it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idexx_desktop.domain.failures import Failure
from idexx_desktop.vault.encoding import to_text
from idexx_desktop.vault.passphrase_store import PassphraseStore, ScryptCost
from idexx_desktop.vault.put_back import ENTRY, Note

QUICK = ScryptCost(n=2**15)


class Folder:
    """A profile's folder; its store reads the file anew for each thing that is done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.vault, self.note = path / "vault.json", path / "vault.json.last"
        self.store = PassphraseStore(self.vault, "profile-1", "open sesame", cost=QUICK)

    def write(self, *values: str) -> bytes:
        """Keep these one after another; the file after that."""
        for value in values:
            self.store.set("key", value)
        return self.vault.read_bytes()

    @property
    def is_put_back(self) -> bool:
        return self.store.is_put_back()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_as_it_goes_on_by_itself(folder: Folder) -> None:
    assert not folder.is_put_back  # nothing there yet
    for value in "abcde":
        folder.write(value)
        assert not folder.is_put_back
    folder.store.delete("key")
    folder.store.delete("was never there")
    assert not folder.is_put_back
    folder.store.accept()
    assert folder.store.get("key") is None


@pytest.mark.parametrize("later", [1, 2, 3, 20])
def test_an_older_file_is_noticed_however_much_is_written_after_it(folder: Folder, later: int) -> None:
    old = folder.write("a", "b")
    folder.write(*("c" * later))
    folder.vault.write_bytes(old)
    assert folder.is_put_back
    assert folder.store.get("key") == "b"  # nobody is locked out
    for value in "defghijkl" * (3 if later == 20 else 1):
        folder.write(value)
        assert folder.is_put_back, value
    folder.store.delete("key")
    assert folder.is_put_back
    folder.store.accept()
    assert not folder.is_put_back
    folder.write("m")
    assert not folder.is_put_back


def test_who_says_yes_once_is_asked_again_for_another_one(folder: Folder) -> None:
    old = folder.write("a")
    folder.write("b")
    for _ in range(2):
        folder.vault.write_bytes(old)
        assert folder.is_put_back
        folder.store.accept()
        assert not folder.is_put_back


@pytest.mark.parametrize(
    "note",
    [None, b"", b"[]", b"{}", b'{"last": 1, "proof": 2}', b'{"last": "00", "proof": "00"}', b"[" * 90_000],
)
def test_a_note_that_is_gone_or_made_up_does_not_help(folder: Folder, note: bytes | None) -> None:
    old = folder.write("a", "b")
    folder.write("c")
    folder.vault.write_bytes(old)
    if note is None:
        folder.note.unlink()
    else:
        folder.note.write_bytes(note)
    assert folder.is_put_back


def test_the_note_of_another_profile_does_not_help(folder: Folder, tmp_path: Path) -> None:
    other = Folder(tmp_path / "other")
    other.write("a", "b", "c")
    folder.write("a", "b")
    shutil.copy(other.note, folder.note)
    assert folder.is_put_back


def test_the_file_of_a_vault_that_was_given_up(folder: Folder) -> None:
    """Its passphrase was the same, its key another."""
    old = folder.write("a", "b")
    folder.vault.unlink()
    folder.write("c")
    assert not folder.is_put_back
    folder.vault.write_bytes(old)
    assert folder.is_put_back


def test_a_whole_folder_of_an_earlier_day_is_not_noticed(folder: Folder) -> None:
    """As the threat model says: there is nothing here that knows better."""
    old, note = folder.write("a", "b"), folder.note.read_bytes()
    folder.write("c")
    folder.vault.write_bytes(old)
    folder.note.write_bytes(note)
    assert not folder.is_put_back


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_crash_between_file_and_note(folder: Folder, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Also at the first writing, and twice in a row."""
    if at > 1:
        folder.write(*"ab"[: at - 1])

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(Note, "write", power_cut)
            with pytest.raises(KeyboardInterrupt):
                folder.write("c")
        assert not folder.is_put_back
        folder.write("d")
        assert not folder.is_put_back
    assert folder.store.get("key") == "d"


def test_a_file_of_an_older_version_of_the_program(folder: Folder) -> None:
    """It has no mark. It goes on as ever, and once it has one, a file without is an older one."""
    store = folder.store
    store.set("key", "a")
    header, _ = store._read()
    old = json.loads(folder.vault.read_bytes())
    nonce = bytes(12)
    sealed = AESGCM(store._key(header)).encrypt(nonce, b'{"key": "a"}', header.bound_to("profile-1"))
    old["sealed"] = to_text(nonce + sealed)
    folder.vault.write_text(json.dumps(old))
    folder.note.unlink()
    assert not folder.is_put_back
    folder.write("b")
    assert not folder.is_put_back
    folder.vault.write_text(json.dumps(old))
    assert folder.is_put_back


def test_the_mark_is_sealed_and_the_note_says_nothing(folder: Folder) -> None:
    folder.write("canary-7f3a")
    assert ENTRY.encode() not in folder.vault.read_bytes()
    assert b"canary" not in folder.note.read_bytes()
    assert folder.note.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Failure):
        PassphraseStore(folder.vault, "profile-1", "another", cost=QUICK).is_put_back()

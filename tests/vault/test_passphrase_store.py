"""The file that a passphrase opens: sealed as a whole, private, safe with several writers and crashes."""

from __future__ import annotations

import json
import multiprocessing
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault import files
from idexx_desktop.vault.passphrase_store import PassphraseStore, ScryptCost
from idexx_desktop.vault.stores import open_store
from tests.conftest import GUESSES
from tests.vault.writing import ENTRIES, WRITERS, store_at, write_for_ever, write_many


def failure_of(store: PassphraseStore) -> Failure:
    with pytest.raises(Failure) as caught:
        store.get("name")
    return caught.value


def change(folder: Path, **changes: Any) -> None:
    path = folder / "vault.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_round_trip_and_deleting_twice(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    assert store.get("name") is None
    store.set("name", "välue")
    assert store_at(tmp_path).get("name") == "välue"
    store.delete("name")
    store.delete("name")
    assert store.get("name") is None


def test_nothing_is_in_clear(tmp_path: Path) -> None:
    store_at(tmp_path).set("planted-name", "planted-value")
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"planted" not in everything
    assert b"open sesame" not in everything


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no file modes; the profile folder is private there"
)
def test_files_and_folder_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    store_at(folder).set("name", "value")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_open_store_takes_the_file_and_its_strong_parameters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(GUESSES, "cost", None)  # as it is delivered
    store = open_store("profile-1", tmp_path, "open sesame")
    store.set("name", "value")
    document = json.loads((tmp_path / "vault.json").read_text())
    assert (document["kdf"], document["n"], document["r"], document["p"]) == ("scrypt", 2**17, 8, 1)
    assert store.description == "a file that your passphrase opens (vault.json)"


def test_wrong_passphrase_is_refused_at_once_and_changes_nothing(tmp_path: Path) -> None:
    store_at(tmp_path).set("name", "value")
    before = (tmp_path / "vault.json").read_bytes()
    with pytest.raises(Failure) as caught:
        open_store("profile-1", tmp_path, "open barley")
    assert caught.value.code is FailureCode.VAULT_LOCKED
    with pytest.raises(Failure) as caught:
        store_at(tmp_path, "open barley").set("name", "other")
    assert caught.value.code is FailureCode.VAULT_LOCKED
    assert (tmp_path / "vault.json").read_bytes() == before


def test_without_the_passphrase_the_computers_own_store_does_not_stand_in(tmp_path: Path) -> None:
    open_store("profile-1", tmp_path, "open sesame").set("name", "value")
    with pytest.raises(Failure) as caught:
        open_store("profile-1", tmp_path, None)
    assert caught.value.code is FailureCode.VAULT_LOCKED
    assert "none was given" in caught.value.title


def test_empty_passphrase_is_none(tmp_path: Path) -> None:
    with pytest.raises(Failure) as caught:
        open_store("profile-1", tmp_path, "")
    assert caught.value.code is FailureCode.VAULT_UNAVAILABLE


def test_passphrase_that_is_no_unicode_can_be_used(tmp_path: Path) -> None:
    store_at(tmp_path, "caf\udce9").set("name", "value")
    assert store_at(tmp_path, "caf\udce9").get("name") == "value"


def test_file_of_another_profile_does_not_open(tmp_path: Path) -> None:
    store_at(tmp_path).set("name", "value")
    assert failure_of(store_at(tmp_path, profile_id="profile-2")).code is FailureCode.VAULT_LOCKED


@pytest.mark.parametrize(
    "changes",
    [
        {"n": 2**14},
        {"n": 2**19},
        {"n": 2**15 + 1},
        {"n": 0},
        {"n": -(2**15)},
        {"n": 32768.0},
        {"r": 7},
        {"r": 17},
        {"p": 0},
        {"p": 5},
        {"p": True},
        {"version": 2},
        {"kdf": "pbkdf2"},
        {"salt": "AAAA"},
        {"salt": 5},
        {"sealed": "AB"},
        {"sealed": None},
        {"extra": 1},
    ],
    ids=str,
)
def test_parameters_out_of_bounds_are_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    store_at(tmp_path).set("name", "value")
    change(tmp_path, **changes)
    assert failure_of(store_at(tmp_path)).code is FailureCode.VAULT_UNAVAILABLE


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b"[" * 100_000])
def test_damaged_file_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vault.json").write_bytes(content)
    failure = failure_of(store_at(tmp_path))
    assert (failure.code, failure.detail) == (FailureCode.VAULT_UNAVAILABLE, "vault.json is damaged")
    assert "is damaged" in failure.title
    assert (tmp_path / "vault.json").read_bytes() == content


@pytest.mark.parametrize("changes", [{"p": 2}, {"sealed": ""}, {"sealed": "A" * 64}], ids=str)
def test_changed_but_well_formed_file_does_not_open(tmp_path: Path, changes: dict[str, Any]) -> None:
    store_at(tmp_path).set("name", "value")
    change(tmp_path, **changes)
    assert failure_of(store_at(tmp_path)).code is FailureCode.VAULT_LOCKED


def test_what_another_process_wrote_is_seen(tmp_path: Path) -> None:
    one, other = store_at(tmp_path), store_at(tmp_path)
    one.set("a", "1")
    other.set("b", "2")
    other.set("a", "3")
    assert (one.get("a"), one.get("b")) == ("3", "2")


def test_each_write_has_a_nonce_of_its_own(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    sealed = set()
    for _ in range(20):
        store.set("name", "value")
        sealed.add(json.loads((tmp_path / "vault.json").read_text())["sealed"][:16])
    assert len(sealed) == 20


def test_concurrent_writers_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(tmp_path, writer)) for writer in range(WRITERS)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
    assert [process.exitcode for process in writers] == [0] * WRITERS
    store = store_at(tmp_path)
    names = [f"{writer}-{number}" for writer in range(WRITERS) for number in range(ENTRIES)]
    assert [store.get(name) for name in names] == [f"value {name}" for name in names]


def test_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    store_at(tmp_path).set("name", "value")
    before = (tmp_path / "vault.json").read_bytes()
    process = multiprocessing.get_context("spawn").Process(target=write_for_ever, args=(tmp_path,))
    process.start()
    while (tmp_path / "vault.json").read_bytes() == before and process.is_alive():
        pass
    process.kill()
    process.join()
    store = store_at(tmp_path)
    assert (store.get("name"), store.get("padding")) == ("value", "x" * 900)
    store.set("name", "after")
    assert store.get("name") == "after"


def test_held_lock_is_waited_for_and_named(tmp_path: Path) -> None:
    path, waits = tmp_path / "file.lock", list[float]()
    with (
        files.locked(path),
        pytest.raises(TimeoutError, match=r"file\.lock"),
        files.locked(path, seconds=1.0, pause=waits.append),
    ):
        pass
    assert sum(waits) == pytest.approx(1.0)
    with files.locked(path, seconds=0):
        pass


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    assert failure_of(store_at(tmp_path / "home")).code is FailureCode.VAULT_UNAVAILABLE


def test_cost_defaults_are_within_their_bounds() -> None:
    assert ScryptCost() == ScryptCost(n=2**17, r=8, p=1)

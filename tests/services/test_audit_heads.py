"""Signed copies outside of the database: only ever added to, and whatever is done to the file is said."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from idexx_desktop.domain.audit_chain import BEFORE_FIRST, ChainEnd
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services.audit_heads import FILE_NAME, SIGNED_AS
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.signing import RecordSigner, verify
from tests.support.record_keeping import Keeping

A, B = "0000000a-0000-4000-8000-000000000000", "0000000b-0000-4000-8000-000000000000"


def end(seq: int) -> ChainEnd:
    """How a chain might end."""
    return ChainEnd(seq, hashlib.sha256(b"%d" % seq).digest())


def problem(profile: Keeping) -> str:
    """What is said to be wrong."""
    return profile.heads().read().problem or ""


@pytest.fixture
def profile(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path)


@pytest.fixture
def filled(profile: Keeping) -> Keeping:
    """Three rounds: two heads, one head, one head."""
    for ends in ({A: end(3), B: end(1)}, {A: end(7), B: end(1)}, {B: end(2)}):
        profile.heads().append(ends)
        profile.clock.pass_by(hours=4)
    return profile


def test_only_what_went_on_is_added(profile: Keeping) -> None:
    heads = profile.heads()
    assert heads.read().heads == {}
    assert not profile.path.exists()
    assert heads.append({}) == 0
    assert heads.append({A: end(3), B: end(1)}) == 2
    before = profile.path.read_bytes()
    assert heads.append({A: end(3), B: end(1)}) == 0
    assert heads.append({A: end(2)}) == 0
    assert profile.path.read_bytes() == before
    assert heads.append({A: end(4)}) == 1
    assert profile.path.read_bytes().startswith(before)
    found = profile.heads().read()
    assert found.problem is None
    assert [head.end.seq for head in found.heads[A]] == [3, 4]
    assert (found.last(A), found.last(B), found.last("C")) == (end(4), end(1), BEFORE_FIRST)
    assert found.of(B).heads.keys() == {B}
    assert found.moments() == [profile.clock.now()] * 3


def test_each_line_is_signed_by_itself_and_holds_the_hash_of_the_one_before(filled: Keeping) -> None:
    lines = filled.path.read_bytes().splitlines()
    assert len(lines) == 4
    before = bytes(32).hex()
    for line in lines:
        entry = json.loads(line)
        assert entry["previous"] == before
        before = hashlib.sha256(line).hexdigest()
        signature = entry.pop("signature")
        signed = SIGNED_AS + json.dumps(entry, separators=(",", ":")).encode()
        assert verify(RecordSigner(filled.store).public_key, signed, signature)
    assert stat.S_IMODE(filled.path.stat().st_mode) == 0o600


def damages(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """What may become of a file."""
    for place in range(0, len(raw), 3):
        yield f"bit of byte {place}", raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
    for length in range(0, len(raw), 11):
        yield f"cut at {length}", raw[:length]
    lines = raw.splitlines(keepends=True)
    for number in range(len(lines)):
        yield f"without line {number}", b"".join(lines[:number] + lines[number + 1 :])
        # what follows the last line is what a crash would leave: it counts for nothing
        if number + 1 < len(lines):
            yield (
                f"line {number} twice",
                b"".join(lines[:number] + lines[number : number + 1] + lines[number:]),
            )
    yield "turned round", b"".join(reversed(lines))
    yield "something before it", b"\n" + raw
    yield "JSON of another kind", b"[]\n" + raw.partition(b"\n")[2]


def test_every_damage_is_said_and_nothing_is_added_any_more(filled: Keeping) -> None:
    raw = filled.path.read_bytes()
    for what, damaged in damages(raw):
        filled.path.write_bytes(damaged)
        assert "it was changed or is missing" in problem(filled), what
    with pytest.raises(Failure) as refused:
        filled.heads().append({A: end(9)})
    assert refused.value.code is FailureCode.AUDIT_CHANGED
    filled.path.unlink()
    assert problem(filled) == f"{FILE_NAME}, line 1 of 4: it was changed or is missing"
    filled.path.write_bytes(raw)
    assert problem(filled) == ""
    assert filled.heads().append({A: end(9)}) == 1


def test_what_is_left_of_a_damaged_file_still_counts(filled: Keeping) -> None:
    lines = filled.path.read_bytes().splitlines(keepends=True)
    filled.path.write_bytes(lines[0] + lines[1].replace(b'"seq":1', b'"seq":8') + lines[2] + lines[3])
    found = filled.heads().read()
    assert found.problem == f"{FILE_NAME}, line 2 of 4: it was changed or is missing"
    assert {chain: [head.end for head in heads] for chain, heads in found.heads.items()} == {
        A: [end(3), end(7)],
        B: [end(2)],
    }


def test_lines_of_another_key_count_for_nothing(filled: Keeping, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Keeping(tmp_path / "other", KeyringStore("profile-2"))
    other.heads().append({A: end(3), B: end(1)})
    other.heads().append({A: end(50)})
    filled.path.write_bytes(other.path.read_bytes() + filled.path.read_bytes())
    found = filled.heads().read()
    assert found.problem
    assert A not in found.heads


def test_a_lost_key_is_said(filled: Keeping) -> None:
    filled.store = KeyringStore("profile-2")
    assert "lost the key" in problem(filled)
    with pytest.raises(Failure, match="lost the key"):
        filled.heads().append({A: end(9)})


def test_set_aside_and_begun_anew(filled: Keeping) -> None:
    raw = filled.path.read_bytes()
    filled.store = KeyringStore("profile-2")
    filled.heads().set_aside()
    filled.heads().set_aside()  # nothing left to be set aside
    assert filled.heads().append({A: end(2)}) == 1
    assert [head.end.seq for head in filled.heads().read().heads[A]] == [2]
    [kept] = filled.folder.glob("activity-record-heads-*.jsonl")
    assert kept.read_bytes() == raw


def test_a_crash_in_mid_line_leaves_nothing_behind(filled: Keeping) -> None:
    whole = filled.path.read_bytes()
    filled.path.write_bytes(whole + b'{"time":"2026-11-')
    assert problem(filled) == ""
    filled.heads().append({A: end(8)})
    assert filled.path.read_bytes().startswith(whole + b'{"time":"2026-11-19T')
    assert problem(filled) == ""
    assert filled.heads().read().last(A) == end(8)


class CrashingStore(KeyringStore):
    """Loses power when the length of the file is kept, once `lines` are in it."""

    def __init__(self, lines: int) -> None:
        super().__init__("profile-1")
        self.lines = lines

    def set(self, name: str, value: str) -> None:
        """See `SecretStore.set`."""
        if name == "record-heads" and json.loads(value)["lines"] == self.lines:
            self.lines = -1
            raise KeyboardInterrupt
        super().set(name, value)


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_a_crash_before_the_length_is_kept(profile: Keeping, lines: int) -> None:
    profile.store = CrashingStore(lines)
    if lines == 2:
        profile.heads().append({A: end(1)})
    with pytest.raises(KeyboardInterrupt):
        profile.heads().append({A: end(5)})
    assert problem(profile) == ""
    assert profile.heads().append({A: end(6)}) == 1
    assert problem(profile) == ""
    assert profile.heads().read().last(A) == end(6)


def test_several_programs_add_at_once(profile: Keeping) -> None:
    def add(number: int) -> int:
        return profile.heads().append({f"{number % 4}": end(number)})

    with ThreadPoolExecutor(8) as pool:
        added = sum(pool.map(add, range(1, 41)))
    found = profile.heads().read()
    assert found.problem is None
    assert len(profile.path.read_bytes().splitlines()) == added
    assert {chain: found.last(chain).seq for chain in "0123"} == {"0": 40, "1": 37, "2": 38, "3": 39}


def test_a_folder_that_is_gone_is_said(profile: Keeping) -> None:
    profile.folder = profile.folder / "gone"
    with pytest.raises(Failure) as refused:
        profile.heads().read()
    assert refused.value.code is FailureCode.INVALID_INPUT


def test_an_older_key_file_does_not_shorten_the_copies(profile: Keeping) -> None:
    """The store knows of fewer lines than there are: they aren't taken for what a crash has left, and stay."""
    profile.heads().append({A: end(1)})
    known = profile.store.get("record-heads")
    assert known is not None
    profile.heads().append({A: end(2)})
    profile.store.set("record-heads", known)
    assert problem(profile) == ""  # once: a crash looks the same, and costs nothing but that copy
    profile.heads().append({A: end(3)})
    profile.clock.pass_by(minutes=1)
    profile.heads().append({A: end(4)})
    profile.store.set("record-heads", known)
    assert "goes on after line 1: an older key file was put back" in problem(profile)
    before = profile.path.read_bytes()
    with pytest.raises(Failure) as refused:
        profile.heads().append({A: end(5)})
    assert refused.value.code is FailureCode.AUDIT_CHANGED
    assert profile.path.read_bytes() == before

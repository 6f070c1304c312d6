"""What is sealed opens in its own place, whole, with its own key, and in no other way."""

from __future__ import annotations

import itertools
from base64 import urlsafe_b64encode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.encoding import from_text, to_text
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import SealContext, Sealer, new_password
from tests.vault.conftest import CONTEXT, MemoryKeyring

SECRET = "correct horse 7"


def refusal(
    sealer: Sealer, text: str, key_id: str, context: SealContext = CONTEXT
) -> tuple[FailureCode, str]:
    """How opening is refused: the code and the detail, which is all that anybody is told."""
    with pytest.raises(Failure) as caught:
        sealer.open(text, key_id, context)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.code, caught.value.detail


BROKEN = (FailureCode.SEAL_BROKEN, "a sealed text did not open")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters()))
def test_any_text_comes_back(sealer: Sealer, text: str) -> None:
    sealed = sealer.seal(text, CONTEXT)
    assert sealer.open(sealed.text, sealed.key_id, CONTEXT) == text


def test_form_is_version_nonce_ciphertext_tag(sealer: Sealer) -> None:
    data = from_text(sealer.seal(SECRET, CONTEXT).text)
    assert data[0] == 1
    assert len(data) == 1 + 12 + len(SECRET) + 16
    assert SECRET.encode() not in data


def test_no_nonce_twice_in_10_000(sealer: Sealer) -> None:
    nonces = {from_text(sealer.seal(SECRET, CONTEXT).text)[1:13] for _ in range(10_000)}
    assert len(nonces) == 10_000


def test_all_1560_swaps_are_refused(sealer: Sealer) -> None:
    places = [
        SealContext("idexx_credentials", column, f"row-{row}", f"user-{row}")
        for row in range(20)
        for column in ("encrypted_username", "encrypted_password")
    ]
    sealed = {place: sealer.seal(SECRET, place) for place in places}
    swaps = list(itertools.permutations(places, 2))
    refused = [refusal(sealer, sealed[one].text, sealed[one].key_id, other) for one, other in swaps]
    assert refused == [BROKEN] * 1560


def test_each_part_of_the_place_counts_and_none_runs_into_the_next(sealer: Sealer) -> None:
    place = SealContext("table", "column", "row", "user", "extra")
    sealed = sealer.seal(SECRET, place)
    others = [
        SealContext("tablec", "olumn", "row", "user", "extra"),
        SealContext("table", "columnr", "ow", "user", "extra"),
        SealContext("table", "column", "rowuser", "", "extra"),
        SealContext("table", "column", "row", "user", ""),
        SealContext("column", "table", "row", "user", "extra"),
    ]
    assert [refusal(sealer, sealed.text, sealed.key_id, other) for other in others] == [BROKEN] * 5


def test_every_flipped_bit_is_refused(sealer: Sealer) -> None:
    sealed = sealer.seal(SECRET, CONTEXT)
    data = from_text(sealed.text)
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        assert refusal(sealer, to_text(bytes(flipped)), sealed.key_id) == BROKEN


def test_every_flipped_bit_of_the_stored_text_is_refused(sealer: Sealer) -> None:
    sealed = sealer.seal(SECRET, CONTEXT)
    for place, bit in itertools.product(range(len(sealed.text)), range(8)):
        changed = chr(ord(sealed.text[place]) ^ 1 << bit)
        text = sealed.text[:place] + changed + sealed.text[place + 1 :]
        assert refusal(sealer, text, sealed.key_id) == BROKEN


def test_every_truncation_and_extension_is_refused(sealer: Sealer) -> None:
    sealed = sealer.seal(SECRET, CONTEXT)
    data = from_text(sealed.text)
    changed = [to_text(data[:length]) for length in range(len(data))]
    changed += [sealed.text[:length] for length in range(len(sealed.text))]
    changed += [to_text(data + b"\0" * count) for count in range(1, 33)]
    changed += [sealed.text + "A" * count for count in range(1, 33)]
    assert {refusal(sealer, text, sealed.key_id) for text in changed} == {BROKEN}


@pytest.mark.parametrize("tail", ["=", "==", "\n", " ", "é", "\0", "\ud800"])
def test_other_spellings_of_the_same_bytes_are_refused(sealer: Sealer, tail: str) -> None:
    sealed = sealer.seal(SECRET, CONTEXT)
    for text in (sealed.text + tail, tail + sealed.text, sealed.text[:9] + tail + sealed.text[9:]):
        assert refusal(sealer, text, sealed.key_id) == BROKEN


def test_unused_bits_at_the_end_must_be_zero() -> None:
    assert from_text(to_text(b"\0")) == b"\0" == from_text("AA")
    with pytest.raises(ValueError, match="canonical"):
        from_text("AB")


def test_standard_alphabet_is_refused() -> None:
    assert to_text(b"\xfb\xff") == "-_8" == urlsafe_b64encode(b"\xfb\xff").rstrip(b"=").decode()
    with pytest.raises(ValueError, match="canonical"):
        from_text("+/8")


def test_another_version_is_refused(sealer: Sealer) -> None:
    sealed = sealer.seal(SECRET, CONTEXT)
    data = from_text(sealed.text)
    for version in (0, 2, 255):
        assert refusal(sealer, to_text(bytes([version]) + data[1:]), sealed.key_id) == BROKEN


def test_relabelled_to_another_key_of_ours_is_refused(sealer: Sealer, keys: KeyRing) -> None:
    old = sealer.seal(SECRET, CONTEXT)
    new_id = keys.add_key()
    new = sealer.seal(SECRET, CONTEXT)
    assert new.key_id == new_id != old.key_id
    assert refusal(sealer, old.text, new.key_id) == BROKEN
    assert refusal(sealer, new.text, old.key_id) == BROKEN
    assert sealer.open(old.text, old.key_id, CONTEXT) == SECRET


def test_relabelled_to_a_dropped_key_is_refused(sealer: Sealer, keys: KeyRing) -> None:
    dropped = keys.active_key_id()
    keys.add_key()
    sealed = sealer.seal(SECRET, CONTEXT)
    keys.drop_key(dropped)
    assert refusal(sealer, sealed.text, dropped)[0] is FailureCode.KEY_MISSING
    assert sealer.open(sealed.text, sealed.key_id, CONTEXT) == SECRET


def test_sealed_with_a_named_key(sealer: Sealer, keys: KeyRing, memory: MemoryKeyring) -> None:
    old, active = keys.add_key(), keys.add_key()
    sealed = sealer.seal(SECRET, CONTEXT, old)
    assert sealed.key_id == old
    assert sealer.open(sealed.text, old, CONTEXT) == SECRET
    assert refusal(sealer, sealed.text, active) == BROKEN
    before = dict(memory.entries)
    for key_id in ("", "0" * 12):
        with pytest.raises(Failure) as caught:
            sealer.seal(SECRET, CONTEXT, key_id)
        assert caught.value.code is FailureCode.KEY_MISSING
    assert memory.entries == before


@pytest.mark.parametrize("key_id", ["", "0" * 12, "active-key", "../x", "A" * 12, "key:", "\0", "é"])
def test_relabelled_to_a_key_that_is_none_is_refused(sealer: Sealer, key_id: str) -> None:
    sealed = sealer.seal(SECRET, CONTEXT)
    assert refusal(sealer, sealed.text, key_id)[0] is FailureCode.KEY_MISSING


def test_key_with_the_same_bytes_under_another_id_does_not_open(
    sealer: Sealer, memory: MemoryKeyring
) -> None:
    sealed = sealer.seal(SECRET, CONTEXT)
    service = "idexx-desktop:profile-1"
    memory.entries[service, "key:" + "a" * 12] = memory.entries[service, f"key:{sealed.key_id}"]
    assert refusal(sealer, sealed.text, "a" * 12) == BROKEN


def test_passwords_are_long_and_never_the_same() -> None:
    passwords = {new_password() for _ in range(1000)}
    assert len(passwords) == 1000
    assert {len(from_text(password)) for password in passwords} == {32}

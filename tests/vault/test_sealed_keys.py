"""A data key reaches exactly the member it was sealed to, from exactly the member that sealed it."""

from __future__ import annotations

import dataclasses
import itertools
import os
from datetime import UTC, datetime

import pytest

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.vault.codes import CodeKind, new_recovery_code, read_code
from idexx_desktop.vault.computer import Computer, ComputerKind, PublicComputer
from idexx_desktop.vault.encoding import from_text, joined, to_text
from idexx_desktop.vault.kit import kit_computer
from idexx_desktop.vault.sealed_keys import DataKey, SealedKey, open_key, seal_key
from tests.vault.computers import OTHER_CREDENTIAL, OTHER_USER, Clinic, code_of, failure_of, new_computer
from tests.vault.test_vectors import vectors

PURPOSE = "idexx-desktop sealed key 1"
BROKEN = (FailureCode.SEAL_BROKEN, "a sealed key did not open")
KEY = DataKey("0123456789ab", os.urandom(32), datetime(2026, 3, 1, 12, tzinfo=UTC))


@dataclasses.dataclass(frozen=True)
class Scene:
    """A clinic of two computers and a kit; `sealed` lies in the database, from the first to the second."""

    clinic: Clinic
    second: Computer
    kit: Computer
    sealed: SealedKey

    def refusal(self, sealed: SealedKey, own: Computer | None = None) -> tuple[FailureCode, str]:
        failure = failure_of(open_key, sealed, own or self.second, self.clinic.newest)
        assert failure.__cause__ is None
        assert failure.__suppress_context__ or failure.__context__ is None
        return failure.code, failure.detail


@pytest.fixture(scope="module")
def scene() -> Scene:
    clinic, second = Clinic(), new_computer("Front Desk 2")
    kit = kit_computer(read_code(new_recovery_code(), CodeKind.RECOVERY))
    clinic.admit(second)
    clinic.admit(kit)
    return Scene(clinic, second, kit, seal_key(KEY, second.id, clinic.first, clinic.newest))


def test_each_member_opens_what_was_sealed_to_it(scene: Scene) -> None:
    members = (scene.clinic.first, scene.second, scene.kit)
    for signer, recipient in itertools.product(members, members):
        sealed = seal_key(KEY, recipient.id, signer, scene.clinic.newest)
        assert open_key(sealed, recipient, scene.clinic.newest) == KEY
        assert (sealed.key_id, sealed.computer_id, sealed.signed_by) == (KEY.id, recipient.id, signer.id)
        for other in members:
            if other is not recipient:
                assert scene.refusal(sealed, other) == BROKEN


def test_key_is_neither_printed_nor_in_clear(scene: Scene) -> None:
    assert KEY.key not in from_text(scene.sealed.text)
    assert repr(KEY.key) not in repr(KEY)


def test_nothing_is_sealed_to_who_is_no_member(scene: Scene) -> None:
    outsider = new_computer("Front Desk 3")
    first, newest = scene.clinic.first, scene.clinic.newest
    for recipient_id, signer in ((outsider.id, first), (first.id, outsider), ("", first)):
        refused = code_of(seal_key, KEY, recipient_id, signer, newest)
        assert refused is FailureCode.NOT_APPROVED
    assert scene.refusal(scene.sealed, outsider)[0] is FailureCode.NOT_APPROVED


def test_key_from_who_is_no_member_is_refused() -> None:
    clinic, thief = Clinic(), new_computer("Laptop")
    clinic.admit(thief)
    planted = seal_key(KEY, clinic.first.id, thief, clinic.newest)
    assert open_key(planted, clinic.first, clinic.newest) == KEY
    clinic.remove(thief)
    assert code_of(open_key, planted, clinic.first, clinic.newest) is FailureCode.COMPUTERS_CHANGED
    relabelled = dataclasses.replace(planted, signed_by=clinic.first.id)
    assert code_of(open_key, relabelled, clinic.first, clinic.newest) is FailureCode.SEAL_BROKEN


def test_another_signer_or_signature_is_refused(scene: Scene) -> None:
    other = seal_key(KEY, scene.second.id, scene.clinic.first, scene.clinic.newest)
    for changed in (
        dataclasses.replace(scene.sealed, signed_by=scene.second.id),
        dataclasses.replace(scene.sealed, signature=other.signature),
        dataclasses.replace(scene.sealed, signature=scene.second.sign(scene.sealed.text.encode())),
        dataclasses.replace(scene.sealed, signature=""),
    ):
        assert scene.refusal(changed) == BROKEN


def test_relabelled_key_id_is_refused(scene: Scene) -> None:
    for key_id in ("0123456789ac", "", "active-key"):
        assert scene.refusal(dataclasses.replace(scene.sealed, key_id=key_id)) == BROKEN


def test_key_of_another_sign_in_or_list_is_refused(scene: Scene) -> None:
    """All with the same computers: only what it is about differs."""
    newest = scene.clinic.newest
    for elsewhere in (
        dataclasses.replace(newest, sign_in=OTHER_CREDENTIAL),
        dataclasses.replace(newest, sign_in=OTHER_USER),
        dataclasses.replace(newest, lineage="0" * 32),  # started over
    ):
        there = seal_key(KEY, scene.second.id, scene.clinic.first, elsewhere)
        assert open_key(there, scene.second, elsewhere) == KEY
        assert scene.refusal(there) == BROKEN


def test_another_version_is_refused_even_when_signed(scene: Scene) -> None:
    newest, recipient = scene.clinic.newest, scene.second.public
    data = from_text(scene.sealed.text)
    place = (newest.sign_in.credential_id, newest.sign_in.user_id, newest.lineage)
    bound = joined(PURPOSE, *place, KEY.id, recipient.id, recipient.sealing_key, data[1:33])
    for version in (1, 0, 2):
        text = to_text(bytes([version]) + data[1:])
        signature = scene.clinic.first.sign(joined(PURPOSE, bound, text))
        signed = dataclasses.replace(scene.sealed, text=text, signature=signature)
        if version == 1:
            assert signed == scene.sealed
        else:
            assert scene.refusal(signed) == BROKEN


def test_every_flipped_bit_is_refused(scene: Scene) -> None:
    data = from_text(scene.sealed.text)
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        assert scene.refusal(dataclasses.replace(scene.sealed, text=to_text(bytes(flipped)))) == BROKEN


def test_every_truncation_and_extension_is_refused(scene: Scene) -> None:
    data = from_text(scene.sealed.text)
    texts = [to_text(data[:length]) for length in range(len(data))]
    texts += [to_text(data + bytes(count)) for count in range(1, 33)]
    texts += [scene.sealed.text + "=", scene.sealed.text + "\n", "é"]
    assert {scene.refusal(dataclasses.replace(scene.sealed, text=text)) for text in texts} == {BROKEN}


def test_signer_that_changes_the_text_after_all_cannot_move_it(scene: Scene) -> None:
    """Even a member's own signature does not make a text sealed to one computer open at another."""
    to_kit = seal_key(KEY, scene.kit.id, scene.clinic.first, scene.clinic.newest)
    to_second = seal_key(KEY, scene.second.id, scene.clinic.first, scene.clinic.newest)
    mixed = dataclasses.replace(to_second, text=to_kit.text, signature=to_kit.signature)
    assert scene.refusal(mixed) == BROKEN


def test_no_one_time_key_twice(scene: Scene) -> None:
    newest = scene.clinic.newest
    texts = [seal_key(KEY, scene.second.id, scene.clinic.first, newest).text for _ in range(500)]
    assert len({from_text(text)[1:33] for text in texts}) == 500


def test_member_whose_key_keeps_no_secret_gets_nothing() -> None:
    weak = {vector["public"] for vector in vectors("x25519_vectors.json") if vector["zero"]}
    for public in weak:
        clinic = Clinic()
        signing_key = new_computer("X").public.signing_key
        sealing_key = to_text(bytes.fromhex(public))
        member = PublicComputer("Front Desk 2", ComputerKind.COMPUTER, sealing_key, signing_key)
        clinic.admit(member)
        refused = code_of(seal_key, KEY, member.id, clinic.first, clinic.newest)
        assert refused is FailureCode.COMPUTERS_CHANGED

"""What proves a backup: nobody without the vault, or the kit's code, makes it; nobody turns it to another purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault import kit, signing
from idexx_desktop.vault.backup_proof import (
    BackupProof,
    BackupSigner,
    KitLead,
    lead_from_kit,
    prove_by_kit,
    read_proof,
    require_unchanged,
)
from idexx_desktop.vault.codes import CodeKind, new_recovery_code, read_code
from idexx_desktop.vault.computer import Computer, ComputerKind, SignInId
from idexx_desktop.vault.computer_list import SignedList, admit, begin, read_list
from idexx_desktop.vault.encoding import joined
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.signing import RecordSigner

SIGN_IN = SignInId("credential-1", "user-1")
ABOUT: dict[str, Any] = {"id": "b-1", "made_at": "2026-11-22T18:00:00+00:00", "sha256": {"base": "00"}}
CODE = new_recovery_code()


def a_computer(number: int) -> Computer:
    return Computer.from_seeds(
        f"PC {number}", ComputerKind.COMPUTER, bytes([number]) * 32, bytes([number + 100]) * 32
    )


OWN, THIEF = a_computer(1), a_computer(2)


def listed(
    own: Computer, code: str = CODE, sign_in: SignInId = SIGN_IN
) -> tuple[tuple[SignedList, ...], str, str]:
    """A list begun by a computer, which then made a kit; with the kit's id and its anchor."""
    secret = read_code(code, CodeKind.RECOVERY)
    first = begin(own, sign_in)
    made = kit.kit_computer(secret).public
    second = admit(read_list(first.document), made, own)
    anchor = kit.make_anchor(secret, sign_in, read_list(second.document).pin)
    return (first, second), made.id, anchor


LISTS, KIT_ID, ANCHOR = listed(OWN)


def lead_of(own: Computer, lists: tuple[SignedList, ...] = LISTS) -> Callable[[str], KitLead]:
    return lambda key: lead_from_kit(KIT_ID, ANCHOR, SIGN_IN, lists, own, key)


@pytest.fixture
def signer() -> BackupSigner:
    return BackupSigner(KeyringStore("profile-1"))


@pytest.fixture
def proof(signer: BackupSigner) -> BackupProof:
    return signer.sign(ABOUT, lead_of(OWN))


def test_it_is_read_as_it_was_written_and_proves(signer: BackupSigner, proof: BackupProof) -> None:
    assert read_proof(proof.as_facts()) == proof
    require_unchanged(proof, ABOUT)
    prove_by_kit(proof, CODE.lower())
    assert proof.key == signer.known_key() == BackupSigner(KeyringStore("profile-1")).known_key()
    assert BackupSigner(KeyringStore("profile-2")).known_key() is None, "asking makes no key"
    alone = signer.sign(ABOUT, lambda _: None)
    assert read_proof(alone.as_facts()) == alone


def test_its_key_serves_nothing_else(signer: BackupSigner, proof: BackupProof) -> None:
    """And nothing that was signed for another purpose is a proof."""
    store = KeyringStore("profile-1")
    assert proof.key != RecordSigner(store).public_key
    for data in (b"", joined("idexx-desktop backup key 1", proof.key), b"idexx-desktop backup 1"):
        assert not signing.verify(proof.key, data, proof.signature)


@pytest.mark.parametrize(
    "about",
    [ABOUT | {"id": "b-2"}, ABOUT | {"made_at": "2099"}, ABOUT | {"more": 1}, {**ABOUT, "sha256": {}}, {}],
)
def test_nothing_that_it_says_can_be_changed(proof: BackupProof, about: dict[str, Any]) -> None:
    with pytest.raises(Failure) as refused:
        require_unchanged(proof, about)
    assert refused.value.code is FailureCode.BACKUP_UNUSABLE


def test_another_code_proves_nothing(signer: BackupSigner, proof: BackupProof) -> None:
    with pytest.raises(Failure) as other:
        prove_by_kit(proof, new_recovery_code())
    assert other.value.code is FailureCode.CODE_REFUSED
    with pytest.raises(Failure) as mistyped:
        prove_by_kit(proof, CODE[:-1])
    assert mistyped.value.code is FailureCode.CODE_REFUSED
    with pytest.raises(Failure) as none:
        prove_by_kit(signer.sign(ABOUT, lambda _: None), CODE)
    assert none.value.code is FailureCode.BACKUP_NOT_PROVED


def test_a_thief_makes_no_chain_from_the_kit_to_a_key(proof: BackupProof) -> None:
    """Everything in it is public, and what is missing is a member's signature, or the code."""
    thief = BackupSigner(KeyringStore("thief"))
    assert proof.lead is not None
    lead = proof.lead
    lists_of_thief, own_kit, own_anchor = listed(THIEF, new_recovery_code())
    joins = admit(read_list(lists_of_thief[-1].document), THIEF.public, THIEF)
    ways: dict[str, Callable[[str], KitLead]] = {
        "the clinic's, as it is": lambda _: lead,
        "signed by the thief": lambda key: replace(lead, certificate=lead_of(THIEF)(key).certificate),
        "in the thief's name": lead_of(THIEF),
        "the thief's own list": lead_of(THIEF, lists_of_thief),
        "which goes on from the clinic's": lead_of(THIEF, (*LISTS, joins)),
        "with another anchor": lambda key: replace(lead_of(THIEF, lists_of_thief)(key), anchor=own_anchor),
        "without lists": lead_of(OWN, ()),
        "cut before the kit": lead_of(OWN, LISTS[:1]),
        "of another sign-in": lambda key: replace(lead_of(OWN)(key), sign_in=SignInId("other", "user-1")),
    }
    for what, way in ways.items():
        forged = thief.sign(ABOUT, way)
        require_unchanged(forged, ABOUT)
        with pytest.raises(Failure) as refused:
            prove_by_kit(forged, CODE)
        assert refused.value.code is FailureCode.BACKUP_UNUSABLE, what
    with_other_kit = thief.sign(
        ABOUT, lambda key: replace(lead_of(THIEF, lists_of_thief)(key), kit_id=own_kit)
    )
    with pytest.raises(Failure) as refused:
        prove_by_kit(with_other_kit, CODE)
    assert refused.value.code is FailureCode.CODE_REFUSED


def test_whoever_joined_since_the_kit_was_made_is_proved_too() -> None:
    """A computer that the kit, or a member, has let in; not one that was taken out again in a list that came later."""
    newcomer = a_computer(3)
    third = admit(
        read_list(LISTS[-1].document), newcomer.public, kit.kit_computer(read_code(CODE, CodeKind.RECOVERY))
    )
    proof = BackupSigner(KeyringStore("profile-3")).sign(ABOUT, lead_of(newcomer, (*LISTS, third)))
    prove_by_kit(proof, CODE)


@pytest.mark.parametrize(
    "facts",
    [{}, {"key": 1, "signature": "", "kit": None}, {"key": "", "signature": "", "kit": 5}, {"key": ""}, []],
)
def test_what_is_no_proof(facts: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_proof(facts)


def test_whatever_a_proof_holds_is_refused_with_words(proof: BackupProof) -> None:
    """A key that is none, lists that are none: a named failure, never another."""
    assert proof.lead is not None
    for key in ("", "x", "é", "A" * 43):
        with pytest.raises(Failure) as refused:
            require_unchanged(replace(proof, key=key), ABOUT)
        assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    junk = SignedList("{}", "", "")
    for lead in (
        replace(proof.lead, lists=(junk,)),
        replace(proof.lead, anchor="[" * 5000),
        replace(proof.lead, certificate="é"),
        replace(proof.lead, computer_id=""),
    ):
        with pytest.raises(Failure) as refused:
            prove_by_kit(replace(proof, lead=lead), CODE)
        assert refused.value.code is FailureCode.BACKUP_UNUSABLE

"""A new computer and a member meet over a code that a person carries; the database between them is hostile."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

import pytest

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.vault.approval import Asked, ask, check_request, forget_request, is_asking, read_answer
from idexx_desktop.vault.codes import new_approval_code
from idexx_desktop.vault.computer import Computer, ComputerKind, SignInId, own_computer
from idexx_desktop.vault.computer_list import follow
from idexx_desktop.vault.keyring_store import KeyringStore
from tests.vault.computers import OTHER_CREDENTIAL, OTHER_USER, SIGN_IN, Clinic, code_of, new_computer
from tests.vault.conftest import MemoryKeyring

REFUSED = FailureCode.CODE_REFUSED
CHANGED = FailureCode.COMPUTERS_CHANGED


@dataclass(frozen=True)
class Newcomer:
    """A computer that asks: its store, its identity, and what it has asked with."""

    store: KeyringStore
    own: Computer
    asked: Asked

    @property
    def public_keys(self) -> str:
        return self.own.public.as_text()


@pytest.fixture
def newcomer(memory: MemoryKeyring) -> Newcomer:
    store = KeyringStore("pc-2")
    own = own_computer(store, "Front Desk 2")
    return Newcomer(store, own, ask(store, own.public, SIGN_IN))


def test_code_proves_both_ways(newcomer: Newcomer, memory: MemoryKeyring) -> None:
    clinic = Clinic()
    typed = newcomer.asked.code.lower().replace("-", " ")
    checked = check_request(newcomer.public_keys, newcomer.asked.proof, typed, SIGN_IN)
    assert checked.computer == newcomer.own.public
    clinic.admit(checked.computer)
    answer = checked.answer(clinic.newest.pin)
    clinic.admit(new_computer("Front Desk 3"))  # the list goes on in the meantime
    pin = read_answer(newcomer.store, answer, SIGN_IN)
    assert pin == clinic.version(2).pin
    assert follow(pin, clinic.chain, SIGN_IN).member(newcomer.own.id) == newcomer.own.public
    assert is_asking(newcomer.store)
    forget_request(newcomer.store)
    assert not is_asking(newcomer.store)
    assert code_of(read_answer, newcomer.store, answer, SIGN_IN) is FailureCode.NOT_APPROVED
    assert max(len(value) for value in memory.entries.values()) < 200


def test_code_is_neither_kept_nor_printed(newcomer: Newcomer, memory: MemoryKeyring) -> None:
    told = [*memory.entries.values(), newcomer.asked.proof, repr(newcomer.asked), newcomer.public_keys]
    for secret in (newcomer.asked.code, newcomer.asked.code.replace("-", "")):
        assert not any(secret in text for text in told)


def test_wrong_code_is_refused(newcomer: Newcomer) -> None:
    keys, proof = newcomer.public_keys, newcomer.asked.proof
    for typed in (new_approval_code(), newcomer.asked.code[:-1], ""):
        assert code_of(check_request, keys, proof, typed, SIGN_IN) is REFUSED


def test_attackers_request_in_its_place_is_refused(newcomer: Newcomer, memory: MemoryKeyring) -> None:
    """Whoever writes its own keys into the request, under the same name, lacks the code that people see."""
    store = KeyringStore("attacker")
    attacker = own_computer(store, "Front Desk 2")
    theirs = ask(store, attacker.public, SIGN_IN)
    keys, code = attacker.public.as_text(), newcomer.asked.code
    for proof in (theirs.proof, newcomer.asked.proof):
        assert code_of(check_request, keys, proof, code, SIGN_IN) is REFUSED


@pytest.mark.parametrize("change", ["name", "kind", "proof", "spelling"])
def test_changed_request_is_refused(newcomer: Newcomer, change: str) -> None:
    keys, proof = newcomer.public_keys, newcomer.asked.proof
    if change == "name":
        keys = keys.replace("Front Desk 2", "Front Desk 1")
    elif change == "kind":
        keys = keys.replace('"computer"', '"kit"')
    elif change == "proof":
        proof = ("A" if proof[0] != "A" else "B") + proof[1:]
    else:
        keys = keys + " "
    assert (keys, proof) != (newcomer.public_keys, newcomer.asked.proof)
    assert code_of(check_request, keys, proof, newcomer.asked.code, SIGN_IN) is REFUSED


@pytest.mark.parametrize("sign_in", [OTHER_CREDENTIAL, OTHER_USER])
def test_request_for_another_sign_in_is_refused(newcomer: Newcomer, sign_in: SignInId) -> None:
    keys, asked = newcomer.public_keys, newcomer.asked
    assert code_of(check_request, keys, asked.proof, asked.code, sign_in) is REFUSED


def test_nobody_asks_as_a_kit(newcomer: Newcomer) -> None:
    """A kit takes the place of the kit before: that is not what people approve here."""
    kit = dataclasses.replace(newcomer.own.public, kind=ComputerKind.KIT)
    asked = ask(newcomer.store, kit, SIGN_IN)
    assert code_of(check_request, kit.as_text(), asked.proof, asked.code, SIGN_IN) is REFUSED


def test_changed_answer_is_refused(newcomer: Newcomer) -> None:
    asked, clinic = newcomer.asked, Clinic()
    checked = check_request(newcomer.public_keys, asked.proof, asked.code, SIGN_IN)
    clinic.admit(checked.computer)
    answer = checked.answer(clinic.newest.pin)
    for place, right in enumerate(answer):
        wrong = answer[:place] + ("1" if right != "1" else "2") + answer[place + 1 :]
        assert code_of(read_answer, newcomer.store, wrong, SIGN_IN) is CHANGED
    others = ["", "{}", "null", "é", asked.proof]
    others += [json.dumps(json.loads(answer) | {"version": version}) for version in (True, 0, "2", None)]
    for wrong in others:
        assert code_of(read_answer, newcomer.store, wrong, SIGN_IN) is CHANGED
    for sign_in in (OTHER_CREDENTIAL, OTHER_USER):
        assert code_of(read_answer, newcomer.store, answer, sign_in) is CHANGED
    assert read_answer(newcomer.store, answer, SIGN_IN) == clinic.newest.pin


def test_answer_to_an_earlier_request_is_refused(newcomer: Newcomer) -> None:
    first, clinic = newcomer.asked, Clinic()
    checked = check_request(newcomer.public_keys, first.proof, first.code, SIGN_IN)
    clinic.admit(checked.computer)
    answer = checked.answer(clinic.newest.pin)
    again = ask(newcomer.store, newcomer.own.public, SIGN_IN)
    assert again.code != first.code
    assert code_of(read_answer, newcomer.store, answer, SIGN_IN) is CHANGED
    keys = newcomer.public_keys
    assert code_of(check_request, keys, again.proof, first.code, SIGN_IN) is REFUSED


def test_guess_for_one_request_says_nothing_of_another(newcomer: Newcomer, memory: MemoryKeyring) -> None:
    """The same code stretches to something else for other keys and for another sign-in."""
    stretched = set()
    for computer, sign_in in (
        (newcomer.own, SIGN_IN),
        (new_computer("Front Desk 2"), SIGN_IN),
        (newcomer.own, OTHER_CREDENTIAL),
        (newcomer.own, OTHER_USER),
    ):
        asked = ask(newcomer.store, computer.public, sign_in, token_bytes=bytes)
        assert asked.code == "0000-0000-0001"
        stretched.add(memory.entries["idexx-desktop:pc-2", "approval"])
    assert len(stretched) == 4


@pytest.mark.parametrize("damage", ["", "AA", "é"])
def test_damaged_request_asks_for_nothing(newcomer: Newcomer, memory: MemoryKeyring, damage: str) -> None:
    memory.entries["idexx-desktop:pc-2", "approval"] = damage
    assert not is_asking(newcomer.store)
    assert code_of(read_answer, newcomer.store, "", SIGN_IN) is FailureCode.NOT_APPROVED

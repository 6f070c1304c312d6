"""Who belongs together: followed step by step, and whatever was merely written into the database is refused."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.computer import Computer, ComputerKind
from idexx_desktop.vault.computer_list import (
    ComputerList,
    ListPin,
    SignedList,
    admit,
    begin,
    beginning_by,
    follow,
    keep_pin,
    kept_pin,
    read_list,
    remove,
)
from idexx_desktop.vault.encoding import from_text, joined, to_text
from idexx_desktop.vault.keyring_store import KeyringStore
from tests.vault.computers import (
    OTHER_CREDENTIAL,
    OTHER_USER,
    SIGN_IN,
    Clinic,
    code_of,
    failure_of,
    new_computer,
)
from tests.vault.conftest import MemoryKeyring

CHANGED = FailureCode.COMPUTERS_CHANGED


@dataclasses.dataclass(frozen=True)
class Scene:
    """Versions: 1 first, 2 + second, 3 + thief, 4 - thief; `pin` is what a computer saw at version 2."""

    clinic: Clinic
    second: Computer
    thief: Computer
    pin: ListPin

    def refusal(self, chain: list[SignedList]) -> str:
        """What a computer that has seen version 2 says of this chain."""
        failure = failure_of(follow, self.pin, chain, SIGN_IN)
        assert failure.code is CHANGED
        return failure.detail

    def signed(self, version: ComputerList, signer: Computer, signed_by: str | None = None) -> SignedList:
        """A version with a signature made outside of the rules."""
        statement = joined("idexx-desktop computer list 1", version.document)
        return SignedList(version.document, signed_by or signer.id, signer.sign(statement))


@pytest.fixture(scope="module")
def scene() -> Scene:
    clinic, second, thief = Clinic(), new_computer("Front Desk 2"), new_computer("Laptop")
    clinic.admit(second)
    pin = clinic.newest.pin
    clinic.admit(thief, signer=second)
    clinic.remove(thief, signer=second)
    return Scene(clinic, second, thief, pin)


def test_from_every_version_the_newest_is_reached(scene: Scene) -> None:
    clinic = scene.clinic
    for seen in range(1, 5):
        for start in range(seen):
            newest = follow(clinic.version(seen).pin, clinic.chain[start:], SIGN_IN)
            assert newest == clinic.newest
            assert [member.name for member in newest.members] == ["Front Desk 1", "Front Desk 2"]


def test_hand_made_signature_is_the_one_that_counts(scene: Scene) -> None:
    """Else the attacks below would fail for the wrong reason."""
    version = scene.clinic.version(3)
    assert scene.signed(version, scene.second) == scene.clinic.chain[2]


def test_member_written_into_the_newest_document_is_refused(scene: Scene) -> None:
    chain, newest = scene.clinic.chain, scene.clinic.newest
    outsider = new_computer("Front Desk 3")
    forged = dataclasses.replace(newest, members=(*newest.members, outsider.public))
    kept = dataclasses.replace(chain[3], document=forged.document)
    assert scene.refusal([*chain[:3], kept]) == "a version with a wrong signature"
    for signed_by, detail in (
        (outsider.id, "a version that no member has signed"),
        (scene.clinic.first.id, "a version with a wrong signature"),
        ("", "a version that no member has signed"),
    ):
        signed = scene.signed(forged, outsider, signed_by)
        assert scene.refusal([*chain[:3], signed]) == detail


def test_outsider_can_add_no_version(scene: Scene) -> None:
    outsider = new_computer("Front Desk 3")
    assert code_of(admit, scene.clinic.newest, outsider.public, outsider) is FailureCode.NOT_APPROVED
    newest = scene.clinic.newest
    forged = dataclasses.replace(
        newest, version=5, previous=newest.pin.hash, members=(*newest.members, outsider.public)
    )
    signed = scene.signed(forged, outsider)
    assert scene.refusal([*scene.clinic.chain, signed]) == "a version that no member has signed"


def test_removed_computer_can_add_no_version(scene: Scene) -> None:
    newest = scene.clinic.newest
    assert code_of(admit, newest, scene.thief.public, scene.thief) is FailureCode.NOT_APPROVED
    back = dataclasses.replace(
        newest, version=5, previous=newest.pin.hash, members=(*newest.members, scene.thief.public)
    )
    signed = scene.signed(back, scene.thief)
    assert scene.refusal([*scene.clinic.chain, signed]) == "a version that no member has signed"


def test_removed_computer_cannot_undo_its_removal_where_it_was_seen(scene: Scene) -> None:
    """It was a member of version 3 and may sign a version 4 of its own: whoever saw the real one refuses it."""
    fork = admit(scene.clinic.version(3), new_computer("Laptop 2").public, scene.thief)
    seen = scene.clinic.newest.pin
    failure = failure_of(follow, seen, [*scene.clinic.chain[:3], fork], SIGN_IN)
    assert failure.code is CHANGED
    assert failure.detail == "the version that this computer has seen is missing or another"


def test_rolling_back_is_noticed(scene: Scene) -> None:
    chain = scene.clinic.chain
    seen = scene.clinic.newest.pin
    for length in range(4):
        failure = failure_of(follow, seen, chain[:length], SIGN_IN)
        assert (failure.code, "ends before" in failure.detail) == (CHANGED, True)
    # an old version under the newest's name, and the newest followed by an old one
    assert code_of(follow, seen, [*chain[:3], chain[2]], SIGN_IN) is CHANGED
    assert code_of(follow, seen, [*chain, chain[3]], SIGN_IN) is CHANGED
    assert scene.refusal([*chain, chain[2]]) == "a version is missing"


def test_cut_or_shuffled_chain_is_refused(scene: Scene) -> None:
    one, two, three, four = scene.clinic.chain
    assert scene.refusal([one, two, four]) == "a version is missing"
    assert scene.refusal([one, three, four]).startswith("the version that this computer has seen")
    assert scene.refusal([two, four, three]) == "a version is missing"
    assert scene.refusal([two, two, three, four]) == "a version is missing"
    assert scene.refusal([]).startswith("the list ends before")


def test_version_that_names_another_one_before_it_is_refused(scene: Scene) -> None:
    """Even with a member's signature: it followed something that others have never seen."""
    newest = scene.clinic.newest
    for previous in (newest.previous, "0" * 64):
        astray = dataclasses.replace(newest, version=5, previous=previous)
        signed = scene.signed(astray, scene.clinic.first)
        assert (
            scene.refusal([*scene.clinic.chain, signed]) == "a version that does not follow the one before it"
        )


def test_another_list_is_refused_whoever_began_it(scene: Scene) -> None:
    for founder in (scene.thief, scene.clinic.first):
        other = begin(founder, SIGN_IN)
        assert scene.refusal([other]) == "another list"
        assert scene.refusal([*scene.clinic.chain, other]) == "another list"


def test_list_of_another_sign_in_is_refused(scene: Scene) -> None:
    for sign_in in (OTHER_CREDENTIAL, OTHER_USER):
        assert code_of(follow, scene.pin, scene.clinic.chain, sign_in) is CHANGED
        newest = scene.clinic.newest
        moved = dataclasses.replace(newest, version=5, previous=newest.pin.hash, sign_in=sign_in)
        signed = scene.signed(moved, scene.clinic.first)
        assert scene.refusal([*scene.clinic.chain, signed]) == "a list of another sign-in"


def test_two_that_make_the_same_version_part_ways(scene: Scene) -> None:
    """The database lets one of them win; who has seen the other one does not go over silently."""
    newest = scene.clinic.newest
    one = admit(newest, new_computer("Front Desk 3").public, scene.clinic.first)
    other = admit(newest, new_computer("Front Desk 4").public, scene.second)
    assert follow(scene.pin, [*scene.clinic.chain, other], SIGN_IN).version == 5
    seen = read_list(one.document).pin
    assert code_of(follow, seen, [*scene.clinic.chain, other], SIGN_IN) is CHANGED


def test_every_flipped_bit_of_a_signature_is_refused(scene: Scene) -> None:
    chain = scene.clinic.chain
    signature = from_text(chain[3].signature)
    for bit in range(len(signature) * 8):
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8
        changed = dataclasses.replace(chain[3], signature=to_text(bytes(flipped)))
        assert scene.refusal([*chain[:3], changed]) == "a version with a wrong signature"


def test_every_changed_character_of_a_document_is_refused(scene: Scene) -> None:
    for version in (2, 4):
        signed = scene.clinic.chain[version - 1]
        for place, right in enumerate(signed.document):
            wrong = "1" if right != "1" else "2"
            document = signed.document[:place] + wrong + signed.document[place + 1 :]
            chain = list(scene.clinic.chain)
            chain[version - 1] = dataclasses.replace(signed, document=document)
            scene.refusal(chain)


DAMAGES: list[Callable[[dict[str, object]], object]] = [
    lambda facts: facts.update(version=True),
    lambda facts: facts.update(version=0),
    lambda facts: facts.update(version=-1),
    lambda facts: facts.update(version=4.0),
    lambda facts: facts.update(version="4"),
    lambda facts: facts.update(lineage="x"),
    lambda facts: facts.update(lineage=None),
    lambda facts: facts.update(previous=""),
    lambda facts: facts.update(members=[]),
    lambda facts: facts.update(members=None),
    lambda facts: facts.update(members=["{}"]),
    lambda facts: facts.update(members=[[]]),
    lambda facts: facts.update(members=dict.fromkeys(facts["members"], 1)),  # type: ignore[call-overload]  # any facts
    lambda facts: facts.update(members=facts["members"] * 2),  # type: ignore[operator]  # any facts
    lambda facts: facts.update(more=1),
    lambda facts: facts.pop("user"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_document_that_cannot_be_is_refused(
    scene: Scene, damage: Callable[[dict[str, object]], object]
) -> None:
    facts = json.loads(scene.clinic.newest.document)
    damage(facts)
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    failure = failure_of(read_list, text)
    assert (failure.code, failure.detail) == (CHANGED, "a version is damaged")


def test_true_is_no_version() -> None:
    text = Clinic().newest.document
    assert read_list(text).version == 1
    assert code_of(read_list, text.replace('"version":1', '"version":true')) is CHANGED


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[" * 100_000, "9" * 5000, "\ud800"])
def test_what_is_no_document_is_refused(text: str) -> None:
    assert code_of(read_list, text) is CHANGED


def test_one_member_twice_or_two_kits_cannot_be() -> None:
    clinic = Clinic()
    kits = (new_computer("Kit", ComputerKind.KIT).public, new_computer("Kit", ComputerKind.KIT).public)
    for members in ((clinic.first.public,) * 2, (clinic.first.public, *kits)):
        with pytest.raises(ValueError, match=r"twice|two kits"):
            dataclasses.replace(clinic.newest, members=members)


def test_new_kit_takes_the_place_of_the_old_one() -> None:
    clinic = Clinic()
    old, new = new_computer("Kit", ComputerKind.KIT), new_computer("Kit", ComputerKind.KIT)
    clinic.admit(old)
    clinic.admit(new)
    assert clinic.newest.members == (clinic.first.public, new.public)
    assert code_of(admit, clinic.newest, old.public, old) is FailureCode.NOT_APPROVED


def test_kit_can_admit_a_new_computer() -> None:
    clinic, kit, replacement = Clinic(), new_computer("Kit", ComputerKind.KIT), new_computer("New PC")
    clinic.admit(kit)
    pin = clinic.newest.pin
    clinic.admit(replacement, signer=kit)
    assert follow(pin, clinic.chain, SIGN_IN).member(replacement.id) == replacement.public


def test_computer_with_a_new_name_stays_one_member() -> None:
    clinic = Clinic()
    clinic.admit(dataclasses.replace(clinic.first.public, name="Reception"))
    assert [member.name for member in clinic.newest.members] == ["Reception"]


def test_nobody_unknown_and_not_the_last_is_removed() -> None:
    clinic = Clinic()
    for computer_id in (new_computer("X").id, "", clinic.first.id):
        refused = code_of(remove, clinic.newest, computer_id, clinic.first)
        assert refused is FailureCode.INVALID_INPUT


def test_beginning_is_known_again_by_who_began_it_and_nobody_else(scene: Scene) -> None:
    """After a crash before the pin was kept. An attacker's beginning in this computer's name is none of its own."""
    chain, first = scene.clinic.chain, scene.clinic.first
    assert beginning_by(first, chain, SIGN_IN) == scene.clinic.version(1).pin
    assert beginning_by(scene.second, chain, SIGN_IN) is None
    assert beginning_by(first, chain[1:], SIGN_IN) is None
    assert beginning_by(first, chain, OTHER_CREDENTIAL) is None
    theirs = begin(scene.thief, SIGN_IN)
    assert beginning_by(first, [theirs], SIGN_IN) is None
    assert beginning_by(first, [dataclasses.replace(theirs, signed_by=first.id)], SIGN_IN) is None
    kept = dataclasses.replace(theirs, signed_by=first.id, signature=chain[0].signature)
    assert beginning_by(first, [kept], SIGN_IN) is None


def test_pin_is_kept_for_its_sign_in(memory: MemoryKeyring) -> None:
    store, clinic = KeyringStore("pc-1"), Clinic()
    assert kept_pin(store, SIGN_IN) is None
    keep_pin(store, SIGN_IN, clinic.newest.pin)
    assert kept_pin(store, SIGN_IN) == clinic.newest.pin
    assert kept_pin(store, OTHER_CREDENTIAL) is None
    assert kept_pin(KeyringStore("pc-2"), SIGN_IN) is None
    assert max(len(value) for value in memory.entries.values()) < 300


@pytest.mark.parametrize("damage", ["", "{}", "null", "é", "[1]"])
def test_damaged_pin_is_none(memory: MemoryKeyring, damage: str) -> None:
    store = KeyringStore("pc-1")
    keep_pin(store, SIGN_IN, Clinic().newest.pin)
    memory.entries["idexx-desktop:pc-1", "computer-list"] = damage
    assert kept_pin(store, SIGN_IN) is None


PEOPLE = [new_computer(f"Desk {number}") for number in range(5)]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_members_do_is_followed_and_nothing_else(data: st.DataObject) -> None:
    clinic = Clinic(first=PEOPLE[0])
    for _ in range(data.draw(st.integers(1, 8))):
        inside = [person for person in PEOPLE if clinic.newest.member(person.id)]
        outside = [person for person in PEOPLE if person not in inside]
        signer = data.draw(st.sampled_from(inside))
        if outside and (len(inside) == 1 or data.draw(st.booleans())):
            clinic.admit(data.draw(st.sampled_from(outside)), signer)
        else:
            clinic.remove(data.draw(st.sampled_from(inside)), signer)
    seen = data.draw(st.integers(1, len(clinic.chain)))
    pin = clinic.version(seen).pin
    assert follow(pin, clinic.chain, SIGN_IN) == clinic.newest
    missing = data.draw(st.integers(seen, len(clinic.chain)))
    cut = clinic.chain[: missing - 1] + clinic.chain[missing:]
    if missing == len(clinic.chain) > seen:
        assert follow(pin, cut, SIGN_IN) == clinic.version(
            missing - 1
        )  # not there yet, for all that it knows
    else:
        with pytest.raises(Failure):
            follow(pin, cut, SIGN_IN)

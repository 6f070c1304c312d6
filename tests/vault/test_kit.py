"""The printed code alone opens the way back: to this clinic's list, as a member, and only while it is the newest."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.vault.codes import CodeKind, new_recovery_code, read_code
from idexx_desktop.vault.computer import Computer
from idexx_desktop.vault.computer_list import follow
from idexx_desktop.vault.kit import kit_computer, make_anchor, read_anchor
from idexx_desktop.vault.sealed_keys import DataKey, open_key, seal_key
from tests.vault.computers import (
    OTHER_CREDENTIAL,
    OTHER_USER,
    SIGN_IN,
    Clinic,
    code_of,
    new_computer,
)

CHANGED = FailureCode.COMPUTERS_CHANGED


@dataclass(frozen=True)
class Scene:
    """A clinic with a kit: its code, what it is as a member, and the anchor in the database."""

    clinic: Clinic
    code: bytes
    kit: Computer
    anchor: str


@pytest.fixture
def scene() -> Scene:
    clinic, code = Clinic(), read_code(new_recovery_code(), CodeKind.RECOVERY)
    kit = kit_computer(code)
    clinic.admit(kit)
    return Scene(clinic, code, kit, make_anchor(code, SIGN_IN, clinic.newest.pin))


def test_new_computer_gets_in_with_nothing_but_the_code(scene: Scene) -> None:
    clinic = scene.clinic
    key = DataKey("0123456789ab", os.urandom(32), datetime(2026, 3, 1, tzinfo=UTC))
    clinic.admit(new_computer("Front Desk 2"))  # after the kit was printed
    sealed = seal_key(key, scene.kit.id, clinic.first, clinic.newest)

    newest = follow(read_anchor(scene.code, scene.kit.id, scene.anchor, SIGN_IN), clinic.chain, SIGN_IN)
    kit, replacement = kit_computer(scene.code), new_computer("New PC")
    assert open_key(sealed, kit, newest) == key
    clinic.admit(replacement, signer=kit)
    assert follow(newest.pin, clinic.chain, SIGN_IN).member(replacement.id) == replacement.public


def test_other_code_is_told_from_changed_records(scene: Scene) -> None:
    other = read_code(new_recovery_code(), CodeKind.RECOVERY)
    kit_id, anchor = scene.kit.id, scene.anchor
    assert code_of(read_anchor, other, kit_id, anchor, SIGN_IN) is FailureCode.CODE_REFUSED
    forged = make_anchor(other, SIGN_IN, Clinic().newest.pin)
    assert code_of(read_anchor, scene.code, kit_id, forged, SIGN_IN) is CHANGED
    assert code_of(read_anchor, scene.code, kit_id, "{}", SIGN_IN) is CHANGED


def test_old_kit_is_void_once_a_new_one_is_made(scene: Scene) -> None:
    new_code = read_code(new_recovery_code(), CodeKind.RECOVERY)
    new_kit = kit_computer(new_code)
    scene.clinic.admit(new_kit)
    anchor = make_anchor(new_code, SIGN_IN, scene.clinic.newest.pin)
    for offered in (anchor, scene.anchor):
        refused = code_of(read_anchor, scene.code, new_kit.id, offered, SIGN_IN)
        assert refused is FailureCode.CODE_REFUSED
    # even where its row is put back, the list that goes on from there has it no more
    pin = read_anchor(scene.code, scene.kit.id, scene.anchor, SIGN_IN)
    assert follow(pin, scene.clinic.chain, SIGN_IN).member(scene.kit.id) is None


def test_anchor_of_another_sign_in_is_refused(scene: Scene) -> None:
    for sign_in in (OTHER_CREDENTIAL, OTHER_USER):
        moved = make_anchor(scene.code, sign_in, scene.clinic.newest.pin)
        for anchor, who in ((moved, SIGN_IN), (scene.anchor, sign_in)):
            refused = code_of(read_anchor, scene.code, scene.kit.id, anchor, who)
            assert refused is CHANGED


def test_every_changed_character_of_the_anchor_is_refused(scene: Scene) -> None:
    for place, right in enumerate(scene.anchor):
        wrong = scene.anchor[:place] + ("1" if right != "1" else "2") + scene.anchor[place + 1 :]
        refused = code_of(read_anchor, scene.code, scene.kit.id, wrong, SIGN_IN)
        assert refused is CHANGED


def test_forged_list_is_not_the_one_of_the_anchor(scene: Scene) -> None:
    attackers = Clinic(first=new_computer("Front Desk 1"))
    attackers.admit(scene.kit)
    pin = read_anchor(scene.code, scene.kit.id, scene.anchor, SIGN_IN)
    assert code_of(follow, pin, attackers.chain, SIGN_IN) is CHANGED


def test_keys_of_a_printed_code_never_change() -> None:
    """A kit is read years later, by a newer version of this program."""
    code = read_code("G618-7145-GT3R-H2CA-HE68-V3MF-J2MJ", CodeKind.RECOVERY)
    assert kit_computer(code).id == "edcfca467fde07cedf3d7a7278d61510"

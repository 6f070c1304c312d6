"""What proves that a computer of the clinic made a backup: a signature, and what leads to it from the recovery kit.

All that is needed to check it lies beside the backup, for the list of computers is in the records, inside of it. On the
computer that made it its own key tells. On a new one the kit's code does: it vouches for a version of the list, a
member of the newest version has signed the key, and the key the backup. Nobody without the code, or the vault of a
member, can make such a chain; an attacker may break it, or take it away, and then nothing is proved.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault import signing
from idexx_desktop.vault.codes import CodeKind, read_code
from idexx_desktop.vault.computer import Computer, SignInId
from idexx_desktop.vault.computer_list import SignedList, follow
from idexx_desktop.vault.encoding import joined, to_json
from idexx_desktop.vault.kit import kit_computer, read_anchor
from idexx_desktop.vault.signing import RecordSigner
from idexx_desktop.vault.stores import SecretStore

_ENTRY = "backup-signing-key"
_BACKUP = "idexx-desktop backup 1"
_KEY = "idexx-desktop backup key 1"


@dataclass(frozen=True, slots=True)
class KitLead:
    """What leads from a kit's code to a backup's key, all of it public: `certificate` is `computer_id`'s of the key."""

    kit_id: str
    anchor: str
    sign_in: SignInId
    lists: tuple[SignedList, ...]
    computer_id: str
    certificate: str

    def as_facts(self) -> dict[str, Any]:
        """For a JSON text."""
        return {
            "kit": self.kit_id,
            "anchor": self.anchor,
            "credential": self.sign_in.credential_id,
            "user": self.sign_in.user_id,
            "lists": [[each.document, each.signed_by, each.signature] for each in self.lists],
            "computer": self.computer_id,
            "certificate": self.certificate,
        }


@dataclass(frozen=True, slots=True)
class BackupProof:
    """As it lies beside what a backup says of itself. `lead` is None where there was no kit when it was made."""

    key: str
    signature: str
    lead: KitLead | None

    def as_facts(self) -> dict[str, Any]:
        """For a JSON text."""
        lead = None if self.lead is None else self.lead.as_facts()
        return {"key": self.key, "signature": self.signature, "kit": lead}


def read_proof(facts: Any) -> BackupProof:
    """The proof behind `as_facts`; ValueError, KeyError or TypeError for what is none."""
    lead = facts["kit"]
    return BackupProof(_text(facts["key"]), _text(facts["signature"]), None if lead is None else _lead(lead))


class BackupSigner:
    """Signs with a key of this profile that serves nothing else; made at first use, it never leaves its store."""

    def __init__(self, store: SecretStore, token_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._store = store
        self._signer = RecordSigner(store, token_bytes, entry=_ENTRY)

    def sign(self, about: dict[str, Any], lead: Callable[[str], KitLead | None]) -> BackupProof:
        """The proof of a backup that says this of itself; `lead` gets the public key that it leads to."""
        key = self._signer.public_key
        return BackupProof(key, self._signer.sign(_statement(about)), lead(key))

    def known_key(self) -> str | None:
        """The public key; None where this profile has signed no backup."""
        return self._signer.public_key if self._store.get(_ENTRY) else None


def lead_from_kit(
    kit_id: str, anchor: str, sign_in: SignInId, lists: tuple[SignedList, ...], own: Computer, key: str
) -> KitLead:
    """For a member of the newest of these lists, which counts for the kit: what leads to its key."""
    return KitLead(kit_id, anchor, sign_in, lists, own.id, own.sign(joined(_KEY, key)))


def require_unchanged(proof: BackupProof, about: dict[str, Any]) -> None:
    """BACKUP_UNUSABLE where the key that the proof names hasn't signed this: nothing of the file is used then."""
    if not signing.verify(proof.key, _statement(about), proof.signature):
        raise changed("not what was signed")


def prove_by_kit(proof: BackupProof, typed: str) -> None:
    """The code of the kit that there was when it was made, as a person typed it, proves the key.

    CODE_REFUSED for another code, BACKUP_NOT_PROVED where there was no kit, BACKUP_UNUSABLE where what leads from the
    kit to the key was changed.
    """
    code, lead = read_code(typed, CodeKind.RECOVERY), proof.lead
    if lead is None:
        raise Failure(FailureCode.BACKUP_NOT_PROVED, "there was no kit when it was made")
    if kit_computer(code).id != lead.kit_id:
        title = "That code isn't from the recovery kit that there was when this backup was made."
        raise Failure(FailureCode.CODE_REFUSED, "the code of another kit", title=title)
    try:
        pin = read_anchor(code, lead.kit_id, lead.anchor, lead.sign_in)
        found = follow(pin, lead.lists, lead.sign_in)
    except Failure as failure:
        raise changed("the list of computers isn't the kit's") from failure
    maker = found.member(lead.computer_id)
    if maker is None or found.member(lead.kit_id) is None:
        raise changed("its maker isn't in the list of computers")
    if not maker.verifies(joined(_KEY, proof.key), lead.certificate):
        raise changed("no computer of the clinic vouches for its key")


def changed(detail: str) -> Failure:
    """Somebody, or a fault of the disk, has changed the backup."""
    title = "This backup was changed since it was made, so it isn't used."
    return Failure(FailureCode.BACKUP_UNUSABLE, detail, title=title)


def _statement(about: dict[str, Any]) -> bytes:
    return joined(_BACKUP, to_json(about))


def _lead(facts: Any) -> KitLead:
    return KitLead(
        _text(facts["kit"]),
        _text(facts["anchor"]),
        SignInId(_text(facts["credential"]), _text(facts["user"])),
        tuple(SignedList(_text(each[0]), _text(each[1]), _text(each[2])) for each in facts["lists"]),
        _text(facts["computer"]),
        _text(facts["certificate"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value

"""Which computers belong together: a list that only its own members can change, version by version.

Whoever may write into the database can put anything there. So each version is signed by a member of the version
before it and names its hash, and each computer remembers the version that it has seen: it goes on from there, never
back, and never over to another list.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.computer import Computer, ComputerKind, PublicComputer, SignInId
from idexx_desktop.vault.encoding import from_json, joined, to_json
from idexx_desktop.vault.stores import SecretStore

_ENTRY = "computer-list"
_PURPOSE = "idexx-desktop computer list 1"
_LINEAGE_BYTES = 16
_LINEAGE = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_PIN_NAMES = {"lineage", "version", "hash"}
_NAMES = {"credential", "lineage", "members", "previous", "user", "version"}


@dataclass(frozen=True, slots=True)
class ListPin:
    """Exactly one version of one list. ValueError for what cannot be one."""

    lineage: str
    version: int
    hash: str

    def __post_init__(self) -> None:
        """ValueError, see above."""
        whole = type(self.version) is int and self.version > 0  # JSON's true is an int to isinstance
        if not (whole and _LINEAGE.fullmatch(self.lineage) and _HASH.fullmatch(self.hash)):
            raise ValueError("no version of a list")

    def as_facts(self) -> dict[str, Any]:
        """Its three parts, for a JSON text."""
        return {"lineage": self.lineage, "version": self.version, "hash": self.hash}


@dataclass(frozen=True, slots=True)
class ComputerList:
    """One version. `lineage` names the list through all versions; `previous` is the hash of the version before,
    "" for the first. ValueError for a list that can't be: no member, one twice, two kits.
    """

    lineage: str
    version: int
    sign_in: SignInId
    members: tuple[PublicComputer, ...]
    previous: str

    def __post_init__(self) -> None:
        """ValueError, see above."""
        ids = {member.id for member in self.members}
        if not ids or len(ids) != len(self.members):
            raise ValueError("no member, or one twice")
        if sum(member.kind is ComputerKind.KIT for member in self.members) > 1:
            raise ValueError("two kits")
        if (self.version == 1) != (self.previous == ""):
            raise ValueError("only the first version follows none")

    @property
    def document(self) -> str:
        """The one text of this version, which is signed."""
        return to_json(
            {
                "credential": self.sign_in.credential_id,
                "lineage": self.lineage,
                "members": [member.as_text() for member in self.members],
                "previous": self.previous,
                "user": self.sign_in.user_id,
                "version": self.version,
            }
        )

    @property
    def pin(self) -> ListPin:
        """What to remember of this version."""
        return ListPin(self.lineage, self.version, hashlib.sha256(self.document.encode()).hexdigest())

    def member(self, computer_id: str) -> PublicComputer | None:
        """The member of this id; None for all others."""
        return next((member for member in self.members if member.id == computer_id), None)


@dataclass(frozen=True, slots=True)
class SignedList:
    """A version as it lies in the database: `signed_by` is the id of the member that made it."""

    document: str
    signed_by: str
    signature: str


def read_list(document: str) -> ComputerList:
    """The version behind a document, which nobody has verified yet. COMPUTERS_CHANGED when it isn't one."""
    try:
        facts = from_json(document, _NAMES)
        read = ComputerList(
            facts["lineage"],
            facts["version"],
            SignInId(facts["credential"], facts["user"]),
            tuple(PublicComputer.from_text(member) for member in facts["members"]),
            facts["previous"],
        )
        if read.document != document:
            raise ValueError("not in canonical form")
        _ = read.pin
    except (ValueError, TypeError, AttributeError):
        raise _changed("a version is damaged") from None
    return read


def begin(own: Computer, sign_in: SignInId, token_bytes: Callable[[int], bytes] = os.urandom) -> SignedList:
    """A new list with this computer alone. Where there was another list, its other members are left behind."""
    lineage = token_bytes(_LINEAGE_BYTES).hex()
    return _signed(ComputerList(lineage, 1, sign_in, (own.public,), ""), own)


def admit(current: ComputerList, newcomer: PublicComputer, signer: Computer) -> SignedList:
    """The next version, with this newcomer; a new kit takes the place of the one before.

    NOT_APPROVED when the signer isn't a member itself.
    """
    replaced = {newcomer.id}
    if newcomer.kind is ComputerKind.KIT:
        replaced |= {member.id for member in current.members if member.kind is ComputerKind.KIT}
    others = tuple(member for member in current.members if member.id not in replaced)
    return _next(current, (*others, newcomer), signer)


def remove(current: ComputerList, computer_id: str, signer: Computer) -> SignedList:
    """The next version, without this member, who still knows the data key: the caller makes a new one.

    NOT_APPROVED when the signer isn't a member; INVALID_INPUT when nobody of this id is, or nobody else.
    """
    others = tuple(member for member in current.members if member.id != computer_id)
    if not others or len(others) == len(current.members):
        raise Failure(FailureCode.INVALID_INPUT, "no such computer in the list, or no other")
    return _next(current, others, signer)


def follow(pin: ListPin, chain: Iterable[SignedList], sign_in: SignInId) -> ComputerList:
    """The newest version, after each step from the pinned one to it was verified.

    `chain` is oldest first; versions before the pinned one are skipped. COMPUTERS_CHANGED for every break: the
    pinned version is missing or another one, a gap, a step that no member of the version before has signed,
    another list, another sign-in. Whether this computer is a member says the result.
    """
    current: ComputerList | None = None
    for signed in chain:
        following = read_list(signed.document)
        if following.sign_in != sign_in:
            raise _changed("a list of another sign-in")
        if following.lineage != pin.lineage:
            raise _changed("another list")
        if current is not None:
            _verify_step(current, following, signed)
        elif following.version < pin.version:
            continue
        elif following.pin != pin:
            raise _changed("the version that this computer has seen is missing or another")
        current = following
    if current is None:
        raise _changed("the list ends before the version that this computer has seen")
    return current


def keep_pin(store: SecretStore, sign_in: SignInId, pin: ListPin) -> None:
    """Remember the version that this computer has verified.

    Only after that version was committed: a pin to one that never came to be would refuse all others.
    """
    store.set(_ENTRY, to_json(pin.as_facts() | {"credential": sign_in.credential_id}))


def kept_pin(store: SecretStore, sign_in: SignInId) -> ListPin | None:
    """The version that this computer has seen last; None where it has seen none for this sign-in."""
    try:
        facts = from_json(store.get(_ENTRY) or "", _PIN_NAMES | {"credential"})
        if facts.pop("credential") != sign_in.credential_id:
            return None
        return ListPin(**facts)
    except (ValueError, TypeError):
        return None


def beginning_by(own: Computer, chain: Iterable[SignedList], sign_in: SignInId) -> ListPin | None:
    """The first version, where it is this computer that has begun the list: nobody else can sign it so."""
    for signed in chain:
        first = read_list(signed.document)
        statement = joined(_PURPOSE, signed.document)
        if first.version == 1 and first.sign_in == sign_in and signed.signed_by == own.id:
            return first.pin if own.public.verifies(statement, signed.signature) else None
    return None


def _next(current: ComputerList, members: tuple[PublicComputer, ...], signer: Computer) -> SignedList:
    if current.member(signer.id) is None:
        raise Failure(FailureCode.NOT_APPROVED, "only a member changes the list")
    following = ComputerList(current.lineage, current.version + 1, current.sign_in, members, current.pin.hash)
    return _signed(following, signer)


def _signed(version: ComputerList, signer: Computer) -> SignedList:
    return SignedList(version.document, signer.id, signer.sign(joined(_PURPOSE, version.document)))


def _verify_step(current: ComputerList, following: ComputerList, signed: SignedList) -> None:
    if following.version != current.version + 1:
        raise _changed("a version is missing")
    if following.previous != current.pin.hash:
        raise _changed("a version that does not follow the one before it")
    signer = current.member(signed.signed_by)
    if signer is None:
        raise _changed("a version that no member has signed")
    if not signer.verifies(joined(_PURPOSE, signed.document), signed.signature):
        raise _changed("a version with a wrong signature")


def _changed(detail: str) -> Failure:
    return Failure(FailureCode.COMPUTERS_CHANGED, detail)

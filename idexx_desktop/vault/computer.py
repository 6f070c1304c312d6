"""A computer as others know it, and this one with its private keys."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault import signing
from idexx_desktop.vault.encoding import from_json, from_text, joined, to_json, to_text
from idexx_desktop.vault.stores import SecretStore

SEED_BYTES = 32
NAME_LIMIT = 60  # characters
_ENTRY = "computer"
_UNNAMED = "Computer"
_ID_BYTES = 16


class ComputerKind(StrEnum):
    """What kind of member it is."""

    COMPUTER = "computer"
    KIT = "kit"  # a printed recovery kit: its keys come from its code


@dataclass(frozen=True, slots=True)
class SignInId:
    """Which sign-in it is all about: ids of the credential and of the user that it belongs to."""

    credential_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class PublicComputer:
    """What everybody may know: the name that people see, and the keys to seal to and to verify with (base64url).

    ValueError for a name that is empty, long or made of what can't be seen, and for what is no key.
    """

    name: str
    kind: ComputerKind
    sealing_key: str
    signing_key: str

    def __post_init__(self) -> None:
        """ValueError, see above."""
        if self.name != clean_name(self.name):
            raise ValueError("no name for a computer")
        if {len(from_text(self.sealing_key)), len(from_text(self.signing_key))} != {SEED_BYTES}:
            raise ValueError("no key")

    @property
    def id(self) -> str:
        """32 hexadecimal digits that follow from the keys: nobody can take the id of another computer."""
        return hashlib.sha256(joined(self.sealing_key, self.signing_key)).digest()[:_ID_BYTES].hex()

    def as_text(self) -> str:
        """The one text that `from_text` reads."""
        return to_json(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> PublicComputer:
        """The computer behind `as_text`; ValueError for every other text."""
        facts = from_json(text, {"name", "kind", "sealing_key", "signing_key"})
        if not all(isinstance(value, str) for value in facts.values()):
            raise ValueError("not a text")
        return cls(facts["name"], ComputerKind(facts["kind"]), facts["sealing_key"], facts["signing_key"])

    def verifies(self, data: bytes, signature: str) -> bool:
        """Whether this computer has signed `data`."""
        return signing.verify(self.signing_key, data, signature)


@dataclass(frozen=True, slots=True)
class Computer:
    """A computer (or a kit) with its private keys, which are never printed."""

    public: PublicComputer
    _sealing: X25519PrivateKey = field(repr=False)
    _signing: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def from_seeds(cls, name: str, kind: ComputerKind, sealing: bytes, signing_seed: bytes) -> Computer:
        """The computer with these two private keys of `SEED_BYTES` each."""
        sealing_key = X25519PrivateKey.from_private_bytes(sealing)
        signing_key = Ed25519PrivateKey.from_private_bytes(signing_seed)
        public = PublicComputer(
            clean_name(name),
            kind,
            to_text(sealing_key.public_key().public_bytes_raw()),
            to_text(signing_key.public_key().public_bytes_raw()),
        )
        return cls(public, sealing_key, signing_key)

    @property
    def id(self) -> str:
        """See `PublicComputer.id`."""
        return self.public.id

    def sign(self, data: bytes) -> str:
        """The signature over `data`, which begins with what it is (see `joined`)."""
        return to_text(self._signing.sign(data))

    def shared_secret(self, other: bytes) -> bytes:
        """X25519 with the public key of another; ValueError for one that yields nothing secret."""
        return self._sealing.exchange(X25519PublicKey.from_public_bytes(other))


def own_computer(store: SecretStore, name: str, token_bytes: Callable[[int], bytes] = os.urandom) -> Computer:
    """This computer; its keys are made at first use, and made anew where they were lost.

    `name` is what others will see when it asks to be approved. Whatever asks the store may fail as the store says.
    """
    seeds = _stored_seeds(store)
    if seeds is None:
        made = {"sealing": to_text(token_bytes(SEED_BYTES)), "signing": to_text(token_bytes(SEED_BYTES))}
        store.set(_ENTRY, to_json(made))
        # read back: of two programs that start at once one has written last, and both use its keys
        seeds = _stored_seeds(store)
    if seeds is None:
        raise Failure(FailureCode.VAULT_UNAVAILABLE, "the store does not keep what it is given")
    return Computer.from_seeds(name, ComputerKind.COMPUTER, *seeds)


def has_own(store: SecretStore) -> bool:
    """Whether this computer's keys were made already."""
    return _stored_seeds(store) is not None


def clean_name(name: str) -> str:
    """A name as people can see it: visible characters only, single spaces, `NAME_LIMIT` at most, never empty."""
    visible = "".join(symbol if symbol.isprintable() else " " * symbol.isspace() for symbol in name)
    return " ".join(visible.split())[:NAME_LIMIT].strip() or _UNNAMED


def _stored_seeds(store: SecretStore) -> tuple[bytes, bytes] | None:
    try:
        kept = from_json(store.get(_ENTRY) or "", {"sealing", "signing"})
        seeds = from_text(kept["sealing"]), from_text(kept["signing"])
    except (ValueError, TypeError, AttributeError):
        return None
    return seeds if {len(seed) for seed in seeds} == {SEED_BYTES} else None

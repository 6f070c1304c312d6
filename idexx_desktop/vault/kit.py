"""The recovery kit: a member of the list whose keys come from a printed code, and what a new computer can trust.

The code has 130 random bits, so it needs no stretching. Whoever has it and reads the database opens the sign-in.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.computer import SEED_BYTES, Computer, ComputerKind, SignInId
from idexx_desktop.vault.computer_list import ListPin
from idexx_desktop.vault.vouching import vouch, vouched_for

_NAME = "Recovery kit"
_ANCHOR = "idexx-desktop kit anchor 1"


def kit_computer(code: bytes) -> Computer:
    """The kit as a member with private keys, from the bytes of its code (`read_code`)."""
    sealing = _derived(code, "idexx-desktop kit sealing 1")
    signing = _derived(code, "idexx-desktop kit signing 1")
    return Computer.from_seeds(_NAME, ComputerKind.KIT, sealing, signing)


def make_anchor(code: bytes, sign_in: SignInId, pin: ListPin) -> str:
    """What is kept beside the kit: the version that it was made with, believed only by who has the code."""
    return vouch(_derived(code, _ANCHOR), _ANCHOR, sign_in, pin)


def read_anchor(code: bytes, kit_id: str, anchor: str, sign_in: SignInId) -> ListPin:
    """The version from which a computer with nothing but the code may `follow` the list.

    CODE_REFUSED when the code is that of another kit than `kit_id`, the one that counts now; COMPUTERS_CHANGED
    when the anchor isn't what was kept for this sign-in when this kit was made.
    """
    if kit_computer(code).id != kit_id:
        title = "That code isn't from the current recovery kit. Look for one that was made later."
        raise Failure(FailureCode.CODE_REFUSED, "the code of another kit", title=title)
    return vouched_for(_derived(code, _ANCHOR), _ANCHOR, sign_in, anchor)


def _derived(code: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), SEED_BYTES, salt=None, info=purpose.encode()).derive(code)

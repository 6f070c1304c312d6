"""A version of the list, vouched for by a secret that two sides share: by a typed code, or by a kit's."""

from __future__ import annotations

import hmac

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.computer import SignInId
from idexx_desktop.vault.computer_list import ListPin
from idexx_desktop.vault.encoding import from_json, joined, to_json, to_text


def proof_of(secret: bytes, purpose: str, sign_in: SignInId, *parts: str) -> str:
    """HMAC-SHA256, as text, of all of this under a secret of 32 bytes."""
    message = joined(purpose, sign_in.credential_id, sign_in.user_id, *parts)
    return to_text(hmac.digest(secret, message, "sha256"))


def is_proof(given: str, expected: str) -> bool:
    """Whether both are the same; how long it takes says nothing about where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def vouch(secret: bytes, purpose: str, sign_in: SignInId, pin: ListPin) -> str:
    """A text that names this version and is believed only by who knows the secret."""
    facts = pin.as_facts()
    return to_json(facts | {"proof": proof_of(secret, purpose, sign_in, to_json(facts))})


def vouched_for(secret: bytes, purpose: str, sign_in: SignInId, text: str) -> ListPin:
    """The version behind `vouch` with the same secret, purpose and sign-in; COMPUTERS_CHANGED for all others."""
    try:
        facts = from_json(text, {"lineage", "version", "hash", "proof"})
        proof = facts.pop("proof")
        pin = ListPin(**facts)
        believed = is_proof(proof, proof_of(secret, purpose, sign_in, to_json(pin.as_facts())))
    except (ValueError, TypeError, AttributeError):
        believed = False
    if not believed:
        raise Failure(FailureCode.COMPUTERS_CHANGED, "nobody whom this computer trusts vouches for the list")
    return pin

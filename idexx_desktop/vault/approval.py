"""How a new computer is approved: it shows a code, and a person types it at a computer that is a member.

The same code proves both ways: to the member, that the request comes from the computer that shows the code; to
the newcomer, that the list it is given comes from where the code was typed. The database sees neither the code nor
anything that makes guessing it cheap.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.codes import CodeKind, new_approval_code, read_code
from idexx_desktop.vault.computer import ComputerKind, PublicComputer, SignInId
from idexx_desktop.vault.computer_list import ListPin
from idexx_desktop.vault.encoding import from_text, joined, to_text
from idexx_desktop.vault.stores import SecretStore
from idexx_desktop.vault.vouching import is_proof, proof_of, vouch, vouched_for

_ENTRY = "approval"
_SALT = "idexx-desktop approval salt 1"
_REQUEST = "idexx-desktop approval request 1"
_ANSWER = "idexx-desktop approval answer 1"
_SECRET_BYTES = 32
# 32 MiB and some hundredths of a second for each of 2^50 guesses; fixed, so that nobody can make it cheaper
_COST = {"n": 2**15, "r": 8, "p": 1}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the code to show here (grouped, kept nowhere), and the proof to put beside the public keys."""

    code: str = field(repr=False)
    proof: str


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """A request whose code was typed: the computer to admit, and what its answer is made with."""

    computer: PublicComputer
    sign_in: SignInId
    _secret: bytes = field(repr=False)

    def answer(self, pin: ListPin) -> str:
        """The answer that makes the newcomer trust this version, in which it is a member."""
        return vouch(self._secret, _ANSWER, self.sign_in, pin)


def ask(
    store: SecretStore,
    computer: PublicComputer,
    sign_in: SignInId,
    token_bytes: Callable[[int], bytes] = os.urandom,
) -> Asked:
    """Ask for this computer. An earlier request of it ends: only the newest code counts."""
    code = new_approval_code(token_bytes)
    secret = _stretched(code, computer, sign_in)
    store.set(_ENTRY, to_text(secret))
    return Asked(code, proof_of(secret, _REQUEST, sign_in, computer.as_text()))


def check_request(public_keys: str, proof: str, code: str, sign_in: SignInId) -> CheckedRequest:
    """What a member does with the code that a person typed; `public_keys` is the newcomer's text.

    CODE_REFUSED when the code is mistyped, or isn't that of this request with exactly these keys and this name.
    """
    try:
        computer = PublicComputer.from_text(public_keys)
    except ValueError:
        raise _refused() from None
    secret = _stretched(code, computer, sign_in)
    genuine = is_proof(proof, proof_of(secret, _REQUEST, sign_in, public_keys))
    if not genuine or computer.kind is not ComputerKind.COMPUTER:
        raise _refused()
    return CheckedRequest(computer, sign_in, secret)


def read_answer(store: SecretStore, answer: str, sign_in: SignInId) -> ListPin:
    """The version that the newcomer may trust from now on, for `follow`; the caller forgets the request after that.

    NOT_APPROVED where this computer asks for nothing; COMPUTERS_CHANGED when the answer isn't to its request.
    """
    secret = _kept_secret(store)
    if secret is None:
        raise Failure(FailureCode.NOT_APPROVED, "no request of this computer waits for an answer")
    return vouched_for(secret, _ANSWER, sign_in, answer)


def is_asking(store: SecretStore) -> bool:
    """Whether this computer waits for an answer."""
    return _kept_secret(store) is not None


def forget_request(store: SecretStore) -> None:
    """No answer counts any more: it was used, or the request was withdrawn."""
    store.delete(_ENTRY)


def _stretched(code: str, computer: PublicComputer, sign_in: SignInId) -> bytes:
    """The secret of one code for one request; the salt keeps a guess for one from counting for another."""
    bound = joined(_SALT, sign_in.credential_id, sign_in.user_id, computer.as_text())
    scrypt = Scrypt(salt=hashlib.sha256(bound).digest(), length=_SECRET_BYTES, **_COST)
    return scrypt.derive(read_code(code, CodeKind.APPROVAL))


def _kept_secret(store: SecretStore) -> bytes | None:
    try:
        secret = from_text(store.get(_ENTRY) or "")
    except ValueError:
        return None
    return secret if len(secret) == _SECRET_BYTES else None


def _refused() -> Failure:
    title = "That isn't the code that this computer shows now."
    return Failure(FailureCode.CODE_REFUSED, "not the code of this request", title=title)

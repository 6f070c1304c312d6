"""How a sign-in and its cookies are sealed: each text bound to its row, column and user, and to Neo's address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.vault.sealing import SealContext, Sealer

# of what is sealed: the key is not on this computer, or the text was changed
UNREADABLE = frozenset({FailureCode.KEY_MISSING, FailureCode.SEAL_BROKEN})


@dataclass(frozen=True, slots=True)
class SealedLogin:
    """The three texts of a sign-in, sealed with one key, for one address."""

    company_id: str
    username: str
    password: str
    key_id: str
    neo_url: str | None


def seal_login(
    sealer: Sealer, login: NeoLogin, credential_id: str, user_id: str, key_id: str, neo_url: str | None
) -> SealedLogin:
    """Seal for this row and this address, all of it with this key; KEY_MISSING where it isn't here.

    `neo_url` is None only where a row stays as an older program sealed it.
    """

    def sealed(name: str, text: str) -> str:
        return sealer.seal(text, _context(credential_id, user_id, name, neo_url), key_id).text

    return SealedLogin(
        sealed("company_id", login.company_id),
        sealed("username", login.username),
        sealed("password", login.password),
        key_id,
        neo_url,
    )


def open_login(sealer: Sealer, row: SealedCredentials) -> NeoLogin:
    """The sign-in in clear; KEY_MISSING or SEAL_BROKEN."""

    def opened(name: str, text: str | None) -> str:
        context = _context(row.id, row.user_id, name, row.neo_url)
        return sealer.open(text or "", row.encryption_key_id, context)

    return NeoLogin(
        opened("company_id", row.encrypted_company_id),
        opened("username", row.encrypted_username),
        opened("password", row.encrypted_password),
    )


def put_in(tx: Transaction, row: SealedCredentials, sealed: SealedLogin, now: datetime) -> bool:
    """The same sign-in, sealed anew, in the place of `row`. False where the sign-in is no longer what that says."""
    return tx.credentials.reseal(
        row,
        company_id=sealed.company_id,
        username=sealed.username,
        password=sealed.password,
        key_id=sealed.key_id,
        neo_url=sealed.neo_url,
        now=now,
    )


def cookie_context(row: SealedCredentials, address: str) -> SealContext:
    """The place of the cookies of exactly this version of a sign-in, at the site that gave them."""
    origin = f"credential version {row.version} at {address}"
    return SealContext("neo_cookies", "encrypted_cookies", row.id, row.user_id, origin)


def _context(credential_id: str, user_id: str, name: str, neo_url: str | None) -> SealContext:
    address = "" if neo_url is None else f"for {neo_url}"
    return SealContext("idexx_credentials", f"encrypted_{name}", credential_id, user_id, address)

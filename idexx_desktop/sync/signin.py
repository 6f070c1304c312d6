"""The clinic's sealed sign-in: opened for one use, suspended when Neo rejects it, its cookies kept sealed."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.vault.sealing import SealContext, Sealer

# the codes that say that the saved user name or password itself was not accepted
_REJECTED = {
    FailureCode.WRONG_PASSWORD,
    FailureCode.SIGN_IN_REJECTED,
    FailureCode.ACCOUNT_DISABLED,
    FailureCode.PASSWORD_EXPIRED,
}
_UNREADABLE = {FailureCode.KEY_MISSING, FailureCode.SEAL_BROKEN}


@dataclass(frozen=True, slots=True)
class SealedSignIn:
    """Opens and keeps one user's sign-in. Every method is one short transaction."""

    records: ClinicRecords
    sealer: Sealer
    clock: Clock

    def require(self) -> SealedCredentials:
        """The row, still sealed. NO_CREDENTIALS where there is none; the cause of the suspension where it is."""
        with self.records.transaction() as tx:
            row = tx.credentials.get()
        if row is None or not row.encrypted_password:
            raise Failure(FailureCode.NO_CREDENTIALS)
        if row.suspended_code:
            raise suspension(row.suspended_code)
        return row

    def open(self, row: SealedCredentials) -> NeoLogin:
        """The sign-in in clear. KEY_MISSING or SEAL_BROKEN leave the row, set it to `unknown`, and are audited."""
        try:
            company_id = self._open(row, "encrypted_company_id", row.encrypted_company_id or "")
            username = self._open(row, "encrypted_username", row.encrypted_username)
            password = self._open(row, "encrypted_password", row.encrypted_password)
        except Failure as failure:
            if failure.code in _UNREADABLE:
                self._note_unreadable(failure)
            raise
        return NeoLogin(company_id, username, password)

    def save(self, login: NeoLogin, *, cookies: str | None, validated: bool) -> None:
        """Seal and keep the sign-in in place of the old one, whose cookies go; then keep the new one's cookies."""
        with self.records.transaction() as tx:
            row_id = tx.credentials.reserve()
            sealed = {
                column: self.sealer.seal(text, self._context(row_id, f"encrypted_{column}"))
                for column, text in (
                    ("company_id", login.company_id),
                    ("username", login.username),
                    ("password", login.password),
                )
            }
            tx.credentials.save(
                row_id,
                company_id=sealed["company_id"].text,
                username=sealed["username"].text,
                password=sealed["password"].text,
                key_id=sealed["password"].key_id,
                status="valid" if validated else "unknown",
                validated_at=self.clock.now() if validated else None,
                now=self.clock.now(),
            )
            row = tx.credentials.get()
            if cookies is not None and row is not None:
                self._put_cookies(tx, row, cookies)
            tx.audit.record(Action.CREDENTIALS_SAVED, "ok", metadata={"tested": validated})

    def cookies(self, row: SealedCredentials) -> str | None:
        """The cookies of the last sign-in with exactly this version of the credential, if they can be opened."""
        with self.records.transaction() as tx:
            kept = tx.cookies.get()
        if kept is None or kept.credential_version != row.version:
            return None
        try:
            return self.sealer.open(kept.encrypted_cookies, kept.encryption_key_id, self._cookie_context(row))
        except Failure as failure:
            if failure.code in _UNREADABLE:
                return None  # worth one more sign-in, nothing else
            raise

    def accepted(self, row: SealedCredentials, cookies: str) -> None:
        """Neo accepted the sign-in: say so, and keep its cookies for the next run."""
        with self.records.transaction() as tx:
            tx.credentials.mark("valid", self.clock.now())
            self._put_cookies(tx, row, cookies)
            tx.audit.record(Action.COOKIES_SEALED, "ok", metadata={"version": row.version})

    def renew_cookies(self, row: SealedCredentials, cookies: str) -> None:
        """Keep cookies that Neo has renewed during a run."""
        with self.records.transaction() as tx:
            self._put_cookies(tx, row, cookies)

    def rejected(self, failure: Failure) -> None:
        """A person is needed: suspend, so that nothing tries this sign-in again by itself."""
        with self.records.transaction() as tx:
            tx.credentials.suspend(failure.code, self.clock.now(), rejected=failure.code in _REJECTED)
            tx.cookies.delete()
            tx.audit.record(Action.CREDENTIALS_SUSPENDED, "suspended", metadata={"code": str(failure.code)})

    def _open(self, row: SealedCredentials, column: str, text: str) -> str:
        return self.sealer.open(text, row.encryption_key_id, self._context(row.id, column))

    def _note_unreadable(self, failure: Failure) -> None:
        with self.records.transaction() as tx:
            tx.credentials.mark("unknown", self.clock.now())
            tx.audit.record(Action.CREDENTIALS_UNREADABLE, "failed", metadata={"code": str(failure.code)})

    def _put_cookies(self, tx: Transaction, row: SealedCredentials, cookies: str) -> None:
        sealed = self.sealer.seal(cookies, self._cookie_context(row))
        tx.cookies.put(row.id, row.version, sealed.key_id, sealed.text, now=self.clock.now())

    def _context(self, row_id: str, column: str) -> SealContext:
        return SealContext("idexx_credentials", column, row_id, self.records.user_id)

    def _cookie_context(self, row: SealedCredentials) -> SealContext:
        version = f"credential version {row.version}"
        return SealContext("neo_cookies", "encrypted_cookies", row.id, self.records.user_id, version)


def suspension(code: str) -> Failure:
    """The failure that suspended the sign-in, in its own words; an unknown code of a newer version is plain."""
    try:
        return Failure(FailureCode(code))
    except ValueError:
        return Failure(FailureCode.SUSPENDED, code)

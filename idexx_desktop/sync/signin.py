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
from idexx_desktop.sync.rotation import drop_unused
from idexx_desktop.sync.sealed_login import UNREADABLE, cookie_context, open_login, seal_login
from idexx_desktop.sync.sharing import Sharing

# the codes that say that the saved user name or password itself was not accepted
_REJECTED = {
    FailureCode.WRONG_PASSWORD,
    FailureCode.SIGN_IN_REJECTED,
    FailureCode.ACCOUNT_DISABLED,
    FailureCode.PASSWORD_EXPIRED,
}


# other computers have the sign-in, and this one is none of theirs
_STRANGER = {FailureCode.NOT_APPROVED, FailureCode.COMPUTERS_CHANGED}
# what lies here opens on no account: the key was lost, the text was changed, the vault is closed
_LOST = UNREADABLE | {FailureCode.VAULT_LOCKED, FailureCode.VAULT_UNAVAILABLE}


@dataclass(frozen=True, slots=True)
class SealedSignIn:
    """Opens and keeps one user's sign-in. Every method is one short transaction, or a few."""

    records: ClinicRecords
    sharing: Sharing
    clock: Clock

    def require(self) -> SealedCredentials:
        """The row, still sealed.

        NO_CREDENTIALS where there is none; the cause of the suspension where it is suspended; NOT_APPROVED and
        COMPUTERS_CHANGED where it is for others to use; KEY_FILE_PUT_BACK where this computer's keys are old ones.
        """
        with self.records.transaction() as tx:
            row = tx.credentials.get()
        if row is None or not row.encrypted_password:
            raise Failure(FailureCode.NO_CREDENTIALS)
        if row.suspended_code:
            raise suspension(row.suspended_code)
        self.sharing.require_last()
        try:
            self.look(row)
        except Failure as failure:
            if failure.code in _STRANGER:
                raise
        return row

    def open(self, row: SealedCredentials) -> NeoLogin:
        """The sign-in in clear.

        Whatever keeps it closed is audited; KEY_MISSING, SEAL_BROKEN and a closed vault set it to `unknown`, too.
        KEY_FILE_PUT_BACK as in `require`.
        """
        self.sharing.require_last()
        try:
            return self.look(row)
        except Failure as failure:
            if failure.code in _STRANGER | _LOST:
                self._note_unreadable(failure)
            raise

    def look(self, row: SealedCredentials) -> NeoLogin:
        """As `open`, for showing what is there: a failure changes nothing and is not audited."""
        try:
            return open_login(self.sharing.sealer, row)
        except Failure as failure:
            if failure.code is not FailureCode.KEY_MISSING:
                raise
        return open_login(self.sharing.sealer, self._with_key())

    def save(
        self, login: NeoLogin, *, cookies: str | None, validated: bool, start_over: bool = False
    ) -> None:
        """Seal and keep the sign-in in place of the old one, whose cookies go; then keep the new one's cookies.

        It gets a key of its own, sealed to every approved computer and to the recovery kit. NOT_APPROVED or
        COMPUTERS_CHANGED where others have the sign-in and this computer isn't one of them; with `start_over` it
        begins anew without them.
        """
        keys = self.sharing.keys
        old = keys.key_ids()
        with self.records.transaction() as tx:
            row_id = tx.credentials.reserve()
            before = tx.credentials.get()
            computers = self.sharing.current_or_begun(tx, row_id, self.records.user_id, start_over=start_over)
            sealed = seal_login(self.sharing.sealer, login, row_id, self.records.user_id, keys.add_key())
            row = tx.credentials.save(
                row_id,
                company_id=sealed.company_id,
                username=sealed.username,
                password=sealed.password,
                key_id=sealed.key_id,
                status="valid" if validated else "unknown",
                validated_at=self.clock.now() if validated else None,
                now=self.clock.now(),
            )
            self.sharing.share(tx, computers, sealed.key_id)
            tx.sealed_keys.keep_only(row_id, {sealed.key_id})
            if cookies is not None:
                self._put_cookies(tx, row, cookies)
            tx.audit.record(Action.CREDENTIALS_SAVED, "ok", metadata={"tested": validated})
            if before is not None and before.suspended_code is not None:
                tx.audit.record(Action.CREDENTIALS_RESUMED, "ok")
        self.sharing.remember(computers)
        drop_unused([self.records], keys, old)

    def cookies(self, row: SealedCredentials) -> str | None:
        """The cookies of the last sign-in with exactly this version of the credential, if they can be opened."""
        with self.records.transaction() as tx:
            kept = tx.cookies.get()
        if kept is None or kept.credential_version != row.version:
            return None
        try:
            if kept.encryption_key_id not in self.sharing.keys.key_ids():
                self._with_key()
            return self.sharing.sealer.open(
                kept.encrypted_cookies, kept.encryption_key_id, cookie_context(row)
            )
        except Failure as failure:
            if failure.code in _STRANGER | _LOST:
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

    def _with_key(self) -> SealedCredentials:
        """The row as it is now, once its key is here: another computer may have changed both meanwhile."""
        keys = self.sharing.keys
        old = keys.key_ids()
        with self.records.transaction() as tx:
            now = tx.credentials.get()
            if now is None:
                raise Failure(FailureCode.NO_CREDENTIALS)
            try:
                fetched = self.sharing.fetch(tx, now)
            except Failure as failure:
                if failure.code is FailureCode.NOT_APPROVED and not self.sharing.shared:
                    # there is no other computer that could approve this one
                    raise Failure(FailureCode.KEY_MISSING, failure.detail) from None
                raise
        if fetched:
            drop_unused([self.records], keys, old)
        return now

    def _note_unreadable(self, failure: Failure) -> None:
        with self.records.transaction() as tx:
            if failure.code in _LOST:
                tx.credentials.mark("unknown", self.clock.now())
            tx.audit.record(Action.CREDENTIALS_UNREADABLE, "failed", metadata={"code": str(failure.code)})

    def _put_cookies(self, tx: Transaction, row: SealedCredentials, cookies: str) -> None:
        """Keep them, unless the sign-in they came from was replaced, suspended or forgotten meanwhile.

        Nor where another computer has just changed its key: they are worth one more sign-in, nothing else.
        """
        now = tx.credentials.hold()
        if now is None or now.version != row.version or now.suspended_code is not None:
            return
        try:
            sealed = self.sharing.sealer.seal(cookies, cookie_context(now), now.encryption_key_id)
        except Failure as failure:
            if failure.code is FailureCode.KEY_MISSING:
                return
            raise
        tx.cookies.put(now.id, now.version, sealed.key_id, sealed.text, now=self.clock.now())


def suspension(code: str) -> Failure:
    """The failure that suspended the sign-in, in its own words; an unknown code of a newer version is plain."""
    try:
        return Failure(FailureCode(code))
    except ValueError:
        return Failure(FailureCode.SUSPENDED, code)

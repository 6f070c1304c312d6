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
from idexx_desktop.sync import neo_place
from idexx_desktop.sync.rotation import drop_unused
from idexx_desktop.sync.sealed_login import UNREADABLE, cookie_context, open_login, put_in, seal_login
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
class UsableSignIn:
    """A sign-in, still sealed, and the address that it may be typed into: decided together, used together."""

    row: SealedCredentials
    address: str


@dataclass(frozen=True, slots=True)
class SealedSignIn:
    """Opens and keeps one user's sign-in. Every method is one short transaction, or a few."""

    records: ClinicRecords
    sharing: Sharing
    clock: Clock

    def require(self) -> UsableSignIn:
        """The sign-in, with where it may go.

        NO_CREDENTIALS where there is none; the cause of the suspension where it is suspended; NOT_APPROVED and
        COMPUTERS_CHANGED where it is for others to use; ADDRESS_CHANGED where a person has to say where Neo is;
        KEY_FILE_PUT_BACK where this computer's keys are old ones.
        """
        row = self._row()
        if row.suspended_code:
            raise suspension(row.suspended_code)
        self.sharing.require_last()
        try:
            self.look(row)
        except Failure as failure:
            if failure.code in _STRANGER:
                raise
        address = neo_place.address_in_use(self.records, self.sharing, row)
        if row.neo_url is None:
            row = self._sealed_for_one()
            # another computer may have been faster
            address = neo_place.address_in_use(self.records, self.sharing, row)
        return UsableSignIn(row, address)

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
        """As `open`, for showing what is there: a failure changes nothing and is not audited.

        ADDRESS_CHANGED where another computer has sealed it for another address since `row` was read.
        """
        try:
            return open_login(self.sharing.sealer, row)
        except Failure as failure:
            if failure.code is not FailureCode.KEY_MISSING:
                raise
        now = self._with_key()
        if now.neo_url != row.neo_url:
            raise Failure(FailureCode.ADDRESS_CHANGED, "sealed for another address in the meantime")
        return open_login(self.sharing.sealer, now)

    def seal_for(self, tx: Transaction, address: str) -> None:
        """Seal the sign-in anew, for this address; its cookies go. Nothing where there is none, or it is so already.

        KEY_MISSING or SEAL_BROKEN where this computer can't open it.
        """
        row = tx.credentials.hold()
        if row is None or row.neo_url == address:
            return
        login = open_login(self.sharing.sealer, row)
        sealed = seal_login(self.sharing.sealer, login, row.id, row.user_id, row.encryption_key_id, address)
        put_in(tx, row, sealed, self.clock.now())
        tx.cookies.delete()

    def save(
        self, login: NeoLogin, address: str, *, cookies: str | None, validated: bool, start_over: bool = False
    ) -> None:
        """Seal and keep the sign-in for this address, in place of the old one, whose cookies go; then the new cookies.

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
            user_id = self.records.user_id
            sealed = seal_login(self.sharing.sealer, login, row_id, user_id, keys.add_key(), address)
            row = tx.credentials.save(
                row_id,
                company_id=sealed.company_id,
                username=sealed.username,
                password=sealed.password,
                key_id=sealed.key_id,
                neo_url=address,
                status="valid" if validated else "unknown",
                validated_at=self.clock.now() if validated else None,
                now=self.clock.now(),
            )
            self.sharing.share(tx, computers, sealed.key_id)
            tx.sealed_keys.keep_only(row_id, {sealed.key_id})
            if cookies is not None:
                self._put_cookies(tx, UsableSignIn(row, address), cookies)
            tx.audit.record(Action.CREDENTIALS_SAVED, "ok", metadata={"tested": validated})
            if before is not None and before.suspended_code is not None:
                tx.audit.record(Action.CREDENTIALS_RESUMED, "ok")
        self.sharing.remember(computers)
        drop_unused([self.records], keys, old)

    def cookies(self, sign_in: UsableSignIn) -> str | None:
        """The cookies that exactly this version of the credential got at this address, if they can be opened."""
        with self.records.transaction() as tx:
            kept = tx.cookies.get()
        if kept is None or kept.credential_version != sign_in.row.version:
            return None
        try:
            if kept.encryption_key_id not in self.sharing.keys.key_ids():
                self._with_key()
            context = cookie_context(sign_in.row, sign_in.address)
            return self.sharing.sealer.open(kept.encrypted_cookies, kept.encryption_key_id, context)
        except Failure as failure:
            if failure.code in _STRANGER | _LOST:
                return None  # worth one more sign-in, nothing else
            raise

    def accepted(self, sign_in: UsableSignIn, cookies: str) -> None:
        """Neo accepted the sign-in: say so, and keep its cookies for the next run."""
        with self.records.transaction() as tx:
            tx.credentials.mark("valid", self.clock.now())
            self._put_cookies(tx, sign_in, cookies)
            tx.audit.record(Action.COOKIES_SEALED, "ok", metadata={"version": sign_in.row.version})

    def renew_cookies(self, sign_in: UsableSignIn, cookies: str) -> None:
        """Keep cookies that Neo has renewed during a run."""
        with self.records.transaction() as tx:
            self._put_cookies(tx, sign_in, cookies)

    def rejected(self, failure: Failure) -> None:
        """A person is needed: suspend, so that nothing tries this sign-in again by itself."""
        with self.records.transaction() as tx:
            tx.credentials.suspend(failure.code, self.clock.now(), rejected=failure.code in _REJECTED)
            tx.cookies.delete()
            tx.audit.record(Action.CREDENTIALS_SUSPENDED, "suspended", metadata={"code": str(failure.code)})

    def _row(self) -> SealedCredentials:
        with self.records.transaction() as tx:
            row = tx.credentials.get()
        if row is None or not row.encrypted_password:
            raise Failure(FailureCode.NO_CREDENTIALS)
        return row

    def _sealed_for_one(self) -> SealedCredentials:
        """The row that an older program sealed for any address, from now on for the one that was chosen here.

        An address that was given for one run is that run's only.
        """
        address = self.sharing.neo.read().address
        try:
            with self.records.transaction() as tx:
                now = tx.credentials.hold()
                if now is not None and now.neo_url is None:
                    self.seal_for(tx, address)
                    neo_place.note_chosen(tx, address)
        except Failure as failure:
            if failure.code not in UNREADABLE:
                raise  # else whoever opens it will say so
        return self._row()

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

    def _put_cookies(self, tx: Transaction, sign_in: UsableSignIn, cookies: str) -> None:
        """Keep them, unless the sign-in they came from was replaced, suspended or forgotten meanwhile.

        Nor where another computer has just changed its key: they are worth one more sign-in, nothing else.
        """
        now = tx.credentials.hold()
        if now is None or now.version != sign_in.row.version or now.suspended_code is not None:
            return
        try:
            context = cookie_context(now, sign_in.address)
            sealed = self.sharing.sealer.seal(cookies, context, now.encryption_key_id)
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

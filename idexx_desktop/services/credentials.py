"""The clinic's Neo sign-in: tested before it is kept, never shown again, forgotten on request."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.domain.routing import consequence
from idexx_desktop.domain.signin import NeoLogin, SignedIn
from idexx_desktop.services.one_at_a_time import OneAtATime
from idexx_desktop.sync.neo_place import address_in_use
from idexx_desktop.sync.sharing import Sharing
from idexx_desktop.sync.signin import SealedSignIn, UsableSignIn, suspension
from idexx_desktop.vault.certificates import public_key_hash

if TYPE_CHECKING:
    from idexx_desktop.neo.session import NeoSession

TESTS_AN_HOUR = 10
_OPEN_ALREADY = "IDEXX Neo's window is open already."
Run = Callable[[Coroutine[Any, Any, tuple[SignedIn, str]]], tuple[SignedIn, str]]
# what the page has left by then may say that this computer is known, or that a part is answered
_ASKS = (FailureCode.NEO_ASKS, FailureCode.BRANCH_ASKED)
# a test that ended before anything of the sign-in was given to Neo's page: Neo knows nothing of it
_NOT_SENT = "not_sent"


@dataclass(slots=True)
class CredentialService:
    """Every method blocks. A password goes in and never comes out."""

    records: ClinicRecords
    sharing: Sharing
    clock: Clock
    kept_in: str
    chance: random.Random = field(default_factory=random.SystemRandom)
    allowed_hosts: Callable[[], tuple[str, ...]] = tuple
    # called once cookies are kept with a sign-in
    cookies_kept: Callable[[], object] = object
    # what Neo accepted last, at which address, and with which cookies
    _tested: tuple[NeoLogin, str, str] | None = field(default=None, repr=False)
    _window: OneAtATime = field(default_factory=lambda: OneAtATime(_OPEN_ALREADY), repr=False)

    @property
    def _sealed(self) -> SealedSignIn:
        return SealedSignIn(self.records, self.sharing, self.clock)

    def status(self) -> CredentialStatus:
        """What is known of the sign-in, without the password."""
        with self.records.transaction() as tx:
            row = tx.credentials.get()
        if row is None or not row.encrypted_password:
            return CredentialStatus("not_configured", None, "", "", None, self.kept_in)
        username = company_id = ""
        state = row.validation_status
        try:
            login = self._sealed.look(row)
            username, company_id = login.username, login.company_id
        except Failure:
            state = "unknown"
        suspended = suspension(row.suspended_code) if row.suspended_code else self.key_file_problem()
        return CredentialStatus(state, row.last_validated_at, username, company_id, suspended, self.kept_in)

    def key_file_problem(self) -> Failure | None:
        """KEY_FILE_PUT_BACK where an older copy lies there, and nobody has accepted it; None where all is well."""
        try:
            self.sharing.require_last()
        except Failure as failure:
            return failure
        return None

    def accept_key_file(self) -> bool:
        """A person says that the older key file is meant, which was put back; False where none was."""
        put_back = self.sharing.store.is_put_back()
        self.sharing.store.accept()
        return put_back

    def obstacle(self) -> Failure | None:
        """What keeps this computer from using the sign-in; None where it can."""
        try:
            self._sealed.look(self._sealed.require().row)
        except Failure as failure:
            return failure
        return None

    def test(self, login: NeoLogin) -> SignedIn:
        """Sign in to Neo once with this login. At most ten times an hour, so that Neo doesn't lock the account.

        What never got as far as Neo doesn't count.

        What was accepted is remembered until `save`, so that its cookies are used and nothing is typed twice.
        """
        return self._test(login, None)

    def answer_by_hand(self, login: NeoLogin | None = None) -> SignedIn:
        """As `test`, or without a login as `test_saved`, in a window where a person answers what Neo asks, once.

        It takes as long as they take, a quarter of an hour at most; `close` ends it. NO_BROWSER where no window can be
        shown. What they answered is kept with the sign-in: with one that was typed once that is saved.
        """
        with self.records.transaction() as tx:
            tx.audit.record(Action.CREDENTIALS_NEO_OPENED, "ok")
        if login is None:
            return self._test_saved(in_window=True)
        return self._test(login, None, in_window=True)

    def close(self) -> None:
        """Close Neo's window, if it is open; safe to call twice."""
        self._window.end()

    def _test(self, login: NeoLogin, kept: UsableSignIn | None, *, in_window: bool = False) -> SignedIn:
        """`kept`: the sign-in that this one is, with what Neo left at the last, such as that this computer is known."""
        self._require_complete(login)
        self._require_patience()
        self._tested = None
        address = self._address()
        neo = self._stay(address, self._sealed.cookies(kept) if kept else None)
        try:
            run: Run = self._window.run if in_window else asyncio.run
            signed_in, cookies = run(_sign_in(neo, login, in_window=in_window))
        except Failure as failure:
            self._audit_test("rejected" if neo.typed else _NOT_SENT, str(failure.code))
            if kept and failure.code in _ASKS:
                self._sealed.renew_cookies(kept, neo.cookies())
            raise
        self._audit_test("accepted", None)
        self._tested = (login, address, cookies)
        return signed_in

    def test_saved(self) -> SignedIn:
        """Test the sign-in that is kept; an acceptance resumes a suspended schedule."""
        return self._test_saved()

    def _test_saved(self, *, in_window: bool = False) -> SignedIn:
        with self.records.transaction() as tx:
            row = tx.credentials.get()
        if row is None or not row.encrypted_password:
            raise Failure(FailureCode.NO_CREDENTIALS)
        address = address_in_use(self.records, self.sharing, row)
        login = self._sealed.open(row)
        try:
            signed_in = self._test(login, UsableSignIn(row, address), in_window=in_window)
        except Failure as failure:
            if consequence(failure.code).suspends:
                self._sealed.rejected(failure)
            raise
        self.save(login)
        return signed_in

    def save(self, login: NeoLogin, *, start_over: bool = False) -> None:
        """Seal and keep the sign-in in place of the old one. Valid if it is the one that was just tested.

        NOT_APPROVED where other computers have it and this one isn't approved; with `start_over` they are left
        behind, and so is the recovery kit.
        """
        self._require_complete(login)
        address = self._address()
        tested = self._tested is not None and self._tested[:2] == (login, address)
        cookies = self._tested[2] if self._tested is not None and tested else None
        self._sealed.save(login, address, cookies=cookies, validated=tested, start_over=start_over)
        self._tested = None
        if cookies is not None:
            self.cookies_kept()

    def forget(self) -> None:
        """Remove the sign-in and its cookies. Nothing happens where there is none."""
        self._tested = None
        with self.records.transaction() as tx:
            if tx.credentials.get() is not None:
                tx.credentials.forget()
                tx.audit.record(Action.CREDENTIALS_FORGOTTEN, "ok")

    def _address(self) -> str:
        """Where a sign-in that is typed now goes. The one that is kept counts only for itself."""
        return address_in_use(self.records, self.sharing, None)

    def _stay(self, address: str, kept: str | None) -> NeoSession:
        from idexx_desktop.neo.session import NeoSession  # heavy: only when a person signs in
        from idexx_desktop.neo.site import NeoOptions

        with self.records.transaction() as tx:
            zone = tx.settings.zone()
        own = self.sharing.neo.read()
        options = NeoOptions(
            base_url=address,
            zone=zone,
            browser_path=own.browser_path or None,
            allowed_hosts=self.allowed_hosts(),
            proxy=self.sharing.proxy(),
            key_of=public_key_hash,
            branch=own.branch,
        )
        return NeoSession(options, self.clock, self.chance, kept)

    def _require_complete(self, login: NeoLogin) -> None:
        if not login.username.strip() or not login.password:
            raise Failure(
                FailureCode.INVALID_INPUT, "empty", title="Enter the Neo user name and the password."
            )

    def _require_patience(self) -> None:
        since = self.clock.now() - timedelta(hours=1)
        with self.records.transaction() as tx:
            tested = AuditFilter(action=str(Action.CREDENTIALS_TESTED), since=since)
            tests = tx.audit.count(tested) - tx.audit.count(replace(tested, status=_NOT_SENT))
        if tests >= TESTS_AN_HOUR:
            raise Failure(FailureCode.TOO_MANY_TESTS)

    def _audit_test(self, status: str, code: str | None) -> None:
        with self.records.transaction() as tx:
            tx.audit.record(Action.CREDENTIALS_TESTED, status, metadata={"code": code})


async def _sign_in(neo: NeoSession, login: NeoLogin, *, in_window: bool) -> tuple[SignedIn, str]:
    async with neo:
        signed_in = await (neo.answer_by_hand(login) if in_window else neo.sign_in(login))
        return signed_in, neo.cookies()

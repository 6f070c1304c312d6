"""Where Neo is, as people on this computer say it: what is in use, what is asked, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.addresses import check_address, is_same_site
from idexx_desktop.domain.audit import Action, as_code
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_address import GIVEN_BY, InUse, NeoPlace, Question, Why
from idexx_desktop.sync import neo_place
from idexx_desktop.sync.sealed_login import UNREADABLE
from idexx_desktop.sync.sharing import Sharing
from idexx_desktop.sync.signin import SealedSignIn


@dataclass(frozen=True, slots=True)
class NeoAddressService:
    """Every method blocks. An answer holds for this computer; the sign-in is sealed for it at once."""

    records: ClinicRecords
    sharing: Sharing
    clock: Clock

    def place(self) -> NeoPlace:
        """The address in use, what the clinic's records suggest, and the question that is open, if any."""
        with self.records.transaction() as tx:
            found = self._standing(tx)
            suggestion = tx.settings.suggested_address()
            given_by = GIVEN_BY if self.sharing.neo.read().given else ""
            if isinstance(found, InUse):
                return NeoPlace(found.address, suggestion, given_by=given_by)
            rules = tx.settings.call_rules()
            asked = found.failure(rules.zone, rules.country)
            return NeoPlace(found.ours, suggestion, found, asked, given_by)

    def to_open(self) -> str:
        """Neo's address for a browser; ADDRESS_CHANGED where nobody has confirmed one on this computer."""
        return neo_place.address_to_open(self.records, self.sharing)

    def use(self, address: str) -> None:
        """Neo is there: the sign-in is for this address from now on, and the other members are asked, too.

        INVALID_INPUT for an address that can't be used, or of the other kind of site. The one that is in use is an
        answer as well: it is kept, as by `keep`.
        """
        wanted = neo_place.check_choice(self.sharing, check_address(address))
        with self.records.transaction() as tx:
            found = self._standing(tx)
            chosen = self.sharing.neo.read().address
            if isinstance(found, Question) and found.ours == wanted:
                done = self._keep(tx, found)
            elif isinstance(found, InUse) and wanted == chosen:
                return
            else:
                done = self._use(tx, wanted)
        # what this computer keeps isn't undone with the transaction, so it comes after what may fail
        done()

    def keep(self) -> None:
        """Stay with the address of before; nothing where nobody asks. INVALID_INPUT where there was none before."""
        with self.records.transaction() as tx:
            found = self._standing(tx)
            if isinstance(found, InUse):
                return
            if found.why is Why.FIRST:
                title = "Nobody has said on this computer where Neo is, so there is no address to keep."
                raise Failure(FailureCode.INVALID_INPUT, "none", title=title)
            done = self._keep(tx, found)
        done()

    def browser_path(self) -> str | None:
        """The browser that a person chose on this computer; None for the one that the program finds."""
        return self.sharing.neo.read().browser_path or None

    def choose_browser(self, path: str | None) -> None:
        """Sign in with this browser on this computer; None or "" for the one that the program finds."""
        self.sharing.neo.change(lambda own: replace(own, browser_path=path or ""))

    def branch(self) -> str | None:
        """The branch that a person named on this computer; None where nobody has."""
        return self.sharing.neo.read().branch or None

    def choose_branch(self, name: str) -> str:
        """Choose this branch where Neo asks; "" for none. The next sync signs in anew, so that it is asked.

        The branch, as it is kept, is returned.
        """
        wanted = " ".join(name.split())
        if wanted == self.sharing.neo.read().branch:
            return wanted
        with self.records.transaction() as tx:
            tx.cookies.delete()
            tx.audit.record(Action.COMPUTER_SETTINGS_CHANGED, "ok", metadata={"setting": "branch"})
        # what this computer keeps isn't undone with the transaction, so it comes after what may fail
        self.sharing.neo.change(lambda own: replace(own, branch=wanted))
        return wanted

    def _standing(self, tx: Transaction) -> InUse | Question:
        return neo_place.standing(tx, self.sharing, tx.credentials.get())

    def _use(self, tx: Transaction, address: str) -> Callable[[], None]:
        self._seal_for(tx, address)
        if not is_same_site(tx.settings.suggested_address().address, address):
            tx.settings.suggest_address(address, now=self.clock.now())
        neo_place.note_chosen(tx, address)
        return lambda: neo_place.choose(self.sharing, address)

    def _keep(self, tx: Transaction, question: Question) -> Callable[[], None]:
        suggested = tx.settings.suggested_address().address
        if question.why is Why.ELSEWHERE:
            self._seal_for(tx, question.ours)
        tx.audit.record(Action.ADDRESS_DECLINED, "ok", metadata={"address": as_code(question.address)})
        if is_same_site(suggested, question.ours):
            return _nothing
        return lambda: neo_place.decline(self.sharing, suggested)

    def _seal_for(self, tx: Transaction, address: str) -> None:
        try:
            SealedSignIn(self.records, self.sharing, self.clock).seal_for(tx, address)
        except Failure as failure:
            if failure.code not in UNREADABLE:
                raise  # else there is nothing here that could go there


def _nothing() -> None:
    """Nothing more is to be kept."""

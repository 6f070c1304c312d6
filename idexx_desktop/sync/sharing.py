"""One sign-in for several computers: whom this one trusts, and how the key of the sign-in reaches the others.

Rooms below know only their half: the database keeps texts, the vault makes and checks them. Here both meet. Whoever
changes a list calls `remember` once the change is committed: a pin to a version that never came to be would refuse
all others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from idexx_desktop.db.repositories.computers import StoredList
from idexx_desktop.db.repositories.sealed_keys import StoredKey
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_address import OwnChoices
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.neo.site import ProxyLogin
from idexx_desktop.sync import proxy_sign_in
from idexx_desktop.vault import approval, computer_list
from idexx_desktop.vault.computer import Computer, SignInId, own_computer
from idexx_desktop.vault.computer_list import ComputerList, ListPin, SignedList, read_list
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealed_keys import DataKey, SealedKey, open_key, seal_key
from idexx_desktop.vault.sealing import Sealer
from idexx_desktop.vault.stores import SecretStore

BEGUN_ENTRY = "computer-list-begun"  # the lineage that this computer began last
_STRANGERS = frozenset({FailureCode.NOT_APPROVED, FailureCode.COMPUTERS_CHANGED})


@dataclass(frozen=True, slots=True)
class Sharing:
    """The secrets of this computer, and what it trusts of the rows. `shared`: the records are on a server.

    `neo`: what people chose on this computer, first of all where the sign-in may go.
    """

    store: SecretStore
    keys: KeyRing
    sealer: Sealer
    device: str
    shared: bool
    neo: OwnChoices

    def require_last(self) -> None:
        """KEY_FILE_PUT_BACK where the secrets are those of another day: keys given up since, trust withdrawn since."""
        if self.store.is_put_back():
            raise Failure(FailureCode.KEY_FILE_PUT_BACK)

    def proxy(self) -> ProxyLogin | None:
        """What this computer's proxy is told, if it asks for anything."""
        return proxy_sign_in.usable(self.store)

    def own(self) -> Computer:
        """This computer, with its private keys."""
        return own_computer(self.store, self.device)

    def current(self, tx: Transaction, credential_id: str, user_id: str) -> ComputerList | None:
        """The list that this computer trusts, itself in it; None where nobody has begun one.

        NOT_APPROVED where it never was, or no longer is, a member; COMPUTERS_CHANGED where the list was tampered with.
        """
        sign_in = SignInId(credential_id, user_id)
        chain = signed(tx.computer_lists.lists(credential_id))
        kept = computer_list.kept_pin(self.store, sign_in)
        pin = self._begun(chain, sign_in, kept) or kept
        if pin is None:
            if not chain:
                return None
            raise Failure(FailureCode.NOT_APPROVED, "this computer knows none of the computers in the list")
        found = computer_list.follow(pin, chain, sign_in)
        if found.member(self.own().id) is None:
            raise Failure(FailureCode.NOT_APPROVED, "this computer was removed from the list")
        if found.pin != kept:
            self.remember(found)
        return found

    def current_or_begun(
        self, tx: Transaction, credential_id: str, user_id: str, *, start_over: bool = False
    ) -> ComputerList:
        """The list to seal by; begun where there is none.

        Records on one computer only are begun anew where the list isn't this computer's: its vault was lost, and
        there is nobody else to ask. On a server a person has to say so (`start_over`).
        """
        try:
            found = self.current(tx, credential_id, user_id)
        except Failure as failure:
            if failure.code not in _STRANGERS or (self.shared and not start_over):
                raise
            tx.computer_lists.start_over(credential_id)
            found = None
        if found is not None:
            return found
        first = computer_list.begin(self.own(), SignInId(credential_id, user_id))
        # before the commit: after a crash in between, this computer knows its own list again
        self.store.set(BEGUN_ENTRY, read_list(first.document).lineage)
        return self.add(tx, first)

    def add(self, tx: Transaction, version: SignedList) -> ComputerList:
        """Keep the next version of a list. DATABASE_REFUSED where another computer was faster."""
        listed = read_list(version.document)
        tx.computer_lists.add_list(
            listed.sign_in.credential_id,
            lineage=listed.lineage,
            version=listed.version,
            document=version.document,
            signed_by=version.signed_by,
            signature=version.signature,
        )
        return listed

    def remember(self, seen: ComputerList) -> None:
        """Never go back before this version."""
        computer_list.keep_pin(self.store, seen.sign_in, seen.pin)
        self.store.delete(BEGUN_ENTRY)

    def share(
        self, tx: Transaction, to: ComputerList, key_id: str, *, only: Iterable[str] | None = None
    ) -> None:
        """Seal a key of this computer to every other member of the list, or to `only` these.

        KEY_FILE_PUT_BACK as in `require_last`.
        """
        self.require_last()
        own = self.own()
        key = DataKey(key_id, self.keys.key(key_id), self.keys.created_at(key_id))
        wanted = {member.id for member in to.members} if only is None else set(only)
        sealed = [seal_key(key, member, own, to) for member in sorted(wanted - {own.id})]
        tx.sealed_keys.put(to.sign_in.credential_id, [_stored(each) for each in sealed])

    def fetch(self, tx: Transaction, row: SealedCredentials) -> bool:
        """Take the key of this row that another member has sealed to this computer; False where it is here already.

        KEY_MISSING where nobody has, NOT_APPROVED and COMPUTERS_CHANGED as in `current`.
        """
        if row.encryption_key_id in self.keys.key_ids():
            return False
        self._join(tx, row)
        found = self.current(tx, row.id, row.user_id)
        kept = None
        if found is not None:
            kept = tx.sealed_keys.get(row.id, row.encryption_key_id, self.own().id)
        if found is None or kept is None:
            raise Failure(FailureCode.KEY_MISSING, "no computer has sealed the key to this one")
        self.take(open_key(sealed_key(kept), self.own(), found))
        return True

    def take(self, key: DataKey) -> None:
        """Keep a key that came from another member, and seal with it from now on."""
        self.keys.keep_key(key.id, key.key, key.created)

    def _begun(self, chain: list[SignedList], sign_in: SignInId, kept: ListPin | None) -> ListPin | None:
        """The beginning of a list that this computer began last, and was stopped before it could remember it."""
        lineage = self.store.get(BEGUN_ENTRY)
        if lineage is None or (kept is not None and kept.lineage == lineage):
            return None
        pin = computer_list.beginning_by(self.own(), chain, sign_in)
        return pin if pin is not None and pin.lineage == lineage else None

    def _join(self, tx: Transaction, row: SealedCredentials) -> None:
        """If this computer's request was answered: trust the list that the answer vouches for."""
        request = tx.computer_requests.of_computer(row.id, self.own().id)
        if request is None or request.answer is None or not approval.is_asking(self.store):
            return
        sign_in = SignInId(row.id, row.user_id)
        pin = approval.read_answer(self.store, request.answer, sign_in)
        found = computer_list.follow(pin, signed(tx.computer_lists.lists(row.id)), sign_in)
        tx.computer_requests.withdraw(request.id)
        tx.audit.record(Action.COMPUTER_JOINED, "ok", metadata={"computer_id": self.own().id})
        # what this computer keeps isn't undone with the transaction, so it comes after what may fail
        self.remember(found)
        approval.forget_request(self.store)


def signed(rows: Iterable[StoredList]) -> list[SignedList]:
    """The versions as the vault reads them."""
    return [SignedList(row.document, row.signed_by, row.signature) for row in rows]


def sealed_key(row: StoredKey) -> SealedKey:
    """The key as the vault reads it."""
    return SealedKey(row.key_id, row.computer_id, row.sealed_key, row.signed_by, row.signature)


def _stored(key: SealedKey) -> StoredKey:
    return StoredKey(key.key_id, key.computer_id, key.text, key.signed_by, key.signature)

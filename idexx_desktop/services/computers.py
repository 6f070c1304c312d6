"""Which computers may open the clinic's Neo sign-in, and the recovery kit: what a person can see and do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.repositories.computers import StoredList
from idexx_desktop.db.repositories.sealed_keys import StoredKit
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.computers import (
    ComputerRecord,
    ComputerRequest,
    ComputersOverview,
    KitRecord,
    RecoveryKit,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.sync.rotation import rotate
from idexx_desktop.sync.sharing import Sharing, sealed_key, signed
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.vault import approval, kit
from idexx_desktop.vault.codes import CodeKind, new_recovery_code, read_code
from idexx_desktop.vault.computer import ComputerKind, PublicComputer, SignInId
from idexx_desktop.vault.computer_list import ComputerList, admit, follow, read_list, remove
from idexx_desktop.vault.sealed_keys import open_key

# what a change of the computers adds to a new key, in the same transaction; the list that counts after it
_Change = Callable[[Transaction, SealedCredentials, ComputerList], ComputerList]

_KEPT_OUT = (FailureCode.NOT_APPROVED, FailureCode.KEY_MISSING, FailureCode.COMPUTERS_CHANGED)


@dataclass(frozen=True, slots=True)
class ComputerService:
    """Every method blocks and raises `Failure`. Codes are shown or printed once and kept nowhere."""

    records: ClinicRecords
    sharing: Sharing
    clock: Clock
    practice: str

    def overview(self) -> ComputersOverview:
        """What is known on this computer; NO_CREDENTIALS is no failure here, but an empty overview."""
        with self.records.transaction() as tx:
            row = tx.credentials.get()
            if row is None:
                return ComputersOverview(self.sharing.device, is_approved=False)
            return self._overview(tx, row)

    def ask(self) -> str:
        """Ask for this computer to be approved; the code to show here, which a person types at another one.

        INVALID_INPUT where there is nothing to ask for, or nobody to ask.
        """
        if not self.sharing.shared:
            title = "The records are on this computer alone: there is no other one that could approve it."
            raise Failure(FailureCode.INVALID_INPUT, "alone", title=title)
        if self._kept_out() is None:
            raise Failure(FailureCode.INVALID_INPUT, "approved", title="This computer is approved already.")
        own = self.sharing.own().public
        with self.records.transaction() as tx:
            row = _required(tx.credentials.get())
            asked = approval.ask(self.sharing.store, own, _sign_in(row))
            tx.computer_requests.ask(
                row.id,
                computer_id=own.id,
                computer_name=own.name,
                public_keys=own.as_text(),
                proof=asked.proof,
                now=self.clock.now(),
            )
            tx.audit.record(Action.COMPUTER_ASKED, "ok", metadata={"computer_id": own.id})
        return asked.code

    def join(self) -> bool:
        """Whether this computer can open the sign-in by now; False while its request waits for an answer."""
        failure = self._kept_out()
        # where somebody started over, this computer's old list isn't the one that its request is about
        changed = failure is not None and failure.code is FailureCode.COMPUTERS_CHANGED
        if failure is not None and changed and not approval.is_asking(self.sharing.store):
            raise failure
        return failure is None

    def withdraw(self) -> None:
        """This computer asks no longer."""
        approval.forget_request(self.sharing.store)
        with self.records.transaction() as tx:
            row = tx.credentials.get()
            request = tx.computer_requests.of_computer(row.id, self.sharing.own().id) if row else None
            if request is not None:
                tx.computer_requests.withdraw(request.id)

    def approve(self, request_id: str, code: str) -> None:
        """Admit the computer that shows this code. CODE_REFUSED where it isn't that of this request."""
        try:
            self._approve(request_id, code)
        except Failure as failure:
            if failure.code is FailureCode.CODE_REFUSED:
                self._note_refusal(Action.COMPUTER_APPROVED)
            raise

    def dismiss(self, request_id: str) -> None:
        """Turn a request down; the computer may ask again."""
        with self.records.transaction() as tx:
            tx.computer_requests.withdraw(request_id)

    def remove(self, computer_id: str) -> None:
        """Take a computer out, and seal the sign-in with a key that it never had. INVALID_INPUT for this one itself."""
        if computer_id == self.sharing.own().id:
            title = "A computer can't remove itself. Remove it on another one, or forget the sign-in."
            raise Failure(FailureCode.INVALID_INPUT, "own", title=title)

        def change(tx: Transaction, row: SealedCredentials, current: ComputerList) -> ComputerList:
            following = self.sharing.add(tx, remove(current, computer_id, self.sharing.own()))
            tx.sealed_keys.drop_computer(row.id, computer_id)
            return following

        self._change_key(change, Action.COMPUTER_REMOVED, {"computer_id": computer_id})

    def rotate_key(self) -> None:
        """Seal the sign-in with a new key, and that key to every approved computer and to the kit."""
        self._change_key(lambda _tx, _row, current: current, Action.CREDENTIALS_KEY_ROTATED, {})

    def make_kit(self) -> RecoveryKit:
        """Make a kit. The one before it is void: the sign-in gets a key that it never had."""
        code = new_recovery_code()
        secret = read_code(code, CodeKind.RECOVERY)
        made = kit.kit_computer(secret).public
        at = self.clock.now()

        def change(tx: Transaction, row: SealedCredentials, current: ComputerList) -> ComputerList:
            following = self.sharing.add(tx, admit(current, made, self.sharing.own()))
            anchor = kit.make_anchor(secret, _sign_in(row), following.pin)
            tx.recovery_kit.put(row.id, StoredKit(made.id, anchor, at))
            return following

        self._change_key(change, Action.RECOVERY_KIT_MADE, {"kit_id": made.id})
        return RecoveryKit(code, _number(made.id), at, self.practice)

    def recover(self, code: str) -> None:
        """Unlock the stored sign-in on this computer with the kit's code. CODE_REFUSED where it isn't the kit's."""
        try:
            secret = read_code(code, CodeKind.RECOVERY)
            with self.records.transaction() as tx:
                found = self._recover(tx, secret)
        except Failure as failure:
            if failure.code is FailureCode.CODE_REFUSED:
                self._note_refusal(Action.RECOVERY_KIT_USED)
            raise
        self.sharing.remember(found)

    # what they are made of

    def _kept_out(self) -> Failure | None:
        """Why this computer can't open the sign-in, where it takes another one to let it in; None where it can."""
        with self.records.transaction() as tx:
            row = _required(tx.credentials.get())
        try:
            SealedSignIn(self.records, self.sharing, self.clock).look(row)
        except Failure as failure:
            if failure.code in _KEPT_OUT:
                return failure
            raise
        return None

    def _approve(self, request_id: str, code: str) -> None:
        with self.records.transaction() as tx:
            row = _required(tx.credentials.hold())
            request = next(
                (each for each in tx.computer_requests.unanswered(row.id) if each.id == request_id), None
            )
            if request is None:
                title = "That computer doesn't ask any more."
                raise Failure(FailureCode.INVALID_INPUT, "request", title=title)
            self.sharing.fetch(tx, row)
            current = self.sharing.current_or_begun(tx, row.id, row.user_id)
            checked = approval.check_request(request.public_keys, request.proof, code, _sign_in(row))
            following = self.sharing.add(tx, admit(current, checked.computer, self.sharing.own()))
            self.sharing.share(tx, following, row.encryption_key_id, only=[checked.computer.id])
            if not tx.computer_requests.answer(request, checked.answer(following.pin), at=self.clock.now()):
                raise Failure(
                    FailureCode.INVALID_INPUT, "request", title="That computer asked anew. Look again."
                )
            tx.audit.record(Action.COMPUTER_APPROVED, "ok", metadata={"computer_id": checked.computer.id})
        self.sharing.remember(following)

    def _change_key(self, change: _Change, action: Action, metadata: dict[str, str]) -> None:
        """A new key for the sign-in, after `change` of the computers, audited as `action`: all of it or nothing."""
        seen: list[ComputerList] = []

        def note(tx: Transaction, row: SealedCredentials, key_id: str) -> None:
            current = self.sharing.current_or_begun(tx, row.id, row.user_id)
            following = change(tx, row, current)
            self.sharing.share(tx, following, key_id)
            tx.sealed_keys.keep_only(row.id, {key_id})
            tx.audit.record(action, "ok", metadata={"key_id": key_id, **metadata})
            seen.append(following)

        with self.records.transaction() as tx:
            row = _required(tx.credentials.get())
        SealedSignIn(self.records, self.sharing, self.clock).open(row)
        done = rotate([self.records], self.sharing.keys, self.sharing.sealer, self.clock, note)
        if not done.rows:
            raise Failure(FailureCode.KEY_MISSING, "the sign-in changed on another computer meanwhile")
        self.sharing.remember(seen[-1])

    def _recover(self, tx: Transaction, secret: bytes) -> ComputerList:
        row = _required(tx.credentials.hold())
        stored = tx.recovery_kit.get(row.id)
        if stored is None:
            title = "No recovery kit counts for this sign-in: none was made, or somebody started over since."
            raise Failure(FailureCode.CODE_REFUSED, "no kit", title=title)
        made = kit.kit_computer(secret)
        pin = kit.read_anchor(secret, stored.kit_id, stored.anchor, _sign_in(row))
        found = follow(pin, signed(tx.computer_lists.lists(row.id)), _sign_in(row))
        sealed = tx.sealed_keys.get(row.id, row.encryption_key_id, made.id)
        if sealed is None:
            raise Failure(FailureCode.KEY_MISSING, "the key of this sign-in was never sealed to the kit")
        key = open_key(sealed_key(sealed), made, found)
        own = self.sharing.own().public
        if found.member(own.id) is None:
            found = self.sharing.add(tx, admit(found, own, made))
        tx.audit.record(Action.RECOVERY_KIT_USED, "ok", metadata={"kit_id": made.id, "computer_id": own.id})
        self.sharing.take(key)  # isn't undone with the transaction, so it comes after what may fail
        return found

    def _overview(self, tx: Transaction, row: SealedCredentials) -> ComputersOverview:
        own = self.sharing.own()
        try:
            current = self.sharing.current(tx, row.id, row.user_id)
        except Failure as failure:
            if failure.code not in (FailureCode.NOT_APPROVED, FailureCode.COMPUTERS_CHANGED):
                raise
            request = tx.computer_requests.of_computer(row.id, own.id)
            asks = request is not None and approval.is_asking(self.sharing.store)
            return ComputersOverview(
                self.sharing.device,
                is_approved=False,
                asked_at=request.requested_at if request and asks else None,
            )
        keys = self.sharing.keys
        here = row.encryption_key_id in keys.key_ids()
        # no list yet: the sign-in was saved before there were any, and the first change begins one
        approved = _approved(current, tx.computer_lists.lists(row.id), own.id) if current else ()
        return ComputersOverview(
            self.sharing.device,
            is_approved=here if current is None else True,
            approved=approved,
            requests=tuple(
                ComputerRequest(each.id, each.computer_id, each.computer_name, each.requested_at)
                for each in tx.computer_requests.unanswered(row.id)
                if each.computer_id != own.id
            ),
            kit=_kit(current, tx.recovery_kit.get(row.id)) if current else None,
            key_made_at=keys.created_at(row.encryption_key_id) if here else None,
        )

    def _note_refusal(self, action: Action) -> None:
        """A wrong code, in a transaction of its own: what was tried is undone."""
        with self.records.transaction() as tx:
            tx.audit.record(action, "refused", metadata={"code": str(FailureCode.CODE_REFUSED)})


def _required(row: SealedCredentials | None) -> SealedCredentials:
    if row is None:
        raise Failure(FailureCode.NO_CREDENTIALS)
    return row


def _sign_in(row: SealedCredentials) -> SignInId:
    return SignInId(row.id, row.user_id)


def _number(kit_id: str) -> str:
    """What is printed on a kit to tell it from others: it says nothing of its code."""
    return f"{kit_id[:4]}-{kit_id[4:8]}".upper()


def _kit(current: ComputerList, stored: StoredKit | None) -> KitRecord | None:
    if stored is None or current.member(stored.kit_id) is None:
        return None
    return KitRecord(_number(stored.kit_id), stored.made_at)


def _approved(current: ComputerList, versions: list[StoredList], own_id: str) -> tuple[ComputerRecord, ...]:
    """The members that are computers, with the time of the version that has admitted each."""
    since: dict[str, datetime] = {}
    for version in versions:
        members = read_list(version.document).members
        since = {each.id: since.get(each.id, version.created_at) for each in members}
    computers = (each for each in current.members if each.kind is ComputerKind.COMPUTER)
    return tuple(_record(each, since[each.id], own_id) for each in computers)


def _record(computer: PublicComputer, approved_at: datetime, own_id: str) -> ComputerRecord:
    return ComputerRecord(computer.id, computer.name, approved_at, computer.id == own_id)

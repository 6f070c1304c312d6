"""Where this computer's sign-in may go: the one place where what was chosen, suggested and sealed comes together."""

from __future__ import annotations

from dataclasses import replace

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action, as_code
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.neo_address import (
    InUse,
    OwnChoice,
    Question,
    Why,
    check_kind,
    confirmed_address,
    decide,
)
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.sync.sealed_login import UNREADABLE, open_login
from idexx_desktop.sync.sharing import Sharing


def standing(tx: Transaction, sharing: Sharing, row: SealedCredentials | None) -> InUse | Question:
    """The address in use, or the question that is open. Changes nothing; `row` is the sign-in, if there is one."""
    own, suggestion = sharing.neo.read(), tx.settings.suggested_address()
    decided = decide(own, suggestion, row.neo_url if row else None)
    if (
        row
        and isinstance(decided, Question)
        and decided.why is not Why.CHANGED
        and not _is_sealed_for(sharing, row)
    ):
        return decide(own, suggestion, None)  # nobody knows what a seal is for that doesn't open
    return decided


def address_in_use(records: ClinicRecords, sharing: Sharing, row: SealedCredentials | None) -> str:
    """Where the sign-in may go; ADDRESS_CHANGED where a person has to be asked first.

    What is taken without asking is kept as this computer's choice, and recorded.
    """
    with records.transaction() as tx:
        decided = standing(tx, sharing, row)
        if isinstance(decided, Question):
            rules = tx.settings.call_rules()
            raise decided.failure(rules.zone, rules.country)
        if decided.first:
            note_chosen(tx, decided.first)
    if decided.first:
        choose(sharing, decided.first)
    return decided.address


def address_to_open(records: ClinicRecords, sharing: Sharing) -> str:
    """Neo's address for a browser: one that was confirmed here, whatever question is open. ADDRESS_CHANGED for none."""
    with records.transaction() as tx:
        address = confirmed_address(sharing.neo.read(), tx.settings.suggested_address())
    return address if address is not None else address_in_use(records, sharing, None)


def check_choice(sharing: Sharing, address: str) -> str:
    """The same address; INVALID_INPUT where this profile is for the other kind of site."""
    return check_kind(address, practice=sharing.neo.read().practice)


def choose(sharing: Sharing, address: str) -> None:
    """Keep it as this computer's choice."""
    sharing.neo.change(lambda own: replace(own, address=address))


def decline(sharing: Sharing, suggested: str) -> None:
    """Remember that somebody here has said no to it, so that it stops nobody any more."""

    def declined(own: OwnChoice) -> OwnChoice:
        return replace(own, declined=(*own.declined, suggested)) if suggested not in own.declined else own

    sharing.neo.change(declined)


def note_chosen(tx: Transaction, address: str) -> None:
    """The row of the activity record."""
    tx.audit.record(Action.ADDRESS_CHOSEN, "ok", metadata={"address": as_code(address)})


def _is_sealed_for(sharing: Sharing, row: SealedCredentials) -> bool:
    """Whether the sign-in opens with the address that its row names: a mere text in the row proves nothing."""
    try:
        open_login(sharing.sealer, row)
    except Failure as failure:
        if failure.code in UNREADABLE:
            return False
        raise
    return True

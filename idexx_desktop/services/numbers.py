"""What people say of owners' numbers, carried out at once by the same rules and writes as in a sync."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.findings import numbers_of, phone_of, phone_to_call
from idexx_desktop.domain.owner_numbers import Contact, OwnerContact, OwnerNumbers, WrongNumber, spoken
from idexx_desktop.domain.phones import dialable
from idexx_desktop.domain.visits import Visit
from idexx_desktop.services.deciding import require_visit
from idexx_desktop.sync.deciding import redecide


@dataclass(frozen=True, slots=True)
class NumberService:
    """Every method blocks. INVALID_INPUT for what can't be dialled, and for what would change nothing."""

    records: ClinicRecords
    clock: Clock

    def of_visit(self, visit_key: str) -> OwnerNumbers:
        """The numbers of a visit's owner; failures as of `VisitService.get`."""
        with self.records.transaction() as tx:
            return _of_visit(tx, visit_key)

    def wrong(self) -> list[WrongNumber]:
        """The numbers that are wrong, the newest first."""
        with self.records.transaction() as tx:
            return tx.numbers.wrong()

    def contacts(self) -> list[OwnerContact]:
        """What holds of numbers that Neo has, the newest first."""
        with self.records.transaction() as tx:
            return tx.numbers.contacts()

    def tell_wrong(self, phone: str) -> int:
        """Somebody else answers there: nobody calls it until it `is_right`; how many visits changed at once."""
        with self.records.transaction() as tx:
            number = _dialable(phone, tx.settings.call_rules())
            if not tx.numbers.tell_wrong(number):
                raise _refused(f"{spoken(number)} is known as a wrong number already.")
            return redecide(tx, self.clock.now()).visits

    def is_right(self, phone: str) -> int:
        """It is the owner's after all; how many visits changed at once."""
        with self.records.transaction() as tx:
            number = _dialable(phone, tx.settings.call_rules())
            if not tx.numbers.is_right(number):
                raise _refused(
                    f"Nobody said that {spoken(number)} is wrong. {_those(tx.numbers.wrong())}".strip()
                )
            return redecide(tx, self.clock.now()).visits

    def keep(self, phone: str, contact: Contact) -> int:
        """What holds of a number that Neo has, in place of all that held before; how many visits changed at once.

        A number to use instead must be one that can be called: dialable, not wrong, and not opted out.
        """
        with self.records.transaction() as tx:
            rules = tx.settings.call_rules()
            number, instead = _dialable(phone, rules), contact.use_instead
            if instead is not None:
                instead = _dialable(instead, rules)
                if instead == number:
                    raise _refused(f"{spoken(number)} is the number that Neo has.")
                if instead in rules.never_called:
                    why = "opted out" if instead in rules.opted_out else "is known as a wrong number"
                    raise _refused(f"{spoken(instead)} {why}, so it isn't called.")
            if not tx.numbers.keep(number, Contact(instead, contact.suits)):
                raise _refused(f"Nothing else holds of {spoken(number)} already.")
            return redecide(tx, self.clock.now()).visits

    def forget(self, phone: str) -> int:
        """Nothing holds of this number any more; how many visits changed at once."""
        with self.records.transaction() as tx:
            number = _dialable(phone, tx.settings.call_rules())
            if not tx.numbers.keep(number, Contact()):
                kept = ", ".join(each.phone for each in tx.numbers.contacts())
                those = f" It holds of: {kept}." if kept else ""
                raise _refused(f"Nobody said anything of {spoken(number)}.{those}")
            return redecide(tx, self.clock.now()).visits


def told_wrong(tx: Transaction, phone: str, now: datetime) -> datetime | None:
    """Somebody else answered a call to this number: since when that is known; None where it was known before."""
    if dialable(phone, "").e164 != phone or not tx.numbers.tell_wrong(phone):
        return None
    redecide(tx, now)
    return told_wrong_at(tx, phone)


def told_wrong_at(tx: Transaction, phone: str) -> datetime | None:
    """When it was said that the number is wrong; None where nobody says so."""
    return next((each.told_at for each in tx.numbers.wrong() if each.phone == phone), None)


def _of_visit(tx: Transaction, visit_key: str) -> OwnerNumbers:
    rules, record = tx.settings.call_rules(), require_visit(tx, visit_key)
    visit = tx.readings.get([visit_key]).get(visit_key) or Visit(visit_key)
    first, called = phone_of(visit, rules.country).e164, phone_to_call(visit, rules).e164
    found = dict.fromkeys(sorted(numbers_of(visit, rules), key=(first or "").__ne__))
    if record.client_id:
        found |= dict.fromkeys(tx.numbers.of_owner(record.client_id))
    contact = next((each for each in tx.numbers.contacts() if each.phone == first), None)
    return OwnerNumbers(
        first,
        called,
        tuple(number for number in found if number != called and number not in rules.never_called),
        tuple(each for each in tx.numbers.wrong() if each.phone in {*found, called}),
        contact,
    )


def _dialable(phone: str, rules: CallRules) -> str:
    number = dialable(phone, rules.country).e164
    if number is None:
        raise _refused("That is not a number that can be called.")
    return number


def _those(wrong: list[WrongNumber]) -> str:
    return f"Wrong are: {', '.join(each.phone for each in wrong)}." if wrong else ""


def _refused(title: str) -> Failure:
    return Failure(FailureCode.INVALID_INPUT, "number", title=title)

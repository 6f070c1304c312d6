"""What owners agreed to, on record: given, shown, withdrawn; each decides at once about the calls that wait for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.consents import Consent, ConsentScope, NewConsent
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.phones import dialable
from idexx_desktop.domain.visits import VisitKind
from idexx_desktop.sync.deciding import redecide

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class ConsentService:
    """Every method blocks and may raise Failure."""

    records: ClinicRecords
    clock: Clock

    def all(self) -> list[Consent]:
        """Those in force, newest first."""
        with self.records.transaction() as tx:
            return tx.consents.list()

    def add(self, given: NewConsent) -> bool:
        """Record one, its number as typed; False where it is on record already. INVALID_INPUT for what can't be."""
        kinds = list(VisitKind)
        if (given.scope is ConsentScope.KIND) != (given.kind in kinds):
            raise _refused("Say for which kind of visit, or that it is for all calls.")
        if len(given.given_by) > _LONGEST_NAME:
            raise _refused(f"A name of at most {_LONGEST_NAME} signs.")
        with self.records.transaction() as tx:
            number = dialable(given.phone, tx.settings.call_rules().country).e164
            if number is None:
                raise _refused("That is not a number that can be called.")
            is_new = tx.consents.add(replace(given, phone=number))
            redecide(tx, self.clock.now())
            return is_new

    def withdraw(self, consent_id: str) -> None:
        """It doesn't hold any more, at once. INVALID_INPUT where there is none of this id."""
        with self.records.transaction() as tx:
            if all(each.id != consent_id for each in tx.consents.list()):
                raise _refused("There is no such consent any more.")
            tx.consents.withdraw(consent_id)
            redecide(tx, self.clock.now())


def _refused(title: str) -> Failure:
    return Failure(FailureCode.INVALID_INPUT, "consent", title=title)

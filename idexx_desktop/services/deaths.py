"""Pets that died, as people tell it: at once for every call of theirs, in all accounts of the clinic."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.domain.undoing import Undo, moved
from idexx_desktop.services.deciding import require_visit
from idexx_desktop.services.undoing import give_back
from idexx_desktop.sync.deciding import redecide
from idexx_desktop.sync.told_deaths import follow_deaths


@dataclass(frozen=True, slots=True)
class DeathService:
    """Every method blocks and may raise Failure."""

    records: ClinicRecords
    clock: Clock

    def tell(self, visit_keys: Collection[str]) -> Undo:
        """That the pets of these visits have died. Nothing to undo of those that are known to have.

        INVALID_INPUT where there is no such visit, DATABASE_REFUSED where it is not this login's own.
        """
        with self.records.transaction() as tx:
            for key in visit_keys:
                require_visit(tx, key)
            due = tx.visits.queued_for()
            told = tell_deaths(tx, visit_keys)
            decide_on_deaths(tx, self.clock.now(), told)
            undo = Undo(deaths=told, due=moved(due, tx.visits.queued_for()))
        if told:
            # what a sync was writing in this very moment
            follow_deaths(self.records, self.clock.now())
        return undo

    def undo(self, what: Undo) -> None:
        """Give back exactly what held before: see `services.undoing.give_back`."""
        give_back(self.records, self.clock, what)

    def take_back(self, visit_key: str) -> bool:
        """The pet of this visit lives, whoever told otherwise. False where nobody did."""
        with self.records.transaction() as tx:
            require_visit(tx, visit_key)
            told = tuple(death.id for death in tx.deaths.of_visit(visit_key))
        if told:
            self.undo(Undo(deaths=told))
        return bool(told)

    def of_visit(self, visit_key: str) -> ToldDeath | None:
        """What was told of the pet of a visit, None where nothing was, or it was taken back."""
        with self.records.transaction() as tx:
            require_visit(tx, visit_key)
            return next(iter(tx.deaths.of_visit(visit_key)), None)

    def line_for_record(self, visit_key: str) -> str:
        """One line for the pet's record in Neo. INVALID_INPUT where nobody told that it died."""
        with self.records.transaction() as tx:
            death = next(iter(tx.deaths.of_visit(visit_key)), None)
            rules = tx.settings.call_rules()
        if death is None:
            raise Failure(FailureCode.INVALID_INPUT, "death", title="Nobody noted that this pet has died.")
        return death.line_for_record(rules.zone, rules.country)

    def without_card(self) -> list[ToldDeath]:
        """Those whose owners were sent no card yet, as far as anybody said; the oldest first."""
        with self.records.transaction() as tx:
            return tx.deaths.without_card()

    def note_card(self, death_id: str, *, sent: bool = True) -> bool:
        """Whether the owner was sent a card; recorded with who said so. False where that is known."""
        with self.records.transaction() as tx:
            return tx.deaths.note_card(death_id, sent=sent)


def tell_deaths(tx: Transaction, visit_keys: Collection[str]) -> tuple[str, ...]:
    """Tell of each visit's pet that it died: the deaths that are new, each stops what is queued."""
    told = tuple(death for key in sorted(visit_keys) if (death := tx.deaths.tell(key)) is not None)
    if told:
        tx.deaths.stop_calls()
    return told


def decide_on_deaths(tx: Transaction, now: datetime, told: Collection[str]) -> None:
    """Run the rules for the pets' visits, and for those of their owners' other pets."""
    if told:
        redecide(tx, now, tx.deaths.concerned(told))


def visits_of_pets(tx: Transaction, call: CallRecord, pets: Collection[str]) -> list[str]:
    """The visits of a call about its pets of these names; all where none is named.

    INVALID_INPUT where a name is that of none of them.
    """
    named = {key: visit.patient_name for key in call.visit_keys if (visit := tx.visits.get(key))}
    asked = {" ".join(pet.casefold().split()) for pet in pets}
    found = {key: name for key, name in named.items() if " ".join(name.casefold().split()) in asked}
    if len({" ".join(name.casefold().split()) for name in found.values()}) < len(asked):
        title = f"This call is about {', '.join(sorted(set(named.values())))}."
        raise Failure(FailureCode.INVALID_INPUT, "pet", title=title)
    return sorted(found if asked else named)

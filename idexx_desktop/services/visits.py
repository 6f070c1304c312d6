"""Visits with their state and reason, and what a person decides about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.agreement import Agreement
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.exports import ExportFormat
from idexx_desktop.domain.filters import VisitFilter, Whose
from idexx_desktop.domain.places import visit_place
from idexx_desktop.domain.records import DayCount, Page, VisitRecord
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.domain.what_to_say import VisitNotes, vets_notes
from idexx_desktop.services.agreeing import agreement_in
from idexx_desktop.services.deciding import apply_decision, no_such_visit, take_back
from idexx_desktop.services.directory import looking_at
from idexx_desktop.services.drafts import drafts_of
from idexx_desktop.services.sentences import asked_of
from idexx_desktop.services.tables import write_table
from idexx_desktop.services.undoing import give_back

_SAVED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class VisitService:
    """Every method blocks; rows come newest first. `whose`: DATABASE_REFUSED for a login that is no admin."""

    records: ClinicRecords
    clock: Clock
    # Neo's address for a browser, as it was confirmed on this computer
    neo_address: Callable[[], str]

    def rows(self, which: VisitFilter, page: Page) -> list[VisitRecord]:
        """One page of visits, without their notes."""
        with looking_at(self.records, which.whose) as tx:
            return tx.visits.page(which, page)

    def count(self, which: VisitFilter) -> int:
        """How many visits there are of this filter."""
        with looking_at(self.records, which.whose) as tx:
            return tx.visits.count(which)

    def counts_by_state(self, which: VisitFilter) -> dict[VisitState, int]:
        """How many of each state; every state is there."""
        with looking_at(self.records, which.whose) as tx:
            return tx.visits.counts_by_state(which)

    def get(self, visit_key: str, whose: Whose | None = None) -> VisitRecord:
        """One visit with its notes; reading notes is recorded. INVALID_INPUT where there is no such visit.

        `whose` is what the visit's row says of `others`.
        """
        with looking_at(self.records, whose) as tx:
            visit = tx.visits.get(visit_key, whose)
            if visit is None:
                raise no_such_visit()
            if visit.notes:
                _record_reading(tx, visit_key, whose)
            if whose:
                return visit
            asked = asked_of(tx, visit, self.clock.now())
            death = next(iter(tx.deaths.of_visit(visit_key)), None)
            return replace(visit, asked_sentences=asked, death=death)

    def notes(self, visit_keys: Iterable[str], whose: Whose | None = None) -> list[VisitNotes]:
        """What vets wrote about these visits, beside what was written for the owner; reading it is recorded.

        A visit that isn't there any more is left out. Of others' visits only what their calls are about is read.
        """
        keys = list(visit_keys)
        with looking_at(self.records, whose) as tx:
            readings = {} if whose else tx.readings.get(keys)
            found = {key: visit for key in keys if (visit := tx.visits.get(key, whose)) is not None}
            written = {key: vets_notes(readings.get(key), visit.notes or "") for key, visit in found.items()}
            for key, text in written.items():
                if text:
                    _record_reading(tx, key, whose)
            return [VisitNotes(found[key].patient_name, text) for key, text in written.items()]

    def save(
        self,
        path: Path,
        which: VisitFilter,
        titles: Sequence[str],
        cells: Callable[[VisitRecord], Sequence[str]],
    ) -> int:
        """Save the list as a CSV file in the place of what is there; how many visits it has.

        Recorded before the file appears. INVALID_INPUT where the place can't be written.
        """
        with drafts_of((path,), replace=True) as (draft,), looking_at(self.records, which.whose) as tx:
            count = write_table(draft, titles, map(cells, _every(tx, which)))
            told = {"kind": "visits", "rows": count, "format": str(ExportFormat.TABLE)}
            tx.audit.record(Action.LIST_EXPORTED, "ok", metadata=told)
        return count

    def providers(self, whose: Whose | None = None) -> list[str]:
        """The providers that visits name, in alphabetical order."""
        with looking_at(self.records, whose) as tx:
            return tx.visits.providers(whose)

    def day_counts(self, days: int) -> list[DayCount]:
        """Visits by local day and state for so many days up to today, oldest first; days without visits included."""
        with self.records.transaction() as tx:
            zone = tx.settings.zone()
            return tx.visits.day_counts(zone, days, self.clock.now().astimezone(zone).date())

    def decide(
        self, visit_key: str, choice: PersonChoice, why: str = "", scheduled_for: datetime | None = None
    ) -> Undo:
        """Carry out what a person decided, at once: the decision is kept with who, why and when. See `undo`.

        CALL schedules by the rules (or at the chosen instant) unless the owner opted out, the number can't be dialled
        or the visit was cancelled; then the visit says so. NO_CALL takes a queued call back. HANDED_OVER where a call
        is under way already, DATABASE_REFUSED where the visit is not this login's own.
        """
        return apply_decision(
            self.records,
            self.clock,
            visit_key,
            choice,
            why=why,
            scheduled_for=scheduled_for,
        )

    def undo(self, what: Undo) -> None:
        """Give back exactly what held before: see `services.undoing.give_back`."""
        give_back(self.records, self.clock, what)

    def undo_decision(self, visit_key: str) -> VisitRecord:
        """Take the last decision back: the one before it holds again; where there was none the rules decide."""
        return take_back(self.records, self.clock, visit_key, all_of_them=False)

    def let_rules_decide(self, visit_key: str) -> VisitRecord:
        """No decision holds any more, whatever was decided before: the rules decide again."""
        return take_back(self.records, self.clock, visit_key, all_of_them=True)

    def agreement(self) -> Agreement:
        """How far the program alone would have done what people decided; nothing is kept of it, or leaves here."""
        return agreement_in(self.records)

    def neo_link(self, visit_key: str) -> str:
        """The address of the visit's consultation in Neo, else of Neo's schedule; as confirmed on this computer."""
        with self.records.transaction() as tx:
            visit = tx.visits.get(visit_key)
        if visit is None:
            raise no_such_visit()
        base = self.neo_address()
        if visit.consultation_id:
            return f"{base}/consultations/{quote(visit.consultation_id, safe='')}"
        return f"{base}/schedule"


def _every(tx: Transaction, which: VisitFilter) -> Iterator[VisitRecord]:
    page = Page(limit=_SAVED_AT_ONCE)
    while rows := tx.visits.page(which, page):
        yield from rows
        page = Page(visit_place(rows[-1], which.order), _SAVED_AT_ONCE)


def _record_reading(tx: Transaction, visit_key: str, whose: Whose | None) -> None:
    owner = {"user_id": whose.user_id, "clinic_id": whose.clinic_id} if whose else {}
    tx.audit.record(Action.VISIT_VIEWED, "ok", metadata={"visit_key": visit_key, **owner})

"""Syncs that ran, and those that were missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.filters import HistoryFilter, Whose
from idexx_desktop.domain.records import MissedRun, Page, SessionRecord, VisitRecord
from idexx_desktop.services.directory import looking_at


@dataclass(frozen=True, slots=True)
class HistoryService:
    """Every method blocks; rows come newest first. `whose`: DATABASE_REFUSED for a login that is no admin."""

    records: ClinicRecords

    def rows(self, which: HistoryFilter, page: Page) -> list[SessionRecord | MissedRun]:
        """One page of runs and misses."""
        with looking_at(self.records, which.whose) as tx:
            return tx.sessions.page(which, page)

    def count(self, which: HistoryFilter) -> int:
        """How many there are."""
        with looking_at(self.records, which.whose) as tx:
            return tx.sessions.count(which)

    def first_at(self, whose: Whose | None = None) -> datetime | None:
        """When the history begins; None where nothing was synced yet."""
        with looking_at(self.records, whose) as tx:
            return tx.sessions.first_at(whose)

    def devices(self, whose: Whose | None = None) -> list[str]:
        """The computers that have synced."""
        with looking_at(self.records, whose) as tx:
            return tx.sessions.devices(whose)

    def failures_of(self, session_id: str, whose: Whose | None = None) -> list[VisitRecord]:
        """The visits that this run left in the state `failed`; `whose` is what its row says of `others`."""
        with looking_at(self.records, whose) as tx:
            return tx.visits.failures_of(session_id, whose)

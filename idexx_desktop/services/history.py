"""Syncs that ran, and those that were missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.filters import HistoryFilter
from idexx_desktop.domain.records import MissedRun, Page, SessionRecord, VisitRecord


@dataclass(frozen=True, slots=True)
class HistoryService:
    """Every method blocks; rows come newest first."""

    records: ClinicRecords

    def rows(self, which: HistoryFilter, page: Page) -> list[SessionRecord | MissedRun]:
        """One page of runs and misses."""
        with self.records.transaction() as tx:
            return tx.sessions.page(which, page)

    def count(self, which: HistoryFilter) -> int:
        """How many there are."""
        with self.records.transaction() as tx:
            return tx.sessions.count(which)

    def first_at(self) -> datetime | None:
        """When the history begins; None where nothing was synced yet."""
        with self.records.transaction() as tx:
            return tx.sessions.first_at()

    def devices(self) -> list[str]:
        """The computers that have synced."""
        with self.records.transaction() as tx:
            return tx.sessions.devices()

    def failures_of(self, session_id: str) -> list[VisitRecord]:
        """The visits that this run left in the state `failed`."""
        with self.records.transaction() as tx:
            return tx.visits.failures_of(session_id)

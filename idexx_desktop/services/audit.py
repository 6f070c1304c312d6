"""The activity record: read, filtered and checked; looking at it is recorded, too."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.filters import AuditFilter, AuditVerification
from idexx_desktop.domain.records import AuditRecord, Page


@dataclass(frozen=True, slots=True)
class AuditService:
    """Every method blocks; rows come newest first."""

    records: ClinicRecords

    def rows(self, which: AuditFilter, page: Page) -> list[AuditRecord]:
        """One page of the record. The first page is an examination, and is recorded as one."""
        with self.records.transaction() as tx:
            rows = tx.audit.page(which, page)
            if page.before is None:
                tx.audit.record(Action.AUDIT_EXAMINED, "ok", metadata={"rows": len(rows)})
            return rows

    def count(self, which: AuditFilter) -> int:
        """How many rows there are."""
        with self.records.transaction() as tx:
            return tx.audit.count(which)

    def actions(self) -> list[str]:
        """Every action that can be in the record."""
        return [str(action) for action in Action]

    def verify(self) -> AuditVerification:
        """Compute every chain of hashes again."""
        with self.records.transaction() as tx:
            return tx.audit.verify()

"""Old months of the activity record: exported and signed, and removed a week later; legal holds.

Nothing here runs by itself. What is removed is gone for good, its only copy is a file that somebody has to put in a
safe place, and the first month of a new record comes of age in six years: a person does it, by command.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.exports import ExportedRecord
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.retention import EXPORTABLE, Obstacle, Retention, month_end, month_name
from idexx_desktop.services.audit_export import signed_export
from idexx_desktop.vault.signing import RecordSigner

if TYPE_CHECKING:
    from idexx_desktop.db.audit_retention import RetentionRepository


_REMOVABLE = frozenset({None, Obstacle.EARLIER_MONTH})


@dataclass(frozen=True, slots=True)
class RetentionService:
    """Every method blocks and works as the owner of the records, whose address `owner` gives while it is used."""

    owner: Callable[[], AbstractContextManager[str]]
    signer: RecordSigner
    clock: Clock

    def overview(self) -> Retention:
        """Which months could be exported, wait, or could be removed, and what is held."""
        from idexx_desktop.db.audit_retention import as_owner  # Alembic: only here

        with self.owner() as url, as_owner(url) as records:
            return records.overview()

    def export(self, folder: Path) -> list[tuple[date, ExportedRecord]]:
        """Export every old month that needs it, each to a file of its own and its manifest; oldest first.

        INVALID_INPUT where the folder can't be written.
        """
        from idexx_desktop.db.audit_retention import as_owner

        with self.owner() as url:
            with as_owner(url) as records:
                months = [old.month for old in records.overview().months if old.obstacle in EXPORTABLE]
            exported = []
            for month in months:
                with as_owner(url) as records:
                    exported.append((month, self._export(records, folder, month)))
        return exported

    def _export(self, records: RetentionRepository, folder: Path, month: date) -> ExportedRecord:
        made_at = self.clock.now()
        name = f"activity-record-{month_name(month)}-{made_at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}.jsonl"
        start, end = records.export_start(month), month_end(month)
        rows = records.rows(month, start)
        # the files appear once the database has accepted what they hold, and before it keeps that
        clinics = records.clinics()
        with signed_export(folder / name, rows, start, end, clinics, self.signer, made_at) as written:
            records.record_export(month, written.chains, written.statement)
        return written

    def remove(self) -> list[tuple[date, int]]:
        """Remove every month for which nothing speaks against it, oldest first: which, and how many entries."""
        from idexx_desktop.db.audit_retention import as_owner

        removed = []
        with self.owner() as url:
            with as_owner(url) as records:
                months = [old for old in records.overview().months if old.obstacle in _REMOVABLE]
            for old in months:
                with as_owner(url) as records:
                    # looked at again only where an earlier month was in the way: each look computes every hash
                    if old.obstacle is None or records.obstacle(old.month) is None:
                        removed.append((old.month, records.remove(old.month)))
        return removed

    def place_hold(self, reason: str, email: str | None = None) -> str:
        """Keep everything, or what concerns one person, until it is released; the hold's id.

        INVALID_INPUT without a reason, and for a person who isn't there.
        """
        from idexx_desktop.db.audit_retention import as_owner

        if not reason.strip():
            raise Failure(FailureCode.INVALID_INPUT, "reason", title="Say why these entries are held.")
        with self.owner() as url, as_owner(url) as records:
            return records.place_hold(reason.strip(), email)

    def release_hold(self, hold_id: str) -> None:
        """End a hold. INVALID_INPUT where there is none of this id that is in force."""
        from idexx_desktop.db.audit_retention import as_owner

        no_such = Failure(FailureCode.INVALID_INPUT, "hold", title="There is no such hold in force.")
        try:
            wanted = UUID(hold_id)
        except ValueError:
            raise no_such from None
        with self.owner() as url, as_owner(url) as records:
            if not records.release_hold(wanted):
                raise no_such

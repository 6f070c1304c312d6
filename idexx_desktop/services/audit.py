"""The activity record: read, filtered and checked; looking at it is recorded, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.audit_chain import ChainRow
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.exports import ExportedRecord, ExportFormat
from idexx_desktop.domain.filters import AuditFilter, AuditVerification
from idexx_desktop.domain.records import AuditRecord, Page
from idexx_desktop.services.audit_check import RecordCheck
from idexx_desktop.services.audit_export import signed_export, table_export
from idexx_desktop.vault.signing import RecordSigner


@dataclass(frozen=True, slots=True)
class AuditService:
    """Every method blocks; rows come newest first."""

    records: ClinicRecords
    check: RecordCheck
    signer: RecordSigner
    clock: Clock

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

    def verify(self, *, renew_copies: bool = False) -> AuditVerification:
        """Compute every chain of hashes again; see `RecordCheck.verify`."""
        return self.check.verify(renew_copies=renew_copies)

    def export(
        self,
        path: Path,
        since: datetime | None = None,
        until: datetime | None = None,
        form: ExportFormat = ExportFormat.SIGNED,
        *,
        replace: bool = False,
    ) -> ExportedRecord:
        """Write the rows from `since` to before `until` (None: all) as a file; recorded before the file appears.

        INVALID_INPUT where there is such a file already and `replace` is False, or the place can't be written.
        """
        with (
            self.records.snapshot() as tx,
            self._file(tx, path, since, until, form, replace=replace) as exported,
        ):
            told = {
                "rows": exported.rows,
                "format": str(form),
                "since": since and since.isoformat(),
                "until": until and until.isoformat(),
                "hash": exported.sha256,
            }
            with self.records.transaction() as writing:
                writing.audit.record(Action.AUDIT_EXPORTED, "ok", metadata=told)
        return exported

    def _file(
        self,
        tx: Transaction,
        path: Path,
        since: datetime | None,
        until: datetime | None,
        form: ExportFormat,
        *,
        replace: bool,
    ) -> AbstractContextManager[ExportedRecord]:
        if form is ExportFormat.TABLE:
            rows = tx.audit.stream(AuditFilter(since=since, until=until))
            zone = tx.settings.call_rules().zone
            return table_export(path, rows, tx.audit.emails(), zone, replace=replace)
        chains = _chain_rows(tx, since, until)
        return signed_export(path, chains, since, until, self.signer, self.clock.now(), replace=replace)


def _chain_rows(tx: Transaction, since: datetime | None, until: datetime | None) -> Iterator[ChainRow]:
    for part in tx.chains.ranges(since, until):
        yield from tx.chains.rows_of(part.chain, part.first - 1, part.last)

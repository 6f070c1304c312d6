"""The activity record: read, filtered, counted and checked; looking at it is recorded, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import BY_PROGRAM, Action, is_code
from idexx_desktop.domain.audit_chain import ChainRow
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.exports import ExportedRecord, ExportFormat
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, AuditVerification
from idexx_desktop.domain.records import AuditCounts, AuditPerson, AuditRecord, Page
from idexx_desktop.services.audit_check import RecordCheck
from idexx_desktop.services.audit_export import signed_export, table_export
from idexx_desktop.vault.signing import RecordSigner

COUNTED_AT_MOST = 10_000
_TOLD_EVERY = 2_000
Row = TypeVar("Row")


def _nobody_waits(_: int) -> None:
    """Progress that isn't shown."""


@dataclass(frozen=True, slots=True)
class AuditService:
    """Every method blocks; rows come newest first."""

    records: ClinicRecords
    check: RecordCheck
    signer: RecordSigner
    clock: Clock

    def rows(self, which: AuditFilter, page: Page, *, again: bool = False) -> list[AuditRecord]:
        """One page of the record, with the names of those whom it is about and whom this login may read.

        The first page is an examination, and is recorded with what was asked for.

        `again`: whoever is looking has been recorded with this filter, and reads on, or what is new.
        """
        with self.records.transaction() as tx:
            rows = tx.audit.page(which, page)
            named = tx.record_names.named(rows)
            if page.before is None and not again:
                tx.audit.record(Action.AUDIT_EXAMINED, "ok", metadata=_asked_for(which, len(rows)))
            return named

    def counts(self, which: AuditFilter) -> AuditCounts:
        """How many rows there are, as far as that can be told at once."""
        with self.records.transaction() as tx:
            total = tx.audit.quick_count(which, COUNTED_AT_MOST + 1)
            if which.text or which.visit_key:
                # whatever else is chosen, every row would have to be looked into
                return _counted(total, None, which)
            # an action may be chosen whoever does it, so all of them are counted
            every = replace(which, action=None, status=None, people_only=False)
            kinds = tx.audit.quick_kinds(every, COUNTED_AT_MOST + 1)
            return _counted(total, kinds, which)

    def people(self) -> list[AuditPerson]:
        """Everybody who occurs in the record, by address, for an admin; nobody for others, who read their own rows."""
        with self.records.transaction() as tx:
            found = tx.audit.people()
            emails = tx.audit.emails() if found else {}
        people = [AuditPerson(user_id, login, emails.get(user_id or "", "")) for user_id, login in found]
        return sorted(people, key=lambda person: (person.email or person.login).casefold())

    def reveal(self, row_id: str) -> AuditRecord:
        """One row with its hash; that somebody looks into it is recorded. INVALID_INPUT where it isn't there."""
        with self.records.transaction() as tx:
            row = tx.audit.get(row_id)
            if row is None:
                raise Failure(
                    FailureCode.INVALID_INPUT, "row", title="This entry isn't in the record any more."
                )
            (named,) = tx.record_names.named([row])
            tx.audit.record(Action.AUDIT_REVEALED, "ok", metadata={"row_id": row_id})
            return named

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
        progress: Callable[[int], object] = _nobody_waits,
    ) -> ExportedRecord:
        """Write the rows from `since` to before `until` (None: all) as a file; recorded before the file appears.

        `progress` is told now and then how many rows are written, on this thread.
        INVALID_INPUT where there is such a file already and `replace` is False, or the place can't be written.
        """
        with (
            self.records.snapshot() as tx,
            self._file(tx, path, since, until, form, progress, replace=replace) as exported,
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
        progress: Callable[[int], object],
        *,
        replace: bool,
    ) -> AbstractContextManager[ExportedRecord]:
        if form is ExportFormat.TABLE:
            rows = _telling(tx.audit.stream(AuditFilter(since=since, until=until)), progress)
            zone = tx.settings.zone()
            return table_export(path, rows, tx.audit.emails(), zone, replace=replace)
        chains = _telling(_chain_rows(tx, since, until), progress)
        clinics = tx.directory.exported_clinics()
        return signed_export(
            path, chains, since, until, clinics, self.signer, self.clock.now(), replace=replace
        )


def _asked_for(which: AuditFilter, rows: int) -> dict[str, Any]:
    """What a filter asks for, without the text that was searched for, which may be a name."""
    codes = {
        name: value if is_code(value) else "other"
        for name in ("action", "status", "actor", "user_id", "clinic_id", "visit_key")
        if (value := getattr(which, name)) is not None
    }
    days = {
        name: value.isoformat() for name in ("since", "until") if (value := getattr(which, name)) is not None
    }
    return {"rows": rows, **codes, **days, "searched": bool(which.text), "people_only": which.people_only}


def _counted(
    total: int | None, kinds: Mapping[tuple[str, str], int] | None, which: AuditFilter
) -> AuditCounts:
    more = total is None or total > COUNTED_AT_MOST
    shown = None if total is None else min(total, COUNTED_AT_MOST)
    if kinds is None or sum(kinds.values()) > COUNTED_AT_MOST:
        return AuditCounts(shown, more)
    actions, results = Counter[str](), Counter[str]()
    for (action, result), count in kinds.items():
        if which.status in (None, result):
            actions[action] += count
        asked = action not in BY_PROGRAM if which.people_only else True
        if which.action in (None, action) and asked:
            results[result] += count
    return AuditCounts(shown, more, actions, results)


def _telling(rows: Iterator[Row], progress: Callable[[int], object]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _TOLD_EVERY == 0:
            progress(number)


def _chain_rows(tx: Transaction, since: datetime | None, until: datetime | None) -> Iterator[ChainRow]:
    for part in tx.chains.ranges(since, until):
        yield from tx.chains.rows_of(part.chain, part.first - 1, part.last)

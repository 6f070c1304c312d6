"""Whether the activity record is whole: its chains computed again and compared with the signed copies of their heads.

The copies are made after each sync and at least daily. Before a head is signed again, what was written since its last
copy is checked: what doesn't go on from there is never signed, and is noticed within a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.audit_chain import (
    BEFORE_FIRST,
    KEPT_AT_LEAST,
    ChainEnd,
    Checked,
    Evidence,
    check_chains,
)
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditVerification
from idexx_desktop.services.audit_heads import Copies, SignedHeads

log = structlog.get_logger()

_DAY = timedelta(days=1)


class RecordCheck:
    """Checks the chains that this login may read, and keeps the signed copies of their heads."""

    def __init__(self, records: ClinicRecords, heads: SignedHeads, clock: Clock) -> None:
        self._records = records
        self._heads = heads
        self._clock = clock
        self._kept_at: datetime | None = None

    def verify(self, *, renew_copies: bool = False) -> AuditVerification:
        """Check every row; where all is well the heads are signed. Recorded, whatever is found.

        `renew_copies` sets the signed copies aside and begins new ones: for a person who knows why they don't fit,
        because the records came back from a backup.
        """
        if renew_copies:
            self._heads.set_aside()
            self._record("renewed")
        copies = self._copies()
        with self._records.snapshot() as tx:
            copies = self._readable(tx, copies)
            kept_since = self._clock.now() - KEPT_AT_LEAST
            evidence = Evidence(tx.chains.checkpoints(), tx.chains.heads(), copies.heads, kept_since)
            checked = check_chains(tx.chains.rows(), evidence)
        problem = checked.problem or copies.problem
        moments = copies.moments()
        if problem is None and self._heads.append(checked.ends):
            moments.append(self._clock.now())
        self._record("ok" if problem is None else "changed", ok=problem is None, rows=checked.rows)
        since, last = (moments[0], moments[-1]) if moments else (None, None)
        return AuditVerification(problem is None, checked.rows, problem, since, last)

    def sign(self) -> int:
        """Sign the heads that went on; how many. Checks what is new, so the cost doesn't grow with the record.

        AUDIT_CHANGED where the new rows don't go on from what was signed, or the copies are damaged.
        """
        copies = self._copies()
        if copies.problem is not None:
            raise Failure(FailureCode.AUDIT_CHANGED, copies.problem)
        with self._records.snapshot() as tx:
            checked = _new_part(tx, self._readable(tx, copies))
        if checked.problem is not None:
            raise Failure(FailureCode.AUDIT_CHANGED, checked.problem)
        return self._heads.append(checked.ends)

    def keep(self) -> None:
        """Sign, and be in nobody's way: what keeps it from that is logged, and a changed record says so itself."""
        self._kept_at = self._clock.now()
        try:
            self.sign()
        except Failure as failure:
            log.warning("audit.heads", code=str(failure.code))
            if failure.code is FailureCode.AUDIT_CHANGED:
                with suppress(Failure):
                    self._record("changed", ok=False)

    def keep_daily(self) -> None:
        """The same where the last time is a day ago, or lies ahead because the clock went back."""
        if self._kept_at is None or abs(self._clock.now() - self._kept_at) >= _DAY:
            self.keep()

    def after_restore(self, chains: Mapping[str, ChainEnd]) -> bool:
        """The records came back from a backup in which the chains ended like this: whether the signed copies know more.

        Those are set aside then, with what they prove of the records before, and begun anew; recorded.
        """
        copies = self._copies()
        if all(copies.last(chain).seq <= chains.get(chain, BEFORE_FIRST).seq for chain in copies.heads):
            return False
        self._heads.set_aside()
        self._record("renewed", kind="restored")
        self.keep()
        return True

    def _readable(self, tx: Transaction, copies: Copies) -> Copies:
        """A login that was an admin's once has copies of chains that it can't read any more."""
        return copies if tx.directory.is_admin() else copies.of(self._records.user_id)

    def _copies(self) -> Copies:
        """The signed copies; begun anew where this computer's secrets were lost, which is nobody's fault."""
        copies = self._heads.read()
        if not copies.key_lost:
            return copies
        self._heads.set_aside()
        self._record("renewed", kind="key_lost")
        return self._heads.read()

    def _record(self, status: str, **metadata: bool | int | str) -> None:
        with self._records.transaction() as tx:
            tx.audit.record(Action.AUDIT_VERIFIED, status, metadata=metadata)


def _new_part(tx: Transaction, copies: Copies) -> Checked:
    """Follow the chains from where they were signed last; one that never was is signed as it stands."""
    heads, removed = tx.chains.heads(), tx.chains.checkpoints()
    starts = {}
    for chain in copies.heads:
        end = copies.last(chain)
        if end != heads.get(chain):
            starts[chain] = max(end, removed.get(chain, BEFORE_FIRST), key=lambda known: known.seq)
    rows = (row for chain, start in starts.items() for row in tx.chains.rows_of(chain, start.seq))
    ends = {chain: heads.get(chain, BEFORE_FIRST) for chain in starts}
    checked = check_chains(rows, Evidence(starts, ends))
    return Checked(checked.rows, {**heads, **checked.ends}, checked.problem)

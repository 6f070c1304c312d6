"""The look before a call, in the records: what has to be read, and holding what was not read in time."""

from __future__ import annotations

from datetime import datetime

import structlog

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.freshness import LAST_CHANCE, LIMIT

log = structlog.get_logger()
_WHY = "It wasn't looked at in Neo shortly before it was due."


def wanted_looks(tx: Transaction, now: datetime) -> frozenset[str]:
    """The visits to read now; see `to_read`."""
    if not (tx.calls.need_a_look(now, now + LIMIT) or tx.visits.held_for(ReasonCode.NOT_LOOKED_AT)):
        return frozenset()
    from idexx_desktop.domain.looks import to_read  # with all rules: where there is something to look at

    return to_read(tx.visits.known(now, now), tx.settings.zone(), now)


def hold_unread(records: ClinicRecords, now: datetime, *, anew: bool = False) -> int:
    """Hold the clinic's queued calls that are due now, or nearly, without a fresh reading; returns how many.

    One's own by the rules, so that each visit says why and comes back once it has been read; where that is refused for
    whatever reason, they are taken back all the same. Those of colleagues, whose programs may not be running, by the
    database, which lets nobody else see or change them. `anew`: the clock may have been set back since the last look,
    so readings that seem yet to come are forgotten first.
    """
    if anew:
        with records.transaction() as tx:
            tx.visits.forget_readings_to_come(now)
    return _hold_own(records, now) + _hold_of_colleagues(records)


def judge_queued(records: ClinicRecords, now: datetime) -> None:
    """Decide anew on what one's queued calls are about: the version before may have read less in the same notes."""
    with records.transaction() as tx:
        known = tx.visits.known(now, now)
    keys = sorted(key for key, visit in known.items() if visit.call and visit.call.status == "queued")
    if not keys:
        return
    from idexx_desktop.sync.deciding import redecide  # as above

    with records.transaction() as tx:
        for key in keys:
            tx.visits.lock(key)
        redecide(tx, now, keys)


def _hold_own(records: ClinicRecords, now: datetime) -> int:
    with records.transaction() as tx:
        doomed = _doomed(tx, now)
        if not doomed:
            return 0
    from idexx_desktop.sync.deciding import redecide  # as above

    keys = sorted(frozenset().union(*doomed.values()))
    try:
        with records.transaction() as tx:
            for key in keys:
                tx.visits.lock(key)
            redecide(tx, now, keys)
    except Failure as failure:
        if failure.code is FailureCode.DATABASE_UNREACHABLE:
            raise
        log.warning("look.hold_refused", code=str(failure.code))
    with records.transaction() as tx:
        for call_id in _doomed(tx, now):
            if tx.calls.cancel(call_id, _WHY, now=now):
                tx.audit.record(Action.CALL_CANCELLED, "ok", metadata={"call_id": call_id})
    return len(doomed)


def _hold_of_colleagues(records: ClinicRecords) -> int:
    """In a transaction of its own: it locks what is others', and must have nothing else locked meanwhile."""
    try:
        with records.transaction() as tx:
            return tx.calls.hold_of_colleagues()
    except Failure as failure:
        if failure.code is FailureCode.DATABASE_UNREACHABLE:
            raise
        log.warning("look.hold_of_colleagues_refused", code=str(failure.code))
        return 0


def _doomed(tx: Transaction, now: datetime) -> dict[str, frozenset[str]]:
    if not tx.calls.need_a_look(now, now + LAST_CHANCE):
        return {}
    from idexx_desktop.domain.looks import to_hold  # as above

    return to_hold(tx.visits.known(now, now), tx.settings.zone(), now)

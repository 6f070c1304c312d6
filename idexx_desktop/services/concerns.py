"""Concerns of owners: opened by the result of a call or by what a calling system flagged, until somebody answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.concerns import (
    LONGEST_FOR,
    LONGEST_WHAT,
    LONGEST_WORDS,
    NO_WORDS,
    Concern,
    ConcernSource,
    NewConcern,
    due_time,
    flagged,
)
from idexx_desktop.domain.failures import Failure, FailureCode

log = structlog.get_logger()

_SHOWN = timedelta(days=30)
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class ConcernService:
    """Every method blocks and may raise Failure. What stands is the clinic's: any of its people may end it."""

    records: ClinicRecords
    clock: Clock

    def open(self) -> list[Concern]:
        """Those that nobody has answered yet, what is due first, first."""
        with self.records.transaction() as tx:
            return tx.concerns.open()

    def recent(self) -> list[Concern]:
        """The open ones, then those that were answered in the last 30 days, the last one first."""
        with self.records.transaction() as tx:
            return [*tx.concerns.open(), *tx.concerns.closed_since(self.clock.now() - _SHOWN)]

    def close(self, concern_id: str, what: str) -> Concern:
        """Somebody answered: `what` says who did what. INVALID_INPUT without words, and where it isn't open."""
        what = what.strip()
        if not what:
            raise _refused("words", "Say what was done about it.", "Like: vet called back, or: booked 15:00.")
        _check_length("words", what, LONGEST_WHAT)
        with self.records.transaction() as tx:
            _require(tx, concern_id)
            if tx.concerns.close(concern_id, what) is None:
                raise _stands_otherwise(tx, concern_id)
            return _require(tx, concern_id)

    def reopen(self, concern_id: str) -> Concern:
        """It wants an answer again. INVALID_INPUT where it is open."""
        with self.records.transaction() as tx:
            _require(tx, concern_id)
            if tx.concerns.reopen(concern_id) is None:
                raise _stands_otherwise(tx, concern_id)
            return _require(tx, concern_id)

    def undo(self, end_id: str) -> None:
        """Take back what was said of a concern last (`Concern.end_id`). HANDED_OVER where more was said since."""
        with self.records.transaction() as tx:
            if not tx.concerns.undo_end(end_id):
                title = "Somebody has said more about this concern since, so nothing was undone."
                raise Failure(FailureCode.HANDED_OVER, "said again", title=title)

    def gather(self) -> int:
        """Open what a calling system flagged in this login's calls; how many are new. Never raises.

        Whichever program looks first opens it, once for each call.
        """
        now, opened = self.clock.now(), 0
        try:
            with self.records.transaction() as tx:
                for call_id, found in tx.flagged_calls.newest(now):
                    said = flagged(found)
                    opened += said is not None and _add(tx, now, call_id, ConcernSource.SYSTEM, said)
        except Failure as failure:
            log.warning("concerns.gather", code=str(failure.code))
            return 0
        return opened


def open_concern(tx: Transaction, now: datetime, call_id: str, wanted: NewConcern | None, note: str) -> None:
    """The concern of a result that was just recorded; the note is its words where it has none of its own."""
    wanted = wanted or NewConcern()
    words = wanted.words.strip() or note.strip() or NO_WORDS
    _check_length("words", words, LONGEST_WORDS)
    _check_length("for", wanted.for_whom.strip(), LONGEST_FOR)
    _add(tx, now, call_id, ConcernSource.PERSON, replace(wanted, words=words))


def _add(tx: Transaction, now: datetime, call_id: str, source: ConcernSource, said: NewConcern) -> bool:
    due_at = due_time(said.urgency, now, tx.schedule.get(), tx.settings.call_rules())
    return tx.concerns.add(call_id, source, said, due_at=due_at, now=now) is not None


def _require(tx: Transaction, concern_id: str) -> Concern:
    found = tx.concerns.get(concern_id)
    if found is None:
        raise _refused("concern", "There is no such concern.", _possible(tx.concerns.open(_MOST_NAMED)))
    return found


def _stands_otherwise(tx: Transaction, concern_id: str) -> Failure:
    found = _require(tx, concern_id)
    if found.is_open:
        return _refused(
            "concern", "This concern is open already.", "It can be closed with what was done about it."
        )
    if found.undone:
        title = "The result that this concern came of was taken back."
        return _refused("concern", title, "It can be opened again.")
    title = f"This concern was closed already, by {found.closed_by}: {found.what}"
    return _refused("concern", title, "It can be opened again.")


def _possible(open_ones: list[Concern]) -> str:
    if not open_ones:
        return "No concern is open."
    named = (f"{each.id} ({' & '.join(each.patient_names) or '-'})" for each in open_ones)
    return f"Open ones: {', '.join(named)}."


def _check_length(what: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise _refused(what, f"That is too long: at most {longest:,} characters are kept.", "")


def _refused(what: str, title: str, advice: str) -> Failure:
    return Failure(FailureCode.INVALID_INPUT, what, title=title, advice=advice)

"""Recording what came of a try of a call, and everything that follows from it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.areas import areas_of
from idexx_desktop.domain.attempts import TRIES, next_attempt
from idexx_desktop.domain.call_questions import Ticked
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.concerns import NewConcern
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.others_calls import CANCELLED
from idexx_desktop.domain.phones import dialable
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.undoing import Undo, moved
from idexx_desktop.services.concerns import open_concern
from idexx_desktop.services.deaths import decide_on_deaths, tell_deaths, visits_of_pets
from idexx_desktop.services.directory import belongs_to_others
from idexx_desktop.services.numbers import told_wrong
from idexx_desktop.services.questions import keep_answers
from idexx_desktop.services.undoing import opted_out_at, outcome_at
from idexx_desktop.sync.deciding import redecide

# a paper sheet is typed in within days
LONGEST_AGO = timedelta(days=30)
_NOT_THEN = f"A call that was made is at most {LONGEST_AGO.days} days ago, and not still to come."


@dataclass(frozen=True, slots=True)
class TryMade:
    """What came of a try. `by` and `at`: who called, and when, where that isn't whoever records it, now.

    `pets`: which of the call's pets died, by name; all where none is named.
    """

    outcome: CallOutcomeKind
    note: str = ""
    by: str = ""
    at: datetime | None = None
    concern: NewConcern | None = None
    answers: tuple[Ticked, ...] = ()
    pets: tuple[str, ...] = ()


def record(records: ClinicRecords, clock: Clock, call_id: str, made: TryMade) -> Undo:
    """See `CallService.record_outcome`."""
    with records.transaction() as tx:
        call = require_call(tx, call_id)
        for key in sorted(call.visit_keys):
            tx.visits.lock(key)
        now = clock.now()
        if made.at is not None and not now - LONGEST_AGO <= made.at <= now:
            raise Failure(FailureCode.INVALID_INPUT, "at", title=_NOT_THEN)
        due = tx.visits.queued_for()
        _write(tx, call, made, now)
        if made.outcome is CallOutcomeKind.REACHED_CONCERN:
            open_concern(tx, now, call_id, made.concern, made.note)
        keep_answers(tx, call_id, made.answers)
        if made.outcome is CallOutcomeKind.DIED:
            decide_on_deaths(tx, now, tell_deaths(tx, visits_of_pets(tx, call, made.pets)))
        if made.outcome in TRIES:
            redecide(tx, now, call.visit_keys)
        opted_out = made.outcome is CallOutcomeKind.OPTED_OUT
        is_new = opted_out and opt_out(tx, now, call.customer_phone, "said so in a call")
        number = call.customer_phone if is_new else ""
        after = require_call(tx, call_id)
        wrong = call.customer_phone if made.outcome is CallOutcomeKind.WRONG_NUMBER else ""
        told_at = told_wrong(tx, wrong, now) if wrong else None
        return Undo(
            due=moved(due, tx.visits.queued_for()),
            outcome_of=call_id,
            opted_out=number,
            outcome_at=outcome_at(after),
            opted_out_at=opted_out_at(tx, number) if number else None,
            next_attempt_at=after.next_attempt_at,
            wrong_number=wrong if told_at else "",
            wrong_number_at=told_at,
        )


def _write(tx: Transaction, call: CallRecord, made: TryMade, now: datetime) -> None:
    next_at = _next_try(tx, call, made.at or now, now) if made.outcome in TRIES else None
    is_written = tx.outcomes.record(
        call.id,
        made.outcome,
        made.note.strip(),
        next_at=next_at,
        made_by=made.by.strip()[:200],
        made_at=made.at,
    )
    if not is_written:
        raise Failure(FailureCode.HANDED_OVER, call.status)


def _next_try(tx: Transaction, call: CallRecord, made_at: datetime, now: datetime) -> datetime | None:
    """When the call is tried again after this try; None where no time fits, which the rules then say."""
    rules = tx.settings.call_rules()
    before = [each.made_at or each.at for each in call.attempts if each.outcome in TRIES]
    areas = areas_of(dialable(call.customer_phone, rules.country), rules)
    return next_attempt([*before, made_at], rules, areas, now)


def opt_out(tx: Transaction, now: datetime, number: str, why: str) -> bool:
    """No more calls to this number, at once; False where it had opted out already."""
    is_new = tx.opt_outs.add(number, why)
    redecide(tx, now)
    tx.opt_outs.stop_calls()
    return is_new


def require_call(tx: Transaction, call_id: str) -> CallRecord:
    """This login's call; where it was held, and made anew since, that one: an id stays valid for all tries."""
    try:
        call = tx.calls.get(str(UUID(call_id)))
    except ValueError:
        raise _no_call() from None
    if call is not None and call.status == CANCELLED:
        later = tx.outcomes.successor(call.id)
        call = (tx.calls.get(later) if later else None) or call
    if call is None and tx.calls.is_anothers(call_id):
        raise belongs_to_others()
    if call is None:
        raise _no_call()
    return call


def _no_call() -> Failure:
    return Failure(
        FailureCode.INVALID_INPUT,
        "call",
        title="There is no such call.",
        advice="The list of calls shows each call's id.",
    )

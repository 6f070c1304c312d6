"""Giving back what an action of a person changed: all of it in one transaction, or nothing."""

from __future__ import annotations

from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.services.deciding import UNDER_WAY, require_visit
from idexx_desktop.services.numbers import told_wrong_at
from idexx_desktop.sync.deciding import redecide


def give_back(records: ClinicRecords, clock: Clock, what: Undo) -> None:
    """What held before holds again: the earlier decision, the time of the call as far as it is still to be made.

    HANDED_OVER, and nothing changed, where a call is under way meanwhile, or somebody has decided or recorded more.
    """
    now = clock.now()
    with records.transaction() as tx:
        for key in sorted(what.decisions):
            tx.visits.lock(key)
        for key in sorted(what.decisions):
            _take_back(tx, key, what.decisions[key])
        keys = {*what.decisions, *(_take_outcome_back(tx, what) if what.outcome_of else ())}
        keys |= _bring_back(tx, what)
        if what.agreed and set(tx.outcomes.undo_agreement(what.agreed)) != set(what.agreed):
            raise Failure(FailureCode.HANDED_OVER, "not agreed any more")
        if what.paused:
            _go_on(tx, what, now)
        if what.opted_out or what.wrong_number or what.paused:
            redecide(tx, now, formerly_for=what.due)
        else:
            redecide(tx, now, keys, formerly_for=what.due)


def _take_outcome_back(tx: Transaction, what: Undo) -> tuple[str, ...]:
    """The visits of the call, which is queued again."""
    call = tx.calls.get(what.outcome_of)
    is_ours = what.outcome_at is None or (call is not None and outcome_at(call) == what.outcome_at)
    if what.opted_out and call and _opted_out_by(tx, call, what):
        tx.opt_outs.withdraw(what.opted_out)
    if what.wrong_number and told_wrong_at(tx, what.wrong_number) == what.wrong_number_at:
        tx.numbers.is_right(what.wrong_number)
    undone = tx.outcomes.undo(call.id) if call is not None and is_ours else None
    if call is None or undone is None:
        raise Failure(FailureCode.HANDED_OVER, "no outcome of ours")
    return (*call.visit_keys, *(_lives(tx, call) if undone is CallOutcomeKind.DIED else ()))


def _lives(tx: Transaction, call: CallRecord) -> frozenset[str]:
    """What was told with the call's last result is taken back, too; the visits that it concerned."""
    recorded = outcome_at(call)
    told = [death for key in call.visit_keys for death in tx.deaths.of_visit(key)]
    with_it = {death.id for death in told if recorded is not None and death.told_at >= recorded}
    for death_id in sorted(with_it):
        tx.deaths.withdraw(death_id)
    return tx.deaths.concerned(with_it) if with_it else frozenset()


def _bring_back(tx: Transaction, what: Undo) -> frozenset[str]:
    """The visits that a death stood against which was told by mistake."""
    for death in what.deaths:
        if not tx.deaths.withdraw(death):
            title = "Somebody has taken that back already, so nothing was undone."
            raise Failure(FailureCode.HANDED_OVER, "taken back already", title=title)
    return tx.deaths.concerned(what.deaths) if what.deaths else frozenset()


def outcome_at(call: CallRecord) -> datetime | None:
    """When the call's last result was recorded."""
    return max((each.at for each in call.outcomes), default=None)


def opted_out_at(tx: Transaction, number: str) -> datetime | None:
    """When the opt-out of this number was recorded that holds; None where none does."""
    return next((each.recorded_at for each in tx.opt_outs.list() if each.phone == number), None)


def _opted_out_by(tx: Transaction, call: CallRecord, what: Undo) -> bool:
    """Whether the number's opt-out is the one that came with the call's last result."""
    outcome, recorded = outcome_at(call), opted_out_at(tx, what.opted_out)
    if what.opted_out_at is not None:
        return recorded == what.opted_out_at
    return outcome is not None and recorded is not None and recorded >= outcome


def _go_on(tx: Transaction, what: Undo, now: datetime) -> None:
    """Calls are paused no more, unless somebody has set anything since: then it may be theirs that they are."""
    if what.paused_at not in (None, tx.settings.changed_at()):
        title = "Somebody has changed the clinic's settings since, so nothing was undone. Resume the calls instead."
        raise Failure(FailureCode.HANDED_OVER, "settings changed", title=title)
    tx.settings.set_paused(False, now=now)


def _take_back(tx: Transaction, visit_key: str, decision_id: str) -> None:
    visit = require_visit(tx, visit_key)
    if visit.call_status in UNDER_WAY:
        raise Failure(FailureCode.HANDED_OVER, visit.call_status or "")
    if not tx.decisions.undo(visit_key, visit.consultation_id, decision_id):
        title = "Somebody has decided about this visit again, so nothing was undone."
        raise Failure(FailureCode.HANDED_OVER, "decided again", title=title)

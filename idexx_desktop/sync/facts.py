"""What is known before a run reads anything, and what colleagues have switched since, which holds at once."""

from __future__ import annotations

from datetime import datetime

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.sync import plan
from idexx_desktop.sync.days import Facts
from idexx_desktop.sync.deciding import redecide, tell_anew


def read_facts(tx: Transaction, now: datetime, window: plan.Span, session_id: str | None) -> Facts:
    """For a run that reads this window."""
    rules = tx.settings.call_rules()
    _follow_colleagues(tx, rules, now, session_id)
    # what reads as scheduled without a call is read again, however old it is
    uncalled = tx.visits.without_call()
    known = tx.visits.known(window.start, window.end, uncalled)
    braked = tx.sessions.unfinished(now)[:1]
    again = any(run.failure_code == FailureCode.LISTS_EMPTIED for run in braked)
    return Facts(rules.zone, tx.settings.pace(), rules, window, known, uncalled, emptied_before=again)


def _follow_colleagues(tx: Transaction, rules: CallRules, now: datetime, session_id: str | None) -> None:
    """What another account switched or corrected holds for this one's calls, too."""
    if not (rules.paused or rules.review) and tx.set_aside.any():
        redecide(tx, now, session_id=session_id)
    tell_anew(tx, now, session_id)

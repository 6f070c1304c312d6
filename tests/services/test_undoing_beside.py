"""Undo while somebody else of the clinic is at it: what they did stays, and all of it is undone, or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.sync.deciding import redecide
from tests.services.test_undoing import Snapshot, snapshot
from tests.support.practice import SYNCED_SCENARIO, Practice, Practices

ACTIONS = ("no call", "call", "ignore", "cancelled", "held", "moved", "reached", "opted out", "paused")
BESIDE = (
    "nothing", "no call", "ignore", "opted out", "opted out again", "paused", "paused anew", "resumed", "rings",
    "synced",
)  # fmt: skip
_RINGS = "UPDATE public.scheduled_discharge_calls SET status = 'ringing' WHERE id = %s AND status = 'queued'"
CHEAP = [("paused", "paused anew"), ("opted out", "opted out again")]
# the clinic's facts of them are one and the same, whoever of both said it last: to undo is to say something, too
SAME_FACT = {("paused", "paused"), ("paused", "resumed"), ("opted out", "opted out")}


def act(mine: Practice, action: str, call: CallRecord) -> Undo:
    """What a person does who undoes it later."""
    calls, visits = mine.program.calls, mine.program.visits
    match action:
        case "cancelled":
            return calls.cancel(call.id, "")
        case "held":
            return calls.hold(call.id, "asked for")
        case "moved":
            return calls.reschedule(call.id, call.scheduled_for + timedelta(hours=1))
        case "reached":
            return calls.record_outcome(call.id, CallOutcomeKind.REACHED_WELL)
        case "opted out":
            return calls.record_outcome(call.id, CallOutcomeKind.OPTED_OUT)
        case "paused":
            return calls.pause_all()
        case _:
            return visits.decide(call.visit_keys[0], PersonChoice(action.replace(" ", "_")), "why")


def play_beside(practices: Practices, mine: Practice, beside: str, call: CallRecord) -> None:
    """What a colleague does meanwhile, or whatever else happens, some time later."""
    mine.clock.pass_by(minutes=1)
    colleague = practices.colleague(mine)
    calls = colleague.program.calls
    match beside:
        case "no call" | "ignore":
            _decide(colleague, call, PersonChoice(beside.replace(" ", "_")))
        case "opted out":
            calls.opt_out(call.customer_phone, "theirs")
        case "opted out again":
            _again(colleague, call)
        case "paused":
            calls.pause_all()
        case "paused anew":
            _paused_anew(colleague)
        case "resumed":
            calls.resume_all()
        case "rings":
            mine.query(_RINGS, call.id)
        case "synced":
            assert mine.sync().failure is None
    mine.clock.pass_by(minutes=1)


def _decide(colleague: Practice, call: CallRecord, choice: PersonChoice) -> None:
    with colleague.program.records.transaction() as tx:
        tx.decisions.add(call.visit_keys[0], choice, content_hash="", why="theirs")


def _again(colleague: Practice, call: CallRecord) -> None:
    """The owner said so to the colleague, too, after it had been withdrawn."""
    colleague.program.calls.opt_out(call.customer_phone)
    colleague.program.calls.withdraw_opt_out(call.customer_phone)
    colleague.program.calls.opt_out(call.customer_phone, "said so to me")


def _paused_anew(colleague: Practice) -> None:
    colleague.program.calls.resume_all()
    colleague.program.calls.pause_all()


def check(practices: Practices, template: str, action: str, beside: str) -> None:
    """Undone, all is as if only the colleague had done anything; refused, all is as it was just before."""
    undone, alone = (practices(SYNCED_SCENARIO, template=template) for _ in range(2))
    call = _some_call(undone)
    what = act(undone, action, call)
    play_beside(practices, undone, beside, call)
    before = _seen(undone)
    refused = _refusal(undone, what)
    if refused is not None:
        assert refused is FailureCode.HANDED_OVER
        assert _seen(undone) == before
        return
    if (action, beside) in SAME_FACT:
        return
    play_beside(practices, alone, beside, _some_call(alone))
    expected, found = _seen(alone), _seen(undone)
    assert found == expected, [
        (name, expected[name], found[name]) for name in found if found[name] != expected[name]
    ]


@pytest.mark.parametrize(("action", "beside"), CHEAP)
def test_what_a_colleague_did_since_stays(
    practices: Practices, synced_template: str, action: str, beside: str
) -> None:
    check(practices, synced_template, action, beside)


@pytest.mark.long(item=52)
@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("action", ACTIONS)
def test_whatever_a_colleague_did_since_stays(
    practices: Practices, synced_template: str, action: str, beside: str
) -> None:
    check(practices, synced_template, action, beside)


def test_a_pause_of_somebody_else_is_not_undone(practices: Practices, synced: Practice) -> None:
    what = synced.program.calls.pause_all()
    synced.clock.pass_by(minutes=1)
    _paused_anew(practices.colleague(synced))
    with pytest.raises(Failure) as refused:
        synced.program.calls.undo(what)
    assert "nothing was undone" in refused.value.title
    assert synced.program.calls.paused()


def test_a_result_recorded_again_is_not_undone(synced: Practice) -> None:
    """On two computers of one user: the second took the first result back, and recorded another."""
    call = _some_call(synced)
    what = synced.program.calls.record_outcome(call.id, CallOutcomeKind.VOICEMAIL)
    synced.program.calls.undo_outcome(call.id)
    synced.program.calls.record_outcome(call.id, CallOutcomeKind.REACHED_WELL)
    with pytest.raises(Failure):
        synced.program.calls.undo(what)
    [outcome] = synced.query("SELECT outcome FROM public.call_outcomes WHERE undone_at IS NULL")
    assert outcome["outcome"] == str(CallOutcomeKind.REACHED_WELL)


def _some_call(practice: Practice) -> CallRecord:
    ahead = practice.clock.now() + timedelta(hours=6)
    calls = (call for call in practice.queued() if len(call.visit_keys) == 1 and call.scheduled_for > ahead)
    return min(calls, key=lambda call: (call.scheduled_for, call.visit_keys))


def _refusal(practice: Practice, what: Undo) -> FailureCode | None:
    try:
        practice.program.calls.undo(what)
    except Failure as failure:
        return failure.code
    return None


def _seen(practice: Practice) -> Snapshot:
    """What a person sees once this program has looked at what others decided; without instants of the server's."""
    with practice.program.records.transaction() as tx:
        redecide(tx, practice.clock.now())
    found = snapshot(practice)
    found["facts"] = [_without_instants(row) for row in found["facts"]]
    found["silent"] = [row["phone"] for row in found["silent"]]
    found["outcomes"] = [row["outcome"] for row in found["outcomes"]]
    return found


def _without_instants(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.endswith("_at") and name != "decided_by"}

"""Undo gives back what was before, after every action that offers it, in any order of actions and undos."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import CallRecord, VisitRecord
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import Practice

HOURS = tuple(range(1, 60))
Snapshot = dict[str, Any]


class Person:
    """Somebody who presses buttons at random: the last message on the screen has an Undo."""

    def __init__(self, practice: Practice, seed: int) -> None:
        self.practice, self.chance = practice, random.Random(seed)  # noqa: S311 - chooses what is done
        self.visits, self.calls = practice.program.visits, practice.program.calls

    def some_visit(self) -> VisitRecord:
        there = [visit for visit in self.practice.visits().values() if visit.call_status in (None, "queued")]
        return self.chance.choice(sorted(there, key=lambda visit: visit.visit_key))

    def some_call(self) -> CallRecord | None:
        queued = self.practice.queued()
        return self.chance.choice(queued) if queued else None

    def time_ahead(self) -> datetime:
        return self.practice.clock.now() + timedelta(hours=self.chance.choice(HOURS))

    def act(self) -> Undo | None:
        """One action that offers Undo; None where it was refused."""
        actions: list[Callable[[], Undo | None]] = [
            self.decide, self.decide, self.dont_call, self.hold, self.another_time, self.outcome, self.calls.pause_all
        ]  # fmt: skip
        try:
            return self.chance.choice(actions)()
        except Failure as failure:
            if failure.code not in (FailureCode.HANDED_OVER, FailureCode.INVALID_INPUT):
                raise
            return None

    def decide(self) -> Undo:
        choice = self.chance.choice(list(PersonChoice))
        when = self.time_ahead() if choice is PersonChoice.CALL and self.chance.random() < 0.5 else None
        return self.visits.decide(self.some_visit().visit_key, choice, "why", when)

    def dont_call(self) -> Undo | None:
        call = self.some_call()
        return self.calls.cancel(call.id, "") if call else None

    def hold(self) -> Undo | None:
        call = self.some_call()
        return self.calls.hold(call.id, "asked for") if call else None

    def another_time(self) -> Undo | None:
        call = self.some_call()
        return self.calls.reschedule(call.id, self.time_ahead()) if call else None

    def outcome(self) -> Undo | None:
        call, kind = self.some_call(), self.chance.choice(list(CallOutcomeKind))
        return self.calls.record_outcome(call.id, kind, "note") if call else None


def snapshot(practice: Practice) -> Snapshot:
    """Everything that a person can see of visits, calls and facts; a call that was made anew is the same call."""
    visits = {
        key: (visit.state, visit.call_scheduled_for, visit.call_status, sorted(visit.call_with), visit.ignored,
              visit.needs_attention, *_why(visit))
        for key, visit in practice.visits().items()
    }  # fmt: skip
    calls = sorted(
        (sorted(call.visit_keys), call.scheduled_for.isoformat(), call.customer_phone, call.summary)
        for call in practice.queued()
    )
    facts = practice.query(
        "SELECT visit_key, choice, why, decided_by::text, decided_by_name, decided_at, scheduled_for, content_hash"
        " FROM public.visit_decisions WHERE undone_at IS NULL ORDER BY visit_key"
    )
    silent = practice.query(
        "SELECT phone, recorded_by::text, recorded_at FROM public.opt_outs WHERE withdrawn_at IS NULL ORDER BY phone"
    )
    outcomes = practice.query(
        "SELECT call_id::text, outcome FROM public.call_outcomes WHERE undone_at IS NULL ORDER BY call_id, outcome"
    )
    return {
        "visits": visits, "calls": calls, "facts": facts, "silent": silent, "outcomes": outcomes,
        "paused": practice.program.calls.paused(),
    }  # fmt: skip


def _why(visit: VisitRecord) -> tuple[Any, ...]:
    """What is said of a call that was made is put into other words once anything is decided again."""
    if visit.call_status == "completed":
        return ()
    # of a visit that was never read, what its row in Neo's lists said is not kept
    trace = () if visit.state is VisitState.FAILED else visit.trace
    return visit.reason_code, visit.reason, trace


def _differences(part: str, before: Any, after: Any) -> list[Any]:
    if isinstance(before, dict):
        return [(part, key, before[key], after.get(key)) for key in before if after.get(key) != before[key]]
    return [] if before == after else [(part, before, after)]


def play(practice: Practice, seed: int, steps: int) -> None:
    """Actions pile up, undos take them from the top: after each one everything is as it was before its action."""
    person, pile = Person(practice, seed), list[tuple[Snapshot, Undo]]()
    undone = 0
    for step in range(steps):
        if pile and person.chance.random() < 0.45:
            before, what = pile.pop()
            person.calls.undo(what)
            after = snapshot(practice)
            changed = [each for part, was in before.items() for each in _differences(part, was, after[part])]
            assert not changed, f"seed {seed}, step {step}, after undoing {what}"
            undone += 1
        else:
            before = snapshot(practice)
            if (what_changed := person.act()) is not None:
                pile.append((before, what_changed))
    assert undone


@pytest.mark.parametrize("seed", [1, 2])
def test_after_each_undo_everything_is_as_it_was(synced: Practice, seed: int) -> None:
    play(synced, seed, 14)


@pytest.mark.long(item=45)
@pytest.mark.parametrize("seed", range(100, 140))
def test_after_many_undos_everything_is_as_it_was(synced: Practice, seed: int) -> None:
    play(synced, seed, 60)


def test_a_time_that_a_person_chose_comes_back(synced: Practice) -> None:
    call, chosen = _moved(synced)
    for act in (synced.program.calls.cancel, synced.program.calls.hold):
        what = act(call.id, "")
        assert call.visit_keys not in {each.visit_keys for each in synced.queued()}
        synced.program.calls.undo(what)
        call = _same(synced, call)
        assert call.scheduled_for == chosen
    what = synced.program.calls.reschedule(call.id, chosen + timedelta(hours=1))
    synced.program.calls.undo(what)
    assert _same(synced, call).scheduled_for == chosen
    assert synced.sync().failure is None
    assert _same(synced, call).scheduled_for == chosen


def test_a_call_that_was_moved_goes_back_to_the_time_of_the_rules(synced: Practice) -> None:
    call = _alone(synced)
    what = synced.program.calls.reschedule(call.id, call.scheduled_for + timedelta(hours=3))
    synced.program.calls.undo(what)
    assert _same(synced, call).scheduled_for == call.scheduled_for


def test_a_call_that_is_due_already_is_due_again(synced: Practice) -> None:
    """The rules alone would choose another hour, or none."""
    call = _alone(synced)
    synced.clock.at = call.scheduled_for - timedelta(minutes=20)
    assert synced.sync().failure is None
    synced.clock.at = call.scheduled_for + timedelta(minutes=20)
    synced.program.calls.undo(synced.program.calls.cancel(call.id, ""))
    assert _same(synced, call).scheduled_for == call.scheduled_for


def test_undoing_is_not_letting_the_rules_decide(synced: Practice) -> None:
    call, chosen = _moved(synced)
    [key] = call.visit_keys
    synced.program.calls.cancel(call.id, "")
    assert synced.program.visits.undo_decision(key).call_scheduled_for == chosen
    synced.program.calls.cancel(_same(synced, call).id, "")
    assert synced.program.visits.let_rules_decide(key).call_scheduled_for != chosen
    rows = synced.query("SELECT id FROM public.visit_decisions WHERE undone_at IS NULL")
    assert rows == []


def test_what_somebody_else_decided_meanwhile_is_not_undone(synced: Practice) -> None:
    call = _alone(synced)
    [key] = call.visit_keys
    what = synced.program.calls.cancel(call.id, "")
    synced.program.visits.decide(key, PersonChoice.NO_CALL, "the owner asked me")
    with pytest.raises(Failure) as failed:
        synced.program.calls.undo(what)
    assert failed.value.code is FailureCode.HANDED_OVER
    assert "nothing was undone" in failed.value.title
    [row] = synced.query("SELECT why FROM public.visit_decisions WHERE undone_at IS NULL")
    assert row["why"] == "the owner asked me"


def test_an_opt_out_that_was_there_before_stays(synced: Practice) -> None:
    """The number opted out by another account's hand, while this one's call was still queued."""
    call = _alone(synced)
    synced.query(
        "INSERT INTO public.opt_outs (clinic_id, phone, recorded_by_name) SELECT clinic_id, %s, 'Ben'"
        " FROM public.clinic_members WHERE user_id = %s",
        call.customer_phone,
        synced.user_id,
    )
    what = synced.program.calls.record_outcome(call.id, CallOutcomeKind.OPTED_OUT)
    synced.program.calls.undo(what)
    assert [each.recorded_by for each in synced.program.calls.opt_outs()] == ["Ben"]


def test_a_pause_leaves_the_times_as_they_were(synced: Practice) -> None:
    call, _ = _moved(synced)
    other = _alone(synced, besides=call)
    synced.program.visits.let_rules_decide(call.visit_keys[0])  # a time that only the call itself still knows
    ahead = synced.clock.now() + timedelta(hours=1)  # what falls due meanwhile isn't made at any hour
    before = {each.visit_keys: each.scheduled_for for each in synced.queued() if each.scheduled_for > ahead}
    synced.program.calls.pause_all()
    assert not synced.queued()
    synced.clock.pass_by(minutes=20)
    synced.program.calls.resume_all()
    after = {each.visit_keys: each.scheduled_for for each in synced.queued()}
    assert {keys: after.get(keys) for keys in before} == before
    assert other.visit_keys in before


def test_pausing_what_is_paused_undoes_nothing(synced: Practice) -> None:
    synced.program.calls.pause_all()
    synced.program.calls.undo(synced.program.calls.pause_all())
    assert synced.program.calls.paused()


def test_an_undo_is_recorded_as_what_it_is(synced: Practice) -> None:
    """Who takes back is named; the decision that holds again has its own author and time, and is no new decision."""
    call = _alone(synced)
    [key] = call.visit_keys
    synced.program.calls.reschedule(call.id, call.scheduled_for + timedelta(hours=3))
    [first] = synced.query("SELECT decided_by::text, decided_at FROM public.visit_decisions")
    recorded = synced.actions()
    what = synced.program.visits.decide(key, PersonChoice.NO_CALL)
    synced.program.visits.undo(what)
    assert synced.actions()["visit.decided"] == recorded["visit.decided"] + 1
    assert synced.actions()["visit.decision_undone"] == recorded["visit.decision_undone"] + 1
    kept = synced.query(
        "SELECT decided_by::text, decided_at, undone_at IS NULL AS holds, restored_from FROM public.visit_decisions"
        " ORDER BY decided_at, undone_at NULLS LAST"
    )
    assert len(kept) == 3
    [holding] = [row for row in kept if row["holds"]]
    assert (holding["decided_by"], holding["decided_at"]) == (first["decided_by"], first["decided_at"])
    assert holding["restored_from"] is not None


def _alone(practice: Practice, besides: CallRecord | None = None) -> CallRecord:
    """A call of one visit, some hours ahead."""
    ahead = practice.clock.now() + timedelta(hours=6)
    calls = (call for call in practice.queued() if len(call.visit_keys) == 1 and call.scheduled_for > ahead)
    return next(call for call in calls if besides is None or call.visit_keys != besides.visit_keys)


def _moved(practice: Practice) -> tuple[CallRecord, datetime]:
    call = _alone(practice)
    chosen = call.scheduled_for + timedelta(hours=3)
    practice.program.calls.reschedule(call.id, chosen)
    moved = _same(practice, call)
    assert moved.scheduled_for == chosen
    return moved, chosen


def _same(practice: Practice, call: CallRecord) -> CallRecord:
    return next(each for each in practice.queued() if each.visit_keys == call.visit_keys)

"""The questions of calls: saved in versions, never over somebody else's, answered with a result and gone with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from idexx_desktop.domain.call_questions import Answered, Choice, Question, QuestionSet, Ticked
from idexx_desktop.domain.default_questions import default_questions
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind
from idexx_desktop.domain.records import CallRecord, Page
from idexx_desktop.domain.visits import VisitKind
from tests.support.practice import Practice

KIND = VisitKind.SURGERY
ASKED = (Question("eating", "Eating?", (Choice("yes", "Yes"), Choice("no", "Nothing", True))),)
WELL = CallOutcomeKind.REACHED_WELL


def held(practice: Practice, kind: VisitKind = KIND) -> QuestionSet:
    return next(each for each in practice.program.questions.sets() if each.kind is kind)


def queued(practice: Practice) -> CallRecord:
    calls = practice.program.calls.rows(CallFilter("all"), Page(limit=1000))
    return next(each for each in calls if each.status == "queued" and len(each.questions) == 1)


def answered(practice: Practice, call_id: str) -> list[tuple[Answered, ...]]:
    calls = practice.program.calls.rows(CallFilter("all"), Page(limit=1000))
    return [each.answers for call in calls if call.id == call_id for each in call.outcomes]


def test_versions_follow_each_other_and_are_taken_back(synced: Practice) -> None:
    service = synced.program.questions
    assert service.sets() == tuple(default_questions(kind) for kind in VisitKind)
    own = held(synced)
    before = synced.actions()
    first = service.save([replace(own, questions=ASKED)])
    one = held(synced)
    assert (one.version, one.questions, bool(one.saved_by), one.is_looked_over) == (1, ASKED, True, False)
    with pytest.raises(Failure) as late:  # another computer, which still shows the program's own
        service.save([replace(own, questions=own.questions[:2]), held(synced, VisitKind.DENTAL)])
    assert late.value.code is FailureCode.HANDED_OVER
    assert "nothing was overwritten" in late.value.title
    assert (held(synced), held(synced, VisitKind.DENTAL).version) == (one, 0), "all of them or none"
    seen = service.look_over(one)
    assert held(synced).looked_over_by == one.saved_by
    second = service.save([replace(one, questions=own.questions)])
    assert (held(synced).version, held(synced).questions, held(synced).is_looked_over) == (
        2,
        own.questions,
        False,
    )
    with pytest.raises(Failure, match="questions changed"):
        service.undo(first)
    service.undo(second)
    assert (held(synced).version, held(synced).is_looked_over) == (1, True), "with what was said of it"
    service.undo(seen)
    assert not held(synced).is_looked_over
    service.undo(first)
    assert held(synced) == own
    service.save([replace(own, questions=ASKED)])
    assert held(synced).version == 3, "a number is never given twice"
    done = synced.actions() - before
    assert [done[f"question_set.{name}"] for name in ("saved", "undone", "looked_over")] == [3, 2, 2]


def test_what_is_no_set_is_refused(synced: Practice) -> None:
    for wrong in ((), (replace(ASKED[0], text="?"),), ASKED * 2):
        with pytest.raises(Failure) as refused:
            synced.program.questions.save([replace(held(synced), questions=wrong)])
        assert refused.value.code is FailureCode.INVALID_INPUT
    assert held(synced) == default_questions(KIND)


def test_the_programs_own_can_be_looked_over_and_then_stay(synced: Practice) -> None:
    own = held(synced)
    undo = synced.program.questions.look_over(own)
    seen = held(synced)
    assert (seen.questions, seen.version, seen.is_looked_over, bool(seen.id)) == (
        own.questions,
        0,
        True,
        True,
    )
    with pytest.raises(Failure, match="questions changed"):
        synced.program.questions.look_over(replace(own, questions=ASKED))
    synced.program.questions.undo(undo)
    assert held(synced) == replace(own, id=seen.id)


def test_answers_are_kept_with_a_result_counted_and_taken_back_with_it(synced: Practice) -> None:
    calls, service = synced.program.calls, synced.program.questions
    call = queued(synced)
    [shown] = call.questions
    asked = shown.set
    assert shown.pets == call.patient_names
    first, second = asked.questions[:2]
    ticked = Ticked(asked, {first.key: first.answers[-1].key, second.key: second.answers[0].key})
    before = synced.actions()
    undo = calls.record_outcome(call.id, WELL, "fine", answers=[ticked])
    # what the clinic asks from now on changes nothing of what was asked
    service.save([replace(held(synced, asked.kind), questions=ASKED)])
    words = (
        Answered(first.text, first.answers[-1].text, first.answers[-1].red),
        Answered(second.text, second.answers[0].text, second.answers[0].red),
    )
    assert answered(synced, call.id) == [words]
    now = datetime.now(UTC)  # an answer is given when the server says
    span = now - timedelta(days=1), now + timedelta(days=1)
    counted = {(each.question, each.answer, each.red): each.times for each in service.counted(*span)}
    assert counted == {(each.question, each.answer, each.red): 1 for each in words}
    assert service.counted(now - timedelta(days=9), now - timedelta(days=8)) == []
    for since, until in ((span[1], span[0]), (now - timedelta(days=500), now)):
        with pytest.raises(Failure, match="range"):
            service.counted(since, until)
    calls.undo(undo)
    assert answered(synced, call.id) == []
    assert service.counted(*span) == []
    assert (synced.actions() - before)["call.answered"] == 1
    # and again, to the questions of now
    calls.record_outcome(call.id, WELL, answers=[Ticked(held(synced, asked.kind), {"eating": "no"})])
    assert answered(synced, call.id) == [(Answered("Eating?", "Nothing", True),)]
    [one] = service.counted(*span)
    assert (one.kind, one.answer_key, one.red, one.times) == (asked.kind, "no", True, 1)


def test_a_result_with_answers_that_nobody_was_asked_for_is_refused_as_a_whole(synced: Practice) -> None:
    call = queued(synced)
    asked = call.questions[0].set
    for wrong in ({"gone": "yes"}, {asked.questions[0].key: "gone"}):
        with pytest.raises(Failure):
            synced.program.calls.record_outcome(call.id, WELL, answers=[Ticked(asked, wrong)])
        assert queued(synced).id == call.id
        assert answered(synced, call.id) == []
    synced.program.calls.record_outcome(call.id, WELL, answers=[Ticked(asked, {})])
    assert answered(synced, call.id) == [()]

"""How questions of calls, and what was answered, come into the activity record."""

from __future__ import annotations

from dataclasses import replace

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.call_questions import QuestionSet, Ticked
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.visits import VisitKind
from tests.audited.recipe import Recipe, Scene
from tests.audited.recipes import a_call, seen

SETS = "SELECT kind, version, looked_over_by, undone_by FROM public.question_sets ORDER BY kind, version"


def held(scene: Scene) -> QuestionSet:
    """The questions about a dental visit."""
    return next(each for each in scene.practice.program.questions.sets() if each.kind is VisitKind.DENTAL)


def save(scene: Scene) -> object:
    own = held(scene)
    return scene.practice.program.questions.save([replace(own, questions=own.questions[:-1])])


def save_first(scene: Scene) -> None:
    scene.kept["saved"] = save(scene)


def answer(scene: Scene) -> object:
    call = a_call(scene)
    asked = call.questions[0].set
    ticked = Ticked(asked, {each.key: each.answers[0].key for each in asked.questions})
    calls = scene.practice.program.calls
    return calls.record_outcome(call.id, CallOutcomeKind.REACHED_WELL, answers=[ticked])


ASKED = {
    Action.QUESTION_SET_SAVED: Recipe(save, seen(SETS)),
    Action.QUESTION_SET_UNDONE: Recipe(
        lambda scene: scene.practice.program.questions.undo(scene.kept["saved"]), seen(SETS), save_first
    ),
    Action.QUESTION_SET_LOOKED_OVER: Recipe(
        lambda scene: scene.practice.program.questions.look_over(held(scene)), seen(SETS)
    ),
    Action.CALL_ANSWERED: Recipe(
        answer, seen("SELECT outcome_id, question, answer FROM public.call_answers ORDER BY id")
    ),
}

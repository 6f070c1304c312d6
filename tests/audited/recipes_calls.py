"""How what people say of calls that were made comes into the activity record."""

from __future__ import annotations

from dataclasses import replace

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.filters import CallOutcomeKind
from tests.audited.recipe import Recipe, Scene
from tests.audited.recipes import about_a_call, seen

AGREED = "SELECT call_id, agreed FROM public.call_agreements ORDER BY place"


def unreached(scene: Scene) -> None:
    """One try was all that the clinic wants, and nobody answered."""
    about_a_call(scene)
    program = scene.practice.program
    program.settings.save_call_rules(replace(program.settings.call_rules(), max_attempts=1))
    program.calls.record_outcome(scene.kept["call"].id, CallOutcomeKind.NO_ANSWER)


def agree(scene: Scene) -> None:
    scene.kept["agreed"] = scene.practice.program.calls.agree_unreached([scene.kept["call"].id])


def agreed(scene: Scene) -> None:
    unreached(scene)
    agree(scene)


CALLED = {
    Action.CALL_AGREED: Recipe(agree, seen(AGREED), unreached),
    Action.CALL_AGREEMENT_UNDONE: Recipe(
        lambda scene: scene.practice.program.calls.undo(scene.kept["agreed"]), seen(AGREED), agreed
    ),
}

"""How concerns of owners come into the activity record."""

from __future__ import annotations

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.filters import CallOutcomeKind
from tests.audited.recipe import Recipe, Scene
from tests.audited.recipes import about_a_call, seen

STANDING = seen("SELECT id, closed_at, undone_at FROM public.concerns ORDER BY id")


def reach(scene: Scene) -> None:
    scene.practice.program.calls.record_outcome(scene.kept["call"].id, CallOutcomeKind.REACHED_CONCERN)


def concern(scene: Scene) -> str:
    """The one that was opened last."""
    [row] = scene.practice.query("SELECT id::text FROM public.concerns ORDER BY opened_at DESC LIMIT 1")
    return str(row["id"])


def close(scene: Scene) -> None:
    scene.kept["end"] = scene.practice.program.concerns.close(concern(scene), "vet called back").end_id


CONCERNS = {
    Action.CONCERN_OPENED: Recipe(reach, STANDING, about_a_call),
    Action.CONCERN_CLOSED: Recipe(close, STANDING),
    Action.CONCERN_REOPENED: Recipe(
        lambda scene: scene.practice.program.concerns.reopen(concern(scene)), STANDING
    ),
    Action.CONCERN_UNDONE: Recipe(
        lambda scene: scene.practice.program.concerns.undo(scene.kept["end"]), STANDING, close
    ),
}

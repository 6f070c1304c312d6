"""How an action is brought about, what of it can be seen, and what must hold for its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from idexx_desktop.domain.audit import METADATA_KEYS, Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services.retention import RetentionService
from tests.support.practice import Practice, Practices


@dataclass
class Scene:
    """A clinic at work, where its files go, and a place for what one step hands to the next."""

    practice: Practice
    practices: Practices
    folder: Path
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def retention(self) -> RetentionService:
        """The owner's way to old months and holds."""
        owner_url = self.practice.database.owner_url
        return replace(self.practice.program.retention, owner=lambda: nullcontext(owner_url))

    def value(self, query: str, *values: object) -> object:
        """What a query of the superuser says."""
        return self.practice.query(query, *values)


# what the database knows of an action, taken away and given back
FORGET = "DELETE FROM idexx_app.audit_actions WHERE action = %s RETURNING *"
KNOW = "INSERT INTO idexx_app.audit_actions VALUES (%s, %s, %s)"

Step = Callable[[Scene], object]


@dataclass(frozen=True, slots=True)
class Recipe:
    """`prepare` what `act` needs; `effect` is what changes with the action, None for looking at something.

    `fails`: the attempt itself doesn't succeed, and is recorded nevertheless. `catch_up` records what an attempt that
    couldn't be recorded left behind.
    """

    act: Step
    effect: Step | None
    prepare: Step = lambda _scene: None
    fails: FailureCode | None = None
    catch_up: Step = lambda _scene: None


def check(scene: Scene, action: Action, recipe: Recipe) -> None:
    """Where its row can't be written there is no effect; else there is, with exactly one row of what is allowed."""
    recipe.prepare(scene)
    before = recipe.effect(scene) if recipe.effect else None
    with unrecordable(scene, action):
        failure = attempted(scene, recipe)
        if recipe.effect is None:
            assert failure is not None, f"{action}: shown without a row"
        else:
            assert recipe.effect(scene) == before, f"{action}: an effect without a row"
    recipe.catch_up(scene)
    known = {row["id"] for row in rows_of(scene, action)}
    failure = attempted(scene, recipe)
    assert (failure.code if failure else None) == recipe.fails, f"{action}: {failure!r}"
    added = [row for row in rows_of(scene, action) if row["id"] not in known]
    assert len(added) == 1, f"{action}: {len(added)} rows"
    assert (added[0]["metadata"] or {}).keys() <= METADATA_KEYS[action], action
    assert added[0]["timestamp"].utcoffset() is not None
    if recipe.effect is not None:
        assert recipe.effect(scene) != before, f"{action}: no effect"


def attempted(scene: Scene, recipe: Recipe) -> Failure | None:
    """Carry it out; the failure where there was one."""
    try:
        recipe.act(scene)
    except Failure as failure:
        return failure
    return None


def rows_of(scene: Scene, action: Action) -> list[dict[str, Any]]:
    """Every row of this action, whoever's."""
    query = "SELECT id, timestamp, metadata FROM public.idexx_sync_audit_log WHERE action = %s"
    return scene.practice.query(query, str(action))


@contextmanager
def unrecordable(scene: Scene, action: Action) -> Iterator[None]:
    """The database refuses this action meanwhile."""
    [row] = scene.practice.query(FORGET, str(action))
    yield
    scene.practice.query(KNOW, *row.values())

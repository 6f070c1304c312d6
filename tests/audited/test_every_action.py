"""Each audited action writes exactly one row, in the transaction of its effect; no row, no effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from idexx_desktop.domain.audit import Action
from tests.audited.recipe import Recipe, Scene, check
from tests.audited.recipes import CHOSEN, DECIDED, PEOPLE, SIGN_IN, SYNCS
from tests.audited.recipes_trust import COMPUTERS, RECORD
from tests.support.practice import Practice, Practices

GROUPS: dict[str, dict[Action, Recipe]] = {
    "the sign-in": SIGN_IN,
    "syncs": SYNCS,
    "decisions": DECIDED,
    "choices": CHOSEN,
    "people": PEOPLE,
    "computers": COMPUTERS,
    "the record": RECORD,
}


@pytest.mark.parametrize("group", GROUPS)
def test_one_row_or_no_effect(synced: Practice, practices: Practices, tmp_path: Path, group: str) -> None:
    scene = Scene(synced, practices, tmp_path)
    for action, recipe in GROUPS[group].items():
        check(scene, action, recipe)

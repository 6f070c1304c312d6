"""How computers, the recovery kit and the record's own use come into the activity record."""

from __future__ import annotations

from idexx_desktop.domain.audit import Action
from tests.audited.recipe import Recipe

COMPUTERS: dict[Action, Recipe] = {}
RECORD: dict[Action, Recipe] = {}

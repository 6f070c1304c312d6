"""Each audited action writes exactly one row, in the transaction of its effect; no row, no effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from idexx_desktop.db import migrate
from idexx_desktop.domain.audit import ACTION_WORDS, Action
from idexx_desktop.domain.failures import Failure
from tests.audited.recipe import Recipe, Scene, check
from tests.audited.recipes import CHOSEN, DECIDED, PEOPLE, SIGN_IN, SYNCS
from tests.audited.recipes_calls import CALLED
from tests.audited.recipes_concerns import CONCERNS
from tests.audited.recipes_deaths import DIED
from tests.audited.recipes_law import CONSENTS
from tests.audited.recipes_neo import ALL_THE_SAME, OPENED
from tests.audited.recipes_questions import ASKED
from tests.audited.recipes_trust import COMPUTERS, RECORD
from tests.audited.recipes_words import MEANT
from tests.support.audit_catalogue import writers
from tests.support.practice import Practices, ask

GROUPS: dict[str, dict[Action, Recipe]] = {
    "the sign-in": OPENED | SIGN_IN,
    "syncs": SYNCS | ALL_THE_SAME,
    "decisions": DECIDED,
    "calls": CONSENTS | CALLED | CONCERNS,
    "choices": ASKED | MEANT | CHOSEN | DIED,
    "people": PEOPLE,
    "computers": COMPUTERS,
    "the record": RECORD,
}


@pytest.mark.parametrize("group", GROUPS)
def test_one_row_or_no_effect(practices: Practices, tmp_path: Path, group: str) -> None:
    practice = practices("ordinary-day", visits=4)
    assert practice.sync().failure is None
    scene = Scene(practice, practices, tmp_path)
    for action, recipe in GROUPS[group].items():
        check(scene, action, recipe)


def test_preparing_a_database(empty_database: str) -> None:
    """The one action for which there is no clinic yet."""
    before, head = migrate.known_revisions()[-2:]
    migrate.upgrade(empty_database, before)
    word = str(Action.SCHEMA_MIGRATED)
    ask(empty_database, "REVOKE INSERT ON public.idexx_sync_audit_log FROM idexx_owner")
    with pytest.raises(Failure):
        migrate.upgrade(empty_database)
    assert migrate.current(empty_database) == before
    ask(empty_database, "GRANT INSERT ON public.idexx_sync_audit_log TO idexx_owner")
    migrate.upgrade(empty_database)
    rows = ask(empty_database, "SELECT action, metadata FROM public.idexx_sync_audit_log")
    assert rows == [{"action": word, "metadata": {"from_revision": before, "to_revision": head}}]


def test_every_action_has_a_recipe() -> None:
    cooked = [action for recipes in GROUPS.values() for action in recipes]
    assert len(cooked) == len(set(cooked))
    # tests/audited/test_backups.py: they need a server of their own
    backups = {Action.BACKUP_MADE, Action.BACKUP_RESTORED, Action.COMPUTER_SETTINGS_CHANGED}
    apart = {Action.SCHEMA_MIGRATED, *backups}
    assert {*cooked, *apart} == set(Action)


def test_every_action_has_words_and_a_writer() -> None:
    assert ACTION_WORDS.keys() == set(Action)
    assert {action for action, places in writers().items() if not places} == set()

"""How what people do about Neo itself comes into the activity record."""

from __future__ import annotations

import os
from unittest import mock

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.audited.recipe import Recipe, Scene
from tests.audited.recipes import SESSIONS, keep, read, seen
from tests.support.practice import finished


def open_neo(scene: Scene) -> object:
    """Where there is no screen."""
    with mock.patch.dict(os.environ, DISPLAY="", WAYLAND_DISPLAY=""):
        return scene.practice.program.credentials.answer_by_hand()


def shows_less(scene: Scene) -> None:
    """A sync that stops, because most of what Neo showed is gone."""
    scene.practice.clock.pass_by(minutes=1)
    with mock.patch("idexx_desktop.sync.days.emptied", return_value=Failure(FailureCode.LISTS_EMPTIED)):
        read(scene)


def all_the_same(scene: Scene) -> None:
    scene.practice.clock.pass_by(minutes=1)
    scene.practice.query("UPDATE idexx_app.sync_leases SET expires_at = now()")
    with mock.patch("idexx_desktop.sync.days.emptied", return_value=Failure(FailureCode.LISTS_EMPTIED)):
        assert scene.practice.program.syncer.start(Trigger.BUTTON, take_back=True)
        finished(scene.practice.program.syncer)


OPENED = {
    Action.CREDENTIALS_NEO_OPENED: Recipe(open_neo, None, keep, fails=FailureCode.NO_BROWSER),
}
ALL_THE_SAME = {
    Action.SYNC_ALL_THE_SAME: Recipe(
        all_the_same,
        seen(f"SELECT count(*) FROM ({SESSIONS}) s WHERE status = 'completed'"),
        shows_less,
        catch_up=shows_less,
    ),
}

"""Neo asks in which branch this user works: the branches to choose from, once."""

from __future__ import annotations

from functools import partial

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.asking import AsksAndTells
from idexx_desktop.gui.kit.bars import BarAction
from idexx_desktop.gui.strings import settings, tr

_MOST = 5  # buttons; the words name more, and the command takes any
_LONGEST = 26  # characters of a branch in its button


class ChoosesBranch(AsksAndTells):
    """Mixed into a section where the Neo sign-in is tested: offers the branches, and remembers which was chosen."""

    def branch_actions(self, failure: Failure) -> tuple[BarAction, ...]:
        """One button for each branch that Neo offers."""
        return tuple(BarAction(_short(name), partial(self._choose, name)) for name in failure.choices[:_MOST])

    def _choose(self, name: str) -> None:
        service = self.desk.opened.neo_address
        self.ask(lambda: service.choose_branch(name), self._chosen)

    def _chosen(self, name: str) -> None:
        self.set_bar("failure", None)
        self.desk.say(tr(settings.BRANCH_CHOSEN, branch=name) if name else tr(settings.BRANCH_FORGOTTEN))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"

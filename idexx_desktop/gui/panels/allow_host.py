"""Neo's sign-in page wants files of another site: the offer to allow them here, and the question what that means."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.asking import AsksAndTells
from idexx_desktop.gui.kit.bars import BarAction
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.strings import settings, tr

_LONGEST = 26  # characters of a host in the button; the question shows it whole


class AllowsHosts(AsksAndTells):
    """Mixed into a section where the Neo sign-in is tested: offers to allow the files, asks first, then allows them."""

    def allow_actions(self, failure: Failure) -> tuple[BarAction, ...]:
        """The offer, where allowing the files of some hosts would help."""
        hosts = failure.hosts
        if not hosts:
            return ()
        named = len(hosts) == 1 and len(hosts[0]) <= _LONGEST
        words = tr(settings.ALLOW_HOST, host=hosts[0]) if named else tr(settings.ALLOW_HOSTS)
        return (BarAction(words, partial(self._ask_allow, hosts)),)

    def _ask_allow(self, hosts: tuple[str, ...]) -> None:
        dialog = ConfirmDialog(
            cast("QWidget", self),
            tr(settings.ALLOW_HOST_ASK, host=", ".join(hosts)),
            tr(settings.ALLOW_HOST_TEXT),
            tr(settings.ALLOW_HOST_VERB),
        )
        dialog.accepted.connect(partial(self._allow, hosts))
        dialog.open()

    def _allow(self, hosts: tuple[str, ...]) -> None:
        service = self.desk.opened.allowed_hosts
        self.ask(lambda: [service.allow(host) for host in hosts], self._allowed)

    def _allowed(self, _: object) -> None:
        self.set_bar("failure", None)
        self.desk.say(tr(settings.HOSTS_ARE_ALLOWED))

"""Neo's sign-in page wants files of another site: the offer to allow them here, and the question what that means."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.kit.bars import BarAction
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.strings import settings, tr

_LONGEST = 26  # characters of a host in the button; the question shows it whole


def allow_actions(failure: Failure, ask: Callable[[tuple[str, ...]], object]) -> tuple[BarAction, ...]:
    """The offer, where allowing the files of some hosts would help; `ask` is called with the hosts."""
    hosts = failure.hosts
    if not hosts:
        return ()
    named = len(hosts) == 1 and len(hosts[0]) <= _LONGEST
    words = tr(settings.ALLOW_HOST, host=hosts[0]) if named else tr(settings.ALLOW_HOSTS)
    return (BarAction(words, partial(ask, hosts)),)


def allow_dialog(parent: QWidget, hosts: tuple[str, ...]) -> ConfirmDialog:
    """Asks first. Connect `accepted` to the allowing."""
    return ConfirmDialog(
        parent,
        tr(settings.ALLOW_HOST_ASK, host=", ".join(hosts)),
        tr(settings.ALLOW_HOST_TEXT),
        tr(settings.ALLOW_HOST_VERB),
    )

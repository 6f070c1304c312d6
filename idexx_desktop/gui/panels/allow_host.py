"""Neo's sign-in page wants files of another site: the offer to allow them here, and the question what that means."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.kit.bars import BarAction
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.strings import settings, tr

_MOST = 2  # buttons in one bar; what else the page wants is said after the next test
_LONGEST = 40  # characters of a host in a button; the question shows it whole


def allow_actions(failure: Failure, ask: Callable[[str], object]) -> tuple[BarAction, ...]:
    """One for each host whose files would help, if any; `ask` is called with the host."""
    return tuple(
        BarAction(tr(settings.ALLOW_HOST, host=_short(host)), partial(ask, host))
        for host in failure.hosts[:_MOST]
    )


def allow_dialog(parent: QWidget, host: str) -> ConfirmDialog:
    """Asks first. Connect `accepted` to the allowing."""
    return ConfirmDialog(
        parent,
        tr(settings.ALLOW_HOST_ASK, host=host),
        tr(settings.ALLOW_HOST_TEXT),
        tr(settings.ALLOW_HOST_VERB),
    )


def _short(host: str) -> str:
    half = _LONGEST // 2 - 1
    return host if len(host) <= _LONGEST else f"{host[:half]}…{host[-half:]}"

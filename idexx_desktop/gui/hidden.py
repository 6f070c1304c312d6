"""Being started with the session: in the tray, without a window, and before the network is up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.tray import Tray

AGAIN_MS = 20_000
_PASSES = (
    FailureCode.DATABASE_UNREACHABLE,
    FailureCode.RECORDS_OPEN_ELSEWHERE,
    FailureCode.VAULT_LOCKED,
    FailureCode.VAULT_UNAVAILABLE,
)


def start_hidden(window: MainWindow, tray: Tray) -> None:
    """Leave the window in the tray; where there is none, minimized. It shows itself where nothing is set up yet."""
    if tray.available:
        window.set_up_needed.connect(tray.raise_window)
    else:
        window.showMinimized()


class OpensAgain(QObject):
    """Tries again by itself while the records can't be reached: nobody looks at a hidden window's "Try again"."""

    def __init__(self, window: MainWindow, quietly: Callable[[], Program] | None = None) -> None:
        """`quietly` opens without asking anybody for anything; without it, as a person's "Try again" does."""
        super().__init__(window)
        self._window, self._quietly = window, quietly
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(AGAIN_MS)
        self.timer.timeout.connect(self._again)
        window.not_opened.connect(self._not_opened)

    def _again(self) -> None:
        self._window.try_again(self._quietly)

    def _not_opened(self, failure: Failure) -> None:
        if failure.code in _PASSES:
            self.timer.start()

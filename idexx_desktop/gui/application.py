"""Starting the window: the QApplication with its theme, the crash route, and the loop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtWidgets import QApplication

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui import icons
from idexx_desktop.gui.answering import keep_answering
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.collecting import Collector
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.icons import icon
from idexx_desktop.gui.leaving import ENDING
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.preferences import Preferences
from idexx_desktop.gui.signals import QuitOnSignal
from idexx_desktop.gui.strings import shell, tr
from idexx_desktop.gui.theme import THEME, ThemeChoice, tokens


def make_application(arguments: Sequence[str] = (), choice: ThemeChoice = ThemeChoice.SYSTEM) -> QApplication:
    """The styled QApplication; the one that is there already, where there is one."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(list(arguments))
    application.setApplicationName("idexx-desktop")
    application.setApplicationDisplayName(tr(shell.PRODUCT))
    THEME.choice = choice
    THEME.install(application)
    application.setWindowIcon(icon("paw-print", tokens().accent, 64))
    if application.findChild(Collector) is None:
        Collector(application)
    # pictures must go before the platform does
    application.aboutToQuit.connect(icons.forget)
    return application


def make_window(home: Path | None = None) -> MainWindow:
    """A window with its bridge and crash route; call `open` or `attach` on it, and `shut_down` at the end."""
    return MainWindow(Bridge(CrashRoute()), home)


class Closable(Protocol):
    """What is open until it is closed; that may be done twice."""

    def close(self) -> None: ...


Opened = TypeVar("Opened", bound=Closable)


class Opening(Generic[Opened]):
    """Opens a program on any thread, and sees to it that none is open once the window has ended."""

    def __init__(self, open_program: Callable[[], Opened]) -> None:
        self._open_program = open_program
        self._lock = threading.Lock()
        self._open: list[Opened] = []
        self._ended = False

    def __call__(self) -> Opened:
        """Open it; CANCELLED where the window has ended meanwhile."""
        program = self._open_program()
        with self._lock:
            self._open.append(program)
            if not self._ended:
                return program
        program.close()
        raise Failure(FailureCode.CANCELLED)

    def close(self) -> None:
        """Close what is open, also what nobody has seen yet; safe to call twice."""
        with self._lock:
            self._ended = True
            left, self._open = self._open, []
        for program in left:
            program.close()


def show_until_quit(application: QApplication, window: MainWindow, opening: Opening[Any]) -> int:
    """The loop; its exit code once everything is taken down, however the loop was left.

    A session that ends, above all on Windows, lets the program live for as long as `aboutToQuit` takes.
    """

    taken_down: list[bool] = []

    def take_down() -> None:
        if not taken_down:
            taken_down.append(True)
            window.shut_down()
            opening.close()

    application.aboutToQuit.connect(take_down)
    # a word that came before the loop began would be lost
    code = 0 if application.property(ENDING) else application.exec()
    take_down()
    return code


def run(open_program: Callable[[], Program], home: Path | None = None) -> int:
    """Show the window at once, open the program behind it, and return when it is closed."""
    application = make_application(choice=Preferences(home).theme)
    signals = QuitOnSignal(application)
    window = make_window(home)
    window.desk.bridge.crashes.install()
    keep_answering(window)
    window.show()
    opening = Opening(open_program)
    window.open(opening)
    code = show_until_quit(application, window, opening)
    del signals
    return code

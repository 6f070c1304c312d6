"""Starting the window: the QApplication with its theme, the crash route, and the loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from idexx_desktop.gui import icons
from idexx_desktop.gui.answering import keep_answering
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.collecting import Collector
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.icons import icon
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.preferences import Preferences
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


def run(open_program: Callable[[], Program], home: Path | None = None) -> int:
    """Show the window at once, open the program behind it, and return when it is closed."""
    application = make_application(choice=Preferences(home).theme)
    window = make_window(home)
    window.desk.bridge.crashes.install()
    keep_answering(window)
    window.show()
    window.open(open_program)
    code = application.exec()
    window.shut_down()
    return code

"""The window answers while syncs run: its thread waits neither long for Python's lock nor for the garbage collector.

SAFETY 34. Both are held by whichever thread works in Python, and a sync's threads do.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtWidgets import QApplication

from idexx_desktop.gui.collecting import Collector
from idexx_desktop.gui.main_window import MainWindow

# A table's painting asks for the lock once a cell, and waits so long each time that another thread is at work;
# Python's own 5 ms add up to a sixth of a second a page.
SWITCH_SECONDS = 0.0005


def keep_answering(window: MainWindow) -> None:
    """For a process that is this window's own; call it before the program opens."""
    sys.setswitchinterval(SWITCH_SECONDS)
    # Modules and widgets stay for good: looking through them all, a quarter of a second each time, finds nothing.
    window.program_opened.connect(gc.freeze)
    application = QApplication.instance()
    collector = application.findChild(Collector) if application else None
    if collector is not None:
        collector.wait()
        # however the opening ends
        for ended in (window.program_opened, window.not_opened, window.set_up_needed):
            ended.connect(collector.go_on)

"""One start of the window, the real command in a process of its own: `python -m tests.bench._start`.

Prints as JSON when the window was painted, when Today showed its data (seconds from the start of the process), and
how much memory the process holds at rest (MB, its share of pages that others use, too).
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from idexx_desktop.__main__ import main
from idexx_desktop.gui import desktop
from idexx_desktop.gui.application import make_window
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.today import TodayPage

LOOK_MS = 5
REST_MS = 5_000


class Started(QObject):
    """Watches a window from its making until it has been at rest for a while; then prints, and quits."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._began = psutil.Process().create_time()
        self._figures: dict[str, float] = {}
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._look)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and "painted" not in self._figures:
            self._note("painted")
            self._looking.start()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        page = self._window.current
        if isinstance(page, TodayPage) and page.status is not None:
            self._looking.stop()
            self._note("data")
            QTimer.singleShot(REST_MS, self._at_rest)

    def _at_rest(self) -> None:
        lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
        pss = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        print(json.dumps({**self._figures, "pss_mb": pss / 1024}))
        QApplication.quit()

    def _note(self, name: str) -> None:
        self._figures[name] = time.time() - self._began
        self._figures[f"{name}_cpu"] = time.process_time()


def watched_window(home: Path | None = None) -> MainWindow:
    """The program's own window, watched."""
    window = make_window(home)
    Started(window)
    return window


if __name__ == "__main__":
    desktop.make_window = watched_window  # type: ignore[attr-defined]  # put in its place
    main([])

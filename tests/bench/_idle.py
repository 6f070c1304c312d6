"""How much of a processor a window takes that nobody touches: it looks for what others wrote, and at the time."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QEventLoop, QTimer

# longer than a minute: with each minute, what shows the time reads once more
WATCHED_SECONDS = 65
LIMIT_PERCENT = 0.5


@dataclass(frozen=True, slots=True)
class Idle:
    """Processor time of the whole program, in percent of one processor."""

    percent: float

    @property
    def is_within(self) -> bool:
        """Whether the limit holds."""
        return self.percent < LIMIT_PERCENT


def idle(seconds: float = WATCHED_SECONDS) -> Idle:
    """Let Qt's loop turn for so long; with a window that is open or in the tray, and its program."""
    loop, began, used = QEventLoop(), time.monotonic(), time.process_time()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
    return Idle((time.process_time() - used) / (time.monotonic() - began) * 100)

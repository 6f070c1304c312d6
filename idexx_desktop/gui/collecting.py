"""Garbage is collected on the window's thread alone.

Python collects on whichever thread makes the next object, and what it finds may be widgets, timers or models: Qt ends
the process where one of them is destroyed on another thread than its own. A sync and the bridge have threads.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 200


class Collector(QObject):
    """Takes over from Python's own collector, for as long as the process lasts; made on the window's thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(collect_what_is_due)
        self._timer.start()

    @property
    def waits(self) -> bool:
        """Whether nothing is collected for now."""
        return not self._timer.isActive()

    def wait(self) -> None:
        """Collect nothing for now: nearly all that is made while the program loads stays for good."""
        self._timer.stop()

    def go_on(self) -> None:
        """Collect from now on."""
        self._timer.start()


def collect_what_is_due() -> None:
    """What Python would have collected by now: of the young objects often, of the old ones now and then."""
    due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    if due[0]:
        gc.collect(2 if due[2] else 1 if due[1] else 0)

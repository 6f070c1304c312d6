"""Widgets that nobody holds any more are destroyed on the window's thread, whoever makes objects meanwhile."""

from __future__ import annotations

import threading
import weakref

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


class Ring(QWidget):
    """Holds itself, as pages do by what they have connected; its timer may be stopped by its own thread only."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        self.timer = QTimer(self)
        self.timer.start(60_000)


def test_no_other_thread_collects_what_is_qts(qtbot: QtBot) -> None:
    ended_on: list[str] = []
    for _ in range(5):
        ring = Ring()
        weakref.finalize(ring, lambda: ended_on.append(threading.current_thread().name))
        del ring

    def makes_many() -> None:
        assert len([[] for _ in range(200_000)]) == 200_000

    busy = threading.Thread(target=makes_many, name="busy")
    busy.start()
    busy.join()
    assert "busy" not in ended_on
    young: list[list[int]] = []

    def are_gone() -> bool:
        young.extend([] for _ in range(20_000))
        return len(ended_on) == 5

    qtbot.waitUntil(are_gone)
    assert set(ended_on) == {threading.main_thread().name}

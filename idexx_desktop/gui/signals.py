"""Ending by a signal is ending like a person does: a sync stops, the records' server is left, nothing stays behind."""

from __future__ import annotations

import signal
import socket
import sys

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

from idexx_desktop import ending
from idexx_desktop.gui.leaving import ENDING


class QuitOnSignal(QObject):
    """Whatever means "end" quits the application. Qt's loop runs no Python by itself, so a socket pair wakes it."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        for number in ending.numbers():
            signal.signal(number, _told)
        if sys.platform == "win32":
            return  # timers run some Python soon enough
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)
        signal.set_wakeup_fd(self._writer.fileno())

    def _heard(self) -> None:
        self._reader.recv(64)
        _quit()


def _told(_number: int, _frame: object) -> None:
    if sys.platform == "win32":
        _quit()
    # elsewhere the wake-up says it all; without a handler of Python's own there would be none


def _quit() -> None:
    if application := QApplication.instance():
        application.setProperty(ENDING, True)
    QApplication.quit()

"""One window per profile and user: a second start raises the first and ends."""

from __future__ import annotations

import getpass
import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 1000
_RAISE = b"raise\n"


class SingleWindow(QObject):
    """The name of a profile's window. Signal: `raise_asked`, when a second start wants this window in front."""

    raise_asked = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        mark = hashlib.sha256(f"{getpass.getuser()}|{home.resolve()}".encode()).hexdigest()[:24]
        self._name = f"idexx-desktop-{mark}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def claim(self) -> bool:
        """Be the window of this profile. False where one is open already; it was asked to come to the front."""
        if self._ask_first():
            return False
        if not self._server.listen(self._name):
            # left behind by a program that was killed: nobody answered above
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)
        return True

    def release(self) -> None:
        """Let another window open."""
        self._server.close()

    def _ask_first(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_PATIENCE_MS):
            return False
        socket.write(_RAISE)
        socket.waitForBytesWritten(_PATIENCE_MS)
        socket.disconnectFromServer()
        return True

    def _greet(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            self.raise_asked.emit()

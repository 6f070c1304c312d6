"""Somebody who waits on this computer for what is not meant for them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Listener:
    """Takes every connection and keeps every byte. `heard` says how many of each."""

    def __init__(self, server: socket.socket) -> None:
        self._server = server
        self.port: int = server.getsockname()[1]
        self.connections = 0
        self.received = b""

    def listen(self) -> None:
        """Until the socket is closed."""
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            with connection, suppress(OSError):
                connection.settimeout(0.5)
                self.received += connection.recv(65536)


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a port of its own."""
    server = socket.create_server(("127.0.0.1", 0))
    listener = Listener(server)
    thread = threading.Thread(target=listener.listen, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()

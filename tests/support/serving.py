"""A server of the standard library that answers in a thread of its own while a block lasts."""

from __future__ import annotations

import socketserver
import threading
from types import TracebackType
from typing import Self

# beyond the five that are usual, whoever connects at the same moment waits a whole second
_AT_ONCE = 128


class Served:
    """A context manager. Whoever inherits it gives the server, bound to loopback already."""

    def __init__(self, server: socketserver.TCPServer) -> None:
        self._server = server
        server.socket.listen(_AT_ONCE)
        self._thread = threading.Thread(target=server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

"""A small proxy of a clinic's network: tunnels, for those who know its password, to where its table of names leads."""

from __future__ import annotations

import base64
import select
import socket
import socketserver

from tests.support.serving import Served


class UpstreamProxy(Served):
    """A context manager. `names` maps `host:port` to a port of 127.0.0.1; everything else is refused with `status`."""

    def __init__(self, names: dict[str, int], *, pair: str = "", status: int = 403) -> None:
        self.asked: list[str] = []
        # the sign-in of each that came, "" for none
        self.told: list[str] = []
        self._names = names
        self.accept(pair)
        self._status = status
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                proxy.serve(self)

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        super().__init__(server)
        self.address = f"127.0.0.1:{server.server_address[1]}"

    def accept(self, pair: str) -> None:
        """From now on nobody but this user with this password; "" for everybody."""
        self._authorization = f"Basic {base64.b64encode(pair.encode()).decode()}" if pair else ""

    def serve(self, handler: socketserver.StreamRequestHandler) -> None:
        """One connection."""
        words = handler.rfile.readline(4096).decode("latin-1").split()
        headers = {}
        while line := handler.rfile.readline(4096).decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        self.asked.append(" ".join(words[:2]))
        self.told.append(headers.get("proxy-authorization", ""))
        if self._authorization and headers.get("proxy-authorization") != self._authorization:
            handler.wfile.write(
                b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
            )
        elif words[:1] == ["CONNECT"] and words[1] in self._names:
            with socket.create_connection(("127.0.0.1", self._names[words[1]])) as far:
                handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                _join(handler.connection, far)
        else:
            handler.wfile.write(f"HTTP/1.1 {self._status} No\r\nContent-Length: 0\r\n\r\n".encode())


def _join(one: socket.socket, other: socket.socket) -> None:
    while True:
        for source in select.select([one, other], [], [], 60)[0]:
            try:
                piece = source.recv(65_536)
            except OSError:
                return
            if not piece:
                return
            (other if source is one else one).sendall(piece)

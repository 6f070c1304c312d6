"""Another site on this computer that takes down whoever makes contact, by TCP or UDP, and what they say."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_HOST = "127.0.0.1"
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a collector is: `url` is another site than one on 127.0.0.1; `quiet_port` is for contact without words."""

    url: str = "http://localhost:1"
    port: int = 1
    quiet_port: int = 1
    udp_ports: tuple[int, ...] = (1, 1, 1)


class Collector:
    """A context manager.

    `contacts` is what came: first words of TCP, `quiet` for a connection at the other port, and the numbers of the
    UDP ports (`datagrams` of them), each of which belongs to one way.
    """

    def __init__(self, datagrams: int = 3) -> None:
        self.contacts: list[str] = []
        self._tcp = [socket.create_server((_HOST, 0)) for _ in range(2)]
        self._udp = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(datagrams)]
        for each in self._udp:
            each.bind((_HOST, 0))
        self._threads = [
            threading.Thread(target=self._take, args=(self._tcp[0], "")),
            threading.Thread(target=self._take, args=(self._tcp[1], "quiet")),
            *(threading.Thread(target=self._hear, args=(each,)) for each in self._udp),
        ]
        self._ending = False
        port, quiet_port = (int(each.getsockname()[1]) for each in self._tcp)
        udp_ports = tuple(int(each.getsockname()[1]) for each in self._udp)
        self.place = Place(f"http://localhost:{port}", port, quiet_port, udp_ports)

    def heard(self, mark: str) -> bool:
        """Whether somebody made contact with this mark in what they said."""
        return any(mark in each for each in list(self.contacts))

    def _take(self, listener: socket.socket, word: str) -> None:
        while not self._ending:
            with suppress(OSError):
                connection, _ = listener.accept()
                if self._ending:
                    connection.close()
                    return
                if word:
                    self.contacts.append(word)
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            words = connection.recv(65_536)
            if words:
                self.contacts.append(words.decode("latin-1"))
                connection.sendall(_ANSWER)

    def _hear(self, place: socket.socket) -> None:
        while not self._ending:
            place.recvfrom(65_536)
            if not self._ending:
                self.contacts.append(f"udp {place.getsockname()[1]}")

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending = True
        for listener in self._tcp:
            socket.create_connection(listener.getsockname()).close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            for place in self._udp:
                waker.sendto(b"", place.getsockname())
        for thread in self._threads:
            thread.join()
        for each in (*self._tcp, *self._udp):
            each.close()

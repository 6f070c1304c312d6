"""What somebody may put in a server's place: it speaks the protocol, and keeps all that it is sent."""

from __future__ import annotations

import base64
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

_SSL, _GSS, _CANCEL = 80877103, 80877104, 80877102
_READY = b"Z\x00\x00\x00\x05I"


class Asks(StrEnum):
    """How it asks who somebody is."""

    CLEARTEXT = "cleartext"
    MD5 = "md5"
    NOTHING = "nothing"  # "you are in", at once
    OTHER_SASL = "another mechanism"
    GSS = "gss"
    SSPI = "sspi"
    NOT_TO_COME = "no room"
    SCRAM_UNPROVED = "scram, and then no proof of its own"
    SCRAM_MADE_UP = "scram, with a proof that is made up"


@dataclass
class FakeServer:
    """`received`: what came after the start-up packet, one for each connection that got so far."""

    asks: Asks
    port: int = 0
    received: list[bytes] = field(default_factory=list)

    @property
    def connections(self) -> int:
        """How many got beyond the questions for encryption."""
        return len(self.received)

    def serve(self, connection: socket.socket) -> None:
        """One connection from its beginning to its end."""
        with connection, suppress(OSError, struct.error):
            connection.settimeout(5)
            if not self._started(connection):
                return
            place = len(self.received)
            self.received.append(b"")
            connection.sendall(self._question())
            while got := connection.recv(65536):
                self.received[place] += got
                connection.sendall(self._answer(got))

    def _started(self, connection: socket.socket) -> bool:
        while True:
            length, code = struct.unpack("!ii", connection.recv(8, socket.MSG_WAITALL))
            if code == _CANCEL:
                return False
            if code not in (_SSL, _GSS):
                connection.recv(length - 8, socket.MSG_WAITALL)
                return True
            connection.sendall(b"N")

    def _question(self) -> bytes:
        return {
            Asks.CLEARTEXT: _authentication(3),
            Asks.MD5: _authentication(5, b"salt"),
            Asks.NOTHING: _authentication(0) + _READY,
            Asks.OTHER_SASL: _authentication(10, b"PLAIN\0OAUTHBEARER\0\0"),
            Asks.GSS: _authentication(7),
            Asks.SSPI: _authentication(9),
            Asks.NOT_TO_COME: _refusal("53300", "sorry, too many clients already"),
        }.get(self.asks, _authentication(10, b"SCRAM-SHA-256\0\0"))

    def _answer(self, got: bytes) -> bytes:
        if self.asks not in (Asks.SCRAM_UNPROVED, Asks.SCRAM_MADE_UP):
            return _authentication(0) + _READY  # "the password is right", whatever it was
        if b",r=" in got and b"p=" not in got.partition(b"c=")[2]:  # client-first
            nonce = got.rpartition(b"r=")[2]
            salt = base64.b64encode(b"0123456789abcdef")
            return _authentication(11, b"r=" + nonce + b"made-up,s=" + salt + b",i=4096")
        end = _authentication(12, b"v=" + base64.b64encode(bytes(32)))
        return (end if self.asks is Asks.SCRAM_MADE_UP else b"") + _authentication(0) + _READY


@contextmanager
def fake_server(asks: Asks, port: int = 0) -> Iterator[FakeServer]:
    """Listens on 127.0.0.1, on a free port where none is given."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        fake = FakeServer(asks, int(listener.getsockname()[1]))
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    connection, _ = listener.accept()
                    threading.Thread(target=fake.serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            ended.set()
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", fake.port), timeout=1).close()
            thread.join(5)


def _authentication(code: int, content: bytes = b"") -> bytes:
    return b"R" + struct.pack("!ii", 8 + len(content), code) + content


def _refusal(state: str, words: str) -> bytes:
    content = b"SFATAL\0VFATAL\0C" + state.encode() + b"\0M" + words.encode() + b"\0\0"
    return b"E" + struct.pack("!i", 4 + len(content)) + content

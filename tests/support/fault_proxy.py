"""A proxy between the program and a server, which goes wrong at the request that it is told, and until it is healed."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Any, Self, TypeVar

_HOST = "127.0.0.1"
_SLOW_SECONDS = 0.01
_BYTES_PER_SECOND = 100_000
_PIECE = 2048
_BY_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what is closed is reset
Result = TypeVar("Result")


class Fault(StrEnum):
    """What goes wrong. A reset and half an answer happen once, the others last."""

    LATENCY = "latency"  # every answer comes late
    BANDWIDTH = "bandwidth"  # answers come in small pieces
    RESET = "reset"  # this request gets there, but every connection is reset before the answer
    HALF = "half"  # the answer breaks off in its middle
    STALL = "stall"  # connections are taken, and nothing comes through any more
    REFUSE = "refuse"  # connections are ended, and none is taken


LASTING = frozenset({Fault.LATENCY, Fault.BANDWIDTH, Fault.STALL, Fault.REFUSE})


class FaultProxy:
    """Listens on 127.0.0.1 and leads on to `upstream`; a context manager.

    During a stall the server learns that the program has given up only after `quiet_seconds`, as its keep-alive tells.
    """

    def __init__(self, upstream: tuple[str, int], *, quiet_seconds: float = 0.0) -> None:
        self._upstream = upstream
        self.quiet_seconds = quiet_seconds
        self._links: set[_Link] = set()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listener: socket.socket | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._planned: tuple[int, Fault] | None = None
        self._forget()
        self.port = 0

    def _forget(self) -> None:
        self.exchanges = 0
        self.lasting: Fault | None = None
        self.struck = False
        self.longest_wait = 0.0

    def __enter__(self) -> Self:
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(ready)), name="fault-proxy")
        self._thread.start()
        ready.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def break_at(self, exchange: int, fault: Fault) -> None:
        """Count requests anew; go wrong at this one (1, 2, ...)."""
        self._do(self._plan((exchange, fault)))

    def heal(self) -> None:
        """Everything goes well from now on."""
        self._do(self._plan(None))

    async def _plan(self, planned: tuple[int, Fault] | None) -> None:
        if self.lasting is Fault.REFUSE:
            self._listen()
        for link in list(self._links):
            link.give_up_where_stalled()
        self._planned = planned
        if planned is None:
            self.lasting = None
        else:
            self._forget()

    def _do(self, work: Coroutine[Any, Any, Result]) -> Result:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _run(self, ready: Future[None]) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._listen()
        ready.set_result(None)
        await self._stopping.wait()
        self._refuse()
        while self._serving:
            await asyncio.wait(self._serving)

    def _listen(self) -> None:
        """Not asyncio's own server: closed just after a connection came, Python 3.11's forgets to close that one."""
        self._listener = socket.create_server((_HOST, self.port))
        self._listener.setblocking(False)
        self.port = int(self._listener.getsockname()[1])
        asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    def _refuse(self) -> None:
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        self.reset_all()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(BlockingIOError, ConnectionError):
            connection, _ = listener.accept()
            task = asyncio.get_running_loop().create_task(self._serve(connection))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    async def _serve(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection)
        try:
            to_server = await asyncio.open_connection(*self._upstream)
        except OSError:
            writer.transport.abort()
            return
        if self.lasting is Fault.REFUSE:
            # it was taken just before
            for stream in (writer, to_server[1]):
                stream.transport.abort()
            return
        link = _Link(self, (reader, writer), to_server)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)

    def count(self, link: _Link) -> None:
        """One more request came in over this link."""
        self.exchanges += 1
        if self._planned is None or self.exchanges != self._planned[0]:
            return
        self.struck = True
        fault = self._planned[1]
        if fault in LASTING:
            self.lasting = fault
        else:
            link.broken_by = fault
        if fault is Fault.REFUSE:
            self._refuse()

    def waited(self, seconds: float) -> None:
        """The program gave up waiting for an answer that would never have come."""
        self.longest_wait = max(self.longest_wait, seconds)

    def reset_all(self) -> None:
        """Reset every connection on both sides."""
        for link in list(self._links):
            link.reset()


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Link:
    """One connection of the program, and its own to the server."""

    def __init__(self, proxy: FaultProxy, program: Streams, server: Streams) -> None:
        self._proxy = proxy
        self._from_program, self._to_program = program
        self._from_server, self._to_server = server
        self._asked_at: float | None = None
        self._stalled = False
        self.broken_by: Fault | None = None

    async def run(self) -> None:
        answers = asyncio.ensure_future(self._answers())
        try:
            with suppress(ConnectionError):
                await self._requests()
            if self._stalled and self._asked_at is not None:
                self._proxy.waited(time.monotonic() - self._asked_at)
            if self._stalled:
                await asyncio.wait([answers], timeout=self._proxy.quiet_seconds)
        finally:
            answers.cancel()
            await asyncio.wait([answers])
            for writer in (self._to_program, self._to_server):
                writer.transport.abort()

    async def _requests(self) -> None:
        while data := await self._from_program.read(65536):
            if self._asked_at is None:
                self._proxy.count(self)
                self._asked_at = time.monotonic()
            self._stalled = self._stalled or self._proxy.lasting is Fault.STALL
            if not self._stalled:
                self._to_server.write(data)
                await self._to_server.drain()

    async def _answers(self) -> None:
        with suppress(ConnectionError):
            while data := await self._from_server.read(65536):
                if self._stalled or self._proxy.lasting is Fault.STALL:
                    self._stalled = True
                    continue
                if self.broken_by is Fault.RESET:
                    self._proxy.reset_all()
                    return
                if self.broken_by is Fault.HALF:
                    data = _half(data)
                self._asked_at = None
                await self._pass_on(data)
                if self.broken_by is Fault.HALF:
                    break
        if not self._stalled:
            with suppress(ConnectionError, RuntimeError):
                self._to_program.close()

    async def _pass_on(self, data: bytes) -> None:
        if self._proxy.lasting is Fault.LATENCY:
            await asyncio.sleep(_SLOW_SECONDS)
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            if self._proxy.lasting is Fault.BANDWIDTH:
                await asyncio.sleep(len(piece) / _BYTES_PER_SECOND)
            self._to_program.write(piece)
            await self._to_program.drain()

    def give_up_where_stalled(self) -> None:
        """What was stalled never comes to life again."""
        if self._stalled:
            self._to_program.transport.abort()

    def reset(self) -> None:
        """End it on both sides, without a word."""
        for writer in (self._to_program, self._to_server):
            open_socket = writer.get_extra_info("socket")
            with suppress(OSError):
                open_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _BY_RESET)
            writer.transport.abort()


def _half(answer: bytes) -> bytes:
    """What gets through of it. Half of HTTP's headers would pass for all of them where there is no TLS."""
    half = answer[: len(answer) // 2]
    return half[:5] if half.startswith(b"HTTP/") and b"\r\n\r\n" not in half else half

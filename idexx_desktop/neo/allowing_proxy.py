"""The browser's only way out: a proxy of our own that knows one site, and refuses everything else.

It listens on loopback, on a port and with a password of its own for one sign-in, so that nobody else on this
computer can use it. Names are looked up here and never by the browser, so that no name can carry anything away.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.finishing import to_the_end
from idexx_desktop.neo.hosts import authority_of
from idexx_desktop.neo.site import ProxyLogin, endpoint_of, origin_of
from idexx_desktop.neo.upstream import Upstream, Way, open_way, upstream_for

_LOOPBACK = "127.0.0.1"
_HEAD_SECONDS = 10.0  # to say what is wanted; whoever says nothing isn't our browser
_WAY_SECONDS = 10.0
_PIECE = 65_536
_MOST_SILENT = 64
# of the loop, for a connection that came just before the end: once made, it is cut like the others
_ACCEPTING_STEPS = 10
_BY_RESET = struct.pack("hh" if hasattr(socket, "SO_EXCLUSIVEADDRUSE") else "ii", 1, 0)
# between two neighbours of a chain only; what is left goes through
_OF_ONE_STEP = frozenset(
    {
        "connection", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer", "upgrade",
        "transfer-encoding", "expect",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """The head of what the browser asks a proxy for."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str:
        """The value of the header with this name (lower case); "" where there is none, or more than one."""
        values = [value for each, value in self.headers if each.lower() == name]
        return values[0] if len(values) == 1 else ""

    @property
    def is_passive(self) -> bool:
        """Whether it carries nothing but its address."""
        return self.method == "GET" and not self.header("content-length") and not self.header("cookie")


class AllowingProxy:
    """An async context manager. `origin` is the site; `hosts` are others that may be asked until `seal`.

    Without a site nothing can be asked, until `open_to` names one.

    `carried`: connections that were made to the site; `refused`: what was asked for elsewhere. `trouble`: why the last
    connection to the site couldn't be made.
    """

    def __init__(self, origin: str | None = None, hosts: Iterable[str] = ()) -> None:
        self._scheme = ""
        self._site: tuple[str, int] | None = None
        self._others: set[tuple[str, int]] = set()
        self._login: ProxyLogin | None = None
        if origin is not None:
            self.open_to(origin, hosts)
        self._upstreams: dict[tuple[str, int], Upstream | None] = {}
        self._serving: dict[asyncio.Task[None], tuple[str, int] | None] = {}
        self._server: asyncio.Server | None = None
        self.username, self.password = "neo", secrets.token_urlsafe(32)
        pair = f"{self.username}:{self.password}".encode()
        self._expected = b"Basic " + base64.b64encode(pair)
        self.refused = 0
        self.carried = 0
        self.trouble: Failure | None = None

    @property
    def address(self) -> str:
        """What the browser is given as its proxy."""
        assert self._server is not None  # noqa: S101 - inside of the block only
        return f"http://{_LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        # cancelled while it begins to serve, asyncio would leave it open with nobody to close it
        self._server = await asyncio.start_server(self._serve, _LOOPBACK, 0, start_serving=False)
        try:
            await self._server.start_serving()
        except BaseException:
            self._server.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await to_the_end(self._close())

    def open_to(self, origin: str, hosts: Iterable[str] = (), login: ProxyLogin | None = None) -> None:
        """From here on there is this site, and the hosts beside it. `login` is for the clinic's own proxy."""
        self._login = login
        self._scheme = urlsplit(origin).scheme
        self._site = endpoint_of(origin)
        self._others = {endpoint_of(f"{self._scheme}://{host}") for host in hosts} - {self._site}

    def shut(self) -> None:
        """From here on there is nothing; what is open is cut."""
        self._site = None
        self._others.clear()
        for task in self._serving:
            task.cancel()

    def seal(self) -> None:
        """From here on there is the site and nothing else; what is open to others is cut."""
        self._others.clear()
        for task, end in self._serving.items():
            if end is not None and end != self._site:
                task.cancel()

    async def _close(self) -> None:
        assert self._server is not None  # noqa: S101 - as above
        _accept_no_more(self._server)
        for _ in range(_ACCEPTING_STEPS):
            await asyncio.sleep(0)
        self._server.close()
        tasks = list(self._serving)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _make_room(self) -> None:
        """Of those who hold a connection and say nothing the oldest must go: they can't keep our browser out."""
        silent = [task for task, end in self._serving.items() if end is None]
        if len(silent) > _MOST_SILENT:
            silent[0].cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs is in one
        self._serving[task] = None
        self._make_room()
        try:
            await self._answer(task, (reader, writer))
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError):
            _reset(writer)
        except asyncio.CancelledError:
            _reset(
                writer
            )  # sealed, closed, or gone to make room: nobody waits for this task but whoever did it
        finally:
            del self._serving[task]
            writer.close()

    async def _answer(self, task: asyncio.Task[None], browser: Way) -> None:
        reader, writer = browser
        async with asyncio.timeout(_HEAD_SECONDS):
            request = _read_head(await reader.readuntil(b"\r\n\r\n"))
        if not hmac.compare_digest(request.header("proxy-authorization").encode("latin-1"), self._expected):
            await _say(
                writer, '407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="idexx-desktop"'
            )
            return
        end = self._allowed_end(request)
        if end is None:
            self.refused += 1
            await _say(writer, "403 Forbidden")
            return
        self._serving[task] = end
        try:
            far = await self._way_to(end)
        except Failure as failure:
            if end == self._site:
                self.trouble = failure
            if request.method != "CONNECT":
                raise OSError from None  # no answer: one of ours would look like the site's own
            await _say(writer, "502 Bad Gateway")
            return
        if end == self._site:
            self.carried += 1
            self.trouble = None
        await _carry(request, browser, far)

    async def _way_to(self, end: tuple[str, int]) -> Way:
        try:
            async with asyncio.timeout(_WAY_SECONDS):
                if end not in self._upstreams:
                    self._upstreams[end] = await asyncio.to_thread(
                        upstream_for, _url(self._scheme, end), self._login
                    )
                return await open_way(*end, self._upstreams[end])
        except TimeoutError:
            raise Failure(FailureCode.UNREACHABLE, "no connection in time") from None

    def _allowed_end(self, request: Request) -> tuple[str, int] | None:
        """Where this request may go; None where it may not.

        A site with https is reached through tunnels only; the practice site, with http, without any: a tunnel
        to it would be a web socket.
        """
        for end in () if self._site is None else (self._site, *self._others):
            if self._scheme == "https":
                if request.method == "CONNECT" and request.target == authority_of(*end):
                    return end
                continue
            url = _url(self._scheme, end)
            if request.target.startswith(f"{url}/") and request.header("host") == url.partition("://")[2]:
                return end if end == self._site or request.is_passive else None
        return None


def _accept_no_more(server: asyncio.Server) -> None:
    """Before it is closed: that would lose a connection which asyncio has taken, and not made yet."""
    try:
        for listening in server.sockets:
            asyncio.get_running_loop().remove_reader(listening)
    except NotImplementedError:
        server.close()  # on Windows a connection is made as it is taken


async def _carry(request: Request, browser: Way, far: Way) -> None:
    """Both ways until one end is through; a connection that breaks is broken for the browser as well."""
    if request.method == "CONNECT":
        browser[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        up = asyncio.ensure_future(_copy(browser[0], far[1]))
    else:
        up = asyncio.ensure_future(_send(request, browser[0], far[1]))
    down = asyncio.ensure_future(_copy(far[0], browser[1]))
    try:
        await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        for way in (up, down):
            if way.done():
                way.result()
    finally:
        far[1].transport.abort()  # first: whoever shuts this proxy and then closes it cancels twice
        for way in (up, down):
            way.cancel()
        await asyncio.wait([up, down])


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while piece := await source.read(_PIECE):
        target.write(piece)
        await target.drain()


async def _send(request: Request, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """One request and its body, and then nothing: another one on this connection would go by unseen."""
    _, _, path = request.target.partition("://")[2].partition("/")
    headers = [f"{name}: {value}" for name, value in request.headers if name.lower() not in _OF_ONE_STEP]
    lines = [f"{request.method} /{path} HTTP/1.1", *headers, "Connection: close", "", ""]
    target.write("\r\n".join(lines).encode("latin-1"))
    left = int(request.header("content-length") or 0)
    while left > 0 and (piece := await source.read(min(left, _PIECE))):
        left -= len(piece)
        target.write(piece)
        await target.drain()
    while await source.read(_PIECE):
        pass  # until the browser hangs up, which ends the exchange


def _read_head(head: bytes) -> Request:
    """Raises `ValueError` for what no browser sends."""
    first, *rest = head[:-4].decode("latin-1").split("\r\n")
    method, target, version = first.split(" ")
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in rest))
    odd = any(not name or name != name.strip() or not value.isprintable() for name, value in headers)
    if odd or version != "HTTP/1.1" or any(name.lower() == "transfer-encoding" for name, _ in headers):
        raise ValueError("no request that a browser makes")
    return Request(method, target, headers)


async def _say(writer: asyncio.StreamWriter, answer: str) -> None:
    writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode("ascii"))
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Break a connection so that nobody takes half an answer for a whole one."""
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _BY_RESET)
    writer.transport.abort()


def _url(scheme: str, end: tuple[str, int]) -> str:
    return origin_of(f"{scheme}://{authority_of(*end)}")

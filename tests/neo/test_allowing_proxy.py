"""The browser's only way out: what it lets through, what it refuses, and that nobody else can use it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable

import pytest

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.neo.allowing_proxy import AllowingProxy
from tests.neo.support import Canned, OddSite

HEAD_END = b"\r\n\r\n"


def of_browser(proxy: AllowingProxy) -> str:
    """The header by which the proxy knows its browser."""
    pair = f"{proxy.username}:{proxy.password}"
    return f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}"


async def say(proxy: AllowingProxy, *lines: str, body: bytes = b"") -> bytes:
    """All that it answers to these lines."""
    port = int(proxy.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
    answer = b""
    try:
        async with asyncio.timeout(10):
            while piece := await reader.read(65_536):
                answer += piece
    except ConnectionError:
        answer += b"[reset]"
    finally:
        writer.close()
    return answer


def with_proxy(
    work: Callable[[AllowingProxy], Awaitable[None]], origin: str, hosts: tuple[str, ...] = ()
) -> None:
    """Run this inside of an open proxy."""

    async def run() -> None:
        async with AllowingProxy(origin, hosts) as proxy:
            await work(proxy)

    asyncio.run(run())


def test_the_site_is_reached_and_the_proxys_own_words_are_not_passed_on(odd_site: OddSite) -> None:
    odd_site.answers["POST /login"] = Canned("welcome")
    host = odd_site.url.partition("://")[2]

    async def work(proxy: AllowingProxy) -> None:
        lines = (
            f"POST {odd_site.url}/login HTTP/1.1",
            f"Host: {host}",
            of_browser(proxy),
            "Content-Length: 5",
        )
        answer = await say(proxy, *lines, body=b"a=b&c" + b"GET / HTTP/1.1\r\n\r\n")
        assert answer.startswith(b"HTTP/1.0 200")
        assert answer.endswith(b"welcome")
        assert (proxy.carried, proxy.trouble, proxy.refused) == (1, None, 0)

    with_proxy(work, odd_site.url)
    assert odd_site.asked == [("POST /login", host, "/logina=b&c")]


@pytest.mark.parametrize(
    "header", ["", "Proxy-Authorization: Basic bmVvOm5lbw==", "Proxy-Authorization: neo"]
)
def test_another_program_of_this_computer_cannot_use_it(header: str, odd_site: OddSite) -> None:
    host = odd_site.url.partition("://")[2]

    async def work(proxy: AllowingProxy) -> None:
        for first in (f"GET {odd_site.url}/login HTTP/1.1", f"CONNECT {host} HTTP/1.1"):
            answer = await say(proxy, first, f"Host: {host}", *([header] if header else []))
            assert answer.startswith(b"HTTP/1.1 407")
        assert proxy.carried == 0

    with_proxy(work, odd_site.url)
    assert odd_site.asked == []


def test_nothing_but_the_exact_site_is_reached(odd_site: OddSite) -> None:
    host = odd_site.url.partition("://")[2]
    port = host.rpartition(":")[2]
    wanted = [
        (f"GET {odd_site.elsewhere}/login", f"localhost:{port}"),
        (f"GET {odd_site.url}/login", f"localhost:{port}"),
        (f"GET {odd_site.url}.evil.example/", host),
        (f"GET {odd_site.url}@evil.example/", host),
        (f"GET http://user@{host}/", host),
        (f"GET {odd_site.url}0/", host),
        (f"GET {odd_site.url.replace('http', 'ws')}/login", host),
        (f"GET {odd_site.url.replace('http', 'ftp')}/login", host),
        ("GET /login", host),
        (f"CONNECT {host}", host),
        (f"CONNECT localhost:{port}", host),
        ("CONNECT evil.example:443", host),
        ("CONNECT 169.254.169.254:80", host),
    ]

    async def work(proxy: AllowingProxy) -> None:
        for first, named in wanted:
            answer = await say(proxy, f"{first} HTTP/1.1", f"Host: {named}", of_browser(proxy))
            assert answer.startswith(b"HTTP/1.1 403"), first
        assert (proxy.refused, proxy.carried) == (len(wanted), 0)

    with_proxy(work, odd_site.url)
    assert odd_site.asked == []


@pytest.mark.parametrize(
    "lines",
    [
        ["nonsense"],
        ["GET {site}/login HTTP/1.0", "Host: {host}"],
        ["GET {site}/login HTTP/1.1", "Host: {host}", "Transfer-Encoding: chunked"],
        ["GET {site}/login HTTP/1.1", "Host : {host}"],
        ["GET {site}/login HTTP/1.1", "Host: {host}", "X: a\x00b"],
        ["GET {site}/login  HTTP/1.1", "Host: {host}"],
        ["POST {site}/login HTTP/1.1", "Host: {host}", "Content-Length: x"],
        ["GET " + "a" * 100_000 + " HTTP/1.1"],
    ],
)
def test_what_no_browser_says_breaks_the_connection(lines: list[str], odd_site: OddSite) -> None:
    host = odd_site.url.partition("://")[2]

    async def work(proxy: AllowingProxy) -> None:
        said = [line.format(site=odd_site.url, host=host) for line in lines]
        assert await say(proxy, *said, of_browser(proxy)) in (b"", b"[reset]")

    with_proxy(work, odd_site.url)
    assert all(what != "GET /login" for what, _, _ in odd_site.asked)


def test_another_hosts_static_files_are_reached_until_the_password_is_typed(odd_site: OddSite) -> None:
    odd_site.answers["GET /lib.js"] = Canned("x")
    other = odd_site.elsewhere.partition("://")[2]

    async def work(proxy: AllowingProxy) -> None:
        get = (f"GET {odd_site.elsewhere}/lib.js HTTP/1.1", f"Host: {other}", of_browser(proxy))
        assert (await say(proxy, *get)).startswith(b"HTTP/1.0 200")
        for more in ("Content-Length: 1", "Cookie: a=b"):
            assert (await say(proxy, *get, more, body=b"x")).startswith(b"HTTP/1.1 403")
        post = (f"POST {odd_site.elsewhere}/lib.js HTTP/1.1", f"Host: {other}", of_browser(proxy))
        assert (await say(proxy, *post)).startswith(b"HTTP/1.1 403")
        proxy.seal()
        assert (await say(proxy, *get)).startswith(b"HTTP/1.1 403")
        assert proxy.carried == 0

    with_proxy(work, odd_site.url, (other,))
    assert odd_site.asked_elsewhere() == ["GET /lib.js"]


def test_an_open_tunnel_to_another_host_is_cut_when_the_password_is_typed() -> None:
    async def work() -> None:
        cut = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.read(100):
                pass
            cut.set()
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with AllowingProxy("https://127.0.0.1:9", [f"127.0.0.1:{port}"]) as proxy:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", int(proxy.address.rpartition(":")[2])
                )
                lines = (f"CONNECT 127.0.0.1:{port} HTTP/1.1", f"Host: 127.0.0.1:{port}", of_browser(proxy))
                writer.write("\r\n".join([*lines, "", ""]).encode())
                assert (await reader.readuntil(HEAD_END)).startswith(b"HTTP/1.1 200")
                writer.write(b"hello")
                proxy.seal()
                async with asyncio.timeout(10):
                    await cut.wait()
                    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                        await reader.readexactly(1)
                writer.close()

    asyncio.run(work())


def test_a_site_that_is_not_there_is_remembered_by_its_true_cause() -> None:
    async def work(proxy: AllowingProxy) -> None:
        lines = ("CONNECT 127.0.0.1:9 HTTP/1.1", "Host: 127.0.0.1:9", of_browser(proxy))
        assert (await say(proxy, *lines)).startswith(b"HTTP/1.1 502")
        assert proxy.trouble is not None
        assert (proxy.trouble.code, proxy.trouble.detail) == (
            FailureCode.UNREACHABLE,
            "ConnectionRefusedError",
        )

    with_proxy(work, "https://127.0.0.1:9")


def test_half_an_answer_stays_half(odd_site: OddSite) -> None:
    async def work() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(HEAD_END)
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf")
            await writer.drain()
            import socket
            import struct

            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with AllowingProxy(f"http://127.0.0.1:{port}") as proxy:
                lines = (
                    f"GET http://127.0.0.1:{port}/ HTTP/1.1",
                    f"Host: 127.0.0.1:{port}",
                    of_browser(proxy),
                )
                assert (await say(proxy, *lines)).endswith(b"[reset]")

    asyncio.run(work())


def test_those_who_hold_connections_and_say_nothing_keep_nobody_out(odd_site: OddSite) -> None:
    odd_site.answers["GET /login"] = Canned("here")
    host = odd_site.url.partition("://")[2]

    async def work(proxy: AllowingProxy) -> None:
        port = int(proxy.address.rpartition(":")[2])
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(150)]
        lines = (f"GET {odd_site.url}/login HTTP/1.1", f"Host: {host}", of_browser(proxy))
        assert (await say(proxy, *lines)).endswith(b"here")
        async with asyncio.timeout(10):
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await silent[0][0].readexactly(1)
        for _, writer in silent:
            writer.close()

    with_proxy(work, odd_site.url)

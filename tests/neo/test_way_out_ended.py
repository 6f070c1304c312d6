"""However the browser's way out ends, at whatever step of its event loop: no connection, no socket is left open."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from idexx_desktop.neo.allowing_proxy import AllowingProxy
from tests.neo.test_allowing_proxy import HEAD_END, of_browser


def in_a_loop(work: Callable[[], Awaitable[None]]) -> None:
    """Run this; what is left open then is told as a warning, which fails the test."""

    async def run() -> None:
        await work()
        gc.collect()

    asyncio.run(run())
    gc.collect()


async def steps(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("between", range(4))
def test_shut_once_more_it_has_cut_what_it_carried(between: int) -> None:
    """Whoever lets a browser go shuts its way out, and then closes it: each of them ends what goes through it."""

    async def work() -> None:
        cut = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            cut.set()
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as site:
            host = f"127.0.0.1:{site.sockets[0].getsockname()[1]}"
            async with AllowingProxy(f"https://{host}") as proxy:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", int(proxy.address.rpartition(":")[2])
                )
                lines = (f"CONNECT {host} HTTP/1.1", f"Host: {host}", of_browser(proxy), "", "")
                writer.write("\r\n".join(lines).encode())
                assert (await reader.readuntil(HEAD_END)).startswith(b"HTTP/1.1 200")
                proxy.shut()
                await steps(between)
                proxy.shut()
                async with asyncio.timeout(10):
                    await cut.wait()
                writer.close()

    in_a_loop(work)


@pytest.mark.parametrize("before", range(6))
def test_a_connection_that_comes_just_before_the_end_is_cut(before: int) -> None:
    async def work() -> None:
        async with AllowingProxy() as proxy:
            client = socket.create_connection(("127.0.0.1", int(proxy.address.rpartition(":")[2])))
            await steps(before)
        client.settimeout(10)
        with client, suppress(ConnectionError):  # cut all the harder
            assert client.recv(1) == b""

    in_a_loop(work)


@pytest.mark.parametrize("after", range(8))
def test_cancelled_while_it_opens_it_listens_no_more(after: int) -> None:
    async def work() -> None:
        async def open_it() -> None:
            async with AllowingProxy():
                await asyncio.Event().wait()

        opening = asyncio.ensure_future(open_it())
        await steps(after)
        opening.cancel()
        await asyncio.wait([opening])
        assert opening.cancelled()

    in_a_loop(work)

"""Whether the site can be reached at all: known in seconds, before a request runs out of time."""

from __future__ import annotations

import asyncio

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.site import NeoOptions, endpoint_of
from idexx_desktop.neo.upstream import open_way, upstream_for

_LONGEST_SECONDS = 10.0


async def check_reachable(options: NeoOptions) -> None:
    """Connect to the site, the way that everything goes, and hang up.

    Raises `Failure(UNREACHABLE)` after ten seconds at the latest.
    """
    host, port = endpoint_of(options.base_url)
    try:
        async with asyncio.timeout(min(_LONGEST_SECONDS, options.timeout_seconds)):
            upstream = await asyncio.to_thread(upstream_for, options.base_url, options.proxy)
            _, writer = await open_way(host, port, upstream)
    except TimeoutError:
        raise Failure(FailureCode.UNREACHABLE, "no connection in time") from None
    writer.close()
    try:
        await writer.wait_closed()
    except OSError:
        return  # the other side hung up first: it was reached all the same

"""Whether the site can be reached at all: known in seconds, before a request runs out of time."""

from __future__ import annotations

import asyncio

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.site import NeoOptions, endpoint_of

_LONGEST_SECONDS = 10.0


async def check_reachable(options: NeoOptions) -> None:
    """Connect to the site and hang up. Raises `Failure(UNREACHABLE)` after ten seconds at the latest."""
    host, port = endpoint_of(options.base_url)
    try:
        async with asyncio.timeout(min(_LONGEST_SECONDS, options.timeout_seconds)):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        raise Failure(FailureCode.UNREACHABLE, "no connection in time") from None
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no resolver takes
        raise Failure(FailureCode.UNREACHABLE, type(error).__name__) from None
    writer.close()
    try:
        await writer.wait_closed()
    except OSError:
        return  # the other side hung up first: it was reached all the same

"""The floor: a bare HTTP client that asks for the same, understands nothing and keeps nothing.

A process of its own: `python -m tests.bench._floor ADDRESS RATE` reads the `Wanted` from standard input as JSON, and
prints its requests and seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import aiohttp

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.neo.pace import Pace
from tests.bench._site import HEADERS, LOGIN_FORM, Wanted

CONCURRENCY = 5


async def floor(url: str, wanted: Wanted, per_second: float) -> tuple[int, float]:
    """Sign in, ask for the lists and for every consultation, five at a time; requests and seconds.

    `per_second` 0: as quickly as the site answers; else at the same polite rate as ours.
    """
    pace = Pace(SystemClock(), CONCURRENCY, per_second)
    asked = 0
    started = time.monotonic()
    cookies = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, headers=HEADERS, cookie_jar=cookies) as client:

        async def get(path: str) -> None:
            nonlocal asked
            async with pace, client.get(path) as answer:
                asked += 1
                answer.raise_for_status()
                await answer.read()

        async with pace, client.post("/login", data=LOGIN_FORM, allow_redirects=False) as answer:
            asked += 1
            answer.raise_for_status()
        for path in wanted.lists[:2]:  # the first page says how many there are
            await get(path)
        rest = (*wanted.lists[2:], *(f"{path}/page-data" for path in wanted.consultations))
        await asyncio.gather(*(get(path) for path in rest))
    return asked, time.monotonic() - started


if __name__ == "__main__":
    everything = Wanted.from_text(sys.stdin.read())
    figures = asyncio.run(floor(sys.argv[1], everything, float(sys.argv[2])))
    print(json.dumps(figures))

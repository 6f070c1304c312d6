"""A site that has too much to do is asked less at once, by everybody, and more again once it has recovered."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure
from idexx_desktop.neo.client import Client
from idexx_desktop.neo.cookies import Cookies
from idexx_desktop.neo.pace import Pace
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from tests.neo.support import ZONE, Canned, HurriedClock, OddSite

PAGE = "/users"
MOST = 8


@dataclass
class Busy:
    """A page that remembers when it was asked for, and by how many at once at most."""

    answer: Callable[[int], Canned] = field(default=lambda _: Canned("{}"))
    arrivals: list[float] = field(default_factory=list)
    running: int = 0
    most: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    together: threading.Barrier | None = None

    def __call__(self) -> Canned:
        with self._lock:
            self.arrivals.append(time.monotonic())
            number = len(self.arrivals)
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            if self.together is not None:
                self.together.wait(10)  # so many at once really do come
            return self.answer(number)
        finally:
            with self._lock:
                self.running -= 1


async def ask(client: Client, times: int) -> None:
    """So many requests at once; what the site answers to them is looked at elsewhere."""

    async def one() -> None:
        try:
            await client.get(PAGE)
        except Failure:
            return

    await asyncio.gather(*(one() for _ in range(times)))


async def most_at_once(client: Client, site: OddSite, at_once: int) -> int:
    """How many requests the site has to answer at once, which waits until there are `at_once`."""
    busy = Busy(together=threading.Barrier(at_once))
    site.answers[f"GET {PAGE}"] = busy
    await ask(client, 2 * at_once)
    return busy.most


@pytest.mark.parametrize(
    "sign",
    [
        Canned("busy", 429),
        *(
            pytest.param(each, marks=pytest.mark.long(item=33))
            for each in (Canned("busy", 503), Canned("{}"))
        ),
    ],
)
def test_a_site_with_too_much_to_do_is_asked_half_as_much_at_once(odd_site: OddSite, sign: Canned) -> None:
    clock = HurriedClock(times=1.0)
    pace = Pace(clock, MOST, 0)

    async def run() -> list[int]:
        client = Client(NeoOptions(odd_site.url, ZONE), clock, pace, Cookies(odd_site.url))
        try:
            seen = [await most_at_once(client, odd_site, MOST)]
            odd_site.answers[f"GET {PAGE}"] = sign
            # an answer like any other, but one that took its time
            clock.times = 1.0 if sign.status != 200 else 1e6
            await ask(client, 1)
            clock.times = 1.0
            seen.append(await most_at_once(client, odd_site, MOST // 2))
            odd_site.answers[f"GET {PAGE}"] = Canned("{}")
            await ask(client, 5 * MOST)
            seen.append(await most_at_once(client, odd_site, MOST))
        finally:
            await client.close()
        return seen

    first, after, at_last = asyncio.run(run())
    # while it recovers, one more at once after each round of good answers
    assert (first, at_last) == (MOST, MOST)
    assert MOST // 2 <= after <= MOST // 2 + 2


def test_less_is_asked_from_the_sign_on_and_not_once_others_have_left() -> None:
    pace, inside = Pace(SystemClock(), MOST, 0), 0

    async def enter(leave: asyncio.Event) -> None:
        nonlocal inside
        async with pace:
            inside += 1
            await leave.wait()

    async def run() -> tuple[int, int]:
        leave = asyncio.Event()
        pace.too_many()
        entered = [asyncio.create_task(enter(leave)) for _ in range(MOST)]
        for _ in range(10 * MOST):  # each goes as far as it can
            await asyncio.sleep(0)
        after = inside
        leave.set()
        await asyncio.gather(*entered)
        return after, inside

    assert asyncio.run(run()) == (MOST // 2, MOST)


def test_a_pause_that_the_site_asks_for_holds_for_every_request(odd_site: OddSite) -> None:
    busy = Busy(lambda number: Canned("wait", 429, {"Retry-After": "1"}) if number == 1 else Canned("{}"))
    odd_site.answers[f"GET {PAGE}"] = busy
    clock = SystemClock()

    async def run() -> None:
        client = Client(NeoOptions(odd_site.url, ZONE), clock, Pace(clock, 1, 0), Cookies(odd_site.url))
        try:
            await ask(client, 5)
        finally:
            await client.close()

    asyncio.run(run())
    first, *others = busy.arrivals
    assert len(others) == 4
    assert min(others) - first >= 1


def test_a_live_sign_in_needs_neither_browser_nor_driver(odd_site: OddSite) -> None:
    """Not even their code is loaded, which would cost a third of a second and 30 MB."""
    odd_site.answers[f"GET {PAGE}"] = Canned("{}")
    kept = odd_site.cookies()
    script = f"""
import asyncio, random, sys
import psutil
from zoneinfo import ZoneInfo
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.sync import worker

async def run():
    options = NeoOptions({odd_site.url!r}, ZoneInfo("UTC"))
    async with NeoSession(options, SystemClock(), random.Random(1), {json.dumps(kept)}) as session:
        return await session.is_alive(), psutil.Process().children(recursive=True)

alive, started = asyncio.run(run())
assert alive and not started, (alive, started)
assert not [name for name in sys.modules if name.partition(".")[0] == "playwright"]
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_session_asks_less_at_once_after_a_bad_answer_and_still_reads_all(odd_site: OddSite) -> None:
    page = {"consultation": {"id": 1, "notes": "", "reason": "", "date": "", "status": ""},
            "patient": [], "client": [], "consultationLines": []}  # fmt: skip
    good = Canned(json.dumps(page))
    busy = Busy(lambda number: Canned("busy", 503) if number == 1 else good)
    odd_site.answers["GET /consultations/1/page-data"] = busy

    async def run() -> int:
        options = NeoOptions(odd_site.url, ZONE, concurrency=MOST, requests_per_second=0)
        session = NeoSession(options, SystemClock(), random.Random(1), odd_site.cookies())  # noqa: S311 - jitter
        async with session:
            read = await asyncio.gather(*(session.read_consultation("1") for _ in range(30)))
        return len(read)

    assert asyncio.run(run()) == 30
    assert len(busy.arrivals) == 31
    assert busy.most <= MOST

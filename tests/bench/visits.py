"""What a visit costs beyond the network, and whether many cost more each: `python3 run.py bench visits [SIZE ...]`.

Parse, reconcile and commit in whole runs of 100 to 10,000 visits, on an embedded server that really flushes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import linear_regression, median
from zoneinfo import ZoneInfo

import structlog

from idexx_desktop import app
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.visits import Consultation, VisitList
from idexx_desktop.neo import payloads as neo
from idexx_desktop.neo.lists import read_lists
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.simulator import payloads as practice
from idexx_desktop.simulator.endpoints import PER_PAGE
from idexx_desktop.simulator.ordinary import fill_exactly
from idexx_desktop.simulator.world import World
from idexx_desktop.sync.days import DayByDay, Facts
from idexx_desktop.sync.lease import take_lease
from idexx_desktop.sync.parts import SyncParts, SyncRequest
from idexx_desktop.sync.plan import window
from idexx_desktop.sync.reading import NeoReader
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.sync.tally import Tally
from idexx_desktop.sync.writing import VisitWriter
from tests.bench._clinic import fresh_clinic

SIZES = (100, 1000, 2500, 5000, 10_000)
MOST_MS, MOST_DEVIATION = 3.0, 0.05
_NEO_URL = "http://127.0.0.1:1"  # nobody is ever asked
_ZONE = ZoneInfo("America/Los_Angeles")


class PaperNeo(NeoSession):
    """Every answer of a practice of so many visits, as bytes in memory: read as if they had just come."""

    def __init__(self, visits: int) -> None:
        super().__init__(NeoOptions(_NEO_URL, _ZONE), SystemClock(), random.Random(7))  # noqa: S311 - spreads retries
        world = World(_ZONE, lambda: datetime.now(UTC), "")
        fill_exactly(world, random.Random(7), visits)  # noqa: S311 - the same practice each time
        rows = [practice.search_row(row, world) for row in world.consultations]
        self._calendar = _bytes([practice.calendar_row(row, world) for row in world.appointments])
        self._search = [
            _bytes({"data": rows[at : at + PER_PAGE], "total": len(rows), "perPage": PER_PAGE})
            for at in range(0, len(rows) + PER_PAGE, PER_PAGE)
        ]
        self._paper = {
            str(row.id): _bytes(practice.consultation_page(row, world)) for row in world.consultations
        }

    async def read_lists(self, start: datetime, end: datetime) -> VisitList:
        async def ask(_path: str, parameters: dict[str, str]) -> object:
            page = parameters.get("page")
            return neo.read_json(self._calendar if page is None else self._search[int(page) - 1])

        return await read_lists(ask, _ZONE, start, end)

    async def read_consultation(self, consultation_id: str) -> Consultation:
        return neo.read_consultation(neo.read_json(self._paper[consultation_id]), consultation_id, _ZONE)


def _bytes(value: object) -> bytes:
    return json.dumps(value).encode()


async def read_and_save(parts: SyncParts, neo_session: PaperNeo, visits: int) -> float:
    """The middle of a run, as a sync does it, on fresh records; how many seconds it took."""
    records, clock = parts.records, parts.clock
    lease = take_lease(records, parts.holder, 300)
    with records.transaction() as tx:
        rules, span = tx.settings.call_rules(), window(clock.now(), _ZONE, 48, None)
        facts = Facts(_ZONE, tx.settings.pace(), rules, span, {}, frozenset())
        session = tx.sessions.start(
            Trigger.COMMAND, parts.holder.device, span.start, span.end, lease.epoch, now=clock.now()
        )
    sealed = SealedSignIn(records, parts.sharing, clock)
    reader = NeoReader(neo_session, sealed, sealed.require())
    writer, tally = VisitWriter(records, lease, session.id, clock), Tally()
    request = SyncRequest(Trigger.COMMAND, clock.monotonic())
    started = time.monotonic()
    await DayByDay(parts, request, facts, reader, writer, tally, lambda _: None).run()
    seconds = time.monotonic() - started
    if (tally.synced, tally.written) != (visits, visits):
        raise AssertionError(f"{tally.written} of {visits} visits were written")
    return seconds


def measure(visits: int, folder: Path) -> float:
    """Seconds for so many visits in a new clinic."""
    neo_session = PaperNeo(visits)
    with (
        fresh_clinic(folder / str(visits), _NEO_URL, 0) as clinic,
        app.open_program(clinic.environment) as program,
    ):
        return asyncio.run(read_and_save(program._sync_parts, neo_session, visits))


def deviation(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """How far the farthest measurement lies from the straight line through all of them, as a share of the line.

    The line that is nearest in shares: in seconds the largest run alone would decide where it lies.
    """
    each = [took / size for took, size in zip(seconds, sizes, strict=True)]
    line = linear_regression([1 / size for size in sizes], each)
    expected = [line.intercept * size + line.slope for size in sizes]
    return max(abs(found - there) / there for found, there in zip(seconds, expected, strict=True))


def main() -> int:
    """Measure each size and print; 1 where a limit is broken."""
    parser = argparse.ArgumentParser(prog="run.py bench visits")
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of visits (default: 100 to 10,000)")
    sizes = parser.parse_args().sizes or SIZES
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    taken = []
    with tempfile.TemporaryDirectory() as name:
        for visits in sizes:
            taken.append(measure(visits, Path(name)))
            print(
                f"{visits:6} visits: {taken[-1]:7.2f} s, {taken[-1] / visits * 1000:.2f} ms each", flush=True
            )
    cost = median(seconds / visits * 1000 for visits, seconds in zip(sizes, taken, strict=True))
    print(f"median {cost:.2f} ms a visit (limit {MOST_MS})")
    # of a few visits, the cost of a run stands above that of the visits
    many = [(visits, seconds) for visits, seconds in zip(sizes, taken, strict=True) if visits >= 1000]
    apart = deviation(*zip(*many, strict=True)) if len(many) > 2 else 0.0
    print(f"deviation from a straight line: {apart:.1%} (limit {MOST_DEVIATION:.0%})")
    return int(cost > MOST_MS or apart > MOST_DEVIATION)


if __name__ == "__main__":
    sys.exit(main())

"""What the report, the ledger and the list of calls cost among a million calls: `python3 run.py bench report [CALLS]`.

A clinic of three years, a thousand visits a day: what every page and command of these shows first, the first time with
nothing in the program's memory. And, beside them, the report over all of it.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import structlog

from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.repositories.call_pages import GROUPS
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.filters import CallFilter
from idexx_desktop.domain.ledger import End
from idexx_desktop.domain.local_time import zone_named
from idexx_desktop.domain.records import Page
from idexx_desktop.domain.reports import Days, last_days
from idexx_desktop.services.calls import CallService
from idexx_desktop.services.reports import ReportService
from tests.support.many_calls import fill_calls
from tests.support.postgres import TEMPLATE, ClinicDatabase, make_template, running_server

CALLS, A_DAY = 1_000_000, 1_000
REPORT_MS, PAGE_MS = 1_000.0, 300.0
_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds: the first time, over a new connection, and the median of those after it."""

    what: str
    first: float
    later: float
    limit: float | None

    @property
    def is_met(self) -> bool:
        """Whether it was quick enough, the first time, too."""
        return self.limit is None or max(self.first, self.later) < self.limit

    def __str__(self) -> str:
        wanted = f" (limit {self.limit:.0f})" if self.limit else ""
        return f"  {self.what}: first {self.first:.0f} ms, then {self.later:.0f} ms{wanted}"


def taken(
    database: ClinicDatabase, what: str, ask: Callable[[ClinicRecords], object], limit: float | None
) -> Taken:
    """Ask over a connection of its own."""
    a = database.people.a
    times = []
    with closing(Database(database.url(a))) as own:
        records = ClinicRecords(own, a.user_id, a.clinic_id)
        for _ in range(_SAMPLES + 1):
            began = time.perf_counter()
            ask(records)
            times.append((time.perf_counter() - began) * 1000)
    found = Taken(what, times[0], median(times[1:]), limit)
    print(found, flush=True)
    return found


def measure(database: ClinicDatabase, calls: int) -> bool:
    """Print every figure; whether all limits are met."""
    clock, zone = SystemClock(), zone_named("America/Los_Angeles")
    month = Days(*last_days(clock.now(), zone))
    ever = Days(clock.now() - timedelta(days=365 * 20), month.until)

    def counted(records: ClinicRecords) -> None:
        ledger = ReportService(records, clock).ledger(month)
        assert ledger.visits > 0
        assert not ledger.count(End.LEAK)

    def page(group: str) -> Callable[[ClinicRecords], object]:
        return lambda records: CallService(records, clock).rows(CallFilter(group), Page())

    asked = [
        ("report, 30 days", lambda records: ReportService(records, clock).report(month), REPORT_MS),
        ("ledger, 30 days", counted, REPORT_MS),
        ("how many calls of each group", lambda records: CallService(records, clock).group_counts(), PAGE_MS),
        *((f"the list's page, {group}", page(group), PAGE_MS) for group in GROUPS),
        (f"report, all {calls:,}", lambda records: ReportService(records, clock).report(ever), None),
        (f"ledger, all {calls:,}", lambda records: ReportService(records, clock).ledger(ever), None),
    ]
    met = [taken(database, *each).is_met for each in asked]
    return all(met)


def main() -> int:
    """Measure and print; 1 where a limit is broken."""
    parser = argparse.ArgumentParser(prog="run.py bench report")
    parser.add_argument("calls", nargs="?", type=int, default=CALLS)
    calls = parser.parse_args().calls
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder) / "server") as server:
        people = make_template(server)
        database = ClinicDatabase(server, TEMPLATE, people)
        fill_calls(database, people.a, calls, A_DAY)
        print(f"{calls:,} calls of one clinic, {A_DAY:,} visits a day:", flush=True)
        return int(not measure(database, calls))


if __name__ == "__main__":
    sys.exit(main())

"""What row security costs a user's first page of the activity record: `python3 run.py bench rls`."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import structlog
from sqlalchemy import event

from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import Page
from tests.support.many_rows import fill_audit
from tests.support.postgres import TEMPLATE, ClinicDatabase, make_template, running_server

ROWS, USERS = 1_000_000, 1_000
P95_LIMIT, RATIO_LIMIT = 10.0, 1.2
_SAMPLES = 400


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds for the same page, through the program: as its user, and as a superuser without row security."""

    p95: float
    p95_without: float
    median: float
    median_without: float
    plan: str

    @property
    def ratio(self) -> float:
        """How much longer it takes with row security; of the medians, which other work disturbs least."""
        return self.median / self.median_without


def first_page(database: ClinicDatabase, samples: int = _SAMPLES) -> Figures:
    """Read user A's newest rows, by turns with row security and without."""
    a = database.people.a
    with (
        closing(Database(database.url(a))) as bound,
        closing(Database(database.owner_url)) as unbound,
    ):
        records, without = (ClinicRecords(each, a.user_id, a.clinic_id) for each in (bound, unbound))
        ways: tuple[Callable[[], None], ...] = (
            lambda: _read(records, AuditFilter()),
            lambda: _read(without, AuditFilter(user_id=a.user_id)),
        )
        for way in ways * 10:  # plans, caches, connections
            way()
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(samples):
            for way, taken in zip(ways, times, strict=True):
                began = time.perf_counter()
                way()
                taken.append((time.perf_counter() - began) * 1000)
        p95, p95_without = (quantiles(taken, n=20)[-1] for taken in times)
        return Figures(p95, p95_without, median(times[0]), median(times[1]), _plan(records))


def _read(records: ClinicRecords, which: AuditFilter) -> None:
    with records.transaction() as tx:
        tx.audit.page(which, Page())


def _plan(records: ClinicRecords) -> str:
    """How the server finds the page, in its own words."""
    with _statements(records.database) as said, records.transaction() as tx:
        tx.audit.page(AuditFilter(), Page())
        statement, parameters = said[-1]
        explained = tx.session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return "\n".join(row[0] for row in explained)


@contextmanager
def _statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    said: list[tuple[str, Any]] = []

    def hear(_c: object, _u: object, statement: str, parameters: object, _x: object, _m: object) -> None:
        said.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", hear)
    yield said
    event.remove(database.engine, "before_cursor_execute", hear)


def main() -> int:
    """Measure a million rows of a thousand users, and print; 1 where a limit is broken."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder) / "server") as server:
        people = make_template(server)
        database = ClinicDatabase(server, TEMPLATE, people)
        fill_audit(database.owner_url, USERS, ROWS)
        figures = first_page(database)
    print(f"{ROWS} rows of {USERS} users, a user's first page through the program:")
    print(
        f"  p95 {figures.p95:.2f} ms (limit {P95_LIMIT:.0f}), without row security {figures.p95_without:.2f} ms"
    )
    print(f"  median {figures.median:.2f} ms, without {figures.median_without:.2f} ms")
    print(f"  ratio {figures.ratio:.2f} (limit {RATIO_LIMIT})")
    return int(figures.p95 >= P95_LIMIT or figures.ratio > RATIO_LIMIT)


if __name__ == "__main__":
    sys.exit(main())

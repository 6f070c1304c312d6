"""What row security costs a user's first page of the activity record: `python3 run.py bench rls`."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg
import structlog
from sqlalchemy import CursorResult, event

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
    """Milliseconds: of the page through the program, and of its query alone with row security and without."""

    page_p95: float
    with_security: float
    without: float
    plan: str

    @property
    def ratio(self) -> float:
        """How much longer the query takes with row security; of the medians, which other work disturbs least."""
        return self.with_security / self.without


def first_page(database: ClinicDatabase, samples: int = _SAMPLES) -> Figures:
    """Read user A's newest rows as A, and the same ones as a superuser, whom no row security binds."""
    a = database.people.a
    with psycopg.connect(database.owner_url) as owner:  # a login that is nobody would be sent away
        owner.execute(
            "INSERT INTO idexx_app.logins (role_oid, role_name, user_id)"
            " SELECT oid, rolname, %s FROM pg_roles WHERE rolname = current_user",
            (a.user_id,),
        )
    with (
        closing(Database(database.url(a))) as bound,
        closing(Database(database.owner_url)) as unbound,
    ):
        records, others = (ClinicRecords(each, a.user_id, a.clinic_id) for each in (bound, unbound))
        pages = _timed(samples, lambda: _read(records, AuditFilter()))[0]
        queries = (_query(records, AuditFilter()), _query(others, AuditFilter(user_id=a.user_id)))
        with records.transaction() as mine, others.transaction() as theirs:
            connections = (mine.session.connection(), theirs.session.connection())
            asking = [
                partial(connection.exec_driver_sql, *query)
                for connection, query in zip(connections, queries, strict=True)
            ]
            with_security, without = _timed(samples, *(partial(_fetch, ask) for ask in asking))
            statement, parameters = queries[0]
            plan = connections[0].exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
        p95 = quantiles(pages, n=20)[-1]
        return Figures(p95, median(with_security), median(without), "\n".join(plan))


def _timed(samples: int, *ways: Callable[[], None]) -> list[list[float]]:
    """Milliseconds of each way, by turns; the first runs, which fill caches, don't count."""
    times: list[list[float]] = [[] for _ in ways]
    for number in range(-10, samples):
        for way, taken in zip(ways, times, strict=True):
            began = time.perf_counter()
            way()
            if number >= 0:
                taken.append((time.perf_counter() - began) * 1000)
    return times


def _read(records: ClinicRecords, which: AuditFilter) -> None:
    with records.transaction() as tx:
        tx.audit.page(which, Page())


def _fetch(ask: Callable[[], CursorResult[Any]]) -> None:
    ask().all()


def _query(records: ClinicRecords, which: AuditFilter) -> tuple[str, Any]:
    """The statement that reads the page, with its parameters, as the driver gets it."""
    with _statements(records.database) as said:
        _read(records, which)
    return said[-1]


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
    print(f"{ROWS} rows of {USERS} users, a user's first page:")
    print(f"  through the program: p95 {figures.page_p95:.2f} ms (limit {P95_LIMIT:.0f})")
    print(
        f"  its query alone: {figures.with_security:.2f} ms, without row security {figures.without:.2f} ms (medians)"
    )
    print(f"  ratio {figures.ratio:.2f} (limit {RATIO_LIMIT})")
    return int(figures.page_p95 >= P95_LIMIT or figures.ratio > RATIO_LIMIT)


if __name__ == "__main__":
    sys.exit(main())

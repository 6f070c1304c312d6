"""A record with months that are old enough to go, and the owner's way to them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg

from idexx_desktop.domain.audit_chain import Evidence, check_chains
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.retention import Obstacle
from idexx_desktop.services.retention import RetentionService
from idexx_desktop.vault.signing import RecordSigner
from tests.support.old_rows import as_root, empty_record, pretend_exported, write_rows
from tests.support.postgres import AllRecords, ClinicDatabase, MemoryPasswords, People

LOG = "public.idexx_sync_audit_log"
JANUARY, FEBRUARY, MARCH = date(2019, 1, 1), date(2019, 2, 1), date(2019, 3, 1)
WEEK = timedelta(days=7)


def on(day: int, month: int = 1, year: int = 2019) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


class MemoryStore(MemoryPasswords):
    """The secrets of a profile, in memory."""

    description = "in memory"

    def is_put_back(self) -> bool:
        """See `SecretStore`."""
        return False

    def accept(self) -> None:
        """See `SecretStore`."""


@dataclass(frozen=True)
class Old:
    """A record with old rows of A's, B's and the system's, and the owner's way to them."""

    records: AllRecords
    service: RetentionService
    folder: Path

    @property
    def database(self) -> ClinicDatabase:
        return self.records.database

    def root(self, *statements: str) -> None:
        """As a superuser who has stopped the triggers."""
        with psycopg.connect(self.database.owner_url) as connection:
            as_root(connection)
            for statement in statements:
                connection.execute(statement.encode())

    def write(self, *entries: tuple[str | None, datetime]) -> None:
        with psycopg.connect(self.database.owner_url) as connection:
            as_root(connection)
            write_rows(connection, entries)

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.database.owner_url) as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def exported(self, month: date, ago: timedelta) -> None:
        with psycopg.connect(self.database.owner_url) as connection:
            as_root(connection)
            pretend_exported(connection, month, ago)

    def obstacles(self) -> dict[date, Obstacle | None]:
        return {old.month: old.obstacle for old in self.service.overview().months}

    def remove(self, month: date) -> None:
        with psycopg.connect(self.database.owner_url) as owner:
            owner.execute("SELECT idexx_app.remove_audit_month(%s)", (month,))

    def is_whole(self) -> bool:
        with self.records.admin.snapshot() as tx:
            chains = tx.chains
            return check_chains(chains.rows(), Evidence(chains.checkpoints(), chains.heads())).problem is None


def fill(connection: psycopg.Connection, people: People) -> None:
    """January: A, B and the system; February and March: A; then B today."""
    a, b = people.a.user_id, people.b.user_id
    as_root(connection)
    empty_record(connection)
    january = [(a, on(1)), (a, on(2)), (b, on(2)), (None, on(3)), (a, on(31))]
    write_rows(connection, [*january, (a, on(1, 2)), (a, on(28, 2)), (a, on(5, 3)), (b, on(6, 11, 2026))])


def service_of(url: str) -> RetentionService:
    """The owner's way, signed with a key of its own."""
    return RetentionService(lambda: nullcontext(url), RecordSigner(MemoryStore()), SystemClock())

"""Copies of one prepared clinic's records: each is a life of its own on the same profile and the same Neo."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from idexx_desktop.app import Environment
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.events import SyncEvent, SyncResult, Trigger
from idexx_desktop.sync.parts import Holder, SyncParts, SyncRequest
from idexx_desktop.sync.run import SyncRun
from tests.support.postgres import ClinicDatabase
from tests.support.practice import Practice, ask
from tests.torture.final_tables import Rows, final_tables

# never renewed in the middle of a test, so that each run has the same commits
LONG_LEASE = 300.0
PASSPHRASE = "only for this test"
_TWICE = """
    SELECT visit_key FROM public.visits GROUP BY visit_key HAVING count(*) > 1
    UNION ALL SELECT external_id FROM public.cases GROUP BY external_id HAVING count(*) > 1
    UNION ALL SELECT v.visit_key FROM public.call_visits v JOIN public.scheduled_discharge_calls c ON c.id = v.call_id
      WHERE v.active AND c.status <> 'cancelled' GROUP BY v.visit_key HAVING count(*) > 1
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy. `parts` work on it in this process, `environment` opens it from any."""

    environment: Environment
    owner_url: str
    parts: SyncParts

    def sync(self, holder: Holder | None = None) -> SyncResult:
        """A whole run, by this process or what stands for another."""
        parts = replace(self.parts, holder=holder or self.parts.holder)
        return asyncio.run(SyncRun(parts, SyncRequest(Trigger.BUTTON, time.monotonic()), _ignore).run())

    def tables(self) -> dict[str, Rows]:
        """See `final_tables`; asserts that nothing is there twice."""
        assert ask(self.owner_url, _TWICE) == []
        return final_tables(self.owner_url)

    def runs(self) -> Counter[tuple[str, str | None]]:
        """How often runs ended in each way: status and code of the failure."""
        rows = ask(
            self.owner_url,
            "SELECT status::text, error_details ->> 'code' AS code FROM public.idexx_sync_sessions",
        )
        return Counter((row["status"], row["code"]) for row in rows)

    def query(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """A statement of the superuser, committed."""
        return ask(self.owner_url, statement, *values)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A clinic whose records are copied; its own program is closed, since nobody may be connected to them."""

    practice: Practice

    @classmethod
    def of(cls, practice: Practice) -> Prepared:
        """Close the clinic's program and hand out copies from now on."""
        practice.program.close()
        return cls(practice)

    def asked(self, what: str) -> int:
        """How often Neo was asked this: a method and a path."""
        return self.practice.site.counts.get(what, 0)

    @contextmanager
    def copy(self) -> Iterator[Copy]:
        """A fresh copy, dropped at the end."""
        practice, server = self.practice, self.practice.database.server
        name = server.create(template=practice.database.name)
        copied = ClinicDatabase(server, name, practice.database.people)
        url = copied.url(copied.people.a)
        database, before = Database(url), practice.program.records
        try:
            records = ClinicRecords(database, before.user_id, before.clinic_id)
            parts = replace(practice.parts(lease_seconds=LONG_LEASE), records=records)
            # a folder of its own, too: it keeps signed copies of what these records have come to
            home = shutil.copytree(practice.home, practice.home.with_name(name))
            environment = replace(practice.environment, home=home, database_url=url)
            yield Copy(environment, copied.owner_url, parts)
        finally:
            database.close()
            server.drop(name)


def _ignore(_event: SyncEvent) -> None:
    """Nobody listens."""

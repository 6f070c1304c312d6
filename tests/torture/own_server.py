"""A clinic whose records are on a server of its own on this computer, which tests may kill or starve."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from idexx_desktop import app
from idexx_desktop.app import Environment, Program, SetUp
from idexx_desktop.db import embedded
from idexx_desktop.db.server import EmbeddedServer
from idexx_desktop.domain.events import SyncResult, Trigger
from idexx_desktop.domain.records import NeoPace
from idexx_desktop.simulator.site import PracticeNeo
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.sync.worker import Syncer
from tests.support.embedded_clinic import computer, server_of
from tests.support.postgres import OAK
from tests.support.practice import LOGIN, HandClock, ask, cookies_of, finished
from tests.torture.copies import LONG_LEASE

Committed = frozenset[tuple[str, str]]
_SAVED = "saved"
_IDS = """
    SELECT 'audit', id::text FROM public.idexx_sync_audit_log UNION ALL
    SELECT 'session', id::text FROM public.idexx_sync_sessions UNION ALL
    SELECT 'visit', visit_key FROM public.visits UNION ALL SELECT 'case', external_id FROM public.cases UNION ALL
    SELECT 'call', id::text FROM public.scheduled_discharge_calls
"""


@dataclass(frozen=True, slots=True)
class OwnServer:
    """The clinic: `owner_url` leads to its records as the superuser, by a port that stays."""

    environment: Environment
    site: PracticeNeo
    server: EmbeddedServer
    owner_url: str

    @contextmanager
    def program(self) -> Iterator[tuple[Program, Syncer]]:
        """The program on it, and a worker whose lease is never renewed in the middle of a test."""
        with app.open_program(self.environment) as program:
            program.clock = HandClock()
            parts = replace(
                program._sync_parts,
                lease_seconds=LONG_LEASE,
                chance=random.Random(7),  # noqa: S311 - spreads retries
            )
            yield program, Syncer(parts)

    def committed(self) -> Committed:
        """What is in the records for good, as others see it: never fewer than before."""
        return frozenset(tuple(row.values()) for row in ask(self.owner_url, _IDS))

    def save(self) -> None:
        """Keep the records as they are, for `start_over`; nobody is connected to them."""
        self._do(f"CREATE DATABASE {_SAVED} TEMPLATE {embedded.DATABASE} STRATEGY file_copy")

    def start_over(self) -> None:
        """The records as they were when they were saved."""
        self._do(f"DROP DATABASE {embedded.DATABASE} WITH (FORCE)")
        self._do(f"CREATE DATABASE {embedded.DATABASE} TEMPLATE {_SAVED} STRATEGY file_copy")

    def forget_power_cuts(self) -> None:
        """A killed process loses nothing that it has handed to the system; to wait for the disk is for power cuts."""
        self._do("ALTER SYSTEM SET fsync = off")
        self._do("SELECT pg_reload_conf()")

    def postmaster(self) -> psutil.Process:
        """The server's first process."""
        lock = self.server.cluster().data / "postmaster.pid"
        return psutil.Process(int(lock.read_text(encoding="utf-8").split()[0]))

    def _do(self, statement: str) -> None:
        ask(self.owner_url.rpartition("/")[0] + "/postgres", statement)


@contextmanager
def own_server(home: Path, *, visits: int) -> Iterator[OwnServer]:
    """Made anew, with a sign-in and cookies that work; removed at the end."""
    clock = HandClock()
    with PracticeNeo("ordinary-day", visits=visits, now=clock.now) as site, computer(home) as environment:
        wanted = SetUp(OAK, "America/Los_Angeles", "a@oak.example", neo_url=site.url)
        with app.set_up(environment, wanted) as (program, _):
            with program.records.transaction() as tx:
                tx.settings.save_pace(NeoPace(requests_per_second=0), now=clock.now())
            SealedSignIn(program.records, program._sharing, clock).save(
                LOGIN, site.url, cookies=cookies_of(site), validated=True
            )
        server = server_of(environment)
        with server.attached() as address:
            made = OwnServer(environment, site, server, embedded.owner_url(address))
            made.forget_power_cuts()
            yield made


def run(syncer: Syncer) -> SyncResult:
    """One run to its end."""
    assert syncer.start(Trigger.BUTTON)
    return finished(syncer)

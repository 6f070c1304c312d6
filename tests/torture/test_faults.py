"""SAFETY 27: faults between program and database, and program and Neo: no endless wait, no partial visit, soon over."""

from __future__ import annotations

import asyncio
import random
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.events import SyncResult, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions, endpoint_of
from idexx_desktop.simulator.site import PracticeNeo
from idexx_desktop.sync.parts import SyncParts
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.sync.worker import Syncer
from tests.support.fault_proxy import LASTING, Fault, FaultProxy
from tests.support.own_choices import leading_to
from tests.support.practice import LOGIN, Practice, Practices, cookies_of, finished
from tests.support.waiting import wait_until
from tests.torture.copies import Copy, Prepared
from tests.torture.final_tables import Rows, differences

STATEMENT_SECONDS, CONNECT_SECONDS = 1, 2
# waits of a run for a silent Neo: a few requests at once, and a few more to be sure that it is not one page only
MOST_WAITS = 6
GRACE_SECONDS, RECOVERY_SECONDS = 5.0, 30.0
# after which the server lets go of a connection whose other end is silent: 8 s, then 9 questions, one a second
KEEP_ALIVE_SECONDS = 17.0
SLOW = {Fault.LATENCY, Fault.BANDWIDTH}
KEY = re.compile(r"\b([ac]):(\d+)\b|\bpims-(a|c)\w+-idexx-(\d+)\b")
AUDITED = "SELECT metadata ->> 'visit_key' AS key FROM public.idexx_sync_audit_log WHERE action = %s"


@dataclass(frozen=True, slots=True)
class Way:
    """Where the proxy stands, and what a run may be told where the fault lasts."""

    name: str
    told: frozenset[FailureCode]
    # how long one wait may take by what is configured, and a whole run that has nothing but waits before it
    seconds: float
    run_seconds: float
    visits: int
    leads_to_neo: bool = True
    signs_in: bool = False

    @contextmanager
    def parts(self, copy: Copy, proxy: FaultProxy) -> Iterator[SyncParts]:
        """What a run on this copy is given, this way leading through the proxy."""
        if self.leads_to_neo:
            url = f"http://127.0.0.1:{proxy.port}"
            yield replace(leading_to(copy.parts, url), answer_seconds=self.seconds)
            return
        records = copy.parts.records
        address = urlsplit(copy.environment.database_url or "")
        through = address._replace(netloc=address.netloc.replace(f":{address.port}", f":{proxy.port}"))
        with closing(
            Database(through.geturl(), connect_timeout=CONNECT_SECONDS, statement_seconds=STATEMENT_SECONDS)
        ) as database:
            yield replace(copy.parts, records=ClinicRecords(database, records.user_id, records.clinic_id))

    def may_end(self, fault: Fault) -> set[FailureCode | None]:
        """How a run may end, None for completed.

        A lost request to Neo is repeated; a lost transaction is not, and neither is a sign-in.
        """
        repeats = self.leads_to_neo and not self.signs_in
        if fault in SLOW or (repeats and fault not in LASTING):
            return {None}
        return {*self.told} if fault in LASTING else {None, *self.told}


SILENT = frozenset({FailureCode.UNREACHABLE, FailureCode.TOO_SLOW})
NEO = Way("Neo", SILENT, 0.5, 0.5 * MOST_WAITS, visits=12)
SIGN_IN = Way("Neo with a sign-in", SILENT, 3.0, 3.0 * MOST_WAITS, visits=3, signs_in=True)
RECORDS = Way(
    "records",
    frozenset({FailureCode.DATABASE_UNREACHABLE}),
    max(STATEMENT_SECONDS, CONNECT_SECONDS),
    # the answer that doesn't come, a connection in its place, one to renew the lease and one to close the run
    STATEMENT_SECONDS + 2 + 3 * CONNECT_SECONDS,
    visits=3,
    leads_to_neo=False,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """A prepared clinic with the proxy on one way, and what an uninterrupted run leaves there."""

    way: Way
    prepared: Prepared
    proxy: FaultProxy
    wanted: dict[str, Rows]
    exchanges: int

    def strike(self, fault: Fault, point: int) -> str:
        """One run with this fault at this request, one after it; a line about it."""
        what = f"{self.way.name}, {fault} at {point} of {self.exchanges}"
        with self.prepared.copy() as copy, self.way.parts(copy, self.proxy) as parts:
            syncer = Syncer(parts)
            self.proxy.break_at(point, fault)
            result = run(syncer)
            code = result.failure.code if result.failure else None
            assert self.proxy.struck, what
            assert code in self.way.may_end(fault), (what, result.failure)
            if fault is Fault.STALL:
                wait_until(lambda: self.proxy.longest_wait)  # the proxy may hear of it after us
                assert result.seconds < self.way.run_seconds + GRACE_SECONDS, (what, result.seconds)
            assert self.proxy.longest_wait < self.way.seconds + GRACE_SECONDS, what
            assert partial(copy, self.wanted) == [], what
            self.proxy.heal()
            seconds = recovered_after(syncer)
            assert seconds < RECOVERY_SECONDS, what
            assert differences(self.wanted, copy.tables()) == [], what
            failed = {("failed", str(each)) for each in self.way.told}
            assert set(copy.runs()) <= failed | {("completed", None), ("timeout", "crashed")}, what
        waited = f", waited {self.proxy.longest_wait:.1f} s" if self.proxy.longest_wait else ""
        return f"{what}: {code or 'completed'} after {result.seconds:.1f} s{waited}, back in {seconds:.1f} s"


def run(syncer: Syncer) -> SyncResult:
    """One run to its end."""
    assert syncer.start(Trigger.BUTTON)
    return finished(syncer)


def recovered_after(syncer: Syncer) -> float:
    """Seconds until a run of the same program has completed."""
    began = time.monotonic()
    while (ended := run(syncer)).failure is not None:
        assert time.monotonic() - began < RECOVERY_SECONDS, ended.failure
    return time.monotonic() - began


def partial(copy: Copy, wanted: dict[str, Rows]) -> list[str]:
    """The visits of which some rows are there and others are not."""
    whole, found = by_visit(wanted), by_visit(copy.tables())
    audited = Counter(row["key"] for row in copy.query(AUDITED, str(Action.VISIT_SYNCED)))
    odd = [key for key, rows in found.items() if rows != whole.get(key)]
    return [*odd, *(key for key in found.keys() | audited if audited[key] != (key in found))]


def by_visit(tables: dict[str, Rows]) -> dict[str, Counter[str]]:
    """The rows that name a visit."""
    result: dict[str, Counter[str]] = {}
    for table, rows in tables.items():
        for row, count in rows.items():
            for key in {f"{found[1] or found[3]}:{found[2] or found[4]}" for found in KEY.finditer(row)}:
                result.setdefault(key, Counter())[f"{table} {row}"] = count
    return result


@contextmanager
def ground(practices: Practices, way: Way, *, quiet_seconds: float = 0.0) -> Iterator[Ground]:
    """A clinic with cookies that are good for the way through the proxy, and one uninterrupted run."""
    practice = practices("ordinary-day", visits=way.visits, cookies=not way.signs_in)
    server = practice.database.server
    upstream = endpoint_of(practice.site.url) if way.leads_to_neo else (server.host, server.port)
    with FaultProxy(upstream, quiet_seconds=quiet_seconds) as proxy:
        if way.leads_to_neo and not way.signs_in:
            keep_cookies(practice, f"http://127.0.0.1:{proxy.port}")
        prepared = Prepared.of(practice)
        with prepared.copy() as whole, way.parts(whole, proxy) as parts:
            before = proxy.exchanges
            assert run(Syncer(parts)).failure is None
            wanted, exchanges = whole.tables(), proxy.exchanges - before
        assert len(by_visit(wanted)) == way.visits
        yield Ground(way, prepared, proxy, wanted, exchanges)


def keep_cookies(practice: Practice, url: str) -> None:
    """Cookies of the practice site, under the address by which it is reached here."""
    cookies = cookies_of(practice.site).replace(practice.site.url, url)
    SealedSignIn(practice.program.records, practice.sharing(), practice.clock).save(
        LOGIN, url, cookies=cookies, validated=True
    )


def points(chance: random.Random, exchanges: int, count: int) -> list[int]:
    """So many requests, spread over a run."""
    part = exchanges * 0.95 / count
    return [int(chance.uniform(part * number, part * (number + 1))) + 1 for number in range(count)]


def strike_all(place: Ground, chance: random.Random, count: int) -> None:
    """Each fault at so many points."""
    for fault in Fault:
        for point in points(chance, place.exchanges, count):
            print(f"\n{place.strike(fault, point)}", end="")


@pytest.mark.long(item=27)
@pytest.mark.parametrize("way", [NEO, RECORDS], ids=lambda way: way.name)
def test_one_of_each_fault(practices: Practices, way: Way) -> None:
    with ground(practices, way) as place:
        strike_all(place, random.Random(27), 1)  # noqa: S311 - chooses when to strike


def test_a_sign_in_that_breaks_off_is_not_a_rejected_one() -> None:
    """A rejection suspends the sign-in until a person acts; here Neo took it, and the page after it never came."""

    async def sign_in(url: str) -> None:
        options = NeoOptions(url, ZoneInfo("America/Los_Angeles"), requests_per_second=0)
        async with NeoSession(options, SystemClock(), random.Random(7)) as session:  # noqa: S311 - spreads retries
            await session.sign_in(LOGIN)

    with PracticeNeo() as site, FaultProxy(endpoint_of(site.url)) as proxy:
        # the sign-in page, the form, and where that leads
        proxy.break_at(3, Fault.REFUSE)
        with pytest.raises(Failure) as broken:
            asyncio.run(sign_in(f"http://127.0.0.1:{proxy.port}"))
        assert site.sign_ins == 1
    assert broken.value.code is FailureCode.UNREACHABLE


@pytest.mark.long(item=27)
@pytest.mark.parametrize("way", [NEO, SIGN_IN, RECORDS], ids=lambda way: way.name)
def test_twenty_of_each_fault(practices: Practices, way: Way) -> None:
    seed = secrets.randbits(32)
    print(f"\nfaults: seed {seed}")
    with ground(practices, way, quiet_seconds=KEEP_ALIVE_SECONDS) as place:
        strike_all(place, random.Random(seed), 20)  # noqa: S311 - chooses when to strike

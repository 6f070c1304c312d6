"""A clinic at work: a practice Neo, its own copy of the records, and the program on them, all real.

The clock stands still at a Wednesday afternoon unless a test moves it, so that what a test finds does not depend on
when it is run; waiting goes twenty times as fast.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import keyring
import psycopg
import pytest
from psycopg.rows import dict_row

from idexx_desktop import app
from idexx_desktop.app import Environment, Program, SetUp
from idexx_desktop.domain.events import SyncResult, Trigger
from idexx_desktop.domain.filters import CallFilter, VisitFilter
from idexx_desktop.domain.records import CallRecord, NeoPace, Page, VisitRecord
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.services.expected_browser import ExpectedBrowser
from idexx_desktop.services.own_choices import ProfileChoices
from idexx_desktop.simulator.scenarios import PRACTICE_COMPANY_ID, PRACTICE_PASSWORD, PRACTICE_USERNAME
from idexx_desktop.simulator.site import PracticeNeo
from idexx_desktop.sync.parts import Holder, SyncParts, this_holder
from idexx_desktop.sync.sharing import Sharing
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.sync.worker import Syncer
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer
from idexx_desktop.vault.stores import open_store
from tests.support.keyring_memory import MemoryKeyring
from tests.support.postgres import OAK, TEMPLATE, ClinicDatabase, People, Person, TestServer

AFTERNOON = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)  # a Wednesday, 15:00 in Los Angeles
LOGIN = NeoLogin(PRACTICE_COMPANY_ID, PRACTICE_USERNAME, PRACTICE_PASSWORD)
SYNCED_TEMPLATE = "template_synced"
SYNCED_SCENARIO = "demo-day"
EVERYTHING = Page(limit=10_000)
_HURRY = 20.0


class HandClock:
    """Stands still until `pass_by`; what waits on it waits a twentieth of the time."""

    def __init__(self, at: datetime = AFTERNOON) -> None:
        self.at = at

    def now(self) -> datetime:
        """The wall clock."""
        return self.at

    def monotonic(self) -> float:
        """Seconds that really pass."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait, in a hurry."""
        await asyncio.sleep(seconds / _HURRY)

    def pass_by(self, **spans: float) -> None:
        """Let time pass, in the arguments of `timedelta`."""
        self.at += timedelta(**spans)


@dataclass
class Practice:
    """One clinic: its Neo, its records, its program."""

    site: PracticeNeo
    database: ClinicDatabase
    program: Program
    clock: HandClock
    environment: Environment

    @property
    def home(self) -> Path:
        """The profile's folder."""
        return self.environment.home

    def sync(
        self,
        trigger: Trigger = Trigger.BUTTON,
        *,
        hours: float = 48,
        only_visits: frozenset[str] | None = None,
    ) -> SyncResult:
        """One run from start to end, on the program's own worker."""
        assert self.program.syncer.start(trigger, hours=hours, only_visits=only_visits)
        return finished(self.program.syncer)

    def visits(self) -> dict[str, VisitRecord]:
        """Every visit by its key."""
        rows = self.program.visits.rows(VisitFilter(), EVERYTHING)
        return {row.visit_key: row for row in rows}

    def labelled(self, label: str) -> VisitRecord:
        """The visit that the practice site gave this label."""
        return self.visits()[self.site.world.labels[label]]

    def calls(self) -> list[CallRecord]:
        """Every call, cancelled ones too."""
        return self.program.calls.rows(CallFilter("all"), EVERYTHING)

    def queued(self) -> list[CallRecord]:
        """The calls that would be made."""
        return [call for call in self.calls() if call.status == "queued"]

    def query(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """A statement of the superuser, committed."""
        return ask(self.database.owner_url, statement, *values)

    def server_is_on_time(self) -> None:
        """From now on the server's clock, too, shows this instant."""
        self.query(
            "CREATE OR REPLACE FUNCTION idexx_app.moment() RETURNS timestamptz LANGUAGE sql"
            f" SET search_path = pg_catalog, pg_temp AS $$ SELECT '{self.clock.at.isoformat()}'::timestamptz $$"
        )

    def actions(self) -> Counter[str]:
        """How often each action is in the activity record."""
        rows = self.query("SELECT action FROM public.idexx_sync_audit_log WHERE user_id = %s", self.user_id)
        return Counter(row["action"] for row in rows)

    @property
    def user_id(self) -> str:
        """Whose program it is."""
        return self.program.identity.user_id

    def keep_sign_in(self, *, cookies: bool = True, login: NeoLogin = LOGIN) -> None:
        """Keep the clinic's sign-in; with cookies that Neo accepts, so that no browser is needed."""
        text = cookies_of(self.site) if cookies else None
        SealedSignIn(self.program.records, self.sharing(), self.clock).save(
            login,
            self.site.url,
            cookies=text,
            validated=cookies,
            start_over=True,  # a copied database was made with the secrets of another profile
        )
        if cookies:
            ExpectedBrowser(self.home).note_cookies()

    def sharing(self) -> Sharing:
        """The secrets of this profile."""
        store = open_store(self.program.profile.id, self.home, self.environment.vault_passphrase)
        keys = KeyRing(store, self.clock)
        device, shared = this_holder().device, not self.program.records_here
        choices = ProfileChoices(self.home, self.environment.neo_url)
        return Sharing(store, keys, Sealer(keys), device, shared, choices)

    def parts(self, *, holder: Holder | None = None, lease_seconds: float = 30.0) -> SyncParts:
        """What a run of another program on the same records is given."""
        return SyncParts(
            self.program.records,
            self.sharing(),
            self.clock,
            holder or this_holder(),
            random.Random(7),  # noqa: S311 - spreads retries
            lease_seconds,
        )


def finished(syncer: Syncer) -> SyncResult:
    """How the run ends that is under way."""
    assert syncer.wait(60), "the sync did not end"
    assert syncer.last_result is not None
    return syncer.last_result


def ask(url: str, statement: str, *values: object) -> list[dict[str, Any]]:
    """Give one statement, committed; the rows it returns."""
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        cursor = connection.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []


def cookies_of(site: PracticeNeo) -> str:
    """What the program keeps of a sign-in, from one without a browser."""
    address = urllib.parse.urlsplit(site.url)
    form = {
        "companyId": PRACTICE_COMPANY_ID,
        "username": PRACTICE_USERNAME,
        "password": site.world.password,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)) as connection:
        connection.request("POST", "/login", urllib.parse.urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        name, _, value = (answer.getheader("Set-Cookie") or "").partition(";")[0].partition("=")
    cookie = {
        "name": name, "value": value, "domain": "127.0.0.1", "path": "/", "expires": -1,
        "httpOnly": True, "secure": False, "sameSite": "Lax",
    }  # fmt: skip
    return json.dumps({"site": site.url, "user_agent": "practice", "cookies": [cookie]})


class Practices:
    """Makes clinics at work, and ends them. With a `passphrase` their secrets lie in a file, for other processes."""

    passphrase: str | None = None

    def __init__(self, server: TestServer, people: People, folder: Path, parts: ExitStack) -> None:
        self._server = server
        self._people = people
        self._folder = folder
        self._parts = parts
        self._made = 0

    def __call__(
        self,
        scenario: str = "ordinary-day",
        *,
        visits: int | None = None,
        latency_ms: int = 0,
        cookies: bool = True,
        template: str = TEMPLATE,
        at: datetime = AFTERNOON,
    ) -> Practice:
        """A clinic with a sign-in, at this instant. `cookies` False: the first sync signs in with a browser.

        Neo's sessions end when a test says so, not with its clock: each sign-in starts a browser.
        """
        clock = HandClock(at)
        site = PracticeNeo(
            scenario, visits=visits, latency_ms=latency_ms, now=clock.now, sessions_now=HandClock(at).now
        )
        self._parts.enter_context(site)
        name = self._server.create(template=template)
        self._parts.callback(self._server.drop, name)
        database = ClinicDatabase(self._server, name, self._people)
        environment, program = self._set_up(database, self._people.a, site.url, clock, said=True)
        practice = Practice(site, database, program, clock, environment)
        reachable = scenario in _WITHOUT_A_SIGN_IN
        practice.keep_sign_in(cookies=cookies and not reachable)
        return practice

    def open(self, environment: Environment, clock: HandClock) -> Program:
        """Open a profile once more."""
        program = app.open_program(environment)
        self._parts.callback(program.close)
        program.clock = clock
        return program

    def second(self, practice: Practice) -> Practice:
        """A second program on the same profile."""
        program = self.open(practice.environment, practice.clock)
        return Practice(practice.site, practice.database, program, practice.clock, practice.environment)

    def computer(self, practice: Practice, name: str, *, says_where: bool = True) -> Practice:
        """Another computer of the same user: a profile with secrets of its own, on the same records.

        `says_where`: at set-up a person has said where Neo is.
        """
        url = practice.site.url
        environment, program = self._set_up(
            practice.database, self._people.a, url, practice.clock, said=says_where
        )
        program.__dict__["_sharing"] = replace(program._sharing, device=name)
        return Practice(practice.site, practice.database, program, practice.clock, environment)

    def colleague(self, practice: Practice) -> Practice:
        """The program of another account of the clinic, which has no sign-in to Neo yet."""
        url, person = practice.site.url, self._people.colleague
        environment, program = self._set_up(practice.database, person, url, practice.clock, said=True)
        return Practice(practice.site, practice.database, program, practice.clock, environment)

    def _set_up(
        self, database: ClinicDatabase, person: Person, neo_url: str, clock: HandClock, *, said: bool
    ) -> tuple[Environment, Program]:
        self._made += 1
        url = database.url(person)
        home = self._folder / f"home-{self._made}"
        environment = Environment(home, database_url=url, vault_passphrase=self.passphrase)
        wanted = SetUp(
            OAK, "America/Los_Angeles", "a@oak.example", neo_url=neo_url if said else None, region=neo_url
        )
        program, _ = self._parts.enter_context(app.set_up(environment, wanted))
        program.clock = clock
        with program.records.transaction() as tx:
            tx.settings.save_pace(NeoPace(requests_per_second=0), now=clock.now())
            if said:
                tx.settings.suggest_address(neo_url, now=clock.now())
        return environment, program


# what these answer to a sign-in is what the tests that use them are about
_WITHOUT_A_SIGN_IN = {
    "wrong-password", "locked-out", "not-from-here", "disabled", "code-asked", "code-on-form", "password-expired",
    "redirected", "redirected-after", "posts-elsewhere", "maintenance",
}  # fmt: skip
MakePractice = Callable[..., Practice]


@contextmanager
def memory_keyring() -> Iterator[None]:
    """A password store of its own for what outlives a test."""
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    try:
        yield
    finally:
        keyring.set_keyring(before)


@pytest.fixture
def practices(postgres: TestServer, people: People, tmp_path: Path) -> Iterator[Practices]:
    """Makes clinics, each with records and a Neo of its own."""
    with ExitStack() as parts:
        yield Practices(postgres, people, tmp_path, parts)


@pytest.fixture(scope="session")
def synced_template(postgres: TestServer, people: People, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database in which one day has been synced, to be copied; made once for all rooms."""
    if ask(postgres.url(), "SELECT 1 FROM pg_database WHERE datname = %s", SYNCED_TEMPLATE):
        return SYNCED_TEMPLATE
    with memory_keyring(), ExitStack() as parts:
        practice = Practices(postgres, people, tmp_path_factory.mktemp("synced"), parts)(SYNCED_SCENARIO)
        result = practice.sync()
        assert result.failure is None
        practice.program.close()
        copied = practice.database.name
        ask(postgres.url(), f"CREATE DATABASE {SYNCED_TEMPLATE} TEMPLATE {copied} STRATEGY file_copy")
    return SYNCED_TEMPLATE


@pytest.fixture
def synced(practices: Practices, synced_template: str) -> Practice:
    """A clinic that has synced an ordinary day, on which one consultation couldn't be read."""
    return practices(SYNCED_SCENARIO, template=synced_template)

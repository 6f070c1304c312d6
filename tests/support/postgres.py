"""A PostgreSQL server for one test worker, and databases on it that are copied from a prepared one."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from idexx_desktop.db import migrate, provision
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.server import EmbeddedServer
from tests.support.waiting import wait_until

OAK, ELM = "Oak Street Vets", "Elm Road Animal Hospital"
ZONES = {OAK: "America/Los_Angeles", ELM: "America/New_York"}
NEO_URL = "https://practice.example"
PASSWORD = "only-for-tests-1"
TEMPLATE = "template_idexx"
# a test's rows need not survive a power cut
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # thousands of times a test signs in, with a password that is no secret
    "scram_iterations": "1",
}


class MemoryPasswords:
    """A password store for the server, in memory."""

    def __init__(self) -> None:
        self._entries: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """The password, None when there is none."""
        return self._entries.get(name)

    def set(self, name: str, value: str) -> None:
        """Keep it."""
        self._entries[name] = value

    def delete(self, name: str) -> None:
        """Forget it."""
        self._entries.pop(name, None)


@dataclass(frozen=True, slots=True)
class TestServer:
    """A running server, seen by its superuser."""

    __test__ = False

    host: str
    port: int
    superuser: str
    password: str
    _kept: list[psycopg.Connection] = field(default_factory=list, repr=False, compare=False)

    def url(self, database: str = "postgres", login: str | None = None, password: str = PASSWORD) -> str:
        """An address for a login, without one for the superuser."""
        who = f"{self.superuser}:{self.password}" if login is None else f"{login}:{password}"
        return f"postgresql://{who}@{self.host}:{self.port}/{database}"

    def create(self, *, template: str = "template1", owner: str | None = None) -> str:
        """A new database, copied from `template`; its name."""
        name = f"test_{secrets.token_hex(6)}"
        owned = sql.SQL(" OWNER {}").format(sql.Identifier(owner)) if owner else sql.SQL("")
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        self.run(copy + owned)
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def run(self, statement: sql.Composed | sql.SQL) -> None:
        """Give one statement as the superuser, outside of a transaction, over a connection that is kept."""
        if not self._kept or self._kept[-1].closed:
            self._kept.append(psycopg.connect(self.url(), autocommit=True))
        self._kept[-1].execute(statement)

    def close(self) -> None:
        """End that connection."""
        for connection in self._kept:
            connection.close()


@contextmanager
def everybodys_folder() -> Iterator[Path]:
    """A temporary folder that whoever runs PostgreSQL can reach, unlike pytest's."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def running_server(folder: Path) -> Iterator[TestServer]:
    """A server of our own, removed afterwards."""
    server = EmbeddedServer(folder, MemoryPasswords())
    try:
        with server.attached() as address:
            superuser, password = address.superuser, address.password()
            with closing(TestServer(address.host, address.port, superuser, password)) as running:
                _hurry(running)
                yield running
    finally:
        server.remove()


def _hurry(server: TestServer) -> None:
    """Change the settings while it runs: at each start the program writes its own."""
    for name, value in _SETTINGS.items():
        server.run(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    server.run(sql.SQL("SELECT pg_reload_conf()"))

    def has_heard() -> bool:
        with psycopg.connect(server.url()) as connection:
            row = connection.execute("SHOW scram_iterations").fetchone()
        return row == (_SETTINGS["scram_iterations"],)

    wait_until(has_heard)
    server.close()  # whoever connects from now on has them
    superuser, password = sql.Identifier(server.superuser), sql.Literal(server.password)
    server.run(sql.SQL("ALTER ROLE {} PASSWORD {}").format(superuser, password))


@dataclass(frozen=True, slots=True)
class Person:
    """A login of the prepared database."""

    login: str
    user_id: str
    clinic_id: str


@dataclass(frozen=True, slots=True)
class People:
    """Who is in the prepared database: `a` and `colleague` share a clinic, `b` and `admin` the other."""

    a: Person
    b: Person
    colleague: Person
    admin: Person


def make_template(server: TestServer) -> People:
    """Prepare the database that tests copy: two clinics, four people."""
    server.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    url = server.url(TEMPLATE)
    migrate.upgrade(url)
    clinics = {
        name: provision.create_clinic(url, name, zone, neo_url=NEO_URL) for name, zone in ZONES.items()
    }

    def add(login: str, clinic: str, role: str = "user") -> Person:
        user_id = provision.add_user(
            url, f"{login}@{clinic[:3].lower()}.example", role, login, PASSWORD, clinic
        )
        return Person(login, user_id, clinics[clinic])

    return People(
        a=add("test_a", OAK),
        b=add("test_b", ELM),
        colleague=add("test_colleague", OAK),
        admin=add("test_admin", ELM, "admin"),
    )


@dataclass(frozen=True, slots=True)
class ClinicDatabase:
    """A copy of the prepared database, for one test."""

    server: TestServer
    name: str
    people: People

    @property
    def owner_url(self) -> str:
        """The superuser's address."""
        return self.server.url(self.name)

    def url(self, person: Person) -> str:
        """A person's address."""
        return self.server.url(self.name, person.login)


class AllRecords:
    """The records as each person of the prepared database sees them, each over a connection of their own."""

    def __init__(self, database: ClinicDatabase) -> None:
        self.database = database
        self._open: list[Database] = []
        self.a = self._records(database.people.a)
        self.b = self._records(database.people.b)
        self.colleague = self._records(database.people.colleague)
        self.admin = self._records(database.people.admin)

    def close(self) -> None:
        """Close all connections."""
        for database in self._open:
            database.close()

    def _records(self, person: Person) -> ClinicRecords:
        database = Database(self.database.url(person))
        self._open.append(database)
        return ClinicRecords(database, person.user_id, person.clinic_id)

"""Two databases, our own and an adopted one, with rows of two people in every table, and everybody who may ask."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.rows import scalar_row

from idexx_desktop.db import provision
from tests.attacks.rows import TABLES, Things, fill
from tests.support.platform import ANNA, BEN, CLINIC, make_platform
from tests.support.postgres import ELM, NEO_URL, OAK, PASSWORD, ClinicDatabase, People, Person, TestServer

SYSTEM = "the system"
CLINIC_B = "00000000-0000-4000-8000-0000000000c2"
MORE_PEOPLE = {
    "colleague": "00000000-0000-4000-8000-00000000000c",
    "admin": "00000000-0000-4000-8000-00000000000d",
    "service": "00000000-0000-4000-8000-00000000000e",
}
# logins that no clinic has, but a server may: `unmapped` is in the groups and nobody, `ungrouped` is A and in no
# group, `foreign service` serves another database of the same server
STRANGERS: dict[str, str] = {
    "test_unmapped": "idexx_user, idexx_admin",
    "test_ungrouped": "",
    "authenticator": "idexx_user",
    "test_foreign_service": "idexx_service",
}


@dataclass(frozen=True)
class Identity:
    """Who asks: a login, what it says of itself, and whose rows the documents let it work with."""

    login: str
    person: str = ""
    claims: str | None = None
    groups: frozenset[str] = frozenset()


def identity(login: str, groups: str, person: str = "", claims: str | None = None) -> Identity:
    return Identity(login, person, claims, frozenset(groups.split()))


@dataclass(frozen=True)
class Filled:
    """A database with a row of A's, of a colleague's in the same clinic, and of B's in every table."""

    database: ClinicDatabase
    a: Things
    b: Things
    colleague: Things
    is_adopted: bool
    labels: dict[str, str]
    counts: dict[str, Counter[str]]
    identities: dict[str, Identity]
    connections: dict[str, psycopg.Connection] = field(default_factory=dict)

    @contextmanager
    def connected(self, who: str) -> Iterator[psycopg.Connection]:
        """A transaction of this identity's, rolled back at the end."""
        connection = self.connections.get(who)
        if connection is None:
            known = self.identities[who]
            connection = psycopg.connect(self.database.server.url(self.database.name, known.login))
            self.connections[who] = connection
            if known.claims is not None:
                connection.execute("SELECT set_config('request.jwt.claims', %s, false)", (known.claims,))
                connection.commit()
        try:
            yield connection
        finally:
            connection.rollback()

    def close(self) -> None:
        """Close every connection."""
        for connection in self.connections.values():
            connection.close()


def everybody(a: str, b: str) -> dict[str, Identity]:
    """All identities of the matrix; `a` and `b` are the users' ids."""
    return {
        "a": identity("test_a", "user", "A"),
        "b": identity("test_b", "user", "B"),
        "liar": identity("test_a", "user", "A", json.dumps({"sub": b, "role": "service_role"})),
        "colleague": identity("test_colleague", "user", "colleague"),
        "admin": identity("test_admin", "user admin", "admin"),
        "service": identity("test_service", "service", "service"),
        "foreign service": identity("test_foreign_service", "foreign", claims=json.dumps({"sub": a})),
        "unmapped": identity("test_unmapped", "user"),
        "ungrouped": identity("test_ungrouped", ""),
        "gateway as A": identity("authenticator", "user", "A", json.dumps({"sub": a})),
        "gateway as nobody": identity("authenticator", "user"),
        "gateway, empty claims": identity("authenticator", "user", claims="{}"),
        "gateway, malformed claims": identity("authenticator", "user", claims="not json"),
    }


def make_strangers(server: TestServer) -> None:
    """The roles of `STRANGERS`; they belong to the server, and are gone with it."""
    for name, groups in STRANGERS.items():
        server.run(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(PASSWORD))
        )
        if groups:
            server.run(sql.SQL(f"GRANT {groups} TO {name}"))


def fill_our_own(database: ClinicDatabase) -> Filled:
    """A copy of the prepared database, filled."""
    service = provision.add_user(
        database.owner_url, "service@elm.example", "service", "test_service", PASSWORD
    )
    return filled(database, service, is_adopted=False)


def fill_adopted(server: TestServer, name: str) -> Filled:
    """A platform's database with the same people, adopted and filled."""
    url = server.url(name)
    make_platform(url, "newer")
    with psycopg.connect(url) as platform:
        platform.execute("INSERT INTO clinics (id, name) VALUES (%s, %s)", (CLINIC_B, ELM))
        for who, user_id in MORE_PEOPLE.items():
            for table in ("auth.users", "public.users"):
                insert = f"INSERT INTO {table} (id, email) VALUES (%s, %s)"
                platform.execute(insert.encode(), (user_id, f"{who}@oak.example"))
        for table in ("scheduled_discharge_calls", "patients", "cases"):
            platform.execute(f"DELETE FROM {table}".encode())
    provision.prepare(url)
    for clinic in (OAK, ELM):
        provision.create_clinic(url, clinic, "UTC", neo_url=NEO_URL)

    def add(who: str, email: str, clinic_id: str, role: str = "user") -> Person:
        login = f"test_{who}"
        clinic = {CLINIC: OAK, CLINIC_B: ELM}.get(clinic_id)
        return Person(login, provision.add_user(url, email, role, login, PASSWORD, clinic), clinic_id)

    people = People(
        a=add("a", "anna@oak.example", CLINIC),
        b=add("b", "ben@oak.example", CLINIC_B),
        colleague=add("colleague", "colleague@oak.example", CLINIC),
        admin=add("admin", "admin@oak.example", CLINIC_B, "admin"),
    )
    assert (people.a.user_id, people.b.user_id) == (ANNA, BEN)
    service = add("service", "service@oak.example", "", "service")
    return filled(ClinicDatabase(server, name, people), service.user_id, is_adopted=True)


def filled(database: ClinicDatabase, service: str, *, is_adopted: bool) -> Filled:
    """Rows for A and B, a login that is A and in no group, and a gateway that is believed."""
    people = database.people
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("UPDATE idexx_app.schema_meta SET value = 'yes' WHERE key = 'trust_authenticator'")
        owner.execute(
            "INSERT INTO idexx_app.logins SELECT oid, rolname, %s FROM pg_roles WHERE rolname = 'test_ungrouped'",
            (people.a.user_id,),
        )
        a, b, colleague = (fill(owner, person) for person in (people.a, people.b, people.colleague))
    labels = {
        people.a.clinic_id: "A",
        people.b.clinic_id: "B",
        people.a.user_id: "A",
        people.b.user_id: "B",
        people.colleague.user_id: "colleague",
        people.admin.user_id: "admin",
        service: "service",
    }
    with psycopg.connect(database.owner_url, row_factory=scalar_row) as owner:
        counts = {
            table: Counter(str(label) for label in owner.execute(whose(labels, table))) for table in TABLES
        }
    return Filled(
        database, a, b, colleague, is_adopted, labels, counts, everybody(people.a.user_id, people.b.user_id)
    )


def whose(labels: dict[str, str], table: str) -> bytes:
    """A query for the label of each row that can be seen."""
    column = "clinic_id" if TABLES[table].kind == "clinic" else "user_id"
    if table in ("users", "clinics"):
        column = "id"
    cases = " ".join(f"WHEN '{found}' THEN '{label}'" for found, label in labels.items())
    return f"SELECT CASE {column} {cases} ELSE '{SYSTEM}' END FROM public.{table}".encode()

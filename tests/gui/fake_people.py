"""A clinic's server and its owner in memory: the way there, and the people with logins."""

from __future__ import annotations

from dataclasses import replace

from idexx_desktop.domain.connection import (
    ConnectionPart,
    ConnectionStep,
    RecordsPlace,
    version_step,
    with_untried,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.people import HandOver, Logins, NewPerson
from idexx_desktop.domain.records import LoginRecord

OWNER = "postgresql://root:owner-secret-7@db.harbour.example/clinic?sslmode=verify-full"
PLACE = RecordsPlace("db.harbour.example", "clinic", "front")
SIGN_IN_REFUSED = Failure(
    FailureCode.DATABASE_REFUSED,
    title="The server didn't accept the login “root” with this password.",
    advice="Check both.",
)


def whole_way() -> list[ConnectionStep]:
    """Every step is well."""
    words = {
        ConnectionPart.ADDRESS: "db.harbour.example:5432 answers.",
        ConnectionPart.TLS: "The way is encrypted, and the server proved its name.",
        ConnectionPart.PASSWORD: "Signed in as “front”.",
        ConnectionPart.ROLE: "The login can do no more than it should.",
        ConnectionPart.VERSION: "",
        ConnectionPart.MIGRATION: "The database “clinic” is prepared.",
        ConnectionPart.PERSON: "front@desk.example, for Harbour Vet.",
    }
    return [
        version_step(170_006) if part is ConnectionPart.VERSION else ConnectionStep(part, True, found)
        for part, found in words.items()
    ]


def old_server() -> list[ConnectionStep]:
    """Everything works, on a server with the leak."""
    return [version_step(170_004) if step.part is ConnectionPart.VERSION else step for step in whole_way()]


def untrusted_way() -> list[ConnectionStep]:
    """The certificate isn't trusted."""
    problem = ConnectionStep(
        ConnectionPart.TLS,
        False,
        "This computer doesn't trust the server's certificate.",
        "It has expired, or this computer doesn't know who signed it. Whoever runs the server gives you the certificate"
        " of its authority as a file: add sslrootcert= with the file's path to the address.",
    )
    return with_untried([whole_way()[0], problem])


class FakeConnection:
    """`steps` is what a test finds, unless `failure` is set."""

    def __init__(self) -> None:
        self.steps = whole_way()
        self.failure: Failure | None = None
        self.tested = 0

    def place(self) -> RecordsPlace:
        return PLACE

    def test(self) -> list[ConnectionStep]:
        self.tested += 1
        if self.failure:
            raise self.failure
        return self.steps


class FakeUsers:
    """Accepts one owner's address; `asked` counts the questions, `added` keeps the new people."""

    def __init__(self) -> None:
        self.all = [
            LoginRecord("anna", "anna@harbour.example", "user-2", "admin", True, ("Bay Vet", "Harbour Vet")),
            LoginRecord("front", "front@desk.example", "user-1", "user", True, ("Harbour Vet",)),
            LoginRecord("kim", "kim@harbour.example", "user-3", "user", False, ()),
        ]
        self.asked = 0
        self.added: list[NewPerson] = []

    def logins(self, owner_address: str) -> Logins:
        self.asked += 1
        if owner_address != OWNER:
            raise SIGN_IN_REFUSED
        return Logins(PLACE, tuple(self.all), ("Bay Vet", "Harbour Vet"))

    def add(self, owner_address: str, person: NewPerson) -> tuple[HandOver, Logins]:
        self.logins(owner_address)
        self.added.append(person)
        self.all = [row for row in self.all if row.login != person.login]
        self.all.insert(
            0, LoginRecord(person.login, person.email, "user-9", person.role, True, (person.clinic,))
        )
        made = "" if person.password else "7k2m-q9xd-3hfa-p4tw-8nrc"
        address = f"postgresql://{person.login}@db.harbour.example/clinic?sslmode=verify-full"
        return HandOver(person.login, address, made), self.logins(owner_address)

    def deactivate(self, owner_address: str, email: str) -> Logins:
        self.logins(owner_address)
        self.all = [replace(row, active=row.active and row.email != email) for row in self.all]
        return self.logins(owner_address)

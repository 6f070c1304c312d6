"""A clinic whose records are on this computer, with a backup of them; made once for all rooms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from idexx_desktop import app
from idexx_desktop.app import Environment, Program, SetUp
from idexx_desktop.db import embedded
from idexx_desktop.db.server import EmbeddedServer, ServerAddress
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.places import embedded_server
from idexx_desktop.services.setting_up import DEFAULT_NEO_URL
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.vault.stores import open_store
from tests.db_repositories.made_up import a_visit, write_with_call
from tests.support.practice import memory_keyring

PASSPHRASE = "only for tests 7"
VISITS = 5
LOGIN = NeoLogin("4242", "practice@oakstreet.example", "only-for-tests-1")


@dataclass
class EmbeddedClinic:
    """Its profile, a folder with one backup, and the code of its recovery kit."""

    environment: Environment
    folder: Path
    backup: Path
    kit: str

    @contextmanager
    def open(self) -> Iterator[Program]:
        """The program on its records."""
        with app.open_program(self.environment) as program:
            yield program


@contextmanager
def computer(home: Path) -> Iterator[Environment]:
    """Another computer without a profile; what is put there is removed."""
    environment = Environment(home, vault_passphrase=PASSPHRASE)
    try:
        yield environment
    finally:
        remove(environment)


def server_of(environment: Environment, passphrase: str = PASSPHRASE) -> EmbeddedServer:
    """The profile's own server."""
    profile = profiles.load(environment.home)
    assert profile is not None
    return embedded_server(environment, open_store(profile.id, environment.home, passphrase))


def do(address: ServerAddress, *statements: str) -> None:
    """As the owner of the records, each in a transaction of its own."""
    with psycopg.connect(embedded.owner_url(address), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def remove(environment: Environment) -> None:
    """Its server and data."""
    if profiles.load(environment.home) is not None:
        server_of(environment).remove()


@contextmanager
def made_clinic(base: Path) -> Iterator[EmbeddedClinic]:
    """Five visits with calls, a sign-in, a recovery kit, and a backup of it all."""
    with memory_keyring(), computer(base / "home") as environment:
        wanted = SetUp("Oak Street Vets", "America/Los_Angeles", "pm@oak.example")
        with app.set_up(environment, wanted) as (program, _):
            with program.records.transaction() as tx:
                for number in range(VISITS):
                    write_with_call(tx, a_visit(number + 1, owner=f"Owner {number}"), f"a:{number + 1}")
            SealedSignIn(program.records, program._sharing, program.clock).save(
                LOGIN, DEFAULT_NEO_URL, cookies=None, validated=True
            )
            kit = program.computers.make_kit().code
            made = program.backups.make(base / "first")
        yield EmbeddedClinic(environment, base / "first", Path(made.file), kit)

"""A real server on a folder of its own, removed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from idexx_desktop.db.server import EmbeddedServer, ServerAddress
from idexx_desktop.vault.passphrase_store import PassphraseStore, ScryptCost


def passwords_at(home: Path) -> PassphraseStore:
    return PassphraseStore(home / "vault.json", "profile-1", "open sesame", cost=ScryptCost(n=2**15))


def server_at(home: Path) -> EmbeddedServer:
    """What each program of a profile makes for itself."""
    return EmbeddedServer(home / "database", passwords_at(home))


def ask(address: ServerAddress, query: str, password: str | None = None) -> Any:
    """The first value that the server answers to a superuser."""
    with psycopg.connect(
        host=address.host,
        port=address.port,
        user=address.superuser,
        password=password or address.password(),
        dbname="postgres",
    ) as connection:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


@pytest.fixture
def made_server() -> Iterator[Callable[[Path], EmbeddedServer]]:
    """Servers at any home; stopped and removed at the end, whatever the test did to them."""
    made: list[EmbeddedServer] = []

    def make(home: Path) -> EmbeddedServer:
        made.append(server_at(home))
        return made[-1]

    yield make
    for server in made:
        server.remove()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def server(home: Path, made_server: Callable[[Path], EmbeddedServer]) -> EmbeddedServer:
    return made_server(home)


@pytest.fixture(scope="module")
def shared_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerAddress]:
    """A running server for tests that only ask."""
    server = server_at(tmp_path_factory.mktemp("shared"))
    with server.attached() as address:
        yield address
    server.remove()

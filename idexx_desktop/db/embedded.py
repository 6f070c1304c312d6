"""The clinic's records on the embedded server: the database itself, and the addresses of its owner and its user."""

from __future__ import annotations

import os
from urllib.parse import quote

from idexx_desktop.db.server import ServerAddress

DATABASE = "idexx_desktop"


def owner_url(address: ServerAddress, database: str = DATABASE) -> str:
    """The address for migrations and users; for nothing else."""
    return url_of(address, address.superuser, address.password(), database)


def url_of(address: ServerAddress, login: str, password: str, database: str = DATABASE) -> str:
    """The address of one login."""
    return f"postgresql://{quote(login, safe='')}:{quote(password, safe='')}@{address.host}:{address.port}/{database}"


def forget_surroundings() -> None:
    """What is set for other programs that use PostgreSQL (PGSERVICE, PGSSLMODE and their kin) says nothing of this
    computer's own server, and libpq would follow it.
    """
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


def make_database(address: ServerAddress) -> None:
    """Create the database where it is absent."""
    from psycopg import sql  # for set-up; all others start the server before they load what speaks to it

    from idexx_desktop.db.connecting import connect
    from idexx_desktop.db.errors import translating

    with translating(), connect(owner_url(address, "postgres")) as connection:
        connection.autocommit = True  # CREATE DATABASE can't run in a transaction
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

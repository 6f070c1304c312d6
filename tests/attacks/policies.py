"""Row security alone: everybody is granted everything, keys and triggers are off, and the policies must still hold.

All of it happens in one transaction of the superuser, who becomes one identity after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.errors import DataError, InsufficientPrivilege, IntegrityError

from tests.attacks import expectations
from tests.attacks.expectations import HOST
from tests.attacks.filled import Filled, Identity, whose
from tests.attacks.rows import TABLES, insert_into

OWNER = Identity("idexx_owner", groups=frozenset({"service"}))
# those who see no row by right come last: most mutations are noticed before
ASKED = (
    "liar",
    "owner",
    "service",
    "foreign service",
    "admin",
    "gateway as A",
    "unmapped",
    "ungrouped",
    "colleague",
    "b",
)
NO_POLICY = "row-level security"

# what a statement came to: rows by whose they are, a number of rows, or why it was refused
Outcome = Counter[str] | int | str


@contextmanager
def everything_granted(filled: Filled, table: str) -> Iterator[psycopg.Connection]:
    """The superuser's transaction in which only policies protect `schema.table`; rolled back."""
    with psycopg.connect(filled.database.owner_url) as root:
        root.execute(f"GRANT ALL ON {table} TO PUBLIC".encode())
        root.execute("GRANT USAGE ON SCHEMA idexx_app TO PUBLIC")
        root.execute("SET LOCAL session_replication_role = replica")
        yield root
        root.rollback()


@contextmanager
def undone(root: psycopg.Connection) -> Iterator[None]:
    """What happens inside is taken back, and so is who one became."""
    root.execute("SAVEPOINT probe")
    try:
        yield
    finally:
        root.execute("ROLLBACK TO probe; RELEASE probe")


def become(root: psycopg.Connection, who: Identity) -> None:
    """Be another session user, with what it claims, until `undone` ends."""
    root.execute(
        sql.SQL("SET LOCAL SESSION AUTHORIZATION {}; SET LOCAL request.jwt.claims = {}").format(
            sql.Identifier(who.login), sql.Literal(who.claims or "")
        )
    )


def outcome(root: psycopg.Connection, statement: bytes, values: dict[str, str] | None = None) -> Outcome:
    """What a statement comes to; a row that only a key or a NULL refuses has passed the policies."""
    with undone(root):
        try:
            cursor = root.execute(statement, values)
            if cursor.description is not None:
                return Counter(row[0] for row in cursor)
        except InsufficientPrivilege as refused:
            words = str(refused)
            return NO_POLICY if NO_POLICY in words else words
        except IntegrityError:
            return 1
        except DataError:
            return 0
        else:
            return cursor.rowcount


def identity_of(filled: Filled, who: str) -> Identity:
    return OWNER if who == "owner" else filled.identities[who]


def expected_of(
    filled: Filled, table: str, who: str
) -> Iterator[tuple[bytes, dict[str, str] | None, Outcome]]:
    """Statements of this identity's, and what the documents say that the policies make of them."""
    total = filled.counts[table]
    changed = f"UPDATE public.{table} SET {TABLES[table].changed} = DEFAULT".encode()
    removed = f"DELETE FROM public.{table}".encode()
    if who == "owner":
        yield whose(filled.labels, table), None, total
        yield changed, None, total.total()
        yield removed, None, total.total()
        yield insert_into(table), filled.a.values(), 1
        return
    yield whose(filled.labels, table), None, expectations.readable(filled, who, table) or Counter()
    for command, statement in (("UPDATE", changed), ("DELETE", removed)):
        rows = expectations.changeable(filled, who, table, command) or Counter()
        yield statement, None, rows.total()
    for label, things in (("A", filled.a), ("B", filled.b)):
        allowed = expectations.addable(filled, who, table, label)
        yield insert_into(table), things.values(), 1 if allowed else NO_POLICY
    if filled.identities[who].person == "A":
        yield from references(filled, table)


def references(filled: Filled, table: str) -> Iterator[tuple[bytes, dict[str, str] | None, Outcome]]:
    """A's rows that are made to refer to B's, or to be B's: each is refused."""
    rules = TABLES[table]
    columns = {column: name for column, name in rules.references().items() if column != "id"}
    for column, name in columns.items():
        foreign = str(getattr(filled.b, name))
        if "INSERT" in rules.commands:
            yield insert_into(table), filled.a.values(**{name: foreign}), NO_POLICY
        # who wrote a shared row is kept by privileges: another member may change the row itself
        if "UPDATE" in rules.commands and column not in rules.writers():
            yield f"UPDATE public.{table} SET {column} = '{foreign}'".encode(), None, NO_POLICY


def first_surprise(root: psycopg.Connection, filled: Filled, table: str) -> str | None:
    """The first statement whose outcome is not what the documents say; None where all are."""
    for who in ASKED:
        if who == "ungrouped" and filled.is_adopted and table in HOST:
            continue  # the platform's own policies decide
        with undone(root):
            become(root, identity_of(filled, who))
            for statement, values, expected in expected_of(filled, table, who):
                found = outcome(root, statement, values)
                if found != expected:
                    return f"{who}: {statement.decode()}: {found}, expected {expected}"
    return None

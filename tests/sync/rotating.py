"""Many sealed sign-ins on one key ring; what may stop their rotation at any operation; and a child that rotates.

One user has one sign-in, so these are many users, written by one login of the group `idexx_service`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import event

from idexx_desktop.db import provision
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.sync.rotation import Rotated, rotate
from idexx_desktop.sync.sealed_login import cookie_context, open_login, seal_login
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.passphrase_store import PassphraseStore, ScryptCost
from idexx_desktop.vault.sealing import Sealer
from idexx_desktop.vault.stores import SecretStore
from tests.support.postgres import NEO_URL, OAK, PASSWORD, ClinicDatabase, MemoryPasswords

SERVICE = "test_rotation_service"
_CLOCK = SystemClock()
_COLUMNS = ", ".join(
    f"c.{field.name}::text" if field.name.endswith("id") else f"c.{field.name}"
    for field in fields(SealedCredentials)
)
_ROWS = f"""
    SELECT {_COLUMNS}, k.encrypted_cookies AS cookies, k.encryption_key_id AS cookie_key,
      k.credential_version AS cookie_version
    FROM public.idexx_credentials c LEFT JOIN public.neo_cookies k ON k.credential_id = c.id ORDER BY c.user_id
"""
_NAMES = [field.name for field in fields(SealedCredentials)]


class MemoryStore(MemoryPasswords):
    """A secret store in memory."""

    description = "memory"

    def is_put_back(self) -> bool:
        """See `SecretStore`."""
        return False

    def accept(self) -> None:
        """See `SecretStore`."""


class CountedStore:
    """A secret store that tells of each operation before it is done."""

    def __init__(self, store: SecretStore, tell: Callable[[], None]) -> None:
        self._store = store
        self._tell = tell

    @property
    def description(self) -> str:
        """See `SecretStore`."""
        return self._store.description

    def get(self, name: str) -> str | None:
        """See `SecretStore`."""
        self._tell()
        return self._store.get(name)

    def set(self, name: str, value: str) -> None:
        """See `SecretStore`."""
        self._tell()
        self._store.set(name, value)

    def delete(self, name: str) -> None:
        """See `SecretStore`."""
        self._tell()
        self._store.delete(name)

    def is_put_back(self) -> bool:
        """See `SecretStore`."""
        return self._store.is_put_back()

    def accept(self) -> None:
        """See `SecretStore`."""
        self._store.accept()


@contextmanager
def counted_statements(database: Database, tell: Callable[[], None]) -> Iterator[None]:
    """Tells of each statement and each commit before it is given."""

    def told(*_arguments: object) -> None:
        tell()

    names = ("before_cursor_execute", "commit")
    for name in names:
        event.listen(database.engine, name, told)
    try:
        yield
    finally:
        for name in names:
            event.remove(database.engine, name, told)


def audited(tx: Transaction, _row: SealedCredentials, key_id: str) -> None:
    """The row of the activity record that a rotation writes for each sign-in."""
    tx.audit.record(Action.CREDENTIALS_KEY_ROTATED, "ok", metadata={"key_id": key_id})


@dataclass(frozen=True, slots=True)
class SignIns:
    """The sign-ins of many users, as one login works with them."""

    url: str
    database: Database
    records: tuple[ClinicRecords, ...]

    def keep(self, store: SecretStore) -> None:
        """Seal and keep each user's sign-in, all with one new key; every third one has no cookies."""
        keys = KeyRing(store, _CLOCK)
        key_id = keys.add_key()
        for number, each in enumerate(self.records):
            with each.transaction() as tx:
                # every second one as an older program sealed it, for no address
                address = NEO_URL if number % 2 else None
                self.put(tx, each, keys, key_id, address, with_cookies=number % 3 > 0)

    def put(
        self,
        tx: Transaction,
        records: ClinicRecords,
        keys: KeyRing,
        key_id: str,
        address: str | None,
        *,
        with_cookies: bool,
    ) -> None:
        """Seal and keep one user's sign-in with this key."""
        sealer, user_id, now = Sealer(keys), records.user_id, _CLOCK.now()
        row_id = tx.credentials.reserve()
        sealed = seal_login(sealer, _login(user_id), row_id, user_id, key_id, address)
        row = tx.credentials.save(row_id, **asdict(sealed), status="valid", validated_at=now, now=now)
        if with_cookies:
            cookies = sealer.seal(_cookies(user_id), cookie_context(row, row.neo_url or ""), key_id)
            tx.cookies.put(row.id, row.version, key_id, cookies.text, now=now)

    def rotate(self, store: SecretStore) -> Rotated:
        """One rotation of all of them."""
        keys = KeyRing(store, _CLOCK)
        return rotate(self.records, keys, Sealer(keys), _CLOCK, audited)


@dataclass(frozen=True, slots=True)
class Tables:
    """What is really there, as the superuser sees it."""

    owner: psycopg.Connection[dict[str, Any]]

    def ask(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Give a statement, committed at once; the rows it returns."""
        cursor = self.owner.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []

    def keys(self, store: SecretStore) -> dict[str, str]:
        """The key of each sign-in by its id, once all that is sealed in it has been opened with that one key."""
        sealer = Sealer(KeyRing(store, _CLOCK))
        found = self.ask(_ROWS)
        for each in found:
            row = SealedCredentials(**{name: each[name] for name in _NAMES})
            assert open_login(sealer, row) == _login(row.user_id)
            if each["cookies"] is not None:
                assert (each["cookie_key"], each["cookie_version"]) == (row.encryption_key_id, row.version)
                opened = sealer.open(
                    each["cookies"], each["cookie_key"], cookie_context(row, row.neo_url or "")
                )
                assert opened == _cookies(row.user_id)
        without_cookies = [each for each in found if each["cookies"] is None]
        assert len(without_cookies) == (len(found) + 2) // 3
        return {each["id"]: each["encryption_key_id"] for each in found}

    def audited(self) -> Counter[str]:
        """How often the activity record says that a sign-in was sealed with each key."""
        query = "SELECT metadata ->> 'key_id' AS key FROM public.idexx_sync_audit_log WHERE action = %s"
        return Counter(row["key"] for row in self.ask(query, Action.CREDENTIALS_KEY_ROTATED))


@contextmanager
def sign_ins(
    clinic_database: ClinicDatabase, store: SecretStore, count: int
) -> Iterator[tuple[SignIns, Tables]]:
    """That many users, each with a sign-in, all sealed with one key of this store."""
    owner_url, clinic_id = clinic_database.owner_url, clinic_database.people.a.clinic_id
    provision.add_user(owner_url, "service@oak.example", "service", SERVICE, PASSWORD, OAK)
    with psycopg.connect(owner_url, autocommit=True, row_factory=dict_row) as owner:
        users = owner.execute(
            "INSERT INTO public.users (email) SELECT 'user-' || n || '@many.example' FROM generate_series(1, %s) n"
            " RETURNING id::text",
            [count],
        ).fetchall()
        url = clinic_database.server.url(clinic_database.name, SERVICE)
        with opened(url, clinic_id, [user["id"] for user in users]) as made:
            made.keep(store)
            yield made, Tables(owner)


@contextmanager
def opened(url: str, clinic_id: str, user_ids: list[str]) -> Iterator[SignIns]:
    """The sign-ins of these users, by one login."""
    database = Database(url)
    try:
        yield SignIns(url, database, tuple(ClinicRecords(database, user, clinic_id) for user in user_ids))
    finally:
        database.close()


def file_store(path: Path) -> PassphraseStore:
    """Keys on disk, with the quickest scrypt that is allowed."""
    return PassphraseStore(path, "profile-1", "open sesame", cost=ScryptCost(n=2**15))


def start_child(made: SignIns, store: Path) -> subprocess.Popen[bytes]:
    """`main` in a process of its own, which writes a byte before each operation."""
    child = subprocess.Popen(
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    users = [each.user_id for each in made.records]
    what = {"url": made.url, "clinic": made.records[0].clinic_id, "users": users, "store": str(store)}
    assert child.stdin is not None
    child.stdin.write(json.dumps(what).encode() + b"\n")
    return child


def _login(user_id: str) -> NeoLogin:
    return NeoLogin(f"company of {user_id}", f"user {user_id}", f"password of {user_id}")


def _cookies(user_id: str) -> str:
    return f"cookies of {user_id}"


def main() -> None:
    """Rotate as told on stdin, with a byte on stdout before each operation; then wait to be killed."""
    what = json.loads(sys.stdin.readline())
    store = file_store(Path(what["store"]))
    store.verify()  # the slow part of opening it

    def tell() -> None:
        os.write(1, b".")

    with opened(what["url"], what["clinic"], what["users"]) as made:
        with counted_statements(made.database, tell):
            made.rotate(CountedStore(store, tell))
        os.close(1)
        sys.stdin.read()


if __name__ == "__main__":
    main()

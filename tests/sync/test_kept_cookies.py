"""SAFETY 9: cookies are sealed like the password, to one version of one sign-in, and die with it."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from psycopg.rows import dict_row

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.sync.sharing import Sharing
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer
from tests.support.own_choices import chosen
from tests.support.postgres import NEO_URL, AllRecords
from tests.sync.rotating import MemoryStore

LOGIN = NeoLogin("company", "user", "password-1")
COOKIES = "the cookies of Neo"
_SWAP = """
    UPDATE neo_cookies a SET encrypted_cookies = b.encrypted_cookies, encryption_key_id = b.encryption_key_id
    FROM neo_cookies b WHERE a.user_id <> b.user_id
"""


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(MemoryStore(), SystemClock())


def sign_in_of(records: ClinicRecords, keys: KeyRing) -> SealedSignIn:
    """Two users have the same keys here: nothing but what a text is bound to tells them apart."""
    sharing = Sharing(MemoryStore(), keys, Sealer(keys), "Front Desk 1", False, chosen(NEO_URL))
    return SealedSignIn(records, sharing, SystemClock())


@pytest.fixture
def kept(clinic_records: AllRecords, keys: KeyRing) -> SealedSignIn:
    """A's sign-in, with cookies."""
    sign_in = sign_in_of(clinic_records.a, keys)
    sign_in.save(LOGIN, NEO_URL, cookies=COOKIES, validated=True)
    assert sign_in.cookies(sign_in.require()) == COOKIES
    return sign_in


def in_the_table(
    everybody: AllRecords, statement: str = "SELECT * FROM neo_cookies"
) -> list[dict[str, object]]:
    with psycopg.connect(everybody.database.owner_url, autocommit=True, row_factory=dict_row) as owner:
        cursor = owner.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def forget(sign_in: SealedSignIn) -> None:
    with sign_in.records.transaction() as tx:
        assert tx.credentials.forget()


ENDS: dict[str, Callable[[SealedSignIn], None]] = {
    "replaced": lambda sign_in: sign_in.save(LOGIN, NEO_URL, cookies=None, validated=False),
    "rejected": lambda sign_in: sign_in.rejected(Failure(FailureCode.WRONG_PASSWORD)),
    "code asked": lambda sign_in: sign_in.rejected(Failure(FailureCode.CODE_ASKED)),
    "forgotten": forget,
}


@pytest.mark.parametrize("way", ENDS)
def test_they_die_with_the_sign_in_and_do_not_come_back(
    clinic_records: AllRecords, kept: SealedSignIn, way: str
) -> None:
    """Also where a run that began before it still has cookies to keep."""
    row = kept.require()
    ENDS[way](kept)
    assert in_the_table(clinic_records) == []
    kept.renew_cookies(row, "cookies of a run that was under way")
    kept.accepted(row, "cookies of a run that was under way")
    assert in_the_table(clinic_records) == []
    assert kept.cookies(row) is None


def test_those_of_a_run_never_replace_those_of_a_newer_sign_in(kept: SealedSignIn) -> None:
    before = kept.require()
    kept.save(LOGIN, NEO_URL, cookies="newer cookies", validated=True)
    kept.renew_cookies(before, "older cookies")
    assert kept.cookies(kept.require()) == "newer cookies"
    assert kept.cookies(before) is None


def test_they_are_sealed_with_the_key_of_their_sign_in(
    clinic_records: AllRecords, kept: SealedSignIn, keys: KeyRing
) -> None:
    keys.add_key()  # in use from now on, for what is sealed anew
    kept.renew_cookies(kept.require(), COOKIES + " renewed")
    (row,) = in_the_table(clinic_records)
    assert row["encryption_key_id"] == kept.require().row.encryption_key_id != keys.active_key_id()
    assert "cookies" not in str(row["encrypted_cookies"])
    assert kept.cookies(kept.require()) == COOKIES + " renewed"


def test_they_open_for_no_other_user_row_or_version(
    clinic_records: AllRecords, kept: SealedSignIn, keys: KeyRing
) -> None:
    key_id = kept.require().row.encryption_key_id
    key, made_at = keys.key(key_id), keys.created_at(key_id)
    other = sign_in_of(clinic_records.b, keys)
    other.save(LOGIN, NEO_URL, cookies="cookies of B", validated=True)
    keys.keep_key(key_id, key, made_at)  # B's login has seen nobody use it
    as_they_were = in_the_table(clinic_records)

    def opened() -> list[str | None]:
        return [each.cookies(each.require()) for each in (kept, other)]

    in_the_table(clinic_records, _SWAP)
    assert in_the_table(clinic_records) != as_they_were
    assert opened() == [None, None]
    in_the_table(clinic_records, _SWAP)
    assert opened() == [COOKIES, "cookies of B"]
    for table, column in (("idexx_credentials", "version"), ("neo_cookies", "credential_version")):
        in_the_table(clinic_records, f"UPDATE {table} SET {column} = {column} + 1")
    assert opened() == [None, None]

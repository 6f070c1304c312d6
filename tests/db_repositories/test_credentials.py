"""The sealed sign-in: its id comes first, a new one ends suspension, and cookies never outlive it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SealedCredentials
from tests.db_repositories.conftest import Query
from tests.db_repositories.made_up import NOW
from tests.support.postgres import NEO_URL, AllRecords
from tests.support.waiting import wait_for_lock

LATER = NOW + timedelta(hours=1)


def save(tx: Transaction, password: str = "sealed-password") -> SealedCredentials:
    return tx.credentials.save(
        tx.credentials.reserve(),
        company_id="sealed-company",
        username="sealed-user",
        password=password,
        key_id="key-1",
        neo_url=NEO_URL,
        status="valid",
        validated_at=NOW,
        now=NOW,
    )


def reseal(tx: Transaction, row: SealedCredentials) -> bool:
    return tx.credentials.reseal(
        row, company_id="company-2", username="user-2", password="password-2", key_id="key-2", neo_url=NEO_URL,
        now=LATER,
    )  # fmt: skip


def test_a_reserved_id_is_no_sign_in_yet(tx: Transaction) -> None:
    first = tx.credentials.reserve()
    assert tx.credentials.reserve() == first
    assert tx.credentials.get() is None
    assert save(tx).id == first


def test_what_is_saved_comes_back(tx: Transaction) -> None:
    saved = save(tx)
    assert tx.credentials.get() == saved
    assert (saved.encrypted_company_id, saved.encrypted_username) == ("sealed-company", "sealed-user")
    assert (saved.validation_status, saved.last_validated_at, saved.version) == ("valid", NOW, 2)
    assert save(tx, "another").version == 3


def test_saving_ends_suspension(tx: Transaction) -> None:
    save(tx)
    assert tx.credentials.suspend(FailureCode.WRONG_PASSWORD, NOW, rejected=True)
    suspended = tx.credentials.get()
    assert suspended is not None
    assert (suspended.suspended_code, suspended.suspended_at) == ("wrong_password", NOW)
    assert suspended.validation_status == "invalid"
    assert save(tx).suspended_code is None


def test_a_suspension_that_is_no_rejection_keeps_the_status_and_the_cookies(tx: Transaction) -> None:
    saved = save(tx)
    tx.cookies.put(saved.id, saved.version, "key-1", "sealed", now=NOW)
    tx.credentials.suspend(FailureCode.CODE_ASKED, NOW, rejected=False)
    suspended = tx.credentials.get()
    assert suspended is not None
    assert suspended.validation_status == "valid"
    assert tx.cookies.get() is not None
    assert tx.credentials.resume(LATER)
    resumed = tx.credentials.get()
    assert resumed is not None
    assert resumed.suspended_code is None


def test_marking_says_when_it_was_last_accepted(tx: Transaction) -> None:
    assert not tx.credentials.mark("valid", NOW)
    save(tx)
    tx.credentials.mark("valid", LATER)
    tx.credentials.mark("unknown", LATER + timedelta(hours=1))
    marked = tx.credentials.get()
    assert marked is not None
    assert (marked.validation_status, marked.last_validated_at) == ("unknown", LATER)


def test_cookies_die_with_the_sign_in_that_they_belong_to(tx: Transaction) -> None:
    saved = save(tx)
    tx.cookies.put(saved.id, saved.version, "key-1", "first", now=NOW)
    tx.cookies.put(saved.id, saved.version, "key-1", "second", now=NOW)
    cookies = tx.cookies.get()
    assert cookies is not None
    assert (cookies.encrypted_cookies, cookies.credential_version) == ("second", saved.version)
    save(tx, "another password")
    assert tx.cookies.get() is None


def test_cookies_of_a_former_version_are_never_given_out(tx: Transaction) -> None:
    saved = save(tx)
    tx.cookies.put(saved.id, saved.version - 1, "key-1", "old", now=NOW)
    assert tx.cookies.get() is None


@pytest.mark.parametrize("way", ["rejected", "forgotten", "deleted"])
def test_cookies_are_removed(tx: Transaction, way: str) -> None:
    saved = save(tx)
    tx.cookies.put(saved.id, saved.version, "key-1", "sealed", now=NOW)
    if way == "rejected":
        tx.credentials.suspend(FailureCode.WRONG_PASSWORD, NOW, rejected=True)
    elif way == "forgotten":
        assert tx.credentials.forget()
        assert tx.credentials.get() is None
        assert not tx.credentials.forget()
    else:
        assert tx.cookies.delete()
    assert not tx.cookies.delete()


def test_cookies_die_with_the_row_and_with_the_user(clinic_records: AllRecords, as_owner: Query) -> None:
    """Whoever deletes them, and however: the database sees to it."""
    for records, table, row in (
        (clinic_records.a, "idexx_credentials", "user_id"),
        (clinic_records.b, "users", "id"),
    ):
        with records.transaction() as tx:
            saved = save(tx)
            tx.cookies.put(saved.id, saved.version, "key-1", "sealed", now=NOW)
        assert len(as_owner("SELECT 1 FROM public.neo_cookies")) == 1
        as_owner(f"DELETE FROM {table} WHERE {row} = %s", records.user_id)
        assert as_owner("SELECT 1 FROM public.neo_cookies") == []


def test_resealing_changes_the_key_and_nothing_else(tx: Transaction) -> None:
    saved = save(tx)
    tx.cookies.put(saved.id, saved.version, "key-1", "sealed", now=NOW)
    assert tx.credentials.hold() == saved
    assert reseal(tx, saved)
    resealed = tx.credentials.get()
    assert resealed == replace(
        saved,
        encrypted_company_id="company-2",
        encrypted_username="user-2",
        encrypted_password="password-2",
        encryption_key_id="key-2",
        updated_at=LATER,
    )
    kept = tx.cookies.get()
    assert kept is not None
    assert kept.encrypted_cookies == "sealed"
    assert tx.credentials.keys_in_use() == {"key-1", "key-2"}
    assert tx.cookies.reseal(kept, key_id="key-2", text="resealed", now=LATER)
    assert tx.cookies.get() == replace(
        kept, encryption_key_id="key-2", encrypted_cookies="resealed", updated_at=LATER
    )
    assert tx.credentials.keys_in_use() == {"key-2"}


def test_what_was_changed_in_the_meantime_is_not_resealed(tx: Transaction) -> None:
    first = save(tx)
    tx.cookies.put(first.id, first.version, "key-1", "sealed", now=NOW)
    kept = tx.cookies.get()
    assert kept is not None
    assert reseal(tx, first)
    assert not reseal(tx, first)  # on another key by now
    newer = save(tx, "another password")
    assert not reseal(tx, replace(newer, version=first.version))
    assert tx.credentials.get() == newer
    assert not tx.cookies.reseal(kept, key_id="key-2", text="resealed", now=LATER)
    tx.cookies.put(newer.id, newer.version, "key-1", "newer", now=NOW)
    assert not tx.cookies.reseal(kept, key_id="key-2", text="resealed", now=LATER)
    tx.credentials.forget()
    assert not reseal(tx, newer)
    assert tx.credentials.keys_in_use() == set()


def test_a_reserved_row_uses_no_key_and_is_not_held(tx: Transaction) -> None:
    assert tx.credentials.hold() is None
    tx.credentials.reserve()
    assert tx.credentials.hold() is None
    assert tx.credentials.keys_in_use() == set()


def test_keys_in_use_are_those_of_every_clinic_and_of_nobody_else(
    clinic_records: AllRecords, as_owner: Query
) -> None:
    for records in (clinic_records.a, clinic_records.b):
        with records.transaction() as tx:
            save(tx)
    as_owner("UPDATE public.idexx_credentials SET encryption_key_id = user_id::text")
    as_owner(
        "UPDATE public.idexx_credentials SET clinic_id = %s WHERE user_id = %s",
        clinic_records.b.clinic_id,
        clinic_records.a.user_id,
    )
    with clinic_records.a.transaction() as tx:
        assert tx.credentials.get() is None
        assert tx.credentials.keys_in_use() == {clinic_records.a.user_id}


@pytest.mark.parametrize("written", ["sign-in", "cookies"])
def test_keys_of_what_is_being_written_are_waited_for(
    clinic_records: AllRecords, as_owner: Query, written: str
) -> None:
    """Else a key could be dropped just before the row that needs it is committed."""
    records = clinic_records.a
    with records.transaction() as tx:
        save(tx)

    def keys_in_use() -> set[str]:
        with records.transaction() as tx:
            return tx.credentials.keys_in_use()

    with ThreadPoolExecutor(1) as pool:
        with records.transaction() as tx:
            held = tx.credentials.hold()
            assert held is not None
            asking = pool.submit(keys_in_use)
            wait_for_lock(as_owner)
            if written == "sign-in":
                assert reseal(tx, held)
            else:
                tx.cookies.put(held.id, held.version, "key-2", "sealed", now=NOW)
        assert asking.result(timeout=30) == ({"key-2"} if written == "sign-in" else {"key-1", "key-2"})


def test_nobody_else_sees_or_replaces_it(clinic_records: AllRecords) -> None:
    with clinic_records.a.transaction() as tx:
        saved = save(tx)
    for other in (clinic_records.b, clinic_records.colleague):
        with other.transaction() as tx:
            assert tx.credentials.get() is None
            assert not tx.credentials.forget()
    with pytest.raises(Failure) as refused, clinic_records.colleague.transaction() as tx:
        tx.credentials.save(
            saved.id, company_id=None, username="u", password="p", key_id="k", neo_url=NEO_URL,
            status="valid", validated_at=None, now=NOW,
        )  # fmt: skip
    assert refused.value.code is FailureCode.DATABASE_REFUSED


def test_a_sign_in_of_another_clinic_is_not_taken(clinic_records: AllRecords, as_owner: Query) -> None:
    with clinic_records.a.transaction() as tx:
        saved = save(tx)
    as_owner(
        "UPDATE public.idexx_credentials SET clinic_id = %s WHERE id = %s",
        clinic_records.b.clinic_id,
        saved.id,
    )
    with clinic_records.a.transaction() as tx:
        assert tx.credentials.get() is None
    with pytest.raises(Failure) as refused, clinic_records.a.transaction() as tx:
        tx.credentials.reserve()
    assert refused.value.code is FailureCode.INVALID_INPUT

"""What the database raises is told by its code, without a value in it, and leaves nothing half done."""

from __future__ import annotations

import traceback

import psycopg
import pytest
from sqlalchemy import text

from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.postgres import AllRecords

BY_STATE = {
    "IDX01": FailureCode.LEASE_LOST,
    "08006": FailureCode.DATABASE_UNREACHABLE,
    "53300": FailureCode.DATABASE_UNREACHABLE,
    "57P01": FailureCode.DATABASE_UNREACHABLE,
    "57014": FailureCode.DATABASE_UNREACHABLE,
    "55P03": FailureCode.DATABASE_UNREACHABLE,
    "28000": FailureCode.DATABASE_REFUSED,
    "42501": FailureCode.DATABASE_REFUSED,
    "42P01": FailureCode.DATABASE_OUTDATED,
    "42703": FailureCode.DATABASE_OUTDATED,
    "42883": FailureCode.DATABASE_OUTDATED,
    "22012": FailureCode.OURS,
    "40P01": FailureCode.DATABASE_UNREACHABLE,
}


@pytest.mark.parametrize("state", BY_STATE)
def test_states(clinic_records: AllRecords, state: str) -> None:
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'Bella of Mrs Smith' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(Failure) as raised, clinic_records.a.transaction() as tx:
        tx.session.execute(text(statement))
    failure = raised.value
    assert failure.code == BY_STATE[state]
    assert state in failure.detail
    assert "Bella" not in "".join(traceback.format_exception(failure))


def test_a_full_disk_is_named(clinic_records: AllRecords) -> None:
    with pytest.raises(Failure) as raised, clinic_records.a.transaction() as tx:
        tx.session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53100'; END $$"))
    assert raised.value.code == FailureCode.DATABASE_UNREACHABLE
    assert raised.value.title.startswith("The disk with your clinic's records is full.")


def test_a_constraint_is_named_without_its_values(clinic_records: AllRecords) -> None:
    clinic = clinic_records.a.clinic_id
    insert = text("INSERT INTO public.clinic_kind_rules VALUES (:clinic, 'Bella', 1, '10:00')")
    with pytest.raises(Failure) as raised, clinic_records.a.transaction() as tx:
        tx.session.execute(insert, [{"clinic": clinic}, {"clinic": clinic}])
    assert raised.value.code == FailureCode.OURS
    assert raised.value.detail == "SQLSTATE 23505, clinic_kind_rules_pkey"
    assert "Bella" not in "".join(traceback.format_exception(raised.value))


def test_anything_raised_inside_rolls_back(clinic_records: AllRecords) -> None:
    def our_own_mistake() -> None:
        with clinic_records.a.transaction() as tx:
            tx.session.execute(text("UPDATE public.clinic_settings SET calls_paused = true"))
            raise KeyError("ours")

    with pytest.raises(KeyError):
        our_own_mistake()
    with clinic_records.a.transaction() as tx:
        assert tx.session.execute(text("SELECT calls_paused FROM public.clinic_settings")).scalar() is False


def test_a_killed_connection_is_replaced(clinic_records: AllRecords) -> None:
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'test_a' AND datname = %s"
    with psycopg.connect(clinic_records.database.owner_url, autocommit=True) as owner:

        def killed_in_the_middle() -> None:
            with clinic_records.a.transaction() as tx:
                tx.session.execute(text("UPDATE public.clinic_settings SET calls_paused = true"))
                owner.execute(kill, (clinic_records.database.name,))
                tx.session.execute(text("SELECT 1"))

        with pytest.raises(Failure) as raised:
            killed_in_the_middle()
        assert raised.value.code == FailureCode.DATABASE_UNREACHABLE
        with clinic_records.a.transaction() as tx:
            assert (
                tx.session.execute(text("SELECT calls_paused FROM public.clinic_settings")).scalar() is False
            )
        # killed while it waits in the pool
        owner.execute(kill, (clinic_records.database.name,))
        with clinic_records.a.transaction() as tx:
            tx.session.execute(text("SELECT 1"))

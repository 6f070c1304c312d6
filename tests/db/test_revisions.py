"""Raising a revision is in nobody's way, and wakes whoever listens with the name of the topic, and nothing else."""

from __future__ import annotations

import time

import psycopg
import pytest

from tests.support.postgres import ClinicDatabase

MISSED = "INSERT INTO public.missed_runs (clinic_id, due_at, reason) VALUES (%s, clock_timestamp(), 'asleep')"
RULE = "INSERT INTO public.clinic_kind_rules (clinic_id, kind, delay_days, preferred_time) VALUES (%s, %s, 1, '10:00')"
LEVELS = (None, psycopg.IsolationLevel.REPEATABLE_READ)


def count_of(database: ClinicDatabase, topic: str = "settings") -> int:
    with psycopg.connect(database.owner_url) as owner:
        row = owner.execute(
            "SELECT COALESCE(sum(revision), 0)::int FROM idexx_app.topic_revisions WHERE topic = %s", (topic,)
        ).fetchone()
    assert row
    return int(row[0])


def writer(database: ClinicDatabase, isolation: psycopg.IsolationLevel | None = None) -> psycopg.Connection:
    made = psycopg.connect(database.owner_url, options="-c lock_timeout=2000 -c deadlock_timeout=100")
    made.isolation_level = isolation
    return made


@pytest.mark.parametrize("isolation", LEVELS)
def test_who_writes_waits_for_nobody(
    clinic_database: ClinicDatabase, isolation: psycopg.IsolationLevel | None
) -> None:
    """Two transactions of one clinic that each write what the other writes, in the other order, at the same time."""
    clinic = clinic_database.people.a.clinic_id
    with writer(clinic_database) as first:
        first.execute(MISSED, (clinic,))
        first.execute(RULE, (clinic, "before"))
    before = count_of(clinic_database), count_of(clinic_database, "sessions")
    with writer(clinic_database, isolation) as one, writer(clinic_database, isolation) as other:
        one.execute(MISSED, (clinic,))
        other.execute(RULE, (clinic, "other"))
        one.execute(RULE, (clinic, "one"))
        other.execute(MISSED, (clinic,))
        one.execute(RULE, (clinic, "one-more"))
        one.commit()
        other.commit()
    assert (count_of(clinic_database), count_of(clinic_database, "sessions")) == (
        before[0] + 2,
        before[1] + 2,
    )


def test_what_is_taken_back_was_never_raised(clinic_database: ClinicDatabase) -> None:
    clinic = clinic_database.people.a.clinic_id
    with writer(clinic_database) as one:
        before = count_of(clinic_database)
        one.execute("SAVEPOINT here")
        one.execute(RULE, (clinic, "x"))
        one.execute("ROLLBACK TO here")
        one.execute(RULE, (clinic, "y"))
        one.commit()
        assert count_of(clinic_database) == before + 1
        one.execute(RULE, (clinic, "z"))
        one.rollback()
        assert count_of(clinic_database) == before + 1


def test_rows_are_used_again(clinic_database: ClinicDatabase) -> None:
    """There are as many as transactions ever wrote at once, not as many as transactions."""
    clinic = clinic_database.people.a.clinic_id
    with writer(clinic_database) as one:
        for number in range(20):
            one.execute(RULE, (clinic, f"k{number}"))
            one.commit()
        row = one.execute(
            "SELECT count(*) FROM idexx_app.topic_revisions WHERE topic = 'settings'"
        ).fetchone()
    assert row
    assert row[0] <= 2


def test_a_wake_up_names_the_topic_and_comes_once_a_second_at_most(clinic_database: ClinicDatabase) -> None:
    clinic = clinic_database.people.a.clinic_id
    channel = "idexx_" + clinic.replace("-", "")
    with psycopg.connect(clinic_database.url(clinic_database.people.a), autocommit=True) as listening:
        listening.execute(f"LISTEN {channel}".encode())
        with writer(clinic_database) as one:
            one.execute("UPDATE idexx_app.topic_revisions SET told_at = NULL")
            one.commit()
            began = time.monotonic()
            for number in range(10):
                one.execute(RULE, (clinic, f"Bella-{number}"))
                one.commit()
            took = time.monotonic() - began
        told = [each.payload for each in listening.notifies(timeout=20, stop_after=1)]
        told += [each.payload for each in listening.notifies(timeout=0.3)]
    assert set(told) == {"settings"}
    assert 1 <= len(told) <= 1 + took


def test_a_deleted_clinic_takes_its_rows_along(clinic_database: ClinicDatabase) -> None:
    """Whatever its rows raise while they go."""
    with writer(clinic_database) as one:
        one.execute(
            "INSERT INTO public.clinics (id, name) VALUES ('00000000-0000-4000-8000-0000000000ff', 'Gone')"
        )
        one.execute(RULE, ("00000000-0000-4000-8000-0000000000ff", "x"))
        one.commit()
        one.execute("DELETE FROM public.clinics WHERE name = 'Gone'")

"""Records of before: everything is kept, who took something back is said to be unknown, what is absurd is put right."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from idexx_desktop.db import migrate
from idexx_desktop.domain.failures import Failure
from tests.support.platform import ANNA, CLINIC, make_platform
from tests.support.postgres import ClinicDatabase
from tests.support.schema import schema_of

BEFORE, FACTS = "0013", "0018"
OURS = f"""
INSERT INTO public.users (id, email) VALUES ('{ANNA}', 'anna@oak.example');
INSERT INTO public.clinics (id, name) VALUES ('{CLINIC}', 'Oak Street Vets');
INSERT INTO public.scheduled_discharge_calls (user_id, dynamic_variables) VALUES ('{ANNA}', '{{}}')
"""
ROWS = f"""
INSERT INTO public.clinic_settings (clinic_id, timezone, neo_url, clinic_phone, closed_days, closed_weekdays)
  VALUES ('{CLINIC}', 'America/Denver', 'https://x', repeat('1', 99), '{{infinity,2026-12-25}}', '{{6}}');
INSERT INTO public.clinic_kind_rules (clinic_id, kind, delay_days, preferred_time)
  VALUES ('{CLINIC}', 'dental', 1, '24:00'), ('{CLINIC}', 'Bella Smith', 1, '10:00');
INSERT INTO public.sync_schedules (clinic_id, paused_until, every_hours) VALUES ('{CLINIC}', 'infinity', 6);
INSERT INTO public.missed_runs (clinic_id, due_at, reason)
  VALUES ('{CLINIC}', '2026-11-20 07:00Z', 'asleep'), ('{CLINIC}', 'infinity', 'He is away');
INSERT INTO public.visit_decisions (clinic_id, visit_key, choice, why, decided_by, decided_by_name, undone_at)
  VALUES ('{CLINIC}', 'a:1', 'call', repeat('long ', 400), '{ANNA}', 'Anna', '2026-11-20 08:00Z'),
         ('{CLINIC}', 'a:1', 'no_call', '', '{ANNA}', 'Anna', NULL);
INSERT INTO public.opt_outs (clinic_id, phone, recorded_by, withdrawn_at)
  VALUES ('{CLINIC}', '555', '{ANNA}', '2026-11-20 09:00Z'), ('{CLINIC}', '556', '{ANNA}', NULL);
INSERT INTO public.call_outcomes (call_id, clinic_id, user_id, outcome, recorded_by, undone_at)
  SELECT id, '{CLINIC}', user_id, 'voicemail', 'Anna', '2026-11-20 10:00Z'
  FROM public.scheduled_discharge_calls WHERE user_id = '{ANNA}'
"""
KEPT = ("visit_decisions", "opt_outs", "call_outcomes", "clinic_settings", "clinic_kind_rules", "missed_runs")


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("adopted", [False, True])
def test_everything_is_kept(empty_database: str, adopted: bool) -> None:
    url = empty_database
    if adopted:
        make_platform(url, "newer")
    migrate.upgrade(url, BEFORE)
    if not adopted:
        ask(url, OURS)
    ask(url, ROWS)
    before = {table: ask(url, f"SELECT count(*) FROM public.{table}") for table in KEPT}
    facts = "SELECT id, choice, why, decided_by, decided_by_name, decided_at, undone_at FROM visit_decisions ORDER BY 1"
    decisions, schema = ask(url, facts), schema_of(url)
    migrate.upgrade(url, FACTS)
    assert {table: ask(url, f"SELECT count(*) FROM public.{table}") for table in KEPT} == before
    assert ask(url, facts) == decisions
    taken_back = ask(
        url,
        "SELECT fact, withdrawn_by, withdrawn_by_name, to_char(withdrawn_at AT TIME ZONE 'UTC', 'HH24:MI')"
        " FROM fact_withdrawals ORDER BY 4",
    )
    assert taken_back == [
        ("decision", None, "unknown", "08:00"),
        ("opt_out", None, "unknown", "09:00"),
        ("outcome", None, "unknown", "10:00"),
    ]
    assert {row[0] for row in ask(url, "SELECT lower(recorded_by_name) FROM opt_outs")} == {
        "anna@oak.example"
    }
    assert ask(
        url, "SELECT timezone, length(clinic_phone), closed_days, closed_weekdays FROM clinic_settings"
    ) == [("America/Denver", 60, [], [6])]
    assert ask(url, "SELECT paused_until, every_hours FROM sync_schedules") == [(None, 6.0)]
    assert ask(url, "SELECT reason FROM missed_runs ORDER BY 1") == [("asleep",), ("unknown",)]
    assert ask(url, "SELECT count(*) FROM idexx_sync_audit_log WHERE action LIKE 'settings%'") == [(0,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, "UPDATE public.visit_decisions SET choice = 'call'")
    migrate.downgrade(url, BEFORE)
    assert schema_of(url) == schema
    assert ask(url, facts) == decisions
    migrate.upgrade(url, FACTS)


def test_an_older_program_only_reads(clinic_database: ClinicDatabase) -> None:
    for version, may in (("0,1,0", False), ("0,4,9", False), ("0,5,0", True), ("1,0,0", True)):
        assert ask(clinic_database.owner_url, f"SELECT idexx_app.may_write('{{{version}}}')") == [(may,)], (
            version
        )


def test_a_table_of_that_name_stops_it(empty_database: str) -> None:
    """Of a platform that took the name meanwhile: nothing is touched."""
    migrate.upgrade(empty_database, BEFORE)
    ask(empty_database, "CREATE TABLE public.fact_withdrawals (id uuid)")
    before = schema_of(empty_database)
    with pytest.raises(Failure):
        migrate.upgrade(empty_database)
    assert schema_of(empty_database) == before

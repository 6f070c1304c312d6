"""On a platform's own tables: fewer columns than ours, other enums, policies of theirs. Everything still works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from idexx_desktop.db import provision
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.repositories.consultation_status import StatusOf
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind, VisitFilter
from idexx_desktop.domain.records import Page
from idexx_desktop.domain.visits import VisitKind
from tests.db_repositories.conftest import Rows
from tests.db_repositories.made_up import (
    CALL_AT,
    NOW,
    VISIT_AT,
    ZONE,
    a_change,
    a_join,
    a_visit,
    a_walk_in,
    join_call,
    upsert,
    write,
    write_with_call,
)
from tests.support.platform import ANNA, CASES, CLINIC, make_platform
from tests.support.postgres import NEO_URL, OAK, PASSWORD, TestServer


@pytest.fixture
def platform(adopted_database: str) -> str:
    """A platform's database, prepared for this program."""
    provision.create_clinic(adopted_database, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    return adopted_database


@pytest.fixture
def anna(platform: str, postgres: TestServer) -> Iterator[ClinicRecords]:
    """Her records."""
    user_id = provision.add_user(platform, "anna@oak.example", "user", "test_anna", PASSWORD, OAK)
    database = Database(postgres.url(platform.rsplit("/", 1)[1], "test_anna"))
    database.check()
    assert (user_id, database.clinics()[0].clinic_id) == (ANNA, CLINIC)
    yield ClinicRecords(database, user_id, CLINIC)
    database.close()


def ask(url: str, statement: str) -> Rows:
    """Rows as the superuser sees them."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def settle(tx: Transaction) -> str:
    """A visit from reading to its call."""
    call_id = write_with_call(tx, a_visit(1), "a:2")
    write_with_call(tx, a_visit(2, pet="Nala"), "a:1")
    return call_id


def test_a_visit_takes_over_the_platforms_case(anna: ClinicRecords, platform: str) -> None:
    with anna.transaction() as tx:
        assert write(tx, a_visit(1)) == CASES[ANNA]
    case = ask(platform, f"SELECT * FROM public.cases WHERE id = '{CASES[ANNA]}'")[0]
    assert (case["status"], case["scheduled_at"]) == ("completed", VISIT_AT)
    assert case["metadata"]["pimsConsultation"]["id"] == "3001"
    patients = ask(platform, f"SELECT * FROM public.patients WHERE case_id = '{CASES[ANNA]}'")
    assert [(row["name"], row["owner_phone"]) for row in patients] == [("Rex", "(510) 555-0142")]


def test_a_new_case_with_the_columns_that_are_there(anna: ClinicRecords, platform: str) -> None:
    with anna.transaction() as tx:
        case_id = upsert(tx, a_visit(9), status="draft", kind=VisitKind.DENTAL)
    case = ask(platform, f"SELECT * FROM public.cases WHERE id = '{case_id}'")[0]
    assert (case["type"], case["status"], case["external_id"]) == ("surgery", "draft", "pims-appt-idexx-9")
    with anna.transaction() as tx:
        assert case_id is not None
        assert tx.cases.soft_close(case_id, "No longer in Neo.", now=NOW)


def test_a_case_of_another_program_is_found_by_its_consultation(anna: ClinicRecords, platform: str) -> None:
    consultation = '{"pimsConsultation": {"id": "8001"}}'
    ask(platform, f"UPDATE public.cases SET external_id = NULL, metadata = '{consultation}'")
    with anna.transaction() as tx:
        assert write(tx, a_walk_in()) == CASES[ANNA]


def test_another_users_case_is_neither_seen_nor_doubled(anna: ClinicRecords, platform: str) -> None:
    with anna.transaction() as tx:
        assert write(tx, a_visit(2)) is None
    assert len(ask(platform, "SELECT id FROM public.cases")) == 2


def test_calls_on_the_platforms_table(anna: ClinicRecords, platform: str) -> None:
    with anna.transaction() as tx:
        call_id = settle(tx)
        assert tx.visits.known(VISIT_AT, NOW)["a:1"].call_enabled
        assert tx.visits.open_keys() == {"a:1", "a:2"}
        assert tx.calls.reschedule(call_id, CALL_AT + timedelta(hours=1), now=NOW)
        upcoming = tx.calls.page(CallFilter("upcoming"), Page(), zone=ZONE, now=NOW)
        assert [row.patient_names for row in upcoming] == [("Rex", "Nala")]
        assert tx.calls.group_counts(CallFilter(), zone=ZONE, now=NOW)["all"] == 1
        change = a_change(a_visit(1))
        tx.consultations.put([StatusOf(change, CASES[ANNA], call_id)], now=NOW)
    with anna.transaction() as tx:
        assert tx.outcomes.record(call_id, CallOutcomeKind.REACHED_WELL)
        assert tx.outcomes.undo(call_id) is CallOutcomeKind.REACHED_WELL
        assert tx.calls.leave(call_id, "a:1", cancel=False, why="why", now=NOW)
        assert tx.calls.cancel(call_id, "why", now=NOW)
        assert [row.call_id for row in tx.visits.page(VisitFilter(), Page())] == [None, None]
        # nothing of ours says who scheduled the platform's own calls, so they aren't listed
        assert tx.calls.count(CallFilter("all"), zone=ZONE, now=NOW) == 1
    assert len(ask(platform, "SELECT id FROM public.scheduled_discharge_calls")) == 3


def test_a_status_may_be_an_enum_of_theirs(empty_database: str, postgres: TestServer) -> None:
    make_platform(empty_database)
    ask(
        empty_database,
        """
        CREATE TYPE "CallStatus" AS ENUM
          ('queued', 'ringing', 'in_progress', 'completed', 'failed', 'cancelled', 'voicemail');
        ALTER TABLE public.scheduled_discharge_calls ALTER COLUMN status DROP DEFAULT,
          ALTER COLUMN status TYPE "CallStatus" USING status::"CallStatus"
        """,
    )
    provision.prepare(empty_database)
    provision.create_clinic(empty_database, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    provision.add_user(empty_database, "anna@oak.example", "user", "test_anna", PASSWORD, OAK)
    database = Database(postgres.url(empty_database.rsplit("/", 1)[1], "test_anna"))
    with ClinicRecords(database, ANNA, CLINIC).transaction() as tx:
        call_id = settle(tx)
        assert tx.visits.open_keys() == {"a:1", "a:2"}
        call = tx.calls.get(call_id)
        assert call is not None
        assert call.status == "queued"
        assert tx.calls.count(CallFilter("done"), zone=ZONE, now=NOW) == 0
        assert join_call(tx, a_join("a:1", "a:2"), "a:1") == (call_id, False)
        assert tx.calls.cancel(call_id, "why", now=NOW)
        assert tx.calls.count(CallFilter("done"), zone=ZONE, now=NOW) == 1
    database.close()


def test_settings_where_users_and_clinics_have_fewer_columns(anna: ClinicRecords) -> None:
    with anna.transaction() as tx:
        rules = tx.settings.call_rules()
        assert rules.kinds[VisitKind.SURGERY].delay_days == 1
        assert (tx.settings.clinic().name, tx.settings.clinic().phone) == (OAK, "")


# what such platforms keep of a call, and the same names with types that nobody expects
REPORTING = {
    "as usual": """
        ALTER TABLE public.scheduled_discharge_calls ADD duration_seconds int, ADD attention_types text[],
          ADD attention_severity text, ADD attention_summary text, ADD summary text, ADD structured_data jsonb""",
    "odd types": """
        CREATE TYPE public.severity AS ENUM ('low', 'high');
        ALTER TABLE public.scheduled_discharge_calls ADD duration_seconds numeric, ADD attention_types jsonb,
          ADD attention_severity public.severity, ADD attention_summary json, ADD summary bytea,
          ADD structured_data text""",
}
REPORTED = {
    "as usual": """
        duration_seconds = 75, attention_types = ARRAY['missed_dose', E'\\u202enow'], attention_severity = 'high',
        attention_summary = repeat('Worse since Monday. ', 5000), structured_data = '{"pain": 3, "reached": true}'""",
    "odd types": """
        duration_seconds = 'NaN', attention_types = '{"a": [1]}', attention_severity = 'high',
        attention_summary = '"Worse since Monday. "', summary = '\\x00ff',
        structured_data = repeat('{"a": ', 20000)""",
}


@pytest.mark.parametrize("variant", REPORTING)
def test_what_a_calling_system_says_is_read_where_there_is_room_for_it(
    empty_database: str, postgres: TestServer, variant: str
) -> None:
    make_platform(empty_database)
    ask(empty_database, REPORTING[variant])
    provision.prepare(empty_database)
    provision.create_clinic(empty_database, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    provision.add_user(empty_database, "anna@oak.example", "user", "test_anna", PASSWORD, OAK)
    database = Database(postgres.url(empty_database.rsplit("/", 1)[1], "test_anna"))
    database.check()
    with ClinicRecords(database, ANNA, CLINIC).transaction() as tx:
        call_id = settle(tx)
    ask(
        empty_database,
        "UPDATE public.scheduled_discharge_calls SET status = 'failed', ended_reason = 'no answer from carrier',"
        f" scheduled_for = '{(NOW - timedelta(hours=2)).isoformat()}', {REPORTED[variant]} WHERE id = '{call_id}'",
    )
    with ClinicRecords(database, ANNA, CLINIC).transaction() as tx:
        [row] = tx.calls.page(CallFilter("trouble"), Page(), zone=ZONE, now=NOW)
        [group] = tx.calls.troubles(ZONE, NOW)
    database.close()
    assert group.reason == row.report.ended_reason == "no answer from carrier"
    assert row.report.severity == "high"
    assert row.report.summary.startswith("Worse since Monday.")
    assert len(row.report.summary) <= 1_000
    if variant == "as usual":
        assert row.report.attention == ("missed dose", "now")
        assert row.report.details == (("pain", "3"), ("reached", "yes"))
        assert row.report.seconds == 75

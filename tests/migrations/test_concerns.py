"""Concerns on a database at work: results from before stay results, those from then on have one; and down again."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from idexx_desktop.db import migrate
from tests.support.platform import ANNA, CLINIC, make_platform
from tests.support.schema import schema_of

REVISION = "0033"
CALL = (
    "INSERT INTO public.scheduled_discharge_calls (user_id, dynamic_variables, customer_phone)"
    f" VALUES ('{ANNA}', '{{}}', '+15105550142') RETURNING id::text"
)
RESULT = (
    "INSERT INTO public.call_outcomes (call_id, clinic_id, user_id, outcome, note)"
    f" VALUES (%s, '{CLINIC}', '{ANNA}', 'reached_concern', 'limping')"
)


def ask(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(query.encode(), values)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("adopted", [True, False])
def test_what_was_over_stays_over(empty_database: str, adopted: bool) -> None:
    url = empty_database
    before = migrate.known_revisions()[migrate.known_revisions().index(REVISION) - 1]
    if adopted:
        make_platform(url, "newer")
    migrate.upgrade(url, before)
    if not adopted:
        ask(url, f"INSERT INTO public.users (id, email) VALUES ('{ANNA}', 'anna@oak.example')")
        ask(url, f"INSERT INTO public.clinics (id, name) VALUES ('{CLINIC}', 'Oak Street Vets')")
    [(call,)] = ask(url, CALL)
    ask(url, RESULT, call)
    schema, results = schema_of(url), ask(url, "SELECT * FROM public.call_outcomes ORDER BY id")
    migrate.upgrade(url, REVISION)
    assert ask(url, "SELECT * FROM public.call_outcomes ORDER BY id") == results
    assert ask(url, "SELECT 1 FROM public.concerns") == []
    ask(url, RESULT, call)
    assert ask(url, "SELECT call_id::text, words, urgency, source FROM public.concerns") == [
        (call, "limping", "today", "person")
    ]
    migrate.downgrade(url, before)
    assert schema_of(url) == schema
    assert len(ask(url, "SELECT 1 FROM public.call_outcomes")) == 2
    migrate.upgrade(url, REVISION)

"""A decision to call with care: none before its revision, kept by it, and a call like any other without it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from idexx_desktop.db import migrate
from tests.support.platform import ANNA, CLINIC, make_platform
from tests.support.schema import schema_of

BEFORE, WITH_CARE = "0029", "0031"
ROW = "INSERT INTO public.visit_decisions (clinic_id, visit_key, choice, decided_by) VALUES ('{}', '{}', '{}', '{}')"


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def decided(url: str, key: str, choice: str) -> None:
    ask(url, ROW.format(CLINIC, key, choice, ANNA))


def test_what_was_decided_is_kept_both_ways(empty_database: str) -> None:
    url = empty_database
    make_platform(url, "newer")
    migrate.upgrade(url, BEFORE)
    schema = schema_of(url)
    facts = (
        "SELECT visit_key, choice, decided_by::text, decided_at, undone_at FROM visit_decisions ORDER BY 1"
    )
    decided(url, "a:1", "call")
    with pytest.raises(psycopg.errors.CheckViolation):
        decided(url, "a:2", "call_with_care")
    before = ask(url, facts)
    migrate.upgrade(url, WITH_CARE)
    assert ask(url, facts) == before
    decided(url, "a:2", "call_with_care")
    with pytest.raises(psycopg.errors.CheckViolation):
        decided(url, "a:3", "call_without_care")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, "UPDATE public.visit_decisions SET choice = 'call' WHERE visit_key = 'a:2'")
    migrate.downgrade(url, BEFORE)
    assert schema_of(url) == schema
    after = ask(url, facts)
    assert after[0] == before[0]
    assert after[1][:2] == ("a:2", "call")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, "UPDATE public.visit_decisions SET choice = 'no_call'")
    migrate.upgrade(url, WITH_CARE)
    assert ask(url, facts) == after

"""What is said of numbers: nothing before its revision, kept by it for good, gone with it; a clinic's settings stay."""

from __future__ import annotations

import psycopg
import pytest

from idexx_desktop.db import migrate
from tests.migrations.test_call_with_care import ask
from tests.support.platform import ANNA, CLINIC, make_platform
from tests.support.schema import schema_of

BEFORE, NUMBERS = "0036", "0037"
SETTINGS = f"INSERT INTO public.clinic_settings (clinic_id, timezone, neo_url) VALUES ('{CLINIC}', 'UTC', 'https://x')"
WRONG = f"INSERT INTO public.wrong_numbers (clinic_id, phone, told_by) VALUES ('{CLINIC}', '+1510555014{{}}', '{ANNA}')"


def test_a_clinic_keeps_its_settings_both_ways_and_what_was_said_is_never_changed(
    empty_database: str,
) -> None:
    url = empty_database
    make_platform(url, "newer")
    migrate.upgrade(url, BEFORE)
    schema = schema_of(url)
    ask(url, SETTINGS)
    ask(url, "UPDATE public.clinic_settings SET slot_size = 7, max_attempts = 5")
    kept = ask(url, "SELECT slot_size, max_attempts, timezone FROM public.clinic_settings")
    migrate.upgrade(url, NUMBERS)
    assert ask(url, "SELECT calls_per_day, calls_per_month FROM public.clinic_settings") == [(1, 3)]
    assert ask(url, "SELECT slot_size, max_attempts, timezone FROM public.clinic_settings") == kept
    ask(url, WRONG.format(2))
    for change in ("SET phone = '+15105550199'", "SET undone_at = now()", "SET told_at = now()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(url, f"UPDATE public.wrong_numbers {change}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, "DELETE FROM public.wrong_numbers")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(url, WRONG.format(2))
    with pytest.raises(psycopg.errors.CheckViolation):
        ask(url, WRONG.format("x"))
    migrate.downgrade(url, BEFORE)
    assert schema_of(url) == schema
    assert ask(url, "SELECT slot_size, max_attempts, timezone FROM public.clinic_settings") == kept
    migrate.upgrade(url, NUMBERS)
    assert ask(url, "SELECT 1 FROM public.wrong_numbers") == []

"""Questions and answers: none before their revision, kept by it, gone without it; the results of calls stay."""

from __future__ import annotations

import json

import psycopg
import pytest

from idexx_desktop.db import migrate
from idexx_desktop.domain.call_questions import as_rows
from idexx_desktop.domain.default_questions import default_questions
from idexx_desktop.domain.visits import VisitKind
from tests.migrations.test_call_with_care import ask
from tests.support.platform import ANNA, CLINIC, make_platform
from tests.support.schema import schema_of

WITH = "0035"
QUESTIONS = json.dumps(as_rows(default_questions(VisitKind.SURGERY).questions)).replace("'", "''")
SET = f"""INSERT INTO public.question_sets (clinic_id, kind, version, questions, saved_at, fingerprint)
  VALUES ('{CLINIC}', 'surgery', 1, '{QUESTIONS}', now(), 'x')"""
OUTCOME = f"""INSERT INTO public.call_outcomes (call_id, clinic_id, user_id, outcome)
  SELECT id, '{CLINIC}', '{ANNA}', 'reached_well' FROM public.scheduled_discharge_calls LIMIT 1"""
ANSWER = """INSERT INTO public.call_answers
    (outcome_id, call_id, clinic_id, user_id, set_id, question, answer, given_at)
  SELECT o.id, o.call_id, o.clinic_id, o.user_id, s.id, 'eating', 'yes', now()
  FROM public.call_outcomes o, public.question_sets s"""


def before() -> str:
    """The revision that this one follows."""
    known = migrate.known_revisions()
    return known[known.index(WITH) - 1]


def test_what_was_answered_is_kept_and_goes_with_its_call(empty_database: str) -> None:
    url = empty_database
    make_platform(url, "newer")
    migrate.upgrade(url, before())
    schema = schema_of(url)
    ask(
        url,
        f"INSERT INTO public.scheduled_discharge_calls (user_id, dynamic_variables) VALUES ('{ANNA}', '{{}}')",
    )
    ask(url, OUTCOME)
    results = "SELECT call_id, outcome, undone_at FROM public.call_outcomes"
    made = ask(url, results)
    assert len(made) == 1
    migrate.upgrade(url, WITH)
    assert ask(url, results) == made
    ask(url, SET)
    ask(url, ANSWER)
    for change in (
        "UPDATE public.question_sets SET questions = '[]'",
        "UPDATE public.question_sets SET version = 2",
        "UPDATE public.question_sets SET saved_by = 'somebody'",
        "DELETE FROM public.question_sets",
        "TRUNCATE public.question_sets CASCADE",
        "UPDATE public.call_answers SET answer = 'no'",
        "DELETE FROM public.call_answers",
        "TRUNCATE public.call_answers",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(url, change)
    ask(url, "UPDATE public.question_sets SET undone_by = 'x', undone_at = now()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, "UPDATE public.question_sets SET undone_at = NULL")
    migrate.downgrade(url, before())
    assert schema_of(url) == schema
    assert ask(url, results) == made
    migrate.upgrade(url, WITH)
    ask(url, SET)
    ask(url, ANSWER)
    ask(url, "DELETE FROM public.scheduled_discharge_calls")
    assert ask(url, "SELECT count(*) FROM public.call_answers") == [(0,)]
    ask(url, f"DELETE FROM public.clinic_members WHERE clinic_id = '{CLINIC}'")

"""A colleague writes rows about every visit of the day; then the real sync makes the calls that it makes anyway."""

from __future__ import annotations

import psycopg

from idexx_desktop.domain.visits import VisitState
from tests.support.practice import Practice, Practices

ROWS = (
    "SELECT idexx_app.claim_visit(%(clinic)s, key) FROM unnest(%(keys)s::text[]) AS key",
    "INSERT INTO public.cases (user_id, clinic_id, external_id) SELECT idexx_app.current_user_id(), %(clinic)s,"
    " 'pims-appt-idexx-' || substr(key, 3) FROM unnest(%(keys)s::text[]) AS key",
    "INSERT INTO public.scheduled_discharge_calls (user_id, case_id, customer_phone, scheduled_for, dynamic_variables)"
    " SELECT c.user_id, c.id, '+12025550111', now(), '{}' FROM public.cases c",
    "SELECT idexx_app.place_visits(%(clinic)s, jsonb_agg(jsonb_build_object('call_id', s.id, 'visit_key',"
    " 'a:' || substr(c.external_id, 17)))::text)"
    " FROM public.scheduled_discharge_calls s JOIN public.cases c ON c.id = s.case_id",
)


def calls_of(practice: Practice) -> set[tuple[object, ...]]:
    """What would be called."""
    return {
        (call.customer_phone, call.scheduled_for, call.status, tuple(sorted(call.visit_keys)))
        for call in practice.calls()
    }


def test_the_calls_are_those_of_an_undisturbed_sync(practices: Practices) -> None:
    alone, disturbed = practices("demo-day"), practices("demo-day")
    assert alone.sync().failure is None
    keys = [key for key in alone.visits() if key.startswith("a:")]
    people = disturbed.database.people
    values = {"clinic": people.a.clinic_id, "keys": keys}
    with psycopg.connect(disturbed.database.url(people.colleague), autocommit=True) as connection:
        for statement in ROWS:
            connection.execute(statement.encode(), values)
    [placed] = disturbed.query("SELECT count(*) AS n FROM public.call_visits")
    assert placed["n"] == len(keys)
    result = disturbed.sync()
    assert result.failure is None
    assert calls_of(disturbed) == calls_of(alone) != set()
    states = {key: row.state for key, row in alone.visits().items()}
    assert {key: row.state for key, row in disturbed.visits().items()} == states
    assert VisitState.SCHEDULED in states.values()
    assert result.discharge_calls_scheduled == len(disturbed.queued())

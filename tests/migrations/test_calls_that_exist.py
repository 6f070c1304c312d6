"""What older programs said of calls is corrected: on our own records and on a platform's."""

from __future__ import annotations

import psycopg
import pytest

from idexx_desktop.db import migrate
from tests.support.platform import make_platform

_REVISIONS = [revision for revision, _ in migrate.revisions()]
BEFORE = _REVISIONS[_REVISIONS.index("0016") - 1]
ANA, BEN = "00000000-0000-4000-8000-0000000000aa", "00000000-0000-4000-8000-0000000000bb"
ELM = "00000000-0000-4000-8000-0000000000cc"
PEOPLE = f"""
INSERT INTO public.users (id, email) VALUES ('{ANA}', 'ana@elm.example'), ('{BEN}', 'ben@elm.example');
INSERT INTO public.clinics (id, name) VALUES ('{ELM}', 'Elm Road');
INSERT INTO public.clinic_members (user_id, clinic_id) VALUES ('{ANA}', '{ELM}'), ('{BEN}', '{ELM}');
"""
VISIT = f"""
INSERT INTO public.visits (clinic_id, user_id, visit_key, consultation_id, kind, state, reason_code, reason, phone,
  decision_hash)
VALUES ('{ELM}', '{ANA}', %(key)s, '8001', 'general', %(state)s, %(code)s, 'as it was', '+15105550142', 'h')
"""
CALL = """
WITH made AS (
  INSERT INTO public.scheduled_discharge_calls (user_id, customer_phone, scheduled_for, status, dynamic_variables)
  VALUES (%(user)s, '+15105550142', '2026-11-21 18:00+00', %(status)s, '{}') RETURNING id, user_id
)
INSERT INTO public.call_visits (call_id, clinic_id, user_id, visit_key)
SELECT id, %(clinic)s, user_id, %(key)s FROM made RETURNING call_id
"""
SAID = """
INSERT INTO public.consultation_sync_status (consultation_id, user_id, clinic_id, discharge_call_scheduled,
  discharge_call_id) VALUES (%(key)s, %(user)s, %(clinic)s, true, %(call)s)
"""
# state, reason, whose call (if any) with its status; what it reads afterwards
VISITS = {
    "a:1": ("scheduled", "call_due", (ANA, "queued"), "scheduled"),
    "a:2": ("scheduled", "call_due", (ANA, "cancelled"), "held"),
    "a:3": ("scheduled", "call_due", None, "held"),
    "a:4": ("scheduled", "colleague", (BEN, "queued"), "scheduled"),
    "a:5": ("scheduled", "colleague", (BEN, "cancelled"), "held"),
    "a:6": ("scheduled", "colleague", None, "held"),
    "a:7": ("held", "no_phone", None, "held"),
    "a:8": ("scheduled", "call_due", (ANA, "completed"), "scheduled"),
}


@pytest.mark.parametrize("kind", ["our own", "older", "newer"])
def test_what_read_as_scheduled_without_a_call_is_held(empty_database: str, kind: str) -> None:
    if kind != "our own":
        make_platform(empty_database, kind)
    migrate.upgrade(empty_database, BEFORE)
    with psycopg.connect(empty_database) as owner:
        if kind != "our own":
            owner.execute(f"INSERT INTO auth.users (id) VALUES ('{ANA}'), ('{BEN}')".encode())
        owner.execute(PEOPLE.encode())
        calls = {}
        for key, (state, code, made, _) in VISITS.items():
            owner.execute(VISIT.encode(), {"key": key, "state": state, "code": code})
            if made is not None:
                values = {"key": key, "user": made[0], "status": made[1], "clinic": ELM}
                row = owner.execute(CALL.encode(), values).fetchone()
                assert row is not None
                calls[key] = row[0]
        for key in ("a:1", "a:2"):
            owner.execute(SAID.encode(), {"key": key, "user": ANA, "clinic": ELM, "call": calls[key]})
    migrate.upgrade(empty_database)
    with psycopg.connect(empty_database) as owner:
        found = {
            row[0]: row[1:]
            for row in owner.execute(
                "SELECT visit_key, state, reason_code, needs_attention, others_call FROM public.visits"
            )
        }
        said: dict[str, bool] = dict(
            owner.execute(
                "SELECT consultation_id, discharge_call_scheduled FROM public.consultation_sync_status"
            ).fetchall()
        )
        walk_ins = owner.execute(
            "SELECT visit_key, walk_in FROM public.call_visits WHERE walk_in IS NOT NULL ORDER BY 1"
        ).fetchall()
    assert {key: row[0] for key, row in found.items()} == {key: each[3] for key, each in VISITS.items()}
    corrected = {key for key, row in found.items() if row[1] == "call_missing"}
    assert corrected == {"a:2", "a:3", "a:5", "a:6"}
    assert {key for key, row in found.items() if row[2]} == corrected
    assert {key: row[3] for key, row in found.items() if row[3]} == {"a:4": calls["a:4"]}
    assert said == {"a:1": True, "a:2": False}
    assert walk_ins == [("a:1", "c:8001"), ("a:2", "c:8001"), ("a:8", "c:8001")]

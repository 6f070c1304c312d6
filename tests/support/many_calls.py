"""A clinic that has made calls for years, made in the database by its superuser: visits, their calls and every try."""

from __future__ import annotations

import psycopg

from tests.support.postgres import ClinicDatabase, Person

# from the day after tomorrow back: one visit after the other, evenly over the days, within office hours
_VISITS = """
INSERT INTO public.visits (id, user_id, clinic_id, visit_key, visit_at, first_seen_at, kind, state, reason_code, reason,
  patient_name, owner_name, provider, phone, phone_as_typed, consultation_id, trace, content_hash, decision_hash,
  last_read_at)
SELECT md5('visit ' || n)::uuid, %(user)s, %(clinic)s, 'a:' || n, day + hour, day + hour,
  (ARRAY['surgery', 'dental', 'sick_visit', 'wellness', 'vaccination', 'general'])[1 + n %% 6],
  CASE WHEN n %% 10 = 0 THEN 'excluded' ELSE 'scheduled' END,
  CASE WHEN n %% 10 = 0 THEN 'cancelled' ELSE 'call_due' END, 'A call is due the next day.',
  initcap(substr(md5((n %% 3000)::text), 1, 6)), initcap(substr(md5((n %% 40000)::text), 1, 8)), 'Dr. ' || n %% 12,
  '+1510555' || lpad((n %% 10000)::text, 4, '0'), '(510) 555 ' || n %% 10000, 'c' || n,
  (SELECT jsonb_agg(jsonb_build_object('rule', 'Rule ' || r, 'outcome', 'passed', 'detail', 'Because of ' || n))
     FROM generate_series(1, 8) r), md5(n::text), md5(n::text), day + hour
FROM (SELECT n, date_trunc('day', now() + interval '2 days') - n / %(a_day)s * interval '1 day' AS day,
    (8 + n %% 10) * interval '1 hour' AS hour FROM generate_series(1, %(visits)s) n) AS visits
"""
_CALLS = """
INSERT INTO public.scheduled_discharge_calls (id, user_id, customer_phone, scheduled_for, status, dynamic_variables,
  metadata, ended_reason, started_at, ended_at, created_at, updated_at)
SELECT md5('call ' || v.visit_key)::uuid, v.user_id, v.phone, due, status,
  jsonb_build_object('owner_name', v.owner_name, 'pet_name', v.patient_name, 'sub_type', v.kind,
    'discharge_summary', repeat('Eating well and resting. ', 12)),
  '{"source": "idexx_neo"}', CASE WHEN status = 'completed' THEN said END, NULL,
  CASE WHEN status = 'completed' THEN due + interval '10 minutes' END, v.visit_at, v.visit_at
FROM (SELECT v.*, v.visit_at + interval '1 day' AS due,
    CASE WHEN v.visit_at + interval '1 day' < now() - interval '20 minutes'
      THEN 'completed' ELSE 'queued' END AS status,
    (ARRAY['reached_well', 'reached_well', 'reached_well', 'reached_concern', 'no_answer', 'voicemail', 'wrong_number'])
      [1 + abs(hashtext(v.visit_key)) %% 7] AS said
  FROM public.visits v WHERE v.state = 'scheduled' AND v.user_id = %(user)s) AS v
"""
_ON_CALLS = """
INSERT INTO public.call_visits (call_id, clinic_id, user_id, visit_key, added_at)
SELECT md5('call ' || v.visit_key)::uuid, v.clinic_id, v.user_id, v.visit_key, v.visit_at
FROM public.visits v WHERE v.state = 'scheduled' AND v.user_id = %(user)s
"""
_TRIES = """
INSERT INTO public.call_outcomes (call_id, clinic_id, user_id, outcome, recorded_at)
SELECT s.id, %(clinic)s, s.user_id, s.ended_reason, s.ended_at
FROM public.scheduled_discharge_calls s WHERE s.status = 'completed' AND s.user_id = %(user)s
"""
TABLES = ("visits", "scheduled_discharge_calls", "call_visits", "call_outcomes")


def fill_calls(database: ClinicDatabase, person: Person, calls: int, a_day: int) -> None:
    """So many calls of `person`, so many visits a day; one visit in ten gets none. Then as autovacuum leaves it."""
    values = {"user": person.user_id, "clinic": person.clinic_id, "a_day": a_day, "visits": calls * 10 // 9}
    with psycopg.connect(database.owner_url) as root:
        root.execute("SET session_replication_role = replica")
        root.execute("SET LOCAL synchronous_commit = off")
        for statement in (_VISITS, _CALLS, _ON_CALLS, _TRIES):
            root.execute(statement, values)
    with psycopg.connect(database.owner_url, autocommit=True) as root:
        for table in TABLES:
            root.execute(f"VACUUM ANALYZE public.{table}".encode())

"""Another account of the clinic that has read the same visit, and has a call of its own about it."""

from __future__ import annotations

import psycopg

from tests.support.practice import Practice

QUEUED = (
    "SELECT s.id FROM public.scheduled_discharge_calls s JOIN public.call_visits m ON m.call_id = s.id AND m.active"
    " WHERE s.status = 'queued' AND m.visit_key = %s"
)
COPY = """
  WITH made AS (
    INSERT INTO public.scheduled_discharge_calls
        (user_id, customer_phone, scheduled_for, status, dynamic_variables, metadata)
      SELECT %(them)s, s.customer_phone, s.scheduled_for, 'queued', s.dynamic_variables, s.metadata
      FROM public.scheduled_discharge_calls s JOIN public.call_visits m ON m.call_id = s.id AND m.active
      WHERE m.visit_key = %(key)s RETURNING id
  ), placed AS (
    INSERT INTO public.call_visits (call_id, clinic_id, user_id, visit_key)
      SELECT made.id, v.clinic_id, %(them)s, v.visit_key FROM made, public.visits v
      WHERE v.visit_key = %(key)s AND v.user_id = %(them)s RETURNING id
  )
  SELECT id FROM made
"""


def copy_to_colleague(practice: Practice, colleague: Practice, key: str) -> None:
    """As if their program had read and decided the same."""
    theirs = {"them": colleague.user_id, "key": key}
    with psycopg.connect(practice.database.owner_url, autocommit=True) as connection:
        for table in ("visits", "visit_readings"):
            names = [
                row[0]
                for row in connection.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                    " AND NOT attisdropped AND attname NOT IN ('id', 'user_id', 'case_id')",
                    (f"public.{table}",),
                )
            ]
            columns = ", ".join(names)
            connection.execute(
                f"INSERT INTO public.{table} (user_id, {columns})"
                f" SELECT %(them)s, {columns} FROM public.{table} WHERE visit_key = %(key)s".encode(),
                theirs,
            )
        connection.execute("SET session_replication_role = replica")
        connection.execute(COPY.encode(), theirs)

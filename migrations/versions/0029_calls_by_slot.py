"""How many calls the other accounts of a clinic have queued in each quarter of an hour: their number, and no more.

So that two accounts of one clinic don't both fill the same quarter.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

FUNCTIONS: dict[str, str] = {
    "calls_by_slot(clinic uuid, since timestamptz, until timestamptz)": """
      RETURNS TABLE (slot timestamptz, calls bigint)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      #variable_conflict use_column
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
      BEGIN
        RETURN QUERY
        SELECT date_bin('15 minutes', s.scheduled_for, '1970-01-01 00:00:00+00'), count(*)
        FROM public.scheduled_discharge_calls s
        WHERE s.status::text = 'queued' AND s.user_id <> me AND s.scheduled_for >= since AND s.scheduled_for < until
          AND EXISTS (SELECT FROM public.call_visits m
            WHERE m.call_id = s.id AND m.user_id = s.user_id AND m.clinic_id = in_clinic AND m.active)
        GROUP BY 1 ORDER BY 1 LIMIT <most>;
      END $$""",
}
# quarters of an hour; so many days have 5760
MOST = 6000


def neo_sends() -> Any:
    """The revision whose functions are made in the same way."""
    return context.script.get_revision("0026").module


def upgrade() -> None:
    """The function."""
    neo_sends().create_all(FUNCTIONS, {"<most>": str(MOST)})


def downgrade() -> None:
    """Each account spreads its calls by itself."""
    for declaration in FUNCTIONS:
        op.execute(f"DROP FUNCTION {neo_sends().signature(declaration)}")

"""How a colleague's call ended that a visit rests on, so that the visit has that end, too.

`shared_call` says whether the call may be known of, and how it stands; this, in one word, what came of it: NULL where
it has no end yet. Nothing else of the call is told.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# a column that a platform's table may lack is read as what the row says under that name
FUNCTIONS: dict[str, str] = {
    "shared_call_end(visit uuid)": """
      RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT CASE WHEN s.status::text = 'completed'
            THEN COALESCE(NULLIF(left(to_jsonb(s) ->> 'ended_reason', 400), ''), said.outcome, '')
            ELSE said.outcome END
          FROM (SELECT idexx_app.shared_call(visit) AS status) AS known
          JOIN public.visits v ON v.id = visit
          JOIN public.scheduled_discharge_calls s ON s.id = v.others_call AND s.status::text = known.status
          LEFT JOIN LATERAL (SELECT o.outcome FROM public.call_outcomes o
            WHERE o.call_id = s.id AND o.undone_at IS NULL
            ORDER BY o.recorded_at DESC, o.id DESC LIMIT 1) AS said ON true
          WHERE known.status IN ('completed', 'failed', 'ringing', 'in_progress')
      $$""",
}


def neo_sends() -> Any:
    """The revision whose functions are made in the same way."""
    return context.script.get_revision("0026").module


def upgrade() -> None:
    """The function."""
    neo_sends().create_all(FUNCTIONS, {})


def downgrade() -> None:
    """An older program doesn't ask."""
    for declaration in FUNCTIONS:
        op.execute(f"DROP FUNCTION {neo_sends().signature(declaration)}")

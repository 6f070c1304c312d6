"""How a colleague's call ended that a visit rests on, so that the visit has that end, too.

`shared_call` says whether the call may be known of, and how it stands; this, in one word, what came of it: NULL where
it has no end yet. Nothing else of the call is told.

Two indexes of users go on by clinic: a user's tries by the day, and their calls without a look at each of them.
Times that people claim are few, and found at once.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

OURS = "'reached_well', 'reached_concern', 'voicemail', 'no_answer', 'wrong_number', 'opted_out', 'died'"
# a column that a platform's table may lack is read as what the row says under that name
FUNCTIONS: dict[str, str] = {
    "shared_call_end(visit uuid)": """
      RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT CASE WHEN s.status::text <> 'completed' THEN said.outcome
            WHEN to_jsonb(s) ->> 'ended_reason' IN (<ours>) THEN to_jsonb(s) ->> 'ended_reason'
            ELSE COALESCE(said.outcome, left(to_jsonb(s) ->> 'ended_reason', 400), '') END
          FROM (SELECT idexx_app.shared_call(visit) AS status) AS known
          JOIN public.visits v ON v.id = visit
          JOIN public.scheduled_discharge_calls s ON s.id = v.others_call AND s.status::text = known.status
          LEFT JOIN LATERAL (SELECT o.outcome FROM public.call_outcomes o
            WHERE o.call_id = s.id AND o.undone_at IS NULL
            ORDER BY o.recorded_at DESC, o.id DESC LIMIT 1) AS said ON true
          WHERE known.status IN ('completed', 'failed', 'ringing', 'in_progress')
      $$""",
}
INDEXES = """
CREATE INDEX call_outcomes_made_idx ON public.call_outcomes
  (user_id, clinic_id, (CASE WHEN made_at IS NULL THEN recorded_at ELSE made_at END));
CREATE INDEX call_outcomes_claimed_idx ON public.call_outcomes (call_id) WHERE made_at IS NOT NULL;
CREATE INDEX call_visits_calls_idx ON public.call_visits (user_id, clinic_id, call_id);
DROP INDEX public.call_outcomes_user_id_idx;
DROP INDEX public.call_visits_user_id_idx;
"""
BEFORE = """
CREATE INDEX call_outcomes_user_id_idx ON public.call_outcomes (user_id);
CREATE INDEX call_visits_user_id_idx ON public.call_visits (user_id);
DROP INDEX public.call_outcomes_made_idx;
DROP INDEX public.call_outcomes_claimed_idx;
DROP INDEX public.call_visits_calls_idx;
"""


def neo_sends() -> Any:
    """The revision whose functions are made in the same way."""
    return context.script.get_revision("0026").module


def upgrade() -> None:
    """The function, and indexes in the place of those that they begin with."""
    neo_sends().create_all(FUNCTIONS, {"<ours>": OURS})
    op.execute(INDEXES)


def downgrade() -> None:
    """An older program doesn't ask."""
    op.execute(BEFORE)
    for declaration in FUNCTIONS:
        op.execute(f"DROP FUNCTION {neo_sends().signature(declaration)}")

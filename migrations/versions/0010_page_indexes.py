"""Indexes for the first pages of whoever looks at several clinics, and for the calls that are due.

`scheduled_discharge_calls` gets its own only where we made it: nothing is added to a platform's table.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ON_VISITS = """
CREATE INDEX visits_newest_idx ON public.visits (visit_at DESC, visit_key, id);
CREATE INDEX visits_clinic_newest_idx ON public.visits (clinic_id, visit_at DESC, visit_key, id);
CREATE INDEX visits_needing_attention_idx ON public.visits (clinic_id, visit_at DESC) WHERE needs_attention;
"""
ON_CALLS = """
CREATE INDEX scheduled_discharge_calls_newest_idx ON public.scheduled_discharge_calls (scheduled_for, id);
CREATE INDEX scheduled_discharge_calls_user_idx ON public.scheduled_discharge_calls (user_id, scheduled_for, id);
"""


def calls_are_ours() -> bool:
    """Whether we made the table of the calls."""
    comment = text(
        "SELECT obj_description('public.scheduled_discharge_calls'::regclass) = 'made by idexx-desktop'"
    )
    return bool(op.get_bind().execute(comment).scalar())


def upgrade() -> None:
    """Create the indexes."""
    op.execute(ON_VISITS)
    if calls_are_ours():
        op.execute(ON_CALLS)


def downgrade() -> None:
    """Remove them."""
    for name in ("visits_newest_idx", "visits_clinic_newest_idx", "visits_needing_attention_idx"):
        op.execute(f"DROP INDEX public.{name}")
    if calls_are_ours():
        for name in ("scheduled_discharge_calls_newest_idx", "scheduled_discharge_calls_user_idx"):
            op.execute(f"DROP INDEX public.{name}")

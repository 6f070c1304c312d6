"""When a visit that could not be read is tried again, and what the lists showed of it when it failed.

It is read at once when that changes, and not every few hours for nothing while it doesn't.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what a user may write of a visit is granted by column."""
    op.execute("ALTER TABLE public.visits ADD COLUMN next_try_at timestamptz, ADD COLUMN failed_hash text")
    op.execute(
        "GRANT INSERT (next_try_at, failed_hash), UPDATE (next_try_at, failed_hash) ON public.visits TO idexx_user"
    )


def downgrade() -> None:
    """Remove them."""
    op.execute("ALTER TABLE public.visits DROP COLUMN next_try_at, DROP COLUMN failed_hash")

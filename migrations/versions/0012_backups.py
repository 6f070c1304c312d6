"""Backups in the catalogue of the activity record: one was made, the records came back from one."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ACTIONS = ("backup.made", "backup.restored")


def upgrade() -> None:
    """Extend the catalogue."""
    for action in ACTIONS:
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """Take the words back; rows that name them stay."""
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - see above

"""That somebody looked at the activity record says whether what the program does by itself was left out."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_CHANGE = "UPDATE idexx_app.audit_actions SET metadata_keys = {keys} WHERE action = 'audit.examined'"


def upgrade() -> None:
    """One more word that such a row may have."""
    op.execute(_CHANGE.format(keys="metadata_keys || '{people_only}'"))


def downgrade() -> None:
    """Rows that have it keep it."""
    op.execute(_CHANGE.format(keys="array_remove(metadata_keys, 'people_only')"))

"""Two acts of persons have words of their own: syncing all the same, and opening Neo to answer what it asks."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ACTIONS = {"sync.all_the_same": "count", "credentials.neo_opened": ""}


def upgrade() -> None:
    """The words, and what is said with them."""
    for action, keys in ACTIONS.items():
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'user', '{{{keys}}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """What was recorded stays."""
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - see above

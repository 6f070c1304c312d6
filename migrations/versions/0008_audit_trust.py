"""Trust in the activity record: new actions, legal holds, retention in two steps, and deleted users that stay named."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# with those of revision 0006 the same list as idexx_desktop.domain.audit.Action (a test compares them)
ACTIONS = (
    "credentials.key_rotated", "computer.asked", "computer.approved", "computer.joined", "computer.removed",
    "recovery_kit.made", "recovery_kit.used", "audit.revealed", "audit.verified", "audit.hold_placed",
    "audit.hold_released", "audit.month_exported", "audit.month_removed", "list.exported", "user.deleted",
)  # fmt: skip


def upgrade() -> None:
    """Extend the catalogue."""
    for action in ACTIONS:
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """Take the actions out of the catalogue; rows that name them stay."""
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - see above

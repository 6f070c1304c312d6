"""How many calls of a clinic may start in a quarter of an hour, while there is room in the window.

Older programs neither read nor write it: their calls are at the hour of their kind, and keep that time.
"""

from __future__ import annotations

import json

from alembic import context, op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE, COLUMN = "public.clinic_settings", "slot_size"


def watch(more: dict[str, object]) -> None:
    """Record what members change; a new clinic has changed nothing of what it begins with."""
    action, defaults = context.script.get_revision("0018").module.WATCHED["clinic_settings"]
    op.execute(f"""
      DROP TRIGGER setting_changed ON {TABLE};
      CREATE TRIGGER setting_changed AFTER INSERT OR UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION idexx_app.setting_changed({action}, '{json.dumps({**defaults, **more})}')
    """)


def upgrade() -> None:
    """The setting, bounded, for members to change."""
    op.execute(
        f"ALTER TABLE {TABLE} ADD COLUMN {COLUMN} integer NOT NULL DEFAULT 4"
        f" CONSTRAINT clinic_settings_{COLUMN}_bounds CHECK ({COLUMN} BETWEEN 1 AND 60)"
    )
    op.execute(f"GRANT INSERT ({COLUMN}), UPDATE ({COLUMN}) ON {TABLE} TO idexx_user")
    watch({COLUMN: 4})


def downgrade() -> None:
    """Calls keep their times."""
    op.execute(f"ALTER TABLE {TABLE} DROP COLUMN {COLUMN}")
    watch({})

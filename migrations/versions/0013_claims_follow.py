"""A claim follows its visit: a walk-in that gets an appointment stays with the user who has its case and call."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_SIGNATURE = "idexx_app.follow_claims(uuid, text[], text[])"
_EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"


def upgrade() -> None:
    """Add the function; claims that were made before stay as they are."""
    op.execute("""
      CREATE FUNCTION idexx_app.follow_claims(clinic uuid, old_keys text[], new_keys text[])
      RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        INSERT INTO idexx_app.visit_claims (clinic_id, visit_key, user_id)
          SELECT clinic, k.new_key, c.user_id FROM unnest(old_keys, new_keys) AS k(old_key, new_key)
          JOIN idexx_app.visit_claims c ON c.clinic_id = clinic AND c.visit_key = k.old_key
          ORDER BY k.new_key
          ON CONFLICT DO NOTHING;
      END $$""")
    op.execute(f"ALTER FUNCTION {_SIGNATURE} OWNER TO idexx_owner")
    op.execute(f"REVOKE ALL ON FUNCTION {_SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {_SIGNATURE} TO {_EXECUTABLE_BY}")


def downgrade() -> None:
    """Remove it."""
    op.execute(f"DROP FUNCTION {_SIGNATURE}")

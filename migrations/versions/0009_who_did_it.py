"""Who did it stays named: deleted users are recorded, and nobody signs a shared row in another person's name.

A user that is gone gets one row in the activity record, in the transaction that deleted them, whoever did: in the
system's chain, since nobody else's is theirs.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# {column} is whose row went, {failing} what happens where it can't be recorded
USER_DELETED = """
CREATE FUNCTION idexx_app.user_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE deleted uuid;
BEGIN
  FOR deleted IN SELECT DISTINCT {column} FROM gone ORDER BY 1 LOOP
    IF NOT EXISTS (SELECT FROM public.users u WHERE u.id = deleted) THEN
      PERFORM idexx_app.append_audit(NULL, 'user.deleted', 'done', NULL, jsonb_build_object('user_id', deleted), NULL);
    END IF;
  END LOOP;
  RETURN NULL;
{failing}END $$
"""
# a platform's own work never fails because of us
ONLY_WARN = """EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'idexx-desktop could not record that a user was deleted: %', SQLSTATE; RETURN NULL;
"""


# shared rows of a clinic: a member may end another's, and change nothing of who wrote it and when
AUTHORSHIP = {
    "visit_decisions": "decided_by, decided_by_name, decided_at",
    "opt_outs": "recorded_by, recorded_at",
}


def watched() -> tuple[str, str, str]:
    """Where it shows that a user is deleted: an adopted `users` is left alone, and known by our logins."""
    comment = text("SELECT obj_description('public.users'::regclass) = 'made by idexx-desktop'")
    ours = op.get_bind().execute(comment).scalar()
    return ("public.users", "id", "") if ours else ("idexx_app.logins", "user_id", ONLY_WARN)


def watch_users() -> None:
    """Record who is deleted."""
    table, column, failing = watched()
    op.execute(USER_DELETED.format(column=column, failing=failing))
    op.execute(
        "ALTER FUNCTION idexx_app.user_deleted() OWNER TO idexx_owner;"
        "REVOKE ALL ON FUNCTION idexx_app.user_deleted() FROM PUBLIC"
    )
    op.execute(
        f"CREATE TRIGGER idexx_user_deleted AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone"
        " FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.user_deleted()"
    )


def upgrade() -> None:
    """Watch for deletions, and take the right to change authorship."""
    watch_users()
    for table, columns in AUTHORSHIP.items():
        op.execute(f"REVOKE UPDATE ({columns}) ON public.{table} FROM idexx_user")


def downgrade() -> None:
    """Give the right back, and watch no longer; rows of the activity record stay."""
    for table, columns in AUTHORSHIP.items():
        op.execute(f"GRANT UPDATE ({columns}) ON public.{table} TO idexx_user")
    op.execute(f"DROP TRIGGER idexx_user_deleted ON {watched()[0]}; DROP FUNCTION idexx_app.user_deleted()")

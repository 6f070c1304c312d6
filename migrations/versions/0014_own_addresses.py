"""Where a sign-in goes is sealed with it, and what is executed is a computer's own: shared rows only suggest.

- `idexx_credentials.neo_url`: the address that the sealed texts are bound to (they don't open with another one);
  NULL for those of older programs, until a person has confirmed an address
- `clinic_settings.neo_url` is a suggestion to the members' computers. Who wrote it there and when is noted by the
  database, whatever a client says
- `clinic_settings.browser_path` is dropped, not copied: a path that others can write is executed by nobody. The
  column stays, empty, for programs that still read it
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ACTIONS = ("address.chosen", "address.declined")

NOTE_SUGGESTION = """
CREATE FUNCTION idexx_app.note_suggestion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.neo_url IS NOT DISTINCT FROM OLD.neo_url THEN
    NEW.neo_url_set_by := OLD.neo_url_set_by;
    NEW.neo_url_set_at := OLD.neo_url_set_at;
  ELSE
    NEW.neo_url_set_by := COALESCE(
      (SELECT u.email::text FROM public.users u WHERE u.id = idexx_app.current_user_id()), session_user::text);
    NEW.neo_url_set_at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Add the columns, empty what nobody may fill any more, and watch the suggestion."""
    op.execute("ALTER TABLE public.idexx_credentials ADD COLUMN neo_url text")
    op.execute("GRANT INSERT (neo_url), UPDATE (neo_url) ON public.idexx_credentials TO idexx_user")
    op.execute(
        "ALTER TABLE public.clinic_settings ADD COLUMN neo_url_set_by text, ADD COLUMN neo_url_set_at timestamptz"
    )
    op.execute("UPDATE public.clinic_settings SET browser_path = NULL WHERE browser_path IS NOT NULL")
    op.execute(
        "ALTER TABLE public.clinic_settings ADD CONSTRAINT clinic_settings_no_browser_path CHECK (browser_path IS NULL)"
    )
    op.execute(
        "REVOKE INSERT (browser_path), UPDATE (browser_path) ON public.clinic_settings FROM idexx_user"
    )
    op.execute(NOTE_SUGGESTION)
    op.execute(
        "ALTER FUNCTION idexx_app.note_suggestion() OWNER TO idexx_owner;"
        "REVOKE ALL ON FUNCTION idexx_app.note_suggestion() FROM PUBLIC"
    )
    op.execute(
        "CREATE TRIGGER idexx_note_suggestion BEFORE INSERT OR UPDATE ON public.clinic_settings"
        " FOR EACH ROW EXECUTE FUNCTION idexx_app.note_suggestion()"
    )
    for action in ACTIONS:
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """Take it back. What is sealed for an address doesn't open any more then, and is entered once more."""
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - see above
    op.execute("DROP TRIGGER idexx_note_suggestion ON public.clinic_settings")
    op.execute("DROP FUNCTION idexx_app.note_suggestion()")
    op.execute("GRANT INSERT (browser_path), UPDATE (browser_path) ON public.clinic_settings TO idexx_user")
    op.execute("ALTER TABLE public.clinic_settings DROP CONSTRAINT clinic_settings_no_browser_path")
    op.execute("ALTER TABLE public.clinic_settings DROP COLUMN neo_url_set_by, DROP COLUMN neo_url_set_at")
    op.execute("ALTER TABLE public.idexx_credentials DROP COLUMN neo_url")

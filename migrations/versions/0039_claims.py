"""Who is on the telephone with an owner.

A claim says that somebody is calling: for ten minutes by the server's clock, or until an outcome is recorded. It is no
lock. A person has one at a time, and whoever calls the same number is told of it.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ACTIONS = ("call.claimed", "call.released")
# a table of this name that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("call_claims",)
TABLE = """
CREATE TABLE public.call_claims (
  call_id uuid PRIMARY KEY REFERENCES public.scheduled_discharge_calls(id) ON DELETE CASCADE,
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
  device text NOT NULL DEFAULT '',
  name text NOT NULL DEFAULT '',
  claimed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX call_claims_clinic_id_idx ON public.call_claims (clinic_id);
CREATE INDEX call_claims_user_id_idx ON public.call_claims (user_id);
"""
WORDS = {
    "<definer>": "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
    "<so long>": "interval '10 minutes'",
}
FUNCTIONS: dict[str, str] = {
    # whether the caller has the call now; where not, who has it, or another one at the same number
    "claim_call(clinic uuid, which uuid, place text, anyway boolean)": """
      RETURNS TABLE (is_claimed boolean, claimed_by text, claimed_on text, since timestamptz) <definer>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
        called text;
        here text := idexx_app.bounded(place, 60);
        now_is timestamptz := idexx_app.moment();
      BEGIN
        -- of two who claim at once the second is told of the first
        PERFORM pg_advisory_xact_lock(hashtextextended('idexx claims ' || in_clinic::text, 0));
        SELECT COALESCE(s.customer_phone, '') INTO called FROM public.scheduled_discharge_calls s
          WHERE s.id = which AND s.user_id = me AND EXISTS (
            SELECT FROM public.call_visits m WHERE m.call_id = s.id AND m.user_id = me AND m.clinic_id = in_clinic);
        IF NOT FOUND THEN
          RAISE EXCEPTION 'this is no call of the caller''s' USING ERRCODE = 'check_violation';
        END IF;
        IF anyway IS NOT TRUE THEN
          RETURN QUERY SELECT false, c.name, c.device, c.claimed_at FROM public.call_claims c
            JOIN public.scheduled_discharge_calls s ON s.id = c.call_id
            WHERE c.clinic_id = in_clinic AND c.expires_at > now_is AND NOT (c.user_id = me AND c.device = here)
              AND (c.call_id = which OR s.customer_phone = NULLIF(called, ''))
            ORDER BY c.claimed_at DESC LIMIT 1;
          IF FOUND THEN RETURN; END IF;
        END IF;
        DELETE FROM public.call_claims c WHERE c.clinic_id = in_clinic
          AND (c.expires_at <= now_is OR (c.user_id = me AND c.device = here AND c.call_id <> which));
        INSERT INTO public.call_claims AS c (call_id, clinic_id, user_id, device, name, claimed_at, expires_at)
          VALUES (which, in_clinic, me, here, idexx_app.author_name(me), now_is, now_is + <so long>)
          ON CONFLICT (call_id) DO UPDATE SET user_id = EXCLUDED.user_id, device = EXCLUDED.device,
            name = EXCLUDED.name, expires_at = EXCLUDED.expires_at,
            claimed_at = CASE WHEN c.user_id = me AND c.device = here THEN c.claimed_at ELSE EXCLUDED.claimed_at END;
        PERFORM idexx_app.record_act('call.claimed', 'ok', NULL, jsonb_build_object('call_id', which));
        RETURN QUERY SELECT true, c.name, c.device, c.claimed_at FROM public.call_claims c WHERE c.call_id = which;
      END $$""",
    # false where the caller, at that place, doesn't have it
    "release_call(clinic uuid, which uuid, place text)": """
      RETURNS boolean <definer>
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
      BEGIN
        DELETE FROM public.call_claims c WHERE c.clinic_id = in_clinic AND c.call_id = which AND c.user_id = me
          AND c.device = idexx_app.bounded(place, 60) AND c.expires_at > idexx_app.moment();
        IF NOT FOUND THEN RETURN false; END IF;
        PERFORM idexx_app.record_act('call.released', 'ok', NULL, jsonb_build_object('call_id', which));
        RETURN true;
      END $$""",
    # who is calling about these calls of the caller's now, or at the same number about another one
    "claims_of_calls(clinic uuid, calls uuid[])": """
      RETURNS TABLE (call_id uuid, claimed_by text, claimed_on text, since timestamptz, is_mine boolean) <definer>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
      BEGIN
        RETURN QUERY SELECT mine.id, c.name, c.device, c.claimed_at, c.user_id = me FROM public.call_claims c
          JOIN public.scheduled_discharge_calls claimed ON claimed.id = c.call_id
          JOIN public.scheduled_discharge_calls mine ON mine.id = ANY (calls) AND mine.user_id = me
            AND (mine.id = c.call_id OR mine.customer_phone = NULLIF(claimed.customer_phone, ''))
          WHERE c.clinic_id = in_clinic AND c.expires_at > idexx_app.moment()
          ORDER BY mine.id, c.claimed_at;
      END $$""",
    "end_claim()": """
      RETURNS trigger <definer>
      BEGIN
        DELETE FROM public.call_claims c WHERE c.call_id = NEW.call_id;
        RETURN NULL;
      END $$""",
}
CALLED = ("claim_call", "release_call", "claims_of_calls")
EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"
TRIGGER = """
CREATE TRIGGER end_claim AFTER INSERT ON public.call_outcomes
  FOR EACH ROW EXECUTE FUNCTION idexx_app.end_claim();
"""


def earlier(number: str) -> Any:
    """An earlier revision."""
    return context.script.get_revision(number).module


def upgrade() -> None:
    """The table, what writes it, and the acts that are recorded."""
    op.execute(TABLE)
    op.execute(earlier("0026").CLOSED.format(table="call_claims", clinic=earlier("0005").CLINIC))
    earlier("0020").watch("call_claims", "raise_for_clinics", "calls")
    for declaration, body in FUNCTIONS.items():
        name = earlier("0026").signature(declaration)
        for word, meant in WORDS.items():
            body = body.replace(word, meant)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        if declaration.partition("(")[0] in CALLED:
            op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {EXECUTABLE_BY}")
    op.execute(TRIGGER)
    for action in ACTIONS:
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'function', '{{call_id}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """Nobody sees any more who is calling."""
    op.execute("DROP TRIGGER end_claim ON public.call_outcomes")
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {earlier('0026').signature(declaration)}")
    op.execute("DROP TABLE public.call_claims")
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - from the list above

"""Who calls (people or a system), and the consents of owners as a record.

A consent is a fact: a function writes it, with its author and the server's clock; it is never changed and never
removed, but withdrawn once, by somebody and at some time, which stands beside it. It goes with its clinic; of a user
who is deleted the name stays. What an owner said, and when, are claims beside that.
"""

from __future__ import annotations

import json
from typing import Any

from alembic import context, op
from sqlalchemy import text

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

# a table of this name that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("call_consents",)
SETTINGS = "public.clinic_settings"
# column: its type with its default, and what a new clinic begins with
COLUMNS: dict[str, tuple[str, object]] = {
    "caller": ("text NOT NULL DEFAULT 'people' CHECK (caller IN ('people', 'system'))", "people"),
    "hold_without_consent": ("boolean NOT NULL DEFAULT false", False),
}
ACTIONS = {"consent.recorded": "consent_id,code", "consent.withdrawn": "consent_id,code"}
TABLE = """
CREATE TABLE public.call_consents (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  phone text NOT NULL CHECK (phone ~ '^\\+[1-9][0-9]{6,14}$'),
  scope text NOT NULL CHECK (scope IN ('all', 'calls', 'texts', 'kind')),
  kind text NOT NULL DEFAULT '' CHECK (kind ~ '^[a-z_]{0,40}$' AND (scope = 'kind') = (kind <> '')),
  how text NOT NULL CHECK (how IN ('telephone', 'in_person', 'form', 'email', 'text', 'other')),
  given_by text NOT NULL DEFAULT '' CHECK (length(given_by) <= 200),
  given_on date CHECK (given_on BETWEEN '1990-01-01' AND '2200-01-01'),
  recorded_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  recorded_by_name text NOT NULL DEFAULT '',
  recorded_at timestamptz NOT NULL DEFAULT now(),
  withdrawn_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  withdrawn_by_name text NOT NULL DEFAULT '',
  withdrawn_at timestamptz
);
CREATE INDEX call_consents_recorded_by_idx ON public.call_consents (recorded_by);
CREATE INDEX call_consents_withdrawn_by_idx ON public.call_consents (withdrawn_by);
CREATE UNIQUE INDEX call_consents_one_idx ON public.call_consents (clinic_id, phone, scope, kind)
  WHERE withdrawn_at IS NULL;
"""
FUNCTIONS: dict[str, str] = {
    # false where the number has given it already
    "record_consent(clinic uuid, number text, scope text, kind text, how text, given_by text, given_on date)": """
      RETURNS boolean <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        made uuid;
      BEGIN
        INSERT INTO public.call_consents
            (clinic_id, phone, scope, kind, how, given_by, given_on, recorded_by, recorded_by_name, recorded_at)
          VALUES (clinic, number, scope, COALESCE(kind, ''), how, COALESCE(idexx_app.bounded(given_by, 200), ''),
            given_on, me, idexx_app.author_name(me), idexx_app.moment())
          ON CONFLICT DO NOTHING RETURNING id INTO made;
        IF made IS NULL THEN RETURN false; END IF;
        PERFORM idexx_app.record_act('consent.recorded', 'ok', NULL, jsonb_build_object(
          'consent_id', made, 'code', scope));
        RETURN true;
      END $$""",
    # false where it doesn't hold any more
    "withdraw_consent(clinic uuid, which uuid)": """
      RETURNS boolean <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        covered text;
      BEGIN
        UPDATE public.call_consents c
          SET withdrawn_by = me, withdrawn_by_name = idexx_app.author_name(me), withdrawn_at = idexx_app.moment()
          WHERE c.id = which AND c.clinic_id = clinic AND c.withdrawn_at IS NULL
          RETURNING c.scope INTO covered;
        IF covered IS NULL THEN RETURN false; END IF;
        PERFORM idexx_app.record_act('consent.withdrawn', 'ok', NULL, jsonb_build_object(
          'consent_id', which, 'code', covered));
        RETURN true;
      END $$""",
}
# the words of `domain.checks` (a test compares them)
OPTED_OUT_RULE, OPTED_OUT_REASON = "Owner wants calls", "The owner doesn''t want to be called."
# how many. Their visits are held: that is open, so their own programs decide on them with the next sync, even where
# the opt-out was taken back meanwhile. The caller's own are decided on by the caller's program. Where somebody is at
# work on a call, it is left for the next time, as in revision 0034
STOP = "stop_opted_out_calls(clinic uuid)"
FUNCTIONS[STOP] = f"""
  RETURNS integer <definer>
  DECLARE
    in_clinic uuid := clinic;
    me uuid := idexx_app.require_member(in_clinic);
    now_is timestamptz := idexx_app.moment();
    doomed uuid;
    stopped integer := 0;
  BEGIN
    FOR doomed IN
      SELECT DISTINCT s.id FROM public.opt_outs o
      JOIN public.clinic_members w ON w.clinic_id = in_clinic AND w.user_id <> me
      JOIN public.scheduled_discharge_calls s
        ON s.user_id = w.user_id AND s.status::text = 'queued' AND s.customer_phone = o.phone
      JOIN public.call_visits m ON m.call_id = s.id AND m.user_id = s.user_id AND m.clinic_id = in_clinic AND m.active
      WHERE o.clinic_id = in_clinic AND o.withdrawn_at IS NULL ORDER BY s.id
    LOOP
      IF stopped = 0 THEN
        PERFORM idexx_app.refuse_strange_triggers();
        PERFORM FROM idexx_app.audit_heads h WHERE h.chain = me FOR UPDATE;
      END IF;
      BEGIN
        PERFORM FROM public.scheduled_discharge_calls s WHERE s.id = doomed FOR UPDATE NOWAIT;
        PERFORM FROM public.call_visits m WHERE m.call_id = doomed AND m.active FOR UPDATE NOWAIT;
        PERFORM FROM public.visits v JOIN public.call_visits m ON m.clinic_id = v.clinic_id
          AND m.user_id = v.user_id AND m.visit_key = v.visit_key
          WHERE m.call_id = doomed AND m.active FOR UPDATE OF v NOWAIT;
        PERFORM FROM public.consultation_sync_status c WHERE c.discharge_call_id = doomed FOR UPDATE NOWAIT;
        CONTINUE WHEN NOT EXISTS (SELECT FROM public.scheduled_discharge_calls s
          JOIN public.opt_outs o ON o.clinic_id = in_clinic AND o.phone = s.customer_phone AND o.withdrawn_at IS NULL
          WHERE s.id = doomed AND s.status::text = 'queued');
        UPDATE public.visits v SET state = 'held', reason_code = 'opted_out', reason = '{OPTED_OUT_REASON}',
            trace = COALESCE(
              (SELECT jsonb_agg(t.step ORDER BY t.place) FROM jsonb_array_elements(
                 CASE jsonb_typeof(v.trace) WHEN 'array' THEN v.trace ELSE '[]' END) WITH ORDINALITY AS t(step, place)
               WHERE t.step ->> 'rule' IS DISTINCT FROM '{OPTED_OUT_RULE}'), '[]')
              || jsonb_build_object('rule', '{OPTED_OUT_RULE}', 'outcome', 'held', 'detail', '{OPTED_OUT_REASON}'),
            decision_hash = '', changed_at = now_is, needs_attention = false
          FROM public.call_visits m
          WHERE m.call_id = doomed AND m.active AND v.clinic_id = in_clinic AND v.user_id = m.user_id
            AND v.visit_key = m.visit_key;
        UPDATE public.consultation_sync_status c
          SET discharge_call_scheduled = false, discharge_call_id = NULL, updated_at = now_is
          WHERE c.discharge_call_id = doomed;
        UPDATE public.scheduled_discharge_calls s
          SET status = 'cancelled', ended_reason = '{OPTED_OUT_REASON}', ended_at = now_is<touched> WHERE s.id = doomed;
        UPDATE public.call_visits m SET active = false, removed_at = now_is WHERE m.call_id = doomed AND m.active;
        PERFORM idexx_app.record_act('call.stopped', 'ok', NULL, jsonb_build_object('call_id', doomed));
        stopped := stopped + 1;
      EXCEPTION WHEN lock_not_available THEN
        NULL;
      END;
    END LOOP;
    RETURN stopped;
  END $$"""  # noqa: S608 - words from the lines above
KEEP = "keep_consent()"
# a consent is withdrawn once; it loses a user who is gone, and goes with its clinic
KEEP_BODY = """
  RETURNS trigger <definer>
  DECLARE
    before jsonb;
    after jsonb;
    changed text[];
  BEGIN
    IF TG_OP = 'DELETE' THEN
      IF NOT EXISTS (SELECT FROM public.clinics c WHERE c.id = OLD.clinic_id) THEN RETURN OLD; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
      before := to_jsonb(OLD);
      after := to_jsonb(NEW);
      changed := ARRAY(SELECT key FROM jsonb_each(after) WHERE value IS DISTINCT FROM before -> key);
      IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND NEW.withdrawn_by_name <> ''
         AND changed <@ ARRAY['withdrawn_at', 'withdrawn_by', 'withdrawn_by_name'] THEN RETURN NEW; END IF;
      IF cardinality(changed) = 1 AND changed[1] IN ('recorded_by', 'withdrawn_by')
         AND after ->> changed[1] IS NULL
         AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = (before ->> changed[1])::uuid)
      THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'what was recorded is never changed' USING ERRCODE = 'insufficient_privilege';
  END $$"""
TRIGGERS = """
CREATE TRIGGER keep_fact BEFORE UPDATE OR DELETE ON public.call_consents
  FOR EACH ROW EXECUTE FUNCTION idexx_app.keep_consent();
CREATE TRIGGER keep_fact_truncate BEFORE TRUNCATE ON public.call_consents
  FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.keep_consent();
"""


def of(number: str) -> Any:
    """Another revision's module."""
    return context.script.get_revision(number).module


def watch(*, more: bool) -> None:
    """Record what members change of the new settings, beside all that is recorded already, or of those no more."""
    told = op.get_bind().execute(
        text(
            "SELECT tgargs FROM pg_trigger WHERE tgname = 'setting_changed' AND tgrelid = CAST(:table AS regclass)"
        ),
        {"table": SETTINGS},
    )
    action, defaults = bytes(told.scalar_one()).decode().split("\0")[:2]
    watched = {name: value for name, value in json.loads(defaults).items() if name not in COLUMNS}
    if more:
        watched |= {name: value for name, (_, value) in COLUMNS.items()}
    op.execute(f"""
      DROP TRIGGER setting_changed ON {SETTINGS};
      CREATE TRIGGER setting_changed AFTER INSERT OR UPDATE OR DELETE ON {SETTINGS}
        FOR EACH ROW EXECUTE FUNCTION idexx_app.setting_changed('{action}', '{json.dumps(watched)}')
    """)


def upgrade() -> None:
    """The settings of who calls; the consents, the functions that write them, and the acts that they record."""
    for column, (kind, _) in COLUMNS.items():
        op.execute(f"ALTER TABLE {SETTINGS} ADD COLUMN {column} {kind}")
        op.execute(f"GRANT INSERT ({column}), UPDATE ({column}) ON {SETTINGS} TO idexx_user")
    watch(more=True)
    op.execute(TABLE)
    op.execute(of("0026").CLOSED.format(table="call_consents", clinic=of("0005").CLINIC))
    of("0020").watch("call_consents", "raise_for_clinics", "calls")
    # a platform's own table may lack it
    touched = ", updated_at = now_is" if "updated_at" in of("0015").of_a_call() else ""
    of("0026").create_all(FUNCTIONS, {**of("0026").WORDS, "<touched>": touched})
    op.execute(
        f"CREATE FUNCTION idexx_app.{KEEP} {KEEP_BODY.replace('<definer>', of('0026').WORDS['<definer>'])}"
    )
    op.execute(f"ALTER FUNCTION idexx_app.{KEEP} OWNER TO idexx_owner")
    op.execute(f"REVOKE ALL ON FUNCTION idexx_app.{KEEP} FROM PUBLIC")
    op.execute(TRIGGERS)
    for action, keys in ACTIONS.items():
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'function', '{{{keys}}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """People call again, and what owners agreed to is gone: nothing asks for it any more."""
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {of('0026').signature(declaration)}")
    op.execute("DROP TABLE public.call_consents")
    op.execute(f"DROP FUNCTION idexx_app.{KEEP}")
    watch(more=False)
    for column in COLUMNS:
        op.execute(f"ALTER TABLE {SETTINGS} DROP COLUMN {column}")
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - from the list above

"""A concern that came up in a call stands until somebody of the clinic says what was done about it.

Written by functions only, which set who and when. It is the clinic's: every member reads and ends it, whoever opened
it. Its row is never changed but for two columns that say how it stands (`closed_at`, `undone_at`), and these follow
from its ends, facts that are added and never changed: closed, reopened, or taken back, where `takes_back` names the end
that doesn't count any more, or nothing: then the concern itself was a slip.

Whichever program records that an owner had a concern, a newer or an older one, the database sees to it that one stands:
as the transaction ends, where none was opened in it. If that result is taken back, so is its concern while it is open.
Nothing else ends one: no death, no opt-out, no call or account that is removed.
"""

from __future__ import annotations

from alembic import context, op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ACTIONS = {
    "concern.opened": "concern_id,call_id",
    "concern.closed": "concern_id,call_id",
    "concern.reopened": "concern_id,call_id",
    "concern.undone": "concern_id,call_id,code",
}
# a table of one of these names that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("concerns", "concern_ends")
TABLES = """
CREATE TABLE public.concerns (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  call_id uuid REFERENCES public.scheduled_discharge_calls(id) ON DELETE SET NULL,
  outcome_id uuid UNIQUE,
  source text NOT NULL CHECK (source IN ('person', 'system')),
  urgency text NOT NULL CHECK (urgency ~ '^[a-z_]{1,40}$'),
  severity text NOT NULL DEFAULT '',
  words text NOT NULL,
  for_whom text NOT NULL DEFAULT '',
  visit_keys text[] NOT NULL DEFAULT '{}',
  patient_names text[] NOT NULL DEFAULT '{}',
  owner_name text NOT NULL DEFAULT '',
  phone text NOT NULL DEFAULT '',
  due_at timestamptz NOT NULL,
  opened_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  opened_by_name text NOT NULL DEFAULT '',
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  undone_at timestamptz
);
CREATE INDEX concerns_clinic_id_idx ON public.concerns (clinic_id, opened_at);
CREATE INDEX concerns_open_idx ON public.concerns (clinic_id, due_at) WHERE closed_at IS NULL AND undone_at IS NULL;
CREATE INDEX concerns_call_id_idx ON public.concerns (call_id);
CREATE INDEX concerns_opened_by_idx ON public.concerns (opened_by);
CREATE UNIQUE INDEX concerns_of_system_idx ON public.concerns (call_id) WHERE source = 'system';
CREATE TABLE public.concern_ends (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  concern_id uuid NOT NULL REFERENCES public.concerns(id) ON DELETE CASCADE,
  number integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('closed', 'reopened', 'undone')),
  what text NOT NULL DEFAULT '',
  takes_back uuid UNIQUE,
  said_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  said_by_name text NOT NULL DEFAULT '',
  said_at timestamptz NOT NULL,
  UNIQUE (concern_id, number)
);
CREATE INDEX concern_ends_clinic_id_idx ON public.concern_ends (clinic_id);
CREATE INDEX concern_ends_said_by_idx ON public.concern_ends (said_by);
"""
WORDS = {
    "<pinned>": "SET search_path = pg_catalog, pg_temp AS $$",
    "<definer>": "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
    "<now>": "interval '15 minutes'",
    "<longest>": "interval '60 days'",
    "<clocks differ>": "interval '2 minutes'",
}

FUNCTIONS: dict[str, str] = {
    # NULL where there is one already. Whom it is about says the call; `whose` are the account's rows, and its author
    "add_concern(clinic uuid, which uuid, whose uuid, outcome uuid, said jsonb, due timestamptz)": """
      RETURNS uuid LANGUAGE plpgsql <pinned>
      #variable_conflict use_variable
      DECLARE
        now_is timestamptz := idexx_app.moment();
        made uuid;
        about record;
      BEGIN
        IF (said ->> 'urgency') IS NULL OR (said ->> 'urgency') NOT IN ('now', 'today', 'next_day') THEN
          RAISE EXCEPTION 'no concern is that urgent' USING ERRCODE = 'check_violation';
        END IF;
        SELECT array_agg(m.visit_key ORDER BY v.visit_at, m.visit_key) AS visit_keys,
            array_agg(DISTINCT v.patient_name) FILTER (WHERE v.patient_name <> '') AS patient_names,
            string_agg(DISTINCT v.provider, ', ') FILTER (WHERE v.provider <> '') AS providers,
            max(v.owner_name) AS owner_name
          INTO about
          FROM public.call_visits m LEFT JOIN public.visits v
            ON v.clinic_id = m.clinic_id AND v.visit_key = m.visit_key AND v.user_id = m.user_id
          WHERE m.call_id = which AND m.user_id = whose AND m.clinic_id = clinic AND (m.active OR NOT EXISTS (
            SELECT FROM public.call_visits a WHERE a.call_id = which AND a.user_id = whose AND a.active));
        INSERT INTO public.concerns (clinic_id, call_id, outcome_id, source, urgency, severity, words, for_whom,
            visit_keys, patient_names, owner_name, phone, due_at, opened_by, opened_by_name, opened_at)
          SELECT clinic, which, outcome, CASE WHEN outcome IS NULL THEN 'system' ELSE 'person' END, said ->> 'urgency',
            idexx_app.bounded(said ->> 'severity', 40), idexx_app.bounded(said ->> 'words', 2000),
            COALESCE(NULLIF(idexx_app.bounded(said ->> 'for_whom', 200), ''), left(about.providers, 200), ''),
            COALESCE(about.visit_keys, '{}'), COALESCE(about.patient_names, '{}'),
            left(COALESCE(about.owner_name, ''), 200), left(COALESCE(s.customer_phone::text, ''), 60),
            LEAST(GREATEST(due, now_is), now_is + <longest>), whose, idexx_app.author_name(whose), now_is
          FROM public.scheduled_discharge_calls s WHERE s.id = which
          ON CONFLICT DO NOTHING RETURNING id INTO made;
        IF made IS NOT NULL THEN
          PERFORM idexx_app.append_audit(whose, 'concern.opened', said ->> 'urgency', NULL,
            jsonb_build_object('concern_id', made, 'call_id', which), NULL);
        END IF;
        RETURN made;
      END $$""",
    # of the caller's own call: a person's needs a result that says so, a calling system's is one a call.
    # `due` as a program's clock has it, that said `asked_at`: a clock that is wrong doesn't make it more or less urgent
    "open_concern(clinic uuid, which uuid, source text, said jsonb, due timestamptz, asked_at timestamptz)": """
      RETURNS uuid <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        now_is timestamptz := idexx_app.moment();
        outcome uuid;
      BEGIN
        IF source IS NULL OR source NOT IN ('person', 'system') OR due IS NULL OR asked_at IS NULL
           OR due NOT BETWEEN '2000-01-01Z' AND '2200-01-01Z' OR asked_at NOT BETWEEN '2000-01-01Z' AND '2200-01-01Z'
           OR said IS NULL OR jsonb_typeof(said) <> 'object' THEN
          RAISE EXCEPTION 'this is no concern' USING ERRCODE = 'check_violation';
        END IF;
        IF source = 'person' THEN
          SELECT o.id INTO outcome FROM public.call_outcomes o
            WHERE o.call_id = which AND o.user_id = me AND o.clinic_id = clinic AND o.undone_at IS NULL
              AND o.outcome = 'reached_concern'
            ORDER BY o.recorded_at DESC LIMIT 1;
          IF NOT FOUND THEN RETURN NULL; END IF;
        ELSIF NOT EXISTS (SELECT FROM public.call_visits v
                          WHERE v.call_id = which AND v.user_id = me AND v.clinic_id = clinic) THEN
          RETURN NULL;
        END IF;
        IF now_is NOT BETWEEN asked_at - <clocks differ> AND asked_at + <clocks differ> THEN
          due := now_is + (due - asked_at);
        END IF;
        RETURN idexx_app.add_concern(clinic, which, me, outcome, said, due);
      END $$""",
    # what its ends make of a concern: those count that weren't taken back
    "concern_standing(which uuid)": """
      RETURNS TABLE (closed timestamptz, undone timestamptz) LANGUAGE sql STABLE <pinned>
        SELECT max(e.said_at) FILTER (WHERE e.kind = 'closed'), max(e.said_at) FILTER (WHERE e.kind = 'undone') FROM (
          SELECT e.kind, e.said_at FROM public.concern_ends e
          WHERE e.concern_id = which AND e.takes_back IS NULL
            AND NOT EXISTS (SELECT FROM public.concern_ends t WHERE t.takes_back = e.id)
          ORDER BY e.number DESC LIMIT 1
        ) e
      $$""",
    "settle_concern(which uuid)": """
      RETURNS void LANGUAGE sql <pinned>
        UPDATE public.concerns c SET (closed_at, undone_at) = (SELECT s.closed, s.undone FROM
          idexx_app.concern_standing(which) s) WHERE c.id = which
      $$""",
    "add_concern_end(which public.concerns, whose uuid, kind text, what text, takes_back uuid)": """
      RETURNS uuid LANGUAGE plpgsql <pinned>
      #variable_conflict use_variable
      DECLARE made uuid;
      BEGIN
        INSERT INTO public.concern_ends
            (clinic_id, concern_id, number, kind, what, takes_back, said_by, said_by_name, said_at)
          SELECT which.clinic_id, which.id, COALESCE(max(e.number), 0) + 1, kind, what, takes_back, whose,
            idexx_app.author_name(whose), idexx_app.moment()
          FROM public.concern_ends e WHERE e.concern_id = which.id
          RETURNING id INTO made;
        PERFORM idexx_app.settle_concern(which.id);
        RETURN made;
      END $$""",
    # the end that was added; NULL where there is no such concern, or it stands otherwise
    "end_concern(clinic uuid, which uuid, kind text, what text)": """
      RETURNS uuid <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        words text := idexx_app.bounded(what, 1000);
        held public.concerns;
        made uuid;
      BEGIN
        IF kind IS NULL OR kind NOT IN ('closed', 'reopened') OR (kind = 'closed' AND words = '') THEN
          RAISE EXCEPTION 'nobody ends a concern like that' USING ERRCODE = 'check_violation';
        END IF;
        SELECT * INTO held FROM public.concerns c WHERE c.id = which AND c.clinic_id = clinic FOR UPDATE;
        IF NOT FOUND OR (held.closed_at IS NULL AND held.undone_at IS NULL) <> (kind = 'closed') THEN
          RETURN NULL;
        END IF;
        made := idexx_app.add_concern_end(held, me, kind, words, NULL);
        PERFORM idexx_app.record_act(CASE kind WHEN 'closed' THEN 'concern.closed' ELSE 'concern.reopened' END, 'ok',
          NULL, jsonb_build_object('concern_id', which, 'call_id', held.call_id));
        RETURN made;
      END $$""",
    # the last end of a concern that counts is taken back; false where more happened since
    "undo_concern_end(clinic uuid, which uuid)": """
      RETURNS boolean <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        held public.concerns;
        last public.concern_ends;
      BEGIN
        SELECT c.* INTO held FROM public.concerns c JOIN public.concern_ends e ON e.concern_id = c.id
          WHERE e.id = which AND c.clinic_id = clinic FOR UPDATE OF c;
        IF NOT FOUND THEN RETURN false; END IF;
        SELECT * INTO last FROM public.concern_ends e
          WHERE e.concern_id = held.id AND e.takes_back IS NULL
            AND NOT EXISTS (SELECT FROM public.concern_ends t WHERE t.takes_back = e.id)
          ORDER BY e.number DESC LIMIT 1;
        IF last.id IS DISTINCT FROM which THEN RETURN false; END IF;
        PERFORM idexx_app.add_concern_end(held, me, 'undone', '', which);
        PERFORM idexx_app.record_act('concern.undone', 'ok', NULL,
          jsonb_build_object('concern_id', held.id, 'call_id', held.call_id, 'code', last.kind));
        RETURN true;
      END $$""",
    # as its transaction ends: whichever program recorded that there is a concern, one stands
    "concern_of_outcome()": """
      RETURNS trigger <definer>
      DECLARE
        now_is timestamptz := idexx_app.moment();
        zone text := (SELECT s.timezone FROM public.clinic_settings s WHERE s.clinic_id = NEW.clinic_id);
        due timestamptz;
      BEGIN
        IF EXISTS (SELECT FROM public.concerns c WHERE c.outcome_id = NEW.id) OR NOT EXISTS (
          SELECT FROM public.call_outcomes o WHERE o.id = NEW.id AND o.undone_at IS NULL
        ) THEN
          RETURN NULL;
        END IF;
        BEGIN
          due := date_trunc('day', (now_is AT TIME ZONE COALESCE(zone, 'UTC')) + interval '1 day')
            AT TIME ZONE COALESCE(zone, 'UTC');
        EXCEPTION WHEN invalid_parameter_value THEN
          due := now_is;
        END;
        PERFORM idexx_app.add_concern(NEW.clinic_id, NEW.call_id, NEW.user_id, NEW.id, jsonb_build_object(
          'urgency', 'today', 'words', COALESCE(NULLIF(btrim(NEW.note), ''), 'No words were noted.')), due);
        RETURN NULL;
      END $$""",
    # what was answered stays answered
    "concern_of_withdrawal()": """
      RETURNS trigger <definer>
      DECLARE held public.concerns;
      BEGIN
        SELECT * INTO held FROM public.concerns c
          WHERE c.outcome_id = NEW.fact_id AND c.closed_at IS NULL AND c.undone_at IS NULL FOR UPDATE;
        IF FOUND THEN
          PERFORM idexx_app.add_concern_end(held, NEW.withdrawn_by, 'undone', '', NULL);
          PERFORM idexx_app.append_audit(NEW.withdrawn_by, 'concern.undone', 'ok', NULL,
            jsonb_build_object('concern_id', held.id, 'call_id', held.call_id, 'code', 'opened'), NULL);
        END IF;
        RETURN NULL;
      END $$""",
    # a concern stands as its ends say; it loses a call or a user who is gone, and goes with its clinic alone
    "keep_concern()": """
      RETURNS trigger <definer>
      DECLARE
        changed text[];
        standing record;
      BEGIN
        IF TG_OP = 'DELETE' THEN
          IF NOT EXISTS (SELECT FROM public.clinics c WHERE c.id = OLD.clinic_id) THEN RETURN OLD; END IF;
        ELSIF TG_OP = 'UPDATE' THEN
          changed := ARRAY(SELECT key FROM jsonb_each(to_jsonb(NEW))
            WHERE value IS DISTINCT FROM to_jsonb(OLD) -> key);
          standing := idexx_app.concern_standing(NEW.id);
          IF changed <> '{}' AND changed <@ '{closed_at,undone_at}'
             AND (NEW.closed_at, NEW.undone_at) IS NOT DISTINCT FROM (standing.closed, standing.undone)
             OR changed = '{call_id}' AND NEW.call_id IS NULL
             AND NOT EXISTS (SELECT FROM public.scheduled_discharge_calls s WHERE s.id = OLD.call_id)
             OR changed = '{opened_by}' AND NEW.opened_by IS NULL
             AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = OLD.opened_by)
          THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'what was a concern is never changed' USING ERRCODE = 'insufficient_privilege';
      END $$""",
}
CALLED = ("open_concern", "end_concern", "undo_concern_end")
KEPT = {"concerns": "keep_concern()", "concern_ends": "keep_fact('', 'said_by')"}
TRIGGERS = """
CREATE CONSTRAINT TRIGGER concern_of_outcome AFTER INSERT ON public.call_outcomes DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.outcome = 'reached_concern') EXECUTE FUNCTION idexx_app.concern_of_outcome();
CREATE TRIGGER concern_of_withdrawal AFTER INSERT ON public.fact_withdrawals
  FOR EACH ROW WHEN (NEW.fact = 'outcome') EXECUTE FUNCTION idexx_app.concern_of_withdrawal()
"""
EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"


def signature(declaration: str) -> str:
    """`name(types)` of a declaration, as DROP and GRANT want it; see revision 0004."""
    return str(context.script.get_revision("0004").module.signature(declaration))


def create_functions() -> None:
    """The owner's functions; those that are called, by our groups only."""
    for declaration, body in FUNCTIONS.items():
        name = signature(declaration)
        for word, meant in WORDS.items():
            body = body.replace(word, meant)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        if declaration.partition("(")[0] in CALLED:
            op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {EXECUTABLE_BY}")


def upgrade() -> None:
    """Two tables, the functions that write them, what watches, and the acts that they record."""
    op.execute(TABLES)
    closed, clinic = (context.script.get_revision(number).module for number in ("0026", "0005"))
    for table in NEW_TABLES:
        op.execute(closed.CLOSED.format(table=table, clinic=clinic.CLINIC))
    create_functions()
    for table, function in KEPT.items():
        op.execute(f"""
          CREATE TRIGGER keep_fact BEFORE UPDATE OR DELETE ON public.{table}
            FOR EACH ROW EXECUTE FUNCTION idexx_app.{function};
          CREATE TRIGGER keep_fact_truncate BEFORE TRUNCATE ON public.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.{function}
        """)
    op.execute(TRIGGERS)
    context.script.get_revision("0020").module.watch("concerns", "raise_for_clinics", "calls")
    for action, keys in ACTIONS.items():
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'function', '{{{keys}}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """The concerns are gone; that there was one is still a result of its call."""
    op.execute("DROP TRIGGER concern_of_outcome ON public.call_outcomes")
    op.execute("DROP TRIGGER concern_of_withdrawal ON public.fact_withdrawals")
    for table in KEPT:
        op.execute(
            f"DROP TRIGGER keep_fact ON public.{table}; DROP TRIGGER keep_fact_truncate ON public.{table}"
        )
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature(declaration)}")
    op.execute("DROP TABLE public.concern_ends; DROP TABLE public.concerns")
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - from the list above

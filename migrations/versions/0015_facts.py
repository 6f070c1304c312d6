"""What people decide is a fact: decisions, opt-outs and results of calls are written through functions only.

The functions set author, name and time from the login and the server's clock. A fact is never changed: taking it back
is a fact of its own (`fact_withdrawals`), beside which the old column (`undone_at`, `withdrawn_at`) is set once, since
indexes and older programs read it. Facts go with their clinic (a result also with its call or user), in no other way;
of a user who is deleted the name stays.

Which row of the activity record belongs to a fact is written as its transaction ends, by the database itself.
"""

from __future__ import annotations

from alembic import context, op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# table: the column that is set when it is taken back, the column that loses a deleted user
FACTS: dict[str, tuple[str, str]] = {
    "visit_decisions": ("undone_at", "decided_by"),
    "opt_outs": ("withdrawn_at", "recorded_by"),
    "call_outcomes": ("undone_at", ""),
    "fact_withdrawals": ("", "withdrawn_by"),
}
# `fact` names the table, `replaced_by` the decision in whose place it is taken back
WITHDRAWALS = """
CREATE TABLE public.fact_withdrawals (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  fact text NOT NULL CHECK (fact IN ('decision', 'opt_out', 'outcome')),
  fact_id uuid NOT NULL,
  withdrawn_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  withdrawn_by_name text NOT NULL DEFAULT '',
  withdrawn_at timestamptz NOT NULL DEFAULT now(),
  replaced_by uuid,
  UNIQUE (fact, fact_id)
);
CREATE INDEX fact_withdrawals_clinic_id_idx ON public.fact_withdrawals (clinic_id);
CREATE INDEX fact_withdrawals_withdrawn_by_idx ON public.fact_withdrawals (withdrawn_by);
ALTER TABLE public.fact_withdrawals OWNER TO idexx_owner;
ALTER TABLE public.fact_withdrawals ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.fact_withdrawals FORCE ROW LEVEL SECURITY;
CREATE POLICY idexx_user_select ON public.fact_withdrawals FOR SELECT TO idexx_user USING ({clinic});
CREATE POLICY idexx_admin_select ON public.fact_withdrawals FOR SELECT TO idexx_admin
  USING ((SELECT idexx_app.is_admin()));
CREATE POLICY idexx_owner_all ON public.fact_withdrawals TO idexx_owner USING (true) WITH CHECK (true);
CREATE POLICY idexx_service_select ON public.fact_withdrawals FOR SELECT TO idexx_service USING (true);
GRANT SELECT ON public.fact_withdrawals TO idexx_user, idexx_admin, idexx_service;
"""
# what was taken back before: nobody wrote down who did
BEFORE = """
ALTER TABLE public.opt_outs ADD COLUMN recorded_by_name text NOT NULL DEFAULT '';
UPDATE public.opt_outs o SET recorded_by_name = COALESCE(u.email, '') FROM public.users u WHERE u.id = o.recorded_by;
INSERT INTO public.fact_withdrawals (clinic_id, fact, fact_id, withdrawn_by_name, withdrawn_at)
  SELECT clinic_id, 'decision', id, 'unknown', undone_at FROM public.visit_decisions WHERE undone_at IS NOT NULL
  UNION ALL SELECT clinic_id, 'opt_out', id, 'unknown', withdrawn_at FROM public.opt_outs WHERE withdrawn_at IS NOT NULL
  UNION ALL SELECT clinic_id, 'outcome', id, 'unknown', undone_at FROM public.call_outcomes WHERE undone_at IS NOT NULL;
"""
# in the place of the words below
PINNED = "SET search_path = pg_catalog, pg_temp AS $$"
WORDS = {"<pinned>": PINNED, "<definer>": f"LANGUAGE plpgsql SECURITY DEFINER {PINNED}"}

FUNCTIONS: dict[str, str] = {
    # the server's clock, in a place of its own: a simulation of weeks puts its own there
    "moment()": "RETURNS timestamptz LANGUAGE sql <pinned> SELECT clock_timestamp() $$",
    "author_name(whose uuid)": """
      RETURNS text LANGUAGE sql STABLE <pinned>
        SELECT left(COALESCE(NULLIF(max(u.email::text), ''), session_user), 200) FROM public.users u WHERE u.id = whose
      $$""",
    "bounded(words text, longest integer)": """
      RETURNS text LANGUAGE plpgsql IMMUTABLE <pinned>
      BEGIN
        IF length(words) > longest THEN
          RAISE EXCEPTION 'this is longer than % characters', longest USING ERRCODE = 'check_violation';
        END IF;
        RETURN COALESCE(btrim(words), '');
      END $$""",
    "withdraw_fact(clinic uuid, kind text, which uuid, successor uuid)": """
      RETURNS timestamptz LANGUAGE sql <pinned>
        INSERT INTO public.fact_withdrawals
            (clinic_id, fact, fact_id, withdrawn_by, withdrawn_by_name, withdrawn_at, replaced_by)
          VALUES (clinic, kind, which, idexx_app.current_user_id(), idexx_app.author_name(idexx_app.current_user_id()),
            idexx_app.moment(), successor)
          RETURNING withdrawn_at
      $$""",
    "end_decision(clinic uuid, visit text, successor uuid)": """
      RETURNS boolean LANGUAGE plpgsql <pinned>
      DECLARE
        held uuid;
        ended timestamptz;
      BEGIN
        SELECT d.id INTO held FROM public.visit_decisions d
          WHERE d.clinic_id = clinic AND d.visit_key = visit AND d.undone_at IS NULL FOR UPDATE;
        IF NOT FOUND THEN RETURN false; END IF;
        ended := idexx_app.withdraw_fact(clinic, 'decision', held, successor);
        UPDATE public.visit_decisions d SET undone_at = ended WHERE d.id = held;
        RETURN true;
      END $$""",
    # the decision; no row where somebody else decides about the same visit in the same instant, twice
    "decide_visit(clinic uuid, visit text, choice text, why text, content_hash text, scheduled_for timestamptz)": """
      RETURNS SETOF public.visit_decisions <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        fact uuid := gen_random_uuid();
        code CONSTANT text := '^[A-Za-z0-9._:+/-]*$';
      BEGIN
        IF visit IS NULL OR length(visit) NOT BETWEEN 1 AND 120 OR visit !~ code THEN
          RAISE EXCEPTION 'this is no key of a visit' USING ERRCODE = 'check_violation';
        END IF;
        IF choice IS NULL OR choice NOT IN ('call', 'no_call', 'ignore') THEN
          RAISE EXCEPTION 'nobody can decide this' USING ERRCODE = 'check_violation';
        END IF;
        IF content_hash IS NULL OR length(content_hash) > 128 OR content_hash !~ code THEN
          RAISE EXCEPTION 'this is no hash of a visit' USING ERRCODE = 'check_violation';
        END IF;
        IF scheduled_for IS NOT NULL
           AND (choice <> 'call' OR scheduled_for NOT BETWEEN '2000-01-01Z' AND '2200-01-01Z') THEN
          RAISE EXCEPTION 'no call is made then' USING ERRCODE = 'check_violation';
        END IF;
        FOR attempt IN 1..2 LOOP
          PERFORM idexx_app.end_decision(clinic, visit, fact);
          RETURN QUERY INSERT INTO public.visit_decisions AS d
              (id, clinic_id, visit_key, choice, why, decided_by, decided_by_name, decided_at, content_hash,
               scheduled_for)
            VALUES (fact, clinic, visit, choice, idexx_app.bounded(why, 1000), me, idexx_app.author_name(me),
              idexx_app.moment(), content_hash, scheduled_for)
            ON CONFLICT DO NOTHING RETURNING d.*;
          EXIT WHEN FOUND;
        END LOOP;
      END $$""",
    # false where none holds
    "withdraw_decision(clinic uuid, visit text)": """
      RETURNS boolean <definer>
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        RETURN idexx_app.end_decision(clinic, visit, NULL);
      END $$""",
    # false where the number has opted out already
    "record_opt_out(clinic uuid, number text, why text)": """
      RETURNS boolean <definer>
      DECLARE me uuid := idexx_app.require_member(clinic);
      BEGIN
        IF number IS NULL OR number !~ '^\\+[1-9][0-9]{6,14}$' THEN
          RAISE EXCEPTION 'this is no number with a country code' USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO public.opt_outs (clinic_id, phone, why, recorded_by, recorded_by_name, recorded_at)
          VALUES (clinic, number, idexx_app.bounded(record_opt_out.why, 1000), me, idexx_app.author_name(me),
            idexx_app.moment())
          ON CONFLICT DO NOTHING;
        RETURN FOUND;
      END $$""",
    # false where the number had not opted out
    "withdraw_opt_out(clinic uuid, number text)": """
      RETURNS boolean <definer>
      DECLARE
        held uuid;
        ended timestamptz;
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        SELECT o.id INTO held FROM public.opt_outs o
          WHERE o.clinic_id = clinic AND o.phone = number AND o.withdrawn_at IS NULL FOR UPDATE;
        IF NOT FOUND THEN RETURN false; END IF;
        ended := idexx_app.withdraw_fact(clinic, 'opt_out', held, NULL);
        UPDATE public.opt_outs o SET withdrawn_at = ended WHERE o.id = held;
        RETURN true;
      END $$""",
    # what a function changes in a platform's table must not start a trigger of just anybody's, with the owner's rights
    "refuse_strange_triggers()": """
      RETURNS void LANGUAGE plpgsql STABLE <pinned>
      BEGIN
        IF EXISTS (
          SELECT FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
          JOIN pg_roles r ON r.oid = p.proowner
          WHERE t.tgrelid = 'public.scheduled_discharge_calls'::regclass AND NOT t.tgisinternal
            AND p.proowner <> c.relowner AND NOT r.rolsuper
        ) THEN
          RAISE EXCEPTION 'the calls have a trigger of somebody else' USING ERRCODE = 'insufficient_privilege';
        END IF;
      END $$""",
    # false where the call is not the caller's, or not queued any more
    "record_call_outcome(clinic uuid, which uuid, outcome text, note text)": """
      RETURNS boolean <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        ended timestamptz := idexx_app.moment();
      BEGIN
        IF outcome IS NULL OR outcome NOT IN
          ('reached_well', 'reached_concern', 'voicemail', 'no_answer', 'wrong_number', 'opted_out') THEN
          RAISE EXCEPTION 'nothing of this kind comes of a call' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM idexx_app.refuse_strange_triggers();
        UPDATE public.scheduled_discharge_calls s
          SET status = 'completed', ended_reason = outcome, ended_at = ended<touched>
          WHERE s.id = which AND s.user_id = me AND s.status = 'queued' AND EXISTS (
            SELECT FROM public.call_visits v WHERE v.call_id = s.id AND v.user_id = me AND v.clinic_id = clinic);
        IF NOT FOUND THEN RETURN false; END IF;
        INSERT INTO public.call_outcomes (call_id, clinic_id, user_id, outcome, note, recorded_by, recorded_at)
          VALUES (which, clinic, me, outcome, idexx_app.bounded(note, 2000), idexx_app.author_name(me), ended);
        RETURN true;
      END $$""",
    # the caller's last result is taken back, and the call is queued again; NULL where more happened since
    "undo_call_outcome(clinic uuid, which uuid)": """
      RETURNS text <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        last public.call_outcomes;
        ended timestamptz;
      BEGIN
        SELECT * INTO last FROM public.call_outcomes o
          WHERE o.call_id = which AND o.user_id = me AND o.clinic_id = clinic AND o.undone_at IS NULL
          ORDER BY o.recorded_at DESC LIMIT 1 FOR UPDATE;
        IF NOT FOUND THEN RETURN NULL; END IF;
        PERFORM idexx_app.refuse_strange_triggers();
        UPDATE public.scheduled_discharge_calls s
          SET status = 'queued', ended_reason = NULL, ended_at = NULL<touched>
          WHERE s.id = which AND s.user_id = me AND s.status = 'completed' AND s.ended_reason = last.outcome
            AND s.ended_at = last.recorded_at;
        IF NOT FOUND THEN RETURN NULL; END IF;
        ended := idexx_app.withdraw_fact(clinic, 'outcome', last.id, NULL);
        UPDATE public.call_outcomes o SET undone_at = ended WHERE o.id = last.id;
        RETURN last.outcome;
      END $$""",
    # a fact is ended once, beside the fact that ends it; it loses a user who is gone, and goes with what it belongs to
    "keep_fact()": """
      RETURNS trigger <definer>
      DECLARE
        before jsonb;
        after jsonb;
        changed text[];
      BEGIN
        IF TG_OP = 'DELETE' THEN
          before := to_jsonb(OLD);
          IF NOT EXISTS (SELECT FROM public.clinics c WHERE c.id = OLD.clinic_id) OR before ? 'call_id' AND (
            NOT EXISTS (SELECT FROM public.scheduled_discharge_calls s WHERE s.id = (before ->> 'call_id')::uuid)
            OR NOT EXISTS (SELECT FROM public.users u WHERE u.id = (before ->> 'user_id')::uuid)
          ) THEN RETURN OLD; END IF;
        ELSIF TG_OP = 'UPDATE' THEN
          before := to_jsonb(OLD);
          after := to_jsonb(NEW);
          changed := ARRAY(SELECT key FROM jsonb_each(after) WHERE value IS DISTINCT FROM before -> key);
          IF changed = ARRAY[TG_ARGV[0]] AND before ->> TG_ARGV[0] IS NULL AND EXISTS (
            SELECT FROM public.fact_withdrawals w
            WHERE w.fact_id = NEW.id AND w.withdrawn_at = (after ->> TG_ARGV[0])::timestamptz
          ) THEN RETURN NEW; END IF;
          IF changed = ARRAY[TG_ARGV[1]] AND after ->> TG_ARGV[1] IS NULL
             AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = (before ->> TG_ARGV[1])::uuid)
          THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'what was decided is never changed' USING ERRCODE = 'insufficient_privilege';
      END $$""",
    # the row of the activity record, in the name of the fact's author
    "record_fact()": """
      RETURNS trigger <definer>
      DECLARE told jsonb;
      BEGIN
        CASE TG_TABLE_NAME
          WHEN 'visit_decisions' THEN
            PERFORM idexx_app.append_audit(
              NEW.decided_by, 'visit.decided', NEW.choice, NULL, jsonb_build_object('visit_key', NEW.visit_key), NULL);
          WHEN 'opt_outs' THEN
            PERFORM idexx_app.append_audit(NEW.recorded_by, 'opt_out.recorded', 'ok', NULL, NULL, NULL);
          WHEN 'call_outcomes' THEN
            PERFORM idexx_app.append_audit(
              NEW.user_id, 'call.outcome', NEW.outcome, NULL, jsonb_build_object('call_id', NEW.call_id), NULL);
          WHEN 'fact_withdrawals' THEN
            CASE NEW.fact
              WHEN 'decision' THEN
                SELECT jsonb_build_object('visit_key', d.visit_key) INTO told
                  FROM public.visit_decisions d WHERE d.id = NEW.fact_id;
                PERFORM idexx_app.append_audit(NEW.withdrawn_by, 'visit.decision_undone', 'ok', NULL, told, NULL);
              WHEN 'opt_out' THEN
                PERFORM idexx_app.append_audit(NEW.withdrawn_by, 'opt_out.withdrawn', 'ok', NULL, NULL, NULL);
              WHEN 'outcome' THEN
                SELECT jsonb_build_object('call_id', o.call_id) INTO told
                  FROM public.call_outcomes o WHERE o.id = NEW.fact_id;
                PERFORM idexx_app.append_audit(NEW.withdrawn_by, 'call.outcome_undone', 'ok', NULL, told, NULL);
            END CASE;
        END CASE;
        RETURN NULL;
      END $$""",
}
CALLED = (
    "decide_visit", "withdraw_decision", "record_opt_out", "withdraw_opt_out", "record_call_outcome",
    "undo_call_outcome",
)  # fmt: skip
EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"
CALLS = "public.scheduled_discharge_calls"


def signature(declaration: str) -> str:
    """`name(types)` of a declaration, as DROP and GRANT want it; see revision 0004."""
    return str(context.script.get_revision("0004").module.signature(declaration))


def of_a_call() -> list[str]:
    """The columns of a call that its result changes."""
    there = context.script.get_revision("0005").module.columns("scheduled_discharge_calls")
    return [name for name in ("status", "ended_reason", "ended_at", "updated_at") if name in there]


def on_a_platforms_calls(statement: str) -> None:
    """Only there the owner's functions need a right of their own; ours they own."""
    if context.script.get_revision("0005").module.is_adopted("scheduled_discharge_calls"):
        op.execute(statement.format(columns=", ".join(of_a_call())))


def create_functions() -> None:
    """The owner's functions; those that are called, by our groups only."""
    # a platform's own table may lack it
    touched = ", updated_at = idexx_app.moment()" if "updated_at" in of_a_call() else ""
    for declaration, body in FUNCTIONS.items():
        name = signature(declaration)
        for word, meant in {**WORDS, "<touched>": touched}.items():
            body = body.replace(word, meant)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        if declaration.partition("(")[0] in CALLED:
            op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {EXECUTABLE_BY}")


def close(table: str) -> None:
    """Nobody writes it any more but the owner's functions."""
    op.execute(f"REVOKE ALL ON public.{table} FROM idexx_user, idexx_service")
    op.execute(f"GRANT SELECT ON public.{table} TO idexx_user, idexx_service")
    op.execute(
        f"DROP POLICY idexx_user_insert ON public.{table}; DROP POLICY idexx_user_update ON public.{table}"
    )
    op.execute(f"DROP POLICY idexx_service_all ON public.{table}")
    op.execute(
        f"CREATE POLICY idexx_service_select ON public.{table} FOR SELECT TO idexx_service USING (true)"
    )


def keep(table: str, ended: str, author: str) -> None:
    """What refuses every change, and what records the fact."""
    waits = " WHEN (NEW.replaced_by IS NULL)" if table == "fact_withdrawals" else ""
    op.execute(f"""
      CREATE TRIGGER keep_fact BEFORE UPDATE OR DELETE ON public.{table}
        FOR EACH ROW EXECUTE FUNCTION idexx_app.keep_fact('{ended}', '{author}');
      CREATE TRIGGER keep_fact_truncate BEFORE TRUNCATE ON public.{table}
        FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.keep_fact();
      CREATE CONSTRAINT TRIGGER record_fact AFTER INSERT ON public.{table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW{waits} EXECUTE FUNCTION idexx_app.record_fact()
    """)


def upgrade() -> None:
    """Keep what is there, then close the tables."""
    op.execute(WITHDRAWALS.format(clinic=context.script.get_revision("0005").module.CLINIC))
    op.execute(BEFORE)
    create_functions()
    for table, (ended, author) in FACTS.items():
        if table != "fact_withdrawals":
            close(table)
        keep(table, ended, author)
    on_a_platforms_calls(f"GRANT UPDATE ({{columns}}) ON {CALLS} TO idexx_owner")


def reopen(table: str) -> None:
    """As revisions 0005 and 0009 had it."""
    rules = context.script.get_revision("0005").module
    written_by = context.script.get_revision("0009").module.AUTHORSHIP.get(table, "").split(", ")
    own, commands, _ = rules.RULES[table]
    op.execute(f"DROP POLICY idexx_service_select ON public.{table}")
    rules.policy(table, "idexx_service_all", "ALL", "idexx_service", "true", "true", restrictive=False)
    for command in ("INSERT", "UPDATE"):
        check = rules.check_of(table, own, command)
        rules.policy(
            table, f"idexx_user_{command.lower()}", command, "idexx_user", own, check, restrictive=False
        )
    rules.grants(table, commands, admins_read=True)
    for column in filter(None, written_by):
        op.execute(f"REVOKE UPDATE ({column}) ON public.{table} FROM idexx_user")


def downgrade() -> None:
    """Open the tables again; who took what back is gone."""
    on_a_platforms_calls(f"REVOKE UPDATE ({{columns}}) ON {CALLS} FROM idexx_owner")
    for table in FACTS:
        for trigger in ("keep_fact", "keep_fact_truncate", "record_fact"):
            op.execute(f"DROP TRIGGER {trigger} ON public.{table}")
    op.execute("DROP TABLE public.fact_withdrawals; ALTER TABLE public.opt_outs DROP COLUMN recorded_by_name")
    for table in FACTS:
        if table != "fact_withdrawals":
            reopen(table)
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature(declaration)}")

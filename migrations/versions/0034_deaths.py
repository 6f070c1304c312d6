"""That a pet has died, as a person tells it.

- A death is a fact of the clinic: told of a visit of one's own, whose names and ids are copied from that, so that the
  pet is known again under every account and in every visit to come. It is never changed: that it was a mistake, and
  that a card was sent, are facts of their own (`death_acts`).
- No visit of such a pet is put on a call, whoever's program asks for it (`refuse_the_dead`), and `stop_calls_of_dead`
  stops what is queued, in all accounts of the clinic: it waits for nobody, and what somebody is at work on is stopped
  at the next look. The other calls of the owner are held, until a person decides who knows of it.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# action: what its row says
ACTIONS = {
    "death.told": "death_id,visit_key",
    "death.withdrawn": "death_id,visit_key",
    "death.card": "death_id",
    "call.stopped": "call_id",
}
# a table of one of these names that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("deaths", "death_acts")
TABLES = """
CREATE TABLE public.deaths (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  visit_key text NOT NULL,
  patient_id text,
  patient_name text NOT NULL DEFAULT '',
  client_id text,
  owner_name text NOT NULL DEFAULT '',
  branch text NOT NULL DEFAULT '',
  phone text,
  told_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  told_by_name text NOT NULL DEFAULT '',
  told_at timestamptz NOT NULL
);
CREATE INDEX deaths_visit_idx ON public.deaths (clinic_id, visit_key);
CREATE INDEX deaths_patient_idx ON public.deaths (clinic_id, patient_id);
CREATE INDEX deaths_client_idx ON public.deaths (clinic_id, client_id);
CREATE INDEX deaths_phone_idx ON public.deaths (clinic_id, phone);
CREATE INDEX deaths_told_by_idx ON public.deaths (told_by);
CREATE TABLE public.death_acts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  death_id uuid NOT NULL REFERENCES public.deaths(id) ON DELETE CASCADE,
  act text NOT NULL CHECK (act IN ('withdrawn', 'card_sent', 'card_not_sent')),
  done_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  done_by_name text NOT NULL DEFAULT '',
  done_at timestamptz NOT NULL
);
CREATE INDEX death_acts_clinic_id_idx ON public.death_acts (clinic_id);
CREATE INDEX death_acts_death_id_idx ON public.death_acts (death_id, done_at);
CREATE INDEX death_acts_done_by_idx ON public.death_acts (done_by);
CREATE UNIQUE INDEX death_acts_withdrawn_idx ON public.death_acts (death_id) WHERE act = 'withdrawn';
CREATE INDEX visits_told_dead_idx ON public.visits (user_id, clinic_id) WHERE reason_code = 'told_dead';
"""
# table: what writes to it means on pages, and the column that loses a deleted user where its rows are facts
WATCHED = {"deaths": "visits", "death_acts": "visits"}
FACTS = {"deaths": "told_by", "death_acts": "done_by"}
_NAMED = "lower(btrim(regexp_replace({}, '\\s+', ' ', 'g')))"
# of a death `d` and a visit `v`: what `domain.households` says of two visits (a test compares them)
OWNER = f"""(CASE WHEN d.client_id <> '' AND v.client_id <> ''
    THEN d.client_id = v.client_id AND (d.branch = v.branch OR d.branch = '' OR v.branch = '')
    ELSE d.phone <> '' AND d.phone = v.phone AND {_NAMED.format("d.owner_name")} <> ''
      AND {_NAMED.format("d.owner_name")} = {_NAMED.format("v.owner_name")} END IS TRUE)"""
PET = f"""((d.patient_id <> '' AND d.patient_id = v.patient_id
    OR ((d.patient_id <> '' AND v.patient_id <> '') IS NOT TRUE
      AND d.visit_key IN (v.visit_key, COALESCE('c:' || v.consultation_id, '')))
    OR ({_NAMED.format("d.patient_name")} <> ''
      AND {_NAMED.format("d.patient_name")} = {_NAMED.format("v.patient_name")}
      AND ((d.phone <> '' AND d.phone = v.phone
          AND (COALESCE(d.client_id, ''), d.branch) <> (COALESCE(v.client_id, ''), v.branch))
        OR ((d.patient_id <> '' AND v.patient_id <> '') IS NOT TRUE AND {OWNER})))) IS TRUE)"""
# found by indexes: neither holds without one of these
NEAR = """(d.patient_id = v.patient_id OR d.client_id = v.client_id OR d.phone = v.phone
    OR d.visit_key IN (v.visit_key, COALESCE('c:' || v.consultation_id, '')))"""
STANDS = "NOT EXISTS (SELECT FROM public.death_acts a WHERE a.death_id = d.id AND a.act = 'withdrawn')"
# the words and times of domain.told_deaths (tests compare them)
WORDS = {
    "<definer>": "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
    "<inner>": "LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$",
    "<pet>": PET,
    "<owner>": OWNER,
    "<near>": NEAR,
    "<stands>": STANDS,
    "<of their time>": "interval '14 days'",
    "<told rule>": "Told by a person",
    "<household rule>": "Other pets of this owner",
}
FUNCTIONS: dict[str, str] = {
    # NULL where the caller has no such visit, or the pet's death is known already
    "tell_death(clinic uuid, visit text)": """
      RETURNS uuid <definer>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
        v public.visits;
        told uuid;
      BEGIN
        -- of two who tell it at once the second finds what the first has told
        PERFORM pg_advisory_xact_lock(hashtextextended('idexx deaths ' || in_clinic::text, 0));
        SELECT w.* INTO v FROM public.visits w
          WHERE w.clinic_id = in_clinic AND w.user_id = me AND w.visit_key = tell_death.visit;
        IF NOT FOUND OR EXISTS (
          SELECT FROM public.deaths d WHERE d.clinic_id = in_clinic AND <near> AND <pet> AND <stands>
        ) THEN RETURN NULL; END IF;
        INSERT INTO public.deaths (clinic_id, visit_key, patient_id, patient_name, client_id, owner_name, branch, phone,
            told_by, told_by_name, told_at)
          VALUES (in_clinic, v.visit_key, NULLIF(v.patient_id, ''), v.patient_name, NULLIF(v.client_id, ''),
            v.owner_name, v.branch, NULLIF(v.phone, ''), me, idexx_app.author_name(me), idexx_app.moment())
          RETURNING id INTO told;
        PERFORM idexx_app.record_act('death.told', 'ok', NULL, jsonb_build_object(
          'death_id', told, 'visit_key', v.visit_key));
        RETURN told;
      END $$""",
    # the deaths that stand of the pet of a visit of the caller's, the first one first
    "deaths_of_visit(clinic uuid, visit text)": """
      RETURNS SETOF public.deaths <definer>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
      BEGIN
        RETURN QUERY SELECT d.* FROM public.visits v JOIN public.deaths d
          ON d.clinic_id = in_clinic AND <near> AND <pet> AND <stands>
          WHERE v.clinic_id = in_clinic AND v.user_id = me AND v.visit_key = deaths_of_visit.visit
          ORDER BY d.told_at, d.id;
      END $$""",
    # the caller's visits that are to be decided on again because of these deaths: of the pets, and of their owners
    "visits_of_deaths(clinic uuid, which uuid[])": """
      RETURNS TABLE (visit_key text) <definer>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
      BEGIN
        RETURN QUERY SELECT DISTINCT v.visit_key FROM public.deaths d JOIN public.visits v
          ON v.clinic_id = in_clinic AND v.user_id = me AND <near> AND (<pet> OR <owner>)
          WHERE d.clinic_id = in_clinic AND d.id = ANY (which) AND (
            v.state IN ('held', 'waiting', 'failed') OR v.reason_code = 'told_dead' OR v.visit_key = d.visit_key
            OR EXISTS (SELECT FROM public.call_visits m JOIN public.scheduled_discharge_calls s ON s.id = m.call_id
              WHERE m.clinic_id = in_clinic AND m.user_id = me AND m.visit_key = v.visit_key AND m.active
                AND s.status::text = 'queued'))
          ORDER BY v.visit_key;
      END $$""",
    # the caller's visits that say what another account's program, or nobody any more, says of a death
    "misjudged_visits(clinic uuid)": """
      RETURNS TABLE (visit_key text) <definer>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
      BEGIN
        RETURN QUERY SELECT v.visit_key FROM public.visits v
          WHERE v.clinic_id = in_clinic AND v.user_id = me AND v.reason_code = 'told_dead' AND (
            v.decision_hash = '' OR NOT EXISTS (
              SELECT FROM public.deaths d WHERE d.clinic_id = in_clinic AND <near> AND <pet> AND <stands>))
          ORDER BY v.visit_key;
      END $$""",
    # false where it doesn't stand
    "withdraw_death(clinic uuid, which uuid)": """
      RETURNS boolean <definer>
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
        of_visit text;
      BEGIN
        SELECT d.visit_key INTO of_visit FROM public.deaths d WHERE d.id = which AND d.clinic_id = in_clinic;
        IF NOT FOUND THEN RETURN false; END IF;
        INSERT INTO public.death_acts (clinic_id, death_id, act, done_by, done_by_name, done_at)
          VALUES (in_clinic, which, 'withdrawn', me, idexx_app.author_name(me), idexx_app.moment())
          ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN RETURN false; END IF;
        PERFORM idexx_app.record_act('death.withdrawn', 'ok', NULL, jsonb_build_object(
          'death_id', which, 'visit_key', of_visit));
        RETURN true;
      END $$""",
    # false where that is known already, or there is no such death
    "note_card(clinic uuid, which uuid, sent boolean)": """
      RETURNS boolean <definer>
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
        last text;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('idexx deaths ' || in_clinic::text, 0));
        IF NOT EXISTS (SELECT FROM public.deaths d WHERE d.id = which AND d.clinic_id = in_clinic) THEN
          RETURN false;
        END IF;
        SELECT a.act INTO last FROM public.death_acts a WHERE a.death_id = which AND a.act <> 'withdrawn'
          ORDER BY a.done_at DESC, a.id LIMIT 1;
        IF sent IS NULL OR sent = (last IS NOT DISTINCT FROM 'card_sent') THEN RETURN false; END IF;
        INSERT INTO public.death_acts (clinic_id, death_id, act, done_by, done_by_name, done_at)
          VALUES (in_clinic, which, CASE WHEN sent THEN 'card_sent' ELSE 'card_not_sent' END, me,
            idexx_app.author_name(me), idexx_app.moment());
        PERFORM idexx_app.record_act('death.card', CASE WHEN sent THEN 'sent' ELSE 'not_sent' END, NULL,
          jsonb_build_object('death_id', which));
        RETURN true;
      END $$""",
    # the queued calls that a death concerns: visits of the pet itself, and the owner's others until a person decided
    "doomed_visits(in_clinic uuid)": """
      RETURNS TABLE (call_id uuid, user_id uuid, visit_key text, is_pet boolean, said text) <inner>
      #variable_conflict use_column
      BEGIN
        RETURN QUERY
        WITH queued AS MATERIALIZED (
          SELECT s.id AS call_id, v.* FROM public.clinic_members w
          JOIN public.scheduled_discharge_calls s ON s.user_id = w.user_id AND s.status::text = 'queued'
          JOIN public.call_visits m
            ON m.call_id = s.id AND m.user_id = s.user_id AND m.clinic_id = in_clinic AND m.active
          JOIN public.visits v
            ON v.clinic_id = in_clinic AND v.user_id = m.user_id AND v.visit_key = m.visit_key
          WHERE w.clinic_id = in_clinic AND EXISTS (SELECT FROM public.deaths d WHERE d.clinic_id = in_clinic)
        )
        SELECT DISTINCT ON (v.call_id, v.visit_key) v.call_id, v.user_id, v.visit_key, <pet>,
            CASE WHEN <pet> THEN d.told_by_name || ' noted that ' || COALESCE(NULLIF(v.patient_name, ''), 'the pet')
                || ' has died.'
              ELSE 'Another pet of this owner, ' || COALESCE(NULLIF(d.patient_name, ''), 'another pet')
                || ', has died.' END
          FROM queued v JOIN public.deaths d ON d.clinic_id = in_clinic AND <near> AND (<pet> OR <owner>) AND <stands>
          WHERE <pet> OR (COALESCE(v.visit_at, v.first_seen_at) <= d.told_at + <of their time> AND NOT EXISTS (
            SELECT FROM public.visit_decisions p WHERE p.clinic_id = in_clinic AND p.undone_at IS NULL
              AND p.visit_key IN (v.visit_key, 'c:' || v.consultation_id)
              AND p.choice IN ('call', 'call_with_care') AND p.decided_at > d.told_at))
          ORDER BY v.call_id, v.visit_key, <pet> DESC, d.told_at;
      END $$""",
    # how many; where somebody is at work on a call, it is left for the next time
    "stop_calls_of_dead(clinic uuid)": """
      RETURNS integer <definer>
      DECLARE
        in_clinic uuid := clinic;
        me uuid := idexx_app.require_member(in_clinic);
        doomed uuid;
        stopped integer := 0;
      BEGIN
        FOR doomed IN SELECT DISTINCT d.call_id FROM idexx_app.doomed_visits(in_clinic) AS d ORDER BY 1 LOOP
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
            CONTINUE WHEN doomed NOT IN (SELECT d.call_id FROM idexx_app.doomed_visits(in_clinic) AS d);
            PERFORM idexx_app.stop_call_of_dead(in_clinic, doomed, idexx_app.moment());
            PERFORM idexx_app.record_act('call.stopped', 'ok', NULL, jsonb_build_object('call_id', doomed));
            stopped := stopped + 1;
          EXCEPTION WHEN lock_not_available THEN
            NULL;
          END;
        END LOOP;
        RETURN stopped;
      END $$""",
    # what is written is decided anew by its owner's program; a visit that is on the call with others is held with them
    "stop_call_of_dead(in_clinic uuid, which uuid, now_is timestamptz)": """
      RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      DECLARE why text;
      BEGIN
        SELECT d.said INTO why FROM idexx_app.doomed_visits(in_clinic) AS d WHERE d.call_id = which
          ORDER BY d.is_pet DESC, d.visit_key LIMIT 1;
        UPDATE public.visits v SET
            state = CASE WHEN told.is_pet THEN 'excluded' ELSE 'held' END,
            reason_code = CASE WHEN told.is_pet THEN 'told_dead' ELSE 'household_held' END,
            reason = told.said,
            trace = COALESCE(
              (SELECT jsonb_agg(t.step ORDER BY t.place) FROM jsonb_array_elements(
                 CASE jsonb_typeof(v.trace) WHEN 'array' THEN v.trace ELSE '[]' END) WITH ORDINALITY AS t(step, place)
               WHERE t.step ->> 'rule' NOT IN ('<told rule>', '<household rule>')), '[]')
              || jsonb_build_object(
                'rule', CASE WHEN told.is_pet THEN '<told rule>' ELSE '<household rule>' END,
                'outcome', CASE WHEN told.is_pet THEN 'excluded' ELSE 'held' END, 'detail', told.said),
            decision_hash = '', changed_at = now_is, needs_attention = NOT told.is_pet
          FROM (
            SELECT m.user_id, m.visit_key, COALESCE(d.is_pet, false) AS is_pet, COALESCE(d.said, why) AS said
            FROM public.call_visits m
            LEFT JOIN idexx_app.doomed_visits(in_clinic) AS d ON d.call_id = m.call_id AND d.visit_key = m.visit_key
            WHERE m.call_id = which AND m.active
          ) told
          WHERE v.clinic_id = in_clinic AND v.user_id = told.user_id AND v.visit_key = told.visit_key;
        UPDATE public.consultation_sync_status c
          SET discharge_call_scheduled = false, discharge_call_id = NULL, updated_at = now_is
          WHERE c.discharge_call_id = which;
        UPDATE public.scheduled_discharge_calls s
          SET status = 'cancelled', ended_reason = why, ended_at = now_is<touched> WHERE s.id = which;
        UPDATE public.call_visits m SET active = false, removed_at = now_is WHERE m.call_id = which AND m.active;
      END $$""",
    "refuse_the_dead()": """
      RETURNS trigger <definer>
      BEGIN
        IF NEW.active AND EXISTS (
          SELECT FROM public.visits v
          JOIN public.deaths d ON d.clinic_id = v.clinic_id AND <near> AND <pet> AND <stands>
          WHERE v.clinic_id = NEW.clinic_id AND v.user_id = NEW.user_id AND v.visit_key = NEW.visit_key
        ) THEN RETURN NULL; END IF;
        RETURN NEW;
      END $$""",
}
CALLED = (
    "tell_death", "deaths_of_visit", "visits_of_deaths", "misjudged_visits", "withdraw_death", "note_card",
    "stop_calls_of_dead",
)  # fmt: skip
EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"
TRIGGERS = """
CREATE TRIGGER refuse_the_dead BEFORE INSERT OR UPDATE OF active ON public.call_visits
  FOR EACH ROW EXECUTE FUNCTION idexx_app.refuse_the_dead();
"""
KEPT = """
CREATE TRIGGER keep_fact BEFORE UPDATE OR DELETE ON public.{table}
  FOR EACH ROW EXECUTE FUNCTION idexx_app.keep_fact('', '{author}');
CREATE TRIGGER keep_fact_truncate BEFORE TRUNCATE ON public.{table}
  FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.keep_fact();
"""


def earlier(number: str) -> Any:
    """An earlier revision."""
    return context.script.get_revision(number).module


def create_functions() -> None:
    """The owner's functions; those that are called, by our groups only."""
    # a platform's own table may lack it
    touched = ", updated_at = now_is" if "updated_at" in earlier("0015").of_a_call() else ""
    for declaration, body in FUNCTIONS.items():
        name = earlier("0026").signature(declaration)
        for word, meant in {**WORDS, "<touched>": touched}.items():
            body = body.replace(word, meant)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        if declaration.partition("(")[0] in CALLED:
            op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {EXECUTABLE_BY}")


def upgrade() -> None:
    """The tables, what writes them, and what heeds them."""
    op.execute(TABLES)
    for table, topic in WATCHED.items():
        op.execute(earlier("0026").CLOSED.format(table=table, clinic=earlier("0005").CLINIC))
        earlier("0020").watch(table, "raise_for_clinics", topic)
    create_functions()
    for table, author in FACTS.items():
        op.execute(KEPT.format(table=table, author=author))
    op.execute(TRIGGERS)
    for action, keys in ACTIONS.items():
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'function', '{{{keys}}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """What was told is gone: such visits are decided on by what Neo says, once they are read again."""
    op.execute("""
      UPDATE public.visits SET state = 'held', reason_code = 'may_have_died', decision_hash = '', needs_attention = true
        WHERE reason_code = 'told_dead';
      DROP INDEX public.visits_told_dead_idx;
      DROP TRIGGER refuse_the_dead ON public.call_visits;
    """)
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {earlier('0026').signature(declaration)}")
    op.execute("DROP TABLE public.death_acts; DROP TABLE public.deaths")
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - from the list above

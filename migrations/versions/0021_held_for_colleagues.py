"""Any program of a clinic holds what must not be called unread, whosever it is; and a clinic's name can be corrected.

- `hold_unread_calls` holds the queued calls of colleagues that are due within ten minutes, or were, and about visits
  without a complete reading in the 45 minutes before: the rule of `domain.freshness` and `domain.looks`, over their own
  rows and by the server's clock. Whoever calls it says nothing but the clinic. It takes no call back for another
  reason, makes none and moves none. What was held comes back once its owner's program has read it again.
- `rename_clinic` corrects the name that calls say. A platform's own clinics have theirs from the platform: there it
  does so only where whoever runs that gave `idexx_owner` the right.
"""

from __future__ import annotations

from alembic import context, op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ACTIONS = {"call.held_unread": "call_id", "clinic.renamed": "clinic_id"}
# the words and times of domain.unread and domain.freshness (tests compare them)
RULE = "Looked at before the call"
REASON = (
    "Its record in Neo wasn''t looked at shortly before the call was due, so the call was held. "
    "Once it has been read, the call is scheduled again."
)
WORDS = {
    "<last chance>": "interval '10 minutes'",
    "<limit>": "interval '45 minutes'",
    "<clocks differ>": "interval '15 minutes'",
    "<open>": "('held', 'waiting', 'failed')",
    "<reason>": f"'{REASON}'",
    "<step>": f"jsonb_build_object('rule', '{RULE}', 'outcome', 'held', 'detail', '{REASON}')",
    "<rule>": f"'{RULE}'",
    "<pinned>": "SET search_path = pg_catalog, pg_temp AS $$",
    "<definer>": "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
}

FUNCTIONS: dict[str, str] = {
    # what two visits of one owner, or of one pet, have in common is what `domain.households` says
    "unread_calls(clinic uuid, besides uuid)": """
      RETURNS SETOF uuid LANGUAGE plpgsql STABLE <pinned>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        now_is timestamptz := idexx_app.moment();
        zone text := (SELECT s.timezone FROM public.clinic_settings s WHERE s.clinic_id = in_clinic);
      BEGIN
        BEGIN
          PERFORM now_is AT TIME ZONE zone;
        EXCEPTION WHEN invalid_parameter_value THEN
          zone := 'UTC';
        END;
        RETURN QUERY
        WITH due AS MATERIALIZED (
          SELECT s.id, s.user_id, s.scheduled_for, m.visit_key
          FROM public.clinic_members w
          JOIN public.scheduled_discharge_calls s ON s.user_id = w.user_id AND s.status::text = 'queued'
            AND s.scheduled_for <= now_is + <last chance>
          JOIN public.call_visits m
            ON m.call_id = s.id AND m.user_id = s.user_id AND m.clinic_id = in_clinic AND m.active
          WHERE w.clinic_id = in_clinic AND w.user_id <> besides
        ), known AS (
          SELECT v.id FROM public.visits v WHERE v.clinic_id = in_clinic AND v.state IN <open>
            AND v.user_id IN (SELECT user_id FROM due)
          UNION
          SELECT v.id FROM public.scheduled_discharge_calls s
          JOIN public.call_visits m ON m.call_id = s.id AND m.user_id = s.user_id AND m.active
          JOIN public.visits v
            ON v.clinic_id = m.clinic_id AND v.visit_key = m.visit_key AND v.user_id = m.user_id
          WHERE s.status::text = 'queued' AND s.user_id IN (SELECT user_id FROM due) AND m.clinic_id = in_clinic
        ), named AS (
          SELECT v.user_id, v.visit_key, v.last_read_at, NULLIF(v.patient_id, '') AS patient_id,
            NULLIF(v.client_id, '') AS client_id, v.branch, v.phone,
            lower(btrim(v.patient_name)) AS pet,
            lower(btrim(regexp_replace(v.owner_name, '\\s+', ' ', 'g'))) AS owner,
            (COALESCE(v.visit_at, v.first_seen_at) AT TIME ZONE zone)::date AS day
          FROM known k JOIN public.visits v ON v.id = k.id
        ), grouped AS (
          SELECT n.*, CASE WHEN n.phone <> '' AND n.owner <> '' THEN jsonb_build_array(n.phone, n.owner) END AS contact,
            CASE WHEN n.client_id IS NOT NULL THEN jsonb_build_object(n.client_id, COALESCE(
              NULLIF(n.branch, ''), min(NULLIF(n.branch, '') COLLATE "C") OVER same_client, '')) END AS client
          FROM named n WINDOW same_client AS (PARTITION BY n.user_id, n.day, n.client_id)
        ), only_owners AS (
          SELECT g.user_id, g.day, g.contact, min(g.client::text)::jsonb AS client FROM grouped g
          WHERE g.client IS NOT NULL AND g.contact IS NOT NULL
          GROUP BY g.user_id, g.day, g.contact HAVING count(DISTINCT g.client) = 1
        ), homes AS (
          SELECT g.*, COALESCE(g.client, o.client, g.contact, to_jsonb(g.visit_key)) AS home
          FROM grouped g LEFT JOIN only_owners o
            ON o.user_id = g.user_id AND o.day = g.day AND o.contact = g.contact
        )
        SELECT DISTINCT d.id FROM due d
        JOIN homes h ON h.user_id = d.user_id AND h.visit_key = d.visit_key
        JOIN homes o ON o.user_id = h.user_id AND (
          (o.day = h.day AND o.home = h.home)
          OR CASE WHEN o.patient_id IS NOT NULL AND h.patient_id IS NOT NULL THEN o.patient_id = h.patient_id
            ELSE o.pet <> '' AND o.pet = h.pet AND CASE
              WHEN o.client_id IS NOT NULL AND h.client_id IS NOT NULL
                THEN o.client_id = h.client_id AND (o.branch = h.branch OR o.branch = '' OR h.branch = '')
              ELSE o.contact = h.contact END END)
        WHERE (o.last_read_at BETWEEN d.scheduled_for - <limit> AND now_is + <clocks differ>) IS NOT TRUE;
      END $$""",
    # how many; the caller's own are decided on by the caller's program. Nobody is waited for with anything locked, so
    # no two can wait for each other: what somebody is at work on is looked at again with the next tick
    "hold_unread_calls(clinic uuid)": """
      RETURNS integer <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        unread uuid;
        whose uuid;
        held integer := 0;
        now_is timestamptz := idexx_app.moment();
      BEGIN
        FOR unread IN SELECT u FROM idexx_app.unread_calls(in_clinic, me) AS u ORDER BY u LOOP
          IF held = 0 THEN
            PERFORM idexx_app.refuse_strange_triggers();
            PERFORM FROM idexx_app.audit_heads h WHERE h.chain = me FOR UPDATE;
          END IF;
          BEGIN
            SELECT s.user_id INTO whose FROM public.scheduled_discharge_calls s WHERE s.id = unread FOR UPDATE NOWAIT;
            PERFORM FROM public.call_visits m WHERE m.call_id = unread AND m.active FOR UPDATE NOWAIT;
            PERFORM FROM public.visits v WHERE v.clinic_id = in_clinic AND v.user_id = whose AND v.visit_key IN (
              SELECT m.visit_key FROM public.call_visits m WHERE m.call_id = unread AND m.active) FOR UPDATE NOWAIT;
            PERFORM FROM public.consultation_sync_status c
              WHERE c.user_id = whose AND c.discharge_call_id = unread FOR UPDATE NOWAIT;
            CONTINUE WHEN unread NOT IN (SELECT u FROM idexx_app.unread_calls(in_clinic, me) AS u);
            PERFORM idexx_app.hold_unread_call(in_clinic, whose, unread, now_is);
            PERFORM idexx_app.record_act(
              'call.held_unread', 'ok', NULL, jsonb_build_object('call_id', unread));
            held := held + 1;
          EXCEPTION WHEN lock_not_available THEN
            NULL;
          END;
        END LOOP;
        RETURN held;
      END $$""",
    # a visit that could not be read stays so: it is tried again as that
    "hold_unread_call(in_clinic uuid, whose uuid, which uuid, now_is timestamptz)": """
      RETURNS void LANGUAGE plpgsql <pinned>
      BEGIN
        UPDATE public.visits v SET state = 'held', reason_code = 'not_looked_at', reason = <reason>,
            trace = COALESCE(
              (SELECT jsonb_agg(t.step ORDER BY t.place) FROM jsonb_array_elements(
                 CASE jsonb_typeof(v.trace) WHEN 'array' THEN v.trace ELSE '[]' END) WITH ORDINALITY AS t(step, place)
               WHERE t.step ->> 'rule' IS DISTINCT FROM <rule>), '[]') || <step>,
            decision_hash = '', changed_at = now_is,
            needs_attention = COALESCE(v.visit_at <= now_is, true) AND NOT EXISTS (
              SELECT FROM public.visit_decisions d WHERE d.clinic_id = in_clinic AND d.undone_at IS NULL
                AND d.visit_key IN (v.visit_key, 'c:' || v.consultation_id) AND d.choice = 'ignore')
          WHERE v.clinic_id = in_clinic AND v.user_id = whose AND v.state = 'scheduled' AND v.visit_key IN (
            SELECT m.visit_key FROM public.call_visits m WHERE m.call_id = which AND m.active);
        UPDATE public.consultation_sync_status c
          SET discharge_call_scheduled = false, discharge_call_id = NULL, updated_at = now_is
          WHERE c.user_id = whose AND c.discharge_call_id = which;
        UPDATE public.scheduled_discharge_calls s
          SET status = 'cancelled', ended_reason = <reason>, ended_at = now_is<touched> WHERE s.id = which;
        UPDATE public.call_visits m SET active = false, removed_at = now_is
          WHERE m.call_id = which AND m.user_id = whose AND m.active;
      END $$""",
    # whether this login may correct the clinic's name: an admin of it may; where nobody is an admin, as on a computer
    # that has the records for itself, each member
    "may_rename_clinic(clinic uuid)": """
      RETURNS boolean <definer>
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        RETURN has_column_privilege('public.clinics', 'name', 'UPDATE') AND (idexx_app.is_admin() OR NOT EXISTS (
          SELECT FROM idexx_app.logins l JOIN pg_catalog.pg_roles r ON r.oid = l.role_oid AND r.rolname = l.role_name
          WHERE l.active AND COALESCE(l.kind, 'admin') = 'admin' AND pg_has_role(r.oid, 'idexx_admin', 'MEMBER')));
      END $$""",
    # false where another clinic has that name
    "rename_clinic(clinic uuid, new_name text)": """
      RETURNS boolean <definer>
      DECLARE
        called text := btrim(new_name);
      BEGIN
        IF NOT idexx_app.may_rename_clinic(clinic) THEN
          RAISE EXCEPTION 'this login may not rename the clinic' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF called IS NULL OR length(called) NOT BETWEEN 1 AND 120 OR called ~ '[[:cntrl:]]' THEN
          RAISE EXCEPTION 'this is no name of a clinic' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM idexx_app.refuse_strange_triggers('public.clinics');
        BEGIN
          UPDATE public.clinics c SET name = called WHERE c.id = clinic AND c.name IS DISTINCT FROM called;
        EXCEPTION WHEN unique_violation THEN
          RETURN false;
        END;
        IF FOUND THEN
          PERFORM idexx_app.record_act('clinic.renamed', 'ok', NULL, jsonb_build_object('clinic_id', clinic));
        END IF;
        RETURN true;
      END $$""",
    # the same as of calls in revision 0015, of any table that a function changes with the owner's rights
    "refuse_strange_triggers(watched regclass)": """
      RETURNS void LANGUAGE plpgsql STABLE <pinned>
      BEGIN
        IF EXISTS (
          SELECT FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
          JOIN pg_roles r ON r.oid = p.proowner
          WHERE t.tgrelid = watched AND NOT t.tgisinternal AND p.proowner <> c.relowner AND NOT r.rolsuper
        ) THEN
          RAISE EXCEPTION 'the table has a trigger of somebody else' USING ERRCODE = 'insufficient_privilege';
        END IF;
      END $$""",
}
CALLED = ("hold_unread_calls", "may_rename_clinic", "rename_clinic")
EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"


def signature(declaration: str) -> str:
    """`name(types)` of a declaration, as DROP and GRANT want it; see revision 0004."""
    return str(context.script.get_revision("0004").module.signature(declaration))


def upgrade() -> None:
    """The functions, and what they record."""
    touched = (
        ", updated_at = now_is"
        if "updated_at" in context.script.get_revision("0015").module.of_a_call()
        else ""
    )
    for declaration, body in FUNCTIONS.items():
        name = signature(declaration)
        for word, meant in {**WORDS, "<touched>": touched}.items():
            body = body.replace(word, meant)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        if declaration.partition("(")[0] in CALLED:
            op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {EXECUTABLE_BY}")
    for action, key in ACTIONS.items():
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'function', '{{{key}}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """Each program holds its own again; a name stays as it was corrected."""
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature(declaration)}")
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - from the list above

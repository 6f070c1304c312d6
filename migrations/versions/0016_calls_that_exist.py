"""A visit reads "call scheduled" only where its call is: nobody else's claim, case or row stands for one.

- Which visits a call is about is written by functions only, for calls of one's own; at most one of a visit's accounts
  makes its call, held by a lock on the visit's key.
- A colleague's call counts by what it is (status, number, time), which whoever asks compares with their own reading.
- What reads "scheduled" in old records without such a call is held, and decided on again by the next sync.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"

COLUMNS = """
ALTER TABLE public.visits ADD COLUMN others_call uuid, ADD COLUMN others_phone text,
  ADD COLUMN others_until timestamptz;
GRANT INSERT (others_call, others_phone, others_until), UPDATE (others_call, others_phone, others_until)
  ON public.visits TO idexx_user;
ALTER TABLE public.call_visits ADD COLUMN walk_in text;
UPDATE public.call_visits m SET walk_in = 'c:' || v.consultation_id FROM public.visits v
  WHERE v.clinic_id = m.clinic_id AND v.user_id = m.user_id AND v.visit_key = m.visit_key
    AND v.consultation_id IS NOT NULL;
DROP INDEX public.call_visits_one_call_idx;
CREATE UNIQUE INDEX call_visits_one_call_idx ON public.call_visits (clinic_id, visit_key, user_id) WHERE active;
CREATE INDEX call_visits_walk_in_idx ON public.call_visits (clinic_id, walk_in) WHERE active;
"""
# what a user wrote by hand until now; the lists are those of the revision before
WRITTEN = {
    "INSERT": "active, added_at, call_id, clinic_id, removed_at, user_id, visit_key",
    "UPDATE": "active, added_at, call_id, clinic_id, removed_at, visit_key",
}
OWN_IN_CLINIC = (
    "user_id = (SELECT idexx_app.current_user_id()) AND clinic_id IN (SELECT idexx_app.my_clinics())"
)
SEEN_CALL = "EXISTS (SELECT FROM public.scheduled_discharge_calls o WHERE o.id = call_visits.call_id)"

# {of_clinic} is how a case of the clinic is known, {calls_on} whether calls are on for it: older platforms have no
# columns for that
FUNCTIONS: dict[str, str] = {
    # whether an account still works for a clinic; one that has no login of ours is the platform's own affair
    "works_for(person uuid, clinic uuid)": """
      RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT EXISTS (SELECT FROM public.clinic_members m WHERE m.user_id = person AND m.clinic_id = clinic)
          AND NOT idexx_app.is_switched_off(person)
      $$""",
    "is_switched_off(person uuid)": """
      RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT COALESCE(NOT bool_or(l.active), false) FROM idexx_app.logins l WHERE l.user_id = person
      $$""",
    # every call that is not cancelled of these visits, whoever's: by visit, by the key that it had as a walk-in, or by
    # its case. Of a number nothing is told but which of those that the caller has named
    "calls_of_visits(clinic uuid, visits text)": """
      RETURNS TABLE (visit_key text, call_id uuid, call_status text, call_scheduled_for timestamptz, is_mine boolean,
                     phone text, is_left boolean)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      #variable_conflict use_column
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        asked_clinic uuid := clinic;
      BEGIN
        RETURN QUERY
        WITH asked AS (
          SELECT * FROM jsonb_to_recordset(visits::jsonb)
            AS v(visit_key text, walk_in text, numbers text[], external_ids text[])
        ), linked AS (
          SELECT a.visit_key, a.numbers, m.call_id, m.user_id, true AS by_member
            FROM asked a JOIN public.call_visits m
            ON m.clinic_id = asked_clinic AND m.visit_key = a.visit_key AND m.active
          UNION
          SELECT a.visit_key, a.numbers, m.call_id, m.user_id, true
            FROM asked a JOIN public.call_visits m
            ON m.clinic_id = asked_clinic AND m.walk_in = a.walk_in AND m.active
          UNION
          SELECT a.visit_key, a.numbers, s.id, s.user_id, false
            FROM asked a CROSS JOIN unnest(a.external_ids) AS x(id)
            JOIN public.cases c ON c.external_id = x.id AND ({of_clinic})
            JOIN public.scheduled_discharge_calls s ON s.case_id = c.id AND s.user_id = c.user_id
            WHERE c.user_id <> me
        )
        SELECT l.visit_key, s.id, s.status::text, s.scheduled_for, s.user_id = me,
            max(s.customer_phone) FILTER (WHERE s.customer_phone = ANY (l.numbers)),
            s.user_id <> me AND bool_or(CASE WHEN l.by_member THEN NOT idexx_app.works_for(s.user_id, asked_clinic)
                                             ELSE idexx_app.is_switched_off(s.user_id) END)
          FROM linked l JOIN public.scheduled_discharge_calls s ON s.id = l.call_id AND s.user_id = l.user_id
          WHERE s.status::text <> 'cancelled'
          GROUP BY l.visit_key, s.id, s.status, s.scheduled_for, s.user_id
          ORDER BY l.visit_key, s.scheduled_for, s.id;
      END $$""",
    # which of these names cases of other accounts of the clinic have, and whether calls are on for them: no more
    "others_cases(clinic uuid, external_ids text[])": """
      RETURNS TABLE (name text, calls_on boolean)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        asked_clinic uuid := clinic;
      BEGIN
        RETURN QUERY SELECT c.external_id::text, bool_and({calls_on}) FROM public.cases c
          WHERE c.external_id = ANY (external_ids) AND c.user_id <> me AND ({of_clinic})
          GROUP BY c.external_id;
      END $$""",
    # the only way to say which visits a call is about. Two accounts that do so at once wait for each other, and the
    # second finds the first one's call to the same number, unless it named that call among those that it knows
    # (`besides`) and looked at. How many were placed
    "place_visits(clinic uuid, visits text)": """
      RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      #variable_conflict use_column
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        keys text[];
        placed integer;
      BEGIN
        SELECT array_agg(DISTINCT k.key) INTO keys
          FROM jsonb_to_recordset(visits::jsonb) AS p(visit_key text)
          LEFT JOIN public.visits v
            ON v.clinic_id = in_clinic AND v.user_id = me AND v.visit_key = p.visit_key,
            LATERAL (VALUES (p.visit_key), ('c:' || v.consultation_id)) AS k(key)
          WHERE k.key IS NOT NULL;
        INSERT INTO idexx_app.visit_claims (clinic_id, visit_key, user_id)
          SELECT in_clinic, k, me FROM unnest(keys) AS k ORDER BY k ON CONFLICT DO NOTHING;
        PERFORM FROM idexx_app.visit_claims c WHERE c.clinic_id = in_clinic AND c.visit_key = ANY (keys)
          ORDER BY c.visit_key FOR UPDATE;
        INSERT INTO public.call_visits (call_id, clinic_id, user_id, visit_key, walk_in)
          SELECT s.id, in_clinic, me, p.visit_key, 'c:' || v.consultation_id
          FROM jsonb_to_recordset(visits::jsonb) AS p(call_id uuid, visit_key text, besides uuid[])
          JOIN public.scheduled_discharge_calls s ON s.id = p.call_id AND s.user_id = me AND s.status::text = 'queued'
          LEFT JOIN public.visits v
            ON v.clinic_id = in_clinic AND v.user_id = me AND v.visit_key = p.visit_key
          WHERE NOT EXISTS (SELECT FROM public.call_visits m WHERE m.call_id = s.id AND m.clinic_id <> in_clinic)
            AND NOT EXISTS (
              SELECT FROM public.call_visits m
              JOIN public.scheduled_discharge_calls o ON o.id = m.call_id AND o.user_id = m.user_id
              WHERE m.clinic_id = in_clinic AND m.active AND m.user_id <> me
                AND (m.visit_key = p.visit_key OR m.walk_in = 'c:' || v.consultation_id)
                AND o.status::text <> 'cancelled' AND o.customer_phone = s.customer_phone
                AND o.id <> ALL (COALESCE(p.besides, '{{}}')))
          ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS placed = ROW_COUNT;
        RETURN placed;
      END $$""",
    "release_visits(clinic uuid, call uuid, visit_keys text[])": """
      RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        me uuid := idexx_app.require_member(clinic);
      BEGIN
        UPDATE public.call_visits m SET active = false, removed_at = now()
          WHERE m.call_id = call AND m.clinic_id = clinic AND m.user_id = me AND m.active
            AND (visit_keys IS NULL OR m.visit_key = ANY (visit_keys));
      END $$""",
    # the state of the colleague's call that a visit of the caller's rests on, as long as it is what it was then
    "shared_call(visit uuid)": """
      RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT s.status::text FROM public.visits v
          JOIN public.scheduled_discharge_calls s ON s.id = v.others_call AND s.customer_phone = v.others_phone
          WHERE v.id = visit AND (idexx_app.is_admin() OR (v.user_id = idexx_app.current_user_id()
              AND v.clinic_id IN (SELECT idexx_app.my_clinics())))
            AND (s.status::text <> 'queued' OR s.scheduled_for <= v.others_until)
            AND (EXISTS (SELECT FROM public.call_visits m WHERE m.call_id = s.id AND m.clinic_id = v.clinic_id
                   AND m.user_id = s.user_id AND m.active AND idexx_app.works_for(m.user_id, v.clinic_id))
              OR EXISTS (SELECT FROM public.cases c, LATERAL (SELECT v.clinic_id) AS asked(asked_clinic)
                   WHERE c.id = s.case_id AND c.user_id = s.user_id AND ({of_clinic})
                   AND NOT idexx_app.is_switched_off(s.user_id)))
      $$""",
}
# what other functions ask alone
INNER = ("works_for", "is_switched_off")

# whose call it is follows from calls that exist; nothing is claimed any more
CLAIM_VISIT = """
CREATE OR REPLACE FUNCTION idexx_app.claim_visit(clinic uuid, key text)
RETURNS TABLE (is_mine boolean, call_id uuid, call_status text, call_scheduled_for timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT c.call_id IS NULL OR c.is_mine, c.call_id, c.call_status, c.call_scheduled_for
    FROM (SELECT 1) AS one LEFT JOIN
      idexx_app.calls_of_visits(clinic, jsonb_build_array(jsonb_build_object('visit_key', key))::text) AS c
      ON NOT c.is_left
    ORDER BY c.is_mine DESC, c.call_scheduled_for, c.call_id LIMIT 1;
END $$
"""
# the calls of a walk-in that got an appointment go on under its new key: the caller's own
FOLLOW_CLAIMS = """
CREATE OR REPLACE FUNCTION idexx_app.follow_claims(clinic uuid, old_keys text[], new_keys text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me uuid := idexx_app.require_member(clinic);
BEGIN
  UPDATE public.call_visits m SET visit_key = k.new_key FROM unnest(old_keys, new_keys) AS k(old_key, new_key)
    WHERE m.clinic_id = clinic AND m.user_id = me AND m.visit_key = k.old_key
      AND NOT EXISTS (SELECT FROM public.call_visits o WHERE o.clinic_id = clinic AND o.user_id = me
                        AND o.visit_key = k.new_key AND o.active);
END $$
"""

# visits `v` with their own call, or a colleague's to the number that they show; a call that failed is said at reading
CORRECTED = """
WITH own AS (
  SELECT v.id, s.status::text FROM public.visits v
  LEFT JOIN public.call_visits m ON m.clinic_id = v.clinic_id AND m.visit_key = v.visit_key
    AND m.user_id = v.user_id AND m.active
  LEFT JOIN public.scheduled_discharge_calls s ON s.id = m.call_id AND s.user_id = m.user_id
  WHERE v.state = 'scheduled'
), others AS (
  SELECT DISTINCT ON (v.id) v.id, s.id AS call_id, s.customer_phone, s.scheduled_for FROM public.visits v
  JOIN public.call_visits m ON m.clinic_id = v.clinic_id AND m.visit_key = v.visit_key AND m.active
    AND m.user_id <> v.user_id AND idexx_app.works_for(m.user_id, v.clinic_id)
  JOIN public.scheduled_discharge_calls s ON s.id = m.call_id AND s.user_id = m.user_id
    AND s.status::text IN ('queued', 'ringing', 'in_progress', 'completed')
    AND s.customer_phone = v.phone
  WHERE v.state = 'scheduled' AND v.reason_code = 'colleague'
  ORDER BY v.id, s.scheduled_for
), resting AS (
  UPDATE public.visits v SET others_call = o.call_id, others_phone = o.customer_phone,
    others_until = o.scheduled_for + interval '3 days'
  FROM others o WHERE o.id = v.id AND NOT EXISTS (SELECT FROM own WHERE own.id = v.id AND own.status IS NOT NULL)
  RETURNING v.id
)
UPDATE public.visits v SET state = 'held', reason_code = 'call_missing',
  reason = 'This visit read as scheduled, but there was no call. The next sync decides again.',
  decision_hash = '', needs_attention = true, changed_at = now()
FROM own WHERE own.id = v.id AND (own.status IS NULL OR own.status = 'cancelled')
  AND v.id NOT IN (SELECT id FROM others)
"""
UNSAID = """
UPDATE public.consultation_sync_status c SET discharge_call_scheduled = false, discharge_call_id = NULL
WHERE c.discharge_call_scheduled AND NOT EXISTS (
  SELECT FROM public.scheduled_discharge_calls s WHERE s.id = c.discharge_call_id
    AND s.status::text IN ('queued', 'ringing', 'in_progress', 'completed'))
"""


# as the revisions 0004 and 0013 made them
BEFORE = (
    """
CREATE OR REPLACE FUNCTION idexx_app.claim_visit(clinic uuid, key text)
      RETURNS TABLE (is_mine boolean, call_id uuid, call_status text, call_scheduled_for timestamptz)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        owner_id uuid;
      BEGIN
        INSERT INTO idexx_app.visit_claims (clinic_id, visit_key, user_id) VALUES (clinic, key, me)
          ON CONFLICT DO NOTHING;
        SELECT c.user_id INTO owner_id FROM idexx_app.visit_claims c WHERE c.clinic_id = clinic AND c.visit_key = key;
        RETURN QUERY SELECT owner_id = me, s.id, s.status, s.scheduled_for
          FROM (SELECT 1) one
          LEFT JOIN public.call_visits v ON v.clinic_id = clinic AND v.visit_key = key AND v.active
          LEFT JOIN public.scheduled_discharge_calls s ON s.id = v.call_id;
      END $$""",
    """
      CREATE OR REPLACE FUNCTION idexx_app.follow_claims(clinic uuid, old_keys text[], new_keys text[])
      RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        INSERT INTO idexx_app.visit_claims (clinic_id, visit_key, user_id)
          SELECT clinic, k.new_key, c.user_id FROM unnest(old_keys, new_keys) AS k(old_key, new_key)
          JOIN idexx_app.visit_claims c ON c.clinic_id = clinic AND c.visit_key = k.old_key
          ORDER BY k.new_key
          ON CONFLICT DO NOTHING;
      END $$""",
)


def of_cases() -> dict[str, str]:
    """What is asked of a case `c` for the clinic `asked_clinic`, by the columns that cases have here."""
    named = text(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'public.cases'::regclass AND NOT attisdropped"
    )
    names = set(op.get_bind().execute(named).scalars())
    members = "SELECT m.user_id FROM public.clinic_members m WHERE m.clinic_id = asked_clinic"
    by_clinic = f"c.clinic_id = asked_clinic OR (c.clinic_id IS NULL AND c.user_id IN ({members}))"
    return {
        "of_clinic": by_clinic if "clinic_id" in names else f"c.user_id IN ({members})",
        "calls_on": "COALESCE(c.call_enabled, true)" if "call_enabled" in names else "true",
    }


def signature(declaration: str) -> str:
    """`name(types)` of a declaration `name(parameter type, ...)`, as DROP and GRANT want it."""
    name, _, parameters = declaration.partition("(")
    types = [part.strip().split(" ", 1)[1] for part in parameters.rstrip(")").split(",") if part.strip()]
    return f"idexx_app.{name}({', '.join(types)})"


def upgrade() -> None:
    """Add what is needed, close what was open, and correct what was said of calls that aren't there."""
    op.execute(COLUMNS)
    for command, columns in WRITTEN.items():
        op.execute(f"REVOKE {command} ({columns}) ON public.call_visits FROM idexx_user")
        op.execute(f"DROP POLICY idexx_user_{command.lower()} ON public.call_visits")
    bodies = {declaration: body.format_map(of_cases()) for declaration, body in FUNCTIONS.items()}
    for declaration in sorted(bodies, key=lambda each: not each.startswith("is_switched_off")):
        name = signature(declaration)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {bodies[declaration]}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        if not declaration.startswith(INNER):
            op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {EXECUTABLE_BY}")
    op.execute(CLAIM_VISIT)
    op.execute(FOLLOW_CLAIMS)
    op.execute(CORRECTED)
    op.execute(UNSAID)


def downgrade() -> None:
    """Open it again; of several accounts' calls for one visit the first one stays the visit's."""
    for statement in BEFORE:
        op.execute(statement)
    for declaration in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature(declaration)}")
    checked = f"({OWN_IN_CLINIC}) AND {SEEN_CALL}"
    for command, columns in WRITTEN.items():
        op.execute(f"GRANT {command} ({columns}) ON public.call_visits TO idexx_user")
        using = f" USING ({OWN_IN_CLINIC})" if command == "UPDATE" else ""
        op.execute(
            f"CREATE POLICY idexx_user_{command.lower()} ON public.call_visits AS PERMISSIVE FOR {command}"
            f" TO idexx_user{using} WITH CHECK ({checked})"
        )
    op.execute("""
      UPDATE public.call_visits m SET active = false, removed_at = now() WHERE m.active AND EXISTS (
        SELECT FROM public.call_visits o WHERE o.clinic_id = m.clinic_id AND o.visit_key = m.visit_key AND o.active
          AND (o.added_at, o.id) < (m.added_at, m.id));
      DROP INDEX public.call_visits_walk_in_idx;
      DROP INDEX public.call_visits_one_call_idx;
      CREATE UNIQUE INDEX call_visits_one_call_idx ON public.call_visits (clinic_id, visit_key) WHERE active;
      ALTER TABLE public.call_visits DROP COLUMN walk_in;
      ALTER TABLE public.visits DROP COLUMN others_call, DROP COLUMN others_phone, DROP COLUMN others_until""")

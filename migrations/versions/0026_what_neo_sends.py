"""What Neo sends, by name and kind, and what its values mean: a diary of fields, and questions that people answer.

Neither table holds anything of a record but short codes of a status that nobody here knows. Both are the clinic's, and
written by functions only: they bound what a site can write into them, and set who and when. A field is named as its
program found it; a value's meaning is a person's word, recorded by the database.
"""

from __future__ import annotations

from alembic import context, op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ACTIONS = {"neo_value.answered": "value_id,code"}
# a table of one of these names that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("neo_fields", "neo_values")
MOST_FIELDS, MOST_VALUES = 1000, 200
TABLES = """
CREATE TABLE public.neo_fields (
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  endpoint text NOT NULL CHECK (length(endpoint) <= 40),
  name text NOT NULL CHECK (length(name) <= 120),
  kinds text NOT NULL CHECK (length(kinds) <= 80),
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  absent_since timestamptz,
  PRIMARY KEY (clinic_id, endpoint, name)
);
CREATE TABLE public.neo_values (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  about text NOT NULL CHECK (length(about) <= 20),
  name text NOT NULL CHECK (length(name) <= 120),
  value text NOT NULL CHECK (length(value) <= 120),
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  is_alive boolean,
  answered_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  answered_by_name text NOT NULL DEFAULT '',
  answered_at timestamptz,
  UNIQUE (clinic_id, name, value)
);
CREATE INDEX neo_values_answered_by_idx ON public.neo_values (answered_by);
"""
CLOSED = """
ALTER TABLE public.{table} OWNER TO idexx_owner;
ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY idexx_user_select ON public.{table} FOR SELECT TO idexx_user USING ({clinic});
CREATE POLICY idexx_admin_select ON public.{table} FOR SELECT TO idexx_admin USING ((SELECT idexx_app.is_admin()));
CREATE POLICY idexx_owner_all ON public.{table} TO idexx_owner USING (true) WITH CHECK (true);
CREATE POLICY idexx_service_select ON public.{table} FOR SELECT TO idexx_service
  USING ((SELECT idexx_app.is_service()));
GRANT SELECT ON public.{table} TO idexx_user, idexx_admin, idexx_service;
"""
WORDS = {
    "<definer>": "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
    "<most fields>": str(MOST_FIELDS),
    "<most values>": str(MOST_VALUES),
}

FUNCTIONS: dict[str, str] = {
    # a new field only as long as there is room; what isn't shaped like a name of a field is left out
    "note_neo_fields(clinic uuid, noted jsonb)": """
      RETURNS void <definer>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        now_is timestamptz := idexx_app.moment();
        room bigint;
      BEGIN
        PERFORM idexx_app.require_member(in_clinic);
        IF jsonb_typeof(noted) IS DISTINCT FROM 'array' THEN
          RAISE EXCEPTION 'these are no fields' USING ERRCODE = 'check_violation';
        END IF;
        room := <most fields> - (SELECT count(*) FROM public.neo_fields f WHERE f.clinic_id = in_clinic);
        INSERT INTO public.neo_fields AS f (clinic_id, endpoint, name, kinds, first_seen_at, last_seen_at, absent_since)
        SELECT in_clinic, n.endpoint, n.name, n.kinds, n.seen_at, n.seen_at, n.absent_at FROM (
          SELECT w.endpoint, w.name, w.kinds, w.seen_at, w.absent_at, k.name IS NOT NULL AS known,
            row_number() OVER (PARTITION BY k.name IS NULL ORDER BY w.endpoint, w.name) AS place
          FROM (
            SELECT DISTINCT ON (r.endpoint, r.name) r.endpoint, r.name, r.kinds,
              CASE WHEN r.absent IS NOT TRUE THEN now_is END AS seen_at,
              CASE WHEN r.absent THEN now_is END AS absent_at
            FROM jsonb_to_recordset(noted) AS r(endpoint text, name text, kinds text, absent boolean)
            WHERE r.endpoint ~ '^[a-z_]{1,40}$' AND r.name ~ '^[A-Za-z0-9_.*-]{1,120}$' AND r.kinds ~ '^[a-z ,]{0,80}$'
            ORDER BY r.endpoint, r.name
          ) w LEFT JOIN public.neo_fields k
            ON k.clinic_id = in_clinic AND k.endpoint = w.endpoint AND k.name = w.name
        ) n WHERE n.known OR n.place <= room
        ON CONFLICT (clinic_id, endpoint, name) DO UPDATE SET
          kinds = CASE WHEN EXCLUDED.absent_since IS NULL THEN EXCLUDED.kinds ELSE f.kinds END,
          first_seen_at = COALESCE(f.first_seen_at, EXCLUDED.first_seen_at),
          last_seen_at = COALESCE(EXCLUDED.last_seen_at, f.last_seen_at),
          absent_since = CASE WHEN EXCLUDED.absent_since IS NULL THEN NULL
            ELSE COALESCE(f.absent_since, EXCLUDED.absent_since) END;
      END $$""",
    "note_neo_values(clinic uuid, noted jsonb)": """
      RETURNS void <definer>
      #variable_conflict use_column
      DECLARE
        in_clinic uuid := clinic;
        now_is timestamptz := idexx_app.moment();
        room bigint;
      BEGIN
        PERFORM idexx_app.require_member(in_clinic);
        IF jsonb_typeof(noted) IS DISTINCT FROM 'array' THEN
          RAISE EXCEPTION 'these are no values' USING ERRCODE = 'check_violation';
        END IF;
        room := <most values> - (SELECT count(*) FROM public.neo_values v WHERE v.clinic_id = in_clinic);
        INSERT INTO public.neo_values AS v (clinic_id, about, name, value, first_seen_at, last_seen_at)
        SELECT in_clinic, n.about, n.name, n.value, now_is, now_is FROM (
          SELECT w.about, w.name, w.value, k.id IS NOT NULL AS known,
            row_number() OVER (PARTITION BY k.id IS NULL ORDER BY w.about, w.name, w.value) AS place
          FROM (
            SELECT DISTINCT ON (r.name, r.value) r.about, r.name, r.value
            FROM jsonb_to_recordset(noted) AS r(about text, name text, value text)
            WHERE r.about IN ('animal', 'visit') AND length(r.name) BETWEEN 1 AND 120
              AND length(r.value) BETWEEN 1 AND 120 AND (r.name || r.value) !~ '[[:cntrl:]]'
            ORDER BY r.name, r.value, r.about
          ) w LEFT JOIN public.neo_values k
            ON k.clinic_id = in_clinic AND k.name = w.name AND k.value = w.value
        ) n WHERE n.known OR n.place <= room
        ON CONFLICT (clinic_id, name, value) DO UPDATE SET last_seen_at = EXCLUDED.last_seen_at;
      END $$""",
    # what a value means for every animal; NULL takes the answer back. False where there is no such value
    "answer_neo_value(clinic uuid, which uuid, alive boolean)": """
      RETURNS boolean <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        now_is timestamptz := idexx_app.moment();
      BEGIN
        UPDATE public.neo_values v SET is_alive = alive, answered_by = me,
            answered_by_name = idexx_app.author_name(me), answered_at = now_is
          WHERE v.id = which AND v.clinic_id = in_clinic AND v.about = 'animal';
        IF NOT FOUND THEN RETURN false; END IF;
        PERFORM idexx_app.record_act('neo_value.answered', 'ok', NULL, jsonb_build_object(
          'value_id', which, 'code', CASE WHEN alive THEN 'alive' WHEN NOT alive THEN 'not_alive' ELSE 'open' END));
        RETURN true;
      END $$""",
}
EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"


def signature(declaration: str) -> str:
    """`name(types)` of a declaration, as DROP and GRANT want it; see revision 0004."""
    return str(context.script.get_revision("0004").module.signature(declaration))


def create_all(functions: dict[str, str], words: dict[str, str]) -> None:
    """Functions of our owner for logins of our groups; `words` stand for what they say in the bodies."""
    for declaration, body in functions.items():
        name = signature(declaration)
        for word, meant in words.items():
            body = body.replace(word, meant)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {EXECUTABLE_BY}")


def upgrade() -> None:
    """Two tables, the functions that write them, and the act that they record."""
    op.execute(TABLES)
    for table in NEW_TABLES:
        clinic = context.script.get_revision("0005").module.CLINIC
        op.execute(CLOSED.format(table=table, clinic=clinic))
    # a page shows the values; the diary is for whoever helps
    context.script.get_revision("0020").module.watch("neo_values", "raise_for_clinics", "settings")
    create_all(FUNCTIONS, WORDS)
    for action, keys in ACTIONS.items():
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'function', '{{{keys}}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """The diary and the answers are gone; what is unknown holds again."""
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature(declaration)}")
    op.execute("DROP TABLE public.neo_values; DROP TABLE public.neo_fields")
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - from the list above

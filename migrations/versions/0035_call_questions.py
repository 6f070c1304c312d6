"""Questions of a discharge call by kind of visit, in versions, and what was answered: facts beside a call's results.

A set that was saved is never changed: another version takes its place, or it is taken back. What is added to it once,
and can be taken away again, is that somebody had a vet look over it. The program's own questions are kept as version 0
once somebody answers them or looks over them, as they are then.

Answers belong to one result of a call, and count as long as that does: taken back, they are taken back with it.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ACTIONS = {
    "question_set.saved": "set_id,kind,version",
    "question_set.undone": "set_id,kind,version",
    "question_set.looked_over": "set_id,kind,version",
    "call.answered": "call_id,count",
}
# a table of one of these names that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("question_sets", "call_answers")
MOST_VERSIONS, MOST_ANSWERS = 500, 60
FINGERPRINT = "encode(sha256(convert_to(questions::text, 'UTF8')), 'hex')"
TABLES = """
CREATE TABLE public.question_sets (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  version integer NOT NULL CHECK (version BETWEEN 0 AND 100000),
  questions jsonb NOT NULL CHECK (jsonb_typeof(questions) = 'array'),
  written text NOT NULL DEFAULT '' CHECK (written ~ '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$'),
  saved_by text NOT NULL DEFAULT '',
  saved_at timestamptz NOT NULL,
  looked_over_by text NOT NULL DEFAULT '',
  looked_over_at timestamptz,
  undone_by text NOT NULL DEFAULT '',
  undone_at timestamptz,
  fingerprint text NOT NULL,
  UNIQUE (clinic_id, kind, version, fingerprint)
);
CREATE TABLE public.call_answers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  outcome_id uuid NOT NULL REFERENCES public.call_outcomes(id) ON DELETE CASCADE,
  call_id uuid NOT NULL,
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
  set_id uuid NOT NULL REFERENCES public.question_sets(id) ON DELETE CASCADE,
  question text NOT NULL CHECK (length(question) <= 40),
  answer text NOT NULL CHECK (length(answer) <= 40),
  given_by text NOT NULL DEFAULT '',
  given_at timestamptz NOT NULL,
  UNIQUE (outcome_id, set_id, question)
);
CREATE INDEX call_answers_clinic_id_idx ON public.call_answers (clinic_id, given_at);
CREATE INDEX call_answers_user_id_idx ON public.call_answers (user_id);
CREATE INDEX call_answers_set_id_idx ON public.call_answers (set_id);
"""
FUNCTIONS: dict[str, str] = {
    # 1 to 6 questions of 3 to 200 characters with 2 to 5 answers, each key once; false for anything else
    "are_questions(questions jsonb)": """
      RETURNS boolean LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        question jsonb;
        answer jsonb;
        answers text[];
        asked text[] := '{}';
        key CONSTANT text := '^[a-z0-9_]{1,40}$';
      BEGIN
        IF jsonb_typeof(questions) IS DISTINCT FROM 'array' OR jsonb_array_length(questions) NOT BETWEEN 1 AND 6 THEN
          RETURN false;
        END IF;
        FOR question IN SELECT value FROM jsonb_array_elements(questions) LOOP
          IF jsonb_typeof(question) <> 'object' OR jsonb_typeof(question -> 'answers') IS DISTINCT FROM 'array'
             OR jsonb_typeof(question -> 'text') IS DISTINCT FROM 'string'
             OR jsonb_typeof(question -> 'key') IS DISTINCT FROM 'string' THEN
            RETURN false;
          END IF;
          IF question - '{key,text,answers}'::text[] <> '{}' OR question ->> 'key' !~ key
             OR question ->> 'key' = ANY (asked) OR length(question ->> 'text') NOT BETWEEN 3 AND 200
             OR question ->> 'text' ~ '[[:cntrl:]]'
             OR jsonb_array_length(question -> 'answers') NOT BETWEEN 2 AND 5 THEN
            RETURN false;
          END IF;
          asked := asked || (question ->> 'key');
          answers := '{}';
          FOR answer IN SELECT value FROM jsonb_array_elements(question -> 'answers') LOOP
            IF jsonb_typeof(answer) <> 'object' OR jsonb_typeof(answer -> 'red') IS DISTINCT FROM 'boolean'
               OR jsonb_typeof(answer -> 'text') IS DISTINCT FROM 'string'
               OR jsonb_typeof(answer -> 'key') IS DISTINCT FROM 'string' THEN
              RETURN false;
            END IF;
            IF answer - '{key,text,red}'::text[] <> '{}' OR answer ->> 'key' !~ key
               OR answer ->> 'key' = ANY (answers) OR length(answer ->> 'text') NOT BETWEEN 1 AND 80
               OR answer ->> 'text' ~ '[[:cntrl:]]' THEN
              RETURN false;
            END IF;
            answers := answers || (answer ->> 'key');
          END LOOP;
        END LOOP;
        RETURN true;
      END $$""",
    "held_question_version(clinic uuid, which text)": """
      RETURNS integer LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
        SELECT COALESCE(max(s.version), 0) FROM public.question_sets s
        WHERE s.clinic_id = held_question_version.clinic AND s.kind = which AND s.undone_at IS NULL
      $$""",
    # the new version; NULL where `based_on` isn't what holds any more: somebody else saved since
    "save_question_set(clinic uuid, which text, based_on integer, questions jsonb)": """
      RETURNS integer <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        made uuid;
        number integer;
      BEGIN
        IF which IS NULL OR which !~ '^[a-z_]{1,40}$' OR NOT idexx_app.are_questions(questions) THEN
          RAISE EXCEPTION 'these are no questions' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended('question_set ' || clinic::text || which, 0));
        IF based_on IS DISTINCT FROM idexx_app.held_question_version(clinic, which) THEN RETURN NULL; END IF;
        SELECT COALESCE(max(s.version), 0) + 1 INTO number FROM public.question_sets s
          WHERE s.clinic_id = clinic AND s.kind = which;
        IF number > <most versions> THEN
          RAISE EXCEPTION 'there are too many versions' USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO public.question_sets AS s (clinic_id, kind, version, questions, saved_by, saved_at,
            fingerprint)
          VALUES (clinic, which, number, questions, idexx_app.author_name(me), idexx_app.moment(),
            <fingerprint>)
          RETURNING s.id INTO made;
        PERFORM idexx_app.record_act('question_set.saved', 'ok', NULL,
          jsonb_build_object('set_id', made, 'kind', which, 'version', number));
        RETURN number;
      END $$""",
    # the program's own questions as it shows them, to be answered: kept once, nobody's edit
    "keep_question_set(clinic uuid, which text, written text, questions jsonb)": """
      RETURNS uuid <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        found uuid;
      BEGIN
        IF which IS NULL OR which !~ '^[a-z_]{1,40}$' OR written IS NULL OR NOT idexx_app.are_questions(questions) THEN
          RAISE EXCEPTION 'these are no questions' USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT count(*) FROM public.question_sets s
            WHERE s.clinic_id = clinic AND s.kind = which AND s.version = 0) < <most versions> THEN
          INSERT INTO public.question_sets AS s (clinic_id, kind, version, questions, written, saved_by, saved_at,
              fingerprint)
            VALUES (clinic, which, 0, questions, written, idexx_app.author_name(me), idexx_app.moment(),
              <fingerprint>)
            ON CONFLICT DO NOTHING;
        END IF;
        SELECT s.id INTO found FROM public.question_sets s
          WHERE s.clinic_id = clinic AND s.kind = which AND s.version = 0 AND s.fingerprint = <fingerprint>;
        IF found IS NULL THEN
          RAISE EXCEPTION 'there are too many sets' USING ERRCODE = 'check_violation';
        END IF;
        RETURN found;
      END $$""",
    # false where it isn't what holds: only the last version is taken back, and the one before it holds again
    "undo_question_set(clinic uuid, which text, held integer)": """
      RETURNS boolean <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        gone uuid;
      BEGIN
        IF held IS NULL OR held < 1 OR held <> idexx_app.held_question_version(clinic, which) THEN
          RETURN false;
        END IF;
        UPDATE public.question_sets s SET undone_by = idexx_app.author_name(me), undone_at = idexx_app.moment()
          WHERE s.clinic_id = clinic AND s.kind = which AND s.version = held AND s.undone_at IS NULL
          RETURNING s.id INTO gone;
        IF gone IS NULL THEN RETURN false; END IF;
        PERFORM idexx_app.record_act('question_set.undone', 'ok', NULL,
          jsonb_build_object('set_id', gone, 'kind', which, 'version', held));
        RETURN true;
      END $$""",
    # false where that changes nothing
    "look_over_questions(clinic uuid, which uuid, looked boolean)": """
      RETURNS boolean <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        seen public.question_sets;
      BEGIN
        UPDATE public.question_sets s SET
            looked_over_by = CASE WHEN looked THEN idexx_app.author_name(me) ELSE '' END,
            looked_over_at = CASE WHEN looked THEN idexx_app.moment() END
          WHERE s.clinic_id = clinic AND s.id = which AND s.undone_at IS NULL
            AND (s.looked_over_at IS NOT NULL) IS DISTINCT FROM looked AND looked IS NOT NULL
          RETURNING s.* INTO seen;
        IF seen.id IS NULL THEN RETURN false; END IF;
        PERFORM idexx_app.record_act('question_set.looked_over', CASE WHEN looked THEN 'ok' ELSE 'taken_back' END, NULL,
          jsonb_build_object('set_id', seen.id, 'kind', seen.kind, 'version', seen.version));
        RETURN true;
      END $$""",
    # what was answered in the caller's last try of this call: rows of {set, question, answer}, each as its set asks it;
    # how many were kept: 0 where there is no such try, or it has its answers already
    "record_call_answers(clinic uuid, which uuid, given jsonb)": """
      RETURNS integer <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        last uuid;
        kept integer;
      BEGIN
        IF jsonb_typeof(given) IS DISTINCT FROM 'array'
           OR jsonb_array_length(given) NOT BETWEEN 1 AND <most answers> THEN
          RAISE EXCEPTION 'these are no answers' USING ERRCODE = 'check_violation';
        END IF;
        SELECT o.id INTO last FROM public.call_outcomes o
          WHERE o.call_id = which AND o.user_id = me AND o.clinic_id = clinic AND o.undone_at IS NULL
          ORDER BY o.recorded_at DESC, o.id DESC LIMIT 1 FOR SHARE;
        IF last IS NULL OR EXISTS (SELECT FROM public.call_answers a WHERE a.outcome_id = last) THEN RETURN 0; END IF;
        INSERT INTO public.call_answers
            (outcome_id, call_id, clinic_id, user_id, set_id, question, answer, given_by, given_at)
          SELECT last, which, clinic, me, s.id, r.question, r.answer, idexx_app.author_name(me), idexx_app.moment()
          FROM jsonb_to_recordset(given) AS r(set text, question text, answer text)
          JOIN public.question_sets s ON s.id::text = r.set AND s.clinic_id = clinic
          WHERE EXISTS (
            SELECT FROM jsonb_array_elements(s.questions) AS q, jsonb_array_elements(q -> 'answers') AS a
            WHERE q ->> 'key' = r.question AND a ->> 'key' = r.answer);
        GET DIAGNOSTICS kept = ROW_COUNT;
        IF kept <> jsonb_array_length(given) THEN
          RAISE EXCEPTION 'nobody was asked this' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM idexx_app.record_act('call.answered', 'ok', NULL,
          jsonb_build_object('call_id', which, 'count', kept));
        RETURN kept;
      END $$""",
    # of a set only what was said of it later changes; it goes with its clinic
    "keep_questions()": """
      RETURNS trigger <definer>
      DECLARE said CONSTANT text[] := '{looked_over_by,looked_over_at,undone_by,undone_at}';
      BEGIN
        IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM public.clinics c WHERE c.id = OLD.clinic_id) THEN
          RETURN OLD;
        END IF;
        IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - said = to_jsonb(OLD) - said AND OLD.undone_at IS NULL THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a set of questions is never changed' USING ERRCODE = 'insufficient_privilege';
      END $$""",
}
INNER = ("are_questions", "held_question_version", "keep_questions")
TRIGGERS = """
CREATE TRIGGER keep_questions BEFORE UPDATE OR DELETE ON public.question_sets
  FOR EACH ROW EXECUTE FUNCTION idexx_app.keep_questions();
CREATE TRIGGER keep_questions_truncate BEFORE TRUNCATE ON public.question_sets
  FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.keep_questions();
CREATE TRIGGER keep_fact BEFORE UPDATE OR DELETE ON public.call_answers
  FOR EACH ROW EXECUTE FUNCTION idexx_app.keep_fact('', '');
CREATE TRIGGER keep_fact_truncate BEFORE TRUNCATE ON public.call_answers
  FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.keep_fact();
"""


def of(number: str) -> Any:
    """An earlier revision, whose ways are used again."""
    return context.script.get_revision(number).module


def upgrade() -> None:
    """The tables, the functions that write them, and the acts that they record."""
    op.execute(TABLES)
    rules = of("0005")
    op.execute(of("0026").CLOSED.format(table="question_sets", clinic=rules.CLINIC))
    op.execute(of("0026").CLOSED.format(table="call_answers", clinic=rules.OWN_IN_CLINIC))
    of("0020").watch("question_sets", "raise_for_clinics", "settings")
    of("0020").watch("call_answers", "raise_for_clinics", "calls")
    words = {
        "<most versions>": str(MOST_VERSIONS),
        "<most answers>": str(MOST_ANSWERS),
        "<fingerprint>": FINGERPRINT,
    }
    of("0026").create_all(FUNCTIONS, {**of("0026").WORDS, **words})
    for declaration in FUNCTIONS:
        if declaration.partition("(")[0] in INNER:
            name = of("0026").signature(declaration)
            op.execute(f"REVOKE ALL ON FUNCTION {name} FROM {of('0026').EXECUTABLE_BY}")
    op.execute(TRIGGERS)
    for action, keys in ACTIONS.items():
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'function', '{{{keys}}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """What was asked and answered is gone; the results of the calls stay."""
    op.execute("DROP TABLE public.call_answers; DROP TABLE public.question_sets")
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {of('0026').signature(declaration)}")
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - from the list above

"""A call is tried several times: each try is a fact, and only what ends it completes the call.

- `record_call_try` writes what came of a try. Where nobody was reached and tries are left, the call stays queued, for
  the time of the next one; else it is completed. `undo_call_outcome` gives the time before it back.
- `made_by` and `made_at` are what somebody claims; author and time are still the server's.
- `call_agreements`: a person has seen that an owner couldn't be reached; facts, too.
- How often a clinic tries is its setting (NULL: what its platform says of the user, or 3).

Programs that know `record_call_outcome` alone end a call by whatever they record.
"""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# a table of this name that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("call_agreements",)
ACTIONS = {"call.agreed": "call_id", "call.agreement_undone": "call_id"}
OUTCOMES = "'reached_well', 'reached_concern', 'voicemail', 'no_answer', 'wrong_number', 'opted_out'"
CHECK = """
ALTER TABLE public.call_outcomes DROP CONSTRAINT call_outcomes_outcome_check;
ALTER TABLE public.call_outcomes ADD CONSTRAINT call_outcomes_outcome_check CHECK (outcome IN ({outcomes}));
"""
COLUMNS = """
ALTER TABLE public.call_outcomes
  ADD COLUMN number text NOT NULL DEFAULT '' CHECK (length(number) <= 40),
  ADD COLUMN made_by text NOT NULL DEFAULT '' CHECK (length(made_by) <= 200),
  ADD COLUMN made_at timestamptz,
  ADD COLUMN due_before timestamptz,
  ADD COLUMN source text NOT NULL DEFAULT 'person' CHECK (source IN ('person', 'system'));
CREATE INDEX call_visits_visit_key_idx ON public.call_visits (clinic_id, visit_key);
"""
SETTINGS = """
ALTER TABLE public.clinic_settings
  ADD COLUMN max_attempts integer CONSTRAINT clinic_settings_max_attempts_bounds CHECK (max_attempts BETWEEN 1 AND 10),
  ADD COLUMN platform_retries boolean NOT NULL DEFAULT false;
GRANT INSERT (max_attempts, platform_retries), UPDATE (max_attempts, platform_retries)
  ON public.clinic_settings TO idexx_user;
"""
AGREEMENTS = """
CREATE TABLE public.call_agreements (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  call_id uuid NOT NULL REFERENCES public.scheduled_discharge_calls(id) ON DELETE CASCADE,
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  agreed_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  agreed_by_name text NOT NULL DEFAULT '',
  agreed_at timestamptz NOT NULL,
  undone_at timestamptz
);
CREATE UNIQUE INDEX call_agreements_call_id_idx ON public.call_agreements (call_id) WHERE undone_at IS NULL;
CREATE INDEX call_agreements_of_call_idx ON public.call_agreements (call_id);
CREATE INDEX call_agreements_clinic_id_idx ON public.call_agreements (clinic_id);
CREATE INDEX call_agreements_agreed_by_idx ON public.call_agreements (agreed_by);
"""
UNDO = "undo_call_outcome(clinic uuid, which uuid)"
ENDS_NOTHING = "'no_answer', 'voicemail'"
FUNCTIONS: dict[str, str] = {
    "max_attempts(clinic uuid, whose uuid)": """
      RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT LEAST(10, GREATEST(1, COALESCE(
          (SELECT s.max_attempts FROM public.clinic_settings s WHERE s.clinic_id = clinic), <platform's>3)))
      $$""",
    # 'open': the call is tried again; 'closed': that was all; NULL where it is not the caller's, or over already
    "record_call_try(clinic uuid, which uuid, outcome text, note text, next_at timestamptz, made_by text,"
    " made_at timestamptz)": """
      RETURNS text <definer>
      #variable_conflict use_variable
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        now_is timestamptz := idexx_app.moment();
        due timestamptz;
        state text;
        dialled text;
        goes_on boolean := false;
      BEGIN
        IF outcome IS NULL OR outcome NOT IN (<outcomes>, 'died') THEN
          RAISE EXCEPTION 'nothing of this kind comes of a call' USING ERRCODE = 'check_violation';
        END IF;
        IF made_at NOT BETWEEN '2000-01-01Z' AND '2200-01-01Z'
           OR next_at NOT BETWEEN '2000-01-01Z' AND '2200-01-01Z' THEN
          RAISE EXCEPTION 'no call is made then' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM idexx_app.refuse_strange_triggers();
        SELECT s.status::text, s.scheduled_for, s.customer_phone INTO state, due, dialled
          FROM public.scheduled_discharge_calls s
          WHERE s.id = which AND s.user_id = me AND EXISTS (
            SELECT FROM public.call_visits v WHERE v.call_id = s.id AND v.user_id = me AND v.clinic_id = clinic)
          FOR UPDATE;
        IF state = 'queued' THEN
          goes_on := outcome IN (<ends nothing>) AND idexx_app.tries_of(clinic, which) + 1
            < idexx_app.max_attempts(clinic, me);
          IF goes_on THEN
            UPDATE public.scheduled_discharge_calls s SET scheduled_for = COALESCE(next_at, s.scheduled_for)<touched>
              WHERE s.id = which;
          ELSE
            UPDATE public.scheduled_discharge_calls s
              SET status = 'completed', ended_reason = outcome, ended_at = now_is<touched> WHERE s.id = which;
          END IF;
        ELSE
          -- a calling system's: its row stays as it is
          PERFORM FROM public.scheduled_discharge_calls s
            WHERE s.id = which AND s.user_id = me AND state IN ('failed', 'ringing', 'in_progress')
              AND (state = 'failed'
                OR COALESCE(s.started_at<changed>, s.scheduled_for) < now_is - interval '1 hour')
              AND NOT EXISTS (SELECT FROM public.call_outcomes o WHERE o.call_id = s.id AND o.undone_at IS NULL);
          IF NOT FOUND THEN RETURN NULL; END IF;
        END IF;
        INSERT INTO public.call_outcomes (call_id, clinic_id, user_id, outcome, note, recorded_by, recorded_at, number,
            made_by, made_at, due_before)
          VALUES (which, clinic, me, outcome, idexx_app.bounded(note, 2000), idexx_app.author_name(me), now_is,
            left(COALESCE(dialled, ''), 40), idexx_app.bounded(made_by, 200), made_at, due);
        RETURN CASE WHEN goes_on THEN 'open' ELSE 'closed' END;
      END $$""",
    # how often somebody tried about the visits that a call is about now
    "tries_of(clinic uuid, which uuid)": """
      RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
        SELECT count(DISTINCT o.id) FROM public.call_visits v
        JOIN public.call_visits m ON m.clinic_id = v.clinic_id AND m.visit_key = v.visit_key AND m.user_id = v.user_id
        JOIN public.call_outcomes o ON o.call_id = m.call_id AND o.user_id = m.user_id
        WHERE v.call_id = which AND v.active AND v.clinic_id = clinic AND o.undone_at IS NULL
          AND o.outcome IN (<ends nothing>, 'wrong_number')
      $$""",
    # which of these calls it was agreed of now that their owners couldn't be reached
    "agree_unreached(clinic uuid, calls uuid[])": """
      RETURNS SETOF uuid <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        agreed uuid;
      BEGIN
        FOR agreed IN
          INSERT INTO public.call_agreements AS a (call_id, clinic_id, agreed_by, agreed_by_name, agreed_at)
          SELECT s.id, in_clinic, me, idexx_app.author_name(me), idexx_app.moment()
          FROM public.scheduled_discharge_calls s
          WHERE s.id = ANY (calls) AND s.user_id = me AND s.status::text = 'completed'
            AND s.ended_reason IN (<ends nothing>, 'wrong_number')
            AND EXISTS (SELECT FROM public.call_visits v
              WHERE v.call_id = s.id AND v.user_id = me AND v.clinic_id = in_clinic)
          ON CONFLICT DO NOTHING RETURNING a.call_id
        LOOP
          PERFORM idexx_app.record_act('call.agreed', 'ok', NULL, jsonb_build_object('call_id', agreed));
          RETURN NEXT agreed;
        END LOOP;
      END $$""",
    # which of them it is not agreed of any more
    "undo_agreement(clinic uuid, calls uuid[])": """
      RETURNS SETOF uuid <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        undone uuid;
      BEGIN
        FOR undone IN
          UPDATE public.call_agreements a SET undone_at = idexx_app.moment()
          WHERE a.call_id = ANY (calls) AND a.clinic_id = in_clinic AND a.undone_at IS NULL AND EXISTS (
            SELECT FROM public.scheduled_discharge_calls s WHERE s.id = a.call_id AND s.user_id = me)
          RETURNING a.call_id
        LOOP
          PERFORM idexx_app.record_act('call.agreement_undone', 'ok', NULL, jsonb_build_object('call_id', undone));
          RETURN NEXT undone;
        END LOOP;
      END $$""",
}
CALLED_BY_FUNCTIONS = ("tries_of",)
# what revision 0024 made of it, and what is said now: the time before is given back, of a call that goes on, too
UNDONE = (
    (
        "SET status = 'queued', ended_reason = NULL, ended_at = NULL<touched>",
        "SET status = 'queued', ended_reason = NULL, ended_at = NULL,"
        " scheduled_for = COALESCE(last.due_before, s.scheduled_for)<touched>",
    ),
    (
        "AND s.status = 'completed' AND s.ended_reason = last.outcome\n            AND s.ended_at = last.recorded_at;",
        "AND (s.status = 'queued' AND s.ended_at IS NULL AND last.due_before IS NOT NULL"
        " OR s.status = 'completed' AND s.ended_reason = last.outcome\n            AND s.ended_at = last.recorded_at);",
    ),
)


def revision_named(number: str) -> Any:
    """The module of an earlier revision."""
    return context.script.get_revision(number).module


def undo_as_it_was() -> str:
    """The body of `undo_call_outcome` before this revision."""
    before, after = revision_named("0024").CHANGES[UNDO]
    return str(revision_named("0015").FUNCTIONS[UNDO].replace(before, after))


def words() -> dict[str, str]:
    """What stands for what in the bodies, by the columns that the platform's tables have."""
    of_a_call = revision_named("0015").of_a_call()
    platforms = ""
    if "max_call_retries" in revision_named("0005").columns("users"):
        platforms = "(SELECT u.max_call_retries FROM public.users u WHERE u.id = whose), "
    return {
        **revision_named("0026").WORDS,
        "<outcomes>": OUTCOMES,
        "<ends nothing>": ENDS_NOTHING,
        "<platform's>": platforms,
        "<touched>": ", updated_at = idexx_app.moment()" if "updated_at" in of_a_call else "",
        "<changed>": ", s.updated_at" if "updated_at" in of_a_call else "",
    }


def on_a_platforms_calls(statement: str) -> None:
    """Only there the owner's functions need a right of their own; ours they own."""
    if revision_named("0005").is_adopted("scheduled_discharge_calls"):
        op.execute(statement)


def upgrade() -> None:
    """What a try is, who may write one, and the functions that do."""
    op.execute(CHECK.format(outcomes=f"{OUTCOMES}, 'died'"))
    op.execute(COLUMNS)
    op.execute(SETTINGS)
    revision_named("0023").watch({"slot_size": 4, "max_attempts": None, "platform_retries": False})
    op.execute(AGREEMENTS)
    op.execute(
        revision_named("0026").CLOSED.format(table="call_agreements", clinic=revision_named("0005").CLINIC)
    )
    revision_named("0020").watch("call_agreements", "raise_for_clinics", "calls")
    on_a_platforms_calls("GRANT UPDATE (scheduled_for) ON public.scheduled_discharge_calls TO idexx_owner")
    functions = dict(sorted(FUNCTIONS.items(), key=lambda each: not each[0].startswith(CALLED_BY_FUNCTIONS)))
    revision_named("0026").create_all(functions, words())
    for declaration in FUNCTIONS:
        if declaration.startswith(CALLED_BY_FUNCTIONS):
            name = revision_named("0026").signature(declaration)
            op.execute(f"REVOKE ALL ON FUNCTION {name} FROM {revision_named('0026').EXECUTABLE_BY}")
    body = undo_as_it_was()
    for before, after in UNDONE:
        if body.count(before) != 1:
            raise AssertionError(f"{UNDO} is not what this revision changes")
        body = body.replace(before, after)
    revision_named("0024").create(UNDO, body)
    for action, keys in ACTIONS.items():
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'function', '{{{keys}}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """A call ends with what is recorded of it; a pet's death was told by an owner who was reached."""
    revision_named("0024").create(UNDO, undo_as_it_was())
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {revision_named('0026').signature(declaration)}")
    op.execute("DROP TABLE public.call_agreements")
    on_a_platforms_calls("REVOKE UPDATE (scheduled_for) ON public.scheduled_discharge_calls FROM idexx_owner")
    op.execute("ALTER TABLE public.clinic_settings DROP COLUMN max_attempts, DROP COLUMN platform_retries")
    revision_named("0023").watch({"slot_size": 4})
    op.execute("""
      DROP INDEX public.call_visits_visit_key_idx;
      ALTER TABLE public.call_outcomes DISABLE TRIGGER keep_fact;
      UPDATE public.call_outcomes SET outcome = 'reached_concern' WHERE outcome = 'died';
      ALTER TABLE public.call_outcomes ENABLE TRIGGER keep_fact;
      ALTER TABLE public.call_outcomes DROP COLUMN number, DROP COLUMN made_by, DROP COLUMN made_at,
        DROP COLUMN due_before, DROP COLUMN source
    """)
    op.execute(CHECK.format(outcomes=OUTCOMES))
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - from the list above

"""What people say of owners' numbers: which are wrong, which to use and when; and how often one is called.

- `wrong_numbers`: a number answers to somebody else. Calls to it that colleagues have queued are held at once; those of
  the caller the caller's program holds.
- `owner_contacts`: in place of a number that Neo has, another one, or the part of the day that suits its owner.
- Of both a row is never changed but for being ended, once, by somebody whose name stands beside it.
- `calls_to_numbers` tells how many calls other accounts of a clinic made or have queued to numbers that the caller
  names, by day: their number, and no more.
"""

from __future__ import annotations

import json
from typing import Any

from alembic import context, op
from sqlalchemy import text

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ACTIONS = {
    "number.answered": "number_id,code",
    "owner_contact.answered": "contact_id,code",
    "call.held_wrong_number": "call_id",
}
# a table of one of these names that is not ours is somebody else's: refused, never altered
NEW_TABLES = ("wrong_numbers", "owner_contacts")
MOST = 5000
E164 = "'^\\+[1-9][0-9]{6,14}$'"
TABLES = f"""
CREATE TABLE public.wrong_numbers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  phone text NOT NULL CHECK (phone ~ {E164}),
  told_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  told_by_name text NOT NULL DEFAULT '',
  told_at timestamptz NOT NULL DEFAULT now(),
  undone_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  undone_by_name text NOT NULL DEFAULT '',
  undone_at timestamptz
);
CREATE UNIQUE INDEX wrong_numbers_holding_idx ON public.wrong_numbers (clinic_id, phone) WHERE undone_at IS NULL;
CREATE INDEX wrong_numbers_clinic_id_idx ON public.wrong_numbers (clinic_id);
CREATE INDEX wrong_numbers_told_by_idx ON public.wrong_numbers (told_by);
CREATE INDEX wrong_numbers_undone_by_idx ON public.wrong_numbers (undone_by);
CREATE TABLE public.owner_contacts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
  phone text NOT NULL CHECK (phone ~ {E164}),
  use_instead text CHECK (use_instead ~ {E164} AND use_instead <> phone),
  suits text CHECK (suits ~ '^[a-z_]{{1,20}}$'),
  said_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  said_by_name text NOT NULL DEFAULT '',
  said_at timestamptz NOT NULL DEFAULT now(),
  withdrawn_by uuid REFERENCES public.users(id) ON DELETE SET NULL,
  withdrawn_by_name text NOT NULL DEFAULT '',
  withdrawn_at timestamptz,
  CONSTRAINT owner_contacts_says_something CHECK (use_instead IS NOT NULL OR suits IS NOT NULL)
);
CREATE UNIQUE INDEX owner_contacts_holding_idx ON public.owner_contacts (clinic_id, phone) WHERE withdrawn_at IS NULL;
CREATE INDEX owner_contacts_clinic_id_idx ON public.owner_contacts (clinic_id);
CREATE INDEX owner_contacts_said_by_idx ON public.owner_contacts (said_by);
CREATE INDEX owner_contacts_withdrawn_by_idx ON public.owner_contacts (withdrawn_by);
"""
# table: how its columns that end a row begin, and the column that names who wrote it
ENDED = {"wrong_numbers": ("undone", "told_by"), "owner_contacts": ("withdrawn", "said_by")}
# a trigger needs it, and nobody may call it
GUARD = {
    "keep_of_number()": """
      RETURNS trigger <definer>
      DECLARE
        before jsonb;
        after jsonb;
        changed text[];
        at CONSTANT text := TG_ARGV[0] || '_at';
        who CONSTANT text := TG_ARGV[0] || '_by';
        name CONSTANT text := TG_ARGV[0] || '_by_name';
      BEGIN
        IF TG_OP = 'DELETE' THEN
          IF NOT EXISTS (SELECT FROM public.clinics c WHERE c.id = OLD.clinic_id) THEN RETURN OLD; END IF;
        ELSIF TG_OP = 'UPDATE' THEN
          before := to_jsonb(OLD);
          after := to_jsonb(NEW);
          changed := ARRAY(SELECT key FROM jsonb_each(after) WHERE value IS DISTINCT FROM before -> key);
          IF changed <@ ARRAY[at, who, name] AND before ->> at IS NULL AND after ->> at IS NOT NULL
             AND after ->> name <> '' THEN RETURN NEW; END IF;
          IF changed IN (ARRAY[who], ARRAY[TG_ARGV[1]]) AND after ->> changed[1] IS NULL
             AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = (before ->> changed[1])::uuid)
          THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'what was said of a number is never changed' USING ERRCODE = 'insufficient_privilege';
      END $$""",
}
FUNCTIONS: dict[str, str] = {
    # false where that is known already, and where the clinic knows enough of them
    "tell_wrong_number(clinic uuid, number text)": """
      RETURNS boolean <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        told uuid;
        now_is timestamptz := idexx_app.moment();
      BEGIN
        IF number IS NULL OR number !~ <e164> THEN
          RAISE EXCEPTION 'this is no number with a country code' USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT count(*) FROM public.wrong_numbers w WHERE w.clinic_id = in_clinic AND w.undone_at IS NULL) >= <most>
        THEN RETURN false; END IF;
        INSERT INTO public.wrong_numbers (clinic_id, phone, told_by, told_by_name, told_at)
          VALUES (in_clinic, number, me, idexx_app.author_name(me), now_is)
          ON CONFLICT (clinic_id, phone) WHERE undone_at IS NULL DO NOTHING RETURNING id INTO told;
        IF told IS NULL THEN RETURN false; END IF;
        PERFORM idexx_app.record_act(
          'number.answered', 'ok', NULL, jsonb_build_object('number_id', told, 'code', 'wrong'));
        PERFORM idexx_app.hold_calls_to(in_clinic, me, number, now_is);
        RETURN true;
      END $$""",
    # false where nobody said that it is wrong
    "number_is_right(clinic uuid, number text)": """
      RETURNS boolean <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        told uuid;
      BEGIN
        UPDATE public.wrong_numbers w SET undone_at = idexx_app.moment(), undone_by = me,
            undone_by_name = idexx_app.author_name(me)
          WHERE w.clinic_id = in_clinic AND w.phone = number AND w.undone_at IS NULL RETURNING w.id INTO told;
        IF told IS NULL THEN RETURN false; END IF;
        PERFORM idexx_app.record_act(
          'number.answered', 'ok', NULL, jsonb_build_object('number_id', told, 'code', 'right'));
        RETURN true;
      END $$""",
    # what holds of a number that Neo has; both NULL: nothing any more. False where that changes nothing
    "keep_owner_contact(clinic uuid, number text, instead text, part text)": """
      RETURNS boolean <definer>
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        before public.owner_contacts;
        kept uuid;
        now_is timestamptz := idexx_app.moment();
      BEGIN
        IF number IS NULL OR number !~ <e164> OR instead !~ <e164> OR instead = number OR part !~ '^[a-z_]{1,20}$' THEN
          RAISE EXCEPTION 'this cannot be said of a number' USING ERRCODE = 'check_violation';
        END IF;
        SELECT * INTO before FROM public.owner_contacts o
          WHERE o.clinic_id = in_clinic AND o.phone = number AND o.withdrawn_at IS NULL FOR UPDATE;
        IF before.use_instead IS NOT DISTINCT FROM instead AND before.suits IS NOT DISTINCT FROM part THEN
          RETURN false;
        END IF;
        IF before.id IS NULL AND <most> <= (
          SELECT count(*) FROM public.owner_contacts o WHERE o.clinic_id = in_clinic AND o.withdrawn_at IS NULL)
        THEN RETURN false; END IF;
        UPDATE public.owner_contacts o SET withdrawn_at = now_is, withdrawn_by = me,
            withdrawn_by_name = idexx_app.author_name(me) WHERE o.id = before.id;
        IF instead IS NOT NULL OR part IS NOT NULL THEN
          INSERT INTO public.owner_contacts (clinic_id, phone, use_instead, suits, said_by, said_by_name, said_at)
            VALUES (in_clinic, number, instead, part, me, idexx_app.author_name(me), now_is)
            ON CONFLICT (clinic_id, phone) WHERE withdrawn_at IS NULL DO NOTHING RETURNING id INTO kept;
          IF kept IS NULL THEN RETURN false; END IF;
        END IF;
        PERFORM idexx_app.record_act('owner_contact.answered', 'ok', NULL, jsonb_build_object(
          'contact_id', COALESCE(kept, before.id), 'code', CASE WHEN kept IS NULL THEN 'withdrawn' ELSE 'kept' END));
        RETURN true;
      END $$""",
    # a call whose visits went over to another one was a try of that: it has none any more, and doesn't count
    "calls_to_numbers(clinic uuid, numbers text[], since timestamptz)": """
      RETURNS TABLE (phone text, day date, calls bigint) <stable>
      #variable_conflict use_column
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        in_clinic uuid := clinic;
        asked text[] := numbers;
        zone text := (SELECT s.timezone FROM public.clinic_settings s WHERE s.clinic_id = in_clinic);
      BEGIN
        BEGIN
          PERFORM now() AT TIME ZONE zone;
        EXCEPTION WHEN invalid_parameter_value THEN
          zone := 'UTC';
        END;
        RETURN QUERY
        SELECT s.customer_phone::text, (COALESCE(s.ended_at, s.scheduled_for) AT TIME ZONE zone)::date, count(*)
        FROM public.scheduled_discharge_calls s
        WHERE s.customer_phone = ANY(asked) AND s.scheduled_for >= since AND s.user_id <> me
          AND s.status::text IN ('queued', 'ringing', 'in_progress', 'completed')
          AND EXISTS (SELECT FROM public.call_visits m
            WHERE m.call_id = s.id AND m.user_id = s.user_id AND m.clinic_id = in_clinic AND m.active)
        GROUP BY 1, 2 ORDER BY 1, 2;
      END $$""",
}
# of calls that colleagues have queued to a number: nobody is waited for; their own programs know of the number, too
HOLD = {
    "hold_calls_to(in_clinic uuid, me uuid, number text, now_is timestamptz)": """
      RETURNS void <plain>
      DECLARE
        held uuid;
        whose uuid;
      BEGIN
        FOR held, whose IN SELECT s.id, s.user_id FROM public.scheduled_discharge_calls s
          WHERE s.customer_phone = number AND s.status::text = 'queued' AND s.user_id <> me
            AND EXISTS (SELECT FROM public.call_visits m
              WHERE m.call_id = s.id AND m.user_id = s.user_id AND m.clinic_id = in_clinic AND m.active)
          ORDER BY s.id
        LOOP
          BEGIN
            PERFORM idexx_app.refuse_strange_triggers();
            PERFORM FROM public.scheduled_discharge_calls s
              WHERE s.id = held AND s.status::text = 'queued' FOR UPDATE NOWAIT;
            CONTINUE WHEN NOT FOUND;
            PERFORM FROM public.call_visits m WHERE m.call_id = held AND m.active FOR UPDATE NOWAIT;
            PERFORM FROM public.visits v WHERE v.clinic_id = in_clinic AND v.user_id = whose AND v.visit_key IN (
              SELECT m.visit_key FROM public.call_visits m WHERE m.call_id = held AND m.active) FOR UPDATE NOWAIT;
            PERFORM FROM public.consultation_sync_status c
              WHERE c.user_id = whose AND c.discharge_call_id = held FOR UPDATE NOWAIT;
            PERFORM idexx_app.hold_for_wrong_number(in_clinic, whose, held, now_is);
            PERFORM idexx_app.record_act(
              'call.held_wrong_number', 'ok', NULL, jsonb_build_object('call_id', held));
          EXCEPTION WHEN lock_not_available THEN
            NULL;
          END;
        END LOOP;
      END $$""",
}
# what `domain.numbers` says until the colleague's own program has decided on it
RULE, REASON = "Phone number", "Somebody else answered at this number, so nobody calls it."
WORDS = {
    "<definer>": "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
    "<stable>": "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
    "<plain>": "LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$",
    "<most>": str(MOST),
    "<e164>": E164,
}
COLUMNS = {"calls_per_month": (3, 100), "calls_per_day": (1, 20)}
INDEX = "scheduled_discharge_calls_number_idx"


def revision_of(number: str) -> Any:
    """An earlier revision, for what is made in the same way."""
    return context.script.get_revision(number).module


def hold_for_wrong_number() -> dict[str, str]:
    """As `hold_unread_call` of revision 0021 holds one call, for this reason."""
    touched = ", updated_at = now_is" if "updated_at" in revision_of("0015").of_a_call() else ""
    [body] = [
        body for name, body in revision_of("0021").FUNCTIONS.items() if name.startswith("hold_unread_call(")
    ]
    words = {
        "'not_looked_at'": "'wrong_number'",
        "<reason>": f"'{REASON}'",
        "<step>": f"jsonb_build_object('rule', '{RULE}', 'outcome', 'held', 'detail', '{REASON}')",
        "<rule>": f"'{RULE}'",
        "<touched>": touched,
        "LANGUAGE plpgsql <pinned>": "<plain>",
    }
    for word, meant in words.items():
        body = body.replace(word, meant)
    return {"hold_for_wrong_number(in_clinic uuid, whose uuid, which uuid, now_is timestamptz)": body}


def create(functions: dict[str, str], *, called: bool) -> None:
    """Functions of our owner; those that are `called`, for logins of our groups."""
    for declaration, body in functions.items():
        name = revision_of("0026").signature(declaration)
        for word, meant in WORDS.items():
            body = body.replace(word, meant)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        if called:
            op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {revision_of('0026').EXECUTABLE_BY}")


def watch_settings(change: dict[str, int | None]) -> None:
    """Record what members change of these settings as of all others, by what a clinic begins with (None: no more)."""
    [(arguments,)] = op.get_bind().execute(
        text(
            "SELECT tgargs FROM pg_trigger WHERE tgname = 'setting_changed'"
            " AND tgrelid = 'public.clinic_settings'::regclass"
        )
    )
    action, defaults = bytes(arguments).decode().split("\0")[:2]
    kept = {name: value for name, value in json.loads(defaults).items() if name not in change}
    kept |= {name: value for name, value in change.items() if value is not None}
    op.execute(f"""
      DROP TRIGGER setting_changed ON public.clinic_settings;
      CREATE TRIGGER setting_changed AFTER INSERT OR UPDATE OR DELETE ON public.clinic_settings
        FOR EACH ROW EXECUTE FUNCTION idexx_app.setting_changed('{action}', '{json.dumps(kept)}')
    """)


def upgrade() -> None:
    """Two tables with what writes, keeps and tells of them, two settings, and the acts that are recorded."""
    op.execute(TABLES)
    create(GUARD, called=False)
    for table, (ended, author) in ENDED.items():
        op.execute(revision_of("0026").CLOSED.format(table=table, clinic=revision_of("0005").CLINIC))
        revision_of("0020").watch(table, "raise_for_clinics", "settings")
        op.execute(f"""
          CREATE TRIGGER keep_of_number BEFORE UPDATE OR DELETE ON public.{table}
            FOR EACH ROW EXECUTE FUNCTION idexx_app.keep_of_number('{ended}', '{author}');
          CREATE TRIGGER keep_of_number_truncate BEFORE TRUNCATE ON public.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.keep_of_number('{ended}', '{author}')
        """)
    create({**hold_for_wrong_number(), **HOLD}, called=False)
    create(FUNCTIONS, called=True)
    for column, (usual, most) in COLUMNS.items():
        op.execute(
            f"ALTER TABLE public.clinic_settings ADD COLUMN {column} integer NOT NULL DEFAULT {usual}"
            f" CONSTRAINT clinic_settings_{column}_bounds CHECK ({column} BETWEEN 1 AND {most})"
        )
        op.execute(f"GRANT INSERT ({column}), UPDATE ({column}) ON public.clinic_settings TO idexx_user")
    watch_settings({column: usual for column, (usual, _) in COLUMNS.items()})
    if revision_of("0010").calls_are_ours():
        op.execute(
            f"CREATE INDEX {INDEX} ON public.scheduled_discharge_calls (customer_phone, scheduled_for)"
        )
    for action, keys in ACTIONS.items():
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', 'function', '{{{keys}}}')")  # noqa: S608 - from the list above


def downgrade() -> None:
    """What was said of numbers is gone, and nothing counts how often one is called."""
    if revision_of("0010").calls_are_ours():
        op.execute(f"DROP INDEX public.{INDEX}")
    watch_settings(dict.fromkeys(COLUMNS))
    for column in COLUMNS:
        op.execute(f"ALTER TABLE public.clinic_settings DROP COLUMN {column}")
    for declaration in (*reversed(FUNCTIONS), *HOLD, *hold_for_wrong_number()):
        op.execute(f"DROP FUNCTION {revision_of('0026').signature(declaration)}")
    op.execute("DROP TABLE public.owner_contacts; DROP TABLE public.wrong_numbers")
    for declaration in GUARD:
        op.execute(f"DROP FUNCTION {revision_of('0026').signature(declaration)}")
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - from the list above

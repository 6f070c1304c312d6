"""Who may record which act, with which words, is held by the database; and so is the record of changed settings.

An ordinary login records what it did on its own (`user`); what the owner does, the owner (`owner`); everything else is
written by the functions and triggers that do it (`function`). Whichever way a member of a clinic changes a shared
setting, the transaction ends with one row that names what was changed, in the changer's own name. What a shared
setting can be is bounded, so that nobody's program stumbles over it.
"""

from __future__ import annotations

import json

from alembic import context, op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# the same as idexx_desktop.domain.audit (a test compares them): action, who records it, what its row may say
CATALOGUE = """
profile.created user records; credentials.saved user tested; credentials.tested user code; credentials.forgotten user;
credentials.suspended user code; credentials.resumed user; credentials.unreadable user code;
credentials.key_rotated user key_id; cookies.sealed user version; address.chosen user address;
address.declined user address; computer.asked user computer_id;
computer.approved user computer_id code; computer.joined user computer_id; computer.removed user computer_id key_id;
computer.settings_changed user setting; recovery_kit.made user kit_id key_id;
recovery_kit.used user kit_id computer_id code; sync.started user trigger;
sync.finished user seen synced failed calls code; sync.missed user count reason;
visit.synced user visit_key consultation_id reason_code; visit.failed user visit_key consultation_id reason_code;
visit.decided function visit_key; visit.decision_undone function visit_key; call.scheduled user call_id visit_key;
call.changed user call_id visit_key; call.cancelled user call_id visit_key; call.held user call_id;
call.outcome function call_id; call.outcome_undone function call_id; calls.paused function; calls.resumed function;
calls.turned_on function; opt_out.recorded function; opt_out.withdrawn function; schedule.changed function setting;
settings.changed function setting;
audit.examined user rows action status actor user_id clinic_id visit_key since until searched;
audit.revealed user row_id; audit.verified user ok rows kind; audit.exported user rows since until format hash;
audit.hold_placed function hold_id user_id; audit.hold_released function hold_id;
audit.month_exported function month rows hash; audit.month_removed function month rows hash;
list.exported user kind rows format; visit.viewed user visit_key user_id clinic_id; user.added owner user_id role;
user.deactivated owner user_id; user.deleted function user_id; schema.migrated owner from_revision to_revision;
backup.made user backup_id bytes visits code; backup.restored user backup_id made_at proved_by visits
"""
NEW = "computer.settings_changed"

# rows that a transaction adds and takes away again: what it changed, until its end
CHANGED_SETTINGS = """
CREATE TABLE idexx_app.changed_settings (
  transaction text NOT NULL,
  whose uuid NOT NULL,
  action text NOT NULL,
  setting text NOT NULL,
  PRIMARY KEY (transaction, whose, action, setting)
);
ALTER TABLE idexx_app.changed_settings OWNER TO idexx_owner;
ALTER TABLE idexx_app.changed_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE idexx_app.changed_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON idexx_app.changed_settings TO idexx_owner USING (true) WITH CHECK (true);
"""
# in the place of the words below
PINNED = "SET search_path = pg_catalog, pg_temp AS $$"
WORDS = {
    "<pinned>": PINNED,
    "<definer>": f"LANGUAGE plpgsql SECURITY DEFINER {PINNED}",
    "<system>": "'00000000-0000-0000-0000-000000000000'::uuid",
}
_ROW = "whose uuid, action text, status text, session_id text, metadata jsonb, error_details jsonb"

FUNCTIONS: dict[str, str] = {
    # an id, a count, a code or a time, or several: never a sentence or a person's full name
    "is_code(told jsonb)": """
      RETURNS boolean LANGUAGE sql IMMUTABLE <pinned>
        SELECT NOT EXISTS (
          SELECT FROM jsonb_array_elements(
            CASE jsonb_typeof(told) WHEN 'array' THEN told ELSE jsonb_build_array(told) END) AS each(value)
          WHERE CASE jsonb_typeof(each.value)
            WHEN 'string' THEN (each.value #>> '{}') !~ '^[A-Za-z0-9._:+/-]{0,120}$'
            WHEN 'number' THEN length(each.value #>> '{}') > 40
            ELSE jsonb_typeof(each.value) NOT IN ('boolean', 'null') END)
      $$""",
    # what a row of the record may say, whoever writes it
    "check_audit(action text, status text, session_id text, metadata jsonb, error_details jsonb)": """
      RETURNS void LANGUAGE plpgsql STABLE <pinned>
      DECLARE keys text[];
      BEGIN
        SELECT a.metadata_keys INTO keys FROM idexx_app.audit_actions a WHERE a.action = check_audit.action;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'unknown audit action: %', left(check_audit.action, 60) USING ERRCODE = 'check_violation';
        ELSIF octet_length(COALESCE(metadata::text, '')) + octet_length(COALESCE(error_details::text, '')) > 8192 THEN
          RAISE EXCEPTION 'audit details are longer than 8 KB' USING ERRCODE = 'check_violation';
        END IF;
        IF status !~ '^[A-Za-z0-9._-]{0,40}$' OR session_id !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN
          RAISE EXCEPTION 'status or session are none of ours' USING ERRCODE = 'check_violation';
        ELSIF jsonb_typeof(metadata) <> 'object' OR jsonb_typeof(error_details) <> 'object' THEN
          RAISE EXCEPTION 'audit details are no object' USING ERRCODE = 'check_violation';
        ELSIF EXISTS (SELECT FROM jsonb_each(metadata) AS told(key, value)
                   WHERE told.key <> ALL (keys) OR NOT idexx_app.is_code(told.value)) THEN
          RAISE EXCEPTION 'this action does not record that' USING ERRCODE = 'check_violation';
        ELSIF EXISTS (SELECT FROM jsonb_each(error_details) AS told(key, value)
                   WHERE jsonb_typeof(told.value) <> 'string' OR NOT CASE told.key
                     WHEN 'code' THEN idexx_app.is_code(told.value)
                     WHEN 'detail' THEN length(told.value #>> '{}') <= 500 ELSE false END) THEN
          RAISE EXCEPTION 'a problem is recorded as its code and a detail' USING ERRCODE = 'check_violation';
        END IF;
      END $$""",
    # what `append_audit` did before: the row itself, at the end of its chain
    f"append_row({_ROW})": """
      RETURNS bigint LANGUAGE plpgsql <pinned>
      DECLARE
        entry public.idexx_sync_audit_log;
        head idexx_app.audit_heads;
      BEGIN
        entry.chain := COALESCE(whose, <system>);
        INSERT INTO idexx_app.audit_heads (chain, seq, hash) VALUES (entry.chain, 0, decode(repeat('00', 32), 'hex'))
          ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM idexx_app.audit_heads h WHERE h.chain = entry.chain FOR UPDATE;
        entry.id := gen_random_uuid();
        entry.seq := head.seq + 1;
        entry.timestamp := clock_timestamp();
        entry.user_id := whose;
        entry.actor := session_user;
        entry.action := append_row.action;
        entry.status := append_row.status;
        entry.ip_address := inet_client_addr();
        entry.session_id := append_row.session_id;
        entry.metadata := append_row.metadata;
        entry.error_details := append_row.error_details;
        entry.previous_hash := head.hash;
        entry.hash := sha256(head.hash || idexx_app.audit_canonical(entry));
        INSERT INTO public.idexx_sync_audit_log VALUES (entry.*);
        UPDATE idexx_app.audit_heads h SET seq = entry.seq, hash = entry.hash WHERE h.chain = entry.chain;
        RETURN entry.seq;
      END $$""",
    # for our own functions, in the caller's name
    "record_act(action text, status text, session_id text, metadata jsonb)": """
      RETURNS bigint LANGUAGE sql <pinned>
        SELECT idexx_app.append_audit(idexx_app.current_user_id(), action, status, session_id, metadata, NULL)
      $$""",
    "note_change(action text, names text[])": """
      RETURNS void LANGUAGE sql <pinned>
        INSERT INTO idexx_app.changed_settings (transaction, whose, action, setting)
          SELECT pg_current_xact_id()::text, COALESCE(idexx_app.current_user_id(), <system>), note_change.action, name
          FROM unnest(names) AS name
          ON CONFLICT DO NOTHING
      $$""",
    # when something happened is no setting; the pause and the review are acts with names of their own
    "setting_changed()": """
      RETURNS trigger <definer>
      DECLARE
        before jsonb := CASE TG_OP WHEN 'INSERT' THEN TG_ARGV[1]::jsonb ELSE to_jsonb(OLD) END;
        after jsonb := CASE TG_OP WHEN 'DELETE' THEN '{"gone": true}' ELSE to_jsonb(NEW) END;
        names text[];
      BEGIN
        -- the owner sets clinics up and migrates
        IF idexx_app.current_user_id() IS NULL AND pg_has_role(session_user, 'idexx_owner', 'MEMBER') THEN
          RETURN NULL;
        END IF;
        names := ARRAY(
          SELECT told.key FROM jsonb_each(after) AS told(key, value)
          WHERE told.value IS DISTINCT FROM before -> told.key AND told.key NOT IN ('clinic_id', 'kind')
            AND told.key NOT LIKE '%\\_at' AND told.key NOT LIKE '%\\_by%');
        IF TG_TABLE_NAME = 'clinic_kind_rules' AND names <> '{}' THEN
          names := ARRAY['kind_rules.' || CASE TG_OP WHEN 'DELETE' THEN OLD.kind ELSE NEW.kind END];
        END IF;
        IF 'calls_paused' = ANY (names) THEN
          PERFORM idexx_app.note_change(
            CASE WHEN (after ->> 'calls_paused')::boolean THEN 'calls.paused' ELSE 'calls.resumed' END, '{calls}');
        END IF;
        IF 'review_mode' = ANY (names) AND NOT (after ->> 'review_mode')::boolean THEN
          PERFORM idexx_app.note_change('calls.turned_on', '{calls}');
          names := array_remove(names, 'review_mode');
        END IF;
        PERFORM idexx_app.note_change(TG_ARGV[0], array_remove(names, 'calls_paused'));
        RETURN NULL;
      END $$""",
    # at the end of the transaction: one row of each kind, however many statements changed whatever
    "record_changes()": """
      RETURNS trigger <definer>
      DECLARE names text[];
      BEGIN
        WITH taken AS (
          DELETE FROM idexx_app.changed_settings c
            WHERE c.transaction = NEW.transaction AND c.whose = NEW.whose AND c.action = NEW.action RETURNING c.setting
        ) SELECT array_agg(taken.setting ORDER BY taken.setting) INTO names FROM taken;
        IF names IS NOT NULL THEN
          PERFORM idexx_app.append_audit(NULLIF(NEW.whose, <system>), NEW.action, 'ok', NULL,
            CASE WHEN NEW.action NOT LIKE 'calls.%' THEN jsonb_build_object('setting', names) END, NULL);
        END IF;
        RETURN NULL;
      END $$""",
    # what a member writes is one that programs know: neither an abbreviation nor a rule
    "check_zone()": """
      RETURNS trigger <definer>
      BEGIN
        IF idexx_app.current_user_id() IS NOT NULL AND (
          NEW.timezone ~ '^(posix|right)/' OR NEW.timezone IN ('localtime', 'posixrules', 'Factory')
          OR NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = NEW.timezone)
        ) THEN
          RAISE EXCEPTION 'this is no time zone' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
      END $$""",
}
APPEND = f"""
CREATE OR REPLACE FUNCTION idexx_app.append_audit({_ROW})
RETURNS bigint LANGUAGE plpgsql {PINNED}
BEGIN
  PERFORM idexx_app.check_audit(action, status, session_id, metadata, error_details);
  RETURN idexx_app.append_row(whose, action, status, session_id, metadata, error_details);
END $$
"""
AUDIT = """
CREATE OR REPLACE FUNCTION idexx_app.audit(
  action text, status text, session_id text DEFAULT NULL, metadata jsonb DEFAULT NULL, error_details jsonb DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me uuid := idexx_app.current_user_id();
  is_owner boolean := pg_has_role(session_user, 'idexx_owner', 'MEMBER');
  recorder text;
BEGIN
  IF me IS NULL AND NOT is_owner THEN
    RAISE EXCEPTION 'no user is mapped to this login' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT a.recorded_by INTO recorder FROM idexx_app.audit_actions a WHERE a.action = audit.action;
  IF (recorder = 'function') OR (recorder = 'owner' AND NOT is_owner) OR (recorder = 'user' AND me IS NULL) THEN
    RAISE EXCEPTION 'this is not yours to record' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM idexx_app.check_audit(action, status, session_id, metadata, error_details);
  IF session_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM public.idexx_sync_sessions s WHERE s.id = audit.session_id::uuid AND s.user_id = me
  ) THEN
    RAISE EXCEPTION 'this is no sync of yours' USING ERRCODE = 'check_violation';
  END IF;
  RETURN idexx_app.append_row(me, action, status, session_id, metadata, error_details);
END $$
"""

_DAYS = "CASE WHEN COALESCE(array_ndims({0}), 1) = 1 THEN array_position({0}, NULL) IS NULL ELSE false END"
_WEEKDAYS = _DAYS + " AND cardinality({0}) <= 7 AND {0} <@ ARRAY[0, 1, 2, 3, 4, 5, 6]"
_DATES = _DAYS + " AND cardinality({0}) <= 2000 AND '2000-01-01' <= ALL ({0}) AND '2200-01-01' >= ALL ({0})"
_MOMENT = "{0} BETWEEN '2000-01-01Z' AND '2200-01-01Z'"
_TIME = "{0} < '24:00'"
# by table and column: what holds for its value, and what is put in the place of one for which it doesn't
BOUNDS: dict[str, dict[str, tuple[str, str]]] = {
    "clinic_settings": {
        "clinic_phone": ("length({0}) <= 60", "left({0}, 60)"),
        "emergency_phone": ("length({0}) <= 60", "left({0}, 60)"),
        "call_window_start": (_TIME, "'09:00'"),
        "call_window_end": (_TIME, "'19:00'"),
        "closed_weekdays": (_WEEKDAYS, "'{{}}'"),
        "closed_days": (_DATES, "'{{}}'"),
        "updated_at": (_MOMENT, "now()"),
    },
    "clinic_kind_rules": {
        "kind": ("{0} ~ '^[A-Za-z0-9._:-]{{1,60}}$'", "'unknown.' || md5({0})"),
        "preferred_time": (_TIME, "'10:00'"),
    },
    "sync_schedules": {
        "open_time": (_TIME, "'07:00'"),
        "close_time": (_TIME, "'19:00'"),
        "open_weekdays": (_WEEKDAYS, "'{{0,1,2,3,4,5,6}}'"),
        "paused_until": (_MOMENT, "NULL"),
        "next_due_at": (_MOMENT, "NULL"),
        "last_completed_at": (_MOMENT, "NULL"),
        "updated_at": (_MOMENT, "now()"),
    },
    "missed_runs": {
        "due_at": (_MOMENT, "'2000-01-01Z'::timestamptz + make_interval(secs => random())"),
        "reason": ("{0} ~ '^[a-z_]{{1,40}}$'", "'unknown'"),
        "device": ("length({0}) <= 200", "left({0}, 200)"),
        "caught_up_at": (_MOMENT, "now()"),
    },
}
# table: the action, and what a new row of it is where nobody has chosen anything
WATCHED: dict[str, tuple[str, dict[str, object]]] = {
    "clinic_settings": (
        "'settings.changed'",
        {
            "country": "US", "clinic_phone": "", "emergency_phone": "", "concurrency": 5, "requests_per_second": 10,
            "browser_path": None, "call_window_start": "09:00:00", "call_window_end": "19:00:00",
            "closed_weekdays": [], "closed_days": [], "review_mode": False, "calls_paused": False,
            "notes_kept_days": 365,
        },
    ),
    "clinic_kind_rules": ("'settings.changed'", {}),
    "sync_schedules": (
        "'schedule.changed'",
        {
            "enabled": True, "every_hours": 4, "open_time": "07:00:00", "close_time": "19:00:00",
            "open_weekdays": [0, 1, 2, 3, 4, 5, 6], "paused_until": None,
        },
    ),
}  # fmt: skip
# what no program of a member's writes: the command, the columns
NOT_A_MEMBERS: dict[str, tuple[tuple[str, str], ...]] = {
    "clinic_settings": (("INSERT", "notes_kept_days"), ("UPDATE", "notes_kept_days, clinic_id")),
    "clinic_kind_rules": (("UPDATE", "clinic_id, kind"),),
    "sync_schedules": (("UPDATE", "clinic_id"),),
    "missed_runs": (("INSERT", "caught_up_at, created_at"), ("UPDATE", "clinic_id, due_at, reason, device")),
}
# how functions of revision 0008 recorded what they did, as anybody could
AS_ANYBODY = "PERFORM idexx_app.audit("


def signature(declaration: str) -> str:
    """`name(types)` of a declaration, as DROP and GRANT want it; see revision 0004."""
    return str(context.script.get_revision("0004").module.signature(declaration))


def write_catalogue() -> None:
    """Who records each action, and with which words; one that another revision adds says so itself."""
    op.execute(
        "ALTER TABLE idexx_app.audit_actions ADD COLUMN recorded_by text NOT NULL DEFAULT 'user'"
        " CHECK (recorded_by IN ('user', 'owner', 'function')),"
        " ADD COLUMN metadata_keys text[] NOT NULL DEFAULT '{}'"
    )
    for entry in CATALOGUE.split(";"):
        action, recorder, *keys = entry.split()
        op.execute(
            f"INSERT INTO idexx_app.audit_actions VALUES ('{action}', '{recorder}', '{{{', '.join(keys)}}}')"  # noqa: S608 - from the list above
            " ON CONFLICT (action) DO UPDATE SET recorded_by = excluded.recorded_by,"
            " metadata_keys = excluded.metadata_keys"
        )


def bound() -> None:
    """Put what is absurd right, and let nothing absurd in any more."""
    for table, columns in BOUNDS.items():
        for column, (check, instead) in columns.items():
            holds, value = check.format(column), instead.format(column)
            op.execute(f"UPDATE public.{table} SET {column} = {value} WHERE NOT ({holds})")  # noqa: S608 - see above
            op.execute(f"ALTER TABLE public.{table} ADD CONSTRAINT {table}_{column}_bounds CHECK ({holds})")


def watch() -> None:
    """Record what members change."""
    for table, (action, defaults) in WATCHED.items():
        op.execute(f"""
          CREATE TRIGGER setting_changed AFTER INSERT OR UPDATE OR DELETE ON public.{table}
            FOR EACH ROW EXECUTE FUNCTION idexx_app.setting_changed({action}, '{json.dumps(defaults)}')
        """)
    op.execute("""
      CREATE CONSTRAINT TRIGGER record_changes AFTER INSERT ON idexx_app.changed_settings DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION idexx_app.record_changes();
      CREATE TRIGGER check_zone_new BEFORE INSERT ON public.clinic_settings
        FOR EACH ROW EXECUTE FUNCTION idexx_app.check_zone();
      CREATE TRIGGER check_zone BEFORE UPDATE OF timezone ON public.clinic_settings
        FOR EACH ROW WHEN (NEW.timezone IS DISTINCT FROM OLD.timezone) EXECUTE FUNCTION idexx_app.check_zone()
    """)


def upgrade() -> None:
    """The catalogue, the functions that hold it, the bounds, then what watches."""
    write_catalogue()
    op.execute(CHANGED_SETTINGS)
    for declaration, body in FUNCTIONS.items():
        name = signature(declaration)
        for word, meant in WORDS.items():
            body = body.replace(word, meant)
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    op.execute(APPEND)
    op.execute(AUDIT)
    for declaration, body in context.script.get_revision("0008").module.FUNCTIONS.items():
        if AS_ANYBODY in body:
            recording = body.replace(AS_ANYBODY, "PERFORM idexx_app.record_act(")
            op.execute(f"CREATE OR REPLACE FUNCTION idexx_app.{declaration} {recording}")
    bound()
    watch()
    for table, taken in NOT_A_MEMBERS.items():
        for command, columns in taken:
            op.execute(f"REVOKE {command} ({columns}) ON public.{table} FROM idexx_user")


def downgrade() -> None:
    """As it was; what was bounded stays as it is."""
    for table, taken in NOT_A_MEMBERS.items():
        for command, columns in taken:
            op.execute(f"GRANT {command} ({columns}) ON public.{table} TO idexx_user")
    for table in WATCHED:
        op.execute(f"DROP TRIGGER setting_changed ON public.{table}")
    for trigger in ("check_zone_new", "check_zone"):
        op.execute(f"DROP TRIGGER {trigger} ON public.clinic_settings")
    for table, bounds in BOUNDS.items():
        for column in bounds:
            op.execute(f"ALTER TABLE public.{table} DROP CONSTRAINT {table}_{column}_bounds")
    before = context.script.get_revision("0008").module
    for declaration, body in before.FUNCTIONS.items():
        if AS_ANYBODY in body or declaration.startswith("append_audit("):
            op.execute(f"CREATE OR REPLACE FUNCTION idexx_app.{declaration} {body}")
    op.execute(before.AUDIT)
    op.execute("DROP TABLE idexx_app.changed_settings")
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature(declaration)}")
    op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{NEW}'")  # noqa: S608 - see above
    op.execute("ALTER TABLE idexx_app.audit_actions DROP COLUMN recorded_by, DROP COLUMN metadata_keys")

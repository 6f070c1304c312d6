"""Trust in the activity record: new actions, legal holds, and retention in two steps with chains that go on.

Retention: a month (UTC) may go once it ended six years and a day ago (a leap day's sixth year ends in March), nothing
of it is held, and it was exported and signed at least seven days before, all by the database's clock. What goes with a
month is every row that is still there with an earlier timestamp, and only if that is the beginning of each chain
without a gap: a clock that jumped back makes a row stay longer, never shorter. Where each chain ended is kept as a
checkpoint, from which the chain goes on.

Rows leave through `idexx_app.remove_audit_month` alone: its right to delete exists inside of its own transaction only,
and the table's trigger lets only rows go that a checkpoint covers, which nobody but the owner can write.
"""

from __future__ import annotations

from alembic import context, op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# with those of revision 0006 the same list as idexx_desktop.domain.audit.Action (a test compares them)
ACTIONS = (
    "credentials.key_rotated", "computer.asked", "computer.approved", "computer.joined", "computer.removed",
    "recovery_kit.made", "recovery_kit.used", "audit.revealed", "audit.verified", "audit.hold_placed",
    "audit.hold_released", "audit.month_exported", "audit.month_removed", "list.exported", "user.deleted",
)  # fmt: skip

TABLES: dict[str, str] = {
    # no key to users: a hold outlives the account that it is about. No user means everything.
    "audit_holds": """
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      reason text NOT NULL CHECK (btrim(reason) <> ''),
      user_id uuid,
      placed_by text NOT NULL,
      placed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      released_by text,
      released_at timestamptz""",
    # `chains`: for each chain how many rows the file holds and with which it ends; `number` says which is the newest,
    # whatever the clock said
    "audit_exports": """
      number bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      month date NOT NULL,
      since timestamptz NOT NULL,
      chains jsonb NOT NULL,
      manifest bytea NOT NULL,
      exported_by text NOT NULL,
      exported_at timestamptz NOT NULL DEFAULT clock_timestamp()""",
    # the last row of a chain that was removed; what signs it is the manifest of the export
    "audit_checkpoints": """
      chain uuid NOT NULL,
      seq bigint NOT NULL,
      hash bytea NOT NULL,
      month date NOT NULL,
      export_number bigint NOT NULL REFERENCES idexx_app.audit_exports(number),
      removed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (chain, seq)""",
}
# nobody changes what was exported or removed; a hold is released, never deleted
KEPT = {"audit_holds": "DELETE", "audit_exports": "UPDATE OR DELETE", "audit_checkpoints": "UPDATE OR DELETE"}

# what revision 0006 did in `audit` itself, for whoever of our functions has found out whose row it is
APPEND = """
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  entry public.idexx_sync_audit_log;
  head idexx_app.audit_heads;
BEGIN
  IF NOT EXISTS (SELECT FROM idexx_app.audit_actions a WHERE a.action = append_audit.action) THEN
    RAISE EXCEPTION 'unknown audit action: %', append_audit.action USING ERRCODE = 'check_violation';
  END IF;
  IF octet_length(COALESCE(metadata::text, '')) + octet_length(COALESCE(error_details::text, '')) > 8192 THEN
    RAISE EXCEPTION 'audit details are longer than 8 KB' USING ERRCODE = 'check_violation';
  END IF;
  IF octet_length(COALESCE(status, '')) > 40 OR octet_length(COALESCE(session_id, '')) > 120 THEN
    RAISE EXCEPTION 'status or session are longer than any of ours' USING ERRCODE = 'check_violation';
  END IF;
  entry.chain := COALESCE(whose, '00000000-0000-0000-0000-000000000000');
  INSERT INTO idexx_app.audit_heads (chain, seq, hash) VALUES (entry.chain, 0, decode(repeat('00', 32), 'hex'))
    ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM idexx_app.audit_heads h WHERE h.chain = entry.chain FOR UPDATE;
  entry.id := gen_random_uuid();
  entry.seq := head.seq + 1;
  entry.timestamp := clock_timestamp();
  entry.user_id := whose;
  entry.actor := session_user;
  entry.action := append_audit.action;
  entry.status := append_audit.status;
  entry.ip_address := inet_client_addr();
  entry.session_id := append_audit.session_id;
  entry.metadata := append_audit.metadata;
  entry.error_details := append_audit.error_details;
  entry.previous_hash := head.hash;
  entry.hash := sha256(head.hash || idexx_app.audit_canonical(entry));
  INSERT INTO public.idexx_sync_audit_log VALUES (entry.*);
  UPDATE idexx_app.audit_heads h SET seq = entry.seq, hash = entry.hash WHERE h.chain = entry.chain;
  RETURN entry.seq;
END $$
"""

AUDIT = """
CREATE OR REPLACE FUNCTION idexx_app.audit(
  action text, status text, session_id text DEFAULT NULL, metadata jsonb DEFAULT NULL, error_details jsonb DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me uuid := idexx_app.current_user_id();
BEGIN
  IF me IS NULL AND NOT pg_has_role(session_user, 'idexx_owner', 'MEMBER') THEN
    RAISE EXCEPTION 'no user is mapped to this login' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- what only the owner does, nobody else writes down as done
  IF audit.action IN ('user.added', 'user.deactivated', 'user.deleted', 'schema.migrated', 'audit.month_exported',
                      'audit.month_removed') AND NOT pg_has_role(session_user, 'idexx_owner', 'MEMBER') THEN
    RAISE EXCEPTION 'only the owner records this' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN idexx_app.append_audit(me, action, status, session_id, metadata, error_details);
END $$
"""

FUNCTIONS: dict[str, str] = {
    "append_audit(whose uuid, action text, status text, session_id text, metadata jsonb, error_details jsonb)": APPEND,
    # where each chain goes on after what was removed, for the chains that the caller may read
    "audit_checkpoints()": """
      RETURNS TABLE (chain uuid, seq bigint, hash bytea)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT DISTINCT ON (c.chain) c.chain, c.seq, c.hash FROM idexx_app.audit_checkpoints c
        WHERE (SELECT idexx_app.is_admin()) OR pg_has_role(session_user, 'idexx_owner', 'MEMBER')
          OR c.chain = (SELECT idexx_app.current_user_id())
        ORDER BY c.chain, c.seq DESC
      $$""",
    "place_audit_hold(reason text, held_user uuid)": """
      RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE placed uuid;
      BEGIN
        PERFORM idexx_app.require_hold_rights();
        INSERT INTO idexx_app.audit_holds (reason, user_id, placed_by) VALUES (reason, held_user, session_user)
          RETURNING id INTO placed;
        PERFORM idexx_app.audit('audit.hold_placed', 'done', NULL,
          jsonb_strip_nulls(jsonb_build_object('hold_id', placed, 'user_id', held_user)));
        RETURN placed;
      END $$""",
    # false where there is no such hold, or it was released before
    "release_audit_hold(hold uuid)": """
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM idexx_app.require_hold_rights();
        UPDATE idexx_app.audit_holds h SET released_by = session_user, released_at = clock_timestamp()
          WHERE h.id = hold AND h.released_at IS NULL;
        IF NOT FOUND THEN RETURN false; END IF;
        PERFORM idexx_app.audit('audit.hold_released', 'done', NULL, jsonb_build_object('hold_id', hold));
        RETURN true;
      END $$""",
    "require_hold_rights()": """
      RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF NOT (idexx_app.is_admin() OR pg_has_role(session_user, 'idexx_owner', 'MEMBER')) THEN
          RAISE EXCEPTION 'holds are for admins and the owner' USING ERRCODE = 'insufficient_privilege';
        END IF;
      END $$""",
    # the rows between two moments: for each chain how many, and the last of them
    "audit_chain_ends(since timestamptz, until timestamptz)": """
      RETURNS jsonb LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
        SELECT COALESCE(jsonb_agg(jsonb_build_object(
            'chain', ends.chain, 'rows', ends.rows, 'seq', ends.seq, 'hash', encode(log.hash, 'hex')
          ) ORDER BY ends.chain), '[]')
        FROM (SELECT chain, count(*) AS rows, max(seq) AS seq FROM public.idexx_sync_audit_log
              WHERE timestamp >= since AND timestamp < until GROUP BY chain) ends
        LEFT JOIN public.idexx_sync_audit_log log ON log.chain = ends.chain AND log.seq = ends.seq
      $$""",
    # the rule of the month, at any moment: why it may not be exported, NULL where it may
    "audit_month_obstacle(month date, moment timestamptz)": """
      RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        month_end timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
        ends jsonb;
      BEGIN
        IF month IS NULL OR month <> date_trunc('month', month) THEN RETURN 'no_month'; END IF;
        IF moment IS NULL OR moment < (month + interval '6 years 1 month 1 day') AT TIME ZONE 'UTC' THEN
          RETURN 'too_young';
        END IF;
        ends := idexx_app.audit_chain_ends('-infinity', month_end);
        IF ends = '[]' THEN RETURN 'empty'; END IF;
        IF EXISTS (
          SELECT FROM jsonb_to_recordset(ends) AS ended(chain uuid, rows bigint, seq bigint)
          LEFT JOIN idexx_app.audit_checkpoints() gone ON gone.chain = ended.chain
          WHERE ended.rows IS DISTINCT FROM ended.seq - COALESCE(gone.seq, 0)
        ) THEN RETURN 'out_of_order'; END IF;
        IF EXISTS (
          SELECT FROM idexx_app.audit_holds h WHERE h.released_at IS NULL AND (h.user_id IS NULL OR EXISTS (
            SELECT FROM public.idexx_sync_audit_log log WHERE log.timestamp < month_end
              AND h.user_id::text IN (log.user_id::text, log.chain::text, log.metadata ->> 'user_id')))
        ) THEN RETURN 'held'; END IF;
        RETURN NULL;
      END $$""",
    # what was exported of earlier months isn't exported again
    "audit_export_start(month date)": """
      RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
        SELECT COALESCE((max(e.month) + interval '1 month') AT TIME ZONE 'UTC', '-infinity')
        FROM idexx_app.audit_exports e WHERE e.month < audit_export_start.month
      $$""",
    # `chains` is what the file holds, as `audit_chain_ends` would say it
    "record_audit_export(month date, chains jsonb, manifest bytea)": """
      RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        start timestamptz := idexx_app.audit_export_start(month);
        month_end timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
        obstacle text := idexx_app.audit_month_obstacle(month, clock_timestamp());
        made bigint;
      BEGIN
        IF obstacle IS NULL AND chains IS DISTINCT FROM idexx_app.audit_chain_ends(start, month_end) THEN
          obstacle := 'changed';
        END IF;
        IF obstacle IS NOT NULL THEN
          RAISE EXCEPTION 'this month is not exported: %', obstacle USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO idexx_app.audit_exports (month, since, chains, manifest, exported_by)
          VALUES (month, start, chains, manifest, session_user) RETURNING number INTO made;
        PERFORM idexx_app.audit('audit.month_exported', 'done', NULL, jsonb_build_object(
          'month', to_char(month, 'YYYY-MM'), 'hash', encode(sha256(manifest), 'hex'),
          'rows', (SELECT sum((each ->> 'rows')::bigint) FROM jsonb_array_elements(chains) each)));
        RETURN made;
      END $$""",
    # every row that is left of the chains before a moment follows the one before it, and is what was written
    "audit_is_whole(until timestamptz)": """
      RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
        SELECT NOT EXISTS (
          SELECT FROM (
            SELECT log AS entry, lag(log.hash, 1, COALESCE(gone.hash, decode(repeat('00', 32), 'hex')))
              OVER (PARTITION BY log.chain ORDER BY log.seq) AS before
            FROM public.idexx_sync_audit_log log LEFT JOIN idexx_app.audit_checkpoints() gone ON gone.chain = log.chain
            WHERE log.timestamp < until) linked
          WHERE (linked.entry).previous_hash IS DISTINCT FROM linked.before
            OR (linked.entry).hash IS DISTINCT FROM sha256(linked.before || idexx_app.audit_canonical(linked.entry)))
      $$""",
    # why a month may not be removed at a moment, NULL where it may; 168 hours, since a day of a zone may have 23
    "audit_removal_obstacle(month date, moment timestamptz)": """
      RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        month_end timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
        obstacle text := idexx_app.audit_month_obstacle(month, moment);
        export idexx_app.audit_exports;
      BEGIN
        IF obstacle IS NOT NULL THEN RETURN obstacle; END IF;
        SELECT * INTO export FROM idexx_app.audit_exports e WHERE e.month = audit_removal_obstacle.month
          ORDER BY e.number DESC LIMIT 1;
        IF NOT FOUND THEN RETURN 'not_exported'; END IF;
        IF moment < export.exported_at + interval '168 hours' THEN RETURN 'waiting'; END IF;
        IF EXISTS (SELECT FROM public.idexx_sync_audit_log WHERE timestamp < export.since) THEN
          RETURN 'earlier_month';
        END IF;
        IF export.chains IS DISTINCT FROM idexx_app.audit_chain_ends('-infinity', month_end) THEN
          RETURN 'changed';
        END IF;
        IF NOT idexx_app.audit_is_whole(month_end) THEN RETURN 'broken'; END IF;
        RETURN NULL;
      END $$""",
    # the number of rows that were removed
    "remove_audit_month(month date)": """
      RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        obstacle text;
        export idexx_app.audit_exports;
        removed bigint;
      BEGIN
        -- a hold that is being placed is waited for, and so is another removal
        LOCK TABLE idexx_app.audit_holds, idexx_app.audit_checkpoints IN SHARE ROW EXCLUSIVE MODE;
        obstacle := idexx_app.audit_removal_obstacle(month, clock_timestamp());
        IF obstacle IS NOT NULL THEN
          RAISE EXCEPTION 'this month is not removed: %', obstacle USING ERRCODE = 'check_violation';
        END IF;
        SELECT * INTO export FROM idexx_app.audit_exports e WHERE e.month = remove_audit_month.month
          ORDER BY e.number DESC LIMIT 1;
        INSERT INTO idexx_app.audit_checkpoints (chain, seq, hash, month, export_number)
          SELECT ended.chain, ended.seq, decode(ended.hash, 'hex'), remove_audit_month.month, export.number
          FROM jsonb_to_recordset(export.chains) AS ended(chain uuid, seq bigint, hash text);
        GRANT DELETE ON public.idexx_sync_audit_log TO idexx_owner;
        DELETE FROM public.idexx_sync_audit_log log
          USING jsonb_to_recordset(export.chains) AS ended(chain uuid, seq bigint)
          WHERE log.chain = ended.chain AND log.seq <= ended.seq;
        GET DIAGNOSTICS removed = ROW_COUNT;
        REVOKE DELETE ON public.idexx_sync_audit_log FROM idexx_owner;
        PERFORM idexx_app.audit('audit.month_removed', 'done', NULL, jsonb_build_object(
          'month', to_char(month, 'YYYY-MM'), 'hash', encode(sha256(export.manifest), 'hex'), 'rows', removed));
        RETURN removed;
      END $$""",
    # in place of `refuse_change`: a row goes once a checkpoint covers it, and nothing is ever changed
    "keep_record()": """
      RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF TG_OP = 'DELETE' AND EXISTS (
          SELECT FROM idexx_app.audit_checkpoints c WHERE c.chain = OLD.chain AND c.seq >= OLD.seq
        ) THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the activity record is append-only' USING ERRCODE = 'insufficient_privilege';
      END $$""",
}
GRANTED = {
    "audit_checkpoints()": "idexx_user, idexx_admin, idexx_service",
    "place_audit_hold(reason text, held_user uuid)": "idexx_admin",
    "release_audit_hold(hold uuid)": "idexx_admin",
}


def signature(declaration: str) -> str:
    """`name(types)` of a declaration, as DROP and GRANT want it; see revision 0004."""
    return str(context.script.get_revision("0004").module.signature(declaration))


def create_tables() -> None:
    """The owner's tables, which only the functions here read and write."""
    for table, columns in TABLES.items():
        op.execute(f"""
          CREATE TABLE idexx_app.{table} ({columns});
          ALTER TABLE idexx_app.{table} OWNER TO idexx_owner;
          ALTER TABLE idexx_app.{table} ENABLE ROW LEVEL SECURITY;
          ALTER TABLE idexx_app.{table} FORCE ROW LEVEL SECURITY;
          CREATE POLICY owner_all ON idexx_app.{table} TO idexx_owner USING (true) WITH CHECK (true);
          CREATE TRIGGER append_only BEFORE {KEPT[table]} ON idexx_app.{table}
            FOR EACH ROW EXECUTE FUNCTION idexx_app.refuse_change();
          CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON idexx_app.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.refuse_change();
        """)


def own(function: str, granted_to: str | None = None) -> None:
    """The owner's function, for nobody else but whom it is granted to."""
    op.execute(
        f"ALTER FUNCTION {function} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {function} FROM PUBLIC"
    )
    if granted_to is not None:
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {granted_to}")


def keep_record_with(function: str) -> None:
    """What refuses changes of the record."""
    op.execute(f"""
      DROP TRIGGER append_only ON public.idexx_sync_audit_log;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON public.idexx_sync_audit_log
        FOR EACH ROW EXECUTE FUNCTION {function}()
    """)


def upgrade() -> None:
    """Extend the catalogue; then holds, exports, checkpoints and the functions that are the only way to them."""
    for action in ACTIONS:
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}')")  # noqa: S608 - from the list above
    create_tables()
    for declaration, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        own(signature(declaration), GRANTED.get(declaration))
    op.execute(AUDIT)
    keep_record_with("idexx_app.keep_record")


def downgrade() -> None:
    """Remove what came here, with holds and checkpoints; rows that name the actions stay."""
    keep_record_with("idexx_app.refuse_change")
    before = str(context.script.get_revision("0006").module.AUDIT)
    op.execute(before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature(declaration)}")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE idexx_app.{table}")
    for action in ACTIONS:
        op.execute(f"DELETE FROM idexx_app.audit_actions WHERE action = '{action}'")  # noqa: S608 - see above

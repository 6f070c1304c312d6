"""The audit log: written only through `idexx_app.audit(...)`, append-only for everybody, chained by hash.

The server fills in who, when, from which address, the number in the chain and the hash; the client gives only what it
did. One chain a user and one for the system, so that writers of different users never wait for each other.

The canonical bytes of a row are the netstrings (`length:bytes,`; a NULL is `-`), in this order, of: chain, seq, id,
timestamp (UTC, `YYYY-MM-DDTHH:MM:SS.ffffffZ`), user_id, actor, action, status, ip_address (host), session_id,
error_details (stored text), metadata (stored text). `hash = sha256(previous_hash || canonical)`; the first row of a
chain has the 32 zero bytes before it.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# the same list as idexx_desktop.domain.audit.Action (a test compares them)
ACTIONS = (
    "profile.created", "credentials.saved", "credentials.tested", "credentials.forgotten", "credentials.suspended",
    "credentials.resumed", "credentials.unreadable", "cookies.sealed", "sync.started", "sync.finished", "sync.missed",
    "visit.synced", "visit.failed", "visit.decided", "visit.decision_undone", "call.scheduled", "call.changed",
    "call.cancelled", "call.held", "call.outcome", "call.outcome_undone", "calls.paused", "calls.resumed",
    "calls.turned_on", "opt_out.recorded", "opt_out.withdrawn", "schedule.changed", "settings.changed",
    "audit.examined", "audit.exported", "visit.viewed", "user.added", "user.deactivated", "schema.migrated",
)  # fmt: skip

TABLES = """
CREATE TABLE idexx_app.audit_actions (action text PRIMARY KEY);
CREATE TABLE idexx_app.audit_heads (
  chain uuid PRIMARY KEY,
  seq bigint NOT NULL,
  hash bytea NOT NULL
);
"""

NETSTRING = """
CREATE FUNCTION idexx_app.netstring(value text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN value IS NULL THEN '-' ELSE octet_length(convert_to(value, 'UTF8')) || ':' || value || ',' END
$$
"""

CANONICAL = """
CREATE FUNCTION idexx_app.audit_canonical(entry public.idexx_sync_audit_log) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT convert_to(
    idexx_app.netstring(entry.chain::text) || idexx_app.netstring(entry.seq::text)
    || idexx_app.netstring(entry.id::text)
    || idexx_app.netstring(to_char(entry.timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || idexx_app.netstring(entry.user_id::text) || idexx_app.netstring(entry.actor)
    || idexx_app.netstring(entry.action) || idexx_app.netstring(entry.status)
    || idexx_app.netstring(host(entry.ip_address)) || idexx_app.netstring(entry.session_id)
    || idexx_app.netstring(entry.error_details::text) || idexx_app.netstring(entry.metadata::text), 'UTF8')
$$
"""

AUDIT = """
CREATE FUNCTION idexx_app.audit(
  action text, status text, session_id text DEFAULT NULL, metadata jsonb DEFAULT NULL, error_details jsonb DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  entry public.idexx_sync_audit_log;
  head idexx_app.audit_heads;
  me uuid := idexx_app.current_user_id();
  system_chain CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  IF me IS NULL AND NOT pg_has_role(session_user, 'idexx_owner', 'MEMBER') THEN
    RAISE EXCEPTION 'no user is mapped to this login' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT FROM idexx_app.audit_actions a WHERE a.action = audit.action) THEN
    RAISE EXCEPTION 'unknown audit action: %', audit.action USING ERRCODE = 'check_violation';
  END IF;
  IF octet_length(COALESCE(metadata::text, '')) + octet_length(COALESCE(error_details::text, '')) > 8192 THEN
    RAISE EXCEPTION 'audit details are longer than 8 KB' USING ERRCODE = 'check_violation';
  END IF;
  entry.chain := COALESCE(me, system_chain);
  INSERT INTO idexx_app.audit_heads (chain, seq, hash) VALUES (entry.chain, 0, decode(repeat('00', 32), 'hex'))
    ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM idexx_app.audit_heads h WHERE h.chain = entry.chain FOR UPDATE;
  entry.id := gen_random_uuid();
  entry.seq := head.seq + 1;
  entry.timestamp := clock_timestamp();
  entry.user_id := me;
  entry.actor := session_user;
  entry.action := audit.action;
  entry.status := audit.status;
  entry.ip_address := inet_client_addr();
  entry.session_id := audit.session_id;
  entry.metadata := audit.metadata;
  entry.error_details := audit.error_details;
  entry.previous_hash := head.hash;
  entry.hash := sha256(head.hash || idexx_app.audit_canonical(entry));
  INSERT INTO public.idexx_sync_audit_log VALUES (entry.*);
  UPDATE idexx_app.audit_heads h SET seq = entry.seq, hash = entry.hash WHERE h.chain = entry.chain;
  RETURN entry.seq;
END $$
"""

# how long each chain is that the caller may read, so that rows cut off its end are missed
HEADS = """
CREATE FUNCTION idexx_app.audit_chain_heads() RETURNS TABLE (chain uuid, seq bigint, hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT h.chain, h.seq, h.hash FROM idexx_app.audit_heads h
  WHERE (SELECT idexx_app.is_admin()) OR pg_has_role(session_user, 'idexx_owner', 'MEMBER')
    OR h.chain = (SELECT idexx_app.current_user_id())
$$
"""

REFUSE = """
CREATE FUNCTION idexx_app.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the activity record is append-only' USING ERRCODE = 'insufficient_privilege';
END $$
"""

TRIGGERS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON public.idexx_sync_audit_log
  FOR EACH ROW EXECUTE FUNCTION idexx_app.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON public.idexx_sync_audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION idexx_app.refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON public.idexx_sync_audit_log FROM idexx_owner;
"""

FUNCTIONS = (
    "idexx_app.netstring(text)",
    "idexx_app.audit_canonical(public.idexx_sync_audit_log)",
    "idexx_app.audit(text, text, text, jsonb, jsonb)",
    "idexx_app.audit_chain_heads()",
    "idexx_app.refuse_change()",
)


def upgrade() -> None:
    """Create the catalogue, the heads, the one way in, and what refuses every other way."""
    op.execute(TABLES)
    for action in ACTIONS:
        op.execute(f"INSERT INTO idexx_app.audit_actions VALUES ('{action}')")  # noqa: S608 - from the list above
    # rows that outlived a downgrade: their chains go on where they ended
    op.execute(
        "INSERT INTO idexx_app.audit_heads SELECT DISTINCT ON (chain) chain, seq, hash"
        " FROM public.idexx_sync_audit_log WHERE chain IS NOT NULL ORDER BY chain, seq DESC"
    )
    for table in ("audit_actions", "audit_heads"):
        op.execute(f"ALTER TABLE idexx_app.{table} OWNER TO idexx_owner")
        op.execute(f"ALTER TABLE idexx_app.{table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE idexx_app.{table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY owner_all ON idexx_app.{table} TO idexx_owner USING (true) WITH CHECK (true)"
        )
    for function in (NETSTRING, CANONICAL, AUDIT, HEADS, REFUSE):
        op.execute(function)
    for name in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {name} OWNER TO idexx_owner")
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    for name in FUNCTIONS[2:4]:
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO idexx_user, idexx_admin, idexx_service")
    op.execute(TRIGGERS)


def downgrade() -> None:
    """Remove the functions, triggers, catalogue and heads."""
    op.execute("DROP TRIGGER append_only ON public.idexx_sync_audit_log")
    op.execute("DROP TRIGGER append_only_truncate ON public.idexx_sync_audit_log")
    op.execute("GRANT UPDATE, DELETE, TRUNCATE ON public.idexx_sync_audit_log TO idexx_owner")
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP TABLE idexx_app.audit_heads")
    op.execute("DROP TABLE idexx_app.audit_actions")

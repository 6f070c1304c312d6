"""Logins and leases of now: services are mapped a database, a lease needs progress, and every foreign key an index.

- What a login is (user, admin, service) is kept in this database's own mapping, beside the server's groups: a login
  that was made for another database of the same server is nobody here, and no more here than it was made for here.
- `idexx_service` reads and writes through `idexx_app.is_service()` instead of `true`, on adopted tables, too.
- A lease is not renewed after 15 minutes without progress, nor after 4 hours; who holds it says the mapping. The names
  that computers give themselves are short, and without signs that could make them look like something else.
- `idexx_owner` gives back the right to REFERENCES on adopted tables: keys are made by whoever owns those.
- Programs before 0.2.0 only read.
"""

from __future__ import annotations

from alembic import context, op
from sqlalchemy import text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# up, never down
LOWEST_WRITER_UP = """
UPDATE idexx_app.schema_meta SET value = '0.2.0' WHERE key = 'lowest_writer'
  AND string_to_array(value, '.')::integer[] < '{0,2,0}'::integer[]
"""
HOST = ("users", "clinics", "cases", "patients", "scheduled_discharge_calls")
GROUPS = "idexx_user, idexx_admin, idexx_service"

# `kind` is NULL where an older program made the login: then the server's groups alone say what it is
COLUMNS = """
ALTER TABLE idexx_app.logins ADD COLUMN kind text CHECK (kind IN ('user', 'admin', 'service'));
UPDATE idexx_app.logins l SET kind = CASE
    WHEN pg_has_role(r.oid, 'idexx_service', 'MEMBER') THEN 'service'
    WHEN pg_has_role(r.oid, 'idexx_admin', 'MEMBER') THEN 'admin'
    ELSE 'user' END
  FROM pg_catalog.pg_roles r WHERE r.oid = l.role_oid AND r.rolname = l.role_name;
ALTER TABLE idexx_app.sync_leases ADD COLUMN progress bigint NOT NULL DEFAULT 0, ADD COLUMN progressed_at timestamptz;
"""

IS_KIND = """
CREATE FUNCTION idexx_app.is_kind(wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT session_user <> 'authenticator' AND EXISTS (
    SELECT FROM idexx_app.logins l JOIN pg_catalog.pg_roles r ON r.oid = l.role_oid AND r.rolname = l.role_name
    WHERE r.rolname = session_user AND l.active AND COALESCE(l.kind, wanted) = wanted
      AND pg_has_role(r.oid, 'idexx_' || wanted, 'MEMBER'))
$$
"""
IS_SERVICE = """
CREATE FUNCTION idexx_app.is_service() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT idexx_app.is_kind('service')
$$
"""
IS_ADMIN = """
CREATE OR REPLACE FUNCTION idexx_app.is_admin() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT idexx_app.is_kind('admin')
$$
"""
# the same signs as idexx_desktop.domain.computers.plain_name (a test compares them)
PLAIN_NAME = r"""
CREATE FUNCTION idexx_app.plain_name(given text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT btrim(left(btrim(regexp_replace(given,
    '[\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f'
    '\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a'
    '\U000e0000-\U000e0fff\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2()<>@"“”„«»]', '', 'g'), ' '), 60), ' ')
$$
"""
NAME_PLAINLY = """
CREATE FUNCTION idexx_app.name_plainly() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.device := idexx_app.plain_name(NEW.device);
  RETURN NEW;
END $$
"""
NAMED_DEVICES = ("public.idexx_sync_sessions", "public.missed_runs")

# as in revision 0004, but for the plain name, no progress yet, and a locked row that nobody holds the lease of
TAKE_LEASE = """
CREATE OR REPLACE FUNCTION idexx_app.take_lease(
  clinic uuid, new_holder uuid, new_device text, new_process text, seconds double precision, dead_process text
) RETURNS TABLE (epoch bigint, device text, acquired_at timestamptz, expires_at timestamptz, taken boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me uuid := idexx_app.require_member(clinic);
  called CONSTANT text := idexx_app.plain_name(new_device);
  lease idexx_app.sync_leases;
  moment timestamptz;
BEGIN
  INSERT INTO idexx_app.sync_leases (clinic_id) VALUES (clinic) ON CONFLICT DO NOTHING;
  BEGIN
    SELECT * INTO lease FROM idexx_app.sync_leases l WHERE l.clinic_id = clinic FOR UPDATE;
  EXCEPTION WHEN lock_not_available THEN
    -- a holder that froze in mid-write keeps the row locked until the server ends its transaction
    RETURN QUERY SELECT l.epoch, l.device, l.acquired_at, l.expires_at, false
      FROM idexx_app.sync_leases l WHERE l.clinic_id = clinic AND l.holder IS NOT NULL;
    IF NOT FOUND THEN RAISE; END IF;
    RETURN;
  END;
  moment := clock_timestamp();
  IF lease.holder IS NOT NULL AND lease.expires_at > moment
     AND NOT (lease.user_id = me AND lease.device = called AND lease.process = dead_process
              AND dead_process <> '') THEN
    RETURN QUERY SELECT lease.epoch, lease.device, lease.acquired_at, lease.expires_at, false;
    RETURN;
  END IF;
  RETURN QUERY UPDATE idexx_app.sync_leases l SET
      epoch = l.epoch + 1, holder = new_holder, user_id = me, device = called, process = left(new_process, 120),
      acquired_at = moment, expires_at = moment + make_interval(secs => least(greatest(seconds, 1), 300)),
      progress = 0, progressed_at = NULL
    WHERE l.clinic_id = clinic
    RETURNING l.epoch, l.device, l.acquired_at, l.expires_at, true;
END $$
"""
HOLD_LEASE = """
CREATE OR REPLACE FUNCTION idexx_app.hold_lease(clinic uuid, my_holder uuid, my_epoch bigint)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM idexx_app.require_member(clinic);
  -- a write is progress; noted once a minute, and never waited for
  PERFORM 1 FROM idexx_app.sync_leases l
    WHERE l.clinic_id = clinic AND l.holder = my_holder AND l.epoch = my_epoch
      AND COALESCE(l.progressed_at, l.acquired_at) < clock_timestamp() - interval '1 minute'
    FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    UPDATE idexx_app.sync_leases l SET progressed_at = clock_timestamp() WHERE l.clinic_id = clinic;
  END IF;
  PERFORM 1 FROM idexx_app.sync_leases l
    WHERE l.clinic_id = clinic AND l.holder = my_holder AND l.epoch = my_epoch
      AND l.expires_at > clock_timestamp()
    FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the lease was lost' USING ERRCODE = 'IDX01';
  END IF;
END $$
"""
# `made_progress` is what the program counts up; what it hasn't counted up is no progress
RENEW_LEASE = """
CREATE FUNCTION idexx_app.renew_lease(
  clinic uuid, my_holder uuid, my_epoch bigint, seconds double precision, made_progress bigint
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moment timestamptz := clock_timestamp();
BEGIN
  PERFORM idexx_app.require_member(clinic);
  UPDATE idexx_app.sync_leases l SET progress = made_progress, progressed_at = moment
    WHERE l.clinic_id = clinic AND l.holder = my_holder AND l.epoch = my_epoch AND l.expires_at > moment
      AND made_progress > l.progress;
  moment := clock_timestamp();
  UPDATE idexx_app.sync_leases l
    SET expires_at = moment + make_interval(secs => least(greatest(seconds, 1), 300))
    WHERE l.clinic_id = clinic AND l.holder = my_holder AND l.epoch = my_epoch AND l.expires_at > moment
      AND NOT idexx_app.is_stalled(l, moment);
  RETURN FOUND;
END $$
"""
RENEW_AS_BEFORE = """
CREATE OR REPLACE FUNCTION idexx_app.renew_lease(
  clinic uuid, my_holder uuid, my_epoch bigint, seconds double precision
) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT idexx_app.renew_lease(clinic, my_holder, my_epoch, seconds, NULL)
$$
"""
IS_STALLED = """
CREATE FUNCTION idexx_app.is_stalled(lease idexx_app.sync_leases, moment timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT greatest(lease.acquired_at, lease.progressed_at) < moment - interval '15 minutes'
    OR lease.acquired_at < moment - interval '4 hours'
$$
"""
LEASE_STATE = """
CREATE FUNCTION idexx_app.lease_state(clinic uuid)
RETURNS TABLE (epoch bigint, device text, process text, acquired_at timestamptz, expires_at timestamptz,
               held boolean, mine boolean, held_by text, stalled boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM idexx_app.require_member(clinic);
  RETURN QUERY SELECT l.epoch, l.device, l.process, l.acquired_at, l.expires_at,
      l.holder IS NOT NULL AND l.expires_at > clock_timestamp(), l.user_id = idexx_app.current_user_id(),
      u.email::text, COALESCE(idexx_app.is_stalled(l, clock_timestamp()), false)
    FROM idexx_app.sync_leases l LEFT JOIN public.users u ON u.id = l.user_id WHERE l.clinic_id = clinic;
END $$
"""
# what goes back to what it was
BEFORE = (
    "is_admin()",
    "take_lease(clinic uuid, new_holder uuid, new_device text, new_process text, seconds double precision,"
    " dead_process text)",
    "hold_lease(clinic uuid, my_holder uuid, my_epoch bigint)",
    "renew_lease(clinic uuid, my_holder uuid, my_epoch bigint, seconds double precision)",
    "lease_state(clinic uuid)",
)
# function as ALTER and GRANT want it: who may execute it
NEW_FUNCTIONS = {
    "idexx_app.is_kind(text)": None,
    "idexx_app.is_service()": GROUPS,
    "idexx_app.plain_name(text)": None,
    "idexx_app.name_plainly()": None,
    "idexx_app.is_stalled(idexx_app.sync_leases, timestamptz)": None,
    "idexx_app.renew_lease(uuid, uuid, bigint, double precision, bigint)": GROUPS,
    "idexx_app.lease_state(uuid)": GROUPS,
}

# a foreign key without an index makes each deletion of what it points at read the whole table
INDEXES: dict[str, tuple[str, str]] = {
    "public.idexx_credentials_clinic_idx": ("public.idexx_credentials", "clinic_id, user_id"),
    "public.idexx_sync_sessions_clinic_idx": ("public.idexx_sync_sessions", "clinic_id, user_id"),
    "public.consultation_sync_status_clinic_idx": ("public.consultation_sync_status", "clinic_id, user_id"),
    "public.consultation_sync_status_call_idx": (
        "public.consultation_sync_status",
        "discharge_call_id, user_id",
    ),
    "public.neo_cookies_user_id_idx": ("public.neo_cookies", "user_id"),
    "public.visit_notes_user_id_idx": ("public.visit_notes", "user_id"),
    "public.visit_readings_user_id_idx": ("public.visit_readings", "user_id"),
    "public.visit_decisions_decided_by_idx": ("public.visit_decisions", "decided_by"),
    "public.call_visits_user_id_idx": ("public.call_visits", "user_id"),
    "public.call_outcomes_user_id_idx": ("public.call_outcomes", "user_id"),
    "public.call_outcomes_clinic_id_idx": ("public.call_outcomes", "clinic_id"),
    "public.opt_outs_recorded_by_idx": ("public.opt_outs", "recorded_by"),
    "public.patients_user_id_idx": ("public.patients", "user_id"),
    "idexx_app.logins_user_id_idx": ("idexx_app.logins", "user_id"),
    "idexx_app.visit_claims_user_id_idx": ("idexx_app.visit_claims", "user_id"),
    "idexx_app.audit_checkpoints_export_number_idx": ("idexx_app.audit_checkpoints", "export_number"),
}


# a policy of the service's that was always true asks who it is, and back
SERVICE_POLICIES = text("""
  SELECT p.polname, format('%I.%I', n.nspname, c.relname) AS on_table, p.polqual IS NOT NULL AS reads,
    p.polwithcheck IS NOT NULL AS writes
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE p.polroles = ARRAY[to_regrole('idexx_service')::oid] AND p.polpermissive
    AND COALESCE(pg_get_expr(p.polqual, p.polrelid), CAST(:now AS text)) = CAST(:now AS text)
    AND COALESCE(pg_get_expr(p.polwithcheck, p.polrelid), CAST(:now AS text)) = CAST(:now AS text)
  ORDER BY 2, 1
""")
OWN_TYPES = text("""
  SELECT format('%I.%I', n.nspname, t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname = 'public' AND t.typtype = 'e' AND t.typowner = to_regrole('idexx_owner') ORDER BY 1
""")
ASKS = "(SELECT idexx_app.is_service())"
ASKS_AS_KEPT = "( SELECT idexx_app.is_service() AS is_service)"


def change_service_policies(now: str, then: str) -> None:
    """Every policy of the service's that says `now` says `then`."""
    for name, table, reads, writes in op.get_bind().execute(SERVICE_POLICIES, {"now": now}).all():
        rule = (f" USING ({then})" if reads else "") + (f" WITH CHECK ({then})" if writes else "")
        op.execute(f"ALTER POLICY {name} ON {table}{rule}")


def adopted_tables() -> list[str]:
    """The tables of `public` that were there before us."""
    is_adopted = context.script.get_revision("0005").module.is_adopted
    return [table for table in HOST if is_adopted(table)]


def own_indexes() -> dict[str, tuple[str, str]]:
    """Those of tables that we made: nothing is added to a platform's."""
    adopted = {f"public.{table}" for table in adopted_tables()}
    return {name: index for name, index in INDEXES.items() if index[0] not in adopted}


def own_types() -> list[str]:
    """The types of columns that we made: whoever copies such a row uses them."""
    rows = op.get_bind().execute(OWN_TYPES)
    return [str(row[0]) for row in rows]


def own(function: str, granted_to: str | None) -> None:
    """The owner's function, for nobody else but whom it is granted to."""
    op.execute(
        f"ALTER FUNCTION {function} OWNER TO idexx_owner; REVOKE ALL ON FUNCTION {function} FROM PUBLIC"
    )
    if granted_to is not None:
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {granted_to}")


def as_before(declaration: str) -> str:
    """A function as revision 0004 made it."""
    body = context.script.get_revision("0004").module.FUNCTIONS[declaration]
    return f"CREATE OR REPLACE FUNCTION idexx_app.{declaration} {body}"


def upgrade() -> None:
    """Columns first, then the functions that read them, then what asks these functions."""
    op.execute(COLUMNS)
    op.execute("DROP FUNCTION idexx_app.lease_state(uuid)")
    for function in (
        IS_KIND, IS_SERVICE, IS_ADMIN, PLAIN_NAME, NAME_PLAINLY, TAKE_LEASE, HOLD_LEASE, IS_STALLED, RENEW_LEASE,
        RENEW_AS_BEFORE, LEASE_STATE,
    ):  # fmt: skip
        op.execute(function)
    for function, granted_to in NEW_FUNCTIONS.items():
        own(function, granted_to)
    for table in NAMED_DEVICES:
        op.execute(
            f"CREATE TRIGGER name_plainly BEFORE INSERT OR UPDATE OF device ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION idexx_app.name_plainly()"
        )
    change_service_policies("true", ASKS)
    for table in adopted_tables():
        op.execute(
            f"CREATE POLICY idexx_only_service ON public.{table} AS RESTRICTIVE FOR ALL TO idexx_service"
            f" USING ({ASKS}) WITH CHECK ({ASKS})"
        )
        op.execute(f"REVOKE REFERENCES ON public.{table} FROM idexx_owner")
    for name, (table, columns) in own_indexes().items():
        op.execute(f"CREATE INDEX {name.partition('.')[2]} ON {table} ({columns})")
    for name in own_types():
        op.execute(f"REVOKE ALL ON TYPE {name} FROM PUBLIC; GRANT USAGE ON TYPE {name} TO {GROUPS}")
    op.execute(LOWEST_WRITER_UP)


def downgrade() -> None:
    """Take it all back; a lease that is held stays held. REFERENCES is taken away at each preparation, and stays so."""
    op.execute(
        "UPDATE idexx_app.schema_meta SET value = '0.1.0' WHERE key = 'lowest_writer' AND value = '0.2.0'"
    )
    for name in own_types():
        op.execute(f"GRANT USAGE ON TYPE {name} TO PUBLIC; REVOKE ALL ON TYPE {name} FROM {GROUPS}")
    for name in own_indexes():
        op.execute(f"DROP INDEX {name}")
    for table in adopted_tables():
        op.execute(f"DROP POLICY idexx_only_service ON public.{table}")
    change_service_policies(ASKS_AS_KEPT, "true")
    for table in NAMED_DEVICES:
        op.execute(f"DROP TRIGGER name_plainly ON {table}")
    op.execute("DROP FUNCTION idexx_app.lease_state(uuid)")
    for declaration in BEFORE:
        op.execute(as_before(declaration))
    own("idexx_app.lease_state(uuid)", GROUPS)
    for function in reversed(NEW_FUNCTIONS):
        if function != "idexx_app.lease_state(uuid)":
            op.execute(f"DROP FUNCTION {function}")
    op.execute(
        "ALTER TABLE idexx_app.sync_leases DROP COLUMN progress, DROP COLUMN progressed_at;"
        "ALTER TABLE idexx_app.logins DROP COLUMN kind"
    )

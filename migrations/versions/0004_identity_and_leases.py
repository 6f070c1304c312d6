"""Who a login is, which clinic it may work for, and who may sync now.

A person is their PostgreSQL login, never a setting that the client can change: `idexx_app.current_user_id()` maps
`session_user`, by role OID and name, through a table that only the owner can read or write. Every function here
pins `search_path`, belongs to `idexx_owner` and is executable only by our group roles.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES: dict[str, str] = {
    # which login is which user; a role dropped and made again under the same name has another OID and is nobody
    "logins": """
      role_oid oid PRIMARY KEY,
      role_name text NOT NULL UNIQUE,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now()""",
    "schema_meta": """
      key text PRIMARY KEY,
      value text NOT NULL""",
    "sync_leases": """
      clinic_id uuid PRIMARY KEY REFERENCES public.clinics(id) ON DELETE CASCADE,
      epoch bigint NOT NULL DEFAULT 0,
      holder uuid,
      user_id uuid,
      device text NOT NULL DEFAULT '',
      process text NOT NULL DEFAULT '',
      acquired_at timestamptz,
      expires_at timestamptz""",
    "visit_claims": """
      clinic_id uuid NOT NULL REFERENCES public.clinics(id) ON DELETE CASCADE,
      visit_key text NOT NULL,
      user_id uuid NOT NULL REFERENCES public.users(id) ON DELETE CASCADE,
      claimed_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (clinic_id, visit_key)""",
}

FUNCTIONS: dict[str, str] = {
    "current_user_id()": """
      RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE claim text;
      BEGIN
        IF session_user = 'authenticator' THEN
          -- a gateway has verified the token; trusted only where the owner says so, and a malformed claim is nobody
          IF NOT EXISTS (SELECT FROM idexx_app.schema_meta WHERE key = 'trust_authenticator' AND value = 'yes') THEN
            RETURN NULL;
          END IF;
          BEGIN
            claim := current_setting('request.jwt.claims', true)::jsonb ->> 'sub';
            RETURN claim::uuid;
          EXCEPTION WHEN OTHERS THEN
            RETURN NULL;
          END;
        END IF;
        RETURN (
          SELECT l.user_id FROM idexx_app.logins l
          JOIN pg_catalog.pg_roles r ON r.oid = l.role_oid AND r.rolname = l.role_name
          WHERE r.rolname = session_user AND l.active
        );
      END $$""",
    "is_admin()": """
      RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT session_user <> 'authenticator' AND pg_has_role(session_user, 'idexx_admin', 'MEMBER')
          AND idexx_app.current_user_id() IS NOT NULL
      $$""",
    # what an admin may know of the Neo sign-ins: no row policy of theirs reaches the secrets
    "credential_states()": """
      RETURNS TABLE (id uuid, user_id uuid, clinic_id uuid, validation_status text, last_validated_at timestamptz,
                     suspended_code text, suspended_at timestamptz, created_at timestamptz, updated_at timestamptz)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT c.id, c.user_id, c.clinic_id, c.validation_status, c.last_validated_at, c.suspended_code,
          c.suspended_at, c.created_at, c.updated_at
        FROM public.idexx_credentials c WHERE (SELECT idexx_app.is_admin())
      $$""",
    "schema_revision()": """
      RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT version_num::text FROM idexx_app.alembic_version
      $$""",
    "my_clinics()": """
      RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT m.clinic_id FROM public.clinic_members m WHERE m.user_id = idexx_app.current_user_id()
      $$""",
    "require_member(clinic uuid)": """
      RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF clinic IS NULL OR clinic NOT IN (SELECT idexx_app.my_clinics()) THEN
          RAISE EXCEPTION 'not a member of this clinic' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN idexx_app.current_user_id();
      END $$""",
    # one row a clinic, the database's clock only; taken over once expired, or when a dead process of the same PC has it
    "take_lease(clinic uuid, new_holder uuid, new_device text, new_process text, seconds double precision,"
    " dead_process text)": """
      RETURNS TABLE (epoch bigint, device text, acquired_at timestamptz, expires_at timestamptz, taken boolean)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        me uuid := idexx_app.require_member(clinic);
        lease idexx_app.sync_leases;
        moment timestamptz;
      BEGIN
        INSERT INTO idexx_app.sync_leases (clinic_id) VALUES (clinic) ON CONFLICT DO NOTHING;
        BEGIN
          SELECT * INTO lease FROM idexx_app.sync_leases l WHERE l.clinic_id = clinic FOR UPDATE;
        EXCEPTION WHEN lock_not_available THEN
          -- a holder that froze in mid-write keeps the row locked until the server ends its transaction
          RETURN QUERY SELECT l.epoch, l.device, l.acquired_at, l.expires_at, false
            FROM idexx_app.sync_leases l WHERE l.clinic_id = clinic;
          RETURN;
        END;
        moment := clock_timestamp();
        IF lease.holder IS NOT NULL AND lease.expires_at > moment
           AND NOT (lease.user_id = me AND lease.device = new_device AND lease.process = dead_process
                    AND dead_process <> '') THEN
          RETURN QUERY SELECT lease.epoch, lease.device, lease.acquired_at, lease.expires_at, false;
          RETURN;
        END IF;
        RETURN QUERY UPDATE idexx_app.sync_leases l SET
            epoch = l.epoch + 1, holder = new_holder, user_id = me, device = new_device, process = new_process,
            acquired_at = moment, expires_at = moment + make_interval(secs => least(greatest(seconds, 1), 300))
          WHERE l.clinic_id = clinic
          RETURNING l.epoch, l.device, l.acquired_at, l.expires_at, true;
      END $$""",
    "renew_lease(clinic uuid, my_holder uuid, my_epoch bigint, seconds double precision)": """
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        UPDATE idexx_app.sync_leases l
          SET expires_at = clock_timestamp() + make_interval(secs => least(greatest(seconds, 1), 300))
          WHERE l.clinic_id = clinic AND l.holder = my_holder AND l.epoch = my_epoch
            AND l.expires_at > clock_timestamp();
        RETURN FOUND;
      END $$""",
    "release_lease(clinic uuid, my_holder uuid, my_epoch bigint)": """
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        UPDATE idexx_app.sync_leases l SET holder = NULL, expires_at = NULL
          WHERE l.clinic_id = clinic AND l.holder = my_holder AND l.epoch = my_epoch;
        RETURN FOUND;
      END $$""",
    # called first in each write transaction: no other run can take the lease over until that transaction ends
    "hold_lease(clinic uuid, my_holder uuid, my_epoch bigint)": """
      RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        PERFORM 1 FROM idexx_app.sync_leases l
          WHERE l.clinic_id = clinic AND l.holder = my_holder AND l.epoch = my_epoch
            AND l.expires_at > clock_timestamp()
          FOR SHARE;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the lease was lost' USING ERRCODE = 'IDX01';
        END IF;
      END $$""",
    "lease_state(clinic uuid)": """
      RETURNS TABLE (epoch bigint, device text, process text, acquired_at timestamptz, expires_at timestamptz,
                     held boolean, mine boolean)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM idexx_app.require_member(clinic);
        RETURN QUERY SELECT l.epoch, l.device, l.process, l.acquired_at, l.expires_at,
            l.holder IS NOT NULL AND l.expires_at > clock_timestamp(), l.user_id = idexx_app.current_user_id()
          FROM idexx_app.sync_leases l WHERE l.clinic_id = clinic;
      END $$""",
    # the first user of a clinic who syncs a visit owns its case and call; the others learn only the call's state
    "claim_visit(clinic uuid, key text)": """
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
    "may_write(program_version integer[])": """
      RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT program_version >= string_to_array(value, '.')::integer[] FROM idexx_app.schema_meta
        WHERE key = 'lowest_writer'
      $$""",
}
EXECUTABLE_BY = "idexx_user, idexx_admin, idexx_service"


def signature(declaration: str) -> str:
    """`name(types)` of a declaration `name(parameter type, ...)`, as DROP and GRANT want it."""
    name, _, parameters = declaration.partition("(")
    types = [part.strip().split(" ", 1)[1] for part in parameters.rstrip(")").split(",") if part.strip()]
    return f"idexx_app.{name}({', '.join(types)})"


def upgrade() -> None:
    """Create the owner's tables, then the functions that are the only way to them."""
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE idexx_app.{table} ({columns})")
        op.execute(f"ALTER TABLE idexx_app.{table} OWNER TO idexx_owner")
        op.execute(f"ALTER TABLE idexx_app.{table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE idexx_app.{table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY owner_all ON idexx_app.{table} TO idexx_owner USING (true) WITH CHECK (true)"
        )
    op.execute(
        "INSERT INTO idexx_app.schema_meta VALUES ('lowest_writer', '0.1.0'), ('trust_authenticator', 'no')"
    )
    for declaration, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION idexx_app.{declaration} {body}")
        op.execute(f"ALTER FUNCTION {signature(declaration)} OWNER TO idexx_owner")
        op.execute(f"REVOKE ALL ON FUNCTION {signature(declaration)} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature(declaration)} TO {EXECUTABLE_BY}")


def downgrade() -> None:
    """Remove functions and tables."""
    for declaration in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature(declaration)}")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE idexx_app.{table}")
